"""From the journals of every service on this machine into the store."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracemark.cli.embedded.cutting import Cut, cut_again, cut_next
from tracemark.cli.embedded.lanes import Lanes
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

_MAX_ENTRIES = 5000
_MAX_BYTES = 4 * 1024 * 1024
_REST_S = 10
_REPORT_EVERY_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A cut with its range: written down, perhaps stored.

    Attributes:
        cut: What was read.
        range: Its place in the lane.
        received_ms: When it was read.
        replayed: Whether rows may be stored at other positions already.
    """

    cut: Cut
    range: LaneRange
    received_ms: int
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
        report: Callable[[Sequence[LaneStatus]], None],
    ) -> None:
        """Go on where the ledger of ranges ends; `report` is told every few seconds what the lanes do."""
        self._root = root
        self._writer = writer
        self._ranges = ranges
        self._clock = clock
        self._ids = ids
        self._lanes = Lanes(ranges.next_offsets())
        self._sources: dict[str, Source] = {}
        self._unfinished: dict[str, list[LaneRange]] = {}
        self._pending: dict[str, _Pending] = {}
        self._rests_until: dict[str, float] = {}
        self._report = report
        self._report_at = clock.monotonic()

    def step(self) -> int:
        """Move one range of every journal that has something new; returns how many sequence numbers were settled.

        Raises:
            StoreError: The store cannot answer. Nothing is lost: the same ranges are tried by the next step.
        """
        self._look()
        fresh = [found for source in list(self._sources.values()) if (found := self._cut(source)) is not None]
        if fresh:
            self._ranges.record([pending.range for pending in fresh])
            self._pending |= {pending.range.producer_id: pending for pending in fresh}
        settled = self._settle_all()
        for source in list(self._sources.values()):
            self._attend(source)
        return settled

    def run(self, stop: threading.Event, *, idle_s: float) -> None:
        """Step until told to stop; wait `idle_s` whenever nothing was new, and longer while the store is away."""
        while not stop.is_set():
            try:
                settled = self.step()
                self._say("")
            except Exception as error:  # noqa: BLE001 - whatever it is: the journals keep everything, the next step tries again
                _log.exception("the drain is interrupted; events wait in the journals")
                self._say(type(error).__name__)
                stop.wait(1.0)
                continue
            if settled < _MAX_ENTRIES:
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
            self._report(self._lanes.statuses(JOURNAL_TOPIC, trouble=trouble))

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
        unfinished = self._ranges.unfinished(producer_id, source.reader.acknowledged_seq)
        self._sources[producer_id] = source
        self._unfinished[producer_id] = unfinished
        if unfinished:
            # Before any journal without a lane gets one: the ranges of a lane are written in offset order.
            self._lanes.hold(producer_id, lane=unfinished[0].lane)
        _log.info("draining journal %s of service %s", producer_id, source.reader.meta.service_id)

    def _cut(self, source: Source) -> _Pending | None:
        """A new range of a journal, if there is something new; one that was written down before goes to `_pending` at once."""
        producer_id = source.producer_id
        if producer_id in self._pending:
            return None
        try:
            return (
                self._cut_known(source) if self._unfinished[producer_id] else self._cut_fresh(source, replay_through=0)
            )
        except JournalError as error:
            self._put_aside(producer_id, error)
            return None

    def _cut_known(self, source: Source) -> _Pending | None:
        known = self._unfinished[source.producer_id]
        cut = cut_again(source.reader, known[0])
        if cut is not None:
            self._pending[source.producer_id] = self._pend(cut, known.pop(0))
            return None
        _log.warning("journal %s no longer holds a range that was cut from it; it is cut anew", source.producer_id)
        return self._cut_fresh(source, replay_through=known[-1].last_seq)

    def _cut_fresh(self, source: Source, *, replay_through: int) -> _Pending | None:
        after = source.reader.acknowledged_seq
        cut = cut_next(source.reader, after, max_entries=_MAX_ENTRIES, max_bytes=_MAX_BYTES)
        if cut is None:
            return None
        if cut.last_seq >= replay_through:
            self._unfinished[source.producer_id] = []
        lane, first = self._lanes.take(source.producer_id, len(cut.events))
        found = LaneRange(
            lane=lane,
            first_offset=first,
            events=len(cut.events),
            producer_id=source.producer_id,
            first_seq=cut.first_seq,
            last_seq=cut.last_seq,
            dropped=cut.dropped,
        )
        return self._pend(cut, found, replayed=cut.first_seq <= replay_through)

    def _pend(self, cut: Cut, found: LaneRange, *, replayed: bool = False) -> _Pending:
        now_ms = self._clock.now_us() // 1000
        return _Pending(cut=cut, range=found, received_ms=now_ms, replayed=replayed)

    def _settle_all(self) -> int:
        """Settle every pending range; one that fails does not keep the others, and its error comes out at the end."""
        settled, failures = 0, list[Exception]()
        for producer_id in list(self._pending):
            try:
                settled += self._settle(producer_id)
            except JournalError as error:
                self._put_aside(producer_id, error)
            except Exception as error:  # noqa: BLE001 - raised below, once the others are done
                failures.append(error)
        if failures:
            raise failures[0]
        return settled

    def _settle(self, producer_id: str) -> int:
        """Store a range and acknowledge it; on any error it stays pending, to be written again."""
        pending = self._pending[producer_id]
        if pending.cut.events:
            outcome = self._writer.write(_as_range(pending))
            self._lanes.settled(pending.range.lane, pending.range.next_offset, outcome, pending.received_ms)
        self._sources[producer_id].acknowledge(pending.cut.through)
        del self._pending[producer_id]
        return pending.range.last_seq - pending.range.first_seq + 1

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
        self._lanes.release(producer_id)


def _as_range(pending: _Pending) -> Range:
    return Range(
        topic=JOURNAL_TOPIC,
        partition=pending.range.lane,
        records=tuple(
            _as_record(pending, offset, entry)
            for offset, entry in enumerate(pending.cut.events, pending.range.first_offset)
        ),
    )


def _as_record(pending: _Pending, offset: int, entry: Entry) -> StreamRecord:
    # A critical event may have been emitted again under its event_id, when its outcome was open the first time.
    replayed = pending.replayed or entry.priority is Priority.CRITICAL
    headers = ((HEADER_REPLAY, b"1"),) if replayed else ()
    return StreamRecord(JOURNAL_TOPIC, pending.range.lane, offset, pending.received_ms, entry.key, entry.value, headers)
