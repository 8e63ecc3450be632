"""Stories told once for each value that a rule lists, and once for a value beside the list."""

from typing import Any, Final
from uuid import UUID

from tracemark.query.testing.cases import complaint, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import Event
from tracemark.query.testing.teller import HOUR, SECOND, Producer

_DAY: Final = 24 * HOUR
_ILLEGAL: Final = (
    "subversion",
    "national_security",
    "national_image",
    "separatism",
    "social_stability",
    "terrorism",
    "extremism",
    "ethnic_hatred",
    "ethnic_discrimination",
    "violence",
    "obscenity",
    "false_harmful",
)
_LADDER: Final = ("warn", "restrict_function", "suspend_service", "terminate_service", "close_account")
_LOST: Final = ("missing", "altered", "forged", "hidden")
_FILES: Final = ("download", "copy", "export")
_PHONE: Final = "13800138000"
_OF_TRAFFIC: Final = (
    "request_id content_id case_id subject_ref recipient_ref verifier aigc_reserved_code1 aigc_reserved_code2 grant_id gateway_id "
    "model_id model_version policy_version upstream_service_id upstream_content_id aigc_content_producer aigc_produce_id "
    "aigc_content_propagator aigc_propagate_id verifier_version media_type language sdk_version adopted_by token_key_id"
)
_OF_RECORDS: Final = (
    "request_id content_id case_id subject_ref recipient_ref accessor_ref owner_role decision_code refusal_code retained_basis "
    "basis_law basis_contract authority receipt_ref explanation_ref permit_ref access_control_ref access_purpose approval_ref "
    "remediation_ref published_ref applies_to reason_code grant_id agreement_version model_id model_version policy_version "
    "ruleset_version detector_version service_origin partition_ref"
)


def _act(p: Plot, producer: Producer, action: str, at: int, **fields: Any) -> Event:
    given = {
        "moderation_target": "content",
        "moderation_stage": "delivery",
        "detector": "human",
        "retention_class": "MOD",
    }
    event = p.teller.event(producer, "moderation.action", at, **{**given, "action": action, **fields})
    p.tell(event)
    return event


@plant("violation")
def handed_over_by_every_channel(p: Plot) -> None:
    """Download, copy and export are hand-overs alike; a file goes out through an API and a publication, too."""
    picture = p.producer("svc-image")
    for channel in (*_FILES, "api", "publish"):
        lost = {"explicit_verdict": "missing", "implicit_verdict": "missing"}
        request = p.request(picture, channel=channel, delivery=lost)
        if channel in _FILES:
            p.expect("INV-3", request.content_id, "no_explicit_label")
        p.expect("ROW-14", request.content_id, "no_implicit_label")


@plant("near_miss")
def shown_without_a_file(p: Plot) -> None:
    """Shown, streamed, published or sent through an API; of another basis; to staff; and a text without a file."""
    picture, chat = p.producer("svc-image"), p.producer()
    lost: dict[str, Any] = {"explicit_verdict": "missing", "implicit_verdict": "missing"}
    for channel in ("in_app_display", "stream"):
        p.request(picture, channel=channel, delivery=lost)
    for channel in ("api", "publish"):
        given = {"explicit_verdict": "missing", "content_commitment": b"\1" * 32}
        p.request(picture, channel=channel, delivery=given)
        p.request(chat, channel=channel, delivery={**given, "implicit_verdict": "missing"})
    for basis in ("ds17_2_offer_function", "none"):
        p.request(chat, delivery={**lost, "duty_basis": basis})
    for audience in ("staff_or_member", "test", "public_outside"):
        p.request(picture, delivery={**lost, "audience_class": audience})
    p.request(chat, delivery={"implicit_verdict": "missing"})


@plant("violation")
def every_illegal_kind(p: Plot) -> None:
    """Each of the twelve kinds of illegal content, found by a person or told by an authority, and nothing done."""
    producer = p.producer()
    for number, code in enumerate(_ILLEGAL):
        case = f"c-{p.name}-{code}"
        detector = ("human", "authority_order")[number % 2]
        about = {"case_id": case, "content_id": f"o-{case}", "reason_codes": [code], "detector": detector}
        _act(p, producer, "label_then_continue", p.at, **about)
        p.expect("INV-6", case, "no_remediate,no_remove,no_report,no_stop")


