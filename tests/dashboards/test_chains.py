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


def _event(store: BoardStore, where: str) -> str:
    """The id of one event."""
    return str(store.ask(f"SELECT event_id FROM events WHERE {where} ORDER BY occurred_at LIMIT 1").value)


@pytest.mark.parametrize(
    "ids",
    [
        {"request_id": "r-2"},
        {"content_id": "c-2"},
        {"case_id": "k-1"},
        {"event_id": "event_type = 'prompt.received' AND request_id = 'r-2'"},
        {"event_id": "event_type = 'output.generated' AND content_id = 'c-2'"},
        {"event_id": "event_type = 'moderation.action' AND case_id = 'k-1'"},
    ],
    ids=["request", "content", "case", "prompt", "output", "measure"],
)
def test_a_chain_is_the_same_from_each_of_its_ids(world: BoardStore, ids: dict[str, Value]) -> None:
    """Request, content and case lead to the same three events, in order, and so does each of these events."""
    ids = {name: _event(world, str(value)) if name == "event_id" else value for name, value in ids.items()}
    found = world.run(_panel("events").query, ids).column("event_type")
    assert found == ["prompt.received", "output.generated", "moderation.action"]
    assert _ask(world, "chain_events", **ids) == [(3,)]
    assert _ask(world, "unlabelled", **ids) == [(1,)]
    assert _ask(world, "measures", **ids) == [(1,)]


@pytest.mark.parametrize("event_type", ["policy.published", "producer.session", "retention.applied"])
def test_an_event_that_belongs_to_nothing_is_a_chain_of_its_own(world: BoardStore, event_type: str) -> None:
    """What a breach of such an event leads to is the event itself, with its place in the log and its hashes."""
    event = _event(world, f"event_type = '{event_type}' AND service_id = 'svc-video'")
    for panel in ("events", "integrity"):
        rows = world.run(_panel(panel).query, {"event_id": event}).records()
        assert [(str(row["event_id"]), row["event_type"]) for row in rows] == [(event, event_type)]
    (span,) = world.run(_panel("spans").query, {"event_id": event}).records()
    assert (span["traceID"], span["spanID"]) == (event, event)
    assert _ask(world, "chain_events", event_id=event, tenant=("t-1",)) == [(0,)]


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
