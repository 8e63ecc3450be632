"""What a chain says about labels and moderation, event by event."""

from datetime import timedelta
from typing import Any

import pytest

from support.events import make_event
from support.stored import NOON, column_row, micros
from tracemark.query.events import ChainEvent, read_event
from tracemark.query.labels import LabelSummary, summarise_labels
from tracemark.query.moderation import Case, Elapsed, summarise_cases


def event(event_type: str, *, at: float, clock_suspect: bool = False, **fields: Any) -> ChainEvent:
    """A stored event, `at` seconds after noon."""
    if isinstance(found := fields.get("detected_at"), int | float):
        fields["detected_at"] = micros(NOON + timedelta(seconds=found))
    row, _ = make_event(event_type, occurred_at=micros(NOON + timedelta(seconds=at)), **fields)
    return read_event(column_row(row, clock_suspect=clock_suspect))


def action(kind: str, *, at: float, found: float | None = None, suspect: bool = False, case: str = "k-1") -> ChainEvent:
    """A moderation event about `c-1`."""
    ids = {"case_id": case or None, "content_id": "c-1"}
    return event("moderation.action", at=at, clock_suspect=suspect, action=kind, detected_at=found, **ids)


def one_case(*events: ChainEvent) -> Case:
    """The only case among these events."""
    (case,) = summarise_cases(events, {})
    return case


def label(kind: str, state: str, *, at: float, **fields: Any) -> ChainEvent:
    """A label event about `c-1`."""
    return event("label.applied", at=at, content_id="c-1", label_kind=kind, label_state=state, **fields)


def labels_of(*events: ChainEvent) -> LabelSummary:
    """The labels of `c-1`."""
    (summary,) = summarise_labels(events, ["c-1"])
    return summary


def test_time_from_finding_to_stop_and_removal() -> None:
    """The times run from the earliest finding to the first action that stops the spread, and to the removal."""
    case = one_case(
        action("pass", at=1, found=1),
        action("stop_transmission", at=4, found=2),
        action("remove", at=61.5, found=3),
        action("remove", at=99, found=3),
    )
    assert case.found_at == NOON + timedelta(seconds=1)
    assert (case.to_stop, case.to_remove) == (Elapsed(3.0), Elapsed(60.5))
    assert case.first_action_at == NOON + timedelta(seconds=4)
    assert [each.after_finding for each in case.actions] == [Elapsed(0.0), Elapsed(2.0), Elapsed(58.5), Elapsed(96.0)]


def test_removal_stops_the_spread_too() -> None:
    """A content that was removed without being stopped before is stopped by its removal."""
    case = one_case(action("remove", at=5, found=1))
    assert case.to_stop == case.to_remove == Elapsed(4.0)


def test_action_without_its_own_finding_counts_from_the_case() -> None:
    """An action that does not say when the content was found is measured from the finding of its case."""
    case = one_case(action("pass", at=1, found=1), action("remove", at=7))
    assert case.actions[1].after_finding == Elapsed(6.0)


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([action("remove", at=5)], "not_recorded"),
        ([action("remove", at=5, found=1, suspect=True)], "clock_suspect"),
        ([action("pass", at=0, found=0, suspect=True), action("remove", at=5, found=1)], "clock_suspect"),
        ([action("remove", at=5, found=9)], "out_of_order"),
        ([action("pass", at=5, found=1)], "not_done"),
    ],
)
def test_without_evidence_there_is_no_duration(events: list[ChainEvent], why: str) -> None:
    """A missing finding, a suspect clock under any finding, and an action before its finding are no evidence, not zero."""
    case = one_case(*events)
    assert (case.to_remove.seconds, case.to_remove.no_evidence) == (None, why)


def test_finding_by_a_suspect_clock_is_not_when_it_was_found() -> None:
    """Only findings by a clock that is not suspect give the time of the finding."""
    case = one_case(action("pass", at=0, found=0, suspect=True), action("remove", at=5, found=3))
    assert case.found_at == NOON + timedelta(seconds=3)
    assert one_case(action("remove", at=5, found=3, suspect=True)).found_at is None


def test_verdicts_outside_cases_are_kept_by_content() -> None:
    """Verdicts without a case are summed up for each content, apart from any case."""
    events = [
        action("pass", at=1, case=""),
        event("moderation.action", at=2, content_id="c-2", action="pass"),
        action("remove", at=3, found=2),
    ]
    cases = summarise_cases(events, {"k-1": ("c-9",)})
    assert [(case.case_id, case.content_ids) for case in cases] == [("", ("c-1",)), ("", ("c-2",)), ("k-1", ("c-1",))]
    assert cases[2].other_content_ids == ("c-9",)
    assert cases[0].first_action_at is None


def test_labels_by_kind_in_their_last_state() -> None:
    """Explicit and implicit labels are told apart, each in its last recorded state with everything that carries it."""
    summary = labels_of(
        event("output.generated", at=0, content_id="c-1", duty_basis="ds17_1_2_voice"),
        label("explicit", "applied", at=1, label_carrier="text_prompt", label_positions=["start"]),
        label("explicit", "verified", at=2, label_carrier="voice_prompt", label_positions=["end"]),
        label("implicit", "missing", at=3, label_carrier="file_metadata", label_positions=[]),
    )
    assert summary.duty_basis == "ds17_1_2_voice"
    assert summary.explicit is not None
    assert (summary.explicit.state, summary.explicit.carriers) == ("verified", ("text_prompt", "voice_prompt"))
    assert summary.explicit.positions == ("start", "end")
    assert summary.implicit is not None
    assert summary.implicit.state == "missing"
    assert summary.waived_at is None


def test_waiver_is_told_apart_from_labels() -> None:
    """A waived explicit label is no label and no missing one, and says nothing about the implicit one."""
    summary = labels_of(label("explicit", "waived_by_grant", at=2))
    assert (summary.explicit, summary.implicit) == (None, None)
    assert summary.waived_at == NOON + timedelta(seconds=2)


def test_nothing_recorded_is_nothing_claimed() -> None:
    """A content without label events has none recorded; no state is made up."""
    summary = labels_of(event("output.generated", at=0, content_id="c-1"))
    assert (summary.explicit, summary.implicit, summary.waived_at) == (None, None, None)
