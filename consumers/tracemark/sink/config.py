"""Settings of the sink, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from tracemark.schemas.topics import CONTROL_TOPIC, DEAD_LETTERS_TOPIC, EVENTS_TOPIC
from tracemark.sink.errors import SinkConfigError
from tracemark.sink.writer import MAX_ROWS

__all__ = ["ENVIRONMENT", "KafkaConnection", "SinkConfig"]

ENVIRONMENT: Mapping[str, str] = {
    "TRACEMARK_KAFKA_SERVERS": "servers",
    "TRACEMARK_KAFKA_SECURITY": "security",
    "TRACEMARK_KAFKA_SASL_MECHANISM": "sasl_mechanism",
    "TRACEMARK_KAFKA_USERNAME": "username",
    "TRACEMARK_KAFKA_PASSWORD": "password",
    "TRACEMARK_KAFKA_SSL_CAFILE": "ssl_cafile",
    "TRACEMARK_KAFKA_SSL_CERTFILE": "ssl_certfile",
    "TRACEMARK_KAFKA_SSL_KEYFILE": "ssl_keyfile",
    "TRACEMARK_KAFKA_SSL_KEY_PASSWORD": "ssl_key_password",
}
"""Environment variable to field of `KafkaConnection`: the same ones that producers read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaConnection:
    """How to reach the brokers. `repr` never shows a password.

    Attributes:
        servers: `host:port`, several with commas.
        security: Kafka's security protocol.
        sasl_mechanism: For SASL_* protocols: how the password is proved.
        username: For SASL_*: who we are.
        password: For SASL_*.
        ssl_cafile: PEM file with the authorities to trust, instead of the system's.
        ssl_certfile: PEM file with our own certificate.
        ssl_keyfile: PEM file with its key.
        ssl_key_password: What opens that file.
    """

    servers: str
    security: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_key_password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot work; raises `SinkConfigError`."""
        if not all(host and port.isdigit() for host, _, port in (s.rpartition(":") for s in self.servers.split(","))):
            raise SinkConfigError("Kafka servers: use host:port, several with commas")
        if self.security not in {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}:
            raise SinkConfigError("Kafka security: use PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")
        if self.security.startswith("SASL") and not (self.sasl_mechanism and self.username and self.password):
            raise SinkConfigError(f"Kafka security {self.security} needs sasl_mechanism, username and password")

    @classmethod
    def from_env(cls, environ: Mapping[str, str], **overrides: Any) -> Self:
        """Read the variables of `ENVIRONMENT`; arguments win over them. Raises `SinkConfigError`."""
        told = {name: environ[key] for key, name in ENVIRONMENT.items() if environ.get(key)}
        if "servers" not in {**told, **overrides}:
            raise SinkConfigError("no Kafka is named: pass --kafka HOST:PORT or set TRACEMARK_KAFKA_SERVERS")
        return cls(**{**told, **overrides})

    def settings(self) -> dict[str, Any]:
        """What kafka-python's clients take."""
        found = {
            "bootstrap_servers": self.servers.split(","),
            "security_protocol": self.security,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "ssl_cafile": self.ssl_cafile,
            "ssl_certfile": self.ssl_certfile,
            "ssl_keyfile": self.ssl_keyfile,
            "ssl_password": self.ssl_key_password,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkConfig:
    """What a sink reads, and how it cuts and waits.

    Attributes:
        kafka: The brokers.
        group_id: Consumer group: sinks of one group share the partitions.
        sink_id: Name of this process in the ledger and in `sink_status`.
        events_topic: What services emit.
        control_topic: Governance events.
        dead_letters_topic: Where sealed dead letters go.
        partitions: Of the events topic, when the sink has to make it. Never change it afterwards: it would break the order by key.
        replication_factor: Of topics the sink makes; 0 takes the brokers' default.
        range_rows: A range is cut at so many records.
        range_bytes: Or at so many bytes.
        range_age_s: Or when its first record has waited so long.
        dead_letter_limit: A lane halts before it puts aside so many records more than it stores; 0 for no limit.
        session_timeout_s: After so long without a heartbeat the brokers give this sink's partitions to others.
        workers: Threads that write ranges; a lane is written by one at a time.
        retry_s: First pause after a failure; it doubles up to `retry_limit_s`.
        retry_limit_s: Longest pause.
        stop_within_s: On a stop: how long to wait for ranges being written.
        status_every_s: How often each lane's state goes into `sink_status`.
        frozen_after_s: A lane whose position has not moved for so long while its lag grew is reported as `blocked`.
    """

    kafka: KafkaConnection
    group_id: str = "tracemark-sink"
    sink_id: str = "sink"
    events_topic: str = EVENTS_TOPIC
    control_topic: str = CONTROL_TOPIC
    dead_letters_topic: str = DEAD_LETTERS_TOPIC
    partitions: int = 12
    replication_factor: int = 0
    range_rows: int = 20_000
    range_bytes: int = 16 * 1024 * 1024
    range_age_s: float = 1.0
    dead_letter_limit: int = 1_000
    session_timeout_s: float = 45.0
    workers: int = 2
    retry_s: float = 0.5
    retry_limit_s: float = 30.0
    stop_within_s: float = 30.0
    status_every_s: float = 5.0
    frozen_after_s: float = 120.0

    def __post_init__(self) -> None:
        """Refuse what has no meaning; raises `SinkConfigError`."""
        if not 1 <= self.range_rows <= MAX_ROWS:
            raise SinkConfigError(f"range_rows: use 1 to {MAX_ROWS}")
        for name in ("partitions", "range_bytes", "workers"):
            if getattr(self, name) < 1:
                raise SinkConfigError(f"{name}: use 1 or more")
        if self.dead_letter_limit < 0:
            raise SinkConfigError("dead_letter_limit: use 0 for no limit, or a number of records")
        for one in fields(self):
            if one.name.endswith("_s") and getattr(self, one.name) <= 0:
                raise SinkConfigError(f"{one.name}: use a number of seconds above 0")
        if len({self.events_topic, self.control_topic, self.dead_letters_topic}) != 3:  # noqa: PLR2004 - the three of them
            raise SinkConfigError("events_topic, control_topic and dead_letters_topic must differ")
