"""Reading records in order, over segments, past damage; without locks and without a cursor of its own.

One rule tells damage from a record that is being written: *an unreadable place is damage if and only if something
sound follows it*, in its segment or in a later one. What is unreadable with nothing behind it is an unfinished write:
of a living owner, who will finish it, or of a dead one, who left a torn tail.
"""

import os
from dataclasses import dataclass, replace
from typing import Literal

from tracemark.sdk.journal._cursor import Cursor
from tracemark.sdk.journal._directory import JournalDirectory
from tracemark.sdk.journal._format import HEADER_SIZE, decode_record, find_record
from tracemark.sdk.journal.model import Damage, Entry, Position

__all__ = ["Passage", "Walker"]

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Passage:
    """An entry, with the state of the walk just behind it."""

    position: Position
    entry: Entry
    passed: int
    """Record bytes up to the position, over all segments."""


class Walker:
    """A walk over a journal from a cursor (or, without one, from its first segment) to its present end."""

    def __init__(self, directory: JournalDirectory, cursor: Cursor | None) -> None:
        self._directory = directory
        self._marker = directory.marker
        self._next_seq: int | None = None
        self._in_damage = False
        self.damage: list[Damage] = []
        """What was found unreadable or missing so far."""
        if cursor is not None:
            self.position, self.passed = cursor.position, cursor.passed
            self._next_seq = cursor.seq + 1
        else:
            first = min(directory.segments(), default=1)
            header = directory.read_header(first)
            self.position, self.passed = Position(first, HEADER_SIZE), header.base if header else 0

    def take(self, max_entries: int, max_bytes: int) -> list[Passage]:
        """The next sound entries: as many as there are, until one of the bounds is reached or passed by the last of them."""
        taken: list[Passage] = []
        limit = self.passed + max_bytes
        while len(taken) < max_entries and self.passed < limit:
            if self._decode(self._read(max(max_bytes, _CHUNK)), taken, max_entries, limit):
                continue
            newer = self._next_segment()  # asked before reading: a segment is complete once a newer one exists
            rest = self._read(None)
            if not self._decode(rest, taken, max_entries, limit) and not self._advance(rest, newer):
                break
        return taken

    def expect(self, seq: int) -> None:
        """The next number is `seq`: those before it are not missing."""
        self._next_seq = seq

    def unread_bytes(self) -> int:
        """How many bytes lie behind the present position in its segment: after a full walk, the torn tail."""
        return len(self._read(None))

    def _read(self, size: int | None) -> bytes:
        segment, offset = self.position
        try:
            descriptor = os.open(self._directory.segment(segment), os.O_RDONLY)
        except FileNotFoundError:
            return b""
        try:
            length = os.fstat(descriptor).st_size - offset
            return os.pread(descriptor, max(0, length if size is None else min(size, length)), offset)
        finally:
            os.close(descriptor)

    def _decode(self, data: bytes, taken: list[Passage], max_entries: int, limit: int) -> bool:
        """Take the sound records at the start of `data`; false when there is none."""
        segment, start = self.position
        at = 0
        while len(taken) < max_entries and self.passed < limit and (found := decode_record(self._marker, data, at)):
            end, entry = found
            if entry.seq < self._least_seq:
                break
            self._note_missing(entry.seq)
            self._next_seq = entry.last_seq + 1
            self.passed += end - at
            at = end
            self.position = Position(segment, start + at)
            taken.append(Passage(self.position, entry, self.passed))
        return at > 0

    @property
    def _least_seq(self) -> int:
        return self._next_seq or 0

    def _next_segment(self) -> int | None:
        following = self.position.segment + 1
        if self._directory.segment(following).exists():
            return following
        later = min((number for number in self._directory.segments() if number > following), default=None)
        # The owner may have begun several while we looked; only one that is absent after a later one is seen is missing.
        return following if self._directory.segment(following).exists() else later

    def _advance(self, rest: bytes, newer: int | None) -> bool:
        """Step over what cannot be read, or into the next segment; false at the present end of the journal."""
        at = find_record(self._marker, rest, 0, self._least_seq)
        if at is not None:
            self._step_over(rest[:at])
            return True
        if newer is None:
            return False
        if rest:
            self._note("corrupt", len(rest))
            self.passed += len(rest)
        self._enter(newer)
        return True

    def _step_over(self, skipped: bytes) -> None:
        # A writer that rolled back may have written anew between two looks: only what stays the same is damage.
        if skipped and self._read(len(skipped)) == skipped:
            self._note("corrupt", len(skipped))
            self.position = Position(self.position.segment, self.position.offset + len(skipped))
            self.passed += len(skipped)

    def _enter(self, segment: int) -> None:
        missing = segment - self.position.segment - 1
        if missing or not self._directory.segment(self.position.segment).exists():
            self._note("segment_missing", 0)
        header = self._directory.read_header(segment)
        self.position = Position(segment, HEADER_SIZE)
        if header is None:
            self._note("corrupt", 0)
        else:
            self.passed = header.base

    def _note(self, reason: Literal["corrupt", "segment_missing", "sequence_gap"], size: int) -> None:
        segment, offset = self.position
        self.damage.append(Damage(reason=reason, segment=segment, offset=offset, bytes=size))
        self._in_damage = True

    def _note_missing(self, seq: int) -> None:
        """Put down which numbers are missing before `seq`: at the damage just passed, or as a gap without one."""
        if self._next_seq is not None and seq > self._next_seq:
            if not self._in_damage:
                self._note("sequence_gap", 0)
            self.damage[-1] = replace(self.damage[-1], first_missing_seq=self._next_seq, last_missing_seq=seq - 1)
        self._in_damage = False
