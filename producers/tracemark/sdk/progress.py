"""What became of the sequence numbers of one producer: how far they are acknowledged, and which were dropped, why."""

import threading
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Accounting", "FlushReport", "Progress", "Receipt"]


_MOST_RUNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """Where every event of this producer is: `emitted = acknowledged + waiting + sum(dropped.values())`, at any time.

    Attributes:
        producer_id: The producer; a forked child is another one.
        emitted: Sequence numbers drawn.
        acknowledged: Delivered: the broker has them, or the embedded store.
        waiting: In the journal or in memory.
        dropped: Declared as lost, by reason.
        durability: `journal`, or `memory` while the disk cannot be written.
    """

    producer_id: str
    emitted: int
    acknowledged: int
    waiting: int
    dropped: Mapping[str, int]
    durability: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushReport:
    """The truth about a flush: what was delivered so far, what still waits, what was dropped.

    `remaining` events in a journal are not lost: this process goes on with them, or another one adopts them.
    """

    sent: int
    remaining: int
    dropped: Mapping[str, int]

    @property
    def complete(self) -> bool:
        """Whether nothing waits and nothing was dropped."""
        return self.remaining == 0 and not self.dropped


class Progress:
    """Acknowledgements and drops of one producer. Safe to use from any thread."""

    def __init__(self) -> None:
        """Nothing drawn, nothing acknowledged."""
        self._changed = threading.Condition()
        self._through = 0
        # First number, last number, reason: an outage of any length is one run.
        self._dropped: list[tuple[int, int, str]] = []
        self._forgotten = 0
        self._counts: Counter[str] = Counter()
        self._parked: set[int] = set()
        self._waiters = 0

    @property
    def through(self) -> int:
        """Every number up to this one is acknowledged or dropped, or parked."""
        return self._through

    @property
    def dropped(self) -> dict[str, int]:
        """How many were dropped, by reason."""
        with self._changed:
            return dict(self._counts)

    @property
    def watched(self) -> bool:
        """Whether a thread waits for an acknowledgement."""
        return self._waiters > 0

    def acknowledged(self, emitted: int) -> int:
        """How many of the numbers 1 to `emitted` have arrived."""
        with self._changed:
            through = min(self._through, emitted)
            dropped = sum(max(0, min(last, through) - first + 1) for first, last, _ in self._dropped)
            parked = sum(1 for seq in self._parked if seq <= through)
            return through - self._forgotten - dropped - parked

    def is_parked(self, seq: int) -> bool:
        """Whether a number waits aside, while those behind it go on."""
        return seq in self._parked

    def settled(self, seq: int) -> bool:
        """Whether nothing up to `seq` waits any more."""
        return self._through >= seq and not any(parked <= seq for parked in self._parked)

    def park(self, seq: int) -> None:
        """Number `seq` waits aside."""
        with self._changed:
            self._parked.add(seq)

    def unpark(self, seq: int, dropped: str | None) -> None:
        """A number that waited aside has arrived, or never will, for this reason."""
        with self._changed:  # one step: at no moment may a dropped number look as if it had arrived
            if dropped is not None:
                self.drop(seq, dropped)
            self._parked.discard(seq)
            self._changed.notify_all()

    def advance(self, seq: int) -> None:
        """Everything up to `seq` has arrived."""
        with self._changed:
            if seq > self._through:
                self._through = seq
                self._changed.notify_all()

    def drop(self, seq: int, reason: str) -> None:
        """Number `seq` will never arrive."""
        with self._changed:
            self._counts[reason] += 1
            if self._dropped and self._dropped[-1][1:] == (seq - 1, reason):
                self._dropped[-1] = (self._dropped[-1][0], seq, reason)
            else:
                insort(self._dropped, (seq, seq, reason))
            # Only the newest drops are asked for by their receipts; the counts keep the rest.
            if len(self._dropped) > _MOST_RUNS and self._dropped[0][1] <= self._through:
                first, last, _ = self._dropped.pop(0)
                self._forgotten += last - first + 1
            self._changed.notify_all()

    def reason_of(self, seq: int) -> str | None:
        """Why a number was dropped; None when it was not."""
        with self._changed:
            index = bisect_right(self._dropped, seq, key=lambda run: run[0]) - 1
            if index < 0 or self._dropped[index][1] < seq:
                return None
            return self._dropped[index][2]

    def wait_beyond(self, seq: int, timeout_s: float) -> bool:
        """Wait until more than `seq` is acknowledged: room may have become free."""
        return self.wait(lambda: self._through > seq, timeout_s)

    def wait(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until `condition` holds, asked again at every change; tell whether it does."""
        with self._changed:
            self._waiters += 1
            try:
                return self._changed.wait_for(condition, timeout_s)
            finally:
                self._waiters -= 1

    def abandon_after_fork(self) -> None:
        """In a forked child: another thread may have held the lock, and would never give it back here."""
        self._changed = threading.Condition()
        self._waiters = 0


class Receipt:
    """What the caller holds of an emitted event. Cheap; may be ignored.

    Attributes:
        event_id: Identity of the event.
        seq: Its number within this producer; 0 while the event waits for the one in whose middle a signal handler emitted it.
        content_id: The content it is about, if any.
        event_hash: 32 bytes that prove the event for ever; a label's ReservedCode1 holds those of its output, in hex.
    """

    __slots__ = ("_progress", "content_id", "event_hash", "event_id", "seq")

    def __init__(
        self, event_id: str, seq: int, content_id: str | None, progress: Progress, event_hash: bytes = b""
    ) -> None:
        """Made by `emit`."""
        self.event_hash = event_hash
        self.event_id = event_id
        self.seq = seq
        self.content_id = content_id
        self._progress = progress

    @property
    def accepted(self) -> bool:
        """Whether the event was taken: in the journal (or in memory without a disk), not dropped."""
        return self._progress.reason_of(self.seq) is None

    @property
    def acknowledged(self) -> bool:
        """Whether the broker, or the embedded store, has it."""
        progress = self._progress
        return 0 < self.seq <= progress.through and not progress.is_parked(self.seq) and self.accepted

    @property
    def dropped(self) -> str | None:
        """Why the event was dropped; None when it was not."""
        return self._progress.reason_of(self.seq)

    def wait(self, timeout: float = 30.0) -> bool:
        """Wait up to `timeout` seconds for the acknowledgement; tell whether it came. False at once for a dropped event."""
        self._progress.wait(lambda: self.acknowledged or not self.accepted, timeout)
        return self.acknowledged

    def __repr__(self) -> str:
        state = self.dropped or ("acknowledged" if self.acknowledged else "accepted")
        return f"Receipt(event_id={self.event_id!r}, seq={self.seq}, {state})"
