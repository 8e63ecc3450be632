"""Violations of the duties about illegal content, users, complaints, requests, reports and agreements."""

from datetime import UTC, datetime

from tracemark.query.obligations.calendar import load_calendar
from tracemark.query.testing.cases import complaint, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR, SECOND

DAY = 24 * HOUR
BEFORE_THE_HOLIDAY = micros(datetime(2026, 9, 28, 2, tzinfo=UTC))
"""A Monday morning in Shanghai: ten working days later is Friday 16 October, across seven days off and a Saturday made up."""


def ten_working_days(received: int) -> int:
    """When a complaint received then is due, by the limit that the kit's services publish."""
    moment = datetime.fromtimestamp(received / SECOND, UTC)
    return micros(load_calendar("cn").due(moment, 10, "working_days"))


@plant("violation")
def steps_missing(p: Plot) -> None:
    """Illegal content that was not stopped, not removed, not reported, or whose model nobody mended."""
    producer = p.producer()
    for step in ("stop", "remove", "report", "remediate"):
        case = f"c-{p.name}-{step}"
        p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps={step: None}))
        p.expect("INV-6", case, f"no_{step}")


@plant("violation")
def steps_late(p: Plot) -> None:
    """Each step a microsecond past the provider's own target."""
    producer = p.producer()
    for step, target in (("stop", HOUR), ("remove", 2 * HOUR), ("report", DAY), ("remediate", 5 * DAY)):
        case = f"c-{p.name}-{step}"
        p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps={step: target + 1}))
        p.expect("INV-6", case, f"late_{step}")


@plant("violation")
def sanction_without_basis(p: Plot) -> None:
    """Neither the law nor the agreement is named."""
    producer = p.producer()
    for field, reason in (("basis_law", "no_legal_basis"), ("basis_contract", "no_contract_basis")):
        case = f"c-{p.name}-{field}"
        p.tell(measure(p.teller, producer, case, p.at, f"s-{case}", **{field: ""}))
        p.tell(report(p.teller, producer, case, p.at + HOUR))
        p.expect("INV-7", case, reason)


@plant("violation")
def sanction_not_reported(p: Plot) -> None:
    """A measure that no authority heard of in time."""
    case = f"c-{p.name}"
    p.tell(measure(p.teller, p.producer(), case, p.at, f"s-{case}"))
    p.expect("INV-7", case, "not_reported")


@plant("violation")
def sanction_jumps_the_ladder(p: Plot) -> None:
    """From a warning to suspension without a reason."""
    producer, first, second = p.producer(), f"c-{p.name}-1", f"c-{p.name}-2"
    p.tell(measure(p.teller, producer, first, p.at, f"s-{p.name}"))
    p.tell(measure(p.teller, producer, second, p.at + DAY, f"s-{p.name}", action="suspend_service", reason_codes=[]))
    p.tell(report(p.teller, producer, case, p.at + DAY) for case in (first, second))
    p.expect("INV-7", second, "jump_without_reason")


