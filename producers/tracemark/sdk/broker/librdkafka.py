"""The broker client on librdkafka (confluent-kafka): used when installed, 10 to 20 times faster per core."""

import ctypes
import logging
import os
from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from weakref import WeakSet

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sdk.broker._tracking import NOT_CONNECTED, NOT_SENT, TOO_LARGE, Life, reported
from tracemark.sdk.broker.config import BrokerConfig
from tracemark.sdk.broker.errors import BrokerRefused, BrokerUnavailable, TopicMissing, TopicRefused
from tracemark.sdk.broker.records import CLIENT_CLOSED, Acknowledged, Failed, Outcome, Record

__all__ = ["LibrdkafkaBatch", "LibrdkafkaClient"]

_TOPIC_WITHIN_S: Final = 5.0
_REFUSALS: Final = frozenset({KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED})  # noqa: SLF001  the names librdkafka publishes
_NO_RIGHTS: Final = frozenset({KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED})
_UNLIMITED: Final = 2**31 - 1

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # else a service without logging gets the library's lines on stderr


class LibrdkafkaBatch:
    """The outcomes of one `submit`, filled by delivery reports while its owner waits."""

    def __init__(self, producer: Producer, count: int, clock: Clock) -> None:
        """Room for `count` outcomes."""
        self._producer: Producer | None = producer
        self._clock = clock
        self._outcomes: list[Outcome] = [None] * count
        self._missing = count
        self.failure: Failed | None = None

    @property
    def resolved(self) -> bool:
        """Whether every record has an outcome."""
        return self._missing == 0

    def wait(self, timeout_s: float) -> bool:
        """See `Batch`."""
        deadline = self._clock.monotonic() + timeout_s
        self._serve(0)
        while self._missing:
            remaining = deadline - self._clock.monotonic()
            if remaining <= 0:
                return False
            self._serve(remaining)
        return True

    def outcomes(self) -> Sequence[Outcome]:
        """See `Batch`."""
        return tuple(self._outcomes)

    def delivered(self, position: int, error: KafkaError | None, message: Message) -> None:
        """What the library reports of one record."""
        if error is not None:
            self.settle(position, reported(error.code()))
        else:
            self.settle(position, Acknowledged(message.partition() or 0, message.offset() or 0))

    def settle(self, position: int, outcome: Acknowledged | Failed) -> None:
        """Fix the outcome of one record, once."""
        if self._outcomes[position] is None:
            self._outcomes[position] = outcome
            self._missing -= 1
            if isinstance(outcome, Failed) and outcome.retriable:
                self.failure = self.failure or outcome

    def give_up(self) -> None:
        """Fix the outcome of every record that the library was not heard of about."""
        self._producer = None
        for position in range(len(self._outcomes)):
            self.settle(position, CLIENT_CLOSED)

    def _serve(self, timeout_s: float) -> None:
        """Let the library call `delivered`, here in the owner's thread."""
        if self._producer is not None:
            self._producer.poll(timeout_s)


