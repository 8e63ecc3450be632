"""Counts of long ranges: taken from what the tables keep by the hour, and the same as if every event were counted."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.board_world import EVERYTHING, BoardQuery, BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.dashboards.macros import TimeRange, panel_sql
from tracemark.dashboards.queries import load_sql
from tracemark.schemas import schemas

HOURS = 8
HOUR_MS = 3_600_000
BEGIN_MS = micros(NOON) // 1000
_TYPES = ("prompt.received", "output.generated", "moderation.action")

_TALLIES = [query for query in board_queries() if "toStartOfHour(_broker_ts) < " in query.query["rawSql"]]

_OF_TRAFFIC = {"overview:panel:volume", "overview:panel:services"}
"""Of the other table they want nothing, so nothing of it is read."""

Received = list[tuple[int, str]]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BoardStore, Received]]:
    """Events of both tables in each of some hours: at the full hour, just before the next one, and between."""
    received = [
        (BEGIN_MS + hour * HOUR_MS + offset, _TYPES[(hour + place) % len(_TYPES)])
        for hour in range(HOURS)
        for place, offset in enumerate((0, 1, 1_799_999, 1_800_000, HOUR_MS - 1))
    ]
    for store in open_store(tmp_path_factory.mktemp("boards-tally")):
        story = StoredEvents(store.insert)
        for at, event_type in received:
            moment = NOON + timedelta(milliseconds=at - BEGIN_MS)
            story.tell(event_type, tenant_id="t-1", service_id="svc", occurred_at=micros(moment))
        story.save()
        yield store, received


_NEAR_FULL_HOURS = st.tuples(st.integers(-1, HOURS + 1), st.sampled_from([-1, 0, 1, 1_799_999, 1_800_000]))
_MOMENTS = st.integers(-HOUR_MS, (HOURS + 1) * HOUR_MS) | _NEAR_FULL_HOURS.map(
    lambda found: found[0] * HOUR_MS + found[1]
)


@given(ends=st.tuples(_MOMENTS, _MOMENTS).map(sorted), interval_s=st.sampled_from([1, 60, 1_800, 3_600, 5_400, 10_800]))
def test_a_tally_is_what_counting_every_event_gives(
    counted: tuple[BoardStore, Received], ends: list[int], interval_s: int
) -> None:
    """For any range and width of bucket, in total and over time: whole hours and both ends make the range, none twice."""
    store, received = counted
    time = TimeRange(from_ms=BEGIN_MS + ends[0], to_ms=BEGIN_MS + ends[1], interval_ms=interval_s * 1000)
    within = [(at, event_type) for at, event_type in received if time.from_ms <= at <= time.to_ms]
    assert store.run({"rawSql": load_sql("pipeline/stored")}, time=time).value == len(within)
    rows = store.run({"rawSql": load_sql("pipeline/stored_by_type")}, time=time).records()
    found = {(micros(row["time"].replace(tzinfo=UTC)) // 1_000_000, row["event_type"]): row["stored"] for row in rows}
    assert found == Counter((at // 1000 // interval_s * interval_s, event_type) for at, event_type in within)


@pytest.mark.parametrize("query", {query.query["rawSql"]: query for query in _TALLIES}.values(), ids=str)
def test_whole_hours_are_read_from_the_counts(counted: tuple[BoardStore, Received], query: BoardQuery) -> None:
    """The plan of a long range reads the counts of both tables, once each."""
    store, _ = counted
    time = TimeRange(from_ms=BEGIN_MS - HOUR_MS, to_ms=BEGIN_MS + HOURS * HOUR_MS, interval_ms=HOUR_MS)
    plan = "\n".join(store.ask(f"EXPLAIN {panel_sql(query.query['rawSql'], time, EVERYTHING)}").column("explain"))
    assert plan.count("ReadFromMergeTree (by_hour)") == (1 if str(query) in _OF_TRAFFIC else 2), plan


def test_every_long_count_is_a_tally() -> None:
    """Totals, charts of everything, and the variables of every board."""
    assert {str(query).partition(":")[2] for query in _TALLIES} >= {
        *(f"variable:{name}" for name in ("tenant", "service", "model")),
        *(f"panel:{name}" for name in ("found", "models", "by_type", "by_audience", "services", "volume", "freshness")),
        *(f"panel:{name}" for name in ("stored", "stored_by_type", "clock_suspect")),
    }


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "America/New_York"])
def test_the_stores_own_zone_changes_nothing(counted: tuple[BoardStore, Received], zone: str) -> None:
    """A server whose hours begin half an hour or a quarter off counts the same: the tables' hours are UTC's."""
    store, received = counted
    time = TimeRange(from_ms=BEGIN_MS + 1, to_ms=BEGIN_MS + 5 * HOUR_MS + 1_799_999)
    sql = panel_sql(load_sql("pipeline/stored"), time, EVERYTHING)
    found = store.writer.query(sql, settings={"session_timezone": zone})
    assert found == [{"stored": sum(time.from_ms <= at <= time.to_ms for at, _ in received)}]


@pytest.mark.skipif(
    "TRACEMARK_TEST_CLICKHOUSE" in os.environ, reason="a test removes events; it needs a store of its own"
)
def test_a_tally_forgets_what_is_removed(counted: tuple[BoardStore, Received]) -> None:
    """Counts are kept with the events' own parts: when an event goes, by erasure or retention, its count goes, too."""
    store, received = counted
    time = TimeRange(from_ms=BEGIN_MS, to_ms=BEGIN_MS + HOURS * HOUR_MS)
    store.writer.command(
        "ALTER TABLE events_traffic DELETE WHERE event_type = 'prompt.received'", settings={"mutations_sync": 1}
    )
    left = [event_type for _, event_type in received if event_type != "prompt.received"]
    assert store.run({"rawSql": load_sql("pipeline/stored")}, time=time).value == len(left)


def test_traffic_is_what_its_table_holds() -> None:
    """The panel *Services* takes scopes and audiences from traffic, as the duty about scope drift does."""
    for schema in schemas():
        assert (f"'{schema.event_type}'" in load_sql("fragments/traffic")) == (schema.table == "traffic")
