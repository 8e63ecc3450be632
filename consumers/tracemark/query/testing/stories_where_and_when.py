"""Stories about evidence of the wrong place and time: another tenant's, later than the question, at the window's very edges."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import Event, micros
from tracemark.query.testing.spoilt import ALL, Breach, breaches, cast, helpers
from tracemark.query.testing.spoilt_at_once import spoilt_at_once
from tracemark.query.testing.teller import AS_OF, SINCE

_MS_PER_US: Final = 1000
_SETTLED: Final = AS_OF - timedelta(minutes=15)
"""The end of what is judged as of `AS_OF`."""
_BY_START: Final = frozenset({"INV-8", "INV-9", "INV-10"})
"""Judged by when they began, not by when they were received."""
_ON_RECORD: Final = frozenset({"service.declared", "policy.published", "producer.session", "agreement.accepted"})
_DUE: Final = frozenset({"INV-3", "INV-6", "INV-7", "ROW-22"})
"""Judged again in the window in which they fall due, as the grant that a hand-over of INV-3 names."""
_WINDOWED: Final = tuple(breach for breach in ALL if breach.duty not in _BY_START)

_UNBOUNDED: Final = tuple(breach for breach in ALL if breach.duty == "ROW-25")
"""About complaints that INV-8 cannot judge, whenever they were received."""


def _own(p: Plot, suffix: str = "") -> Plot:
    """The same story at a tenant of its own: what is held or declared there touches nobody else."""
    return Plot(p.teller, p.name, f"{p.tenant}-{p.name}{suffix}", p.at)


@plant("near_miss")
def cured(p: Plot) -> None:
    """Every breach of the kit's list beside the very event that puts it right."""
    own = _own(p)
    who = cast(own)
    breaches(own, who, ALL)
    for breach in ALL:
        breach.cure(own, who)
    p.tell(own.finish())


@plant("violation")
def cured_at_another_tenant(p: Plot) -> None:
    """Two tenants use the same ids of services, requests, contents, cases and users; what one did is no evidence for the other."""
    own, other = _own(p, "-a"), _own(p, "-b")
    who, others = cast(own), cast(other)
    p.expected += breaches(own, who, ALL)
    for breach in ALL:
        breach.cure(other, others)
    for told in (own, other):
        p.tell(told.finish())


@plant("violation")
def cured_after_the_question(p: Plot) -> None:
    """What put it right was received at the very instant asked for: nobody could know it before."""
    own, later = _own(p), _own(p)
    p.expected += breaches(own, cast(own), ALL)
    p.tell(_cured(own, later, micros(AS_OF) // _MS_PER_US))


def _received(p: Plot, suffix: str, milliseconds: int, chosen: Iterable[Breach] = _WINDOWED) -> Plot:
    """Breaches of the list, all received at one instant; what the service has on record is older."""
    own = replace(_own(p, suffix), name=f"{p.name}{suffix}")
    who = cast(own)
    told = len(own.events)
    own.expected = breaches(own, who, chosen) + spoilt_at_once(own)
    for event in own.events[told:]:
        if event["event_type"] not in _ON_RECORD:
            event["_broker_ts"] = milliseconds
    return own


@plant("violation")
def received_at_the_edges(p: Plot) -> None:
    """Received in the first millisecond of the window, and in its last."""
    for suffix, at in (("-first", micros(SINCE) // _MS_PER_US), ("-last", micros(_SETTLED) // _MS_PER_US - 1)):
        own = _received(p, suffix, at)
        p.expected += own.expected
        p.tell(own.finish())


@plant("near_miss")
def received_outside(p: Plot) -> None:
    """Received a millisecond before the window with nothing due in it, and a millisecond after its last: others ask about those."""
    judged_once = tuple(breach for breach in _WINDOWED if breach not in _UNBOUNDED)
    settled = tuple(breach for breach in judged_once if breach.duty not in _DUE)
    p.tell(_received(p, "-before", micros(SINCE) // _MS_PER_US - 1, settled).finish())
    p.tell(_received(p, "-after", micros(_SETTLED) // _MS_PER_US, judged_once).finish())


def _unbounded(p: Plot, milliseconds: int) -> None:
    own = _received(p, "", milliseconds, _UNBOUNDED)
    p.expect("INV-8", f"c-{own.name}-bare", "no_limit_in_force")
    p.tell(own.finish())


@plant("unknown")
def unbounded_before(p: Plot) -> None:
    """A complaint without a limit, received a millisecond before the window: nothing says when it is due."""
    _unbounded(p, micros(SINCE) // _MS_PER_US - 1)


@plant("unknown")
def unbounded_after(p: Plot) -> None:
    """The same, received a millisecond after the window's last."""
    _unbounded(p, micros(_SETTLED) // _MS_PER_US)


@plant("near_miss")
def cured_in_the_last_millisecond(p: Plot) -> None:
    """What put it right was received a millisecond before the instant asked for, when what it is about was settled long since."""
    own, later = _own(p), _own(p)
    breaches(own, cast(own), ALL)
    p.tell(_cured(own, later, micros(AS_OF) // _MS_PER_US - 1))


@plant("near_miss")
def cured_before_the_window(p: Plot) -> None:
    """What put it right was received a millisecond before the window, and what it is about in its first."""
    own, later = _own(p), _own(p)
    who = cast(own)
    told = len(own.events)
    breaches(own, who, ALL)
    for event in own.events[told:]:
        if event.get("request_id") != f"r-{p.name}-kept":
            event["_broker_ts"] = micros(SINCE) // _MS_PER_US
    p.tell(_cured(own, later, micros(SINCE) // _MS_PER_US - 1))


def _cured(own: Plot, later: Plot, milliseconds: int) -> list[Event]:
    """What was told, and every cure as received at one instant."""
    others = helpers(later)
    for breach in ALL:
        breach.cure(later, others)
    for event in later.finish():
        event["_broker_ts"] = milliseconds
    return own.finish() + later.events