class LibrdkafkaClient:
    """See `BrokerClient`."""

    def __init__(self, config: BrokerConfig, *, clock: Clock | None = None) -> None:
        """Neither connects nor starts a thread."""
        self._config = config
        self._clock = clock or SystemClock()
        self._life: Life[LibrdkafkaBatch] = Life(config.max_in_flight_bytes)
        self._topics: set[str] = set()
        self._producer: Producer | None = None
        self._connected = False
        self._refusal: str | None = None
        _clients.add(self)

    def connect(self, timeout_s: float) -> None:
        """See `BrokerClient`."""
        self._life.check()
        if self._connected:
            return
        if self._producer is None:
            self._producer = Producer(_settings(self._config, self._on_error), logger=_log)
        self._ask(self._producer, None, timeout_s)
        self._connected = True

    def submit(self, records: Sequence[Record]) -> LibrdkafkaBatch:
        """See `BrokerClient`."""
        producer = self._usable()
        sizes = [record.size for record in records]
        self._life.check_room(sum(sizes))
        for topic in {record.topic for record in records} - self._topics:
            self._ask(producer, topic, _TOPIC_WITHIN_S)
            self._topics.add(topic)
        batch = LibrdkafkaBatch(producer, len(records), self._clock)
        self._send(producer, batch, records, sizes)
        self._life.add(batch, sum(sizes))
        return batch

    def close(self, timeout_s: float) -> None:
        """See `BrokerClient`."""
        producer, self._producer = self._producer, None
        left = producer.flush(timeout_s) if producer is not None and self._life.in_own_process else 0
        self._life.close()
        if producer is not None and left:
            producer.purge(blocking=False)
            producer.poll(0)

    def keep_for_ever(self) -> None:
        """See that the library's object is never freed in a forked child.

        Freeing it joins threads that exist in the parent only: the child would hang or crash, at the latest on exit.
        """
        if self._producer is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._producer))

    def _usable(self) -> Producer:
        if self._producer is not None and self._life.in_own_process:
            self._producer.poll(0)
        self._life.check()
        if self._producer is None or not self._connected:
            raise BrokerUnavailable(NOT_CONNECTED)
        return self._producer

    def _on_error(self, error: KafkaError) -> None:
        """Remember why no broker answers; only a refusal is worth more than a timeout."""
        if error.code() in _REFUSALS:
            self._refusal = error.name()

    def _ask(self, producer: Producer, topic: str | None, timeout_s: float) -> None:
        """Ask a broker about one topic, or just whether it is there."""
        try:
            found = producer.list_topics("" if topic is None else topic, timeout=timeout_s)
        except KafkaException as problem:
            producer.poll(0)
            if self._refusal is not None:
                raise BrokerRefused(f"the broker does not accept our credentials: {self._refusal}") from problem
            servers = ", ".join(self._config.servers)
            raise BrokerUnavailable(f"no broker at {servers} within {timeout_s} s: {_name(problem)}") from problem
        if topic is not None:
            _check_topic(topic, found.topics[topic].error)

    def _send(
        self, producer: Producer, batch: LibrdkafkaBatch, records: Sequence[Record], sizes: Sequence[int]
    ) -> None:
        for position, (record, size) in enumerate(zip(records, sizes, strict=True)):
            if size > self._config.max_record_bytes:
                batch.settle(position, TOO_LARGE)
                continue
            report = partial(batch.delivered, position)
            headers: list[tuple[str, str | bytes | None]] = list(record.headers)
            try:
                producer.produce(record.topic, record.value, record.key, headers=headers, on_delivery=report)
            except (KafkaException, BufferError):
                for left in range(position, len(records)):
                    batch.settle(left, NOT_SENT)
                break


_clients: WeakSet[LibrdkafkaClient] = WeakSet()


def _after_fork() -> None:
    for client in list(_clients):
        client.keep_for_ever()


os.register_at_fork(after_in_child=_after_fork)


def _settings(config: BrokerConfig, on_error: Any) -> dict[str, Any]:
    return {
        **_connection(config),
        "error_cb": on_error,
        "acks": "all",
        "enable.idempotence": True,
        "allow.auto.create.topics": False,
        "compression.type": "lz4",
        "batch.size": 262_144,
        "linger.ms": 5,
        # Never: deadlines are the caller's.
        "message.timeout.ms": 0,
        "message.max.bytes": max(1_048_576, config.max_record_bytes),
        # The bound is ours, counted in OpenBatches.
        "queue.buffering.max.messages": 0,
        "queue.buffering.max.kbytes": _UNLIMITED,
        # The same partition for a key as every other Kafka client, kafka-python among them.
        "partitioner": "murmur2_random",
        "reconnect.backoff.max.ms": 2_000,
        # Only what is critical: each failed attempt to connect is a line otherwise, some ten a second.
        "log_level": 2,
        "topic.metadata.refresh.sparse": True,
    }


def _connection(config: BrokerConfig) -> dict[str, Any]:
    optional = {
        "sasl.mechanism": config.sasl_mechanism,
        "sasl.username": config.username,
        "sasl.password": config.password,
        "ssl.ca.location": config.ssl_cafile,
        "ssl.certificate.location": config.ssl_certfile,
        "ssl.key.location": config.ssl_keyfile,
        "ssl.key.password": config.ssl_key_password,
    }
    return {
        "bootstrap.servers": ",".join(config.servers),
        "client.id": config.client_id,
        "security.protocol": config.security,
        **{name: value for name, value in optional.items() if value},
    }


def _check_topic(topic: str, error: KafkaError | None) -> None:
    if error is None:
        return
    if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
        raise TopicMissing(topic)
    if error.code() in _NO_RIGHTS:
        raise TopicRefused(topic)
    raise BrokerUnavailable(f"no broker tells about topic {topic!r}: {error.name()}")


def _name(problem: KafkaException) -> str:
    return str(problem.args[0].name())
