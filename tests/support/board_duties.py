"""What tenant t-3 adds to the boards' world: labels, cases, complaints, requests and reads, some of them as they should not be."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

from support.board_world import BoardStore
from support.stored import NOON, StoredEvents, micros
from tracemark.cli._judgement import judge
from tracemark.query.obligations import load_pack
from tracemark.store import refresh_summaries

__all__ = ["EVENTS", "JUDGED_AT", "summarise", "tell_duties"]

EVENTS = 25
"""Events of the tenant."""

JUDGED_AT = NOON + timedelta(minutes=50)

_DS17 = "ds17_1_5_other_significant"
_MINUTE = 60.0


def tell_duties(story: StoredEvents) -> None:
    """Write them; one producer, every number stored."""
    numbers = itertools.count(1)
    session: dict[str, Any] = {"service_id": "svc-video", "tenant_id": "t-3", "producer_id": str(UUID(int=33))}

    def tell(event_type: str, minute: float, **fields: Any) -> None:
        story.tell(event_type, at=minute * _MINUTE, producer_seq=next(numbers), **session, **fields)

    tell("producer.session", 0, last_seq=1, session_state="open")
    _policies(tell)
    _contents(tell)
    _cases(tell)
    _complaints(tell)
    _reads(tell)
    tell("producer.session", 45, last_seq=EVENTS, session_state="close", closed_by="owner")


def summarise(store: BoardStore) -> None:
    """What the store and `tracemark dashboards judge` do by the clock."""
    for table in ("duty_results", "duty_breaches", "reads_seen"):
        store.writer.command(f"ALTER TABLE {table} REMOVE TTL")  # the story is older than what they keep
    _door(store)
    refresh_summaries(store.writer)
    judge(store.writer, load_pack("cn"), JUDGED_AT)


def _policies(tell: Any) -> None:
    limit: dict[str, Any] = {"limit_value": 15, "limit_unit": "working_days", "applies_to": "user_appeal"}
    tell("policy.published", 1, policy_kind="complaint_sla", policy_version="p-1", effective_from=_at(1), **limit)
    tell("retention.applied", 1, applied_class="OPS", applied_action="held", cutoff=_at(0), rows_applied=1)


def _contents(tell: Any) -> None:
    """c-11 is well labelled and stays so; picture c-12 has no explicit label, was handed over, and came back forged."""
    good: dict[str, Any] = {"request_id": "r-11", "content_id": "c-11", "model_id": "m-2", "model_version": "2"}
    bad: dict[str, Any] = {**good, "request_id": "r-12", "content_id": "c-12", "modality": ["image"]}
    picture: dict[str, Any] = {"media_type": "image/png", "duty_basis": _DS17}
    kept: dict[str, Any] = {"explicit_verdict": "verified", "implicit_verdict": "not_checked"}
    lost: dict[str, Any] = {"explicit_verdict": "missing", "implicit_verdict": "verified"}
    implicit: dict[str, Any] = {"label_kind": "implicit", "label_carrier": "file_metadata"}
    tell("output.generated", 2, finish="complete", **good)
    tell("label.applied", 2, label_kind="explicit", label_state="applied", **good)
    tell("content.delivered", 3, delivery_channel="download", **kept, **good)
    tell("output.generated", 4, finish="complete", **picture, **bad)
    tell("label.applied", 4, label_state="applied", **implicit, **picture, **bad)
    tell("content.delivered", 5, delivery_channel="export", **lost, **picture, **bad)
    tell(
        "label.verified",
        6,
        label_state="forged",
        records_found=2,
        **implicit,
        media_type="image/png",
        stored={"schema_version": 2},
        **bad,
    )


def _cases(tell: Any) -> None:
    """k-2 goes the whole way, k-3 is never reported; one user is warned, then suspended without a clause."""
    at_output: dict[str, Any] = {"moderation_target": "content", "moderation_stage": "output", "detector": "human"}
    model: dict[str, Any] = {"model_id": "m-2", **at_output}
    known: dict[str, Any] = {**model, "case_id": "k-2", "content_id": "c-12", "detected_at": _at(7)}
    other: dict[str, Any] = {**model, "case_id": "k-3", "content_id": "c-11", "detected_at": _at(9)}
    user: dict[str, Any] = {"model_id": "m-2", "moderation_target": "user", "detector": "human", "case_id": "k-2"}
    tell("moderation.action", 8, action="stop_generation", reason_codes=["obscenity"], **known)
    tell("moderation.action", 9, action="remove", reason_codes=["obscenity"], **known)
    tell("authority.report", 12, case_id="k-2", report_state="sent", sent_at=_at(12))
    tell("model.remediation", 20, case_id="k-2", remediation_state="completed", completed_at=_at(20))
    tell("moderation.action", 10, action="remove", reason_codes=["violence"], **other)
    tell("moderation.action", 13, action="warn", basis_law="IM-14-2", basis_contract="c-1", subject_ref="s-1", **user)
    tell("moderation.action", 14, action="suspend_service", basis_law="IM-14-2", subject_ref="s-1", **user)


def _complaints(tell: Any) -> None:
    """k-4 is past its due time, k-5 was answered in time; request k-6 was done, late, and nobody told the user."""
    tell("complaint.transition", 5, case_id="k-4", complaint_state="received", due_at=_at(15))
    tell("complaint.transition", 6, case_id="k-5", complaint_state="received", due_at=_at(30))
    tell("complaint.transition", 16, case_id="k-5", complaint_state="feedback_sent", feedback_sent_at=_at(16))
    tell("rights_request.transition", 7, case_id="k-6", rights_state="received", due_at=_at(10))
    tell("rights_request.transition", 18, case_id="k-6", rights_state="done")


def _reads(tell: Any) -> None:
    """One read as it should be, and one export by nobody for nothing."""
    about: dict[str, Any] = {"request_id": "r-11", "content_id": "c-11", "case_id": "k-3"}
    why: dict[str, Any] = {"access_purpose": "inspection", "accessor_ref": "reader-1", "approval_ref": "a-1"}
    tell("audit.accessed", 30, access_kind="trace", access_interface="cli", rows_read=7, **why, **about)
    tell("audit.accessed", 31, access_kind="export", access_interface="api", rows_read=100, request_id="x-1")


def _door(store: BoardStore) -> None:
    """What the door saw: a trace on record, an export whose id was used again, a board that nobody recorded, and one on its way."""
    names = ("noted_at", "seen_at", "read_id", "reader", "door", "board", "statements", "rows", "ok")
    rows: list[tuple[float, float, str, str, str, str, int, int, bool]] = [
        (30, 29, "r-11", "reader", "cli", "", 7, 40, True),
        (31, 30, "x-1", "ann", "cli", "", 1, 100, True),
        (49, 48, "x-1", "ann", "cli", "", 1, 5000, True),
        (21, 20, "q-1", "reader", "grafana", "tracemark-overview", 24, 300, True),
        (56, 55, "q-2", "reader", "grafana", "tracemark-overview", 24, 310, False),
        (-179, -180, "q-0", "reader", "http", "", 1, 1, True),
    ]
    told = [(NOON + timedelta(minutes=noted), NOON + timedelta(minutes=seen), *rest) for noted, seen, *rest in rows]
    columns = [list(column) for column in zip(*told, strict=True)]
    store.insert("reads_seen", names, columns)


def _at(minute: float) -> int:
    return micros(NOON + timedelta(minutes=minute))
