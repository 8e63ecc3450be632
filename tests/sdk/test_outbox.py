"""The queue of one producer, where threads, signals and failures meet."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.flaky_disk import FlakyDisk, journal_meta
from tracemark.schemas.clock import FixedClock, SystemClock
from tracemark.sdk import ClientClosed
from tracemark.sdk.journal import (
    JournalLimits,
    JournalUnavailable,
    JournalWriter,
    Priority,
    adopt,
    find_journals,
)
from tracemark.sdk.outbox import Outbox, Slot
from tracemark.sdk.progress import Progress


def seal(seq: int) -> tuple[bytes, bytes]:
    """An event that holds its own number."""
    return b"k", str(seq).encode()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox on a journal."""
    made = Outbox(
        lambda: JournalWriter.create(tmp_path, journal_meta("kafka"), JournalLimits()),
        memory_max_bytes=10_000,
        full_wait_s=0.0,
        progress=Progress(),
        clock=SystemClock(),
    )
    yield made
    made.close()


def test_what_was_taken_and_not_done_is_taken_again_as_a_replay(outbox: Outbox) -> None:
    """A delivery that fails unexpectedly loses nothing: the same entries come again, marked."""
    for _ in range(3):
        outbox.put(seal, Priority.STANDARD)
    first = outbox.take(2, 1000)
    assert [entry.seq for entry in first.entries] == [1, 2]
    again = outbox.take(2, 1000)
    assert again.entries == first.entries
    assert again.replays == {1, 2}
    outbox.done(again)
    assert [entry.seq for entry in outbox.take(2, 1000).entries] == [3]


def test_nothing_is_accepted_behind_the_end_of_the_session(outbox: Outbox) -> None:
    """An event that another thread emits while the client closes is refused loudly, not accepted and forgotten."""
    outbox.put(seal, Priority.CRITICAL, closes=True)
    with pytest.raises(ClientClosed):
        outbox.put(seal, Priority.STANDARD)
    assert outbox.last_seq == 1


def test_an_event_emitted_in_the_middle_of_another_one_waits_for_it(outbox: Outbox) -> None:
    """A collected generator or a signal handler may emit while its thread is inside `put`: no deadlock, no shared number."""
    inner: list[Slot] = []

    def interrupted(seq: int) -> tuple[bytes, bytes]:
        inner.append(outbox.put(seal, Priority.STANDARD))
        return seal(seq)

    slot = outbox.put(interrupted, Priority.STANDARD)
    assert (slot.seq, [late.seq for late in inner]) == (1, [2])
    assert [(entry.seq, entry.value) for entry in outbox.take(9, 1000).entries] == [(1, b"1"), (2, b"2")]
    assert outbox.last_seq == 2


def test_the_outer_event_of_two_may_fail(outbox: Outbox) -> None:
    """When an event fails after another one was numbered behind it, its number is declared and the other one kept."""

    def failing(seq: int) -> tuple[bytes, bytes]:
        del seq
        outbox.put(seal, Priority.STANDARD)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.put(failing, Priority.STANDARD)
    assert [(entry.seq, entry.reason) for entry in outbox.take(9, 1000).entries] == [(1, "encode_failed"), (2, "")]


class Interrupting(JournalWriter):
    """A journal during whose every use a signal handler may run."""

    interrupt: Callable[[], object] = staticmethod(lambda: None)

    @property
    def last_seq(self) -> int:
        """As it was before the handler ran."""
        found = super().last_seq
        handler, self.interrupt = self.interrupt, lambda: None
        handler()
        return found


@pytest.mark.parametrize("events", [1, 3])
def test_a_signal_handler_may_emit_while_a_number_is_drawn(tmp_path: Path, events: int) -> None:
    """Between the look at the last number and the next one being drawn, too: no number is drawn twice, none is skipped."""
    journal = Interrupting.create(tmp_path, journal_meta("kafka"), JournalLimits())
    assert isinstance(journal, Interrupting)
    outbox = Outbox(lambda: journal, memory_max_bytes=10_000, full_wait_s=0.0, progress=Progress(), clock=SystemClock())
    inner: list[Slot] = []

    def handler() -> None:
        journal.interrupt = lambda: inner.append(outbox.put(seal, Priority.STANDARD))
        inner.extend(outbox.put(seal, Priority.STANDARD) for _ in range(events))

    journal.interrupt = handler
    outer = outbox.put(seal, Priority.STANDARD).seq
    numbers = [entry.seq for entry in outbox.take(99, 1000).entries]
    assert numbers == sorted([outer, *(slot.seq for slot in inner)]) == list(range(1, events + 3))
    outbox.close()


