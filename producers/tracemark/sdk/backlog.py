"""Where accepted events wait for their delivery: in the journal, and in memory while no disk can be written.

One queue in two places. While anything waits in memory nothing goes past it into the journal, so what the journal holds is
older; as soon as the disk can be written again, what waits in memory moves to the journal's end, in order.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from tracemark.schemas.clock import Clock
from tracemark.sdk.backoff import Backoff
from tracemark.sdk.journal import (
    Entry,
    JournalFull,
    JournalReader,
    JournalUnavailable,
    JournalWriter,
    Position,
    Priority,
)
from tracemark.sdk.memory import MemoryQueue

__all__ = ["Backlog", "OpenJournal"]

_log = logging.getLogger("tracemark.sdk")

OpenJournal = Callable[[], JournalWriter]
"""Creates this producer's journal; raises `JournalUnavailable`."""

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 10.0
_MOVED_BY_EMIT = 32
"""How many entries one `append` brings to the disk before its own: what waits longer is moved by the worker."""

_MOVED_AT_ONCE = 256
_ANY_BYTES = 1 << 40


class Backlog:
    """The queue of one producer.

    `append` is called under the owner's lock, by any thread; everything else by the one thread that delivers, without it.
    """

    def __init__(
        self,
        open_journal: OpenJournal,
        *,
        memory_max_bytes: int,
        lock: threading.RLock,
        clock: Clock,
        drained_elsewhere: bool = False,
        insist: bool = False,
    ) -> None:
        """Create the journal; when that fails, say so, and let `recover` try again.

        Args:
            open_journal: Makes the journal.
            memory_max_bytes: Bound of what may wait in memory.
            lock: The owner's.
            clock: The time.
            drained_elsewhere: Another process reads the journal (embedded mode), and nobody here may hold its cursor.
            insist: Raise `JournalUnavailable` instead of waiting in memory.
        """
        self._open_journal = open_journal
        self._memory = MemoryQueue(memory_max_bytes)
        self._lock = lock
        self._retry = Backoff(_FIRST_PAUSE_S, _LONGEST_PAUSE_S, clock)
        self._drained_elsewhere = drained_elsewhere
        self._journal: JournalWriter | None = None
        self._reader: JournalReader | None = None
        self._disk_works = True
        self._cursor_works = True
        self._moving = False
        self._delivered = 0
        self._owed = 0
        if insist:
            self._create()
        else:
            self._try_to_create()

    @property
    def journal(self) -> JournalWriter | None:
        """The journal; None as long as it could not be created."""
        return self._journal

    @property
    def durability(self) -> str:
        """`journal` when every waiting event is on disk and the next one will be; else `memory`."""
        return "journal" if self._disk_works and not self._memory else "memory"

    @property
    def last_seq(self) -> int:
        """The highest number that waits here, or did. A signal handler that raises may leave one that nobody counted."""
        return max(self._journal.last_seq if self._journal is not None else 0, self._memory.last_seq)

    @property
    def memory_bytes(self) -> int:
        """How much waits in memory."""
        return self._memory.bytes

    def append(self, entry: Entry) -> Position | None:
        """Queue an entry: its position in the journal, or None for memory.

        Raises:
            JournalFull, MemoryFull: a bound is reached; nothing was queued.
        """
        journal, urgent = self._journal, entry.priority is Priority.CRITICAL
        if journal is not None and (self._disk_works or urgent or self._retry.due):
            try:
                if not self._memory or self._moved(journal, None if urgent else _MOVED_BY_EMIT):
                    position = journal.append(entry)
                    if not self._disk_works:
                        self._note_disk("")
                    return position
            except JournalUnavailable as error:
                self._note_disk(str(error))
        self._memory.add(entry)
        return None

    def recover(self) -> None:
        """Create a missing journal, and bring what waits in memory to it, when it is time to try."""
        if (self._journal is None or self._memory) and self._retry.due:
            self._try_to_create()
            self._move_all()

    def take(self, max_entries: int, max_bytes: int) -> tuple[Sequence[Entry], Position | None]:
        """The next entries, and their end in the journal (None for entries in memory); the same again until `done`."""
        self._settle()
        # Memory is looked at first: what is moved to the journal meanwhile is then found there.
        with self._lock:
            waiting = self._memory.first(max_entries)
        if self._journal is not None:
            found = self._journal_reader(self._journal).read(max_entries, max_bytes)
            if found:
                return tuple(entry for _, entry in found), found[-1][0]
        return waiting, None

    def done(self, entries: Sequence[Entry], position: Position | None) -> None:
        """These entries, as `take` gave them, need not wait any more."""
        if position is not None and self._reader is not None:
            self._move_cursor(partial(self._reader.acknowledge, position))
            return
        last_seq, left = entries[-1].last_seq, len(entries)
        with self._lock:
            while self._memory and self._memory.head.last_seq <= last_seq:
                self._memory.pop()
                left -= 1
        self._delivered = last_seq
        self._owed += left  # those that were moved to the journal meanwhile: they come next there
        self._settle()
        if self._reader is not None and not self._owed:
            self._move_cursor(partial(self._reader.skip_to, last_seq))

    def close(self) -> list[Entry]:
        """A last try to bring everything to the disk, then give the journal up; returns what is lost with this process."""
        if self._memory:
            self._try_to_create()
            self._move_all()
        with self._lock:
            lost = [self._memory.pop() for _ in range(len(self._memory))]
        if self._reader is not None:
            self._reader.close()
        if self._journal is not None:
            self._journal.close()
        return lost

    def _try_to_create(self) -> None:
        try:
            self._create()
        except JournalUnavailable as error:
            self._note_disk(str(error))

    def _create(self) -> None:
        if self._journal is not None:
            return
        journal = self._open_journal()
        with self._lock:
            self._journal = journal
            gone = max(self._delivered, self._memory.head.seq - 1 if self._memory else 0)
        if gone and not self._drained_elsewhere:
            # They went by way of memory: nobody who adopts this journal may take them for lost.
            self._move_cursor(partial(self._journal_reader(journal).skip_to, gone))
        if not self._memory:
            self._note_disk("")

    def _move_all(self) -> None:
        """Bring memory to the journal, piece by piece: emitting threads get the lock in between."""
        while self._journal is not None and self._memory:
            before = len(self._memory)
            with self._lock:
                try:
                    self._moved(self._journal, _MOVED_AT_ONCE)
                except JournalUnavailable as error:
                    self._note_disk(str(error))
                    return
            if len(self._memory) >= before:
                return
        if self._journal is not None:
            self._note_disk("")

    def _moved(self, journal: JournalWriter, limit: int | None) -> bool:
        """Move up to `limit` entries; tell whether memory is empty then. A full journal leaves the rest where it is."""
        with suppress(JournalFull):
            self._move(journal, limit)
        return not self._memory

    def _move(self, journal: JournalWriter, limit: int | None) -> None:
        # An event emitted in the middle of this, by a signal handler or the collector, waits behind the others in memory.
        if self._moving:
            return
        self._moving = True
        try:
            for _ in range(len(self._memory) if limit is None else min(limit, len(self._memory))):
                if self._memory.head.seq > journal.last_seq:  # else a signal handler raised between the two steps
                    journal.append(self._memory.head)
                self._memory.pop()
        finally:
            self._moving = False

    def _settle(self) -> None:
        """Acknowledge what was delivered from memory and had been moved to the journal meanwhile."""
        if not self._owed or self._journal is None:
            return
        reader = self._journal_reader(self._journal)
        while self._owed and (found := reader.read(self._owed, _ANY_BYTES)):
            ours = [position for position, entry in found if entry.seq <= self._delivered]
            self._owed -= len(found)
            if ours:
                self._move_cursor(partial(reader.acknowledge, ours[-1]))
            if len(ours) < len(found):  # only when entries became unreadable: the others are still to be delivered
                reader.rewind()
                self._owed = 0

    def _journal_reader(self, journal: JournalWriter) -> JournalReader:
        if self._reader is None:
            self._reader = journal.reader()
        return self._reader

    def _move_cursor(self, move: Callable[[], None]) -> None:
        try:
            move()
        except JournalUnavailable as error:
            # The next acknowledgement covers this one; until then an adopter would deliver these again, as replays.
            if self._cursor_works:
                _log.error("the journal's cursor cannot be moved: %s", error)
            self._cursor_works = False
        else:
            self._cursor_works = True

    def _note_disk(self, trouble: str) -> None:
        if trouble:
            self._retry.failed()
        else:
            self._retry.succeeded()
        if self._disk_works == bool(trouble):
            if trouble:
                _log.error("the journal cannot be written, events wait in memory and are tried again: %s", trouble)
            else:
                _log.warning("the journal can be written again; what waited in memory is on disk")
            self._disk_works = not trouble
