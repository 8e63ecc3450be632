"""Stories of things that happen twice, come back or are corrected: complaints, limits, illegal content, reports."""

from typing import Any, Final

from tracemark.query.testing.cases import complaint, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import Event, micros
from tracemark.query.testing.teller import HOUR, SECOND, SINCE, Producer

DAY: Final = 24 * HOUR
_MINUTE: Final = 60 * SECOND
_OLD: Final = 240 * DAY


def _own(p: Plot, suffix: str) -> Plot:
    return Plot(p.teller, p.name, f"{p.tenant}-{p.name}-{suffix}", p.at)


def _act(p: Plot, producer: Producer, action: str, at: int, **fields: Any) -> Event:
    """What a person did about content that was found illegal."""
    given = {
        "moderation_target": "content",
        "moderation_stage": "delivery",
        "detector": "human",
        "retention_class": "MOD",
    }
    event = p.teller.event(producer, "moderation.action", at, **{**given, "action": action, **fields})
    p.tell(event)
    return event


@plant("near_miss")
def received_twice(p: Plot) -> None:
    """Two desks wrote down the same receipt, and one answer went out; after it was closed, a second round got its own."""
    producer, case = p.producer(), f"c-{p.name}"
    for at in (p.at, p.at + 5 * _MINUTE):
        p.tell(complaint(p.teller, producer, case, {"received": at}))
        p.tell(rights_request(p.teller, producer, f"{case}-rights", {"received": at}))
    for at in (p.at + DAY, p.at + 3 * DAY):
        moves = {"feedback_sent": at, "closed": at + HOUR}
        p.tell(complaint(p.teller, producer, case, moves))
        p.tell(rights_request(p.teller, producer, f"{case}-rights", moves))
        if at == p.at + DAY:
            p.tell(complaint(p.teller, producer, case, {"received": at + DAY}))
            p.tell(rights_request(p.teller, producer, f"{case}-rights", {"received": at + DAY}))


@plant("violation")
def received_again_and_forgotten(p: Plot) -> None:
    """Answered and closed, then received anew under the same id: the first answer is none to the second round."""
    producer, case = p.producer(), f"c-{p.name}"
    first = {"received": p.at, "feedback_sent": p.at + DAY, "closed": p.at + DAY}
    p.tell(complaint(p.teller, producer, case, first))
    p.tell(rights_request(p.teller, producer, f"{case}-rights", first))
    p.tell(complaint(p.teller, producer, case, {"received": p.at + DAY}))
    p.tell(rights_request(p.teller, producer, f"{case}-rights", {"received": p.at + DAY}))
    p.expect("INV-8", case, "overdue")
    p.expect("INV-9", f"{case}-rights", "overdue")


def _corrected(p: Plot, name: str, first: int, second: int) -> None:
    """A limit was announced for a day to come, and corrected before that day; then everything took three hours."""
    own = _own(p, name)
    producer, case = own.producer(own.service()), f"c-{p.name}-{name}"
    own.govern(producer)
    for at, hours in ((p.at, first), (p.at + HOUR, second)):
        for kind, applies in (
            ("complaint_sla", ""),
            ("complaint_sla", "data_security"),
            ("rights_sla", ""),
            ("moderation_targets", "stop"),
            ("moderation_targets", "remove"),
            ("moderation_targets", "report"),
            ("moderation_targets", "remediate"),
        ):
            own.tell(p.teller.policy(producer, at, kind, hours, "hours", applies, effective_from=p.at + DAY))
    begun, done = p.at + 2 * DAY, p.at + 2 * DAY + 3 * HOUR
    moves = {"received": begun, "feedback_sent": done}
    own.tell(complaint(p.teller, producer, case, moves))
    own.tell(complaint(p.teller, producer, f"{case}-special", moves, kind="data_security"))
    own.tell(rights_request(p.teller, producer, f"{case}-rights", moves))
    slow: dict[str, int | None] = dict.fromkeys(("stop", "remove", "report", "remediate"), 3 * HOUR)
    own.tell(illegal_content(p.teller, producer, f"{case}-illegal", begun, f"o-{case}", steps=slow))
    p.tell(own.finish())


