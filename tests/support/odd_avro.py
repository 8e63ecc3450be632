"""Encodings of an event with one oddity each: forms that Avro allows and our encoder never writes, and forms that nothing allows.

Their hashes fit the very bytes, so that nothing but the form gives them away.
"""

import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from tracemark.schemas.definitions import EventSchema, Field
from tracemark.schemas.framing import frame_header

__all__ = ["odd_encoding", "odd_encodings", "resealed"]


def resealed(schema: EventSchema, public: bytes, personal: bytes, salt: bytes | None = None) -> bytes:
    """A framed value of these segments, whatever they are, under hashes that are right for them."""
    salt = os.urandom(16) if salt is None else salt
    commitment = hashlib.sha256(b"\x01" + salt + personal).digest()
    event_hash = hashlib.sha256(b"\x00" + schema.fingerprint + public + commitment).digest()
    return b"".join((frame_header(schema.schema_id), public, personal, b"\x02", salt, commitment, event_hash))


def odd_encodings(schema: EventSchema, row: dict[str, Any]) -> Iterator[bytes]:
    """Every encoding of a row that has one oddity."""
    number = 0
    while (value := odd_encoding(schema, row, number)) is not None:
        yield value
        number += 1


def odd_encoding(schema: EventSchema, row: dict[str, Any], number: int) -> bytes | None:
    """The encoding of a row with its oddity of this number; None when it has not so many."""
    writer = _Writer(number)
    public = b"".join(writer.field(f, row[f.name]) for f in schema.public)
    personal = b"".join(writer.field(f, row[f.name]) for f in schema.personal)
    return resealed(schema, public, personal) if number < writer.met else None


class _Writer:
    """Writes plainly, but for one oddity."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.met = 0

    def field(self, f: Field, value: Any) -> bytes:
        if not f.nullable:
            return self._value(f, value)
        branch = self._pick(int(value is not None), [-1, 1 - int(value is not None), 2, 63, 64])
        return self._long(branch) + (b"" if value is None else self._value(f, value))

    def _pick(self, plain: Any, odd: Sequence[Any]) -> Any:
        at, self.met = self._number - self.met, self.met + len(odd)
        return odd[at] if 0 <= at < len(odd) else plain

    def _value(self, f: Field, value: Any) -> bytes:
        if f.kind == "array":
            return self._blocks([self._one(f, f.item or "string", item) for item in value])
        if f.kind == "map":
            entries = [self._text(key) + self._one(f, f.item or "string", value[key]) for key in sorted(value)]
            return self._blocks(self._pick(entries, [entries[::-1], [*entries, *entries[-1:]]]))
        return self._one(f, f.kind, value)

    def _one(self, f: Field, kind: str, value: Any) -> bytes:
        if kind == "string":
            return self._text(value)
        if kind == "enum":
            return self._long(self._pick(f.symbols.index(value), [-1, 0, len(f.symbols), 63, 64]))
        if kind == "fixed":
            return bytes(self._pick(value, [bytes(f.size), value[:-1], value + b"\x00"]))
        if kind == "double":
            return struct.pack("<d", self._pick(value, [-1.0, float("nan"), float("inf"), -0.0, 1.7e308]))
        if kind == "boolean":
            return bytes([self._pick(value, [2, 255])])
        number = self._pick(value, [-value - 1, 0, 1, 2**31, 2**45, 2**54, 2**62, 2**63 - 1, -(2**63)])
        padded = b"\x82" + b"\x80" * 6 + b"\x00"  # one, in the eight bytes of an instant
        return bytes(self._pick(self._long(number), [padded]))

    def _text(self, value: str) -> bytes:
        plain = value.encode()
        odd = [
            b"",
            b"\xff\xfe",
            "标识".encode(),
            plain + b"\x00",
            plain[:-1] + b" ",
            b" " + plain[1:],
            plain.upper(),
            b"a" * 65,
            b"a" * 200,
        ]
        data = self._pick(plain, [*odd, b"a" * 8200])
        return self._long(self._pick(len(data), [-1, 2**31, 2**62, len(data) + 1])) + bytes(data)

    def _blocks(self, items: list[bytes]) -> bytes:
        if not items:
            return self._long(0)
        joined = b"".join(items)
        plain = self._long(self._pick(len(items), [len(items) + 1, len(items) - 1, 2**40])) + joined + b"\x00"
        skippable = _long(-len(items)) + _long(len(joined)) + joined + b"\x00"  # tells how many bytes to skip
        single = b"".join(b"\x02" + item for item in items) + b"\x00"  # a block for each item
        return bytes(self._pick(plain, [skippable, single, plain[:-1], plain[:-1] + b"\x01"]))

    def _long(self, value: int) -> bytes:
        plain = _long(value)
        ended = plain[:-1] + bytes([plain[-1] | 0x80])
        return bytes(self._pick(plain, [ended + b"\x00", ended + b"\x80" * 9 + b"\x00"]))  # longer than need be


def _long(value: int) -> bytes:
    zigzag = (value << 1 ^ value >> 63) & (2**64 - 1)
    out = bytearray()
    while zigzag > 0x7F:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    out.append(zigzag)
    return bytes(out)
