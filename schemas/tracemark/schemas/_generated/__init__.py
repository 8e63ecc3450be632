"""Generated code; see `tracemark.schemas.codegen`."""
