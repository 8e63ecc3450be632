"""A lane: one range at a time, pauses that grow, nothing committed before it is settled."""

from concurrent.futures import Future

import pytest

from support.sinks import events, record
from tracemark.sink import LaneTaken, RangeOutcome
from tracemark.sink.cutting import CutLimits
from tracemark.sink.lanes import Backoff, Flight, Lane, LaneKey
from tracemark.store import StoreError, StoreRefused, StoreUnavailable

OUTCOME = RangeOutcome(rows_traffic=2, rows_records=0, dead=0, duplicates=0)


def _lane(**settings: object) -> Lane:
    limits = CutLimits(rows=2, bytes_=10_000, age_s=1)
    lane = Lane(key=LaneKey("t", 3), topic_id="id", limits=limits, backoff=Backoff(1, 4), epoch=7)
    lane.take([record(sent, offset) for offset, sent in enumerate(events(6))], now=0)
    return lane


def _ended(result: RangeOutcome | BaseException) -> Flight:
    flight: Flight = Future()
    if isinstance(result, BaseException):
        flight.set_exception(result)
    else:
        flight.set_result(result)
    return flight


def test_one_range_is_written_at_a_time() -> None:
    """While a range is being written there is no next one; when it is settled, its end may be committed."""
    lane, flight = _lane(), Flight()
    range_ = lane.next_range(0)
    assert range_ is not None
    assert (range_.first_offset, range_.last_offset, range_.topic_id, range_.epoch) == (0, 1, "id", 7)
    lane.launched(flight)
    assert lane.next_range(0) is None
    lane.land(0)
    assert lane.to_commit is None
    flight.set_result(OUTCOME)
    lane.land(0)
    assert lane.to_commit == 2
    lane.committed = 2
    assert lane.to_commit is None


@pytest.mark.parametrize(("error", "state"), [(StoreUnavailable("away"), "waiting"), (StoreRefused("no"), "blocked")])
def test_a_failed_range_is_tried_again_after_growing_pauses(error: StoreError, state: str) -> None:
    """The same range comes again after 1, 2, 4, 4 seconds; meanwhile the lane says why; then it goes on."""
    lane, now = _lane(), 0.0
    first = lane.next_range(now)
    for pause in (1, 2, 4, 4):
        lane.launched(_ended(error))
        lane.land(now)
        assert (lane.state, lane.reason) == (state, type(error).__name__)
        assert lane.next_range(now + pause - 0.01) is None
        now += pause
        assert lane.next_range(now) is first
    lane.launched(_ended(OUTCOME))
    lane.land(now)
    assert (lane.state, lane.reason, lane.to_commit) == ("running", "", 2)


def test_a_mistake_in_the_code_is_not_waited_out() -> None:
    """An error that is neither the store's nor the sink's ends the sink instead of being tried for ever."""
    lane = _lane()
    lane.next_range(0)
    lane.launched(_ended(KeyError("oops")))
    with pytest.raises(KeyError):
        lane.land(0)


def test_a_lane_waits_for_the_write_of_the_assignment_before() -> None:
    """A partition that comes back while its last range is still being written does not begin before that has ended."""
    lane = _lane()
    lane.after = Flight()
    assert lane.next_range(0) is None
    lane.after.set_result(OUTCOME)
    assert lane.next_range(0) is not None


def test_a_record_that_is_polled_twice_is_taken_once() -> None:
    """Records at or below the last one taken are not taken again."""
    lane = _lane()
    lane.take([record(sent, offset) for offset, sent in enumerate(events(8))], now=0)
    taken: list[int] = []
    while (range_ := lane.next_range(5)) is not None:
        taken += [one.offset for one in range_.records]
        lane.launched(_ended(OUTCOME))
        lane.land(5)
    assert taken == list(range(8))


def test_a_lane_is_full_at_two_ranges() -> None:
    """A lane is paused once two ranges wait in it."""
    assert _lane().is_full
    lane = _lane()
    lane.next_range(0)
    lane.launched(_ended(OUTCOME))
    lane.land(0)
    lane.next_range(0)
    assert not lane.is_full


def test_a_lane_that_was_taken_over_is_over() -> None:
    """When another sink writes its partition, a lane tries nothing again, however long one waits."""
    lane = _lane()
    assert lane.next_range(0) is not None
    lane.launched(_ended(LaneTaken("t", 3)))
    lane.land(0)
    assert lane.is_taken
    assert lane.next_range(3600) is None
