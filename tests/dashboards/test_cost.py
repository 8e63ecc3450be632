"""What a board reads: time filters prune by month, and a chain is found through projections, not by reading the table."""

import re

import pytest

from support.board_story import NOISE_ROWS
from support.board_world import AROUND_NOON, EVERYTHING, BoardQuery, BoardStore, board_queries
from tracemark.dashboards.alerts import backend_only
from tracemark.dashboards.macros import alert_sql, panel_sql
from tracemark.dashboards.queries import load_sql

TIMED = [query for query in board_queries() if "$__timeFilter" in query.query["rawSql"]]
CHAINS = [query for query in board_queries() if "chain" in query.query["rawSql"]]
_NOTHING = r"Filter column: 0\s[│\s└├─]*"
"""Before a read that the engine knows to find nothing, such as whole hours within less than an hour."""

_READ = re.compile(
    rf"({_NOTHING})?ReadFromMergeTree \((?:\w+\.)?(\w+)\)(.*?)(?=(?:{_NOTHING})?ReadFromMergeTree|\Z)", re.DOTALL
)
_HOURS = r"PrimaryKey\s+[│\s]*Keys:\s+[│\s]*toStartOfHour\(_broker_ts\)"
_MONTHS = r"Min-Max\s+[│\s]*Keys:\s+[│\s]*.*(_broker_ts|recorded_at|reported_at|received_hour|judged_at|noted_at)"


def plan(store: BoardStore, query: BoardQuery) -> list[tuple[str, str]]:
    """Every table that is read, with what the engine says about it."""
    sql = panel_sql(query.query["rawSql"], AROUND_NOON, {**EVERYTHING, "request_id": "r-1"})
    lines = store.ask(f"EXPLAIN indexes = 1, projections = 1 {sql}").column("explain")
    return [(found[2], found[3]) for found in _READ.finditer("\n".join(lines)) if not found[1]]


@pytest.mark.parametrize("query", TIMED, ids=str)
def test_a_time_filter_prunes(world: BoardStore, query: BoardQuery) -> None:
    """Each table is read with a condition on the time that it is partitioned by, so other months are not touched."""
    for table, text in plan(world, query):
        assert re.search(_HOURS if table == "by_hour" else _MONTHS, text), (table, text)


@pytest.mark.parametrize("query", TIMED, ids=str)
def test_earlier_months_are_not_read(world: BoardStore, query: BoardQuery) -> None:
    """The noise of an earlier month costs a panel nothing."""
    assert world.run(query.query).read_rows < NOISE_ROWS / 10


def test_the_age_of_the_counts_is_asked_without_a_time_and_reads_no_event(world: BoardStore) -> None:
    """A filter would hide counts that are too old; their tables are small, and events are read only where nobody counted."""
    (panel,) = (query for query in board_queries() if str(query) == "labels:panel:summary_age")
    assert {table for table, _ in plan(world, panel)} == {"label_coverage"}
    assert world.ask(alert_sql(backend_only(load_sql("alerts/counts_age")), AROUND_NOON)).read_rows < NOISE_ROWS / 10


@pytest.mark.parametrize("query", CHAINS, ids=str)
def test_a_chain_is_found_through_projections(world: BoardStore, query: BoardQuery) -> None:
    """A few granules are read, not the table, whichever id is given."""
    event = str(world.ask("SELECT event_id FROM events_traffic WHERE content_id = 'noise-c-7'").value)
    ways = (("request_id", "noise-r-7"), ("content_id", "noise-c-7"), ("case_id", "k-1"), ("event_id", event))
    for name, value in ways:
        assert world.run(query.query, {name: value}).read_rows < NOISE_ROWS / 10
