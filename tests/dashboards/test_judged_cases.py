"""Tiles about deadlines say what the last judgement found, where an event states no due date of its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from support.board_world import BoardQuery, BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.cli._judgement import judge
from tracemark.dashboards.macros import TimeRange
from tracemark.query.obligations import load_pack

DAY = timedelta(days=1)
LATER = NOON + 40 * DAY
WHOLE = TimeRange(from_ms=micros(NOON - DAY) // 1000, to_ms=micros(LATER + DAY) // 1000, interval_ms=3_600_000)
TILES = ("complaints_overdue", "requests_overdue", "unreported")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """A complaint, a request and a case that are forgotten, without any due date in the events; and one case in good time."""
    for opened in open_store(tmp_path_factory.mktemp("boards-cases")):
        for table in ("duty_results", "duty_breaches"):
            opened.writer.command(f"ALTER TABLE {table} REMOVE TTL")
        story = StoredEvents(opened.insert)
        own: dict[str, Any] = {"service_id": "svc-1", "tenant_id": "t-1"}
        limits = (("complaint_sla", ""), ("rights_sla", ""), ("moderation_targets", "report"))
        for kind, step in limits:
            terms: dict[str, Any] = {"limit_value": 10, "limit_unit": "days", "applies_to": step}
            story.tell("policy.published", at=-60, policy_kind=kind, effective_from=micros(NOON - DAY), **terms, **own)
        story.tell("complaint.transition", case_id="k-1", complaint_state="received", due_at=None, **own)
        story.tell("rights_request.transition", case_id="k-2", rights_state="received", due_at=None, **own)
        found: dict[str, Any] = {"detector": "human", "moderation_target": "content", "moderation_stage": "output"}
        for case, days in (("k-3", 0), ("k-4", 35)):
            at = days * 86_400
            given: dict[str, Any] = {**found, "case_id": case, "content_id": f"c-{case}", "reason_codes": ["violence"]}
            story.tell("moderation.action", at=at, action="remove", detected_at=None, **given, **own)
        story.save()
        yield opened


def _value(store: BoardStore, name: str) -> Any:
    query: BoardQuery = next(query for query in board_queries() if str(query) == f"moderation:panel:{name}")
    return store.run(query.query, time=WHOLE).value


def test_before_any_judgement_nothing_is_claimed(store: BoardStore) -> None:
    """What is due, when no event states it, is not known until somebody judged: the tiles are grey."""
    assert [_value(store, name) for name in TILES] == [None, None, None]


def test_what_the_judgement_found_late_is_late(store: BoardStore) -> None:
    """A complaint, a request and a report past the published limit count; a case within the provider's target does not."""
    judge(store.writer, load_pack("cn"), LATER, days=60)
    assert [_value(store, name) for name in TILES] == [1, 1, 1]
