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
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from tracemark.sdk.broker.config import BrokerConfig

__all__ = ["Producer", "is_missing", "open_producer"]

_NEVER_MS: Final = 2**31 - 1
"""Kafka's largest delivery timeout, 24 days."""

_TOPIC_WITHIN_MS: Final = 5_000
_UNKNOWN_TOPIC: Final = 3
_SASL_REQUESTS: Final = frozenset({"SaslAuthenticateRequest", "SaslBytesRequest"})


class Producer(KafkaProducer):  # type: ignore[misc]  # the library publishes no types
    """A producer that closes within its timeout and leaves no thread behind."""

    def flush(self, timeout: float | None = None) -> None:
        """Do nothing: only `close` calls this, and closing sends what is open by itself."""


class _WithoutCredentials(logging.Filter):
    """Keeps passwords out of the library's debug log, which shows every request in full."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass, but a request that carries credentials by its name only."""
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(argument) for argument in record.args)
        return True


# On the logger itself, so that it holds whatever handlers the service configures.
logging.getLogger("kafka.net.connection").addFilter(_WithoutCredentials())


def open_producer(config: BrokerConfig, timeout_s: float) -> Producer:
    """A producer that has found a broker within `timeout_s`; raises what the library raises."""
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


@contextlib.contextmanager
def _connections() -> Generator[Callable[..., KafkaNetClient]]:
    """What the library shall make its connections with; they are closed if the block fails."""
    made: list[KafkaNetClient] = []

    def make(**settings: Any) -> KafkaNetClient:
        made.append(KafkaNetClient(**settings))
        return made[-1]

    try:
        yield make
    except BaseException:
        for each in made:
            each.close()
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


def _masked(argument: object) -> object:
    name = type(argument).__name__
    return name if name in _SASL_REQUESTS else argument
