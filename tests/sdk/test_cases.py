"""Cases and deliveries, seen in the events that arrive."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from support.wrong_values import Zone
from tracemark.schemas import InvalidEvent
from tracemark.schemas.events import AuditAccessed, ServiceDeclared
from tracemark.schemas.topics import CONTROL_TOPIC
from tracemark.sdk.canonical import canonicalise
from tracemark.sdk.testing import Recorder
from tracemark.sdk.tokens import subject_ref

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
NOON_US = 1_768_478_400_000_000


def only(recorder: Recorder, event_type: str) -> dict[str, Any]:
    """The one event of a type."""
    [row] = recorder.events(event_type)
    return row


def pseudonym(recorder: Recorder, person: str) -> str:
    """What stands for a person of the default tenant."""
    return subject_ref(recorder.keyring.current("subject", "default"), person)


def test_a_delivery_says_what_was_found_and_to_whom(recorder: Recorder) -> None:
    """The form handed over has tokens of its own, and the recipient a pseudonym beside the user's."""
    with recorder.client.generation(model="m-1", user="u-1") as gen:
        gen.output("answer")
        gen.deliver(
            channel="copy", delivered="answer (AI)", explicit="verified", implicit="not_checked", recipient="u-2"
        )
    row = only(recorder, "content.delivered")
    assert (row["content_id"], row["delivery_channel"], row["explicit_verdict"]) == (gen.content_id, "copy", "verified")
    assert row["token_exact"] == recorder.keyring.current("output", "default").tokens(canonicalise("answer (AI)")).exact
    assert (row["subject_ref"], row["recipient_ref"]) == (pseudonym(recorder, "u-1"), pseudonym(recorder, "u-2"))


def test_a_complaint_goes_through_its_states(recorder: Recorder) -> None:
    """Each transition is an event of the case, kept under the class of cases."""
    for state in ("received", "accepted", "feedback_sent", "closed"):
        recorder.client.complaint(
            case_id="case-1", kind="public_report", state=state, owner_role="safety", user="u-1", due_at=NOON
        )
    rows = recorder.events("complaint.transition")
    assert [row["complaint_state"] for row in rows] == ["received", "accepted", "feedback_sent", "closed"]
    assert {(row["due_at"], row["retention_class"]) for row in rows} == {(NOON_US, "CASE")}


def test_a_rights_request_is_recorded(recorder: Recorder) -> None:
    """What was asked, what became of it, and on which basis data was kept."""
    recorder.client.rights_request(
        case_id="case-2",
        kind="delete",
        state="restricted_until",
        owner_role="privacy",
        retained_basis="LM-9",
        restricted_until=NOON,
    )
    row = only(recorder, "rights_request.transition")
    assert (row["rights_state"], row["retained_basis"], row["restricted_until"]) == (
        "restricted_until",
        "LM-9",
        NOON_US,
    )


def test_a_grant_holds_its_three_conditions(recorder: Recorder) -> None:
    """Request time, duty clause and recipient are in the event, which is critical and kept under the statutory class."""
    clause = hashlib.sha256(b"the published clause").digest()
    recorder.client.grant_unlabelled(
        grant_id="g-1",
        content_id="c-1",
        recipient="u-2",
        requested_at=NOON,
        agreement_version="2026-01",
        duty_clause_digest=clause,
    )
    row = only(recorder, "unlabelled.granted")
    assert (row["requested_at"], row["duty_clause_digest"], row["retention_class"]) == (NOON_US, clause, "UNLAB")
    assert row["recipient_ref"] == pseudonym(recorder, "u-2")


def test_reports_and_remediations_join_their_case(recorder: Recorder) -> None:
    """The closed loop of an illegal content: reported, and the model mended."""
    recorder.client.authority_report(case_id="case-1", authority="cac", state="sent", reason="violence", sent_at=NOON)
    recorder.client.remediation(case_id="case-1", kind="ruleset_update", state="completed", completed_at=NOON)
    assert only(recorder, "authority.report")["sent_at"] == NOON_US
    assert only(recorder, "model.remediation")["case_id"] == "case-1"


def test_governance_goes_to_the_control_topic(recorder: Recorder) -> None:
    """Reads of the audit data are events of the control topic, with a pseudonym of the member of staff."""
    recorder.broker.create_topic(CONTROL_TOPIC)
    event = AuditAccessed(access_kind="trace", access_interface="cli", access_ok=True, case_id="case-1")
    recorder.client.emit(event, accessor="staff-7")
    assert recorder.client.flush(60).remaining == 0
    [record] = recorder.broker.records(CONTROL_TOPIC)
    assert pseudonym(recorder, "staff-7").encode() in record.value
    assert b"staff-7" not in record.value


