"""The queue of one producer against a model of it: whatever happens in whatever order, nothing is lost unseen."""

import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from support.flaky_disk import FlakyDisk, journal_meta
from tracemark.schemas.clock import FixedClock
from tracemark.sdk.journal import JournalLimits, JournalReader, JournalUnavailable, JournalWriter, Kind, Priority, adopt
from tracemark.sdk.outbox import Outbox, Taken
from tracemark.sdk.progress import Progress

MEMORY = 6_000
LIMITS = JournalLimits(
    max_bytes=12_000,
    segment_bytes=4096,
    critical_reserve_bytes=2_000,
    drop_reserve_bytes=1_000,
    reserve_free_bytes=0,
    ballast_bytes=0,
)
PRIORITIES = st.sampled_from([Priority.STANDARD, Priority.CRITICAL, Priority.HEARTBEAT])
SIZES = st.sampled_from([1, 40, 900])


class Process:
    """One life of a producer: an outbox, and what the test knows of its numbers."""

    def __init__(self, root: Path, number: int, clock: FixedClock, *, disk_is_there: bool) -> None:
        self.producer_id = f"p-{number}"
        self.root = root
        self.disk_is_there = disk_is_there
        self.disk_is_full = False
        self.journal: FlakyDisk | None = None
        self.progress = Progress()
        self.outbox = Outbox(
            self._create, memory_max_bytes=MEMORY, full_wait_s=0.0, progress=self.progress, clock=clock
        )
        self.values: dict[int, bytes] = {}
        self.on_disk: set[int] = set()
        self.arrived: list[int] = []
        self.settled: set[int] = set()
        self.in_doubt: set[int] = set()
        self.failed: set[int] = set()

    def _create(self) -> JournalWriter:
        if not self.disk_is_there:
            raise JournalUnavailable("read-only file system")
        made = FlakyDisk.create(self.root, journal_meta("kafka", self.producer_id), LIMITS)
        assert isinstance(made, FlakyDisk)
        made.full = self.disk_is_full
        self.journal = made
        return made

    def set_disk(self, *, full: bool) -> None:
        """Fill the disk, or make room on it."""
        self.disk_is_full = full
        if self.journal is not None:
            self.journal.full = full

    def seal(self, size: int, seq: int) -> tuple[bytes, bytes]:
        """An event that holds its own number."""
        self.values[seq] = f"{seq}:".encode().ljust(size, b".")
        return b"k", self.values[seq]

    @property
    def accepted(self) -> set[int]:
        """Numbers of events that are neither dropped nor failed."""
        return {seq for seq in self.values if self.progress.reason_of(seq) is None}

    def arrive(self, taken: Taken) -> None:
        """The broker stores what was taken, in order; what it had before must be marked."""
        for entry in taken.entries:
            if entry.kind is Kind.EVENT:
                assert entry.value == self.values[entry.seq]
                assert entry.seq not in self.arrived or entry.seq in taken.replays
                self.store(entry.seq)

    def store(self, seq: int) -> None:
        """One event reaches the broker: for the first time only behind all that were emitted before it."""
        if seq not in self.arrived:
            assert seq > max(self.arrived, default=0)
            self.arrived.append(seq)


