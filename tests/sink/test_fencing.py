"""A sink that was frozen and lost its lane meanwhile writes no more of it."""

from collections.abc import Callable
from typing import Any

import pytest

from support.sinks import KEY, event, events, range_of, stored_offsets
from tracemark.schemas.clock import FixedClock, SystemClock
from tracemark.sink import DeadLetterKey, LaneTaken, Range, RangeWriter
from tracemark.sink.fencing import Fence
from tracemark.sink.ledger import Ledger
from tracemark.sink.testing import MemoryDeadLetters
from tracemark.store import AmbiguousInsert, Store, StoreUnavailable

TOPIC = "tracemark.events"


class EventfulStore(Store):
    """A real store to which something happens while events are inserted."""

    meanwhile: Callable[[], object] | None = None
    on_its_way: Callable[[], object] | None = None

    def insert(self, table: str, *args: Any, **kwargs: Any) -> None:
        """Insert; let things happen once, behind the question whether the insert may end, and behind the insert."""
        if table.startswith("events_") and self.on_its_way is not None:
            on_its_way, self.on_its_way = self.on_its_way, None
            confirm: Callable[[], object] = kwargs["confirm"]
            kwargs["confirm"] = lambda: (confirm(), on_its_way())
        super().insert(table, *args, **kwargs)
        if table.startswith("events_") and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()


def _writer(store: Store, clock: FixedClock | None = None, **how: Any) -> RangeWriter:
    return RangeWriter(store, MemoryDeadLetters(), DeadLetterKey(KEY), clock=clock, **how)


def _claim(store: Store, range_: Range, settled: int) -> None:
    """What a successor does first."""
    Fence(Ledger(store, SystemClock(), writer_id="successor"), SystemClock()).claim(range_, settled)


def _settled(store: Store) -> list[tuple[int, int]]:
    sql = "SELECT first_offset, last_offset FROM ledger WHERE state = 'done' ORDER BY first_offset"
    return [(row["first_offset"], row["last_offset"]) for row in store.query(sql)]


def test_a_lane_that_was_taken_over_is_written_no_more(migrated_store: Store) -> None:
    """When a successor has settled ranges, the former owner's next write fails, and nothing is stored or settled twice."""
    sent = events(10)
    former, successor = _writer(migrated_store), _writer(migrated_store)
    former.write(range_of(sent[:3]))
    successor.write(range_of(sent[3:6], first=3))
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[3:8], first=3))
    successor.write(range_of(sent[6:], first=6))
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(10))}
    assert _settled(migrated_store) == [(0, 2), (3, 5), (6, 9)]


def test_a_claim_alone_stops_the_former_owner(migrated_store: Store) -> None:
    """Before the successor has stored anything, its claim already keeps the former owner from writing."""
    sent = events(6)
    former = _writer(migrated_store)
    former.write(range_of(sent[:3]))
    _claim(migrated_store, range_of(sent[3:], first=3), settled=2)
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[3:], first=3))
    assert stored_offsets(migrated_store, TOPIC) == {0: [0, 1, 2]}
    assert _settled(migrated_store) == [(0, 2)]


def test_a_claim_made_during_an_insert_stops_the_next_range(migrated_store: Store) -> None:
    """A claim that comes between the last insert and the ledger row is found by the next question, wherever it begins."""
    sent, store = [event() for _ in range(9)], EventfulStore(migrated_store.config)
    former = _writer(store)
    former.write(range_of(sent[:3]))
    store.meanwhile = lambda: _claim(migrated_store, range_of(sent[3:6], first=3), settled=2)
    former.write(range_of(sent[3:6], first=3))
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[6:], first=6))
    assert _settled(migrated_store) == [(0, 2), (3, 5)]


def test_a_claim_made_between_two_inserts_of_a_range_stops_the_second(migrated_store: Store) -> None:
    """A range goes into two tables; whoever takes the lane over between them completes it, and nothing is there twice."""
    sent, store = events(6), EventfulStore(migrated_store.config)
    former = _writer(store)
    former.write(range_of(sent[:3]))
    store.meanwhile = lambda: _writer(migrated_store).write(range_of(sent[3:], first=3))
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[3:], first=3))
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(6))}
    assert _settled(migrated_store) == [(0, 2), (3, 5)]