def test_a_person_is_taken_only_where_an_event_names_one(recorder: Recorder) -> None:
    """A recipient of an event without recipients is an error that says so, and a digest of the wrong size is another."""
    declared = ServiceDeclared(valid_from=NOON_US)
    with pytest.raises(InvalidEvent, match=r"^recipient: "):
        recorder.client.emit(declared, recipient="u-2")
    with pytest.raises(InvalidEvent, match=r"^duty_clause_digest: "):
        recorder.client.grant_unlabelled(
            grant_id="g",
            content_id="c",
            recipient="u",
            requested_at=NOON,
            agreement_version="1",
            duty_clause_digest=b"x",
        )


def test_one_code_stands_for_a_list_of_one(recorder: Recorder) -> None:
    """A reason or a detector's category alone needs no list around it."""
    recorder.client.moderation(
        action="pass", detector="classifier", content_id="c-1", reason="violence", detector_categories="gore"
    )
    row = only(recorder, "moderation.action")
    assert (row["reason_codes"], row["detector_categories"]) == (["violence"], ["gore"])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"reason": None}, "reason: is missing; "),
        ({"reason": {"violence"}}, "reason: is of type set; "),
        ({"detector_categories": None}, "detector_categories: is missing; "),
        ({"detector_categories": 7}, "detector_categories: is of type int; "),
        ({"action": []}, "action: is of type list; "),
        ({"detector": {}}, "detector: is of type dict; "),
        ({"target": ""}, "moderation_target: is not in the enumeration; "),
        ({"confidence": 10**400}, "confidence: is a number out of range; "),
        ({"detected_at": "2026-01-15T12:00:00Z"}, "detected_at: is of type str; pass an aware datetime, e.g. "),
        ({"detected_at": True}, "detected_at: is of type bool; pass an aware datetime, e.g. "),
        ({"content_id": None}, "content_id: is missing; pass what it is about: "),
        ({"content_id": None, "target": "user"}, "content_id: is missing; pass what it is about: "),
        ({"detected_at": NOON.replace(tzinfo=Zone())}, "detected_at: is a datetime without a time zone; "),
        ({"event_id": "张三 said kill"}, "event_id: is text of 12 characters in another format; "),
        ({"event_id": "0196A0F2-0000-7000-8000-000000000001"}, "event_id: is text of 36 characters in another format"),
        ({"event_id": 7}, "event_id: is of type int; "),
        ({"event_id": ""}, "event_id: is text of 0 characters in another format; "),
    ],
)
def test_a_wrong_argument_of_a_measure_is_named(recorder: Recorder, wrong: dict[str, Any], problem: str) -> None:
    """With the kind of its value and never the value; no number is spent, and nothing is recorded."""
    said: dict[str, Any] = {"action": "remove", "detector": "human", "content_id": "c-1", **wrong}
    with pytest.raises(InvalidEvent, match=f"^{problem}"):
        recorder.client.moderation(**said)
    accounting = recorder.client.accounting()
    assert (accounting.emitted, accounting.dropped) == (1, {})


def test_an_event_is_emitted_again_under_its_own_id(recorder: Recorder) -> None:
    """The id that `AuditNotDurable` names is taken as it is."""
    event_id = "0196a0f2-0000-7000-8000-000000000001"
    recorder.client.moderation(action="remove", detector="human", content_id="c-1", event_id=event_id)
    assert only(recorder, "moderation.action")["event_id"] == event_id


def test_what_a_measure_is_about_has_one_of_four_names(recorder: Recorder) -> None:
    """A content, a request, a case or a user; what is done to the model itself is about nothing else."""
    several: list[dict[str, Any]] = [
        {"content_id": "c-1"},
        {"request_id": "r-1"},
        {"case_id": "case-1"},
        {"user": "u-1"},
    ]
    for about in several:
        recorder.client.moderation(action="pass", detector="classifier", **about)
    recorder.client.moderation(action="ruleset_update", detector="human")
    targets = [row["moderation_target"] for row in recorder.events("moderation.action")]
    assert targets == ["content", "content", "content", "user", "model"]


def test_a_refused_request_has_a_reason(recorder: Recorder) -> None:
    """Without its code nothing is recorded; with it the refusal is."""

    def refuse(**why: Any) -> None:
        recorder.client.rights_request(case_id="case-2", kind="delete", state="refused", owner_role="privacy", **why)

    with pytest.raises(InvalidEvent, match=r"^refusal_code: is missing; pass the code of the reason"):
        refuse()
    refuse(refusal_code="statutory-period")
    assert only(recorder, "rights_request.transition")["refusal_code"] == "statutory-period"


def test_a_due_date_as_text_is_told_what_to_pass(recorder: Recorder) -> None:
    """An aware datetime; the text is not repeated."""
    due: Any = "2026-02-01T09:00:00+08:00"
    with pytest.raises(InvalidEvent, match=r"^due_at: is of type str; pass an aware datetime, e\.g\. ") as caught:
        recorder.client.complaint(case_id="case-1", kind="complaint", state="received", owner_role="safety", due_at=due)
    assert due not in str(caught.value)