def test_many_drops_before_the_first_acknowledgement_are_told_apart() -> None:
    """Counts and receipts stay true when far more is dropped than is ever acknowledged."""
    progress = Progress()
    progress.advance(5)
    for seq in range(100, 20_100):
        progress.drop(seq, "journal_full")
    assert progress.acknowledged(20_099) == 5
    assert progress.reason_of(100) == progress.reason_of(20_099) == "journal_full"
    assert progress.reason_of(99) is None
    progress.advance(20_099)
    assert progress.acknowledged(20_099) == 99


class Rig:
    """An outbox on a flaky disk, with a clock that only moves when told to."""

    def __init__(self, root: Path, *, embedded: bool = False, memory_max_bytes: int = 10_000) -> None:
        self.clock = FixedClock()
        self.progress = Progress()
        self.root = root
        self.disk_is_there = True
        self.journal: FlakyDisk | None = None
        self._embedded = embedded
        self._memory_max_bytes = memory_max_bytes

    def outbox(self) -> Outbox:
        """Its outbox."""
        return Outbox(
            self._create,
            memory_max_bytes=self._memory_max_bytes,
            full_wait_s=0.0,
            progress=self.progress,
            clock=self.clock,
            drained_elsewhere=self._embedded,
        )

    def _create(self) -> JournalWriter:
        if not self.disk_is_there:
            raise JournalUnavailable("read-only file system")
        made = FlakyDisk.create(self.root, journal_meta("embedded" if self._embedded else "kafka"), JournalLimits())
        assert isinstance(made, FlakyDisk)
        self.journal = made
        return made

    def fill(self, *, full: bool) -> None:
        """Fill the disk, or make room and let time pass."""
        assert self.journal is not None
        self.journal.full = full
        self.clock.advance(60)

    def on_disk(self) -> list[int]:
        """The numbers that a drainer of the journal finds."""
        assert self.journal is not None
        reader = self.journal.reader()
        found = [entry.seq for _, entry in reader.read(1000, 1_000_000)]
        reader.close()
        return found


@pytest.mark.parametrize("embedded", [True, False])
def test_events_go_from_memory_to_the_disk_once_it_can_be_written(tmp_path: Path, embedded: bool) -> None:
    """What waited in memory during a full disk is in the journal afterwards, in order, whether or not anything is emitted."""
    rig = Rig(tmp_path, embedded=embedded)
    outbox = rig.outbox()
    outbox.put(seal, Priority.STANDARD)
    rig.fill(full=True)
    assert outbox.put(seal, Priority.STANDARD).position is None
    assert outbox.put(seal, Priority.STANDARD).position is None
    waiting = outbox.durability
    assert waiting == "memory"
    rig.fill(full=False)
    outbox.recover()
    assert outbox.durability == "journal"
    assert outbox.put(seal, Priority.STANDARD).position is not None
    assert rig.on_disk() == [1, 2, 3, 4]
    outbox.close()


def test_an_event_that_finds_the_disk_working_takes_what_waits_along(tmp_path: Path) -> None:
    """The first event after a full disk goes to the journal behind those in memory, without waiting for the worker."""
    rig = Rig(tmp_path)
    outbox = rig.outbox()
    rig.fill(full=True)
    outbox.put(seal, Priority.STANDARD)
    rig.fill(full=False)
    assert outbox.put(seal, Priority.STANDARD).position is not None
    assert rig.on_disk() == [1, 2]
    outbox.close()