def test_a_claim_made_while_an_insert_is_on_its_way_ends_it(migrated_store: Store) -> None:
    """A sink frozen behind its last question, with its rows on their way: the successor ends the insert and stores them itself."""
    sent, store = [event() for _ in range(6)], EventfulStore(migrated_store.config)
    former = _writer(store)
    former.write(range_of(sent[:3]))
    store.on_its_way = lambda: _writer(migrated_store).write(range_of(sent[3:], first=3))
    assert former.write(range_of(sent[3:], first=3)).stored == 3  # it finds them settled
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(6))}
    assert _settled(migrated_store) == [(0, 2), (3, 5)]


def test_a_sink_frozen_during_an_insert_does_not_settle(migrated_store: Store) -> None:
    """When much time has passed since the lane was last seen to be its own, a sink asks again before it settles the range."""
    sent, store, clock = events(6), EventfulStore(migrated_store.config), FixedClock(SystemClock().now_us())
    former = _writer(store, clock)
    former.write(range_of(sent[:3]))

    def frozen() -> None:
        clock.advance(60)
        _claim(migrated_store, range_of(sent[3:], first=3), settled=2)

    store.meanwhile = frozen
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[3:], first=3))
    assert _settled(migrated_store) == [(0, 2)]
    assert _writer(migrated_store).write(range_of(sent[3:], first=3)).stored == 3
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(6))}


def test_an_insert_that_broke_off_does_not_take_the_lane_back(migrated_store: Store) -> None:
    """When a successor claims the lane and ends the insert, the former owner looks again, finds the claim, and leaves the lane."""
    sent, store = events(6), EventfulStore(migrated_store.config)
    former = _writer(store)
    former.write(range_of(sent[:3]))

    def ended_by_the_successor() -> None:
        _claim(migrated_store, range_of(sent[3:], first=3), settled=2)
        raise AmbiguousInsert("the answer was lost", query_id="q-1")

    store.meanwhile = ended_by_the_successor
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[3:], first=3))
    assert _settled(migrated_store) == [(0, 2)]
    assert _writer(migrated_store).write(range_of(sent[3:], first=3)).stored == 3
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(6))}


def test_trying_again_claims_nothing_anew(migrated_store: Store) -> None:
    """A write that failed and is tried again finds its own claim; only a lane that was left is claimed anew."""
    sent, store = events(6), EventfulStore(migrated_store.config)
    writer = _writer(store)

    def away() -> None:
        raise StoreUnavailable("the store is away")

    store.meanwhile = away
    with pytest.raises(StoreUnavailable):
        writer.write(range_of(sent))
    assert writer.write(range_of(sent)).stored == 6
    claims = "SELECT count() AS n FROM ledger WHERE state = 'intended'"
    assert migrated_store.query(claims) == [{"n": 1}]
    writer.forget(TOPIC, 0, 0)
    writer.write(range_of(events(9)[6:], first=6, epoch=1))
    assert migrated_store.query(claims) == [{"n": 2}]


def test_a_lane_that_comes_back_is_claimed_anew(migrated_store: Store) -> None:
    """A lane that went to another sink and back is written again by the first one, whose clock may be behind."""
    sent = events(9)
    early = FixedClock(SystemClock().now_us() - 3_600_000_000)
    first, second = _writer(migrated_store, early), _writer(migrated_store)
    first.write(range_of(sent[:3]))
    second.write(range_of(sent[3:6], first=3))
    first.forget(TOPIC, 0, 0)
    first.write(range_of(sent[6:], first=6, epoch=1))
    with pytest.raises(LaneTaken):
        second.write(range_of(sent[6:], first=6))
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(9))}


