"""Settings of a producer, as one frozen value. Explicit argument beats environment beats default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from tracemark.schemas import InvalidEvent, codec_for
from tracemark.schemas.events import AudienceClass, DutyBasis, OutputGenerated, ProviderRole, ServiceScope
from tracemark.schemas.topics import EVENTS_TOPIC
from tracemark.schemas.urls import embedded_directory, refusal_of
from tracemark.sdk.arguments import several
from tracemark.sdk.broker.config import BrokerConfig
from tracemark.sdk.broker.errors import BrokerConfigError
from tracemark.sdk.errors import ConfigurationError
from tracemark.sdk.journal.errors import JournalMisuse
from tracemark.sdk.journal.model import JournalLimits
from tracemark.sdk.settings import as_path, check_bytes, check_seconds, check_topic, of_type

__all__ = ["ENVIRONMENT", "ClientConfig"]

ENVIRONMENT: Mapping[str, str] = {
    "TRACEMARK_URL": "url",
    "TRACEMARK_SERVICE_ID": "service_id",
    "TRACEMARK_TENANT_ID": "tenant_id",
    "TRACEMARK_SERVICE_SCOPE": "service_scope",
    "TRACEMARK_PROVIDER_ROLE": "provider_role",
    "TRACEMARK_AUDIENCE_CLASS": "audience_class",
    "TRACEMARK_JURISDICTION": "jurisdiction",
    "TRACEMARK_PROMPT_DIGESTS": "prompt_digests",
    "TRACEMARK_POLICY_VERSION": "policy_version",
    "TRACEMARK_DUTY_BASIS": "duty_basis",
    "TRACEMARK_TOPIC": "topic",
    "TRACEMARK_KEYRING": "keyring",
    "TRACEMARK_JOURNAL_DIR": "journal_dir",
    "TRACEMARK_JOURNAL_MAX_BYTES": "journal_max_bytes",
}
"""Environment variable to field; `TRACEMARK_KAFKA_*` is documented in `tracemark.sdk.broker.config`."""

_EMBEDDED = "embedded"
_KAFKA = "kafka"
_SMALLEST_JOURNAL = 128 * 1024
_URLS = "use kafka://host:9092 or embedded:///DIR"
_SWITCH = {"true": True, "false": False}
_DIGITS = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """How a service records what it generates.

    Attributes:
        url: `kafka://host:9092[,host2:9092]`, or `embedded:///DIR` for `tracemark up --data DIR`.
        service_id: The service, as declared to the regulator.
        tenant_id: Its customer, unless a call names another one; chooses the token keys.
        service_scope: Declared reach (Interim Measures art. 2, 20); `undetermined` is treated as public.
        provider_role: Role in the provision chain.
        audience_class: Who is served, unless a call knows better.
        jurisdiction: Regimes that apply, at least one.
        prompt_digests: Whether prompts leave keyed digests, so that a request can be found by what was asked; by default not where
            `eu` is the only regime, whose Code of Practice (1.1.3) limits logs for marking to output data.
        policy_version: The provider's policy in force.
        duty_basis: Labelling duty of this service's outputs; by default the strictest that fits the modality.
        topic: Kafka topic; one per tenant makes the tenant a boundary (with ACLs).
        keyring: File with the keys of tokens and pseudonyms, as a path or its text; `DIR/keyring.json` in embedded mode.
        journal_dir: Where accepted events wait, likewise; by default `DIR/journals`, or under the user's state directory.
        journal_max_bytes: Bound of what may wait on disk.
        memory_max_bytes: Bound of what may wait in memory while the disk cannot be written.
        full_wait_s: Longest that `emit` waits for room before a standard event is dropped and counted.
        critical_wait_s: Longest that `emit` waits for a critical event to be durable.
        heartbeat_s: Seconds between signs of life.
        adopt: Whether this process delivers the journals of dead processes beside its own (Kafka only).
        broker: Connection settings beyond the URL; by default from the URL alone.
    """

    url: str
    service_id: str
    tenant_id: str = "default"
    service_scope: ServiceScope = "undetermined"
    provider_role: ProviderRole = "provider_direct"
    audience_class: AudienceClass = "unknown"
    jurisdiction: tuple[str, ...] = ("cn",)
    prompt_digests: bool | None = None
    policy_version: str | None = None
    duty_basis: DutyBasis | None = None
    topic: str = EVENTS_TOPIC
    keyring: Path | None = None
    journal_dir: Path | None = None
    journal_max_bytes: int = 256 * 1024 * 1024
    memory_max_bytes: int = 16 * 1024 * 1024
    full_wait_s: float = 0.005
    critical_wait_s: float = 5.0
    heartbeat_s: float = 30.0
    adopt: bool = True
    broker: BrokerConfig | None = field(default=None)

    def __post_init__(self) -> None:
        """Refuse what no event could carry and no process could keep to, before the first event."""
        self._check_url()
        self._check_session()
        check_topic("topic", self.topic)
        for name in ("keyring", "journal_dir"):
            object.__setattr__(self, name, as_path(name, getattr(self, name)))
        if self.prompt_digests is not None:
            of_type("prompt_digests", self.prompt_digests, bool, "pass True or False")
        of_type("adopt", self.adopt, bool, "pass True or False")
        check_bytes("journal_max_bytes", self.journal_max_bytes, least=_SMALLEST_JOURNAL)
        check_bytes("memory_max_bytes", self.memory_max_bytes, least=1)
        check_seconds("full_wait_s", self.full_wait_s, or_none=True)
        check_seconds("critical_wait_s", self.critical_wait_s)
        check_seconds("heartbeat_s", self.heartbeat_s)
        _ = self.journal_limits  # its own check of the bounds

    @classmethod
    def from_env(cls, environ: Mapping[str, str], **overrides: Any) -> Self:
        """Settings from environment variables; keyword arguments win over them.

        Raises:
            ConfigurationError: a variable is missing or malformed; the text names it.
        """
        given: dict[str, Any] = {name: environ[key] for key, name in ENVIRONMENT.items() if environ.get(key)}
        given = _parsed(given) | overrides
        for key, name in ENVIRONMENT.items():
            if name in {"url", "service_id"} and name not in given:
                raise ConfigurationError(f"{key} is not set; set it, or pass {name}= (see docs/sdk.md)")
        url = of_type("url", given["url"], str, _URLS)
        if "broker" not in given and url.startswith(_KAFKA):
            given["broker"] = _broker(url, environ)
        return cls(**given)

    @property
    def embedded_dir(self) -> Path | None:
        """The data directory of embedded mode; None with Kafka."""
        return embedded_directory(self.url)

    @property
    def keyring_path(self) -> Path | None:
        """Where the keyring lies; None when nothing says so."""
        if self.keyring is None and self.embedded_dir is not None:
            return self.embedded_dir / "keyring.json"
        return self.keyring

    @property
    def digests_prompts(self) -> bool:
        """`prompt_digests`, decided."""
        return self.prompt_digests if self.prompt_digests is not None else set(self.jurisdiction) != {"eu"}

    @property
    def journal_root(self) -> Path:
        """The directory that holds one journal per process."""
        if self.journal_dir is not None:
            return self.journal_dir
        base = self.embedded_dir
        return base / "journals" if base is not None else Path.home() / ".local" / "state" / "tracemark" / "journals"

    @property
    def journal_limits(self) -> JournalLimits:
        """Bounds of the journal."""
        return _limits(self.journal_max_bytes)

    @property
    def parking_limits(self) -> JournalLimits:
        """Bounds of a second journal, for events whose topic is missing: a quarter of the first one's."""
        return _limits(max(_SMALLEST_JOURNAL, self.journal_max_bytes // 4))

    @property
    def broker_config(self) -> BrokerConfig:
        """How to reach Kafka; only with a `kafka://` URL."""
        return self.broker if self.broker is not None else _broker(self.url, {})

    def session_row(self) -> dict[str, Any]:
        """The envelope fields that are the same in every event of this process."""
        return {
            "service_id": self.service_id,
            "service_scope": self.service_scope,
            "provider_role": self.provider_role,
            "audience_class": self.audience_class,
            "jurisdiction": list(self.jurisdiction),
            "tenant_id": self.tenant_id,
        }

    def _check_session(self) -> None:
        """What this says of events must be what an event can say; a regime that is named twice applies once."""
        try:
            object.__setattr__(self, "jurisdiction", several("jurisdiction", self.jurisdiction))
            codec_for("producer.session").check_envelope(self.session_row())
            output = OutputGenerated(
                modality=("text",),
                finish="complete",
                duty_basis="none" if self.duty_basis is None else self.duty_basis,
                policy_version=self.policy_version,
            )
            codec_for(output.EVENT_TYPE).check_own(output.values())
        except InvalidEvent as error:
            raise ConfigurationError(str(error)) from error
        if not self.jurisdiction:
            raise ConfigurationError("jurisdiction: is empty; name the regimes that apply, such as cn")
        object.__setattr__(self, "jurisdiction", tuple(dict.fromkeys(self.jurisdiction)))

    def _check_url(self) -> None:
        url = of_type("url", self.url, str, _URLS)
        try:
            parts = urlsplit(url)
        except ValueError:  # its text repeats the URL
            raise ConfigurationError(f"url: cannot be read; {_URLS}") from None
        if parts.scheme == _EMBEDDED:
            if parts.netloc or not parts.path.strip("/"):
                raise ConfigurationError(
                    "url: embedded needs an absolute directory; use embedded:///DIR, with three slashes"
                )
            if refusal := refusal_of(url):
                raise ConfigurationError(f"url: {refusal}")
            as_path("url", self.embedded_dir)
        elif parts.scheme != _KAFKA:
            raise ConfigurationError(f"url: unknown scheme; {_URLS}")
        else:
            of_type("broker", self.broker_config, BrokerConfig, "pass a BrokerConfig, or none")


def _limits(max_bytes: int) -> JournalLimits:
    """Segments are small enough that a small bound still works."""
    reserve = max_bytes // 64
    try:
        return JournalLimits(
            max_bytes=max_bytes,
            segment_bytes=max(64 * 1024, min(8 * 1024 * 1024, max_bytes // 16)),
            critical_reserve_bytes=reserve,
            drop_reserve_bytes=reserve // 4,
        )
    except JournalMisuse as error:
        raise ConfigurationError(f"journal_max_bytes: {error}") from error


def _broker(url: str, environ: Mapping[str, str]) -> BrokerConfig:
    try:
        return BrokerConfig.from_url(url, environ=environ)
    except BrokerConfigError as error:
        raise ConfigurationError(str(error)) from error


def _parsed(given: dict[str, Any]) -> dict[str, Any]:
    """Text of the environment as the types of the fields."""
    if "jurisdiction" in given:
        given["jurisdiction"] = tuple(part.strip() for part in given["jurisdiction"].split(",") if part.strip())
    if "prompt_digests" in given:
        if given["prompt_digests"] not in _SWITCH:
            raise ConfigurationError("TRACEMARK_PROMPT_DIGESTS must be true or false")
        given["prompt_digests"] = _SWITCH[given["prompt_digests"]]
    for name in ("keyring", "journal_dir"):
        if name in given:
            given[name] = Path(given[name])
    if "journal_max_bytes" in given:
        if not _DIGITS.fullmatch(given["journal_max_bytes"]):
            raise ConfigurationError("TRACEMARK_JOURNAL_MAX_BYTES must be a whole number of bytes")
        given["journal_max_bytes"] = int(given["journal_max_bytes"])
    return given
