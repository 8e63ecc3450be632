"""A broker in memory: for tests of services that emit events, and for our own.

```python
from tracemark.sdk.broker import Record
from tracemark.sdk.testing import MemoryBroker

broker = MemoryBroker({"tracemark.events": 3})
client = broker.client()
client.connect(timeout_s=1)
batch = client.submit([Record("tracemark.events", key=b"r-1", value=b"...")])
assert batch.wait(timeout_s=1)
assert [record.value for record in broker.records("tracemark.events")] == [b"..."]
```

It keeps the promises of `BrokerClient` and fails the way real brokers do, but only when told to.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sdk.broker._tracking import NOT_CONNECTED, TOO_LARGE, Life
from tracemark.sdk.broker.config import BrokerConfig
from tracemark.sdk.broker.errors import BrokerUnavailable, TopicMissing
from tracemark.sdk.broker.records import CLIENT_CLOSED, Acknowledged, Failed, Outcome, Record

__all__ = ["MemoryBatch", "MemoryBroker", "MemoryClient", "StoredRecord"]

_ACK_LOST = Failed("ack_lost", retriable=True, ambiguous=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One record as the broker holds it; `timestamp_ms` is the broker's own (LogAppendTime)."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class MemoryBatch:
    """See `Batch`."""

    def __init__(self, records: Sequence[Record], outcomes: Sequence[Outcome], changed: threading.Condition) -> None:
        """`changed` is the broker's: notified whenever an outcome appears."""
        self.records = tuple(records)
        self._outcomes = tuple(outcomes)
        self._changed = changed

    @property
    def resolved(self) -> bool:
        """Whether every record has an outcome."""
        return None not in self._outcomes

    @property
    def failure(self) -> Failed | None:
        """The first failure that ends the client, if there is one."""
        return next((each for each in self._outcomes if isinstance(each, Failed) and each.retriable), None)

    def wait(self, timeout_s: float) -> bool:
        """See `Batch`."""
        with self._changed:
            return self._changed.wait_for(lambda: self.resolved, timeout_s)

    def outcomes(self) -> Sequence[Outcome]:
        """See `Batch`."""
        return self._outcomes

    def settle(self, outcomes: Sequence[Acknowledged | Failed]) -> None:
        """Fix the outcome of each record that has none yet."""
        with self._changed:
            pairs = zip(self._outcomes, outcomes, strict=True)
            self._outcomes = tuple(new if known is None else known for known, new in pairs)
            self._changed.notify_all()

    def give_up(self) -> None:
        """Report what is open as closed."""
        self.settle([CLIENT_CLOSED] * len(self.records))


