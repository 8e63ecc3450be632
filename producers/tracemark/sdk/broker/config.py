"""Where the broker is and how to talk to it, as one value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self, get_args
from urllib.parse import SplitResult, parse_qsl, urlsplit

from tracemark.sdk.broker.errors import BrokerConfigError

__all__ = ["ENVIRONMENT", "BrokerConfig", "Library", "SaslMechanism", "SecurityProtocol"]

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
Library = Literal["auto", "kafka-python", "librdkafka"]

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
    "TRACEMARK_KAFKA_CLIENT_ID": "client_id",
    "TRACEMARK_KAFKA_LIBRARY": "client_library",
    "TRACEMARK_KAFKA_MAX_RECORD_BYTES": "max_record_bytes",
    "TRACEMARK_KAFKA_MAX_IN_FLIGHT_BYTES": "max_in_flight_bytes",
}
"""Environment variable to field. Secrets can be given here and in code only, never in a URL."""

_SECRETS = frozenset({"password", "ssl_key_password"})
_NUMBERS = frozenset({"max_record_bytes", "max_in_flight_bytes"})
_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
_DEFAULT_PORT = 9092
_LARGEST_PORT = 65_535


@dataclass(frozen=True, kw_only=True)
class BrokerConfig:
    """How to reach a Kafka cluster.

    Attributes:
        servers: `host:port` of one or more brokers to begin with.
        security: Kafka's security protocol; SASL_* needs mechanism, username and password.
        sasl_mechanism: How the password is proved.
        username: Who we are.
        password: Never shown in `repr`.
        ssl_cafile: PEM file with the authorities to trust, instead of the system's.
        ssl_certfile: PEM file with our own certificate; needs `ssl_keyfile`.
        ssl_keyfile: PEM file with the key of that certificate.
        ssl_key_password: What opens the key file; never shown in `repr`.
        client_id: The name brokers show for us in their logs and quotas.
        client_library: `auto` takes librdkafka (confluent-kafka) when it is installed, else kafka-python.
        max_record_bytes: Larger records fail alone; must not exceed the topics' `max.message.bytes`.
        max_in_flight_bytes: The bound on what waits for acknowledgement in memory.
    """

    servers: tuple[str, ...]
    security: SecurityProtocol = "PLAINTEXT"
    sasl_mechanism: SaslMechanism | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_key_password: str | None = field(default=None, repr=False)
    client_id: str = "tracemark"
    client_library: Library = "auto"
    max_record_bytes: int = 1_000_000
    max_in_flight_bytes: int = 32 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse what cannot work and what would have no effect."""
        _check_servers(self.servers)
        for name, choices in (("security", SecurityProtocol), ("client_library", Library)):
            _check_choice(name, getattr(self, name), get_args(choices))
        self._check_sasl()
        self._check_ssl()
        for name in sorted(_NUMBERS):
            if getattr(self, name) <= 0:
                raise BrokerConfigError(f"{name} must be a positive number of bytes")

    @classmethod
    def from_url(cls, url: str, *, environ: Mapping[str, str] | None = None) -> Self:
        """Read `kafka://host:9092,host2:9092?security=SASL_SSL&sasl_mechanism=PLAIN&username=…`.

        The query takes this class's fields, except the secrets. What the URL does not say is taken from `environ`
        (see `ENVIRONMENT`), if given. Raises BrokerConfigError, whose text never repeats the URL.
        """
        parts = _split(url)
        if parts.scheme != "kafka":
            raise BrokerConfigError("the broker URL must begin with kafka://, as in kafka://broker:9092")
        if "@" in parts.netloc:
            raise BrokerConfigError(
                "the broker URL holds a user or password, which process lists and logs would show: give the user as"
                " ?username=… and the password as TRACEMARK_KAFKA_PASSWORD"
            )
        if parts.path.strip("/") or parts.fragment:
            raise BrokerConfigError("the broker URL has a path or fragment; only kafka://host:port,…?option=… is known")
        told = dict(parse_qsl(parts.query, keep_blank_values=True))
        _check_options(told)
        return cls._of({**_read(environ or {}), **told, "servers": parts.netloc})

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables of `ENVIRONMENT`; raises BrokerConfigError."""
        told = _read(environ)
        if not told.get("servers"):
            raise BrokerConfigError("TRACEMARK_KAFKA_SERVERS is not set: give host:port of a broker")
        return cls._of(told)

    @classmethod
    def _of(cls, told: Mapping[str, str]) -> Self:
        settings: dict[str, Any] = {name: value for name, value in told.items() if value}
        settings["servers"] = tuple(_server(name) for name in told["servers"].split(",") if name.strip())
        for name in _NUMBERS & settings.keys():
            settings[name] = _number(name, settings[name])
        return cls(**settings)

    def _check_sasl(self) -> None:
        needed = {name: getattr(self, name) for name in ("sasl_mechanism", "username", "password")}
        if self.security.startswith("SASL"):
            if missing := [name for name, value in needed.items() if not value]:
                raise BrokerConfigError(f"security={self.security} also needs {', '.join(missing)}")
            _check_choice("sasl_mechanism", self.sasl_mechanism, get_args(SaslMechanism))
        elif idle := [name for name, value in needed.items() if value]:
            raise BrokerConfigError(f"{', '.join(idle)} has no effect with security={self.security}: use SASL_SSL")

    def _check_ssl(self) -> None:
        files = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_key_password")
        given = [name for name in files if getattr(self, name)]
        if given and not self.security.endswith("SSL"):
            raise BrokerConfigError(
                f"{', '.join(given)} has no effect with security={self.security}: use SSL, SASL_SSL"
            )
        if bool(self.ssl_certfile) != bool(self.ssl_keyfile):
            raise BrokerConfigError("ssl_certfile and ssl_keyfile belong together: one of them is missing")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # its text repeats the URL
        raise BrokerConfigError("the broker URL cannot be read: write it as kafka://host:9092,host2:9092") from None


def _read(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[variable] for variable, name in ENVIRONMENT.items() if environ.get(variable)}


def _check_options(told: Mapping[str, str]) -> None:
    known = {each.name for each in fields(BrokerConfig)} - {"servers"} - _SECRETS
    if hidden := sorted(told.keys() & _SECRETS):
        raise BrokerConfigError(f"{hidden[0]} does not belong in a URL: set TRACEMARK_KAFKA_{hidden[0].upper()}")
    if told.keys() - known:
        raise BrokerConfigError(f"the broker URL has an unknown option; known are {', '.join(sorted(known))}")


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise BrokerConfigError(f"{name} must be one of {', '.join(choices)}")


def _check_servers(servers: tuple[str, ...]) -> None:
    if not servers:
        raise BrokerConfigError("no broker is given: servers needs at least one host:port")
    for position, server in enumerate(servers):
        found = _SERVER.fullmatch(server)
        if found is None or not 0 < int(found[2]) <= _LARGEST_PORT:
            raise BrokerConfigError(f"server {position + 1} is not host:port with a port from 1 to {_LARGEST_PORT}")


def _server(name: str) -> str:
    bare = name.strip()
    return bare if re.search(r":\d*$", bare) and not bare.endswith("]") else f"{bare}:{_DEFAULT_PORT}"


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise BrokerConfigError(f"{name} must be a whole number of bytes")
    return int(text)
