"""Accepted events on their way out: the sequence, the journal, and memory while the disk cannot be written.

One lock draws the number, seals the event and appends it, so the order of numbers is the order of the queue, and every number
that was drawn is either in the queue or declared as dropped.

The lock is re-entrant, because a thread may emit while it is inside `put`: the collector may close an abandoned generator, or a
signal handler may run, at any allocation. Such an event takes the number behind the one that is being worked on, and is queued
right after it.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from tracemark.schemas.clock import Clock
from tracemark.sdk.drops import DropRuns, Run
from tracemark.sdk.errors import ClientClosed
from tracemark.sdk.journal import (
    Entry,
    JournalFull,
    JournalReader,
    JournalUnavailable,
    JournalWriter,
    Kind,
    Position,
    Priority,
)
from tracemark.sdk.progress import Progress

__all__ = ["Outbox", "Slot", "Taken"]

_log = logging.getLogger("tracemark.sdk")

Seal = Callable[[int], tuple[bytes, bytes]]
"""Key and framed value of an event, once its sequence number is known."""

_MEMORY_OVERHEAD = 200
"""Bytes that one waiting entry takes in memory beside its key and value."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an accepted event waits: a position in the journal, or None for memory (or a drop)."""

    seq: int
    position: Position | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Entries handed to the courier, and how to acknowledge them."""

    entries: tuple[Entry, ...]
    position: Position | None
    replays: frozenset[int] = frozenset()
    """Numbers of events that were emitted again under the identity of an earlier one."""


class Outbox:
    """The queue of one producer. `put` may be called from any thread; `take` and `done` by one courier thread."""

    def __init__(
        self,
        journal: JournalWriter | None,
        *,
        memory_max_bytes: int,
        full_wait_s: float,
        progress: Progress,
        clock: Clock,
        drained_elsewhere: bool = False,
    ) -> None:
        """`journal` is None when no disk could be written; `drained_elsewhere` when another process reads it (embedded mode)."""
        self._journal = journal
        self._reader: JournalReader | None = None
        self._memory: deque[Entry] = deque()
        self._memory_bytes = 0
        self._memory_max_bytes = memory_max_bytes
        self._full_wait_s = full_wait_s
        self._progress = progress
        self._clock = clock
        self._drained_elsewhere = drained_elsewhere
        self._lock = threading.RLock()
        self._seq = 0
        self._drawing = 0
        self._late: deque[Entry] = deque()
        self._taken: Taken | None = None
        self._closed = False
        self._disk_works = journal is not None
        self._cursor_works = True
        # Kept in memory only: an adopter marks everything as a replay anyway.
        self._replays: set[int] = set()
        self._drops = DropRuns()

    @property
    def last_seq(self) -> int:
        """The highest number drawn."""
        return self._seq

    @property
    def durability(self) -> str:
        """`journal`, or `memory` while the disk cannot be written."""
        return "journal" if self._disk_works else "memory"

    def put(self, seal: Seal, priority: Priority, *, closes: bool = False, replay: bool = False) -> Slot:
        """Number, seal and queue an event; when there is no room in time it is dropped, and counted.

        `replay` says that an event of the same identity may have been delivered before. Whatever `seal` raises comes
        out, after its number has been declared as dropped. A critical event emitted in the middle of another one has no
        position yet, and can only wait for its receipt.

        Raises:
            ClientClosed: The event that closes the session was queued before: nobody would come for this one.
        """
        deadline = self._clock.monotonic() + (0.0 if priority is Priority.HEARTBEAT else self._full_wait_s)
        while True:
            through = self._progress.through
            with self._lock:
                if self._closed:
                    raise ClientClosed("the audit client was closed; make a new one to record more")
                if self._drawing:
                    return self._put_late(seal, priority, closes=closes, replay=replay)
                last_try = self._clock.monotonic() >= deadline
                slot = self._try_put(seal, priority, closes=closes, replay=replay, last_try=last_try)
            if slot is not None:
                return slot
            self._progress.wait_beyond(through, max(0.0, deadline - self._clock.monotonic()))

    def sync(self, slot: Slot, timeout_s: float) -> None:
        """Wait until an event of the journal survives the host; raises `JournalNotDurable`."""
        if self._journal is not None and slot.position is not None:
            self._journal.sync_through(slot.position, timeout_s)

    def take(self, max_entries: int, max_bytes: int) -> Taken:
        """The next entries in order; none when nothing waits.

        Entries that were taken and never `done` come again, as replays: their delivery ended in a way nobody foresaw.
        """
        if self._taken is not None:
            self._taken = replace(self._taken, replays=frozenset(entry.seq for entry in self._taken.entries))
        else:
            self._taken = self._next(max_entries, max_bytes)
        return self._taken or Taken((), None)

    def done(self, taken: Taken) -> None:
        """These entries have arrived, or were given up: forget them."""
        if not taken.entries:
            return
        if taken.position is not None and self._reader is not None:
            self._acknowledge(self._reader, taken.position)
        else:
            with self._lock:
                for _ in taken.entries:
                    self._memory_bytes -= _footprint(self._memory.popleft())
        self._taken = None
        self._replays.difference_update(entry.seq for entry in taken.entries)
        self._progress.advance(taken.entries[-1].last_seq)

    def drop(self, seq: int, reason: str) -> None:
        """Count a number whose event could not be delivered, ever."""
        self._progress.drop(seq, reason)

    def close(self) -> None:
        """Give the journal up; what waits in it is delivered by whoever adopts it."""
        if self._reader is not None:
            self._reader.close()
        if self._journal is not None:
            self._journal.close()

    def _next(self, max_entries: int, max_bytes: int) -> Taken | None:
        # Memory is looked at first: while anything waits there nothing is appended to the journal, so what the journal
        # has then is older.
        with self._lock:
            memory = tuple(islice(self._memory, max_entries))
        if self._journal is not None:
            if self._reader is None:
                self._reader = self._journal.reader()
            found = self._reader.read(max_entries, max_bytes)
            if found:
                return Taken(tuple(entry for _, entry in found), found[-1][0], frozenset(self._replays))
        return Taken(memory, None, frozenset(self._replays)) if memory else None

    def _acknowledge(self, reader: JournalReader, through: Position) -> None:
        try:
            reader.acknowledge(through)
        except JournalUnavailable as error:
            # The next acknowledgement covers this one; until then an adopter would deliver these again, as replays.
            if self._cursor_works:
                _log.error("the journal's cursor cannot be moved: %s", error)
            self._cursor_works = False
        else:
            self._cursor_works = True

    def _next_seq(self) -> int:
        """The number to draw. A signal handler that raises inside an append may leave one queued that nobody counted."""
        journalled = self._journal.last_seq if self._journal is not None else 0
        return max(self._seq, journalled, self._memory[-1].last_seq if self._memory else 0) + 1

    def _try_put(self, seal: Seal, priority: Priority, *, closes: bool, replay: bool, last_try: bool) -> Slot | None:
        """Queue under the lock; None asks to try again, and has drawn no number."""
        seq = self._drawing = self._next_seq()
        try:
            slot = self._draw(seq, seal, priority, closes=closes, replay=replay, last_try=last_try)
            self._closed = closes and slot is not None
            return slot
        finally:
            self._settle_late()
            self._drawing = 0

    def _draw(
        self, seq: int, seal: Seal, priority: Priority, *, closes: bool, replay: bool, last_try: bool
    ) -> Slot | None:
        try:
            key, value = seal(seq)
        except Exception:
            self._declare(seq, "encode_failed")
            raise
        full, position = self._enqueue(Entry(seq, Kind.EVENT, priority, key, value, closes=closes), replay=replay)
        if not full:
            return Slot(seq, position)
        if not last_try and not self._late:
            return None
        self._declare(seq, "heartbeat_full" if priority is Priority.HEARTBEAT else full)
        return Slot(seq, None)

    def _enqueue(self, entry: Entry, *, replay: bool) -> tuple[str, Position | None]:
        """Why there is no room (empty when there is), and the position in the journal, if it went there."""
        if replay:
            self._replays.add(entry.seq)
        try:
            position = self._append(entry)
        except (JournalFull, MemoryError) as error:
            self._replays.discard(entry.seq)
            return "journal_full" if isinstance(error, JournalFull) else "memory_full", None
        self._seq = entry.seq
        self._drops.end()
        return "", position

    def _put_late(self, seal: Seal, priority: Priority, *, closes: bool, replay: bool) -> Slot:
        """Number and seal an event while this thread is busy with another one; `_settle_late` queues it."""
        seq = 0
        key = value = b""
        while seq != (following := self._drawing + len(self._late) + 1):
            seq = following
            key, value = seal(seq)
        if replay:
            self._replays.add(seq)
        self._late.append(Entry(seq, Kind.EVENT, priority, key, value, closes=closes))
        return Slot(seq, None)

    def _settle_late(self) -> None:
        """Queue what was emitted in the middle of another event."""
        if self._late and self._next_seq() <= self._drawing:
            self._declare(self._drawing, "encode_failed")
        while self._late:
            entry = self._late.popleft()
            self._drawing = entry.seq
            self._closed = self._closed or entry.closes
            full, _ = self._enqueue(entry, replay=entry.seq in self._replays)
            if full:
                self._declare(entry.seq, full)

    def _append(self, entry: Entry) -> Position | None:
        """To the journal; to memory while older entries wait there, or the disk refuses."""
        if self._journal is not None and (not self._memory or self._drained_elsewhere):
            try:
                self._spill(self._journal)
                position = self._journal.append(entry)
            except JournalUnavailable as error:
                self._note_disk(works=False, why=str(error))
            else:
                self._note_disk(works=True, why="")
                return position
        size = _footprint(entry)
        if self._memory_bytes + size > self._memory_max_bytes:
            raise MemoryError
        self._memory.append(entry)
        self._memory_bytes += size
        return None

    def _spill(self, journal: JournalWriter) -> None:
        """What waits in memory goes first. Only where no courier of ours may have it in hand: nobody else would come for it."""
        while self._memory:
            journal.append(self._memory[0])
            self._memory_bytes -= _footprint(self._memory.popleft())

    def _declare(self, seq: int, reason: str) -> None:
        """Spend a number on a declared drop."""
        self._seq = seq
        self._progress.drop(seq, reason)
        for run in self._drops.add(seq, reason):
            self._append_drop(run)

    def _append_drop(self, run: Run) -> None:
        """The declaration is itself an entry: an adopter can explain the gap."""
        with suppress(JournalFull, MemoryError):  # the counts in the session's events still tell
            self._append(Entry(run.first, Kind.DROP, Priority.CRITICAL, b"", b"", run.reason, covers=run.count))

    def _note_disk(self, *, works: bool, why: str) -> None:
        if works != self._disk_works:
            self._disk_works = works
            if works:
                _log.warning("the journal can be written again")
            else:
                _log.error("the journal cannot be written, events wait in memory: %s", why)


def _footprint(entry: Entry) -> int:
    return _MEMORY_OVERHEAD + len(entry.key) + len(entry.value)
