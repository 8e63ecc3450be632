"""What goes wrong around a command: files that are none, disks that are full, readers that leave."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.up import tracemark
from tracemark.cli.errors import ExitCode

COMMAND = [sys.executable, "-m", "tracemark.cli.main"]


@pytest.mark.parametrize("arguments", [["schemas", "list"], ["schemas", "list", "--json"], ["journal", "list"]])
def test_a_reader_who_left_is_no_answer(tmp_path: Path, arguments: list[str]) -> None:
    """`tracemark … | head` ends as a program does that SIGPIPE ends, in silence: exit 1 would say that the answer is no."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (ExitCode.NOBODY_READS, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_asks_for_room() -> None:
    """An answer that does not fit is no answer: exit 2, and the remedy is room, not permissions."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "schemas", "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == ExitCode.COULD_NOT_ASK
    assert done.stderr.splitlines()[0] == "error: No space left on device; make room, then run it again"
    assert "Traceback" not in done.stderr


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Who names a folder learns that a file was meant; who names nothing learns to look at the path."""
    common: list[str | Path] = ["record", "event", "--data", tmp_path / "data", "--file"]
    assert "Is a directory; name a file" in tracemark(*common, tmp_path, check=2).stderr
    assert "No such file or directory; check the path" in tracemark(*common, tmp_path / "none", check=2).stderr
