"""How the kit tells events: producers that number them, services that are declared, requests from prompt to hand-over."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tracemark.query.testing.rows import Event, EventIds, schema_id
from tracemark.query.testing.services import CHINA, Kind

__all__ = ["AS_OF", "DIGEST", "HOUR", "SECOND", "SINCE", "START", "Producer", "Teller"]

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
START: Final = datetime(2026, 8, 30, tzinfo=UTC)
"""When traffic begins. The month of September 2026 is in it, and the holidays of October."""
SINCE: Final = START - timedelta(days=2)
AS_OF: Final = datetime(2026, 10, 21, tzinfo=UTC)
DIGEST: Final = bytes(range(32))
_DELAY_MS: Final = 200
_NAMESPACE: Final = 0x7AACE << 96


@dataclass(slots=True)
class Producer:
    """One process of a service; draws gapless numbers."""

    tenant: str
    kind: Kind
    number: int
    drawn: int = 0
    dropped: int = 0

    @property
    def producer_id(self) -> int:
        """A UUID, as an integer."""
        return _NAMESPACE | (4 << 76) | (2 << 62) | self.number

    def skip(self, numbers: int, *, declared: bool) -> None:
        """Draw numbers that are never stored."""
        self.drawn += numbers
        self.dropped += numbers if declared else 0


@dataclass(slots=True)
class Teller:
    """Makes events one by one; every event it makes is part of the world, in the order it is asked for."""

    ids: EventIds = field(default_factory=EventIds)
    prompts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    _producers: int = 0

    def producer(self, tenant: str, kind: Kind) -> Producer:
        """A new process."""
        self._producers += 1
        return Producer(tenant, kind, self._producers)

    def event(self, producer: Producer, event_type: str, at: int, **fields: Any) -> Event:
        """One event at an instant in microseconds; received a fifth of a second later unless `_broker_ts` (milliseconds) says."""
        producer.drawn += 1
        kind = producer.kind
        return {
            "event_id": self.ids.at(at),
            "event_type": event_type,
            "schema_version": 1,
            "occurred_at": at,
            "producer_id": producer.producer_id,
            "producer_seq": producer.drawn,
            "service_id": kind.service_id,
            "service_scope": kind.scope,
            "provider_role": kind.role,
            "audience_class": kind.audience,
            "jurisdiction": list(kind.jurisdiction),
            "tenant_id": producer.tenant,
            "retention_class": "OPS",
            "_topic": "tracemark.events",
            "_offset": producer.drawn,
            "_broker_ts": at // 1000 + _DELAY_MS,
            "_schema_id": schema_id(event_type),
            **fields,
        }

    def session(self, producer: Producer, state: str, at: int, *, last: int | None = None, **fields: Any) -> Event:
        """A sign of life; `last` is the last number drawn, this event's own unless given."""
        found = self.event(producer, "producer.session", at, session_state=state, retention_class="NET", **fields)
        found["last_seq"] = producer.drawn if last is None else last
        found["dropped"] = {"journal_full": producer.dropped} if producer.dropped else {}
        found["producer_time"] = at
        return found

    def governance(self, producer: Producer, at: int) -> Iterator[Event]:
        """What a service in good order has on record before its first user; abroad it is declared, and no Chinese rule binds it."""
        kind = producer.kind
        closed = {"exempt_entity_kind": "education_research", "access_control_ref": "vpn-1"}
        permit = {"special_regimes": ["news_publishing"], "permit_ref": "permit-1"}
        extra = closed if kind.scope == "not_public" else permit if kind.service_id == "svc-news" else {}
        yield self.event(
            producer, "service.declared", at, retention_class="REG", valid_from=at, owner_role="compliance", **extra
        )
        if CHINA not in kind.jurisdiction:
            return
        for policy, value, unit, applies in (
            ("service_scope_notice", None, "", ""),
            ("complaint_sla", 10, "working_days", ""),
            ("complaint_sla", 48, "hours", "data_security"),
            ("rights_sla", 15, "days", ""),
            ("moderation_targets", 1, "hours", "stop"),
            ("moderation_targets", 2, "hours", "remove"),
            ("moderation_targets", 24, "hours", "report"),
            ("moderation_targets", 5, "days", "remediate"),
        ):
            yield self.policy(producer, at, policy, value, unit, applies)

    def policy(  # noqa: PLR0917 - the order of an event
        self, producer: Producer, at: int, kind: str, value: int | None, unit: str, applies: str = "", **fields: Any
    ) -> Event:
        """A published policy, in force at once unless `effective_from` says."""
        given = {"effective_from": at, "retention_class": "REG", "_topic": "tracemark.control", **fields}
        limit = {"limit_value": value, "limit_unit": unit, "applies_to": applies}
        return self.event(producer, "policy.published", at, policy_kind=kind, **limit, **given)

    def agreement(self, producer: Producer, at: int, subject: str, **fields: Any) -> Event:
        """A user's acceptance."""
        given = {"agreement_version": "ua-3", "has_label_clause": True, "accepted_at": at, "retention_class": "CASE"}
        return self.event(producer, "agreement.accepted", at, subject_ref=subject, **{**given, **fields})
