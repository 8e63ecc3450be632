"""The board *Trace*: one chain of events, from whichever of its ids."""

import re
from typing import Any

import pytest

from support.board_world import BoardQuery, BoardStore, board_queries
from tracemark.dashboards.macros import ALL, Value


def _panel(name: str) -> BoardQuery:
    return next(query for query in board_queries() if str(query) == f"trace:panel:{name}")


def _ask(store: BoardStore, name: str, **variables: Value) -> list[tuple[Any, ...]]:
    return store.run(_panel(name).query, variables).rows


@pytest.mark.parametrize(
    "ids", [{"request_id": "r-2"}, {"content_id": "c-2"}, {"case_id": "k-1"}], ids=["request", "content", "case"]
)
def test_a_chain_is_the_same_from_each_of_its_ids(world: BoardStore, ids: dict[str, Value]) -> None:
    """Request, content and case lead to the same three events, in order."""
    found = world.run(_panel("events").query, ids).column("event_type")
    assert found == ["prompt.received", "output.generated", "moderation.action"]
    assert _ask(world, "chain_events", **ids) == [(3,)]
    assert _ask(world, "unlabelled", **ids) == [(1,)]
    assert _ask(world, "measures", **ids) == [(1,)]


def test_a_labelled_chain(world: BoardStore) -> None:
    """An explicit label is counted for its output."""
    assert _ask(world, "unlabelled", request_id="r-1") == [(0,)]
    assert _ask(world, "outputs", request_id="r-1") == [(1,)]


def test_two_tenants_with_one_id_show_and_can_be_told_apart(world: BoardStore) -> None:
    """The stat counts both tenants; choosing one narrows the chain to it."""
    assert _ask(world, "tenants", request_id="r-3") == [(2,)]
    assert _ask(world, "tenants", request_id="r-3", tenant=("t-2",)) == [(1,)]
    assert _ask(world, "chain_events", request_id="r-3", tenant=(ALL,)) == [(2,)]


def test_the_time_between_finding_and_action(world: BoardStore) -> None:
    """It is the difference of both times, in seconds."""
    rows = world.run(_panel("moderation").query, {"request_id": "r-2"}).records()
    assert [row["finding_to_action"] for row in rows] == [30.0]


def test_spans_hang_under_their_output(world: BoardStore) -> None:
    """The prompt is the root, the output its child with its own duration, the label the output's child."""
    spans = {row["operationName"]: row for row in world.run(_panel("spans").query, {"request_id": "r-1"}).records()}
    assert spans["prompt.received"]["parentSpanID"] == ""
    assert spans["output.generated"]["parentSpanID"] == spans["prompt.received"]["spanID"]
    assert spans["label.applied"]["parentSpanID"] == spans["output.generated"]["spanID"]
    assert spans["output.generated"]["duration"] == 1500.0


def test_integrity_fields_are_those_of_the_stored_event(world: BoardStore) -> None:
    """Hashes come as 64 hexadecimal digits, with the place in the log."""
    rows = world.run(_panel("integrity").query, {"request_id": "r-1"}).records()
    assert len(rows) == 3
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["event_hash"]) for row in rows)
    assert {row["_topic"] for row in rows} == {"tracemark.events"}
