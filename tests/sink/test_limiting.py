"""Dead letters have a limit: a lane halts instead of putting aside a whole topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sinks import KEY, Sent, event, events, range_of, stored_offsets
from tracemark.sink import DeadLetterKey, RangeWriter, SinkConfigError, TooManyDeadLetters
from tracemark.sink.config import KafkaConnection, SinkConfig
from tracemark.sink.judging import Rejected
from tracemark.sink.limiting import DeadLetterLimit
from tracemark.sink.sorting import Sorted
from tracemark.sink.testing import MemoryDeadLetters
from tracemark.store import Store

GARBAGE: Sent = (b"garbage", ())
UNKNOWN: Sent = (b"\x00\x40\x00\x00\x01" + (event()[0] or b"")[5:], ())


def _writer(store: Store, letters: MemoryDeadLetters, limit: int) -> RangeWriter:
    return RangeWriter(store, letters, DeadLetterKey(KEY), dead_letter_limit=limit)


def test_a_lane_halts_before_it_puts_a_whole_topic_aside(migrated_store: Store) -> None:
    """Beyond the limit nothing of a range is stored, put aside or settled, and the text tells how to go on."""
    letters = MemoryDeadLetters()
    writer = _writer(migrated_store, letters, limit=10)
    assert writer.write(range_of([*events(1), *[GARBAGE] * 10])).dead == 10
    for _ in range(2):
        with pytest.raises(TooManyDeadLetters, match=r"3 of 4 records .* --dead-letter-limit"):
            writer.write(range_of([*events(1), *[GARBAGE] * 3], first=11))
    assert len(letters.letters) == 10
    assert stored_offsets(migrated_store, "tracemark.events") == {0: [0]}
    allowed = _writer(migrated_store, letters, limit=0)
    assert allowed.write(range_of([*events(1), *[GARBAGE] * 3], first=11)).dead == 3


def test_good_records_make_up_for_bad_ones(migrated_store: Store) -> None:
    """A stream of which the smaller part is bad goes on for ever."""
    writer = _writer(migrated_store, MemoryDeadLetters(), limit=3)
    for first in range(0, 30, 6):
        assert writer.write(range_of([*events(3), *[GARBAGE] * 3], first=first)).dead == 3


def test_unknown_schemas_are_outside_the_limit(migrated_store: Store) -> None:
    """Events of services newer than the sink are put aside in any number, to be replayed."""
    assert _writer(migrated_store, MemoryDeadLetters(), limit=3).write(range_of([UNKNOWN] * 20)).dead == 20


def test_lanes_are_counted_apart(migrated_store: Store) -> None:
    """What one partition puts aside does not halt another."""
    writer = _writer(migrated_store, MemoryDeadLetters(), limit=3)
    for partition in range(3):
        assert writer.write(range_of([GARBAGE] * 3, partition=partition)).dead == 3


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40), st.integers(1, 20))
def test_no_run_of_ranges_puts_aside_more_than_the_limit(ranges: list[tuple[int, int]], limit: int) -> None:
    """Over any run of ranges that were let through, at most `limit` records more were put aside than taken."""
    counted, passed = DeadLetterLimit(limit), list[int]()
    for good, bad in ranges:
        range_ = range_of([GARBAGE] * max(1, good + bad))
        rejected = [Rejected(range_.records[0], "frame_broken")] * bad
        sorted_ = Sorted(rejected=rejected, dead=bad, duplicates=good)
        try:
            counted.check(range_, sorted_)
        except TooManyDeadLetters:
            continue
        counted.count(range_, sorted_)
        passed.append(bad - good)
    assert all(
        sum(passed[first:last]) <= limit for first in range(len(passed)) for last in range(first, len(passed) + 1)
    )


def test_a_negative_limit_is_refused() -> None:
    """The configuration says what to use instead."""
    with pytest.raises(SinkConfigError, match="0 for no limit"):
        SinkConfig(kafka=KafkaConnection(servers="h:1"), dead_letter_limit=-1)
