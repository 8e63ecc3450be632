"""From the journals of every service on this machine into the store."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tracemark.cli.embedded.cutting import Cut, cut_again, cut_next
from tracemark.cli.embedded.lane import LANE, JournalLane
from tracemark.cli.embedded.model import EventWriter, LaneRange, RangeLog
from tracemark.cli.embedded.source import Source
from tracemark.schemas import HEADER_REPLAY
from tracemark.schemas.clock import Clock
from tracemark.schemas.topics import JOURNAL_TOPIC
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal import Entry, JournalBusy, JournalError, Priority
from tracemark.sink.records import Range, StreamRecord
from tracemark.sink.status import LaneStatus

__all__ = ["Drain"]

_log = logging.getLogger("tracemark.up")

_ENTRIES_OF_ONE = 5_000
_BYTES_OF_ONE = 2 * 1024 * 1024
_ENTRIES_AT_ONCE = 20_000
_REST_S = 10
_REPORT_EVERY_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A cut with its range.

    Attributes:
        cut: What was read.
        range: Its place in the lane.
        received_ms: When it was read.
        is_recorded: Whether the range is in the ledger already.
        replayed: Whether rows may be stored at other positions.
    """

    cut: Cut
    range: LaneRange
    received_ms: int
    is_recorded: bool = False
    replayed: bool = False


