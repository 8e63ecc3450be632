"""Dead letters in files."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sinks import record
from tracemark.sink import DeadLetter, DeadLetterKey, DeadLettersUnavailable, Position
from tracemark.sink.dead_letter_files import FileDeadLetters, read_dead_letters
from tracemark.sink.judging import Rejected

KEY = DeadLetterKey(bytes(32))


def _letter(offset: int) -> DeadLetter:
    return DeadLetter.of(Rejected(record((b"garbage %d" % offset, ()), offset), "frame_broken"), "", KEY)


def test_letters_are_kept_and_open_again(tmp_path: Path) -> None:
    """Letters put in two goes are read back in order, and open under their key; their file is the owner's alone."""
    sink = FileDeadLetters(tmp_path / "dead-letters")
    sink.put([_letter(0), _letter(1)])
    sink.put([_letter(2)])
    (path,) = (tmp_path / "dead-letters").iterdir()
    found = list(read_dead_letters(path))
    assert [head["offset"] for head, _ in found] == [0, 1, 2]
    assert [head["error_code"] for head, _ in found] == ["frame_broken"] * 3
    opened = [
        KEY.open(sealed, Position(head["topic"], head["partition"], head["offset"])).value for head, sealed in found
    ]
    assert opened == [b"garbage 0", b"garbage 1", b"garbage 2"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_torn_entry_hides_no_other(tmp_path: Path) -> None:
    """Wherever a crash tears an entry off, the entries before and after it are read."""
    sink = FileDeadLetters(tmp_path)
    sink.put([_letter(0)])
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole + whole[:cut])
        sink.put([_letter(2)])
        assert [head["offset"] for head, _ in read_dead_letters(path)] == [0, 2]


@given(st.binary(max_size=100))
def test_damage_is_skipped(tmp_path_factory: pytest.TempPathFactory, damage: bytes) -> None:
    """Bytes that are no entry are skipped without an error."""
    path = tmp_path_factory.mktemp("damage") / "x.tmdl"
    path.write_bytes(b"TMDL" + damage)
    assert list(read_dead_letters(path)) == []


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    """Where no file can be made, the sink is told to try again later, with the reason."""
    (tmp_path / "blocked").write_text("a file, not a folder")
    with pytest.raises(DeadLettersUnavailable, match=os.strerror(errno.EEXIST)):
        FileDeadLetters(tmp_path / "blocked").put([_letter(0)])
