"""Stories of services, permits, notices and holds that are corrected, withdrawn or come late."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tracemark.query.testing.cases import complaint, illegal_content, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR, SECOND, SINCE, Producer

_DAY = 24 * HOUR
_OLD = 240 * _DAY
_STEPS: Final = ("stop", "remove", "report", "remediate")


def _own(p: Plot, suffix: str) -> Plot:
    return Plot(p.teller, p.name, f"{p.tenant}-{p.name}-{suffix}", p.at)


@plant("near_miss")
def permit_added(p: Plot) -> None:
    """Declared without its permit before the window, and with it since its very first instant; one more is for next year."""
    own, begins = _own(p, "news"), micros(SINCE)
    own.at = begins - 9 * _DAY
    producer = own.producer(own.service())
    own.govern(producer)
    for since, permit in ((begins - 9 * _DAY, ""), (begins, "permit-9"), (p.at + 300 * _DAY, "")):
        fields = {"special_regimes": ["film_tv"], "permit_ref": permit, "retention_class": "REG"}
        own.tell(p.teller.event(producer, "service.declared", begins - 10 * _DAY, valid_from=since, **fields))
    p.tell(own.finish())


@plant("violation")
def permit_added_in_the_midst(p: Plot) -> None:
    """Without a permit in the first microsecond of the window; and of a service that gave up its special regime since."""
    for name, regimes in (("permit", ["film_tv"]), ("regime", [])):
        own = _own(p, name)
        producer, begins = own.producer(own.service()), micros(SINCE)
        own.govern(producer, without="service.declared")
        bare = {"special_regimes": ["film_tv"], "retention_class": "REG"}
        first = p.teller.event(producer, "service.declared", begins - _DAY, valid_from=begins - _DAY, **bare)
        own.tell(first)
        then = {"special_regimes": regimes, "permit_ref": "permit-9", "retention_class": "REG"}
        own.tell(p.teller.event(producer, "service.declared", begins, valid_from=begins + 1, **then))
        p.tell(own.finish())
        p.expect("ROW-2", UUID(int=first["event_id"]), "no_permit")


def _declared_until(p: Plot, end: int) -> Producer:
    producer = p.producer(p.service())
    p.govern(producer)
    next(event for event in p.events if event["event_type"] == "service.declared")["valid_to"] = end
    return producer


@plant("near_miss")
def service_withdrawn(p: Plot) -> None:
    """Its declaration ended a microsecond after its last prompt."""
    p.request(_declared_until(p, p.at + 1))


@plant("violation")
def service_used_after_its_end(p: Plot) -> None:
    """A prompt at the very instant at which its declaration ended, after one that was in time."""
    producer = _declared_until(p, p.at + HOUR)
    p.request(producer)
    p.request(producer, at=p.at + HOUR)
    p.expect("ROW-1", producer.kind.service_id, "undeclared")


@plant("near_miss")
def notice_at_the_first_prompt(p: Plot) -> None:
    """The notice is in force, and the declaration holds, from the very instant of the first prompt."""
    producer = p.producer(p.service())
    p.govern(producer, without="service_scope_notice")
    next(event for event in p.events if event["event_type"] == "service.declared")["valid_from"] = p.at
    p.tell(p.teller.policy(producer, p.at - HOUR, "service_scope_notice", None, "", effective_from=p.at))
    p.request(producer)


@plant("violation")
def notice_for_later(p: Plot) -> None:
    """Published in time, but in force a microsecond after the first prompt; and one that was published backwards."""
    for name, published, since in (("later", p.at - HOUR, p.at + 1), ("backwards", p.at + 1, p.at - _DAY)):
        own = _own(p, name)
        producer = own.producer(own.service())
        own.govern(producer, without="service_scope_notice")
        own.tell(p.teller.policy(producer, published, "service_scope_notice", None, "", effective_from=since))
        own.request(producer)
        p.tell(own.finish())
    p.expect("ROW-11", f"svc-{p.name}", "notice_later")


@plant("near_miss")
def counted_by_the_week(p: Plot) -> None:
    """A gateway reports what it counted in the week before: the prompts are as old as that."""
    producer, week = p.producer(p.service()), 7 * _DAY
    p.govern(producer)
    begins = micros(SINCE)
    p.request(producer, at=begins - 6 * _DAY)
    span = {"gateway_id": "gw-1", "window_start": begins - week, "window_end": begins, "retention_class": "NET"}
    p.tell(p.teller.event(producer, "gateway.counted", begins + HOUR, counted_requests=1, **span))


@plant("near_miss")
def scope_corrected_at_once(p: Plot) -> None:
    """Declared as not public by mistake, and corrected for the same instant, before anybody came."""
    producer = p.producer(p.service())
    p.govern(producer, without="service.declared")
    at = p.at - 2 * HOUR
    for number, scope in enumerate(("not_public", "public_mainland")):
        given = {"service_scope": scope, "valid_from": at + HOUR, "retention_class": "REG"}
        p.tell(p.teller.event(producer, "service.declared", at + number * SECOND, **given))
    p.request(producer)


@plant("violation")
def opened_backwards(p: Plot) -> None:
    """The public came to a closed service; the day after somebody declared that it had been open all the time."""
    producer = p.producer(p.service(scope="not_public", audience="staff_or_member"))
    p.govern(producer)
    opened = {"service_scope": "public_mainland", "valid_from": p.at - HOUR // 4, "retention_class": "REG"}
    request = p.request(producer, prompt={"audience_class": "public_mainland"})
    p.tell(p.teller.event(producer, "service.declared", p.at + _DAY, **opened))
    p.expect("INV-13", request.request_id, "public_audience")


@plant("near_miss")
def held_and_restricted(p: Plot) -> None:
    """Held, and a part of it restricted since: the hold still stands."""
    own = _own(p, "held")
    producer = own.producer(own.service())
    own.govern(producer)
    own.tell(p.teller.event(producer, "prompt.received", p.at - _OLD, request_id=f"r-{p.name}", modality=["text"]))
    _kept(own, producer, (("held", p.at), ("restricted", p.at - _OLD - _DAY)))
    p.tell(own.finish())


@plant("violation")
def hold_that_does_not_reach(p: Plot) -> None:
    """Released since; restricted up to the very instant before; held in another class."""
    for name, done, retained in (
        ("released", (("held", p.at), ("released", p.at)), "OPS"),
        ("before", (("restricted", p.at - _OLD),), "OPS"),
        ("class", (("held", p.at),), "MOD"),
    ):
        own = _own(p, name)
        producer = own.producer(own.service())
        own.govern(producer)
        old = p.teller.event(
            producer, "prompt.received", p.at - _OLD, modality=["text"], _broker_ts=(p.at - _OLD) // 1000
        )
        own.tell(old)
        _kept(own, producer, done, retained)
        p.tell(own.finish())
        p.expect("INV-10", UUID(int=old["event_id"]), "kept_past_ceiling")


def _kept(p: Plot, producer: Producer, done: tuple[tuple[str, int], ...], retained: str = "OPS") -> None:
    for number, (action, cutoff) in enumerate(done):
        given = {"applied_class": retained, "applied_action": action, "rows_applied": 1, "cutoff": cutoff}
        p.tell(p.teller.event(producer, "retention.applied", p.at + number, retention_class="REG", **given))


@plant("violation")
def deleted_early_by_another_zone(p: Plot) -> None:
    """Rows of 1 March in Shanghai, the last of February in Greenwich: six months end on 1 September, not on 28 August."""
    newest = micros(datetime(2026, 2, 28, 20, tzinfo=UTC))
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 9, "retention_class": "REG"}
    at = micros(datetime(2026, 8, 31, 20, tzinfo=UTC)) - 1
    event = p.teller.event(p.producer(), "retention.applied", at, cutoff=newest + _DAY, newest_at=newest, **dropped)
    p.tell(event)
    p.expect("INV-10", UUID(int=event["event_id"]), "deleted_before_floor")


@plant("near_miss")
def counted_by_two_gateways(p: Plot) -> None:
    """Two gateways of a service count the same hour, one request each; another service counts three in it."""
    for name, counts in (("two", (1, 1)), ("three", (3,))):
        own = _own(p, "gateways")
        producer = own.producer(replace(own.service(), service_id=f"svc-{p.name}-{name}"))
        own.govern(producer)
        for number in range(sum(counts)):
            own.request(producer, name=f"{p.name}-{name}-{number}", at=p.at + number * 60 * SECOND)
        for number, counted in enumerate(counts):
            span = {"gateway_id": f"gw-{number}", "window_start": p.at - HOUR, "window_end": p.at + HOUR}
            own.tell(p.teller.event(producer, "gateway.counted", p.at + HOUR, counted_requests=counted, **span))
        p.tell(own.finish())


@plant("near_miss")
def limits_of_another_service(p: Plot) -> None:
    """A stricter limit of another service, published since, and one of another tenant under the same name, bind neither."""
    own, other = _own(p, "limits"), _own(p, "limits-b")
    kind = own.service()
    producer, strange = own.producer(kind), other.producer(kind)
    beside = own.producer(replace(kind, service_id=f"svc-{p.name}-beside"))
    own.govern(producer)
    for plot, whose in ((own, beside), (other, strange)):
        plot.tell(p.teller.event(whose, "service.declared", p.at - HOUR, valid_from=p.at - HOUR, retention_class="REG"))
        for policy, applies in (
            ("complaint_sla", ""),
            ("rights_sla", ""),
            *(("moderation_targets", s) for s in _STEPS),
        ):
            plot.tell(p.teller.policy(whose, p.at - 1, policy, 1, "hours", applies))
    slow: dict[str, int | None] = dict(zip(_STEPS, (HOUR, 2 * HOUR, _DAY, 5 * _DAY), strict=True))
    case, moves = f"c-{p.name}", {"received": p.at, "feedback_sent": p.at + _DAY}
    own.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps=slow))
    own.tell(complaint(p.teller, producer, f"{case}-1", moves))
    own.tell(rights_request(p.teller, producer, f"{case}-2", moves))
    for plot in (own, other):
        p.tell(plot.finish())