class Drain:
    """Moves what waits in the journals under one root. `step` belongs to one thread."""

    def __init__(
        self,
        root: Path,
        writer: EventWriter,
        ranges: RangeLog,
        *,
        clock: Clock,
        ids: IdSource,
        report: Callable[[LaneStatus], None],
    ) -> None:
        """Go on where the ledger of ranges ends; `report` is told every few seconds how it goes."""
        self._root = root
        self._writer = writer
        self._ranges = ranges
        self._clock = clock
        self._ids = ids
        self._lane = JournalLane(ranges.next_offset())
        self._sources: dict[str, Source] = {}
        self._unfinished: dict[str, list[LaneRange]] = {}
        self._pending: dict[str, _Pending] = {}
        self._rests_until: dict[str, float] = {}
        self._report = report
        self._report_at = clock.monotonic()

    def step(self) -> int:
        """Move what is new in the journals, by one insert for each table; returns how many sequence numbers were settled.

        Raises:
            StoreError, SinkError: The store cannot answer. Nothing is lost: the next step tries the same ranges again.
        """
        self._look()
        if not self._pending:
            self._cut_all()
        settled = self._settle()
        for source in list(self._sources.values()):
            self._attend(source)
        return settled

    def run(self, stop: threading.Event, *, idle_s: float) -> None:
        """Step until told to stop; wait `idle_s` whenever little was new, and longer while the store is away."""
        while not stop.is_set():
            try:
                settled = self.step()
                self._say("")
            except Exception as error:  # noqa: BLE001 - whatever it is: the journals keep everything, the next step tries again
                _log.exception("the drain is interrupted; events wait in the journals")
                self._say(type(error).__name__)
                stop.wait(1.0)
                continue
            if settled < _ENTRIES_OF_ONE:
                stop.wait(idle_s)

    def close(self) -> None:
        """Let go of every journal; a later drain goes on."""
        for source in self._sources.values():
            source.close()
        self._sources.clear()

    def _say(self, trouble: str) -> None:
        now = self._clock.monotonic()
        if now >= self._report_at:
            self._report_at = now + _REPORT_EVERY_S
            self._report(self._lane.status(trouble=trouble))

    def _look(self) -> None:
        """Open journals that appeared."""
        try:
            names = sorted(entry.name for entry in os.scandir(self._root) if entry.is_dir())
        except FileNotFoundError:
            return
        now = self._clock.monotonic()
        for name in names:
            if not name.startswith(".") and name not in self._sources and self._rests_until.get(name, now) <= now:
                self._open(name)

    def _open(self, producer_id: str) -> None:
        try:
            source = Source(self._root, producer_id, clock=self._clock, ids=self._ids)
        except JournalBusy:
            return  # somebody looks at it, or it is just being removed: it will be there in the next step, or gone
        except JournalError as error:
            self._put_aside(producer_id, error)
            return
        self._unfinished[producer_id] = self._ranges.unfinished(producer_id, source.reader.acknowledged_seq)
        self._sources[producer_id] = source
        _log.info("draining journal %s of service %s", producer_id, source.reader.meta.service_id)

    def _cut_all(self) -> None:
        """Cut a range from every journal that has something new, up to a bound; those that come late are first in the next step."""
        taken = 0
        for producer_id, source in list(self._sources.items()):
            if taken >= _ENTRIES_AT_ONCE:
                return
            self._sources[producer_id] = self._sources.pop(producer_id)
            try:
                pending = self._cut(source)
            except JournalError as error:
                self._put_aside(producer_id, error)
                continue
            if pending is not None:
                self._pending[producer_id] = pending
                taken += pending.range.events

    def _cut(self, source: Source) -> _Pending | None:
        known = self._unfinished[source.producer_id]
        if not known:
            return self._cut_fresh(source, replay_through=0)
        cut = cut_again(source.reader, known[0])
        if cut is not None:
            return self._pend(cut, known.pop(0), is_recorded=True)
        _log.warning("journal %s no longer holds a range that was cut from it; it is cut anew", source.producer_id)
        return self._cut_fresh(source, replay_through=known[-1].last_seq)

    def _cut_fresh(self, source: Source, *, replay_through: int) -> _Pending | None:
        after = source.reader.acknowledged_seq
        cut = cut_next(source.reader, after, max_entries=_ENTRIES_OF_ONE, max_bytes=_BYTES_OF_ONE)
        if cut is None:
            return None
        if cut.last_seq >= replay_through:
            self._unfinished[source.producer_id] = []
        found = LaneRange(
            lane=LANE,
            first_offset=self._lane.take(len(cut.events)),
            events=len(cut.events),
            producer_id=source.producer_id,
            first_seq=cut.first_seq,
            last_seq=cut.last_seq,
            dropped=cut.dropped,
        )
        return self._pend(cut, found, replayed=cut.first_seq <= replay_through)

    def _pend(self, cut: Cut, found: LaneRange, *, is_recorded: bool = False, replayed: bool = False) -> _Pending:
        now_ms = self._clock.now_us() // 1000
        return _Pending(cut=cut, range=found, received_ms=now_ms, is_recorded=is_recorded, replayed=replayed)

    def _settle(self) -> int:
        """Write down what is pending, store it, acknowledge it; on any error it stays pending, to be written again."""
        pending = sorted(self._pending.values(), key=lambda one: one.range.first_offset)
        if fresh := [one.range for one in pending if not one.is_recorded]:
            self._ranges.record(fresh)
            self._pending = {one.range.producer_id: replace(one, is_recorded=True) for one in pending}
        if records := [record for one in pending for record in _records(one)]:
            outcome = self._writer.write(Range(topic=JOURNAL_TOPIC, partition=LANE, records=tuple(records)))
            self._lane.settled(outcome, pending[-1].received_ms)
        for one in pending:
            self._acknowledge(one)
        return sum(one.range.last_seq - one.range.first_seq + 1 for one in pending)

    def _acknowledge(self, one: _Pending) -> None:
        del self._pending[one.range.producer_id]
        try:
            self._sources[one.range.producer_id].acknowledge(one.cut.through)
        except JournalError as error:
            self._put_aside(one.range.producer_id, error)

    def _attend(self, source: Source) -> None:
        """Take the place of a dead owner, end its session, and forget a journal that is finished."""
        producer_id = source.producer_id
        try:
            if source.is_orphaned and source.reader.drained() and not source.inherit():
                return
            if source.conclude(lambda: dict(self._ranges.dropped(producer_id))):
                self._forget(producer_id)
        except JournalBusy:
            self._forget(producer_id)  # gone, or in other hands: looked for again by the next step
        except JournalError as error:
            self._put_aside(producer_id, error)

    def _put_aside(self, producer_id: str, error: JournalError) -> None:
        """Leave a journal alone for a while; what was written down of it is found again then."""
        _log.warning("journal %s is left alone for %d s: %s", producer_id, _REST_S, error)
        self._rests_until[producer_id] = self._clock.monotonic() + _REST_S
        self._forget(producer_id)

    def _forget(self, producer_id: str) -> None:
        if source := self._sources.pop(producer_id, None):
            source.close()
        self._pending.pop(producer_id, None)
        self._unfinished.pop(producer_id, None)


def _records(one: _Pending) -> list[StreamRecord]:
    return [_record(one, offset, entry) for offset, entry in enumerate(one.cut.events, one.range.first_offset)]


def _record(one: _Pending, offset: int, entry: Entry) -> StreamRecord:
    # A measure may have been emitted again under its event_id, when its outcome was open the first time. What a producer says
    # of itself (the key is its id) is critical, too, and never said twice.
    may_repeat = entry.priority is Priority.CRITICAL and entry.key != one.range.producer_id.encode()
    headers = ((HEADER_REPLAY, b"1"),) if one.replayed or may_repeat else ()
    return StreamRecord(JOURNAL_TOPIC, LANE, offset, one.received_ms, entry.key, entry.value, headers)