@plant("near_miss")
def not_illegal(p: Plot) -> None:
    """Inaccurate, or somebody's rights; only suspected by users and machines; a refused question; let pass."""
    producer = p.producer()
    versions = {"detector_version": "9", "ruleset_version": "rs-12"}
    lawful: tuple[dict[str, Any], ...] = (
        {"reason_codes": ["accuracy"]},
        {"reason_codes": ["rights_ip"]},
        {"reason_codes": []},
        *({"detector": name, **versions} for name in ("keyword", "classifier", "llm_judge", "user_report")),
        {"moderation_stage": "input"},
        {"moderation_target": "model"},
    )
    for number, fields in enumerate(lawful):
        case = f"c-{p.name}-{number}"
        about = {"case_id": case, "content_id": f"o-{case}", "reason_codes": ["violence"], **fields}
        _act(p, producer, "label_then_continue", p.at, **about)
    _act(p, producer, "pass", p.at, case_id=f"c-{p.name}", content_id=f"o-{p.name}", reason_codes=["violence"])


@plant("near_miss")
def every_way_to_stop(p: Plot) -> None:
    """Each action that stops or removes; a report sent in time and recorded late, or only sent; a remedy that is still planned."""
    producer = p.producer()
    for number, (stop, remove, stage) in enumerate(
        (
            ("stop_generation", "remove", "delivery"),
            ("disconnect_link", "remove", "delivery"),
            ("block", "remove", "delivery"),
            ("", "block", "generation"),
            ("", "block", "output"),
        )
    ):
        case = f"c-{p.name}-{number}"
        none: dict[str, int | None] = dict.fromkeys(("stop", "remove", "report"))
        p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps=none))
        about = {"case_id": case, "content_id": f"o-{case}", "reason_codes": ["violence"], "moderation_stage": stage}
        for action in filter(None, (stop, remove)):
            _act(p, producer, action, p.at + HOUR, **about)
        sent = {"report_state": "sent", "sent_at": p.at + _DAY}
        p.tell(report(p.teller, producer, case, p.at + 2 * _DAY, **sent))


