"""Worker processes under a supervisor, with commands that are easier to end than a sink."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.waiting import eventually
from tracemark.cli.errors import ExitCode
from tracemark.cli.workers import Workers

STEADY = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with pathlib.Path(sys.argv[1]).open("a") as pids:
    pids.write(f"{os.getpid()}\\n")
while True:
    time.sleep(0.01)
"""
STUBBORN = STEADY.replace("lambda *_: sys.exit(0)", "signal.SIG_IGN")
SUPERVISED = """
import pathlib, sys, threading
from tracemark.cli.workers import stop_with_supervisor
stop = threading.Event()
stop_with_supervisor(int(sys.argv[2]), stop)
pathlib.Path(sys.argv[1]).write_text("started")
stop.wait(60)
pathlib.Path(sys.argv[1]).write_text("stopped")
"""
SUPERVISOR = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2], str(__import__("os").getpid())])
time.sleep(60)
"""


class Running:
    """`Workers.run` in a thread."""

    def __init__(self, workers: Workers) -> None:
        self.stop = threading.Event()
        self.codes: list[ExitCode] = []
        self._thread = threading.Thread(target=lambda: self.codes.append(workers.run(self.stop)))
        self._thread.start()

    def ended(self) -> ExitCode:
        """Wait for the end, and tell how it ended."""
        self._thread.join(60)
        return self.codes[0]


@contextmanager
def running(workers: Workers) -> Generator[Running]:
    """Workers at work, stopped at the end."""
    found = Running(workers)
    try:
        yield found
    finally:
        found.stop.set()
        found.ended()


def _pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_stop_when_told(tmp_path: Path) -> None:
    """On a stop every worker is asked to end, and when all have done so in order the result is fine."""
    files = [tmp_path / "one", tmp_path / "two"]
    workers = Workers(commands={file.name: [sys.executable, "-c", STEADY, str(file)] for file in files})
    with running(workers) as found:
        eventually(lambda: all(_pids(file) for file in files), what="both workers run")
        found.stop.set()
        assert found.ended() is ExitCode.FINE
    assert not any(_is_alive(pid) for file in files for pid in _pids(file))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_died_is_started_again(tmp_path: Path, number: signal.Signals) -> None:
    """A worker that was killed, or ended by somebody else, is replaced; the others go on."""
    killed, other = tmp_path / "killed", tmp_path / "other"
    workers = Workers(commands={file.name: [sys.executable, "-c", STEADY, str(file)] for file in (killed, other)})
    with running(workers):
        eventually(lambda: _pids(killed) and _pids(other), what="both workers run")
        os.kill(_pids(killed)[0], number)
        eventually(lambda: len(_pids(killed)) == 2, what="another one in its place")
        assert len(_pids(other)) == 1
        assert _is_alive(_pids(other)[0])


def test_a_worker_that_cannot_go_on_ends_them_all(tmp_path: Path) -> None:
    """Exit code 2 means that somebody must mend something: nothing is tried again, and the result says so."""
    steady = tmp_path / "steady"
    refusing = (
        f"import pathlib, time\nwhile not pathlib.Path({str(steady)!r}).exists(): time.sleep(0.01)\nraise SystemExit(2)"
    )
    commands = {
        "steady": [sys.executable, "-c", STEADY, str(steady)],
        "refusing": [sys.executable, "-c", refusing],
    }
    with running(Workers(commands=commands)) as found:
        assert found.ended() is ExitCode.COULD_NOT_ASK
    assert not any(_is_alive(pid) for pid in _pids(steady))


def test_a_worker_that_does_not_end_is_killed(tmp_path: Path) -> None:
    """A worker that ignores the request to end is killed when its time is over, and the result tells."""
    file = tmp_path / "stubborn"
    workers = Workers(commands={"stubborn": [sys.executable, "-c", STUBBORN, str(file)]}, stop_within_s=0.2)
    with running(workers) as found:
        eventually(lambda: _pids(file), what="it runs")
        found.stop.set()
        assert found.ended() is ExitCode.COULD_NOT_ASK
    assert not _is_alive(_pids(file)[0])


def test_a_worker_stops_when_its_supervisor_was_killed(tmp_path: Path) -> None:
    """A supervisor that dies of SIGKILL leaves no worker behind."""
    file = tmp_path / "state"
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR, SUPERVISED, str(file)]) as supervisor:
        eventually(lambda: file.exists() and file.read_text() == "started", what="the worker runs")
        supervisor.kill()
    eventually(lambda: file.read_text() == "stopped", what="the worker stops")
