"""Finished bytes at the end of the newest segment: nothing of an append remains, or all of it does."""

import errno
import os
from typing import NamedTuple

from tracemark.sdk.journal._directory import JournalDirectory
from tracemark.sdk.journal._format import HEADER_SIZE, decode_record
from tracemark.sdk.journal.model import Entry, Position

__all__ = ["SegmentAppender", "Written"]

_fdatasync = getattr(os, "fdatasync", os.fsync)  # macOS has fsync alone
_CLOSED = -1


class Written(NamedTuple):
    """What has been written, as one value: it changes at once, or not at all, whatever interrupts an append."""

    end: Position
    size: int
    """Record bytes in all segments."""
    last_seq: int


class SegmentAppender:
    """Writes records into segments and begins new ones. Not thread-safe, but for `sync`, which any thread may call."""

    def __init__(self, directory: JournalDirectory, segment_bytes: int, written: Written) -> None:
        self._directory = directory
        self._marker = directory.marker
        self._segment_bytes = segment_bytes
        self.written = written
        self._descriptor = _CLOSED
        self._must_rotate = True
        self.interrupted = False
        """Whether an append or a rotation was cut short by an exception that is not the system's: call `settle`."""
        self._first_unsynced = written.end.segment

    def open_segment(self, number: int) -> None:
        """Append to a segment that exists and holds nothing behind `written`."""
        descriptor = os.open(self._directory.segment(number), os.O_WRONLY | os.O_APPEND)
        previous, self._descriptor = self._descriptor, descriptor
        self._must_rotate = False
        if previous != _CLOSED:
            os.close(previous)

    def append(self, record: bytes, last_seq: int) -> Position:
        """Write one record, into a new segment if it would pass the size of this one. `OSError` leaves nothing behind."""
        size = len(record)
        end = self.written.end
        if self._must_rotate or (end.offset + size > self._segment_bytes and end.offset > HEADER_SIZE):
            end = self._rotate()
        self.interrupted = True  # until the value below is stored: a signal handler may raise anywhere between
        try:
            _write_whole(self._descriptor, record, size)
        except OSError:
            self._roll_back(end)
            raise
        end = Position(end.segment, end.offset + size)
        self.written = Written(end, self.written.size + size, last_seq)
        self.interrupted = False
        return end

    def _roll_back(self, end: Position) -> None:
        try:
            os.ftruncate(self._descriptor, end.offset)
        except OSError:  # the next entry goes to a new segment; readers step over what stays here
            self._must_rotate = True
        self.interrupted = False

    def settle(self) -> None:
        """After an exception from a signal handler cut an append short: count what was written whole, leave the rest."""
        end, size, _ = self.written
        if record := self._record_behind(end):
            length, entry = record
            self.written = Written(Position(end.segment, end.offset + length), size + length, entry.last_seq)
        self._must_rotate = True  # whatever else lies there stays behind in this segment
        self.interrupted = False

    def _record_behind(self, end: Position) -> tuple[int, Entry] | None:
        try:
            with self._directory.segment(end.segment).open("rb") as file:
                file.seek(end.offset)
                return decode_record(self._marker, file.read(), 0)
        except FileNotFoundError:  # interrupted between two segments, of which the first is delivered and deleted
            return None

    def _rotate(self) -> Position:
        written = self.written
        segment = written.end.segment + 1
        self.interrupted = True
        self._directory.new_segment(segment, base=written.size)
        self.open_segment(segment)
        self.written = written._replace(end=Position(segment, HEADER_SIZE))
        self.interrupted = False
        return self.written.end

    def sync(self) -> tuple[Position, bool]:
        """Bring everything written so far to the disk: up to where, and whether the disk failed.

        For the commit thread. It opens files of its own, because `append` may close its one at any moment.
        """
        end = self.written.end
        try:
            for number in range(self._first_unsynced, end.segment + 1):
                self._sync_segment(number)
            if end.segment != self._first_unsynced:
                self._directory.sync()
        except OSError:
            self._must_rotate = True  # a file whose sync failed is not to be trusted again
            return end, True
        self._first_unsynced = end.segment
        return end, False

    def _sync_segment(self, number: int) -> None:
        try:
            descriptor = os.open(self._directory.segment(number), os.O_RDONLY)
        except FileNotFoundError:  # delivered and deleted meanwhile
            return
        try:
            _fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Close the segment's file. Safe to call twice."""
        if self._descriptor != _CLOSED:
            os.close(self._descriptor)
            self._descriptor = _CLOSED


def _write_whole(descriptor: int, record: bytes, size: int) -> None:
    if os.write(descriptor, record) < size:  # regular files are written in part only when the disk or a limit ends
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
