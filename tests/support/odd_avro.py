"""Encodings of events that Avro allows and our encoder never writes, or that nothing allows; their hashes fit the very bytes."""

import hashlib
import os
import struct
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tracemark.schemas.definitions import EventSchema, Field
from tracemark.schemas.framing import frame_header

__all__ = ["resealed", "written"]

Draw = Callable[[st.SearchStrategy[Any]], Any]
_RARELY = st.integers(0, 40).map(lambda number: number == 0)


def resealed(schema: EventSchema, public: bytes, personal: bytes, salt: bytes | None = None) -> bytes:
    """A framed value of these segments, whatever they are, under hashes that are right for them."""
    salt = os.urandom(16) if salt is None else salt
    commitment = hashlib.sha256(b"\x01" + salt + personal).digest()
    event_hash = hashlib.sha256(b"\x00" + schema.fingerprint + public + commitment).digest()
    return b"".join((frame_header(schema.schema_id), public, personal, b"\x02", salt, commitment, event_hash))


def written(draw: Draw, schema: EventSchema, row: dict[str, Any]) -> tuple[bytes, bytes]:
    """Public and personal segment of a row, now and then in an odd form."""
    public = b"".join(_field(draw, f, row[f.name]) for f in schema.public)
    return public, b"".join(_field(draw, f, row[f.name]) for f in schema.personal)


def _field(draw: Draw, f: Field, value: Any) -> bytes:
    if not f.nullable:
        return _value(draw, f, value)
    if draw(_RARELY):
        return _long(draw, draw(st.sampled_from([-1, 2, 63, 64])))
    return _long(draw, 0) if value is None else _long(draw, 1) + _value(draw, f, value)


def _value(draw: Draw, f: Field, value: Any) -> bytes:
    if f.kind == "array":
        return _blocks(draw, [_one(draw, f, f.item or "string", item) for item in value])
    if f.kind == "map":
        entries = [_text(draw, key) + _one(draw, f, f.item or "string", value[key]) for key in sorted(value)]
        if draw(_RARELY):
            entries = [*reversed(entries), *entries[:1]]
        return _blocks(draw, entries)
    return _one(draw, f, f.kind, value)


def _one(draw: Draw, f: Field, kind: str, value: Any) -> bytes:
    if kind == "string":
        return _text(draw, value)
    if kind == "enum":
        return _long(draw, draw(st.sampled_from([-1, 63, 64])) if draw(_RARELY) else f.symbols.index(value))
    if kind == "fixed":
        return bytes(f.size) if draw(_RARELY) else bytes(value)
    if kind == "double":
        odd = st.sampled_from([-1.0, float("nan"), float("inf"), -0.0, 1.7e308])
        return struct.pack("<d", draw(odd) if draw(_RARELY) else value)
    if kind == "boolean":
        return draw(st.sampled_from([b"\x02", b"\xff"])) if draw(_RARELY) else bytes([value])
    odd_numbers = st.sampled_from([-1, 2**31, 2**62, 2**63 - 1, -(2**63)])
    return _long(draw, draw(odd_numbers) if draw(_RARELY) else value)


def _text(draw: Draw, value: str) -> bytes:
    data = value.encode()
    if draw(_RARELY):
        odd = [
            b"",
            b"\xff\xfe",
            "标识".encode(),
            data + b"\x00",
            data.upper(),
            b"\x01" + b"a" * 64,
            b"a" * 65,
            b"a" * 200,
        ]
        data = draw(st.sampled_from(odd))
    size = draw(st.sampled_from([-1, 2**31, len(data) + 1])) if draw(_RARELY) else len(data)
    return _long(draw, size) + data


def _blocks(draw: Draw, items: list[bytes]) -> bytes:
    if not items:
        return _long(draw, 0)
    if draw(_RARELY):  # the form that tells how many bytes to skip
        return _long(draw, -len(items)) + _long(draw, sum(map(len, items))) + b"".join(items) + b"\x00"
    if draw(_RARELY):  # a block for each item
        return b"".join(b"\x02" + item for item in items) + b"\x00"
    count = draw(st.sampled_from([len(items) + 1, 2**40])) if draw(_RARELY) else len(items)
    return _long(draw, count) + b"".join(items) + b"\x00"


def _long(draw: Draw, value: int) -> bytes:
    zigzag = (value << 1 ^ value >> 63) & (2**64 - 1)
    out = bytearray()
    while zigzag > 0x7F:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    out.append(zigzag)
    if draw(_RARELY):  # longer than need be
        out[-1] |= 0x80
        out += b"\x80" * draw(st.sampled_from([0, 1, 9])) + b"\x00"
    return bytes(out)
