"""The processes of the demo: `tracemark up`, and the services."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tracemark.cli.errors import CommandError

__all__ = ["Performer", "running_up"]

_STOP_S = 30.0
_SERVICE = "tracemark.cli.demo.service"
_COMMAND = "tracemark.cli.main"


@contextmanager
def running_up(data: Path, listen: str, log: Path) -> Generator[str]:
    """Run `tracemark up` as a child of ours; gives the URL it serves. Raises `CommandError` when it does not start."""
    command = [sys.executable, "-m", _COMMAND, "up", "--data", str(data), "--listen", listen, "--json"]
    command += ["--canary-every", "0"]  # the account that the demo shows is that of its services
    with log.open("a") as errors:
        # A process group of its own: Ctrl-C reaches the demo alone, which then ends this child in good order.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True)  # noqa: S603 - ourselves
    try:
        yield _ready(process, log)
    finally:
        process.terminate()
        process.wait(_STOP_S)
        if process.stdout is not None:
            process.stdout.close()


def _ready(process: subprocess.Popen[str], log: Path) -> str:
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        said = log.read_text(encoding="utf-8").strip().splitlines()
        reason = said[-1].removeprefix("error: ") if said else "it said nothing"
        raise CommandError(f"tracemark up does not start: {reason}")
    return str(json.loads(line)["url"])


class Performer:
    """One service of the demo, in a process of its own, and what it reported."""

    def __init__(self, job: Mapping[str, Any], advance: Callable[[int], None]) -> None:
        """Start it; `advance` is called, on a thread of this object's own, with every further event that it reports."""
        self.service_id = str(job["service_id"])
        self.events = int(job["events"])
        self.kill_it = bool(job["to_be_killed"])
        self.featured: dict[str, str] = {}
        self.emitted = 0
        self._advance = advance
        command = [sys.executable, "-m", _SERVICE]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._thread = threading.Thread(target=self._listen, args=(json.dumps(job),), name=f"demo-{self.service_id}")
        self._thread.start()

    def finish(self, timeout_s: float) -> None:
        """Wait for its end. Raises `CommandError` when it failed, or took too long."""
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            self.stop()
            raise CommandError(f"{self.service_id} did not end within {timeout_s:.0f} s; look for a slow disk")
        if self._process.wait() != 0 and not self.kill_it:
            raise CommandError(f"{self.service_id} failed; what it wrote to standard error says why")

    def stop(self) -> None:
        """End it without ceremony: SIGKILL, as a machine that runs out of memory would."""
        self._process.kill()

    def _listen(self, job: str) -> None:
        with self._process as process:
            if process.stdin is None or process.stdout is None:
                return
            process.stdin.write(job + "\n")
            process.stdin.flush()
            for line in process.stdout:
                self._take(json.loads(line))

    def _take(self, report: Mapping[str, Any]) -> None:
        emitted = min(int(report["emitted"]), self.events)
        self._advance(max(0, emitted - self.emitted))
        self.emitted = max(self.emitted, emitted)
        self.featured = report.get("featured") or self.featured
        if self.kill_it and emitted >= self.events:
            self.stop()
