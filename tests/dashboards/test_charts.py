"""Charts are drawn to the end of the range, however much there is to draw."""

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest

from support.board_world import BoardStore, Frame, board_queries, open_store
from support.stored import NOON, micros
from tracemark.dashboards.macros import TimeRange
from tracemark.query.obligations import load_pack

DUTIES = [duty.id for duty in load_pack("cn").obligations]
WEEK = 7 * 24 * 6
"""Judgements of a week, one every ten minutes."""
LANES, REPORTS = 100, 1440
"""Lanes that report every minute of a day."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Every duty broken in every judgement of a week, and many lanes that report for a day."""
    for opened in open_store(tmp_path_factory.mktemp("boards-charts")):
        for table in ("duty_results", "sink_status"):
            opened.writer.command(f"ALTER TABLE {table} REMOVE TTL")  # the story is older than what they keep
        noon = f"toDateTime64('{NOON:%Y-%m-%d %H:%M:%S}', 6, 'UTC')"
        opened.writer.command(
            "INSERT INTO duty_results (judged_at, regime, obligation, tenant_id, service_id, denominator, offending)"
            f" SELECT {noon} - INTERVAL number * 10 MINUTE, 'cn', arrayJoin({DUTIES!r}), 't-1', 'svc-1', 5, 1"
            f" FROM numbers({WEEK})"
        )
        opened.writer.command(
            "INSERT INTO sink_status (reported_at, topic, partition, lag)"
            f" SELECT {noon} - INTERVAL intDiv(number, {LANES}) MINUTE, 'tracemark.events', number % {LANES}, 7"
            f" FROM numbers({LANES * REPORTS})"
        )
        yield opened


def drawn(store: BoardStore, name: str, *, back: timedelta, bucket: timedelta) -> Frame:
    """What a chart of the time before noon is made of."""
    query = next(query for query in board_queries() if str(query) == name)
    width = bucket // timedelta(milliseconds=1)
    time = TimeRange(from_ms=micros(NOON - back) // 1000, to_ms=micros(NOON) // 1000, interval_ms=width)
    return store.run(query.query, time=time)


@pytest.mark.parametrize(
    ("name", "back"),
    [
        ("obligations:panel:trend", timedelta(days=7)),
        ("obligations:panel:trend_judged", timedelta(days=7)),
        ("pipeline:panel:lag_by_lane", timedelta(days=1)),
    ],
)
def test_a_chart_with_too_many_points_loses_the_oldest(store: BoardStore, name: str, back: timedelta) -> None:
    """There are more points than the limit: the newest of every series is drawn, and time runs forward."""
    frame = drawn(store, name, back=back, bucket=timedelta(minutes=1))
    times = frame.column("time")
    assert len(times) == 20_000
    assert times == sorted(times)
    assert times[-1].replace(tzinfo=UTC) == NOON
    newest = [series for time, series, _ in frame.rows if time == times[-1]]
    assert len(newest) == len(set(newest)) >= len(DUTIES)


def test_a_week_of_every_duty_is_drawn_as_a_whole(store: BoardStore) -> None:
    """In as many buckets as the boards ask for, half an hour each, no judgement of the week is left out."""
    for name, more in (("trend", 1), ("trend_judged", 0)):  # the trend of breaches has their sum, too
        frame = drawn(store, f"obligations:panel:{name}", back=timedelta(days=7), bucket=timedelta(minutes=30))
        assert len(frame.rows) == (len(DUTIES) + more) * (WEEK // 3 + 1)
