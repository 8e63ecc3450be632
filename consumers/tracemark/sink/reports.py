"""Reports of what the lanes do, taken every few seconds."""

import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from tracemark.schemas.clock import Clock
from tracemark.sink.config import SinkConfig
from tracemark.sink.lanes import Lane, LaneKey
from tracemark.sink.status import LaneStatus, SinkStatus, StatusTable
from tracemark.sink.watching import POSITION_FROZEN, Watchdog
from tracemark.store import Store, StoreError

__all__ = ["Reports"]

log = logging.getLogger("tracemark.sink")


class Reports:
    """Takes a snapshot every few seconds and has it written to `sink_status`; a store that is away only misses a report."""

    def __init__(self, config: SinkConfig, store: Store, clock: Clock) -> None:
        """The first report is due at once."""
        self._config = config
        self._clock = clock
        self._table = StatusTable(store)
        self._next = 0.0
        self._writing: Future[None] | None = None
        self._stored: dict[LaneKey, tuple[float, int]] = {}
        self._watchdog = Watchdog(config.frozen_after_s)
        self._frozen: set[LaneKey] = set()
        self.last = SinkStatus(sink_id=config.sink_id, reported_at_us=clock.now_us())

    def maybe(
        self,
        lanes: Mapping[LaneKey, Lane],
        ends: Callable[[Collection[LaneKey]], Mapping[LaneKey, int]],
        pool: ThreadPoolExecutor,
    ) -> None:
        """Report when it is time; `ends` asks Kafka where the partitions end, `pool` writes."""
        now = self._clock.monotonic()
        if now < self._next or (self._writing is not None and not self._writing.done()):
            return
        self._next = now + self._config.status_every_s
        found = ends(list(lanes)) if lanes else {}
        statuses = [self._lane_status(lane, found.get(key, -1), now) for key, lane in sorted(lanes.items())]
        self._keep(statuses)
        self._writing = pool.submit(self._write, self.last)

    def stopped(self) -> None:
        """Say so, if the store can still be told."""
        self._keep([_as_stopped(lane) for lane in self.last.lanes])
        self._write(self.last)

    def _keep(self, lanes: list[LaneStatus]) -> None:
        self.last = SinkStatus(sink_id=self._config.sink_id, reported_at_us=self._clock.now_us(), lanes=tuple(lanes))

    def _lane_status(self, lane: Lane, end: int, now: float) -> LaneStatus:
        status = lane.status(end)
        since, before = self._stored.get(lane.key, (now, status.stored_total))
        self._stored[lane.key] = (now, status.stored_total)
        elapsed = now - since
        rate = max(0, status.stored_total - before) / elapsed if elapsed > 0 else 0.0
        return self._watched(lane.key, lane.status(end, rate), now)

    def _watched(self, key: LaneKey, status: LaneStatus, now: float) -> LaneStatus:
        if not self._watchdog.is_frozen(status, now):
            self._frozen.discard(key)
            return status
        if key not in self._frozen:
            self._frozen.add(key)
            told = "%s[%d]: stands at offset %d while %d records wait and more come; restart this sink"
            log.error(told, *key, status.next_offset, status.lag)
        return replace(status, state="blocked", reason=POSITION_FROZEN)

    def _write(self, status: SinkStatus) -> None:
        try:
            self._table.insert(status)
        except StoreError as error:
            log.debug("the report could not be written: %s", error)


def _as_stopped(lane: LaneStatus) -> LaneStatus:
    return replace(lane, state="stopped", rows_per_second=0.0)
