"""The drain with real journals, a store in memory, and a crash at any point."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.journals import SMALL, drop, event, meta
from tracemark.cli.embedded.drain import Drain
from tracemark.cli.embedded.model import LaneRange
from tracemark.schemas import HEADER_REPLAY, FrameError, decode
from tracemark.schemas.clock import FixedClock
from tracemark.sdk.ids import RandomIds
from tracemark.sdk.journal import JournalWriter, Priority
from tracemark.sink.records import Range, RangeOutcome

PRODUCERS = tuple(f"0198a3c2-0000-7000-8000-00000000000{number}" for number in range(3))
SESSION: dict[str, str | int | list[str]] = {
    "service_id": "svc-chat",
    "service_scope": "undetermined",
    "provider_role": "provider_direct",
    "audience_class": "unknown",
    "jurisdiction": ["cn"],
    "tenant_id": "t-1",
}


class Crash(BaseException):
    """The process dies here: nothing catches it."""


class Memory:
    """Ledger and tables that outlive a crash; dies at the step it is told to."""

    def __init__(self) -> None:
        self.ranges: list[LaneRange] = []
        self.rows: dict[tuple[int, int], bytes] = {}
        self.replays: list[int] = []
        self.fuse = 1 << 30
        self.fails = 0
        self.writes = 0

    def next_offset(self) -> int:
        return max((cut.next_offset for cut in self.ranges), default=0)

    def unfinished(self, producer_id: str, after_seq: int) -> list[LaneRange]:
        return [cut for cut in self.ranges if cut.producer_id == producer_id and cut.last_seq > after_seq]

    def dropped(self, producer_id: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for cut in self.ranges:
            for reason, count in cut.dropped.items() if cut.producer_id == producer_id else ():
                found[reason] = found.get(reason, 0) + count
        return found

    def record(self, ranges: Sequence[LaneRange]) -> None:
        self._burn()
        self.ranges += ranges
        self._burn()

    def write(self, range_: Range, /) -> RangeOutcome:
        """As the sink's writer: what stands at its position is not written again, a replay is looked up by its identity."""
        self.writes += 1
        if self.fails:
            self.fails -= 1
            raise OSError("the store is away")
        for record in range_.records:
            self._burn()
            assert record.value is not None
            is_replay = (HEADER_REPLAY, b"1") in record.headers
            if is_replay:
                self.replays.append(record.offset)
            if not (is_replay and record.value in self.rows.values()):
                self.rows.setdefault((record.partition, record.offset), record.value)
        self._burn()
        return RangeOutcome(rows_traffic=len(range_.records), rows_records=0, dead=0, duplicates=0)

    def _burn(self) -> None:
        self.fuse -= 1
        if self.fuse == 0:
            raise Crash


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def started(root: Path, memory: Memory, clock: FixedClock | None = None) -> Drain:
    return Drain(root, memory, memory, clock=clock or FixedClock(), ids=RandomIds(), report=lambda _: None)


def journal(root: Path, producer_id: str = PRODUCERS[0]) -> JournalWriter:
    return JournalWriter.create(root, replace(meta(producer_id), session=SESSION), SMALL)


def session_states(memory: Memory) -> list[tuple[str, dict[str, int]]]:
    """State and drops of every session event stored."""
    found: list[tuple[str, dict[str, int]]] = []
    for value in memory.rows.values():
        try:
            _, row = decode(value)
        except FrameError:
            continue  # the bytes of this file's plain events
        found.append((row["session_state"], row["dropped"]))
    return found


