"""A real `tracemark up` on a directory, and services that write to it."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support import warm
from tracemark.sdk.keyring import Keyring
from tracemark.store import Store, StoreConfig

SERVICE = Path(__file__).with_name("service.py")


def tracemark(
    *arguments: str | Path, data: Path | None = None, check: int | None = None, fresh: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; `check` is the exit code it must have, and `fresh` means a Python of its own."""
    where = [] if data is None else ["--data", str(data)]
    told = [*map(str, arguments), *where]
    if told[0] in warm.COMMANDS and not fresh:
        done = warm.run(told, timeout=240)
    else:
        command = [sys.executable, "-m", "tracemark.cli.main", *told]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    if check is not None:
        assert done.returncode == check, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def new_store(data: Path) -> Path:
    """A directory that somebody made for embedded mode, with its keys, and that nobody serves."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "keyring.json").exists():
        Keyring.create().save(data / "keyring.json")
    return data


class LongRunning:
    """A command that prints a ready line and runs until it is told to stop; a context manager."""

    def __init__(self, arguments: Sequence[str | Path], log: Path) -> None:
        self.arguments = arguments
        self.log = log
        self.process: subprocess.Popen[str] | None = None
        self.ready: dict[str, Any] = {}

    def start(self) -> Self:
        """Start it and wait for its ready line."""
        command = [sys.executable, "-m", "tracemark.cli.main", *map(str, self.arguments), "--json"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        self.ready = json.loads(line)
        return self

    def kill(self) -> None:
        """End it as a power cut of the process would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        return self._end(signal.SIGTERM)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None:
            self.stop()

    def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        assert process is not None
        process.send_signal(number)
        code = process.wait(60)
        assert process.stdout is not None
        process.stdout.close()
        return code


class Up(LongRunning):
    """`tracemark up` on a directory; quiet: nothing is written by the clock, unless a test asks for it."""

    def __init__(self, data: Path, *, judge_every: float = 0, canary_every: float = 0) -> None:
        chores = ["--judge-every", str(judge_every), "--canary-every", str(canary_every)]
        super().__init__(["up", "--data", data, "--listen", "127.0.0.1:0", *chores], data.with_suffix(".log"))
        self.data = data

    def store(self) -> Store:
        """Its store, as the writer."""
        return Store.connect(StoreConfig.embedded(self.data))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The answer to a question."""
        with self.store() as store:
            return store.query(sql)


class Service:
    """A real service process that emits generations until told to stop, and writes down every event that was accepted."""

    def __init__(
        self, data: Path, accepted: Path, *, kafka: str = "", count: int = 1_000_000, pause_s: float = 0.0
    ) -> None:
        self.accepted_file = accepted
        url = f"kafka://{kafka}" if kafka else f"embedded://{data}"
        told = (url, data / "keyring.json", accepted, count, pause_s)
        command = [sys.executable, str(SERVICE), *map(str, told)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)

    def accepted(self) -> list[str]:
        """Ids of the events whose `emit` had returned; a line that was being written when the process died does not count."""
        if not self.accepted_file.exists():
            return []
        text = self.accepted_file.read_text()
        return text[: text.rfind("\n") + 1].splitlines()

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self._wait()

    def finish(self) -> None:
        """Let it close its client and end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0

    def _wait(self) -> None:
        self.process.wait(60)
        assert self.process.stdin is not None
        self.process.stdin.close()