def test_a_write_under_way_when_its_lane_is_left_claims_nothing_anew(migrated_store: Store) -> None:
    """A sink that loses a lane while the answer to its insert is lost does not take the lane back from the successor."""
    sent, store = events(6), EventfulStore(migrated_store.config)
    former = _writer(store)
    former.write(range_of(sent[:3]))

    def left_and_taken() -> None:
        former.forget(TOPIC, 0, 0)
        _writer(migrated_store).write(range_of(sent[3:], first=3))
        raise AmbiguousInsert("the answer was lost", query_id="q-1")

    store.meanwhile = left_and_taken
    with pytest.raises(LaneTaken):
        former.write(range_of(sent[3:], first=3))
    assert _settled(migrated_store) == [(0, 2), (3, 5)]
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(6))}
    claims = "SELECT count() AS n FROM ledger WHERE state = 'intended'"
    assert migrated_store.query(claims) == [{"n": 2}]


def test_a_range_that_waited_until_its_lane_was_left_is_not_written(migrated_store: Store) -> None:
    """A range whose assignment ended before a thread took it up is not begun, and the next assignment is written."""
    sent, writer = events(6), _writer(migrated_store)
    writer.forget(TOPIC, 0, 7)
    with pytest.raises(LaneTaken):
        writer.write(range_of(sent, epoch=7))
    assert migrated_store.query("SELECT count() AS n FROM ledger") == [{"n": 0}]
    assert writer.write(range_of(sent, epoch=8)).stored == 6


def test_a_writer_that_may_have_lost_its_lanes_changes_nothing(migrated_store: Store) -> None:
    """After a standstill nothing is claimed, stored or settled, at whatever step it comes, until the process knows where it is."""
    sent = events(6)
    questions = 0
    for steps in range(20):
        answers = iter([True] * steps)
        writer = _writer(migrated_store, may_write=lambda answers=answers: next(answers, False))
        try:
            writer.write(range_of(sent))
        except LaneTaken:
            questions += 1
        else:
            break
    assert questions >= 4  # before the claim, behind it, before each insert and before the row of the ledger
    assert stored_offsets(migrated_store, TOPIC) == {0: list(range(6))}
    assert _settled(migrated_store) == [(0, 5)]


@pytest.mark.parametrize("theirs", [3, 5])
def test_offsets_are_settled_by_one_of_two_that_hold_a_claim(migrated_store: Store, theirs: int) -> None:
    """Two sinks that both found their claim good settle from the same offset: the ledger has one row, the later one is told."""
    sent, store = events(9), EventfulStore(migrated_store.config)
    slow = _writer(store)
    slow.write(range_of(sent[:3]))
    store.meanwhile = lambda: _writer(migrated_store).write(range_of(sent[3 : 3 + theirs], first=3))
    with pytest.raises(LaneTaken):
        slow.write(range_of(sent[3:7], first=3))
    assert _settled(migrated_store) == [(0, 2), (3, 2 + theirs)]


def test_a_ledger_row_that_was_removed_is_written_again(migrated_store: Store) -> None:
    """When a row of the ledger is taken away, settling its range again is not swallowed by the token of the first time."""
    sent = events(3)
    _writer(migrated_store).write(range_of(sent))
    migrated_store.command("TRUNCATE TABLE ledger")
    _writer(migrated_store).write(range_of(sent))
    assert _settled(migrated_store) == [(0, 2)]


def test_epochs_in_the_ledger_rise_from_owner_to_owner(migrated_store: Store) -> None:
    """Every owner's rows bear its epoch, so that the ledger tells who wrote a lane when."""
    sent = events(9)
    for first in (0, 3, 6):
        _writer(migrated_store).write(range_of(sent[first : first + 3], first=first))
    rows = migrated_store.query("SELECT epoch, state FROM ledger ORDER BY first_offset, state")
    epochs = [row["epoch"] for row in rows if row["state"] == "done"]
    assert epochs == sorted(set(epochs))
    assert [row["epoch"] for row in rows if row["state"] == "intended"] == epochs


def test_journals_are_not_fenced(migrated_store: Store) -> None:
    """A journal's lane has one drain by its lock: nothing is claimed, and its epoch stays the drain's."""
    _writer(migrated_store).write(range_of(events(3), topic="journal"))
    assert migrated_store.query("SELECT state, epoch FROM ledger") == [{"state": "done", "epoch": 0}]
