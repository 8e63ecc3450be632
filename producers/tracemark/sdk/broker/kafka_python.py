"""The broker client on kafka-python: pure Python, always there."""

import contextlib
from collections.abc import Sequence
from itertools import islice
from typing import Final

from kafka.errors import AuthorizationError, KafkaError, SaslAuthenticationFailedError
from kafka.producer.future import FutureRecordMetadata

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sdk.broker._kafka_python import Producer, is_missing, open_producer
from tracemark.sdk.broker._tracking import NOT_CONNECTED, NOT_SENT, TOO_LARGE, Life, reported
from tracemark.sdk.broker.config import BrokerConfig
from tracemark.sdk.broker.errors import BrokerRefused, BrokerUnavailable, TopicMissing, TopicRefused
from tracemark.sdk.broker.records import CLIENT_CLOSED, Acknowledged, Failed, Outcome, Record

__all__ = ["KafkaPythonBatch", "KafkaPythonClient"]

_CLIENT_ERROR: Final = -1


class KafkaPythonBatch:
    """The futures of one `submit`; the library's thread resolves them."""

    def __init__(self, sent: Sequence[FutureRecordMetadata | Failed], clock: Clock) -> None:
        """`sent` has a future for each record that the library took, and the reason for each that it did not."""
        self._sent = list(sent)
        self._clock = clock
        self._first_open = 0

    @property
    def resolved(self) -> bool:
        """Whether every record has an outcome."""
        return self._next_open() is None

    def wait(self, timeout_s: float) -> bool:
        """See `Batch`."""
        deadline = self._clock.monotonic() + timeout_s
        while future := self._next_open():
            remaining = deadline - self._clock.monotonic()
            if remaining <= 0:
                return False
            # A record's own failure stays in its future, where outcomes() reads it.
            with contextlib.suppress(KafkaError):
                future.get(remaining)
        return True

    def outcomes(self) -> Sequence[Outcome]:
        """See `Batch`."""
        return [_outcome(item) for item in self._sent]

    @property
    def failure(self) -> Failed | None:
        """The first failure that ends the client, if there is one."""
        broken = (item for item in self._sent if not isinstance(item, Failed) and item.failed())
        return next((_failure(item.exception) for item in broken), None) or (
            NOT_SENT if NOT_SENT in self._sent else None
        )

    def give_up(self) -> None:
        """Fix the outcome of every record; what the library may still report is not looked at again."""
        self._sent = [CLIENT_CLOSED if _outcome(item) is None else item for item in self._sent]

    def _next_open(self) -> FutureRecordMetadata | None:
        """The first record without an outcome."""
        for item in islice(self._sent, self._first_open, None):
            if not isinstance(item, Failed) and not item.is_done:
                return item
            self._first_open += 1
        return None


class KafkaPythonClient:
    """See `BrokerClient`."""

    def __init__(self, config: BrokerConfig, *, clock: Clock | None = None) -> None:
        """Neither connects nor starts a thread."""
        self._config = config
        self._clock = clock or SystemClock()
        self._life: Life[KafkaPythonBatch] = Life(config.max_in_flight_bytes)
        self._topics: set[str] = set()
        self._producer: Producer | None = None

    def connect(self, timeout_s: float) -> None:
        """See `BrokerClient`."""
        self._life.check()
        if self._producer is None:
            self._producer = self._connected(timeout_s)

    def submit(self, records: Sequence[Record]) -> KafkaPythonBatch:
        """See `BrokerClient`."""
        self._life.check()
        if self._producer is None:
            raise BrokerUnavailable(NOT_CONNECTED)
        sizes = [record.size for record in records]
        self._life.check_room(sum(sizes))
        for topic in {record.topic for record in records} - self._topics:
            self._find(self._producer, topic)
        batch = KafkaPythonBatch(self._send(self._producer, records, sizes), self._clock)
        self._life.add(batch, sum(sizes))
        return batch

    def close(self, timeout_s: float) -> None:
        """See `BrokerClient`."""
        producer, self._producer = self._producer, None
        if producer is not None and self._life.in_own_process:
            producer.close(timeout=timeout_s)
        self._life.close()

    def _connected(self, timeout_s: float) -> Producer:
        """A producer that has found a broker."""
        try:
            return open_producer(self._config, timeout_s)
        except (SaslAuthenticationFailedError, AuthorizationError) as refusal:
            raise BrokerRefused(f"the broker does not accept our credentials: {type(refusal).__name__}") from refusal
        except (KafkaError, OSError) as problem:
            raise BrokerUnavailable(_nobody(self._config, timeout_s, type(problem).__name__)) from problem

    def _find(self, producer: Producer, topic: str) -> None:
        """Make sure that a topic exists, so that handing over records for it never blocks."""
        try:
            producer.partitions_for(topic)
        except AuthorizationError as refusal:
            raise TopicRefused(topic) from refusal
        except KafkaError as problem:
            if is_missing(self._config, topic):
                raise TopicMissing(topic) from problem
            raise BrokerUnavailable(f"no broker tells about topic {topic!r}: {type(problem).__name__}") from problem
        self._topics.add(topic)

    def _send(
        self, producer: Producer, records: Sequence[Record], sizes: Sequence[int]
    ) -> list[FutureRecordMetadata | Failed]:
        sent: list[FutureRecordMetadata | Failed] = []
        for record, size in zip(records, sizes, strict=True):
            if size > self._config.max_record_bytes:
                sent.append(TOO_LARGE)
                continue
            try:
                sent.append(producer.send(record.topic, record.value, record.key, list(record.headers)))
            except KafkaError:
                break
        return sent + [NOT_SENT] * (len(records) - len(sent))


def _nobody(config: BrokerConfig, timeout_s: float, problem: str) -> str:
    # The library often drops the broker's refusal, because the connection is closed right behind it.
    doubt = ", or it does not accept our credentials" if config.security.startswith("SASL") else ""
    return f"no broker at {', '.join(config.servers)} within {timeout_s} s{doubt}: {problem}"


def _outcome(item: FutureRecordMetadata | Failed) -> Outcome:
    if isinstance(item, Failed):
        return item
    if not item.is_done:
        return None
    if item.exception is not None:
        return _failure(item.exception)
    return Acknowledged(item.value.partition, item.value.offset)


def _failure(error: BaseException | None) -> Failed:
    return reported(getattr(error, "errno", _CLIENT_ERROR))
