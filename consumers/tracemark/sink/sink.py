"""The sink as a program: poll, cut, hand to a writing thread, commit; one lane for each partition.

The poll thread never waits for the store, so the group keeps its partitions while a store is slow or away. Offsets are committed
only after their range is settled.
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sink.config import SinkConfig
from tracemark.sink.consumer import Departure, KafkaSource
from tracemark.sink.cutting import CutLimits
from tracemark.sink.dead_letters import DeadLetterSink
from tracemark.sink.errors import BrokerUnavailable
from tracemark.sink.lanes import Backoff, Flight, Lane, LaneKey, Totals
from tracemark.sink.pulse import Pulse
from tracemark.sink.reports import Reports
from tracemark.sink.sealing import DeadLetterKey
from tracemark.sink.status import SinkStatus
from tracemark.sink.topics import Topic, prepared_topics, registered
from tracemark.sink.writer import RangeWriter
from tracemark.store import Store, StoreNotReady, StoreUnavailable, check_ready

__all__ = ["Sink"]

log = logging.getLogger("tracemark.sink")

_POLL_S: Final = 0.1


class Sink:
    """Moves events from Kafka into the store until it is told to stop. One `run` at a time."""

    def __init__(
        self,
        config: SinkConfig,
        store: Store,
        dead_letters: DeadLetterSink,
        key: DeadLetterKey,
        *,
        clock: Clock | None = None,
    ) -> None:
        """Nothing is asked yet; `dead_letters` and `store` are the caller's to close."""
        self._config = config
        self._store = store
        self._clock = clock or SystemClock()
        self._pulse = Pulse(self._clock, config.session_timeout_s)
        self._writer = RangeWriter(
            store,
            dead_letters,
            key,
            clock=self._clock,
            writer_id=config.sink_id,
            control_topic=config.control_topic,
            dead_letter_limit=config.dead_letter_limit,
            may_write=self._pulse.is_steady,
        )
        self._backoff = Backoff(config.retry_s, config.retry_limit_s)
        self._lanes: dict[LaneKey, Lane] = {}
        self._orphans: dict[LaneKey, Flight] = {}
        self._totals: dict[LaneKey, Totals] = {}
        self._topic_ids: dict[str, str] = {}
        self._epoch = 0
        self._reports = Reports(config, store, self._clock)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then finish what is being written, commit it and leave the group.

        Raises:
            TopicMisconfigured: A topic is not as the guarantees need it; nothing was read.
            OffsetsLost: Records were thrown away by the broker before they were stored.
            StoreDenied, BrokerUnavailable: Not let in, for good.
        """
        topics = self._prepared(stop)
        if not topics:
            return
        self._topic_ids = {topic.name: topic.topic_id for topic in topics}
        # Rises with every start and every assignment: rows of the ledger tell which of two writers of a lane came later.
        self._epoch = self._clock.now_us() // 1000 << 20
        pool = ThreadPoolExecutor(self._config.workers, thread_name_prefix="tracemark-sink")
        source = KafkaSource(self._config, self._topic_ids, self._depart)
        log.info(
            "sink %s reads %s as group %s", self._config.sink_id, ", ".join(self._topic_ids), self._config.group_id
        )
        self._pulse.beat()
        try:
            while not stop.is_set():
                self._step(source, pool)
        finally:
            self._finish(source)
            source.close()
            self._reports.stopped()
            pool.shutdown(wait=False, cancel_futures=True)

    def status(self) -> SinkStatus:
        """The last report; from any thread."""
        return self._reports.last

    def _prepared(self, stop: threading.Event) -> tuple[Topic, ...]:
        failures = 0
        while not stop.is_set():
            try:
                topics = prepared_topics(self._config)
                check_ready(self._store)
                registered(self._store, topics, self._clock)
            except (BrokerUnavailable, StoreUnavailable, StoreNotReady) as error:
                failures += 1
                pause = self._backoff.pause(failures)
                log.warning("%s; trying again in %.1f s", error, pause)
                stop.wait(pause)
            else:
                return topics
        return ()

    def _step(self, source: KafkaSource, pool: ThreadPoolExecutor) -> None:
        polled = source.poll(_POLL_S)
        now = self._clock.monotonic()
        if not self._pulse.beat():
            log.warning(
                "sink %s stood still for longer than its session: beginning its lanes anew", self._config.sink_id
            )
            self._end(list(self._lanes))
        for key, records in polled.items():
            if key in self._lanes:
                self._lanes[key].take(records, now)
        self._begin_and_end(source)
        for lane in list(self._lanes.values()):  # lanes may be taken away meanwhile, by another thread
            lane.land(now)
        self._commit(source)
        for lane in list(self._lanes.values()):
            if (range_ := lane.next_range(now)) is not None:
                lane.launched(pool.submit(self._writer.write, range_))
        source.pause_only([key for key, lane in list(self._lanes.items()) if lane.is_full])
        self._reports.maybe(dict(self._lanes), source.ends, pool)

    def _begin_and_end(self, source: KafkaSource) -> None:
        """Have a lane for each partition that is ours, and no other."""
        ours = source.lanes()
        self._end([key for key, lane in list(self._lanes.items()) if lane.is_taken or key not in ours])
        for key in ours - self._lanes.keys():
            # Its records polled so far, from wherever, were not taken: they come again.
            if (committed := source.rewind(key)) is not None:
                self._lanes[key] = self._lane(key, committed)

    def _end(self, over: Collection[LaneKey]) -> None:
        for key in over:
            if (lane := self._lanes.pop(key, None)) is not None:
                self._left(lane)

    def _lane(self, key: LaneKey, committed: int) -> Lane:
        limits = CutLimits(
            rows=self._config.range_rows, bytes_=self._config.range_bytes, age_s=self._config.range_age_s
        )
        after = self._orphans.pop(key, None)
        self._epoch += 1
        return Lane(
            key=key,
            topic_id=self._topic_ids[key.topic],
            limits=limits,
            backoff=self._backoff,
            epoch=self._epoch,
            committed=committed,
            after=after,
            totals=self._totals.setdefault(key, Totals()),
        )

    def _commit(self, source: KafkaSource) -> None:
        offsets = {key: offset for key, lane in list(self._lanes.items()) if (offset := lane.to_commit) is not None}
        if offsets and source.commit(offsets):
            for key, offset in offsets.items():
                if key in self._lanes:  # not taken away meanwhile
                    self._lanes[key].committed = offset

    def _depart(self, lanes: Collection[LaneKey]) -> Departure:
        leaving = [lane for key in lanes if (lane := self._lanes.pop(key, None)) is not None]
        return _Leaving(leaving, self._clock, self._left)

    def _left(self, lane: Lane) -> None:
        if lane.flight is not None:
            self._orphans[lane.key] = lane.flight
        self._writer.forget(*lane.key, lane.epoch)

    def _finish(self, source: KafkaSource) -> None:
        flights = [lane.flight for lane in self._lanes.values() if lane.flight is not None]
        wait(flights, timeout=self._config.stop_within_s)
        for lane in self._lanes.values():
            lane.land(self._clock.monotonic())
        self._commit(source)


class _Leaving:
    """Lanes that are being taken away."""

    def __init__(self, lanes: list[Lane], clock: Clock, left: Callable[[Lane], None]) -> None:
        self._lanes = lanes
        self._clock = clock
        self._left = left

    def is_ready(self) -> bool:
        """Whether no range of theirs is being written."""
        return all(lane.flight is None or lane.flight.done() for lane in self._lanes)

    def offsets(self) -> Mapping[LaneKey, int]:
        """What they have settled and not committed."""
        for lane in self._lanes:
            lane.land(self._clock.monotonic())
            self._left(lane)
        return {lane.key: offset for lane in self._lanes if (offset := lane.to_commit) is not None}
