"""Texts that people have moderated, as cases: the duty on illegal content finds exactly those that were left unfinished."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from support.real_texts import Sample, moderation_samples, require_texts
from support.stored import NOON, Tables, column_row, micros
from tracemark.query.obligations import Scope, Window, evaluate, load_pack
from tracemark.schemas import schemas
from tracemark.schemas.clock import FixedClock
from tracemark.schemas.columns import table_columns
from tracemark.schemas.events import ReasonCode
from tracemark.sdk.testing import Recorder
from tracemark.store import Store

ILLEGAL: dict[str, ReasonCode] = {
    "S": "obscenity",
    "H": "ethnic_hatred",
    "V": "violence",
    "HR": "social_stability",
    "SH": "false_harmful",
    "S3": "obscenity",
    "H2": "ethnic_hatred",
    "V2": "violence",
}
STEPS = ("stop", "remove", "report", "remediate")


def record(recorder: Recorder, clock: FixedClock, number: int, sample: Sample) -> str | None:
    """One output and its verdict; of every third case one step is left out. The case, if it was left unfinished."""
    audit, case_id = recorder.client, f"case-{number}"
    clock.advance(1)
    with audit.generation(model="m-1", audience_class="public_mainland") as gen:
        gen.output(sample.text)
    about: dict[str, Any] = {"content_id": gen.content_id, "request_id": gen.request_id, "detector": "human"}
    if not sample.categories:
        audit.moderation(action="pass", **about)
        return None
    reasons: list[ReasonCode] = sorted({ILLEGAL[name] for name in sample.categories})
    left_out = STEPS[number // 3 % 4] if number % 3 == 0 else ""
    # The finding itself is a measure that leads to nothing yet: the output goes on under a label.
    audit.moderation(action="label_then_continue", reason=reasons, case_id=case_id, **about)
    if left_out != "stop":
        audit.moderation(action="stop_generation", reason=reasons, case_id=case_id, **about)
    if left_out != "remove":
        audit.moderation(action="remove", reason=reasons, case_id=case_id, **about)
    if left_out != "report":
        audit.authority_report(case_id=case_id, authority="cac", state="sent", reason=reasons, sent_at=clock.now_us())
    if left_out != "remediate":
        audit.remediation(case_id=case_id, kind="ruleset_update", state="completed", reason=reasons)
    return case_id if left_out else None


def stored(rows: Iterator[dict[str, Any]], tables: Tables) -> None:
    """Insert what the SDK emitted, as the sink would."""
    homes = {schema.event_type: schema.table for schema in schemas()}
    by_type: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_type.setdefault(row["event_type"], []).append(column_row(row))
    for event_type, block in by_type.items():
        known = {column.name for column in table_columns(schemas(), homes[event_type])}
        names = [name for name in block[0] if name in known]
        columns = [[row[name] for row in block] for name in names]
        tables.writer.insert(f"events_{homes[event_type]}", names, columns, query_id=uuid.uuid4().hex)


def test_exactly_the_unfinished_cases_are_reported(reader: Store, tables: Tables, tmp_path: Path) -> None:
    """Every case without a stop, a removal, a report or a remedy is an offender, with that reason; no other case is."""
    samples = list(moderation_samples(require_texts()))
    clock = FixedClock(micros(NOON))
    recorder = Recorder(tmp_path, clock=clock, heartbeat_s=365 * 86_400)
    planted = {case for n, sample in enumerate(samples) if (case := record(recorder, clock, n, sample)) is not None}
    recorder.client.flush(120)
    stored(iter(recorder.delivered()), tables)
    recorder.close()
    until = NOON + timedelta(days=1)
    report = evaluate(reader, load_pack("cn"), Window(since=NOON, until=until), until, scope=Scope(limit=10_000))
    answer = report["INV-6"]
    assert answer.denominator == sum(1 for sample in samples if sample.categories)
    assert {offender.case_id for offender in answer.offenders} == planted
    assert len(planted) > 50
