"""Stories about evidence of the wrong place and time: another tenant's, later than the question, at the window's very edges."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.spoilt import ALL, breaches, cast, helpers
from tracemark.query.testing.teller import AS_OF, SINCE

_MS_PER_US: Final = 1000
_SETTLED: Final = AS_OF - timedelta(minutes=15)
"""The end of what is judged as of `AS_OF`."""
_BY_START: Final = frozenset({"INV-8", "INV-9", "INV-10"})
"""Judged by when they began, not by when they were received."""
_WINDOWED: Final = tuple(breach for breach in ALL if breach.duty not in _BY_START)


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
    others = helpers(later)
    for breach in ALL:
        breach.cure(later, others)
    for event in later.finish():
        event["_broker_ts"] = micros(AS_OF) // _MS_PER_US
    for told in (own.finish(), later.events):
        p.tell(told)


def _received(p: Plot, suffix: str, milliseconds: int) -> Plot:
    """Breaches of the list, all received at one instant; what the service has on record is older."""
    own = replace(_own(p, suffix), name=f"{p.name}{suffix}")
    who = cast(own)
    told = len(own.events)
    own.expected = breaches(own, who, _WINDOWED)
    for event in own.events[told:]:
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
    """Received a millisecond before the window, and a millisecond after its last: others ask about those."""
    for suffix, at in (("-before", micros(SINCE) // _MS_PER_US - 1), ("-after", micros(_SETTLED) // _MS_PER_US)):
        p.tell(_received(p, suffix, at).finish())
