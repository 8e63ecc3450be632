"""Stories of what belongs to which round of a complaint or request: answers, reasons, and receipts that nobody wrote down."""

from typing import Any, Final

from tracemark.query.testing.cases import complaint, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import AS_OF, HOUR, SECOND, SINCE

_DAY: Final = 24 * HOUR
_REASON: Final = {"refusal_code": "statutory-period"}


@plant("near_miss")
def answered_before_it_was_written_down(p: Plot) -> None:
    """Answered on the telephone; the desk wrote down an hour later that it had come in, and when it was answered."""
    producer = p.producer()
    told: dict[str, Any] = {"feedback_sent_at": p.at - HOUR}
    for number, tell in enumerate((complaint, rights_request)):
        case = f"c-{p.name}-{number}"
        p.tell(tell(p.teller, producer, case, {"received": p.at}))
        p.tell(tell(p.teller, producer, case, {"feedback_sent": p.at + SECOND}, **told))
        p.tell(tell(p.teller, producer, case, {"closed": p.at + 2 * SECOND}))


@plant("near_miss")
def reason_on_the_answer(p: Plot) -> None:
    """A refusal that says why with the answer, one before it, and one that nobody was told of yet."""
    producer = p.producer()
    for number, (refused, answered) in enumerate(((_REASON, {}), ({}, _REASON))):
        case = f"c-{p.name}-{number}"
        p.tell(rights_request(p.teller, producer, case, {"received": p.at, "processing": p.at + 1}))
        p.tell(rights_request(p.teller, producer, case, {"refused": p.at + HOUR}, **refused))
        p.tell(rights_request(p.teller, producer, case, {"feedback_sent": p.at + 2 * HOUR}, **answered))
    lately = micros(AS_OF) - _DAY
    p.tell(rights_request(p.teller, producer, f"c-{p.name}-open", {"received": lately, "refused": lately + HOUR}))


@plant("near_miss")
def bare_in_an_earlier_round(p: Plot) -> None:
    """Refused without a reason long before the window, and closed; asked again in it, and done."""
    producer, before = p.producer(), micros(SINCE) - 30 * _DAY
    first = {"received": before, "refused": before + 1, "feedback_sent": before + 2, "closed": before + 3}
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", first))
    again = {"received": p.at, "done": p.at + HOUR, "feedback_sent": p.at + HOUR}
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", again))


@plant("violation")
def bare_in_a_later_round(p: Plot) -> None:
    """Refused with its reason, closed; asked again, and refused with none."""
    producer = p.producer()
    first = {"received": p.at, "refused": p.at + 1, "feedback_sent": p.at + 2, "closed": p.at + 3}
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", first, **_REASON))
    again = {"received": p.at + _DAY, "refused": p.at + _DAY + 1, "feedback_sent": p.at + _DAY + 2}
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", again))
    p.expect("INV-9", f"c-{p.name}", "refused_without_reason")


@plant("violation")
def late_without_a_receipt(p: Plot) -> None:
    """Nobody wrote down when it came in, but it was worked on: it came before that, so what is late by that is late."""
    producer = p.producer()
    for number, (tell, duty) in enumerate(((complaint, "INV-8"), (rights_request, "INV-9"))):
        case = f"c-{p.name}-{number}"
        p.tell(tell(p.teller, producer, case, {"accepted": p.at}))
        p.tell(tell(p.teller, producer, f"{case}-told", {"accepted": p.at, "feedback_sent": p.at + 30 * _DAY}))
        p.expect(duty, case, "overdue")
        p.expect(duty, f"{case}-told", "late_feedback")


@plant("violation")
def limit_by_a_wrong_clock(p: Plot) -> None:
    """A wide limit that claims to be older than the complaint, by a clock known to be wrong, was heard of after the answer."""
    producer = p.producer(p.service())
    p.govern(producer)
    for kind in ("complaint_sla", "rights_sla"):
        doubtful: dict[str, Any] = {"clock_suspect": True, "_broker_ts": (p.at + 35 * _DAY) // 1000}
        p.tell(p.teller.policy(producer, p.at - 60 * SECOND, kind, 60, "days", **doubtful))
    moves = {"received": p.at, "feedback_sent": p.at + 30 * _DAY}
    p.tell(complaint(p.teller, producer, f"c-{p.name}-0", moves))
    p.tell(rights_request(p.teller, producer, f"c-{p.name}-1", moves))
    p.expect("INV-8", f"c-{p.name}-0", "late_feedback")
    p.expect("INV-9", f"c-{p.name}-1", "late_feedback")


@plant("violation")
def published_by_a_wrong_clock(p: Plot) -> None:
    """The only limit claims to be older than the complaint, by a clock that is known to be wrong, and was heard of after it."""
    producer = p.producer(p.service())
    p.govern(producer, without="complaint_sla")
    doubtful: dict[str, Any] = {"clock_suspect": True, "_broker_ts": (p.at + _DAY) // 1000}
    p.tell(p.teller.policy(producer, p.at - 60 * SECOND, "complaint_sla", 60, "days", **doubtful))
    moves = {"received": p.at, "feedback_sent": p.at + 1}
    p.tell(complaint(p.teller, producer, f"c-{p.name}", moves, due_at=p.at + _DAY))
    p.expect("ROW-25", f"c-{p.name}", "no_limit_in_force")
