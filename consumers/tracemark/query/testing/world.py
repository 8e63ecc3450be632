"""A whole world: clean traffic of any size, with plants among it."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tracemark.query.testing import (
    near_misses,
    stories_again,
    stories_between_reports,
    stories_clocks,
    stories_contents,
    stories_each,
    stories_eu,
    stories_expired,
    stories_gateways,
    stories_grants,
    stories_holds,
    stories_holidays,
    stories_labels,
    stories_look_alikes,
    stories_personal,
    stories_received,
    stories_reports,
    stories_rounds,
    stories_scope,
    stories_us_ca,
    stories_where_and_when,
    stories_withdrawn,
    unknowns,
    unknowns_cases,
    violations_cases,
    violations_labels,
    violations_reads,
    violations_services,
)
from tracemark.query.testing.cases import complaint, grant, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Expected, Plant, Plot, planted
from tracemark.query.testing.reads import AUDIT, told_reads
from tracemark.query.testing.requests import FILES, Request, tell_request
from tracemark.query.testing.rows import Block, Event, blocks, micros
from tracemark.query.testing.services import CHINA, SERVICES
from tracemark.query.testing.teller import HOUR, SECOND, START, Producer, Teller

__all__ = ["World", "plants"]

_DAY: Final = 24 * HOUR
_SPAN: Final = 40 * _DAY
_PLANTS_FROM: Final = micros(START) + 3 * _DAY
_USERS: Final = 200
_READ_EVERY: Final = 40
"""Requests between two reads of the audit data."""
_BOOKS: Final = (
    near_misses,
    stories_again,
    stories_between_reports,
    stories_clocks,
    stories_contents,
    stories_each,
    stories_eu,
    stories_expired,
    stories_gateways,
    stories_grants,
    stories_holds,
    stories_holidays,
    stories_labels,
    stories_look_alikes,
    stories_personal,
    stories_received,
    stories_reports,
    stories_rounds,
    stories_scope,
    stories_us_ca,
    stories_where_and_when,
    stories_withdrawn,
    unknowns,
    unknowns_cases,
    violations_cases,
    violations_labels,
    violations_reads,
    violations_services,
)
"""Imported for the plants that they add to the kit."""


def plants(*kinds: str, regime: str = "") -> tuple[Plant, ...]:
    """The kit's plants of the kinds named, and about the duties of `regime`; all when none is."""
    return tuple(
        each for each in planted() if (not kinds or each.kind in kinds) and (not regime or each.regime == regime)
    )


