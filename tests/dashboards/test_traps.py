"""Four ways in which a board can lie, on the real engine: the naive form lies, the form that the boards use does not."""

import pytest

from support.board_world import AROUND_NOON, BoardStore, board_queries
from tracemark.dashboards.macros import TimeRange, alert_sql


def test_a_bucket_named_like_its_column_moves_the_filter(world: BoardStore) -> None:
    """With the column's own name the time filter compares buckets; the boards' name `time` counts every row once."""
    start = TimeRange(from_ms=AROUND_NOON.from_ms + 3_602_000, to_ms=AROUND_NOON.to_ms, interval_ms=60_000)
    query = (
        "SELECT $__timeInterval(_broker_ts) AS {name}, count() AS n FROM events_traffic"
        " WHERE $__timeFilter(_broker_ts) GROUP BY {name}"
    )
    true = world.ask(alert_sql("SELECT count() FROM events_traffic WHERE $__timeFilter(_broker_ts)", start)).value
    naive = sum(world.ask(alert_sql(query.format(name="_broker_ts"), start)).column("n"))
    ours = sum(world.ask(alert_sql(query.format(name="time"), start)).column("n"))
    assert naive != true
    assert ours == true


def test_an_ad_hoc_filter_without_its_database_filters_nothing(world: BoardStore) -> None:
    """Asked from another database, the bare table name matches nothing and no error is raised; so no board uses the macro."""
    database = world.writer.config.database
    count = f"SELECT count() AS n FROM {database}.events_traffic SETTINGS additional_table_filters = "
    naive = world.writer.query(count + "{'other.events_traffic': 'tenant_id = \\'t-2\\''}")
    full = world.writer.query(count + f"{{'{database}.events_traffic': 'tenant_id = \\'t-2\\''}}")
    assert naive[0]["n"] > full[0]["n"] == 3
    assert not any("adHocFilters" in query.query["rawSql"] for query in board_queries())


def test_a_date_filter_on_an_instant_loses_the_last_day(world: BoardStore) -> None:
    """It ends at midnight of the last day; around the column's date it holds the whole day, and the boards use neither."""
    counted = "SELECT count() FROM events_traffic WHERE tenant_id = 't-2' AND $__dateFilter({column})"
    assert world.ask(alert_sql(counted.format(column="_broker_ts"), AROUND_NOON)).value == 0
    assert world.ask(alert_sql(counted.format(column="toDate(_broker_ts)"), AROUND_NOON)).value == 3
    assert not any("$__dateFilter" in query.query["rawSql"] for query in board_queries())


@pytest.mark.parametrize("query", [q for q in board_queries() if q.kind == "stat"], ids=str)
def test_a_stat_never_answers_no_row(empty_store: BoardStore, query: object) -> None:
    """Rows that are counted away give no row at all, which looks like a broken query; the boards' stats always answer one."""
    naive = "SELECT count() AS n FROM dead_letters GROUP BY error_code"
    assert empty_store.ask(naive).rows == []
    found = next(q for q in board_queries() if q == query)
    assert len(empty_store.run(found.query).rows) == 1


def test_the_right_edge_of_the_range_is_not_cut(world: BoardStore) -> None:
    """Filters in milliseconds keep what arrived within the range's last second."""
    last = TimeRange(from_ms=AROUND_NOON.from_ms, to_ms=AROUND_NOON.from_ms + 3_600_000 + 999)
    stored = next(q for q in board_queries() if str(q) == "pipeline:panel:stored")
    assert "$__timeFilter_ms" in stored.query["rawSql"]
    assert world.run(stored.query, time=last).value == 5
