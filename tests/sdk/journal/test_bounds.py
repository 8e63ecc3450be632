"""What happens at a bound: of the budget, of the disk, of a file's size."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.journals import SMALL, drain, drop, event, meta, next_line, read_all, worker
from tracemark.sdk.journal import (
    Bound,
    Entry,
    JournalFull,
    JournalLimits,
    JournalMisuse,
    JournalReader,
    JournalUnavailable,
    JournalWriter,
    Priority,
)

DISK_BYTES = 1024 * 1024


def append_events(writer: JournalWriter, priority: Priority = Priority.STANDARD) -> None:
    """Append until the refusal that this raises."""
    while True:
        writer.append(event(writer.last_seq + 1, priority=priority))


def append_drops(writer: JournalWriter) -> None:
    """Append until the refusal that this raises."""
    while True:
        writer.append(drop(writer.last_seq + 1))


def fill(writer: JournalWriter, priority: Priority) -> JournalFull:
    """Append until a bound is reached."""
    with pytest.raises(JournalFull) as refusal:
        append_events(writer, priority)
    return refusal.value


@pytest.mark.parametrize("priority", [Priority.STANDARD, Priority.HEARTBEAT])
def test_each_kind_has_its_share_of_the_budget(tmp_path: Path, priority: Priority) -> None:
    """Standard entries are refused first, critical ones later, drops last; each at its own bound."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    assert fill(writer, priority).bound == "budget"
    assert SMALL.standard_bytes - 500 < writer.bytes_pending <= SMALL.standard_bytes
    fill(writer, Priority.CRITICAL)
    assert SMALL.critical_bytes - 500 < writer.bytes_pending <= SMALL.critical_bytes
    last_event = writer.last_seq
    with pytest.raises(JournalFull):
        append_drops(writer)
    assert writer.last_seq - last_event > 20
    assert writer.bytes_pending <= SMALL.max_bytes


def test_a_refused_entry_leaves_no_trace(tmp_path: Path) -> None:
    """Its number is free for the drop that declares it, and for nothing else of it to be found."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    fill(writer, Priority.STANDARD)
    refused = writer.last_seq + 1
    writer.append(drop(refused))
    entries = read_all(writer.reader())
    assert entries[-1] == drop(refused)
    assert [entry.seq for entry in entries] == list(range(1, refused + 1))


def test_acknowledging_makes_room(tmp_path: Path) -> None:
    """The bound is on what waits: a journal that is drained never fills."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    fill(writer, Priority.STANDARD)
    reader = writer.reader()
    reader.acknowledge(reader.read(10, 1 << 20)[-1][0])
    writer.append(event(writer.last_seq + 1))
    for _ in range(5):
        drain(reader)
        fill(writer, Priority.STANDARD)
    assert reader.damage == ()


def test_acknowledgements_of_another_process_make_room(tmp_path: Path) -> None:
    """The owner learns from the cursor on disk how far a drainer in another process has come."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    fill(writer, Priority.STANDARD)
    last = writer.last_seq
    with worker("drain", tmp_path, str(last)) as process:
        lines = [next_line(process) for _ in range(last + 1)]
    assert lines == [*map(str, range(1, last + 1)), "sound"]
    writer.append(event(last + 1))
    assert writer.bytes_pending < 500


def test_space_is_left_to_others(tmp_path: Path) -> None:
    """With less free space than the reserve, standard entries are refused; critical ones and drops are not."""
    free = shutil.disk_usage(tmp_path).free
    writer = JournalWriter.create(tmp_path, meta(), replace(SMALL, reserve_free_bytes=free * 2))
    bound: Bound = fill(writer, Priority.STANDARD).bound
    assert bound == "disk_reserve"
    assert writer.last_seq == 0
    writer.append(event(1, priority=Priority.CRITICAL))
    writer.append(drop(2))


@pytest.mark.parametrize("limit", [5_000, 5_300, 6_000])
def test_a_cut_write_is_taken_back(tmp_path: Path, limit: int) -> None:
    """A write that the system cuts short leaves no half record: all that was accepted is there, and nothing else."""
    with worker("fill", tmp_path, str(limit)) as process:
        accepted = int(next_line(process))
        later = [next_line(process), next_line(process)]
        process.wait()
    (journal,) = tmp_path.iterdir()
    reader = JournalReader.open(tmp_path, journal.name)
    assert [entry.seq for entry in read_all(reader)] == list(range(1, accepted + 1 + later.count("taken")))
    assert reader.damage == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    path = tmp_path / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(path)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def test_a_full_disk_still_takes_what_matters_and_drains(small_disk: Path) -> None:
    """On a full disk the ballast goes to a critical event and a drop; reading, acknowledging and deleting work."""
    limits = JournalLimits(segment_bytes=64 * 1024, reserve_free_bytes=0, ballast_bytes=64 * 1024)
    writer = JournalWriter.create(small_disk, meta(), limits)
    with pytest.raises(JournalUnavailable, match="No space left on device; nothing was written"):
        append_events(writer)
    accepted = [event(seq) for seq in range(1, writer.last_seq + 1)]
    more: list[Entry] = [event(writer.last_seq + 1, priority=Priority.CRITICAL), drop(writer.last_seq + 2)]
    for entry in more:
        writer.append(entry)
    reader = writer.reader()
    assert drain(reader) == accepted + more
    assert reader.damage == ()
    assert writer.bytes_pending == 0
    for _ in range(500):
        writer.append(event(writer.last_seq + 1))
    assert (writer.path / "ballast").stat().st_size == 64 * 1024, "taken again once there was room"
    assert len(drain(reader)) == 500


def test_no_room_for_a_journal_is_a_clear_error(small_disk: Path) -> None:
    """On a full disk a journal is refused whole, and leaves nothing behind."""
    (small_disk / "other").write_bytes(bytes(DISK_BYTES - 8 * 4096))
    with pytest.raises(JournalUnavailable, match="No space left on device; give the journal"):
        JournalWriter.create(small_disk, meta(), JournalLimits())
    assert [path.name for path in small_disk.iterdir()] == ["other"]


def test_a_journal_deleted_under_its_owner_is_noticed(tmp_path: Path) -> None:
    """At the latest when a segment is full: nothing is accepted into files without a name for ever."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    shutil.rmtree(writer.path)
    with pytest.raises(JournalUnavailable):
        append_events(writer)


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"segment_bytes": 100}, "segment_bytes is 100"),
        ({"max_bytes": 1024 * 1024}, "leaves nothing"),
        ({"ballast_bytes": -1}, "negative"),
    ],
)
def test_contradictory_limits_are_refused(limits: dict[str, int], text: str) -> None:
    """Limits that cannot work fail where they are written."""
    with pytest.raises(JournalMisuse, match=text):
        JournalLimits(**limits)
