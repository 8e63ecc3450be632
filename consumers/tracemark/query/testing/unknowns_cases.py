"""Stories of cases about which nothing can be said: wrong clocks, erased users, missing receipts."""

from typing import Any, Final

from tracemark.query.testing.cases import complaint, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.teller import HOUR

_DAY: Final = 24 * HOUR


@plant("unknown")
def stopped_by_a_wrong_clock(p: Plot) -> None:
    """Stopped in time, by a clock that is known to be wrong."""
    case = f"c-{p.name}"
    for event in illegal_content(p.teller, p.producer(), case, p.at, f"o-{case}"):
        p.tell({**event, "clock_suspect": event.get("action") == "stop_transmission"})
    p.expect("INV-6", case, "clock_suspect")


@plant("unknown")
def received_by_a_wrong_clock(p: Plot) -> None:
    """Received, by a clock that ran a year ahead, and never answered."""
    ahead: dict[str, Any] = {"clock_suspect": True, "_broker_ts": p.at // 1000}
    for tell, duty in ((complaint, "INV-8"), (rights_request, "INV-9")):
        p.tell(tell(p.teller, p.producer(), f"c-{p.name}", {"received": p.at + 365 * _DAY}, **ahead))
        p.expect(duty, f"c-{p.name}", "clock_suspect")


@plant("unknown")
def answered_by_a_wrong_clock(p: Plot) -> None:
    """By its own clock, which is known to be wrong, the answer came after the closing; by its receipt before."""
    producer = p.producer()
    for tell, duty in ((complaint, "INV-8"), (rights_request, "INV-9")):
        p.tell(tell(p.teller, producer, f"c-{p.name}", {"received": p.at, "closed": p.at + 2 * _DAY}))
        ahead: dict[str, Any] = {"clock_suspect": True, "_broker_ts": (p.at + _DAY) // 1000}
        p.tell(tell(p.teller, producer, f"c-{p.name}", {"feedback_sent": p.at + 5 * _DAY}, **ahead))
        p.expect(duty, f"c-{p.name}", "clock_suspect")


@plant("unknown")
def complained_by_a_wrong_clock(p: Plot) -> None:
    """A limit was in force when the complaint arrived; whether it was when the complaint was made, a wrong clock does not tell."""
    moves = {"received": p.at, "feedback_sent": p.at + 1}
    p.tell(complaint(p.teller, p.producer(), f"c-{p.name}", moves, clock_suspect=True))
    p.expect("ROW-25", f"c-{p.name}", "clock_suspect")


@plant("unknown")
def sanctioned_by_a_wrong_clock(p: Plot) -> None:
    """A measure by a clock that is known to be wrong, reported within a day of its receipt."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(measure(p.teller, producer, case, p.at, f"s-{case}", clock_suspect=True))
    p.tell(report(p.teller, producer, case, p.at + HOUR))
    p.expect("INV-7", case, "clock_suspect")


@plant("unknown")
def warned_by_a_wrong_clock(p: Plot) -> None:
    """A restriction without a reason; whether the warning came before it, the clock of the warning does not tell."""
    producer, case = p.producer(p.service()), f"c-{p.name}"
    p.govern(producer, without="moderation_targets")
    behind: dict[str, Any] = {"clock_suspect": True, "_broker_ts": (p.at + 2 * _DAY) // 1000}
    p.tell(measure(p.teller, producer, f"{case}-1", p.at, f"s-{case}", **behind))
    bare: dict[str, Any] = {"action": "restrict_function", "reason_codes": []}
    p.tell(measure(p.teller, producer, f"{case}-2", p.at + _DAY, f"s-{case}", **bare))
    p.tell(report(p.teller, producer, f"{case}-{n}", p.at + 2 * _DAY) for n in (1, 2))
    p.expect("INV-7", f"{case}-2", "clock_suspect")


@plant("unknown")
def user_came_back(p: Plot) -> None:
    """An earlier warning was erased with its user; whether the one who is restricted now is the same, nobody can tell."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(measure(p.teller, producer, f"{case}-1", p.at, "", erased_by="order-1"))
    bare: dict[str, Any] = {"action": "restrict_function", "reason_codes": []}
    p.tell(measure(p.teller, producer, f"{case}-2", p.at + _DAY, f"s-{case}", **bare))
    p.tell(report(p.teller, producer, f"{case}-{n}", p.at + _DAY) for n in (1, 2))
    p.expect("INV-7", f"{case}-2", "ladder_erased")


@plant("unknown")
def report_without_a_receipt(p: Plot) -> None:
    """Sent, it is said; no authority ever confirmed it."""
    p.tell(report(p.teller, p.producer(), f"c-{p.name}", p.at, report_state="sent", receipt_ref=""))
    p.expect("ROW-22", f"c-{p.name}", "receipt_outstanding")


@plant("unknown")
def last_word_by_a_wrong_clock(p: Plot) -> None:
    """Rejected and acknowledged, in an order that a wrong clock does not tell."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(report(p.teller, producer, case, p.at, report_state="rejected"))
    p.tell(report(p.teller, producer, case, p.at + HOUR, clock_suspect=True))
    p.expect("ROW-22", case, "clock_suspect")


@plant("unknown")
def answered_by_the_day_it_states(p: Plot) -> None:
    """In time by the due time that the case itself states: no limit was published that says how late that may be."""
    producer = p.producer(p.service())
    p.govern(producer, without="rights_sla")
    moves = {"received": p.at, "feedback_sent": p.at + _DAY}
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", moves, due_at=p.at + 2 * _DAY))
    p.expect("INV-9", f"c-{p.name}", "no_limit_in_force")


@plant("violation")
def answered_after_the_day_it_states(p: Plot) -> None:
    """Late by the due time that the case itself states, though no limit was ever published."""
    producer = p.producer(p.service())
    p.govern(producer, without="rights_sla")
    moves = {"received": p.at, "feedback_sent": p.at + _DAY}
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", moves, due_at=p.at + _DAY - 1))
    p.expect("INV-9", f"c-{p.name}", "late_feedback")
