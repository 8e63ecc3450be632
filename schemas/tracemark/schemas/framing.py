"""Confluent framing: a zero byte, four bytes of schema id, one Avro datum."""

import struct

from tracemark.schemas.errors import FrameError

__all__ = ["HEADER_REPLAY", "HEADER_SCHEMA", "frame_header", "unframe"]

HEADER_SCHEMA = "tm-schema"
"""Kafka header with the schema's full 32-byte fingerprint."""

HEADER_REPLAY = "tm-replay"
"""Kafka header `1` on every re-send after an ambiguous outcome: the sink looks such records up by identity."""

_PREFIX = struct.Struct(">bI")


def frame_header(schema_id: int) -> bytes:
    """The five bytes in front of a datum."""
    return _PREFIX.pack(0, schema_id)


def unframe(value: bytes) -> tuple[int, bytes]:
    """Split a Kafka value into schema id and datum; raises `FrameError`."""
    if len(value) < _PREFIX.size:
        raise FrameError(f"{len(value)} bytes are too short for a framed event; at least {_PREFIX.size} are needed")
    magic, schema_id = _PREFIX.unpack_from(value)
    if magic != 0:
        raise FrameError("the first byte is not 0: the record was not written by a TraceMark producer")
    return schema_id, value[_PREFIX.size :]