@plant("near_miss")
def limit_corrected_before_its_day(p: Plot) -> None:
    """Of two limits for the same day the later word counts: it gives a day."""
    _corrected(p, "wide", 1, 24)


@plant("violation")
def limit_tightened_before_its_day(p: Plot) -> None:
    """Of two limits for the same day the later word counts: it gives an hour."""
    _corrected(p, "tight", 24, 1)
    case = f"c-{p.name}-tight"
    p.expect("INV-8", case, "late_feedback")
    p.expect("INV-8", f"{case}-special", "late_feedback")
    p.expect("INV-9", f"{case}-rights", "late_feedback")
    p.expect("INV-6", f"{case}-illegal", "late_remediate,late_remove,late_report,late_stop")


@plant("violation")
def limit_for_another_kind(p: Plot) -> None:
    """A limit for complaints about data security is none for others."""
    producer, case = p.producer(p.service()), f"c-{p.name}"
    p.govern(producer, without="complaint_sla")
    p.tell(p.teller.policy(producer, p.at - HOUR, "complaint_sla", 48, "hours", "data_security"))
    p.tell(complaint(p.teller, producer, case, {"received": p.at, "feedback_sent": p.at + 1}, due_at=p.at + DAY))
    p.expect("ROW-25", case, "no_limit_in_force")


@plant("near_miss")
def limit_of_its_own(p: Plot) -> None:
    """The only limit is the one for complaints of this kind."""
    producer, case = p.producer(p.service()), f"c-{p.name}"
    p.govern(producer, without="complaint_sla")
    p.tell(p.teller.policy(producer, p.at, "complaint_sla", 48, "hours", "data_security"))
    p.tell(complaint(p.teller, producer, case, {"received": p.at, "feedback_sent": p.at + DAY}, kind="data_security"))


@plant("violation")
def found_again_after_it_was_restored(p: Plot) -> None:
    """Removed, restored, found illegal once more: what was done the first time, the report included, is nothing done the second."""
    producer, case = p.producer(), f"c-{p.name}"
    about: dict[str, Any] = {"case_id": case, "content_id": f"o-{case}"}
    p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}"))
    _act(p, producer, "restore", p.at + 5 * DAY, **about)
    _act(p, producer, "label_then_continue", p.at + 6 * DAY, reason_codes=["violence"], **about)
    p.expect("INV-6", case, "no_remediate,no_remove,no_report,no_stop")


