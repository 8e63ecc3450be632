"""What goes wrong around a command: files that are none, disks that are full, readers that leave."""

import contextlib
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.up import new_store, tracemark
from tracemark.cli._label_view import say_verdict
from tracemark.cli._trace_ask import instant
from tracemark.cli.dashboards import Patience
from tracemark.cli.errors import ExitCode
from tracemark.cli.stores import same_store

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
    common: list[str | Path] = ["record", "event", "--data", new_store(tmp_path / "data"), "--file"]
    assert "Is a directory; name a file" in tracemark(*common, tmp_path, check=2).stderr
    assert "No such file or directory; check the path" in tracemark(*common, tmp_path / "none", check=2).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["obligations", "--as-of", "yesterday"], "--as-of: use 7d"),
        (["obligations", "--until", "soon"], "--until: use 7d"),
        (["obligations", "--since", "999999d"], "--since: use 7d"),
        (["obligations", "--as-of", "2999-01-01"], "--as-of: lies in the future"),
        (["obligations", "--as-of", "2026-01-01", "--until", "2026-01-02"], "--until: lies in the future"),
        (["trace", "--request", "r", "--since", "soon"], "--since: use 7d"),
        (["obligations", "--settle", "inf"], "--settle"),
        (["obligations", "--settle", "1e12"], "--settle"),
    ],
)
def test_a_wrong_instant_names_its_option(tmp_path: Path, arguments: list[str], said: str) -> None:
    """An instant that is none, or that the answer cannot know anything about, is refused by the name of its option."""
    told = tracemark(*arguments, data=tmp_path, check=2, fresh=True).stderr
    assert said in told
    assert "unexpected" not in told


def test_a_record_that_waits_says_where(tmp_path: Path) -> None:
    """Where nobody serves a directory, a record waits in it; the command names it, for the directory may be a mistake."""
    complaint = ["--kind", "complaint", "--state", "received", "--case-id", "c-1", "--owner-role", "support"]
    new_store(tmp_path)
    done = tracemark("record", "complaint", "--service-id", "s", *complaint, "--wait", "0", data=tmp_path, check=0)
    assert f"in the journal until `tracemark up --data {tmp_path}` stores it" in done.stderr


@pytest.mark.parametrize("since", ["0001-01-01", "100000d", "1970-01-01T00:00:00+14:00"])
def test_since_ever_is_an_instant(since: str) -> None:
    """Somebody who means everything may name any day long ago: the store cannot hold instants before 1970, and has none."""
    now = datetime(2026, 1, 31, tzinfo=UTC)
    assert instant(since, now, "--since") == datetime(1970, 1, 1, tzinfo=UTC)


def test_waiting_for_grafana_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who pushes to a Grafana that is not there learns at once that it is being waited for, and only once."""
    patience = Patience()
    patience(0)
    patience(0)
    assert capsys.readouterr().err.count("Grafana does not answer yet") == 1


def test_a_label_needs_a_folder_that_is_there(tmp_path: Path) -> None:
    """Who names a folder that does not exist reads of that folder, not of the temporary file within."""
    (picture := tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    common = ["label", "write", str(picture), "--content", "c", "--producer", "P", "--event-hash", "a" * 64]
    refused = tracemark(*common, "--output", tmp_path / "none" / "a.png", check=2)
    assert refused.stderr == "error: --output: its folder does not exist; make it, or name another\n"


@pytest.mark.parametrize(
    ("store", "data", "said"),
    [
        (None, Path("a b"), " --data 'a b'"),
        (None, None, ""),
        ("clickhouse://u:secret@h/db", Path("d"), ""),
    ],
)
def test_a_suggested_command_finds_the_same_store(store: str | None, data: Path | None, said: str) -> None:
    """What a command suggests can be pasted: it names the same directory, and never a URL, which may hold a password."""
    assert same_store(store, data) == said
    verdict: dict[str, Any] = {
        "file": "f",
        "state": "verified",
        "errors": [],
        "claim": {"content_id": "c-1"},
        "event_id": None,
    }
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        say_verdict(verdict, same_store(store, data))
    assert shown.getvalue().endswith(f"trace it with: tracemark trace --content c-1{said}\n")
