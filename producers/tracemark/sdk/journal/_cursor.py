"""How far a journal was acknowledged: one small file, written in place.

Two slots are written in turn, each with a checksum, so that a torn write leaves the other; the file never grows, so
that a full disk can still be drained. Whoever holds the drain lock writes; anyone may read at any time.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from tracemark.sdk.journal._format import HEADER_SIZE
from tracemark.sdk.journal.errors import JournalUnavailable
from tracemark.sdk.journal.model import Position

__all__ = ["START", "Cursor", "load_cursor", "new_cursor_file", "store_cursor"]

_SLOT = struct.Struct(">8sQIQQQB")  # magic, generation, segment, offset, passed, seq, closed
_CHECK = struct.Struct(">I")
_SLOT_SIZE = _SLOT.size + _CHECK.size
_MAGIC = b"TMCURS\r\n"
_STRIDE = 4096
"""The slots lie in different disk blocks, so that one torn block spoils one slot only."""

_fdatasync = getattr(os, "fdatasync", os.fsync)  # macOS has fsync alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Everything at or before `position` has been delivered."""

    position: Position
    passed: int
    """Record bytes up to the position, over all segments: what the writer's budget is reckoned from."""
    seq: int
    """The last sequence number delivered; 0 before the first."""
    closed: bool = False
    """Whether the entry that closes the session was among them."""
    generation: int = 0

    def encode(self) -> bytes:
        """One slot."""
        fields = _SLOT.pack(_MAGIC, self.generation, *self.position, self.passed, self.seq, self.closed)
        return fields + _CHECK.pack(zlib.crc32(fields))


START = Cursor(position=Position(1, HEADER_SIZE), passed=0, seq=0)
"""The cursor of a fresh journal."""


def new_cursor_file() -> bytes:
    """The content of a fresh cursor file: both slots allocated, the first one valid."""
    return START.encode().ljust(2 * _STRIDE, b"\0")


def load_cursor(path: Path) -> Cursor | None:
    """The newest sound slot; `None` when there is none, or no file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise JournalUnavailable(f"the cursor of {path.parent} cannot be read ({error.strerror})") from error
    slots = [cursor for at in (0, _STRIDE) if (cursor := _decode(data[at : at + _SLOT_SIZE]))]
    return max(slots, key=lambda cursor: cursor.generation, default=None)


def _decode(slot: bytes) -> Cursor | None:
    fields, check = slot[: _SLOT.size], slot[_SLOT.size :]
    if len(fields) < _SLOT.size or _CHECK.pack(zlib.crc32(fields)) != check:
        return None
    magic, generation, segment, offset, passed, seq, closed = _SLOT.unpack(fields)
    if magic != _MAGIC:
        return None
    position = Position(segment, offset)
    return Cursor(position=position, passed=passed, seq=seq, closed=bool(closed), generation=generation)


def store_cursor(path: Path, cursor: Cursor, *, durable: bool) -> None:
    """Overwrite the slot whose turn it is; `durable` waits for the disk, which only the deletion of segments needs.

    Without it a host that crashes may find an older cursor, and sends again what it had sent.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
        try:
            os.pwrite(descriptor, cursor.encode(), cursor.generation % 2 * _STRIDE)
            if durable:
                _fdatasync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise JournalUnavailable(f"the cursor of {path.parent} cannot be written ({error.strerror})") from error