@plant("violation")
def one_content_of_two(p: Plot) -> None:
    """A case about two pictures: one was stopped and removed, the other only found."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}-1"))
    other: dict[str, Any] = {"case_id": case, "content_id": f"o-{case}-2", "reason_codes": ["violence"]}
    _act(p, producer, "label_then_continue", p.at + SECOND, **other)
    p.expect("INV-6", case, "no_remove,no_stop")


@plant("near_miss")
def two_contents_of_a_case(p: Plot) -> None:
    """Both removed, each by its own id; both by one measure that names none; and one removed, the other found lawful."""
    producer = p.producer()
    for number, actions in enumerate((("stop_transmission", "remove"), (), ("restore",))):
        case = f"c-{p.name}-{number}"
        first = "" if number == 1 else f"o-{case}-1"
        p.tell(illegal_content(p.teller, producer, case, p.at, first))
        other: dict[str, Any] = {"case_id": case, "content_id": f"o-{case}-2", "reason_codes": ["violence"]}
        _act(p, producer, "label_then_continue", p.at + SECOND, **other)
        for action in actions:
            _act(p, producer, action, p.at + HOUR, **other)


@plant("violation")
def confirmed_long_after(p: Plot) -> None:
    """A machine stopped it before the window began, a person confirmed it in the window, and nobody reported it."""
    producer, case = p.producer(), f"c-{p.name}"
    about: dict[str, Any] = {"case_id": case, "content_id": f"o-{case}", "reason_codes": ["violence"]}
    machine = {
        "detector": "classifier",
        "detector_version": "9",
        "ruleset_version": "rs-12",
        "moderation_stage": "output",
    }
    early = (micros(SINCE) - DAY) // 1000
    _act(p, producer, "block", p.at, **about, **machine, _broker_ts=early)
    _act(p, producer, "remove", p.at + HOUR, **about)
    fixed = {"remediation_kind": "ruleset_update", "remediation_state": "completed", "retention_class": "MOD"}
    p.tell(p.teller.event(producer, "model.remediation", p.at + DAY, case_id=case, **fixed))
    p.expect("INV-6", case, "no_report")


@plant("near_miss")
def passed_at_first(p: Plot) -> None:
    """A machine let it pass under the same case a week before a person found it: found is when it was found."""
    producer, case = p.producer(), f"c-{p.name}"
    machine = {
        "detector": "classifier",
        "detector_version": "9",
        "ruleset_version": "rs-12",
        "moderation_stage": "output",
    }
    _act(p, producer, "pass", p.at - DAY, case_id=case, content_id=f"o-{case}", **machine)
    p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}"))


@plant("violation")
def rejected_by_one_authority(p: Plot) -> None:
    """What one authority acknowledged says nothing about the other, which sent it back."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(report(p.teller, producer, case, p.at, authority="police", report_state="rejected"))
    p.tell(report(p.teller, producer, case, p.at + HOUR))
    p.expect("ROW-22", case, "rejected")


@plant("violation")
def answered_before_it_was_lost(p: Plot) -> None:
    """Something was done about the content a microsecond before its label was found missing; and it was restored since."""
    producer, content = p.producer(), f"o-{p.name}"
    gone = {"label_kind": "explicit", "label_carrier": "text_prompt", "label_state": "altered", "modality": ["text"]}
    _act(p, producer, "label_then_continue", p.at - 1, content_id=content)
    p.tell(p.teller.event(producer, "label.verified", p.at, content_id=content, **gone))
    _act(p, producer, "restore", p.at + HOUR, content_id=content)
    p.expect("ROW-20", content, "altered_without_response")


@plant("near_miss")
def found_lost_again(p: Plot) -> None:
    """Two checks find the same loss, before and after the response."""
    producer, content = p.producer(), f"o-{p.name}"
    gone = {"label_kind": "explicit", "label_carrier": "text_prompt", "label_state": "hidden", "modality": ["text"]}
    _act(p, producer, "remove", p.at, content_id=content)
    for at in (p.at, p.at + HOUR):
        p.tell(p.teller.event(producer, "label.verified", at, content_id=content, **gone))


@plant("near_miss")
def ladder_across_services(p: Plot) -> None:
    """Warned in one service, restricted in another: a step, not a jump. And a case that two services write."""
    chat, image, stem = p.producer(), p.producer("svc-image"), f"c-{p.name}"
    one_up = {"action": "restrict_function", "reason_codes": []}
    p.tell(measure(p.teller, chat, f"{stem}-1", p.at, f"s-{p.name}"))
    p.tell(measure(p.teller, image, f"{stem}-2", p.at + HOUR, f"s-{p.name}", **one_up))
    p.tell(report(p.teller, image, f"{stem}-{n}", p.at + 2 * HOUR) for n in (1, 2))
    p.tell(complaint(p.teller, chat, f"{stem}-3", {"received": p.at}))
    p.tell(complaint(p.teller, image, f"{stem}-3", {"feedback_sent": p.at + DAY}))
    p.tell(rights_request(p.teller, chat, f"{stem}-4", {"received": p.at}))
    p.tell(rights_request(p.teller, image, f"{stem}-4", {"feedback_sent": p.at + DAY}))
    p.tell(report(p.teller, chat, f"{stem}-5", p.at, report_state="draft", sent_at=None, receipt_ref=""))
    p.tell(report(p.teller, image, f"{stem}-5", p.at + HOUR))
