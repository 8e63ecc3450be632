"""Several processes of one command on one machine: started, started again when they die, stopped together."""

import logging
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tracemark.cli.errors import ExitCode
from tracemark.schemas.clock import Clock, SystemClock

__all__ = ["Workers", "stop_with_supervisor"]

log = logging.getLogger("tracemark.workers")

_LOOK_S: Final = 0.2
_PAUSE_S: Final = 0.5
_PAUSE_LIMIT_S: Final = 30.0
_STEADY_S: Final = 60.0
"""A worker that lived so long is not failing again and again: its next start waits no longer than its first."""


@dataclass(slots=True, kw_only=True)
class _Worker:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    begun: float = 0.0
    start_at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Workers:
    """Watches over processes until told to stop. Their output is this process's own; one `run` at a time.

    Attributes:
        commands: The command of each worker, by its name in the log.
        environment: What they find in their environment beside ours: a command line can be read by everybody on the machine.
        stop_within_s: On a stop: how long they may take before they are killed.
        clock: What pauses are measured with.
    """

    commands: Mapping[str, Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    stop_within_s: float = 60.0
    clock: Clock = field(default_factory=SystemClock)

    def run(self, stop: threading.Event) -> ExitCode:
        """Keep every worker running until `stop` is set, then end them all.

        A worker that was killed or crashed is started again, after a pause that doubles with each failure. One that ends with
        `COULD_NOT_ASK` has said what somebody must mend: then all are ended, and this is the result.
        """
        workers = [_Worker(name=name, command=command) for name, command in self.commands.items()]
        try:
            while not stop.wait(_LOOK_S):
                if not all([self._look(worker) for worker in workers]):  # noqa: C419 - look after every one of them
                    return ExitCode.COULD_NOT_ASK
        finally:
            ended = self._end(workers)
        return ExitCode.FINE if ended else ExitCode.COULD_NOT_ASK

    def _look(self, worker: _Worker) -> bool:
        """Start a worker when it is time; False when one has ended for good."""
        now = self.clock.monotonic()
        if worker.process is None:
            if now >= worker.start_at:
                environment = {**os.environ, **self.environment}
                worker.process = subprocess.Popen(worker.command, stdin=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command
                worker.begun = now
            return True
        if (code := worker.process.poll()) is None:
            return True
        if code == ExitCode.COULD_NOT_ASK:
            log.error("%s cannot go on, see above; stopping all", worker.name)
            return False
        worker.failures = 1 if now - worker.begun > _STEADY_S else worker.failures + 1
        pause = min(_PAUSE_LIMIT_S, _PAUSE_S * 2.0 ** min(worker.failures - 1, 30))
        log.warning("%s ended with %d; starting it again in %.1f s", worker.name, code, pause)
        worker.process, worker.start_at = None, now + pause
        return True

    def _end(self, workers: Sequence[_Worker]) -> bool:
        """End whoever runs; whether all did so by themselves and in order."""
        running = [worker for worker in workers if worker.process is not None]
        for worker in running:
            if worker.process is not None and worker.process.poll() is None:
                worker.process.terminate()
        deadline = self.clock.monotonic() + self.stop_within_s
        return all([self._ended(worker, deadline) for worker in running])  # noqa: C419 - end every one of them

    def _ended(self, worker: _Worker, deadline: float) -> bool:
        if worker.process is None:
            return True
        try:
            code = worker.process.wait(max(0.0, deadline - self.clock.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s does not end; killing it: what it had not committed will come again", worker.name)
            worker.process.kill()
            worker.process.wait()
            return False
        return code == ExitCode.FINE


def stop_with_supervisor(pid: int, stop: threading.Event) -> None:
    """Set `stop` once this process is no longer the child of `pid`: a killed supervisor must not leave workers behind."""

    def watch() -> None:
        while not stop.wait(_LOOK_S):
            if os.getppid() != pid:
                stop.set()

    threading.Thread(target=watch, name="tracemark-supervisor", daemon=True).start()
