"""What a journal says of itself after something went wrong with its bytes."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.journals import PRODUCER, SMALL, drain, event, meta, read_all
from tracemark.sdk.journal import (
    Damage,
    JournalFormatError,
    JournalReader,
    JournalWriter,
    adopt,
    find_journals,
)

COUNT = 40


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The directory of a dead producer's journal: forty events over several segments."""
    writer = JournalWriter.create(tmp_path / "root", meta(), SMALL)
    for seq in range(1, COUNT + 1):
        writer.append(event(seq))
    writer.close()
    return writer.path


def segments(journal: Path) -> list[Path]:
    return sorted(journal.glob("*.segment"))


def explained(damage: tuple[Damage, ...]) -> list[int]:
    """Every number that some damage declares missing."""
    spans = [(found.first_missing_seq, found.last_missing_seq) for found in damage]
    return [seq for first, last in spans if first and last for seq in range(first, last + 1)]


def test_a_torn_tail_is_cut_off_and_reported(journal: Path) -> None:
    """An unfinished last write was never accepted: it goes, everything before it stays."""
    last = segments(journal)[-1]
    last.write_bytes(last.read_bytes()[:-10])
    adopted = adopt(journal.parent, PRODUCER)
    assert adopted is not None
    assert adopted.torn_bytes > 300
    assert adopted.last_seq == COUNT - 1
    adopted.append(event(COUNT))
    assert [entry.seq for entry in drain(adopted.reader)] == list(range(1, COUNT + 1))
    assert adopted.reader.damage == ()
    adopted.finish()


def test_a_damaged_record_costs_only_itself(journal: Path) -> None:
    """Reading goes on at the next sound record, and the missing number is named."""
    path = segments(journal)[1]
    data = bytearray(path.read_bytes())
    data[32 + 40] ^= 4
    path.write_bytes(data)
    reader = JournalReader.open(journal.parent, PRODUCER)
    entries = read_all(reader)
    (damage,) = reader.damage
    assert (damage.reason, damage.segment, damage.offset) == ("corrupt", 2, 32)
    assert damage.first_missing_seq == damage.last_missing_seq
    assert sorted([entry.seq for entry in entries] + explained(reader.damage)) == list(range(1, COUNT + 1))
    reader.rewind()
    read_all(reader)
    assert len(reader.damage) == 1


def test_a_missing_segment_is_reported_with_its_numbers(journal: Path) -> None:
    """A deleted file is not taken for a delivered one."""
    segments(journal)[2].unlink()
    reader = JournalReader.open(journal.parent, PRODUCER)
    entries = read_all(reader)
    assert [found.reason for found in reader.damage] == ["segment_missing"]
    assert sorted([entry.seq for entry in entries] + explained(reader.damage)) == list(range(1, COUNT + 1))


def test_the_first_segment_missing_is_reported_too(journal: Path) -> None:
    """Also the segment under the cursor: the cursor knows which number comes next."""
    segments(journal)[0].unlink()
    reader = JournalReader.open(journal.parent, PRODUCER)
    entries = read_all(reader)
    assert sorted([entry.seq for entry in entries] + explained(reader.damage)) == list(range(1, COUNT + 1))


def test_a_gap_in_the_numbers_is_reported(tmp_path: Path) -> None:
    """Numbers that never reached the journal show, without any damaged byte."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(event(1))
    writer.append(event(5))
    reader = writer.reader()
    assert [entry.seq for entry in read_all(reader)] == [1, 5]
    (damage,) = reader.damage
    assert (damage.reason, damage.bytes, damage.first_missing_seq, damage.last_missing_seq) == ("sequence_gap", 0, 2, 4)


def test_damage_does_not_keep_a_journal_from_finishing(journal: Path) -> None:
    """With nothing readable left, the journal counts as drained."""
    for path in segments(journal):
        path.write_bytes(path.read_bytes()[:32] + bytes(500))
    adopted = adopt(journal.parent, PRODUCER)
    assert adopted is not None
    assert drain(adopted.reader) == []
    adopted.finish()
    assert not journal.exists()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_flipped_bit_yields_a_wrong_entry(journal: Path, data: st.DataObject) -> None:
    """One bit changed anywhere in any segment: every entry read is a true one, in order, and what is missing is declared."""
    copy = journal.parent / "copy" / PRODUCER
    shutil.rmtree(copy.parent, ignore_errors=True)
    shutil.copytree(journal, copy)
    path = data.draw(st.sampled_from(segments(copy)))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)

    adopted = adopt(copy.parent, PRODUCER)
    assert adopted is not None
    entries = drain(adopted.reader)
    assert entries == [event(entry.seq) for entry in entries]
    seqs = [entry.seq for entry in entries]
    lost_at_the_end = [COUNT] if adopted.torn_bytes else []
    assert sorted(seqs + explained(adopted.reader.damage) + lost_at_the_end) == list(range(1, COUNT + 1))
    assert len(seqs) >= COUNT - 1
    adopted.finish()


def test_a_lost_cursor_means_sending_again(journal: Path) -> None:
    """Without a readable cursor everything still there is read, once more rather than never."""
    reader = JournalReader.open(journal.parent, PRODUCER)
    batch = reader.read(3, 1 << 20)
    reader.acknowledge(batch[-1][0])
    reader.close()
    (journal / "cursor").write_bytes(bytes(8192))
    reader = JournalReader.open(journal.parent, PRODUCER)
    assert [entry.seq for entry in drain(reader)] == list(range(1, COUNT + 1))
    assert reader.damage == ()
    assert reader.acknowledged_seq == COUNT


def test_a_living_owners_unfinished_write_is_waited_for(tmp_path: Path) -> None:
    """Half a record at the end is neither an entry nor damage, and an entry once the rest is there."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(event(1))
    writer.append(event(2))
    (path,) = segments(writer.path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    reader = writer.reader()
    assert read_all(reader) == [event(1)]
    assert read_all(reader) == []
    path.write_bytes(whole)
    assert read_all(reader) == [event(2)]
    assert reader.damage == ()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ('{"session": {}, "format_version": 9}', "format_version 9"),
        ('{"session": {}, "format_version": 1}', "lacks a field"),
        (None, "no meta.json"),
    ],
)
def test_a_directory_of_another_making_is_left_alone(journal: Path, content: str | None, text: str) -> None:
    """Another version or a damaged description: a clear error, and no file is touched."""
    if content is None:
        (journal / "meta.json").unlink()
    else:
        (journal / "meta.json").write_text(content)
    before = {path.name: path.read_bytes() for path in journal.iterdir()}
    with pytest.raises(JournalFormatError, match=text):
        adopt(journal.parent, PRODUCER)
    (info,) = find_journals(journal.parent)
    assert text in info.problem
    assert info.meta is None
    assert {path.name: path.read_bytes() for path in journal.iterdir()} == before