class OutboxMachine(RuleBasedStateMachine):
    """Emits, deliveries of every outcome, disks that come and go, deaths and adoptions."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.clock = FixedClock()
        self.lives = 0

    @initialize(disk_is_there=st.booleans())
    def begin(self, disk_is_there: bool) -> None:
        """A process starts, with or without a disk."""
        self.lives += 1
        self.process = Process(self.root, self.lives, self.clock, disk_is_there=disk_is_there)
        self.taken = Taken((), None)

    @rule(priority=PRIORITIES, size=SIZES, replay=st.booleans(), times=st.integers(1, 6))
    def put(self, priority: Priority, size: int, replay: bool, times: int) -> None:
        """Events are emitted."""
        now = self.process
        for _ in range(times):
            slot = now.outbox.put(partial(now.seal, size), priority, replay=replay)
            if slot.position is not None:
                now.on_disk.add(slot.seq)
                assert now.progress.reason_of(slot.seq) is None

    @rule(outer_fails=st.booleans())
    def put_within_put(self, outer_fails: bool) -> None:
        """An event is emitted in the middle of another one, which may fail then."""
        now = self.process
        outer = 0

        def interrupted(seq: int) -> tuple[bytes, bytes]:
            nonlocal outer
            outer = seq
            now.outbox.put(partial(now.seal, 1), Priority.STANDARD)
            if outer_fails:
                raise ZeroDivisionError
            return now.seal(1, seq)

        if outer_fails:
            with pytest.raises(ZeroDivisionError):
                now.outbox.put(interrupted, Priority.STANDARD)
            assert now.progress.reason_of(outer) == "encode_failed"
        else:
            now.outbox.put(interrupted, Priority.STANDARD)

    @rule(count=st.integers(1, 8))
    def take(self, count: int) -> None:
        """The courier takes a batch; one that was taken and never finished comes again, as replays."""
        again = {entry.seq for entry in self.taken.entries}
        self.taken = self.process.outbox.take(count, 1 << 20)
        if again:
            assert {entry.seq for entry in self.taken.entries} == again == self.taken.replays

    @precondition(lambda self: self.taken.entries)
    @rule(outcome=st.sampled_from(["stored", "ambiguous", "refused"]))
    def answer(self, outcome: str) -> None:
        """The broker stores a batch; or stores it and the answer is lost; or refuses its last event for good."""
        now, taken = self.process, self.taken
        last = taken.entries[-1]
        if outcome == "refused" and last.kind is Kind.EVENT and last.seq not in now.arrived:
            now.arrive(Taken(taken.entries[:-1], None, taken.replays))
            now.outbox.drop(last.seq, "too_large")
        else:
            now.arrive(taken)
        if outcome == "ambiguous":
            self.taken = now.outbox.take(1, 1)  # the same again, marked
        else:
            now.outbox.done(taken)
            now.settled |= {entry.seq for entry in taken.entries if entry.kind is Kind.EVENT}
            self.taken = Taken((), None)

    @rule(full=st.booleans())
    def disk(self, full: bool) -> None:
        """The disk fills up, or somebody makes room (and creates the directory)."""
        self.process.disk_is_there = self.process.disk_is_there or not full
        self.process.set_disk(full=full)

    @rule(seconds=st.sampled_from([0.01, 1.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        """The worker looks after the disk."""
        self.clock.advance(seconds)
        self.process.outbox.recover()

    @rule(killed=st.booleans(), disk_is_there=st.booleans())
    def next_life(self, killed: bool, disk_is_there: bool) -> None:
        """The process is killed, or closes; another one adopts its journal, and everything accounted for arrives."""
        now = self.process
        if killed:
            self.kill()
        else:
            now.outbox.close()
        known = now.accepted
        self.adopt_all()
        missing = known - set(now.arrived)
        if killed:
            assert not missing & now.on_disk  # what memory alone held is gone with the process
        else:
            assert not missing
        self.begin(disk_is_there)

    def kill(self) -> None:
        """What a SIGKILL leaves: the locks are free, and nothing else was done."""
        for holder in (self.process.journal, *readers(self.process)):
            if holder is not None:
                holder.abandon_after_fork()

    def adopt_all(self) -> None:
        """Another process delivers what the dead one left, all of it as replays, and finds no damage."""
        now = self.process
        adopted = adopt(self.root, now.producer_id)
        if adopted is None:
            return
        while batch := adopted.reader.read(7, 1 << 20):
            for _, entry in batch:
                if entry.kind is Kind.EVENT:
                    assert entry.value == now.values[entry.seq]
                    now.store(entry.seq)
            adopted.reader.acknowledge(batch[-1][0])
        assert not [found for found in adopted.reader.damage if found.reason != "sequence_gap"]
        for gap in adopted.reader.damage:
            assert gap.first_missing_seq is not None
            assert gap.last_missing_seq is not None
            # Only numbers that are counted as dropped may be absent without a word.
            assert all(
                now.progress.reason_of(seq) is not None
                for seq in range(gap.first_missing_seq, gap.last_missing_seq + 1)
            )
        adopted.finish()

    @invariant()
    def accounting_closes(self) -> None:
        """emitted = acknowledged + waiting + dropped, and each of them is what the model says."""
        now = self.process
        emitted, dropped = now.outbox.last_seq, sum(now.progress.dropped.values())
        acknowledged = now.progress.acknowledged(emitted)
        waiting = now.accepted - now.settled
        assert acknowledged == len(now.accepted & now.settled)
        assert emitted == acknowledged + len(waiting) + dropped

    @invariant()
    def memory_is_bounded(self) -> None:
        """Whatever the disk does."""
        assert self.process.outbox.memory_bytes <= MEMORY

    @invariant()
    def durability_is_true(self) -> None:
        """`journal` is said only when nothing waits in memory."""
        if self.process.outbox.durability == "journal":
            assert self.process.outbox.memory_bytes == 0

    def teardown(self) -> None:
        """With disk and broker back, everything that was accepted arrives in order."""
        now = self.process
        now.disk_is_there = True
        now.set_disk(full=False)
        self.time_passes(60.0)
        while self.process.outbox.take(5, 1 << 20).entries:
            self.taken = self.process.outbox.take(5, 1 << 20)
            self.answer("stored")
        assert now.accepted <= set(now.arrived)
        now.outbox.close()
        shutil.rmtree(self.root)


def readers(process: Process) -> list[JournalReader]:
    """The reader that the outbox holds: nobody but a test has a use for it."""
    found = process.outbox._backlog._reader  # pyright: ignore[reportPrivateUsage]  only a kill is so rude
    return [found] if found is not None else []


def test_whatever_happens_nothing_is_lost_unseen() -> None:
    """Emits, outcomes, disks, deaths and adoptions in any order: the accounting closes, order holds, memory is bounded."""
    run_state_machine_as_test(OutboxMachine, settings=settings(max_examples=120, stateful_step_count=50, deadline=None))
