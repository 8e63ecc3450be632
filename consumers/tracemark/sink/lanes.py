"""One partition on its way through the sink: what is collected, what is being written, what may be committed."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

from tracemark.sink.cutting import CutLimits, Cutter
from tracemark.sink.errors import LaneTaken, SinkError, TooManyDeadLetters
from tracemark.sink.records import Range, RangeOutcome, StreamRecord
from tracemark.sink.status import LaneState, LaneStatus
from tracemark.store import StoreDenied, StoreError, StoreRefused

__all__ = ["Backoff", "Flight", "Lane", "LaneKey", "Totals"]

log = logging.getLogger("tracemark.sink")

Flight = Future[RangeOutcome]
"""A range being written by another thread."""

_RANGES_AHEAD = 2
"""A lane is paused when so many ranges wait in memory."""


class LaneKey(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that double up to a limit."""

    first_s: float
    limit_s: float

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        return min(self.limit_s, self.first_s * 2.0 ** min(failures - 1, 30))


@dataclass(slots=True, kw_only=True)
class Totals:
    """What became of a partition's records since the sink started, over all its assignments."""

    stored: int = 0
    dead: int = 0
    duplicates: int = 0
    last_ts_ms: int | None = None

    def add(self, range_: Range, outcome: RangeOutcome) -> None:
        """Count one range."""
        self.last_ts_ms = range_.records[-1].broker_ts_ms
        self.stored += outcome.stored
        self.dead += outcome.dead
        self.duplicates += outcome.duplicates


@dataclass(slots=True, kw_only=True)
class Lane:
    """One assignment of one partition: it ends with the assignment, and the next one begins at the committed offset.

    `is_taken` once another sink turned out to write the partition: then this lane is over, and Kafka must say whose it is.
    Used by the poll thread alone. At most one range is being written at a time, and none before `after`, the last write of the
    assignment before, has ended.
    """

    key: LaneKey
    topic_id: str
    limits: CutLimits
    backoff: Backoff
    epoch: int
    settled: int = -1
    committed: int = -1
    after: Flight | None = None
    totals: Totals = field(default_factory=Totals)
    state: LaneState = "running"
    reason: str = ""
    is_taken: bool = False
    _cutter: Cutter = field(init=False)
    _last_taken: int = -1
    _range: Range | None = None
    _flight: Flight | None = None
    _failures: int = 0
    _retry_at: float = 0.0

    def __post_init__(self) -> None:
        """Begin empty."""
        self._cutter = Cutter(self.limits)

    @property
    def flight(self) -> Flight | None:
        """The write under way."""
        return self._flight

    @property
    def is_full(self) -> bool:
        """Whether enough waits in memory; the partition is then paused."""
        limits = self.limits
        return self._cutter.rows >= _RANGES_AHEAD * limits.rows or self._cutter.bytes_ >= _RANGES_AHEAD * limits.bytes_

    @property
    def to_commit(self) -> int | None:
        """The offset to commit, if there is news."""
        return self.settled + 1 if self.settled + 1 > max(0, self.committed) else None

    def take(self, records: Sequence[StreamRecord], now: float) -> None:
        """Collect records as they were polled."""
        new = [record for record in records if record.offset > self._last_taken]
        if new:
            self._last_taken = new[-1].offset
            self._cutter.add(new, now)

    def next_range(self, now: float) -> Range | None:
        """What to write now: the range that failed, when its pause is over, else the next one that is ready."""
        if (
            self.is_taken
            or self._flight is not None
            or now < self._retry_at
            or (self.after is not None and not self.after.done())
        ):
            return None
        if self._range is None and (records := self._cutter.cut(now)):
            self._range = Range(
                topic=self.key.topic,
                partition=self.key.partition,
                records=records,
                topic_id=self.topic_id,
                epoch=self.epoch,
            )
        return self._range

    def launched(self, flight: Flight) -> None:
        """A thread is writing what `next_range` gave."""
        self._flight = flight

    def land(self, now: float) -> None:
        """Take the result of a write that has ended, if there is one; an error that is no sink's or store's is raised."""
        if self._flight is None or self._range is None or not self._flight.done():
            return
        flight, self._flight = self._flight, None
        error = flight.exception()
        if error is None:
            self._succeeded(self._range, flight.result())
        elif isinstance(error, StoreError | SinkError):
            self._failed(error, now)
        else:
            raise error

    def status(self, end_offset: int, rows_per_second: float = 0.0) -> LaneStatus:
        """As others may see it."""
        return LaneStatus(
            topic=self.key.topic,
            partition=self.key.partition,
            state=self.state,
            reason=self.reason,
            next_offset=max(self.settled + 1, self.committed),
            end_offset=end_offset,
            stored_total=self.totals.stored,
            dead_letters_total=self.totals.dead,
            duplicates_total=self.totals.duplicates,
            last_broker_ts_ms=self.totals.last_ts_ms,
            rows_per_second=rows_per_second,
        )

    def _succeeded(self, range_: Range, outcome: RangeOutcome) -> None:
        if self._failures:
            log.info("%s[%d]: goes on after %d failures", *self.key, self._failures)
        self.totals.add(range_, outcome)
        self.settled = range_.last_offset
        self.state, self.reason = "running", ""
        self._range, self._failures, self._retry_at = None, 0, 0.0

    def _failed(self, error: StoreError | SinkError, now: float) -> None:
        if isinstance(error, LaneTaken):
            self.is_taken = True
            log.warning("%s", error)
            return
        self._failures += 1
        pause = self.backoff.pause(self._failures)
        self._retry_at = now + pause
        before = self.reason
        self.reason = getattr(error, "name", "") or type(error).__name__
        # Nothing is lost either way; a blocked lane tries again, too, for somebody may have mended the store.
        self.state = "blocked" if isinstance(error, StoreRefused | StoreDenied | TooManyDeadLetters) else "waiting"
        if self.reason != before:
            level = logging.ERROR if self.state == "blocked" else logging.WARNING
            log.log(level, "%s[%d]: %s: %s; trying again in %.1f s", *self.key, self.state, error, pause)
