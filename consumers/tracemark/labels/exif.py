"""Text in Exif (a TIFF directory inside PNG and JPEG): where generators put a record, too. Found, and blanked in place.

Blanking keeps every offset, so thumbnails and maker notes, which nobody can move safely, stay as they are.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from tracemark.labels.aigc import looks_like_record
from tracemark.labels.errors import TooMuchMetadata
from tracemark.labels.records import Record, record_in

__all__ = ["blanked", "exif_records"]

_MAX_DIRECTORIES: Final = 16
_MAX_TEXT_BYTES: Final = 4 << 20
"""Of all values together: many may name the same bytes."""
_ASCII, _BYTE, _LONG, _UNDEFINED, _UTF8 = 2, 1, 4, 7, 129
_TEXT_TYPES: Final = frozenset({_ASCII, _BYTE, _UNDEFINED, _UTF8})
_SUB_DIRECTORIES: Final = frozenset({0x8769, 0x8825, 0xA005})
_USER_COMMENT: Final = 0x9286
_XP_TAGS: Final = range(0x9C9B, 0x9CA0)
_NAMES: Final = {
    0x010D: "DocumentName",
    0x010E: "ImageDescription",
    0x0131: "Software",
    0x013B: "Artist",
    0x8298: "Copyright",
    _USER_COMMENT: "UserComment",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
}
_CODE_BYTES: Final = 8


class _Place(NamedTuple):
    start: int
    end: int
    record: Record


def exif_records(tiff: bytes) -> list[Record]:
    """Every record among the text fields; a directory that makes no sense is read as far as it does.

    Raises `TooMuchMetadata` when its values together are larger than any honest Exif can be.
    """
    return [place.record for place in _places(tiff)]


def blanked(tiff: bytes) -> bytes:
    """The same, with every record overwritten by NULs."""
    changed = bytearray(tiff)
    for place in _places(tiff):
        changed[place.start : place.end] = bytes(place.end - place.start)
    return bytes(changed)


def _places(tiff: bytes) -> Iterator[_Place]:
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:  # noqa: PLR2004 - the TIFF header
        return
    pending = [struct.unpack_from(order + "I", tiff, 4)[0]]
    seen: set[int] = set()
    room = _MAX_TEXT_BYTES
    while pending and len(seen) < _MAX_DIRECTORIES:
        offset = pending.pop()
        if offset in seen:
            continue
        seen.add(offset)
        for tag, kind, count, at in _entries(tiff, offset, order, pending):
            if tag in _SUB_DIRECTORIES and kind == _LONG and at + 4 <= len(tiff):
                pending.append(struct.unpack_from(order + "I", tiff, at)[0])
            elif kind in _TEXT_TYPES and at + count <= len(tiff):
                room -= count
                if room < 0:
                    raise TooMuchMetadata("Exif names more text than it can hold: look at the file by hand")
                start = at + _CODE_BYTES if tag == _USER_COMMENT else at
                text = _text(tag, tiff[at : at + count], order)
                record = record_in("exif", _NAMES.get(tag, f"0x{tag:04X}"), text)
                if record is not None:
                    yield _Place(start, at + count, record)


def _entries(tiff: bytes, offset: int, order: str, pending: list[int]) -> Iterator[tuple[int, int, int, int]]:
    """Tag, type, count and place of each value of one directory; the next directory joins `pending`."""
    if offset + 2 > len(tiff):
        return
    (number,) = struct.unpack_from(order + "H", tiff, offset)
    end = offset + 2 + 12 * number
    if end > len(tiff):
        return
    for entry in range(offset + 2, end, 12):
        tag, kind, count = struct.unpack_from(order + "HHI", tiff, entry)
        size = count * (4 if kind == _LONG else 1)
        at = entry + 8 if size <= 4 else struct.unpack_from(order + "I", tiff, entry + 8)[0]  # noqa: PLR2004 - in place
        yield tag, kind, count, at
    if end + 4 <= len(tiff):
        pending.append(struct.unpack_from(order + "I", tiff, end)[0])


def _text(tag: int, value: bytes, order: str) -> str:
    if tag in _XP_TAGS:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    if tag == _USER_COMMENT:
        code, value = value[:_CODE_BYTES], value[_CODE_BYTES:]
        if code.startswith(b"UNICODE"):
            # Some writers keep to the order of the directory, others to their own.
            readings = [value.decode(f"utf-16-{end}", "replace").rstrip("\x00") for end in ("le", "be")]
            own = readings[order == ">"]
            return next((reading for reading in readings if looks_like_record(reading)), own)
    return value.rstrip(b"\x00").decode("utf-8", "replace")
