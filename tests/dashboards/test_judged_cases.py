"""Tiles, tables and alerts about cases say what the last judgement found, exactly, and what is not known is never well."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from support.board_world import BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.cli._judgement import BREACHES_KEPT, judge_duty
from tracemark.dashboards.alerts import backend_only
from tracemark.dashboards.macros import TimeRange, alert_sql
from tracemark.dashboards.queries import load_sql
from tracemark.query.obligations import load_pack

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + 40 * DAY
UNJUDGED, JUDGED, NO_LONGER_LISTED = (
    TimeRange(from_ms=micros(NOON - DAY) // 1000, to_ms=micros(LATER + after) // 1000, interval_ms=3_600_000)
    for after in (-HOUR, HOUR, 3 * HOUR)
)
TILES = ("complaints_in_breach", "requests_in_breach", "unreported")
ALERTS = ("complaints_waiting", "requests_waiting", "cases_unreported")
TABLES = ("complaints", "rights", "cases")
MANY = BREACHES_KEPT + 200
PACK = load_pack("cn")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """A complaint, a request and a case, all forgotten, no event stating a due date; a case in good time; another tenant's many.

    Judged twice, two hours apart; what the second judgement listed is gone.
    """
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
        other: dict[str, Any] = {"service_id": "svc-1", "tenant_id": "t-2"}
        others = [(f"m-{number}", 1, other) for number in range(MANY)]
        for case, days, who in [("k-3", 0, own), ("k-4", 35, own), *others]:
            at = days * 86_400
            given: dict[str, Any] = {**found, "case_id": case, "content_id": f"c-{case}", "reason_codes": ["violence"]}
            story.tell("moderation.action", at=at, action="remove", detected_at=None, **given, **who)
        story.save()
        for as_of in (LATER, LATER + 2 * HOUR):
            for duty in ("INV-6", "INV-8", "INV-9"):
                judge_duty(opened.writer, PACK, PACK[duty], as_of, days=60)
        opened.writer.command(f"DELETE FROM duty_breaches WHERE judged_at > '{LATER:%Y-%m-%d %H:%M:%S}'")
        yield opened


def _tiles(store: BoardStore, time: TimeRange, *tenants: str) -> list[Any]:
    queries = {query.name: query.query for query in board_queries() if query.board == "tracemark-moderation"}
    chosen = {"tenant": tenants} if tenants else {}
    return [store.run(queries[f"panel {name}"], chosen, time=time).value for name in TILES]


def _alerts(store: BoardStore, time: TimeRange) -> list[float]:
    return [store.ask(alert_sql(backend_only(load_sql(f"alerts/{name}")), time)).value for name in ALERTS]


def _reasons(store: BoardStore, table: str, time: TimeRange, tenant: str = "t-1") -> dict[str, str]:
    (query,) = (query.query for query in board_queries() if str(query) == f"moderation:panel:{table}")
    rows = store.run(query, {"tenant": (tenant,)}, time=time).records()
    return {row["case_id"]: row["reason"] for row in rows}


def test_before_any_judgement_nothing_is_claimed(store: BoardStore) -> None:
    """What is due is not known until somebody judged: the tiles are grey, and no row is in order."""
    assert _tiles(store, UNJUDGED) == [None, None, None]
    for table in TABLES:
        assert set(_reasons(store, table, UNJUDGED).values()) == {"no evidence"}


def test_what_the_judgement_found_late_is_late(store: BoardStore) -> None:
    """A complaint, a request and a report past the published limit count; a case within the provider's target does not."""
    assert _tiles(store, JUDGED, "t-1") == [1, 1, 1]
    assert _reasons(store, "complaints", JUDGED) == {"k-1": "overdue"}
    assert _reasons(store, "rights", JUDGED) == {"k-2": "overdue"}


def test_a_number_is_exact_though_there_are_more_breaches_than_are_listed(store: BoardStore) -> None:
    """Every breach is counted; a case that may have been left out of the list is not said to be in order."""
    assert _tiles(store, JUDGED) == [1, 1, MANY + 1]
    assert set(_reasons(store, "cases", JUDGED, "t-2").values()) == {"no_remediate,no_report,no_stop"}
    assert _reasons(store, "cases", JUDGED) == {"k-3": "no evidence", "k-4": "no_remediate,no_stop"}


def test_breaches_that_are_no_longer_listed_are_still_counted(store: BoardStore) -> None:
    """The list is kept for a shorter time than the verdicts: neither tile nor alert turns to zero, and no row is in order."""
    assert _tiles(store, NO_LONGER_LISTED) == [1, 1, MANY + 1]
    assert _alerts(store, NO_LONGER_LISTED) == [1, 1, MANY + 1]
    for table in TABLES:
        assert set(_reasons(store, table, NO_LONGER_LISTED).values()) == {"no evidence"}