@dataclass(kw_only=True)
class World:
    """Deterministic: the same arguments give the same rows.

    ```python
    world = World(requests=1000, plants=plants("violation"), copies=3)
    for block in world.blocks():
        store.insert(block.table, block.column_names, block.columns, query_id=…)
    as_of = asked_at("cn")
    report = evaluate(store, load_pack("cn"), Window(since=SINCE, until=as_of), as_of)
    world.expected   # what the report must hold, known once all blocks were taken
    ```

    Attributes:
        requests: Clean requests, over all services and tenants.
        plants: Stories told among them.
        copies: How often each is told.
        seed: Of the choices that are left to chance.
        tenants: Customers with clean traffic.
        expected: What must be found; complete once every block was taken.
        events: How many rows there are, by event type; likewise.
    """

    requests: int
    plants: Sequence[Plant] = ()
    copies: int = 1
    seed: int = 1
    tenants: Sequence[str] = ("t-a", "t-b")
    expected: list[Expected] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)

    def blocks(self, size: int = 50_000) -> Iterator[Block]:
        """Every row, by table and column, in blocks of at most `size`; a world of any size takes the memory of a few blocks."""
        return blocks(self._counted(self._told()), size)

    def _told(self) -> Iterator[Event]:
        if not self.requests and not self.plants:
            return
        teller = Teller()
        if self.requests:
            yield from self._clean(teller)
        if self.plants:
            yield from self._planted(teller)

    def _counted(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            self.events[event["event_type"]] += 1
            yield event

    def _planted(self, teller: Teller) -> Iterator[Event]:
        tenant = "t-plants"
        for kind in (*SERVICES, AUDIT):
            producer = teller.producer(tenant, kind)
            yield from _begun(teller, producer)
            yield teller.session(producer, "close", micros(START), closed_by="owner")
        for number in range(self.copies):
            for index, each in enumerate(self.plants):
                plot = Plot(teller, f"{each.name}-{number}", tenant, _PLANTS_FROM + index * HOUR + number * SECOND)
                each.tell(plot)
                yield from plot.finish()
                self.expected += plot.expected

    def _clean(self, teller: Teller) -> Iterator[Event]:
        producers = [teller.producer(tenant, kind) for tenant in self.tenants for kind in SERVICES]
        for producer in producers:
            yield from _begun(teller, producer)
        clients = [(p, f"s-{p.tenant}-{n}") for p in producers[:: len(SERVICES)] for n in range(_USERS)]
        for producer, subject in clients:
            yield teller.agreement(producer, micros(START) - HOUR, subject)
        reading = teller.producer(self.tenants[0], AUDIT)
        yield from _begun(teller, reading)
        step, chance = _SPAN // self.requests, random.Random(self.seed)  # noqa: S311 - a world must repeat
        for index in range(self.requests):
            producer = producers[index % len(producers)]
            yield from _exchange(teller, producer, index, micros(START) + index * step, chance)
            if index % _READ_EVERY == 0:
                yield from told_reads(teller, reading, index // _READ_EVERY, micros(START) + index * step)
        yield from self._counts(teller, producers, step)
        for producer in (*producers, reading):
            yield teller.session(producer, "close", micros(START) + _SPAN + 20 * _DAY - HOUR // 2 - 8 * _DAY)

    def _counts(self, teller: Teller, producers: Sequence[Producer], step: int) -> Iterator[Event]:
        """What the gateways of every service counted, day by day."""
        counted: Counter[tuple[int, int]] = Counter(
            (index % len(producers), index * step // _DAY) for index in range(self.requests)
        )
        for (which, day), number in sorted(counted.items()):
            start = micros(START) + day * _DAY
            span = {"gateway_id": "gw-1", "window_start": start, "window_end": start + _DAY}
            yield teller.event(
                producers[which],
                "gateway.counted",
                start + _DAY,
                counted_requests=number,
                retention_class="NET",
                **span,
            )


def _begun(teller: Teller, producer: Producer) -> Iterator[Event]:
    yield teller.session(producer, "open", micros(START) - 13 * HOUR)
    yield from teller.governance(producer, micros(START) - 12 * HOUR)


def _exchange(teller: Teller, producer: Producer, index: int, at: int, chance: random.Random) -> Iterator[Event]:
    """One clean request and, now and then, a case in good order that follows from it."""
    abroad = CHINA not in producer.kind.jurisdiction
    user = f"s-{producer.tenant}-{'abroad-' if abroad else ''}{chance.randrange(_USERS)}"
    channel = (
        "publish" if producer.kind.service_id == "svc-news" else chance.choice((*FILES, "in_app_display", "stream"))
    )
    finish = chance.choices(("complete", "stopped", "refused", "error"), (90, 4, 4, 2))[0]
    request = Request(name=f"{producer.tenant}-{index}", at=at, subject=user, channel=channel, finish=finish)
    waived = finish == "complete" and index % 37 == 0 and channel in FILES and producer.kind.scope != "not_public"
    if not waived:
        yield from tell_request(teller, producer, request)
        yield from (_case_abroad if abroad else _case)(teller, producer, request, index)
        return
    granted = f"g-{request.name}"
    without = {"explicit_verdict": "missing", "grant_id": granted}
    yield grant(teller, producer, granted, at, request.content_id, user)
    yield from tell_request(
        teller,
        producer,
        Request(
            name=request.name, at=at, subject=user, channel=channel, without=frozenset({"explicit"}), delivery=without
        ),
    )


def _case(teller: Teller, producer: Producer, request: Request, index: int) -> Iterator[Event]:
    case, at = f"c-{request.name}", request.at + HOUR
    if producer.kind.scope == "not_public" or request.finish != "complete":
        return
    if index % 23 == 1:
        yield from illegal_content(teller, producer, case, at, request.content_id)
    elif index % 23 == 2:  # noqa: PLR2004 - one of the remainders
        moves = {"received": at, "accepted": at + HOUR, "feedback_sent": at + 48 * HOUR, "closed": at + 49 * HOUR}
        yield from complaint(teller, producer, case, moves)
    elif index % 23 == 3:  # noqa: PLR2004 - likewise
        moves = {"received": at, "done": at + 24 * HOUR, "feedback_sent": at + 25 * HOUR}
        yield from rights_request(teller, producer, case, moves)
    elif index % 23 == 4:  # noqa: PLR2004 - likewise
        yield measure(teller, producer, case, at, f"s-{request.name}", automated=True)
        yield report(teller, producer, case, at + HOUR)


def _case_abroad(teller: Teller, producer: Producer, request: Request, index: int) -> Iterator[Event]:
    """Cases of a service that names no Chinese regime: none of them is told to an authority, or answered, as China asks."""
    case, at = f"c-{request.name}", request.at + HOUR
    if index % 23 == 1:
        yield from illegal_content(teller, producer, case, at, request.content_id, steps={"report": None})
    elif index % 23 == 2:  # noqa: PLR2004 - one of the remainders
        yield from complaint(teller, producer, case, {"received": at, "closed": at + HOUR})
    elif index % 23 == 3:  # noqa: PLR2004 - likewise
        yield from rights_request(teller, producer, case, {"received": at, "refused": at + HOUR, "closed": at + HOUR})
    elif index % 23 == 4:  # noqa: PLR2004 - likewise
        bare = {"basis_law": "", "basis_contract": "", "automated": True, "explanation_ref": ""}
        yield measure(teller, producer, case, at, f"s-{request.name}", **bare)
