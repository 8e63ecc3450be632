"""Stories that began before the window: what falls due in it, arrives in it, or joins a case in it belongs to this report."""

from typing import Any, Final

from tracemark.query.testing.cases import complaint, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR, SECOND, SINCE, Producer

_DAY: Final = 24 * HOUR
_BEGINS: Final = micros(SINCE)
_NOTHING: Final[dict[str, int | None]] = dict.fromkeys(("stop", "remove", "report", "remediate"))


def _governed(p: Plot, at: int, without: str = "") -> tuple[Plot, Producer]:
    """The same story told from another instant on, by a service of its own that was in order before."""
    own = Plot(p.teller, p.name, p.tenant, at)
    producer = own.producer(own.service())
    own.govern(producer, without=without)
    return own, producer


def _draft(p: Plot, producer: Producer, case: str, at: int) -> None:
    p.tell(report(p.teller, producer, case, at, report_state="draft", sent_at=None, receipt_ref=""))


@plant("violation")
def due_in_the_window(p: Plot) -> None:
    """Found, imposed and drafted half an hour before the window, when nothing of it was due yet; and nothing done since."""
    own, producer = _governed(p, _BEGINS - HOUR // 2)
    own.tell(illegal_content(p.teller, producer, f"c-{p.name}-1", own.at, f"o-{p.name}", steps=_NOTHING))
    own.tell(measure(p.teller, producer, f"c-{p.name}-2", own.at, f"s-{p.name}"))
    _draft(own, producer, f"c-{p.name}-3", own.at)
    p.expect("INV-6", f"c-{p.name}-1", "no_remediate,no_remove,no_report,no_stop")
    p.expect("INV-7", f"c-{p.name}-2", "not_reported")
    p.expect("ROW-22", f"c-{p.name}-3", "never_sent")
    p.tell(own.finish())


@plant("near_miss")
def done_before_it_was_due(p: Plot) -> None:
    """The same, but all of it was done three quarters of an hour later: before the window, or in it."""
    after = 45 * 60 * SECOND
    steps: dict[str, int | None] = dict.fromkeys(_NOTHING, after)
    for name, at in (("before", _BEGINS - HOUR), ("within", _BEGINS - HOUR // 2)):
        own, producer = _governed(p, at)
        own.tell(illegal_content(p.teller, producer, f"c-{p.name}-{name}-1", at, f"o-{p.name}-{name}", steps=steps))
        own.tell(measure(p.teller, producer, f"c-{p.name}-{name}-2", at, f"s-{p.name}-{name}"))
        own.tell(report(p.teller, producer, f"c-{p.name}-{name}-2", at + after))
        _draft(own, producer, f"c-{p.name}-{name}-3", at)
        own.tell(report(p.teller, producer, f"c-{p.name}-{name}-3", at + after))
        p.tell(own.finish())


@plant("violation")
def told_late(p: Plot) -> None:
    """Received and answered before the window, too late; the store heard of both in it only."""
    _told_late(p, 30 * _DAY)
    p.expect("INV-8", f"c-{p.name}-0", "late_feedback")
    p.expect("INV-9", f"c-{p.name}-1", "late_feedback")


@plant("near_miss")
def told_late_and_in_time(p: Plot) -> None:
    """The same, answered within a day."""
    _told_late(p, _DAY)


def _told_late(p: Plot, taken: int) -> None:
    own, producer = _governed(p, _BEGINS - 31 * _DAY)
    arrived: dict[str, Any] = {"_broker_ts": (_BEGINS + HOUR) // 1000}
    for number, tell in enumerate((complaint, rights_request)):
        moves = {"received": own.at, "feedback_sent": own.at + taken}
        own.tell(tell(p.teller, producer, f"c-{p.name}-{number}", moves, **arrived))
    p.tell(own.finish())


@plant("violation")
def another_content_found(p: Plot) -> None:
    """A case that was brought to its end before the window; in it another content of the case was found, and nothing was done."""
    own, producer = _governed(p, _BEGINS - 10 * _DAY)
    case = f"c-{p.name}"
    own.tell(illegal_content(p.teller, producer, case, own.at, f"o-{p.name}-1"))
    own.tell(illegal_content(p.teller, producer, case, p.at, f"o-{p.name}-2", steps=_NOTHING))
    p.expect("INV-6", f"o-{p.name}-2", "no_remove,no_report,no_stop")
    p.tell(own.finish())


@plant("violation")
def limit_told_late(p: Plot) -> None:
    """Answered before the window on the third day; that two were promised the store heard in the window."""
    _limit_told_late(p, 48)
    p.expect("INV-8", f"c-{p.name}", "late_feedback")


@plant("near_miss")
def wide_limit_told_late(p: Plot) -> None:
    """The same; four days were promised."""
    _limit_told_late(p, 96)


def _limit_told_late(p: Plot, hours: int) -> None:
    own, producer = _governed(p, _BEGINS - 20 * _DAY, without="complaint_sla")
    late: dict[str, Any] = {"_broker_ts": (_BEGINS + HOUR) // 1000}
    own.tell(p.teller.policy(producer, own.at - HOUR, "complaint_sla", hours, "hours", **late))
    own.tell(complaint(p.teller, producer, f"c-{p.name}", {"received": own.at, "feedback_sent": own.at + 3 * _DAY}))
    p.tell(own.finish())


@plant("near_miss")
def answered_without_a_limit(p: Plot) -> None:
    """Years ago a complaint was answered when no limit was published: that is over, and says nothing about this window."""
    producer, long_ago = p.producer(p.service()), p.at - 400 * _DAY
    p.govern(producer)
    for number, tell in enumerate((complaint, rights_request)):
        old = {"received": long_ago, "feedback_sent": long_ago + _DAY, "closed": long_ago + _DAY}
        p.tell(tell(p.teller, producer, f"c-{p.name}-{number}-old", old))
        p.tell(tell(p.teller, producer, f"c-{p.name}-{number}", {"received": p.at, "feedback_sent": p.at + _DAY}))
