"""Avro's binary encoding, as the generated encoders call it (Avro specification 1.12, "Binary Encoding").

Map keys are written in sorted order, in one block, and every length in its shortest form: equal events are equal bytes, so an
event's hash can be rebuilt from a stored row.
"""

import struct
from collections.abc import Callable, Mapping, Sequence

__all__ = ["VARINTS", "write_array", "write_long", "write_map_long", "write_map_string", "write_string"]

_DOUBLE = struct.Struct("<d")
write_double: Callable[[float], bytes] = _DOUBLE.pack


def _varint(value: int) -> bytes:
    zigzag = (value << 1) ^ (value >> 63)
    if 0x3FFF < zigzag <= 0x1FFFFF:  # noqa: PLR2004 - three groups of seven bits: durations
        return bytes((zigzag & 0x7F | 0x80, zigzag >> 7 & 0x7F | 0x80, zigzag >> 14))
    if 0x1FFFFFFFFFFFF < zigzag <= 0xFFFFFFFFFFFFFF:  # noqa: PLR2004 - eight groups: the microseconds of this century
        return bytes(
            (
                zigzag & 0x7F | 0x80,
                zigzag >> 7 & 0x7F | 0x80,
                zigzag >> 14 & 0x7F | 0x80,
                zigzag >> 21 & 0x7F | 0x80,
                zigzag >> 28 & 0x7F | 0x80,
                zigzag >> 35 & 0x7F | 0x80,
                zigzag >> 42 & 0x7F | 0x80,
                zigzag >> 49,
            )
        )
    out = bytearray()
    while zigzag > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    out.append(zigzag)
    return bytes(out)


VARINTS: Sequence[bytes] = tuple(_varint(n) for n in range(1024))
"""The encodings of 0 to 1023: most lengths and counts."""


def write_long(value: int) -> bytes:
    """A zig-zag varint."""
    return VARINTS[value] if 0 <= value < 1024 else _varint(value)  # noqa: PLR2004 - the table above


def write_string(value: str) -> bytes:
    """Length and UTF-8 bytes."""
    data = value.encode()
    size = len(data)
    return (VARINTS[size] if size < 1024 else _varint(size)) + data  # noqa: PLR2004 - as in write_long


def write_array(values: Sequence[str], item: Callable[[str], bytes]) -> bytes:
    """One block of items; an empty array is the end mark alone."""
    if not values:
        return b"\x00"
    if len(values) == 1:
        return b"\x02" + item(values[0]) + b"\x00"
    return write_long(len(values)) + b"".join(map(item, values)) + b"\x00"


def write_map_string(values: Mapping[str, str]) -> bytes:
    """One block, sorted by key."""
    if not values:
        return b"\x00"
    entries = (write_string(key) + write_string(values[key]) for key in sorted(values))
    return write_long(len(values)) + b"".join(entries) + b"\x00"


def write_map_long(values: Mapping[str, int]) -> bytes:
    """One block, sorted by key."""
    if not values:
        return b"\x00"
    entries = (write_string(key) + write_long(values[key]) for key in sorted(values))
    return write_long(len(values)) + b"".join(entries) + b"\x00"
