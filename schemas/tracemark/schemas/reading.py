"""The ordinary form of an event, as the generated readers take it from the wire: checked, proved, in the values of its columns.

A reader decodes, checks and proves an event in one pass over its bytes, five times as fast as decoding it, checking each field
and encoding it again to rebuild its hashes. It takes only what our own encoder writes (every number and length in its
shortest form, one block, map keys sorted), so that the hashed segments can be cut from the wire. Whatever else the bytes may be, an
event in another form, a broken one or garbage, is `Unusual`: then `decode` and the checks of its codec have the word.
"""

import hashlib
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from tracemark.schemas.checking import FORMATS, MAX_TIMESTAMP_US
from tracemark.schemas.sealing import SALT_BYTES

__all__ = [
    "BOOLEANS",
    "HEX",
    "ID",
    "SMALL",
    "STEP",
    "UNUSUAL",
    "Known",
    "Reader",
    "SymbolLists",
    "Unusual",
    "Values",
    "instant",
    "long_id",
    "number",
    "number_map",
    "prove",
    "shape",
    "text",
    "text_list",
    "text_map",
]

Values = tuple[Any, ...]
"""The fields of an event in wire order, each as its column takes it; see `tracemark.schemas.columns.raw_value`."""

Reader = Callable[[bytes], Values]
"""Reads a whole framed value; raises one of `UNUSUAL`. Pure to its callers, and thread-safe."""


class Unusual(ValueError):
    """Not the ordinary form of an event that may be stored; says nothing about what it is instead."""


UNUSUAL: Final = (LookupError, ValueError, struct.error)
"""What a reader raises: bytes that end too early or mean nothing show as one or the other."""

SEAL_BYTES: Final = 1 + SALT_BYTES + 32 + 32
"""Branch of the salt, salt, private_commitment, event_hash: the end of every event."""

STEP: Final[Mapping[int, int]] = {2 * size: 1 + size for size in range(1, 64)} | {128: 1 + 65}
"""From the first byte of a text to its end, by that byte. Of a text of 64 bytes the second length byte is left before it."""

SMALL: Final[Mapping[int, int]] = {2 * value: value for value in range(64)}
"""Numbers, lengths and counts of one byte, by that byte."""

BOOLEANS: Final[Mapping[int, bool]] = {0: False, 1: True}

_LONGEST_ID: Final = 64
_REMEMBERED: Final = 10_000
_LAST_BYTE: Final = 0x7F
_ID_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

# One pass over the bytes instead of a regular expression: legal characters become letters, and only letters are `isalpha`.
ID: Final = bytes(b"a"[0] if byte in _ID_LETTERS else 0 for byte in range(256))
HEX: Final = bytes(b"h"[0] if byte in b"0123456789abcdef" else byte if byte == b"-"[0] else 0 for byte in range(256))


def shape(*groups: int) -> bytes:
    """Groups of hex digits joined by `-`, as `HEX` translates them."""
    return b"-".join(b"h" * size for size in groups)


def _whole(raw: bytes) -> str:
    """The text of what `STEP` cut; raises `Unusual` when it is no ASCII or its length is not in its shortest form."""
    if len(raw) > _LONGEST_ID:
        if raw[0] != 1:
            raise Unusual
        raw = raw[1:]
    return raw.decode("ascii")


def long_id(raw: bytes) -> str:
    """An id of 64 bytes, whose second length byte `STEP` left before it; no other may begin with that byte."""
    if len(raw) != _LONGEST_ID + 1 or not raw[1:].translate(ID).isalpha():
        raise Unusual
    return _whole(raw)


class Known(dict[bytes, str]):
    """Texts of one format that were seen before, by what `STEP` cut: for fields with few distinct values."""

    def __init__(self, format_: str) -> None:
        """Nothing is known yet."""
        super().__init__()
        self._match = FORMATS[format_]

    def __missing__(self, raw: bytes) -> str:
        """Check a text once, and remember it; when too many came, all are forgotten."""
        found = _whole(raw)
        if not self._match(found):
            raise Unusual
        if len(self) >= _REMEMBERED:
            self.clear()
        self[raw] = found
        return found


class SymbolLists(dict[bytes, tuple[str, ...]]):
    """Lists of an enumeration's values that were seen before, by their whole encoding."""

    def __init__(self, symbols: Mapping[int, str]) -> None:
        """Nothing is known yet."""
        super().__init__()
        self._symbols = symbols

    def __missing__(self, raw: bytes) -> tuple[str, ...]:
        """Count, symbols, end mark: check a list once, and remember it."""
        if len(raw) != SMALL[raw[0]] + 2 or raw[-1]:
            raise Unusual
        found = tuple(self._symbols[byte] for byte in raw[1:-1])
        if len(self) >= _REMEMBERED:
            self.clear()
        self[raw] = found
        return found


