"""The board *Who read the audit data*, where it shows what the store's door saw."""

from datetime import timedelta

from support.board_world import AROUND_NOON, BoardQuery, BoardStore, board_queries
from support.stored import NOON, micros
from tracemark.dashboards.macros import TimeRange
from tracemark.query.obligations import Window, evaluate, load_pack


def _panel(name: str) -> BoardQuery:
    return next(query for query in board_queries() if str(query) == f"access:panel:{name}")


def test_reads_at_the_door_are_held_against_their_records(world: BoardStore) -> None:
    """Each login, door and board shows what is on record and what is not; the ids without a record are listed, with why."""
    rows = world.run(_panel("by_door").query).records()
    names = (
        "reader",
        "door",
        "board",
        "seen",
        "recorded",
        "on_its_way",
        "without_record",
        "not_answered",
        "statements",
    )
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("reader", "grafana", "tracemark-overview", 2, 0, 1, 1, 1, 48),
        ("ann", "cli", "", 1, 0, 0, 1, 0, 2),
        ("reader", "cli", "", 1, 1, 0, 0, 0, 7),
    ]
    listed = world.run(_panel("unrecorded_reads").query).records()
    assert [(row["read_id"], row["state"], row["rows_given"]) for row in listed] == [
        ("x-1", "used after its record", 5100),
        ("q-1", "not recorded", 300),
    ]
    assert sum(world.run(_panel("seen_over_time").query).column("reads")) == 4
    assert sum(world.run(_panel("statements_over_time").query).column("asked")) == 57


def test_the_board_and_the_duty_find_the_same_reads(world: BoardStore) -> None:
    """As of one moment the reads without a record are those that INV-17 names."""
    window = Window(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1))
    as_of = NOON + timedelta(hours=1) + timedelta(minutes=15)
    answer = evaluate(world.writer, load_pack("cn"), window, as_of, only=["INV-17"])["INV-17"]
    later = TimeRange(from_ms=AROUND_NOON.from_ms, to_ms=micros(as_of) // 1000, interval_ms=60_000)
    listed = world.run(_panel("unrecorded_reads").query, time=later).records()
    assert (
        {offender.event_id for offender in answer.offenders}
        == {row["read_id"] for row in listed}
        == {"q-1", "q-2", "x-1"}
    )