@plant("violation")
def blocked_too_late_to_remove(p: Plot) -> None:
    """Blocking what is out already does not remove it; and what was detected hours before was found then."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps={"remove": None}))
    _act(p, producer, "block", p.at + HOUR, case_id=case, content_id=f"o-{case}", reason_codes=["violence"])
    p.expect("INV-6", case, "no_remove")
    p.tell(illegal_content(p.teller, producer, f"{case}-old", p.at, f"o-{case}-old"))
    old = {"case_id": f"{case}-old", "content_id": f"o-{case}-old", "reason_codes": ["violence"]}
    _act(p, producer, "label_then_continue", p.at + SECOND, **old, detected_at=p.at - 90 * 60 * SECOND)
    p.expect("INV-6", f"{case}-old", "late_remove,late_stop")


@plant("violation")
def every_measure(p: Plot) -> None:
    """Each step of the ladder is reported and, when a machine took it, explained."""
    producer = p.producer()
    for action in _LADDER:
        case = f"c-{p.name}-{action}"
        p.tell(measure(p.teller, producer, case, p.at, f"s-{case}", action=action, automated=True, explanation_ref=""))
        p.expect("INV-7", case, "not_reported")
        p.expect("ROW-33", case, "no_explanation")
    case = f"c-{p.name}-nothing"
    p.tell(measure(p.teller, producer, "", p.at, f"s-{case}", request_id=case))
    p.tell(report(p.teller, producer, "", p.at))
    p.expect("INV-7", case, "not_reported")


@plant("near_miss")
def no_measure(p: Plot) -> None:
    """Lifting, or letting pass, is no measure; what people decided needs no explanation; a report that was only sent."""
    producer, case = p.producer(), f"c-{p.name}"
    for action in ("lift", "pass"):
        p.tell(
            measure(
                p.teller,
                producer,
                f"{case}-{action}",
                p.at,
                f"s-{case}",
                action=action,
                automated=True,
                basis_law="",
                explanation_ref="",
            )
        )
    p.tell(measure(p.teller, producer, case, p.at, f"s-{case}", explanation_ref=""))
    p.tell(report(p.teller, producer, case, p.at, report_state="sent"))
    machine = {"automated": True, "detector": "classifier", "detector_version": "9", "ruleset_version": "rs-12"}
    _act(p, producer, "warn", p.at, **machine)


@plant("violation")
def every_loss(p: Plot) -> None:
    """Missing, altered, forged or hidden, and nobody did anything."""
    producer = p.producer("svc-image")
    for state in _LOST:
        request = p.request(producer, readback={"label_state": state})
        p.expect("ROW-20", request.content_id, f"{state}_without_response")
        if state != "missing":
            p.expect("INV-5", request.content_id, state)


@plant("violation")
def every_key_of_the_metadata(p: Plot) -> None:
    """Each required key is empty once; a rule of the standard is broken; two records."""
    producer = p.producer("svc-voice")
    for key in ("content_producer", "produce_id", "content_propagator", "propagate_id"):
        p.expect("INV-5", p.request(producer, readback={f"aigc_{key}": ""}).content_id, "empty_key")
    broken = p.request(producer, readback={"label_errors": ["several-fields"]})
    p.expect("INV-5", broken.content_id, "rule_broken")


@plant("near_miss")
def no_metadata_to_read(p: Plot) -> None:
    """A watermark, a manifest and an explicit label hold no record of the seven keys; staff may read what they like."""
    producer = p.producer("svc-image")
    for fields in (
        {"label_carrier": "digital_watermark"},
        {"label_carrier": "c2pa_manifest"},
        {"label_kind": "explicit"},
        {"audience_class": "staff_or_member"},
    ):
        p.request(producer, readback={"records_found": 0, "aigc_label": "", **fields})


@plant("violation")
def every_machine(p: Plot) -> None:
    """Each kind of machine names its rules and its version."""
    producer = p.producer()
    for detector in ("keyword", "classifier", "llm_judge"):
        bare = p.request(producer, review={"detector": detector, "detector_version": ""})
        p.expect("ROW-24", bare.request_id, "no_detector_version")


@plant("near_miss")
def people_have_no_version(p: Plot) -> None:
    """People, users and authorities follow no rule set of a machine."""
    for detector in ("human", "user_report", "authority_order"):
        p.request(p.producer(), review={"detector": detector, "ruleset_version": "", "detector_version": ""})


@plant("violation")
def answered_in_the_wrong_order(p: Plot) -> None:
    """Closed a microsecond before the answer; a request that was granted in part, or restricted, without saying why."""
    producer, case = p.producer(), f"c-{p.name}"
    moves = {"received": p.at, "closed": p.at + HOUR, "feedback_sent": p.at + HOUR + 1}
    p.tell(complaint(p.teller, producer, case, moves))
    p.tell(rights_request(p.teller, producer, case, moves))
    p.expect("INV-8", case, "closed_without_feedback")
    p.expect("INV-9", case, "closed_without_feedback")
    for state in ("partly", "restricted_until"):
        moves = {"received": p.at, state: p.at + 1, "feedback_sent": p.at + 2}
        p.tell(rights_request(p.teller, producer, f"{case}-{state}", moves))
        p.expect("INV-9", f"{case}-{state}", "refused_without_reason")


@plant("near_miss")
def feedback_beside_another_state(p: Plot) -> None:
    """The answer's time stands on the closing itself; it was sent in time and recorded late; what is kept has its basis."""
    producer, case = p.producer(), f"c-{p.name}"
    sent: dict[str, Any] = {"feedback_sent_at": p.at + HOUR}
    for tell in (complaint, rights_request):
        p.tell(tell(p.teller, producer, case, {"received": p.at}))
        p.tell(tell(p.teller, producer, case, {"closed": p.at + 30 * _DAY}, **sent))
    moves = {"received": p.at, "partly": p.at + 1, "feedback_sent": p.at + 2}
    p.tell(rights_request(p.teller, producer, f"{case}-kept", moves, retained_basis="LM-9"))


