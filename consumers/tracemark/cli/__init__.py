"""The `tracemark` command."""
