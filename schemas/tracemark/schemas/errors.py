"""What can be wrong with an event or a schema.

SchemaError
├── InvalidEvent        the event breaks its schema: mend the argument named in `field`
├── FrameError          bytes that are no framed event
├── UnknownSchema       a well-formed frame of a schema this release does not hold: upgrade, then replay
└── SchemaDefinitionError  an `.avsc` breaks the project's rules: mend the file

No text of these errors holds a value: a value may be somebody's words.
"""

__all__ = ["FrameError", "InvalidEvent", "SchemaDefinitionError", "SchemaError", "UnknownSchema"]


class SchemaError(Exception):
    """Root of everything this portion raises."""


class InvalidEvent(SchemaError):
    """A field breaks its schema.

    Attributes:
        field: Name of the field, with the index or key inside an array or map.
        problem: What is wrong, in terms of the value's kind, never its content.
        remedy: What to pass instead.
    """

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        """Compose the text from its three parts."""
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy


class FrameError(SchemaError):
    """Bytes that do not start with the magic byte and a schema id, or whose datum cannot be read."""


class UnknownSchema(SchemaError):
    """No schema with this id or fingerprint ships with this release.

    Attributes:
        schema_id: The id in the frame.
    """

    def __init__(self, schema_id: int) -> None:
        """Name the id and the remedy."""
        super().__init__(f"schema id {schema_id:#x} is not in this release; upgrade tracemark, then replay the record")
        self.schema_id = schema_id


class SchemaDefinitionError(SchemaError):
    """An `.avsc` file breaks a rule of this project."""