class MemoryBroker:
    """Topics with partitions and offsets, and switches for everything that can go wrong. Safe from any thread."""

    def __init__(self, topics: Mapping[str, int] | None = None, *, clock: Clock | None = None) -> None:
        """`topics` maps each topic to its number of partitions; `clock` stamps the records."""
        self._clock = clock or SystemClock()
        self._changed = threading.Condition(threading.RLock())
        self._topics: dict[str, list[list[StoredRecord]]] = {}
        self._refusals: list[tuple[Callable[[Record], bool], Failed]] = []
        self._paused = False
        self._away = False
        self._lose_next_ack = False
        self._unstored: list[MemoryBatch] = []
        self._withheld: list[tuple[MemoryBatch, list[Acknowledged | Failed]]] = []
        for name, partitions in (topics or {}).items():
            self.create_topic(name, partitions=partitions)

    def create_topic(self, name: str, *, partitions: int = 1) -> None:
        """Make an empty topic; a topic that exists is left as it is."""
        self._topics.setdefault(name, [[] for _ in range(partitions)])

    def client(self, config: BrokerConfig | None = None) -> "MemoryClient":
        """A client of this broker, not connected yet; of `config` only the limits matter."""
        return MemoryClient(self, config or BrokerConfig(servers=("memory:9092",)))

    def records(self, topic: str) -> list[StoredRecord]:
        """Everything stored in a topic, by partition and offset."""
        with self._changed:
            return [record for partition in self._topics[topic] for record in partition]

    def pause(self) -> None:
        """Go on storing, but withhold every acknowledgement."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Send the acknowledgements that were withheld, and withhold no more."""
        with self._changed:
            self._paused = False
            withheld, self._withheld = self._withheld, []
            for batch, outcomes in withheld:
                batch.settle(outcomes)

    def go_away(self) -> None:
        """Be unreachable: connecting fails, and what connected clients hand over is stored after `come_back`."""
        with self._changed:
            self._away = True

    def come_back(self) -> None:
        """Be there again and take what open clients still hold."""
        with self._changed:
            self._away = False
            unstored, self._unstored = self._unstored, []
            for batch in unstored:
                self.take(batch)

    def refuse(self, predicate: Callable[[Record], bool], failure: Failed) -> None:
        """Answer `failure`, and store nothing, for each record from now on that `predicate` is true of."""
        with self._changed:
            self._refusals.append((predicate, failure))

    def accept_all(self) -> None:
        """Forget what `refuse` said."""
        with self._changed:
            self._refusals.clear()

    def lose_ack_once(self) -> None:
        """Store the next batch, but report each of its records as failed: stored or not, the client cannot know."""
        with self._changed:
            self._lose_next_ack = True

    def check_reachable(self, topics: Sequence[str] = ()) -> None:
        """Raise what a real client would for a broker that is away, or for topics that do not exist."""
        if self._away:
            raise BrokerUnavailable("the in-memory broker is away: call come_back()")
        for topic in sorted(set(topics) - self._topics.keys()):
            raise TopicMissing(topic)

    def new_batch(self, records: Sequence[Record], outcomes: Sequence[Outcome]) -> MemoryBatch:
        """A batch that this broker will settle, with the outcomes that are clear already."""
        return MemoryBatch(records, outcomes, self._changed)

    def take(self, batch: MemoryBatch) -> None:
        """Store what a batch has left, and answer as the switches say."""
        with self._changed:
            if batch.resolved:
                return
            if self._away:
                self._unstored.append(batch)
                return
            outcomes = self._answers(batch)
            if self._paused:
                self._withheld.append((batch, outcomes))
            else:
                batch.settle(outcomes)

    def _answers(self, batch: MemoryBatch) -> list[Acknowledged | Failed]:
        lost, self._lose_next_ack = self._lose_next_ack, False
        pairs = zip(batch.records, batch.outcomes(), strict=True)
        answers = [self._answer(record) if known is None else known for record, known in pairs]
        return [_ACK_LOST] * len(answers) if lost else answers

    def _answer(self, record: Record) -> Acknowledged | Failed:
        for predicate, failure in self._refusals:
            if predicate(record):
                return failure
        return self._store(record)

    def _store(self, record: Record) -> Acknowledged:
        partitions = self._topics[record.topic]
        partition = crc32(record.key) % len(partitions)
        stored = StoredRecord(
            topic=record.topic,
            partition=partition,
            offset=len(partitions[partition]),
            timestamp_ms=self._clock.now_us() // 1000,
            key=record.key,
            value=record.value,
            headers=record.headers,
        )
        partitions[partition].append(stored)
        return Acknowledged(partition, stored.offset)


class MemoryClient:
    """See `BrokerClient`."""

    def __init__(self, broker: MemoryBroker, config: BrokerConfig) -> None:
        """Made by `MemoryBroker.client`."""
        self._broker = broker
        self._limit = config.max_record_bytes
        self._life: Life[MemoryBatch] = Life(config.max_in_flight_bytes)
        self._topics: set[str] = set()
        self._connected = False

    def connect(self, timeout_s: float) -> None:  # noqa: ARG002  nothing here takes time
        """See `BrokerClient`."""
        self._life.check()
        if not self._connected:
            self._broker.check_reachable()
            self._connected = True

    def submit(self, records: Sequence[Record]) -> MemoryBatch:
        """See `BrokerClient`."""
        self._life.check()
        if not self._connected:
            raise BrokerUnavailable(NOT_CONNECTED)
        sizes = [record.size for record in records]
        self._life.check_room(sum(sizes))
        if new := {record.topic for record in records} - self._topics:
            self._broker.check_reachable(sorted(new))
            self._topics |= new
        batch = self._broker.new_batch(records, [TOO_LARGE if size > self._limit else None for size in sizes])
        self._broker.take(batch)
        self._life.add(batch, sum(sizes))
        return batch

    def close(self, timeout_s: float) -> None:
        """See `BrokerClient`."""
        for batch in self._life.open_batches()[-1:]:
            batch.wait(timeout_s)
        self._life.close()