@plant("violation")
def automatic_sanction_unexplained(p: Plot) -> None:
    """A machine decided, and nobody told the user why."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(measure(p.teller, producer, case, p.at, f"s-{case}", automated=True, explanation_ref=""))
    p.tell(report(p.teller, producer, case, p.at + HOUR))
    p.expect("ROW-33", case, "no_explanation")


@plant("violation")
def feedback_a_microsecond_late(p: Plot) -> None:
    """Across the holidays of October, and for the kind with a limit of its own."""
    producer, case, special = p.producer(), f"c-{p.name}", f"c-{p.name}-special"
    fed = ten_working_days(BEFORE_THE_HOLIDAY) + 1
    p.tell(
        complaint(p.teller, producer, case, {"received": BEFORE_THE_HOLIDAY, "feedback_sent": fed, "closed": fed + 1})
    )
    moves = {"received": p.at, "feedback_sent": p.at + 48 * HOUR + 1}
    p.tell(complaint(p.teller, producer, special, moves, kind="data_security"))
    p.expect("INV-8", case, "late_feedback")
    p.expect("INV-8", special, "late_feedback")


@plant("violation")
def complaint_forgotten(p: Plot) -> None:
    """Received, and nothing since."""
    p.tell(complaint(p.teller, p.producer(), f"c-{p.name}", {"received": BEFORE_THE_HOLIDAY}))
    p.expect("INV-8", f"c-{p.name}", "overdue")


@plant("violation")
def complaint_closed_without_feedback(p: Plot) -> None:
    """Closed at once; and closed again after it was reopened, with no answer the second time."""
    producer, case, again = p.producer(), f"c-{p.name}", f"c-{p.name}-again"
    p.tell(complaint(p.teller, producer, case, {"received": p.at, "closed": p.at + HOUR}))
    p.tell(complaint(p.teller, producer, again, {"received": p.at, "feedback_sent": p.at + HOUR}))
    p.tell(complaint(p.teller, producer, again, {"reopened": p.at + DAY, "closed": p.at + DAY + HOUR}))
    p.expect("INV-8", case, "closed_without_feedback")
    p.expect("INV-8", again, "closed_without_feedback")


@plant("violation")
def limit_published_backwards(p: Plot) -> None:
    """A limit published after the complaint, said to hold from before it, is none; the due time then stated still binds."""
    producer = p.producer(p.service())
    p.govern(producer, without="complaint_sla")
    case = f"c-{p.name}"
    p.tell(complaint(p.teller, producer, case, {"received": p.at}, due_at=p.at + DAY))
    p.tell(complaint(p.teller, producer, case, {"feedback_sent": p.at + DAY}))
    p.tell(p.teller.policy(producer, p.at + HOUR, "complaint_sla", 90, "days", effective_from=p.at - HOUR))
    p.expect("ROW-25", case, "no_limit_in_force")


@plant("violation")
def rights_request_late(p: Plot) -> None:
    """A microsecond past fifteen days; and never answered."""
    producer, late, never = p.producer(), f"c-{p.name}-late", f"c-{p.name}-never"
    moves = {"received": p.at, "done": p.at + DAY, "feedback_sent": p.at + 15 * DAY + 1}
    p.tell(rights_request(p.teller, producer, late, moves))
    p.tell(rights_request(p.teller, producer, never, {"received": p.at, "processing": p.at + DAY}))
    p.expect("INV-9", late, "late_feedback")
    p.expect("INV-9", never, "overdue")


@plant("violation")
def rights_request_refused_without_reason(p: Plot) -> None:
    """A refusal names its reason."""
    case = f"c-{p.name}"
    moves = {"received": p.at, "refused": p.at + DAY, "feedback_sent": p.at + DAY + 1}
    p.tell(rights_request(p.teller, p.producer(), case, moves))
    p.expect("INV-9", case, "refused_without_reason")


@plant("violation")
def report_that_never_arrived(p: Plot) -> None:
    """Rejected; still a draft; acknowledged without a receipt."""
    producer = p.producer()
    for fields, reason in (
        ({"report_state": "rejected"}, "rejected"),
        ({"report_state": "draft", "sent_at": None, "receipt_ref": ""}, "never_sent"),
        ({"receipt_ref": ""}, "no_receipt"),
    ):
        case = f"c-{p.name}-{reason}"
        p.tell(report(p.teller, producer, case, p.at, **fields))
        p.expect("ROW-22", case, reason)


@plant("violation")
def users_without_an_agreement(p: Plot) -> None:
    """No acceptance, one without the clause about labels, and one a microsecond after the first prompt."""
    producer = p.producer()
    none = p.request(producer, subject=f"s-{p.name}-none")
    bare = p.request(producer, subject=f"s-{p.name}-bare")
    late = p.request(producer, subject=f"s-{p.name}-late")
    p.tell(p.teller.agreement(producer, p.at - HOUR, bare.subject, has_label_clause=False))
    p.tell(p.teller.agreement(producer, p.at + 1, late.subject))
    p.expect("ROW-9", none.request_id, "no_agreement")
    p.expect("ROW-9", bare.request_id, "no_label_clause")
    p.expect("ROW-9", late.request_id, "accepted_later")


@plant("violation")
def nothing_reviewed(p: Plot) -> None:
    """A prompt and an output that nobody looked at."""
    producer = p.producer()
    asked = p.request(producer, without=["review_input"])
    made = p.request(producer, without=["review_output"])
    p.expect("ROW-8", asked.request_id, "input_not_reviewed")
    p.expect("ROW-8", made.content_id, "output_not_reviewed")


@plant("violation")
def verdict_without_rules(p: Plot) -> None:
    """A machine's verdict that does not say by which rules."""
    producer = p.producer()
    rules = p.request(producer, review={"ruleset_version": ""})
    p.expect("ROW-24", rules.request_id, "no_ruleset_version")