def number(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """A number from 0 to `limit` at `at`, and where it ends."""
    value = shift = 0
    while (byte := data[at]) > _LAST_BYTE:
        value |= (byte & _LAST_BYTE) << shift
        shift += 7
        at += 1
        if shift > 63:  # noqa: PLR2004 - ten bytes are the longest
            raise Unusual
    value |= byte << shift
    # An odd number is negative; a last byte of zero makes the form longer than it need be.
    if value & 1 or (shift and not byte) or value >> 1 > limit:
        raise Unusual
    return value >> 1, at + 1


class _Upper(dict[int, int]):
    """Upper four bytes of an instant to their 28 bits: they change every two minutes."""

    def __missing__(self, raw: int) -> int:
        if raw & 0x80808080 != 0x00808080 or raw < 1 << 24:  # noqa: PLR2004 - three bytes go on, the fourth is the last
            raise Unusual
        value = (raw & 0x7F | (raw & 0x7F00) >> 1 | (raw & 0x7F0000) >> 2 | (raw & 0x7F000000) >> 3) << 28
        if len(self) >= _REMEMBERED:
            self.clear()
        self[raw] = value
        return value


_UPPER = _Upper()
_PAIRS: Final[Mapping[int, int]] = {
    low | 0x80 | (high | 0x80) << 8: low | high << 7 for low in range(128) for high in range(128)
}
_INSTANT = struct.Struct("<HHI")


def instant(data: bytes, at: int) -> int:
    """Microseconds since 1970 in eight bytes, the form of every instant from 1979 to 2299."""
    low, middle, upper = _INSTANT.unpack_from(data, at)
    value = _PAIRS[low] | _PAIRS[middle] << 14 | _UPPER[upper]
    if value & 1 or value >> 1 > MAX_TIMESTAMP_US:
        raise Unusual
    return value >> 1


def text(data: bytes, at: int, match: Callable[[str], object]) -> tuple[str, int]:
    """A text of any length that matches, and where it ends."""
    size, at = number(data, at, len(data))
    found = data[at : at + size].decode("ascii")
    if len(found) != size or not match(found):
        raise Unusual
    return found, at + size


def text_list(data: bytes, at: int, known: Known) -> tuple[tuple[str, ...], int]:
    """One block of texts, and where it ends."""
    count, at, found = SMALL[data[at]], at + 1, list[str]()
    for _ in range(count):
        found.append(known[data[at + 1 : (at := at + STEP[data[at]])]])
    return tuple(found), _ended(data, at, count)


def text_map(data: bytes, at: int, keys: Mapping[bytes, str], known: Known) -> tuple[dict[str, str], int]:
    """One block of entries, sorted by key, and where it ends."""
    count, at, found = SMALL[data[at]], at + 1, dict[str, str]()
    for _ in range(count):
        key = keys[data[at + 1 : (at := at + STEP[data[at]])]]
        found[key] = known[data[at + 1 : (at := at + STEP[data[at]])]]
    return found, _sorted_and_ended(data, at, count, found)


def number_map(data: bytes, at: int, keys: Mapping[bytes, str], limit: int) -> tuple[dict[str, int], int]:
    """One block of entries, sorted by key, and where it ends."""
    count, at, found = SMALL[data[at]], at + 1, dict[str, int]()
    for _ in range(count):
        key = keys[data[at + 1 : (at := at + STEP[data[at]])]]
        found[key], at = number(data, at, limit)
    return found, _sorted_and_ended(data, at, count, found)


def _sorted_and_ended(data: bytes, at: int, count: int, found: Mapping[str, object]) -> int:
    if len(found) != count or list(found) != sorted(found):
        raise Unusual
    return _ended(data, at, count)


def _ended(data: bytes, at: int, count: int) -> int:
    # An empty list or map is its end mark alone.
    if not count:
        return at
    if data[at]:
        raise Unusual
    return at + 1


def prove(data: bytes, public: int, personal: int, prefix: bytes) -> tuple[bytes, bytes, bytes]:
    """Salt, private_commitment and event_hash of a framed event; raises `Unusual` when they are not those of its bytes.

    Args:
        data: The framed value.
        public: Where its public fields end.
        personal: Where its personal fields end.
        prefix: What goes before the public fields under `event_hash`; see `tracemark.schemas.sealing`.
    """
    if len(data) != personal + SEAL_BYTES or data[personal] != 2:  # noqa: PLR2004 - the branch that is not null
        raise Unusual
    salt, commitment = data[personal + 1 : personal + 17], data[personal + 17 : personal + 49]
    event_hash = data[personal + 49 :]
    if (
        hashlib.sha256(b"\x01" + salt + data[public:personal]).digest() != commitment
        or hashlib.sha256(prefix + data[5:public] + commitment).digest() != event_hash
        or not any(salt)
    ):
        raise Unusual
    return salt, commitment, event_hash
