"""kafka-python, as we use it: its settings, and its habits put right.

Three habits (3.0.12) shape this module:

- When a batch that was sent at least once expires by `delivery_timeout_ms`, an idempotent producer gives up its
  producer id, never asks for another, and neither sends nor fails anything from then on. So batches are never left
  to expire: the timeout is the largest there is, and deadlines are the caller's (`Batch.wait`, then `close`).
- `close(timeout)` flushes first, raises when that takes too long, and then leaves its thread running for ever.
  `Producer` leaves the flush out: what is open is sent while closing anyway, and cut off at the timeout.
- A constructor that finds no broker raises and leaves its sockets to the garbage collector: `_connections` closes them.
"""

import contextlib
import logging
from collections.abc import Callable, Generator
from typing import Any, Final

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.codec import has_lz4
from kafka.errors import KafkaError, SaslAuthenticationFailedError
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from tracemark.sdk.broker.config import BrokerConfig

__all__ = ["Producer", "is_missing", "open_producer"]

_NEVER_MS: Final = 2**31 - 1
"""Kafka's largest delivery timeout, 24 days."""

_TOPIC_WITHIN_MS: Final = 5_000
_UNKNOWN_TOPIC: Final = 3


class Producer(KafkaProducer):  # type: ignore[misc]  # the library publishes no types
    """A producer that closes within its timeout and leaves no thread behind."""

    def flush(self, timeout: float | None = None) -> None:
        """Do nothing: only `close` calls this, and closing sends what is open by itself."""


class _NothingBelowInfo(logging.Filter):
    """Drops debug lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line may pass."""
        return record.levelno > logging.DEBUG


_NO_REQUESTS: Final = _NothingBelowInfo()
_REQUEST_LOGGERS: Final = ("kafka.net.connection", "kafka.protocol.parser")


def open_producer(config: BrokerConfig, timeout_s: float) -> Producer:
    """A producer that has found a broker within `timeout_s`; raises what the library raises."""
    if config.security.startswith("SASL"):
        # These write every request in full at debug level, the password on its way to the broker included.
        for name in _REQUEST_LOGGERS:
            logging.getLogger(name).addFilter(_NO_REQUESTS)
    with _connections() as connections:
        return Producer(**_settings(config, timeout_s), kafka_client=connections)


def is_missing(config: BrokerConfig, topic: str) -> bool:
    """Whether a broker says that the topic does not exist; the producer only says that it does not know."""
    try:
        with _connections() as connections:
            settings: dict[str, Any] = {**_connection(config), "bootstrap_timeout_ms": _TOPIC_WITHIN_MS}
            admin = KafkaAdminClient(**settings, kafka_client=connections)
            found = admin.describe_topics([topic])
            admin.close()
    except KafkaError:
        return False
    return any(each["error_code"] == _UNKNOWN_TOPIC for each in found)


class _Connections(KafkaConnectionManager):  # type: ignore[misc]  # the library publishes no types
    """Remembers that a broker refused our credentials; the library itself goes on trying and reports a timeout."""

    refusal: SaslAuthenticationFailedError | None = None

    def get_connection(self, *args: Any, **settings: Any) -> Any:
        """What the library asks for whenever it wants to talk to a broker."""
        connection = super().get_connection(*args, **settings)
        connection.init_future.add_errback(self._note)
        return connection

    def _note(self, problem: Exception) -> None:
        if isinstance(problem, SaslAuthenticationFailedError):
            self.refusal = problem


@contextlib.contextmanager
def _connections() -> Generator[Callable[..., KafkaNetClient]]:
    """What the library shall make its connections with.

    If the block fails they are closed, and a refusal of our credentials is raised instead of what it led to.
    """
    made: list[tuple[KafkaNetClient, _Connections]] = []

    def make(**settings: Any) -> KafkaNetClient:
        net = NetworkSelector(**settings)
        manager = _Connections(net, **settings)
        made.append((KafkaNetClient(net=net, manager=manager), manager))
        return made[-1][0]

    try:
        yield make
    except KafkaError as problem:
        for client, manager in made:
            client.close()
            if manager.refusal is not None:
                raise manager.refusal from problem
        raise


def _settings(config: BrokerConfig, timeout_s: float) -> dict[str, Any]:
    return {
        **_connection(config),
        "bootstrap_timeout_ms": max(1, round(timeout_s * 1000)),
        "acks": "all",
        "enable_idempotence": True,
        "allow_auto_create_topics": False,
        # gzip is slower, but part of Python; a batch must be small on the wire and on the brokers' disks either way.
        "compression_type": "lz4" if has_lz4() else "gzip",
        "batch_size": 262_144,
        "linger_ms": 5,
        "max_request_size": max(1_048_576, config.max_record_bytes),
        "delivery_timeout_ms": _NEVER_MS,
        "max_block_ms": _TOPIC_WITHIN_MS,
        "reconnect_backoff_max_ms": 2_000,
        "metrics_enabled": False,
    }


def _connection(config: BrokerConfig) -> dict[str, Any]:
    return {
        "bootstrap_servers": list(config.servers),
        "client_id": config.client_id,
        "security_protocol": config.security,
        "sasl_mechanism": config.sasl_mechanism,
        "sasl_plain_username": config.username,
        "sasl_plain_password": config.password,
        "ssl_cafile": config.ssl_cafile,
        "ssl_certfile": config.ssl_certfile,
        "ssl_keyfile": config.ssl_keyfile,
        "ssl_password": config.ssl_key_password,
    }
