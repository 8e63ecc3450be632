"""The watchdog over lanes that stand still and say nothing."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sinks import sink_config
from tracemark.schemas.clock import FixedClock
from tracemark.sink import LaneStatus
from tracemark.sink.cutting import CutLimits
from tracemark.sink.lanes import Backoff, Lane, LaneKey
from tracemark.sink.reports import Reports
from tracemark.sink.status import LaneState
from tracemark.sink.watching import Watchdog
from tracemark.store import Store


def _status(next_offset: int, end_offset: int, state: LaneState = "running") -> LaneStatus:
    return LaneStatus(
        topic="t",
        partition=0,
        state=state,
        reason="",
        next_offset=next_offset,
        end_offset=end_offset,
        stored_total=0,
        dead_letters_total=0,
        duplicates_total=0,
        last_broker_ts_ms=None,
    )


def test_a_lane_that_stands_while_its_lag_grows_is_frozen() -> None:
    """It is frozen once it has stood for the whole time, and no longer as soon as it moves."""
    watchdog = Watchdog(60)
    assert not watchdog.is_frozen(_status(5, 10), 0)
    assert not watchdog.is_frozen(_status(5, 20), 59)
    assert watchdog.is_frozen(_status(5, 20), 60)
    assert watchdog.is_frozen(_status(5, 30), 90)
    assert not watchdog.is_frozen(_status(6, 30), 120)
    assert not watchdog.is_frozen(_status(6, 40), 130)


@pytest.mark.parametrize(
    ("later", "state"),
    [
        (10, "running"),  # marks of transactions: behind for ever, and nothing is missing
        (-1, "running"),  # Kafka did not answer
        (99, "waiting"),  # it says itself why it stands
        (99, "blocked"),
    ],
)
def test_a_lane_that_stands_for_a_reason_is_not_frozen(later: int, state: LaneState) -> None:
    """Without growing lag, or with a reason of its own, a lane may stand as long as it must."""
    watchdog = Watchdog(60)
    for now in range(0, 600, 30):
        assert not watchdog.is_frozen(_status(5, 10 if now == 0 else later, state), now)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), max_size=30))
def test_a_lane_that_moves_is_never_frozen(steps: list[tuple[int, int]]) -> None:
    """However much it falls behind, a lane that moves with every report is not frozen."""
    watchdog, at, end = Watchdog(60), 0, 0
    for number, (moved, came) in enumerate(steps):
        at, end = at + moved + 1, end + came + moved + 1
        assert not watchdog.is_frozen(_status(at, end), number * 100)


def test_a_frozen_lane_is_reported_and_logged_once(migrated_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """`sink_status` shows it as blocked with its reason, and the log tells once what to do."""
    caplog.set_level(logging.ERROR, "tracemark.sink")
    clock, key = FixedClock(time.time_ns() // 1000), LaneKey("watched", 3)
    config = sink_config("127.0.0.1:9", "watched", status_every_s=1.0, frozen_after_s=60.0)
    limits = CutLimits(rows=10, bytes_=10_000, age_s=1)
    lanes = {key: Lane(key=key, topic_id="id", limits=limits, backoff=Backoff(1, 4), epoch=7, committed=5)}
    reports = Reports(config, migrated_store, clock)
    with ThreadPoolExecutor(1) as pool:
        for end in (10, 20, 30):
            reports.maybe(lanes, lambda _, end=end: {key: end}, pool)  # type: ignore[misc]  # called at once
            pool.submit(lambda: None).result()  # the report before is written
            clock.advance(61)
    (row,) = migrated_store.query("SELECT state, reason, next_offset, lag FROM sink_lanes WHERE topic = 'watched'")
    assert row == {"state": "blocked", "reason": "PositionFrozen", "next_offset": 5, "lag": 25}
    assert [message for message in caplog.messages if "watched[3]: stands at offset 5" in message] == caplog.messages
    assert len(caplog.messages) == 1
