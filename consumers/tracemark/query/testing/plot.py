"""One plant: a small story of its own, and what the queries must say about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from tracemark.query.testing.requests import Request, tell_request
from tracemark.query.testing.rows import Event, micros
from tracemark.query.testing.services import CHINA, SERVICES, Kind
from tracemark.query.testing.teller import HOUR, SECOND, START, Producer, Teller

__all__ = ["Expected", "Plant", "PlantKind", "Plot", "plant", "planted"]

PlantKind = Literal["violation", "near_miss", "unknown"]
"""A violation must be found; a near miss must not; an unknown must turn a duty to *no evidence*, never to a pass or a breach."""

_KINDS: Final = {kind.service_id: kind for kind in SERVICES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be found: a duty, the id that the row carries (event, content, case, request or service), and the reason."""

    plant: str
    duty: str
    key: str
    reason: str


@dataclass(slots=True)
class Plot:
    """Where a plant is told."""

    teller: Teller
    name: str
    tenant: str
    at: int
    events: list[Event] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    _open: list[Producer] = field(default_factory=list)
    _told: int = 0

    def expect(self, duty: str, key: object, reason: str) -> None:
        """Say what must be found."""
        self.expected.append(Expected(plant=self.name, duty=duty, key=str(key), reason=reason))

    def tell(self, events: Event | Iterable[Event]) -> list[Event]:
        """Add events to the world."""
        found: list[Event] = [cast("Event", events)] if isinstance(events, dict) else list(events)
        self.events += found
        return found

    def producer(self, service: str | Kind = "svc-chat") -> Producer:
        """A process of a service that is in good order, or of the service given. Its session is open; `finish` closes it."""
        producer = self.teller.producer(self.tenant, service if isinstance(service, Kind) else _KINDS[service])
        self.tell(self.teller.session(producer, "open", self.at - SECOND))
        self._open.append(producer)
        return producer

    def abandon(self, producer: Producer) -> None:
        """Never close its session."""
        self._open.remove(producer)

    def service(self, **fields: Any) -> Kind:
        """A service of this plant's own; nothing about it is declared yet."""
        return Kind(service_id=f"svc-{self.name}", **fields)

    def govern(self, producer: Producer, *, without: str = "") -> None:
        """Put its service in good order, but for one kind of event or policy."""
        found = list(self.teller.governance(producer, self.at - HOUR // 2))
        kept = [e for e in found if without not in {e["event_type"], e.get("policy_kind")}]
        producer.drawn -= len(found) - len(kept)
        for number, event in enumerate(kept, start=producer.drawn - len(kept) + 1):
            event["producer_seq"] = number
        self.tell(kept)

    def user(self, producer: Producer) -> str:
        """A user who accepted the agreement in time; abroad nobody asks for one."""
        self._told += 1
        subject = f"s-{self.name}-{self._told}"
        if CHINA in producer.kind.jurisdiction:
            self.tell(self.teller.agreement(producer, micros(START) - 2 * HOUR, subject))
        return subject

    def request(self, producer: Producer, **fields: Any) -> Request:
        """A request, in good order but for what is given."""
        self._told += 1
        subject = fields.pop("subject", None) or self.user(producer)
        given: dict[str, Any] = {"name": f"{self.name}-{self._told}", "at": self.at, "subject": subject, **fields}
        without = frozenset(given.pop("without", ()))
        request = Request(**given, without=without)
        self.tell(tell_request(self.teller, producer, request))
        return request

    def finish(self) -> list[Event]:
        """Close what is open, a second after the last event."""
        last = max(event.get("occurred_at", 0) for event in self.events)
        for producer in self._open:
            self.tell(self.teller.session(producer, "close", last + SECOND, closed_by="owner"))
        return self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A named story about the duties of a regime."""

    name: str
    kind: PlantKind
    tell: Callable[[Plot], None]
    regime: str = "cn"


_ALL: dict[str, Plant] = {}


def plant(kind: PlantKind, regime: str = "cn") -> Callable[[Callable[[Plot], None]], Callable[[Plot], None]]:
    """Add a story to the kit under its function's name."""

    def add(tell: Callable[[Plot], None]) -> Callable[[Plot], None]:
        name = tell.__name__.replace("_", "-")
        _ALL[name] = Plant(name=name, kind=kind, tell=tell, regime=regime)
        return tell

    return add


def planted() -> tuple[Plant, ...]:
    """Every story of the kit."""
    return tuple(_ALL.values())
