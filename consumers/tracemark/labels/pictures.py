"""Several pictures in one JPEG (CIPA DC-007, "MPF"): the first one holds an index of where the others stand.

Offsets are counted from the index's own header, and the first picture's size stands in it, too: both change when metadata
in front of the scan do.
"""

import struct
from dataclasses import dataclass
from typing import Final

from tracemark.labels.errors import NotWritable

__all__ = ["PREFIX", "PictureIndex"]

PREFIX: Final = b"MPF\x00"

_HEADER: Final = len(PREFIX)
_ENTRIES: Final = 0xB002
_UNDEFINED: Final = 7
_ENTRY_BYTES: Final = 16
_MOST: Final = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureIndex:
    """An index on its way from one file into another.

    Attributes:
        payload: Of its segment.
        read_at: Where the payload began.
        written_at: Where it begins now.
    """

    payload: bytes
    read_at: int
    written_at: int

    def moved(self, old_scan: int, new_scan: int) -> bytes:
        """The payload for a file in which everything from `old_scan` on now begins at `new_scan`.

        Raises `NotWritable` when the index makes no sense, or names a picture in front of that.
        """
        changed = bytearray(self.payload)
        grown = new_scan - old_scan
        order, entries = self._entries()
        for number, at in enumerate(entries):
            size, offset = struct.unpack_from(order + "II", changed, at + 4)
            if offset:
                place = self.read_at + _HEADER + offset
                offset = place + grown - (self.written_at + _HEADER)
                if place < old_scan:
                    raise _senseless()
            elif number == 0:
                size += grown
            if not (0 <= size <= _MOST and 0 <= offset <= _MOST):
                raise _senseless()
            struct.pack_into(order + "II", changed, at + 4, size, offset)
        return bytes(changed)

    def _entries(self) -> tuple[str, range]:
        """The order of bytes, and where each entry begins in the payload; none in an index that only describes its picture."""
        payload = self.payload
        try:
            order = {b"II*\x00": "<", b"MM\x00*": ">"}[payload[_HEADER : _HEADER + 4]]
            (first,) = struct.unpack_from(order + "I", payload, _HEADER + 4)
            directory = _HEADER + first
            (number,) = struct.unpack_from(order + "H", payload, directory)
            for at in range(directory + 2, directory + 2 + 12 * number, 12):
                tag, kind, count, offset = struct.unpack_from(order + "HHII", payload, at)
                if tag == _ENTRIES:
                    start, end = _HEADER + offset, _HEADER + offset + count
                    if kind != _UNDEFINED or count % _ENTRY_BYTES or end > len(payload):
                        raise _senseless()
                    return order, range(start, end, _ENTRY_BYTES)
        except (KeyError, struct.error):
            raise _senseless() from None
        return order, range(0)


def _senseless() -> NotWritable:
    return NotWritable(
        "the JPEG holds several pictures and an index of them that cannot be kept true: label the picture by itself"
    )
