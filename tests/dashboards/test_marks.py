"""Marks on the time axis: what changed within the range, and nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from support.board_world import BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.dashboards.macros import TimeRange

DAY = timedelta(days=1)
A_DAY = TimeRange(from_ms=micros(NOON - DAY) // 1000, to_ms=micros(NOON) // 1000)
OURS: dict[str, Any] = {"service_id": "svc-1", "tenant_id": "t-1"}
OTHERS: dict[str, Any] = {"service_id": "svc-2", "tenant_id": "t-2"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Models, policies, schemas and holds, some from before the day that is looked at."""
    for opened in open_store(tmp_path_factory.mktemp("boards-marks")):
        story = StoredEvents(opened.insert)
        for hours, model, who in ((-300, "old", OURS), (-5, "old", OURS), (-4, "new", OURS), (-3, "other", OTHERS)):
            given: dict[str, Any] = {"model_id": model, "model_version": "1", "content_id": f"c{hours}", **who}
            story.tell("output.generated", at=hours * 3600, stored={"schema_version": 2}, **given)
        for name, told, effective in (
            ("early", -20, NOON - DAY / 2),
            ("late", -0.1, NOON + DAY),
            ("past", -40, NOON - 30 * DAY),
        ):
            terms: dict[str, Any] = {
                "policy_kind": "complaint_sla",
                "policy_version": name,
                "effective_from": micros(effective),
            }
            story.tell("policy.published", at=told * 86_400, **terms, **OURS)
        for days, action, held in (
            (-90, "held", "CASE"),
            (-60, "held", "OPS"),
            (-59, "released", "OPS"),
            (-9, "held", "NET"),
            (-0.5, "released", "NET"),
        ):
            story.tell("retention.applied", at=days * 86_400, applied_class=held, applied_action=action, **OURS)
        for days, action, month in (
            (-100, "held", "202510"),
            (-100, "held", "202509"),
            (-50, "held", "202511"),
            (-10, "released", "202511"),
        ):
            of: dict[str, Any] = {"applied_class": "MOD", "partition_ref": month}
            story.tell("retention.applied", at=days * 86_400, applied_action=action, **of, **OURS)
        story.save()
        yield opened


def marks(store: BoardStore, kind: str, **variables: Any) -> list[dict[str, Any]]:
    """What is marked on a day."""
    query = next(q for q in board_queries() if q.board == "tracemark-overview" and q.name == f"annotation {kind}")
    return store.run(query.query, variables, time=A_DAY).records()


def test_only_a_model_that_is_new_is_marked(store: BoardStore) -> None:
    """One that was at work before the range is no change in it."""
    assert [mark["title"] for mark in marks(store, "Models first seen")] == ["other 1", "new 1"]


def test_only_a_schema_that_is_new_is_marked(store: BoardStore) -> None:
    """A version that was there before the range is no change in it."""
    assert marks(store, "Schemas") == []


def test_a_policy_is_marked_where_it_takes_effect(store: BoardStore) -> None:
    """Not where it was announced, and not when it takes effect outside the range."""
    (mark,) = marks(store, "Policies")
    assert mark["title"] == "complaint_sla early"
    assert mark["time"].replace(tzinfo=None) == (NOON - DAY / 2).replace(tzinfo=None)


def test_a_hold_is_marked_for_as_long_as_it_lasts(store: BoardStore) -> None:
    """One that began before the range and was never released spans it; one that was released before it is gone."""
    spans: dict[str, tuple[datetime, datetime]] = {
        mark["title"]: (mark["time"].replace(tzinfo=NOON.tzinfo), mark["timeEnd"].replace(tzinfo=NOON.tzinfo))
        for mark in marks(store, "Legal holds")
    }
    whole = (NOON - DAY, NOON)
    assert spans == {"CASE held": whole, "MOD held": whole, "NET held, released": (NOON - DAY, NOON - DAY / 2)}


def test_partitions_of_a_class_are_held_each_by_itself(store: BoardStore) -> None:
    """Two are still held though a third was released; a mark names those that it is about."""
    assert [mark["text"] for mark in marks(store, "Legal holds") if mark["title"] == "MOD held"] == ["202509, 202510"]


def test_marks_of_others_do_not_flood_a_chosen_service(store: BoardStore) -> None:
    """Who chose a service sees what changed for it."""
    assert [mark["title"] for mark in marks(store, "Models first seen", service=("svc-1",))] == ["new 1"]
    assert marks(store, "Policies", service=("svc-2",)) == []
    assert marks(store, "Legal holds", tenant=("t-2",)) == []