def settle(root: Path, memory: Memory) -> None:
    """Drain until nothing is left, dying wherever the fuse says and starting anew."""
    while True:
        drain = started(root, memory)
        try:
            while drain.step() or any(not path.name.startswith(".") for path in root.iterdir()):
                pass
        except Crash:
            continue
        else:
            return
        finally:
            drain.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(min_value=0, max_value=12), min_size=1, max_size=3),
    drops=st.sets(st.integers(min_value=1, max_value=12)),
    fuses=st.lists(st.integers(min_value=1, max_value=30), max_size=6),
)
def test_a_crash_anywhere_leaves_one_row_per_event(
    root: Path, sizes: list[int], drops: set[int], fuses: list[int]
) -> None:
    """However often the drain dies, each event has one row, offsets have no hole, and drops are counted once."""
    shutil.rmtree(root, ignore_errors=True)
    memory, declared = Memory(), 0
    for producer_id, size in zip(PRODUCERS, sizes, strict=False):
        with_journal = journal(root, producer_id)
        for seq in range(1, size + 1):
            with_journal.append(drop(seq) if seq in drops else event(seq))
            declared += seq in drops
        with_journal.abandon_after_fork()  # its owner dies without closing
    for fuse in fuses:
        memory.fuse = fuse
        drain = started(root, memory)
        try:
            drain.step()
        except Crash:
            pass
        finally:
            drain.close()
    memory.fuse = 1 << 30
    settle(root, memory)
    closings = session_states(memory)
    assert len(memory.rows) == sum(sizes) - declared + len(sizes)
    assert [state for state, _ in closings] == ["close"] * len(sizes)
    assert sum(sum(dropped.values()) for _, dropped in closings) == declared
    assert sorted(memory.rows) == [(0, offset) for offset in range(len(memory.rows))]


def test_a_living_owner_keeps_its_journal(root: Path) -> None:
    """Draining beside the owner stores what it wrote, adopts nothing, and closes nothing."""
    memory, owner = Memory(), journal(root)
    drain = started(root, memory)
    owner.append(event(1))
    assert drain.step() == 1
    owner.append(event(2))
    assert drain.step() == 1
    assert owner.acknowledged_seq == 2
    assert len(memory.rows) == 2
    drain.close()
    owner.close()


def test_a_store_that_is_away_is_asked_again_with_the_same_range(root: Path) -> None:
    """A failed write keeps its offsets: the next step writes the very same range."""
    memory, owner = Memory(), journal(root)
    owner.append(event(1))
    memory.fails = 1
    drain = started(root, memory)
    with pytest.raises(OSError, match="the store is away"):
        drain.step()
    owner.append(event(2))
    assert drain.step() == 1, "the range that failed, and nothing more"
    assert drain.step() == 1
    assert sorted(memory.rows) == [(0, 0), (0, 1)]
    drain.close()
    owner.close()


def test_offsets_go_on_after_a_restart(root: Path) -> None:
    """No offset is given out twice, whichever journal comes and goes."""
    memory = Memory()
    for number, producer_id in enumerate(PRODUCERS):
        owner = journal(root, producer_id)
        owner.append(event(1, closes=True))
        owner.close()
        settle(root, memory)
        assert len(memory.rows) == number + 1
    assert sorted(memory.rows) == [(0, 0), (0, 1), (0, 2)]


def test_many_journals_are_stored_together(root: Path) -> None:
    """What several services wrote since the last step is one range of the lane, whatever their number."""
    memory, owners = Memory(), [journal(root, producer_id) for producer_id in PRODUCERS]
    for owner in owners:
        owner.append(event(1))
    drain = started(root, memory)
    assert drain.step() == len(owners)
    assert memory.writes == 1
    drain.close()
    for owner in owners:
        owner.close()


def test_an_event_emitted_again_is_looked_up(root: Path) -> None:
    """A critical event may come twice under one identity, so it is always marked as a replay; others are not."""
    memory, owner = Memory(), journal(root)
    owner.append(event(1))
    owner.append(event(2, priority=Priority.CRITICAL))
    drain = started(root, memory)
    drain.step()
    assert memory.replays == [1]
    drain.close()
    owner.close()


def test_a_journal_of_another_version_is_left_alone(root: Path) -> None:
    """What cannot be read stays where it is, and the other journals are drained."""
    memory, owner = Memory(), journal(root, PRODUCERS[1])
    owner.append(event(1))
    broken = root / PRODUCERS[0]
    broken.mkdir()
    (broken / "drain.lock").touch()
    (broken / "meta.json").write_text('{"format_version": 99, "session": {}}')
    drain = started(root, memory)
    assert drain.step() == 1
    assert broken.exists()
    drain.close()
    owner.close()
