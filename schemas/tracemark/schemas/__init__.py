"""Event schemas of TraceMark: the one place where producers and consumers meet.

The `.avsc` files in `avro/` are the source; `python -m tracemark.schemas.codegen` derives from them the typed events, the
encoders, the ClickHouse tables and the field reference.

    >>> from tracemark.schemas import codec_for
    >>> hex(codec_for("producer.session").schema_id).startswith("0x4")
    True
"""

from tracemark.schemas.codec import Delivery, Event, EventCodec, Row, Sealed
from tracemark.schemas.errors import FrameError, InvalidEvent, SchemaDefinitionError, SchemaError, UnknownSchema
from tracemark.schemas.framing import HEADER_REPLAY, HEADER_SCHEMA
from tracemark.schemas.registry import codec_by_id, codec_for, decode, schema_by_id, schemas

__all__ = [
    "HEADER_REPLAY",
    "HEADER_SCHEMA",
    "Delivery",
    "Event",
    "EventCodec",
    "FrameError",
    "InvalidEvent",
    "Row",
    "SchemaDefinitionError",
    "SchemaError",
    "Sealed",
    "UnknownSchema",
    "codec_by_id",
    "codec_for",
    "decode",
    "schema_by_id",
    "schemas",
]
