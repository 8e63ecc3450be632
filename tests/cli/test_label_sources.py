"""`tracemark label` on what people hand to it: files under wrong names, pipes, and content of strangers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.labelled_files import LABEL, make
from tracemark.labels import write_label


@pytest.mark.parametrize("command", ["read", "verify"])
def test_a_picture_under_the_name_of_another_kind_is_judged_as_what_it_is(tmp_path: Path, command: str) -> None:
    """The answer goes by the content, and a warning says what the name says."""
    picture = make(tmp_path, "a.png").rename(tmp_path / "a.jpeg")
    done = subprocess.run(
        [sys.executable, "-m", "tracemark.cli.main", "label", command, str(picture), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, json.loads(done.stdout)["media_type"]) == (1, "image/png")
    assert (
        done.stderr == "warning: FILE: its name says image/jpeg, but its content is image/png, and is judged as that\n"
    )


@pytest.mark.parametrize("place", ["-", "/dev/stdin", "{fifo}"])
@pytest.mark.parametrize("command", ["read", "verify"])
def test_a_pipe_is_read_like_a_file(tmp_path: Path, command: str, place: str) -> None:
    """What another program sends is looked at without a file of its own; nothing is left behind."""
    picture, claim, fifo = make(tmp_path, "a.png"), tmp_path / "claim.json", tmp_path / "fifo"
    write_label(picture, LABEL)
    claim.write_text(LABEL.to_json())
    os.mkfifo(fifo)
    left = tmp_path / "left"
    left.mkdir()
    more = ["--claim", str(claim)] if command == "verify" else []
    label = [sys.executable, "-m", "tracemark.cli.main", "label"]
    with subprocess.Popen(["cat", str(picture)], stdout=subprocess.PIPE) as sending:
        feeding = subprocess.Popen(["cp", str(picture), str(fifo)]) if "fifo" in place else None
        done = subprocess.run(
            [*label, command, place.format(fifo=fifo), *more, "--json"],
            stdin=sending.stdout,
            capture_output=True,
            check=False,
            env={**os.environ, "TMPDIR": str(left)},
        )
        assert feeding is None or feeding.wait(60) == 0
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["records_found"] == 1
    assert answer["file"] == place.format(fifo=fifo)
    assert list(left.iterdir()) == []


def test_a_pipe_without_end_is_refused() -> None:
    """Exit 2 once it is more than is kept, with the remedy."""
    command = [sys.executable, "-m", "tracemark.cli.main", "label", "read", "/dev/zero"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "save them as a file" in done.stderr


def test_human_output_is_escaped(tmp_path: Path) -> None:
    """What a stranger wrote cannot steer the terminal of whoever reads it."""
    path = make(tmp_path, "a.jpg")
    content = path.read_bytes()
    text = b'{"AIGC": {"Label": "\\u001b[31m\\u202e"}}'
    path.write_bytes(content[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + content[2:])
    command = [sys.executable, "-m", "tracemark.cli.main", "label", "read", str(path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "\\u001b[31m\\u202e" in shown
    assert "\x1b" not in shown