def test_a_critical_event_looks_at_the_disk_without_waiting_for_the_next_try(tmp_path: Path) -> None:
    """A standard event leaves a disk alone that has just failed; a measure does not, and is durable with all before it."""
    rig = Rig(tmp_path)
    outbox = rig.outbox()
    rig.fill(full=True)
    outbox.put(seal, Priority.STANDARD)
    assert rig.journal is not None
    rig.journal.full = False
    assert outbox.put(seal, Priority.STANDARD).position is None
    slot = outbox.put(seal, Priority.CRITICAL)
    assert slot.position is not None
    outbox.sync(slot, 10)
    assert rig.on_disk() == [1, 2, 3]
    outbox.close()


def test_a_journal_that_could_not_be_created_is_tried_again(tmp_path: Path) -> None:
    """The tries are spaced out; once one succeeds, everything that waited is on disk."""
    rig = Rig(tmp_path, memory_max_bytes=1_000_000)
    rig.disk_is_there = False
    outbox = rig.outbox()
    for _ in range(300):
        outbox.put(lambda seq: (b"k", b""), Priority.STANDARD)
    rig.disk_is_there = True
    outbox.recover()
    too_soon = outbox.durability
    rig.clock.advance(0.2)
    outbox.recover()
    assert (too_soon, outbox.durability) == ("memory", "journal")
    assert rig.on_disk()[-1] == outbox.last_seq
    outbox.close()


def test_what_moves_to_the_disk_while_it_is_being_delivered_is_acknowledged_there(tmp_path: Path) -> None:
    """A batch taken from memory counts as delivered although it lies in the journal by then; nothing is taken twice."""
    rig = Rig(tmp_path)
    rig.disk_is_there = False
    outbox = rig.outbox()
    for _ in range(5):
        outbox.put(seal, Priority.STANDARD)
    taken = outbox.take(2, 1000)
    rig.disk_is_there = True
    rig.clock.advance(1)
    outbox.recover()
    outbox.done(taken)
    rest = outbox.take(9, 1000)
    assert [entry.seq for entry in taken.entries + rest.entries] == [1, 2, 3, 4, 5]
    outbox.done(rest)
    assert rig.progress.through == 5
    outbox.close()
    assert find_journals(tmp_path) == []


def test_numbers_that_went_by_way_of_memory_are_not_missing_in_the_journal(tmp_path: Path) -> None:
    """Who adopts a journal that was created late, or had a gap in its disk, finds no damage in it."""
    rig = Rig(tmp_path)
    rig.disk_is_there = False
    outbox = rig.outbox()
    for _ in range(3):
        outbox.put(seal, Priority.STANDARD)
    outbox.done(outbox.take(9, 1000))
    rig.disk_is_there = True
    rig.clock.advance(1)
    outbox.recover()
    outbox.put(seal, Priority.STANDARD)
    outbox.done(outbox.take(9, 1000))
    rig.fill(full=True)
    outbox.put(seal, Priority.STANDARD)
    outbox.done(outbox.take(9, 1000))
    rig.fill(full=False)
    outbox.put(seal, Priority.STANDARD)
    outbox.close()
    adopted = adopt(tmp_path, "p-1")
    assert adopted is not None
    assert [entry.seq for _, entry in adopted.reader.read(9, 1000)] == [6]
    assert adopted.reader.damage == ()
    adopted.close()


def test_what_neither_disk_nor_broker_took_is_counted_as_lost(tmp_path: Path) -> None:
    """A process that ends with events in memory alone says so: they are dropped by reason, not waiting."""
    rig = Rig(tmp_path)
    rig.disk_is_there = False
    outbox = rig.outbox()
    outbox.put(seal, Priority.STANDARD)
    outbox.put(seal, Priority.STANDARD)
    outbox.close()
    assert rig.progress.dropped == {"memory_lost": 2}


def test_a_delivery_that_ends_after_the_close_changes_no_count(tmp_path: Path) -> None:
    """What was counted as lost with the memory is not counted as arrived as well, by a worker that was stuck with the broker."""
    rig = Rig(tmp_path)
    rig.disk_is_there = False
    outbox = rig.outbox()
    outbox.put(seal, Priority.STANDARD)
    taken = outbox.take(9, 1000)
    outbox.close()
    outbox.done(taken)
    assert rig.progress.dropped == {"memory_lost": 1}
    assert rig.progress.through == 0
    assert rig.progress.acknowledged(1) == 0
