"""How chains look to people."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from support.events import make_event
from support.stored import NOON, column_row, micros
from tracemark.cli._trace_view import show
from tracemark.query import ChainEvent, Match, Question, Remark, TraceAnswer
from tracemark.query.chain import Chain, ChainSource, build_chain
from tracemark.query.events import read_event


def event(event_type: str, *, at: float = 0.0, stored: dict[str, Any] | None = None, **fields: Any) -> ChainEvent:
    """A stored event, `at` seconds after noon."""
    row, _ = make_event(event_type, occurred_at=micros(NOON + timedelta(seconds=at)), **fields)
    return read_event(column_row(row, **(stored or {})))


def chain(*events: ChainEvent, matched: Sequence[Match] = (), request_id: str = "r-1", cut: bool = False) -> Chain:
    """A chain of these events."""
    source = ChainSource(request_id=request_id, events=events, matched=matched, other_contents={}, events_left_out=cut)
    return build_chain(source)


def shown(capsys: pytest.CaptureFixture[str], *chains: Chain, **fields: Any) -> list[str]:
    """The lines of an answer."""
    fields.setdefault("total", len(chains))
    show(TraceAnswer(question=Question(kind="text"), chains=chains, **fields))
    return capsys.readouterr().out.splitlines()


def line(lines: list[str], word: str) -> str:
    """The one line that holds a word."""
    (found,) = [each for each in lines if word in each]
    return found


def test_outputs_are_numbered_where_their_ids_would_be_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    """Contents are #1, #2 in the timeline; their ids stand once below."""
    lines = shown(
        capsys,
        chain(
            event("output.generated", at=1, content_id="first-content"),
            event("output.generated", at=2, content_id="second-content"),
        ),
    )
    assert "content #1 first-content" in line(lines, "first-content")
    assert "content #2 second-content" in line(lines, "second-content")
    assert sum("output" in each and "#2" in each for each in lines) == 1


def test_what_is_bad_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A tampered event, an erased one, a wrong clock and a forged label are visible without colours."""
    lines = shown(
        capsys,
        chain(
            event("prompt.received", at=1, stored={"service_scope": "not_public"}),
            event("output.generated", at=2, content_id="c-1", stored={"clock_suspect": True}),
            event("label.applied", at=3, content_id="c-1", label_state="forged"),
        ),
    )
    assert line(lines, " prompt ").endswith("altered")
    assert line(lines, " output ").endswith("clock suspect")
    assert "explicit label forged" in line(lines, "content #1")
    assert "1 altered, 2 intact" in line(lines, "events ")


def test_waiver_and_absent_labels_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """A waived explicit label is no missing one."""
    waived = chain(event("label.applied", content_id="c-1", label_state="waived_by_grant"))
    assert "explicit label waived by grant  implicit label none recorded" in line(shown(capsys, waived), "content #1")


def test_services_are_named_per_event_only_when_there_are_several(capsys: pytest.CaptureFixture[str]) -> None:
    """A chain of one service names it once; one of two services names it on every event."""
    one = [event("prompt.received", at=n, service_id="chat") for n in range(2)]
    assert sum("chat" in each for each in shown(capsys, chain(*one))) == 1
    two = [*one, event("output.generated", at=3, service_id="gateway", content_id="c-1")]
    assert "gateway" in line(shown(capsys, chain(*two)), " output ")


def test_match_says_form_variant_key_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    """How a text was recognised is told in words."""
    match = Match(form="loose", variant="label_cut", key_id="output-2-0a0b0c0d", event_type="label.applied")
    lines = shown(capsys, chain(event("prompt.received"), matched=[match]))
    assert line(lines, "matched").endswith(
        "matched the form handed over with its label: loose (letters and digits), with label cut, key output-2-0a0b0c0d"
    )


def test_long_times_are_told_in_days_hours_and_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    """Seconds are for what is quick; an event of another day shows its date."""
    late = event("label.applied", at=93_784, content_id="c-1")
    lines = shown(capsys, chain(event("prompt.received"), late))
    assert "+1 d 2 h 3 min 4 s" in line(lines, "· applied")
    assert "2026-01-16 14:03:04.000" in line(lines, "· applied")


def test_time_to_removal_or_why_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """A removal shows its time after the finding, or why it is no evidence."""
    found = micros(NOON)
    removed: dict[str, Any] = {"content_id": "c-1", "case_id": "k-1", "action": "remove"}
    timed = chain(event("moderation.action", at=4, detected_at=found, **removed))
    assert "removed after 4.000 s" in line(shown(capsys, timed), "case k-1 on #1")
    untimed = chain(event("moderation.action", at=4, **removed))
    assert "removed (no evidence: the finding was not recorded)" in line(shown(capsys, untimed), "case k-1 on #1")


def test_more_chains_reasons_and_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    """What was not shown, and why an answer may be incomplete, is said at the end."""
    lines = shown(
        capsys, chain(event("prompt.received")), total=7, total_is_exact=False, warnings=(Remark("lag", "late"),)
    )
    assert lines[0] == "about 7 chains for this text"
    assert line(lines, "more chain").startswith("at most 6 more chains: raise --limit")
    assert lines[-1] == "warning: late"
    nothing = shown(capsys, reasons=(Remark("blank", "because"),))
    assert nothing == ["not found: nothing is recorded about this text", "- because"]


def test_the_course_of_a_case_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Complaints, requests, reports and remedies say their state, with whom they rest, and what came back."""
    lines = shown(
        capsys,
        chain(
            event(
                "complaint.transition",
                complaint_kind="public_report",
                complaint_state="received",
                complaint_channel="web",
            ),
            event(
                "rights_request.transition", rights_kind="delete", rights_state="closed", owner_role="privacy-office"
            ),
            event("authority.report", authority="local-cac", report_state="acknowledged", receipt_ref="R-1"),
            event("model.remediation", remediation_kind="ruleset_update", remediation_state="completed"),
        ),
    )
    assert "public_report · received · via web" in line(lines, "  complaint  ")
    assert "delete · closed · with privacy-office" in line(lines, "  request  ")
    assert "to local-cac · acknowledged · receipt R-1" in line(lines, "  report  ")
    assert "ruleset_update · completed" in line(lines, "  remedy  ")


def test_event_of_a_type_without_a_line_of_its_own_shows_its_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """A type that this command has no words for is listed with its codes, not left out."""
    lines = shown(capsys, chain(event("policy.published", policy_kind="complaint_sla")))
    assert "policy_kind complaint_sla" in line(lines, "policy.published")


def test_cut_chain_and_other_requests_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A chain that was cut, or that other requests mention, says so."""
    lines = shown(capsys, chain(event("prompt.received", request_id="r-9"), cut=True))
    assert line(lines, "also mentioned").endswith("also mentioned by r-9")
    assert line(lines, "more events than").endswith("there are more events than were read")
