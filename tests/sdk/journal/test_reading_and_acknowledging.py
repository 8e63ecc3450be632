"""One process appends, reads and acknowledges."""

import sys
from pathlib import Path

import pytest

from support.journals import PRODUCER, SMALL, drain, drop, event, meta, read_all
from tracemark.sdk.journal import (
    JournalBusy,
    JournalMisuse,
    JournalReader,
    JournalUnavailable,
    JournalWriter,
    find_journals,
    read_boot_id,
)


def test_entries_come_back_whole_and_in_order(tmp_path: Path) -> None:
    """What was appended is read back, events and drops alike, over several segments."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    entries = [event(1), drop(2, reason="invalid", covers=3), event(5, size=0), event(6, size=900, closes=True)]
    entries += [event(seq) for seq in range(7, 60)]
    for entry in entries:
        writer.append(entry)
    assert read_all(writer.reader()) == entries


def test_reading_stops_at_the_bounds(tmp_path: Path) -> None:
    """A read returns at most `max_entries`, and stops once `max_bytes` are reached, but always returns one entry."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    for seq in range(1, 11):
        writer.append(event(seq, size=1000))
    reader = writer.reader()
    assert [entry.seq for _, entry in reader.read(3, 1 << 20)] == [1, 2, 3]
    assert [entry.seq for _, entry in reader.read(100, 1500)] == [4, 5]
    assert [entry.seq for _, entry in reader.read(100, 1)] == [6]


def test_nothing_new_reads_as_nothing(tmp_path: Path) -> None:
    """At the end of the journal a read returns an empty list, and goes on when more is appended."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    reader = writer.reader()
    assert reader.read(10, 1000) == []
    writer.append(event(1))
    assert read_all(reader) == [event(1)]
    assert reader.read(10, 1000) == []


def test_an_entry_larger_than_a_segment_gets_its_own(tmp_path: Path) -> None:
    """Size alone never makes an entry unacceptable below the journal's bound."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    entries = [event(1), event(2, size=20_000), event(3)]
    for entry in entries:
        writer.append(entry)
    assert drain(writer.reader()) == entries


def test_acknowledging_frees_finished_segments(tmp_path: Path) -> None:
    """Segments before the cursor are deleted, and acknowledged bytes no longer count as pending."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    for seq in range(1, 61):
        writer.append(event(seq))
    assert len(list(writer.path.glob("*.segment"))) > 5
    reader = writer.reader()
    before = writer.bytes_pending
    batch = reader.read(30, 1 << 20)
    reader.acknowledge(batch[-1][0])
    assert 0.4 * before < writer.bytes_pending < 0.6 * before
    drain(reader)
    assert writer.bytes_pending == 0
    assert len(list(writer.path.glob("*.segment"))) == 1


def test_what_is_unacknowledged_is_read_again(tmp_path: Path) -> None:
    """Rewinding, or opening a new reader, goes back to the cursor."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    for seq in range(1, 31):
        writer.append(event(seq))
    reader = writer.reader()
    batch = reader.read(10, 1 << 20)
    reader.acknowledge(batch[4][0])
    reader.rewind()
    assert [entry.seq for entry in read_all(reader)] == list(range(6, 31))
    reader.close()
    assert [entry.seq for entry in read_all(writer.reader())] == list(range(6, 31))


def test_acknowledging_twice_changes_nothing(tmp_path: Path) -> None:
    """An acknowledgement at or before the cursor is a repetition, not an error."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    for seq in range(1, 6):
        writer.append(event(seq))
    reader = writer.reader()
    batch = reader.read(5, 1 << 20)
    reader.acknowledge(batch[3][0])
    reader.acknowledge(batch[1][0])
    reader.acknowledge(batch[3][0])
    assert reader.cursor == batch[3][0]
    assert reader.acknowledged_seq == 4


def test_only_what_was_read_can_be_acknowledged(tmp_path: Path) -> None:
    """A position that this reader never returned, or forgot by rewinding, is refused and moves nothing."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(event(1))
    unread = writer.append(event(2))
    reader = writer.reader()
    read = reader.read(1, 1)[0][0]
    with pytest.raises(JournalMisuse, match="was not read"):
        reader.acknowledge(unread)
    reader.rewind()
    with pytest.raises(JournalMisuse, match="was not read"):
        reader.acknowledge(read)
    assert reader.acknowledged_seq == 0


