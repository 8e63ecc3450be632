"""The queue of one producer, where threads, signals and failures meet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from tracemark.schemas.clock import SystemClock
from tracemark.sdk import ClientClosed
from tracemark.sdk.journal import (
    Entry,
    JournalLimits,
    JournalMeta,
    JournalUnavailable,
    JournalWriter,
    Position,
    Priority,
)
from tracemark.sdk.outbox import Outbox
from tracemark.sdk.progress import Progress


def seal(seq: int) -> tuple[bytes, bytes]:
    """An event that holds its own number."""
    return b"k", str(seq).encode()


def _meta(mode: Literal["kafka", "embedded"]) -> JournalMeta:
    return JournalMeta(
        producer_id="p-1",
        service_id="svc",
        tenant_id="t",
        sdk_version="1",
        started_us=1,
        pid=1,
        hostname="h",
        boot_id="b",
        mode=mode,
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox on a journal."""
    journal = JournalWriter.create(tmp_path, _meta("kafka"), JournalLimits())
    made = Outbox(journal, memory_max_bytes=10_000, full_wait_s=0.0, progress=Progress(), clock=SystemClock())
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
    inner: list[int] = []

    def interrupted(seq: int) -> tuple[bytes, bytes]:
        inner.append(outbox.put(seal, Priority.STANDARD).seq)
        return seal(seq)

    slot = outbox.put(interrupted, Priority.STANDARD)
    assert (slot.seq, inner) == (1, [2])
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


def test_many_drops_before_the_first_acknowledgement_are_told_apart() -> None:
    """Counts and receipts stay true when far more is dropped than is ever acknowledged."""
    progress = Progress()
    progress.advance(5)
    for seq in range(100, 20_100):
        progress.drop(seq, "journal_full")
    assert progress.dropped_through() == 0
    assert progress.reason_of(100) == progress.reason_of(20_099) == "journal_full"
    assert progress.reason_of(99) is None
    progress.advance(20_099)
    assert progress.dropped_through() == 20_000


class FlakyDisk(JournalWriter):
    """A journal on a disk that can be filled and emptied."""

    full = False

    def append(self, entry: Entry) -> Position:
        """Refuse while the disk is full."""
        if self.full:
            raise JournalUnavailable("no space left on the device")
        return super().append(entry)


def test_embedded_events_go_from_memory_to_the_disk_once_it_can_be_written(tmp_path: Path) -> None:
    """What waited in memory during a full disk is in the journal afterwards, in order: only there would anybody come for it."""
    journal = FlakyDisk.create(tmp_path, _meta("embedded"), JournalLimits())
    assert isinstance(journal, FlakyDisk)
    outbox = Outbox(
        journal,
        memory_max_bytes=10_000,
        full_wait_s=0.0,
        progress=Progress(),
        clock=SystemClock(),
        drained_elsewhere=True,
    )
    outbox.put(seal, Priority.STANDARD)
    journal.full = True
    assert outbox.put(seal, Priority.STANDARD).position is None
    assert outbox.put(seal, Priority.STANDARD).position is None
    waiting = outbox.durability
    assert waiting == "memory"
    journal.full = False
    assert outbox.put(seal, Priority.STANDARD).position is not None
    assert outbox.durability == "journal"
    reader = journal.reader()
    assert [entry.seq for _, entry in reader.read(10, 10_000)] == [1, 2, 3, 4]
    reader.close()
    outbox.close()