@plant("violation")
def personal_values_of_every_column(p: Plot) -> None:
    """A number of a telephone, made up, in each column that somebody outside may fill."""
    producer = p.producer()
    for known, columns in (("producer.session", _OF_TRAFFIC), ("policy.published", _OF_RECORDS)):
        for column in columns.split():
            given = {"session_state": "heartbeat"} if known == "producer.session" else {"policy_kind": "label_policy"}
            event = p.teller.event(producer, known, p.at, **given, **{column: _PHONE})
            p.tell(event)
            p.expect("INV-15", UUID(int=event["event_id"]), "looks_like_phone_number")
    for column, kind in (("label_errors", "label.verified"), ("detector_categories", "model.remediation")):
        event = p.teller.event(producer, kind, p.at, **{column: [_PHONE]})
        p.tell(event)
        p.expect("INV-15", UUID(int=event["event_id"]), "looks_like_phone_number")


@plant("violation")
def drift_of_every_kind(p: Plot) -> None:
    """The first of the public is seen at an output, or at a hand-over, only; one service was declared, the other says so itself."""
    for number, kind in enumerate(("output", "delivery")):
        own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}-{kind}", p.at)
        producer = own.producer(own.service(scope="not_public", audience="staff_or_member"))
        own.govern(producer, without="service.declared" if number else "")
        request = own.request(producer, **{kind: {"audience_class": "public_mainland"}})
        p.expect("INV-13", request.content_id, "public_audience")
        if number:
            p.expect("ROW-1", producer.kind.service_id, "undeclared")
        p.tell(own.finish())


@plant("violation")
def one_prompt_of_two(p: Plot) -> None:
    """Of two turns of one request one was asked by somebody unverified."""
    producer = p.producer("svc-news")
    request = p.request(producer, channel="publish")
    again = {
        "request_id": request.request_id,
        "realname_status": "unverified",
        "prompt_index": 1,
        "subject_ref": request.subject,
    }
    p.tell(p.teller.event(producer, "prompt.received", p.at + 1, modality=["text"], **again))
    p.expect("ROW-10", request.content_id, "published_unverified")


@plant("near_miss")
def unverified_and_unpublished(p: Plot) -> None:
    """Somebody unverified asks, reads and downloads, and publishes nothing."""
    p.request(p.producer("svc-news"), channel="download", prompt={"realname_status": "unverified"})


@plant("violation")
def clause_added_later(p: Plot) -> None:
    """Accepted in time without the clause, and with it a microsecond after the first prompt."""
    producer, subject = p.producer(), f"s-{p.name}"
    p.tell(p.teller.agreement(producer, p.at - HOUR, subject, has_label_clause=False))
    p.tell(p.teller.agreement(producer, p.at + 1, subject))
    p.request(producer, at=p.at + HOUR, subject=subject)
    first = p.request(producer, subject=subject)
    p.expect("ROW-9", first.request_id, "accepted_later")


@plant("near_miss")
def upstream_of_nobody(p: Plot) -> None:
    """Whoever makes it alone, and a reseller's refusal, have no upstream to name."""
    p.request(p.producer("svc-resale"), finish="refused", output={"upstream_service_id": ""})
    p.request(p.producer("svc-resale"), finish="error", output={"upstream_service_id": ""})


@plant("near_miss")
def receipt_of_an_earlier_word(p: Plot) -> None:
    """The receipt came with the sending; the acknowledgement repeats none."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(report(p.teller, producer, case, p.at, report_state="sent", receipt_ref="receipt-9"))
    p.tell(report(p.teller, producer, case, p.at + HOUR, receipt_ref=""))