def test_a_sequence_must_rise(tmp_path: Path) -> None:
    """A number at or below the last one, or inside a range declared as dropped, is refused and nothing is written."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(drop(1, covers=5))
    for seq in (0, 1, 5):
        with pytest.raises(JournalMisuse, match="does not follow"):
            writer.append(event(seq))
    writer.append(event(6))
    assert [entry.seq for entry in read_all(writer.reader())] == [1, 6]


def test_a_key_beyond_the_format_is_refused(tmp_path: Path) -> None:
    """What the format cannot hold is refused before anything is written."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    with pytest.raises(JournalMisuse, match="range"):
        writer.append(event(1)._replace(key=bytes(70_000)))
    assert writer.bytes_pending == 0


def test_an_empty_journal_disappears_when_closed(tmp_path: Path) -> None:
    """With everything acknowledged, closing leaves nothing behind."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    for seq in range(1, 31):
        writer.append(event(seq))
    reader = writer.reader()
    drain(reader)
    reader.close()
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_with_entries_stays_when_closed(tmp_path: Path) -> None:
    """What is not acknowledged waits for an adopter, and is found from outside."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(event(1))
    writer.append(drop(2, covers=2))
    writer.close()
    (info,) = find_journals(tmp_path)
    assert (info.producer_id, info.owner_alive, info.being_drained) == (PRODUCER, False, False)
    assert (info.events_pending, info.drops_pending, info.entries_pending) == (1, 2, 3)
    assert (info.first_seq, info.last_seq) == (1, 3)
    assert info.meta == meta()
    assert info.last_append_us > meta().started_us


def test_a_closed_journal_refuses_use(tmp_path: Path) -> None:
    """After closing, every use is a clear error, and closing again is none."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    position = writer.append(event(1))
    reader = writer.reader()
    for thing in (writer, reader):
        thing.close()
        thing.close()
    with pytest.raises(JournalUnavailable, match="closed"):
        writer.append(event(2))
    with pytest.raises(JournalUnavailable, match="closed"):
        writer.sync()
    with pytest.raises(JournalUnavailable, match="closed"):
        reader.read(1, 1)
    with pytest.raises(JournalUnavailable, match="closed"):
        reader.acknowledge(position)


def test_one_reader_holds_the_cursor(tmp_path: Path) -> None:
    """A second reader is refused, also inside one process, until the first has closed."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    reader = writer.reader()
    with pytest.raises(JournalBusy):
        writer.reader()
    reader.close()
    writer.reader().close()
    with pytest.raises(JournalBusy, match="gone"):
        JournalReader.open(tmp_path, "nobody")


def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    """Directories are 0700 and files 0600."""
    root = tmp_path / "root"
    writer = JournalWriter.create(root, meta(), SMALL)
    for seq in range(1, 31):
        writer.append(event(seq))
    assert {path.stat().st_mode & 0o777 for path in (root, writer.path)} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in writer.path.iterdir()} == {0o600}


@pytest.mark.parametrize("producer_id", ["", ".", "..", "../x", "a/b", ".hidden", "x" * 65, "tab\t", "名"])
def test_a_producer_id_is_a_plain_name(tmp_path: Path, producer_id: str) -> None:
    """No producer id leads out of the root or hides its journal."""
    with pytest.raises(JournalMisuse, match="producer_id"):
        JournalWriter.create(tmp_path, meta(producer_id), SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_journal_is_created_once(tmp_path: Path) -> None:
    """A second journal of the same producer is refused, and the first is untouched."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    with pytest.raises(JournalUnavailable, match="cannot create"):
        JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(event(1))
    assert [path.name for path in tmp_path.iterdir()] == [PRODUCER]


def test_a_root_that_is_no_directory_is_a_clear_error(tmp_path: Path) -> None:
    """The error names the path and what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnavailable, match="writable local disk"):
        JournalWriter.create(tmp_path / "file", meta(), SMALL)


def test_leftovers_of_dead_processes_are_swept(tmp_path: Path) -> None:
    """Creating a journal deletes half-made and half-removed ones, and never one that is just being made."""
    done = JournalWriter.create(tmp_path, meta("done"), SMALL)
    done.close()
    JournalWriter.create(tmp_path, meta("dead"), SMALL).append(event(1))
    half = tmp_path / ".new-half"
    half.mkdir()
    for name in ("owner.lock", "meta.json"):
        (half / name).write_text("")
    (tmp_path / ".gone-x").mkdir()
    (tmp_path / ".new-starting").mkdir()
    JournalWriter.create(tmp_path, meta("new"), SMALL)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".new-starting", "dead", "new"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a boot id")
def test_the_boot_id_stays_the_same_while_the_machine_runs() -> None:
    """It is what tells a journal written before a reboot."""
    assert read_boot_id() == read_boot_id() != ""
