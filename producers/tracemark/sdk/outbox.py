"""Accepted events on their way out: every number that is drawn is queued, or declared as dropped.

One lock draws the number, seals the event and appends it, so the order of numbers is the order of the queue.

The lock is re-entrant, because a thread may emit while it is inside `put`: the collector may close an abandoned generator, or a
signal handler may run, at any allocation. Such an event is numbered and queued when the one that is being worked on is done.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from tracemark.schemas.clock import Clock
from tracemark.sdk.backlog import Backlog, OpenJournal
from tracemark.sdk.drops import DropRuns, Run
from tracemark.sdk.errors import ClientClosed
from tracemark.sdk.journal import Entry, JournalFull, Kind, Position, Priority
from tracemark.sdk.memory import MemoryFull
from tracemark.sdk.progress import Progress

__all__ = ["Outbox", "Slot", "Taken"]

_log = logging.getLogger("tracemark.sdk")

Seal = Callable[[int], tuple[bytes, bytes]]
"""Key and framed value of an event, once its sequence number is known."""


@dataclass(slots=True)
class Slot:
    """Where an accepted event waits."""

    seq: int = 0
    """Its number; 0 as long as it waits for the event in whose middle it was emitted."""
    position: Position | None = None
    """Its end in the journal, or None for memory (or a drop)."""


class _Late(NamedTuple):
    """An event that was emitted while its own thread was busy with another one."""

    seal: Seal
    priority: Priority
    closes: bool
    replay: bool
    slot: Slot


@dataclass(frozen=True, slots=True)
class Taken:
    """Entries handed to the courier, and how to acknowledge them."""

    entries: tuple[Entry, ...]
    position: Position | None
    replays: frozenset[int] = frozenset()
    """Numbers of events that were emitted again under the identity of an earlier one."""


class Outbox:
    """The queue of one producer. `put` may be called from any thread; `take`, `done` and `recover` by one courier thread."""

    def __init__(
        self,
        open_journal: OpenJournal,
        *,
        memory_max_bytes: int,
        full_wait_s: float,
        progress: Progress,
        clock: Clock,
        drained_elsewhere: bool = False,
        insist: bool = False,
    ) -> None:
        """See `Backlog` for `open_journal`, `drained_elsewhere` and `insist`; `full_wait_s` is the longest wait for room."""
        self._lock = threading.RLock()
        self._backlog = Backlog(
            open_journal,
            memory_max_bytes=memory_max_bytes,
            lock=self._lock,
            clock=clock,
            drained_elsewhere=drained_elsewhere,
            insist=insist,
        )
        self._full_wait_s = full_wait_s
        self._progress = progress
        self._clock = clock
        self._seq = 0
        self._busy = False
        self._late: deque[_Late] = deque()
        self._taken: Taken | None = None
        self._closed = False
        self._given_up = False
        # Kept in memory only: an adopter marks everything as a replay anyway.
        self._replays: set[int] = set()
        self._drops = DropRuns()

    @property
    def last_seq(self) -> int:
        """The highest number drawn."""
        return self._seq

    @property
    def durability(self) -> str:
        """`journal`, or `memory` while some of what waits is not on disk."""
        return self._backlog.durability

    @property
    def memory_bytes(self) -> int:
        """How much waits in memory."""
        return self._backlog.memory_bytes

    @property
    def drained_seq(self) -> int:
        """How far another process has drained the journal; 0 without one."""
        journal = self._backlog.journal
        return journal.acknowledged_seq if journal is not None else 0

    def put(self, seal: Seal, priority: Priority, *, closes: bool = False, replay: bool = False) -> Slot:
        """Number, seal and queue an event; when there is no room in time it is dropped, and counted.

        `replay` says that an event of the same identity may have been delivered before. Whatever `seal` raises comes
        out, after its number has been declared as dropped. An event emitted in the middle of another one has neither number
        nor position yet.

        Raises:
            ClientClosed: The event that closes the session was queued before: nobody would come for this one.
        """
        wait_s = 0.0 if priority is Priority.HEARTBEAT else self._full_wait_s
        deadline = 0.0
        while True:
            through = self._progress.through
            last_try = not wait_s or (deadline > 0 and self._clock.monotonic() >= deadline)
            with self._lock:
                if self._closed:
                    raise ClientClosed("the audit client was closed; make a new one to record more")
                if self._busy:
                    late = _Late(seal, priority, closes, replay, Slot())
                    self._late.append(late)
                    return late.slot
                slot = self._try_put(seal, priority, closes=closes, replay=replay, last_try=last_try)
            if slot is not None:
                return slot
            deadline = deadline or self._clock.monotonic() + wait_s
            self._progress.wait_beyond(through, max(0.0, deadline - self._clock.monotonic()))

    def sync(self, slot: Slot, timeout_s: float) -> None:
        """Wait until an event of the journal survives the host; raises `JournalNotDurable`."""
        journal = self._backlog.journal
        if journal is not None and slot.position is not None:
            journal.sync_through(slot.position, timeout_s)

    def recover(self) -> None:
        """Look whether the disk can be written again, when it is time, and bring what waits in memory there."""
        self._backlog.recover()

    def take(self, max_entries: int, max_bytes: int) -> Taken:
        """The next entries in order; none when nothing waits.

        Entries that were taken and never `done` come again, as replays: their delivery ended in a way nobody foresaw.
        """
        if self._taken is not None:
            self._taken = replace(self._taken, replays=frozenset(entry.seq for entry in self._taken.entries))
        else:
            entries, position = self._backlog.take(max_entries, max_bytes)
            self._taken = Taken(tuple(entries), position, frozenset(self._replays)) if entries else None
        return self._taken or Taken((), None)

    def done(self, taken: Taken) -> None:
        """These entries have arrived, or were given up: forget them."""
        if not taken.entries or self._given_up:
            return
        self._taken = None
        self._replays.difference_update(entry.seq for entry in taken.entries)
        self._count_unreadable(taken.entries)
        try:
            self._backlog.done(taken.entries, taken.position)
        finally:
            self._progress.advance(taken.entries[-1].last_seq)

    def _count_unreadable(self, entries: Sequence[Entry]) -> None:
        """Numbers that the queue skips without having dropped them were damaged on disk."""
        expected, lost = self._progress.through + 1, 0
        for entry in entries:
            for seq in range(expected, entry.seq):
                if self._progress.reason_of(seq) is None:
                    self._progress.drop(seq, "journal_damaged")
                    lost += 1
            expected = max(expected, entry.last_seq + 1)
        if lost:
            _log.error("the journal was damaged: %d events are unreadable", lost)

    def drop(self, seq: int, reason: str) -> None:
        """Count a number whose event could not be delivered, ever."""
        self._progress.drop(seq, reason)

    def close(self) -> None:
        """Give the journal up: what waits in it is delivered by whoever adopts it. What only memory holds is dropped."""
        self._given_up = True  # a worker that is stuck with the broker may come back later: what it says counts no more
        lost = [entry for entry in self._backlog.close() if entry.kind is Kind.EVENT]
        for entry in lost:
            self._progress.drop(entry.seq, "memory_lost")
        if lost:
            _log.error("%d events are lost: neither was there a disk to keep them nor a broker to take them", len(lost))

    def _try_put(self, seal: Seal, priority: Priority, *, closes: bool, replay: bool, last_try: bool) -> Slot | None:
        """Queue under the lock; None asks to try again, and has drawn no number."""
        self._busy = True
        try:
            return self._draw(seal, priority, closes=closes, replay=replay, last_try=last_try)
        finally:
            self._busy = False
            if self._late:
                self._settle_late()

    def _settle_late(self) -> None:
        """Number and queue what was emitted in the middle of another event; more may come meanwhile."""
        while self._late:
            self._busy = True
            try:
                if not self._late:  # a signal handler's own `put` came in between, and settled them
                    continue
                late = self._late.popleft()
                drawn = self._draw(late.seal, late.priority, closes=late.closes, replay=late.replay, last_try=True)
                if drawn is not None:
                    late.slot.seq, late.slot.position = drawn.seq, drawn.position
            except Exception as error:  # noqa: BLE001 - whoever emitted it has gone on, and its number is declared as dropped
                _log.error("an event emitted by a signal handler cannot be encoded: %s", type(error).__name__)
            finally:
                self._busy = False

    def _draw(self, seal: Seal, priority: Priority, *, closes: bool, replay: bool, last_try: bool) -> Slot | None:
        # A signal handler that raises inside an append may leave a number queued that nobody counted.
        seq = max(self._seq, self._backlog.last_seq) + 1
        try:
            key, value = seal(seq)
        except Exception:
            self._declare(seq, "encode_failed")
            raise
        full, position = self._enqueue(Entry(seq, Kind.EVENT, priority, key, value, closes=closes), replay=replay)
        if full:
            if not last_try:
                return None
            self._declare(seq, "heartbeat_full" if priority is Priority.HEARTBEAT else full)
        self._closed = self._closed or closes
        return Slot(seq, position)

    def _enqueue(self, entry: Entry, *, replay: bool) -> tuple[str, Position | None]:
        """Why there is no room (empty when there is), and the position in the journal, if it went there."""
        if replay:
            self._replays.add(entry.seq)
        try:
            position = self._backlog.append(entry)
        except (JournalFull, MemoryFull) as error:
            self._replays.discard(entry.seq)
            return "journal_full" if isinstance(error, JournalFull) else "memory_full", None
        self._seq = entry.seq
        self._drops.end()
        return "", position

    def _declare(self, seq: int, reason: str) -> None:
        """Spend a number on a declared drop."""
        self._seq = seq
        self._progress.drop(seq, reason)
        for run in self._drops.add(seq, reason):
            self._append_drop(run)

    def _append_drop(self, run: Run) -> None:
        """The declaration is itself an entry: an adopter can explain the gap."""
        with suppress(JournalFull, MemoryFull):  # the counts in the session's events still tell
            self._backlog.append(Entry(run.first, Kind.DROP, Priority.CRITICAL, b"", b"", run.reason, covers=run.count))
