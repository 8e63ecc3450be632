"""Commands of the product as processes of their own that need not import it first: most of their time would go there.

They are forked from a process that has done so (`warm_process`). What is about starting, about PYTHON… settings or about terminals
runs `python -m tracemark.cli.main` itself.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Final

__all__ = ["COMMANDS", "run"]

COMMANDS: Final = ("label", "record", "trace", "keys", "journal", "store", "obligations")
"""Those that end by themselves and need no engine."""

_PROCESS: Final = Path(__file__).with_name("warm_process.py")


def run(
    arguments: Sequence[str], *, env: Mapping[str, str] | None = None, timeout: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run `tracemark` with these arguments and nothing on standard input, to its end; `env` is its whole environment.

    Raises `subprocess.TimeoutExpired`, once the command is killed.
    """
    environment = dict(os.environ if env is None else env)
    order = {"arguments": list(arguments), "env": environment, "cwd": str(Path.cwd())}
    with contextlib.ExitStack() as stack:
        nothing = stack.enter_context(Path(os.devnull).open("rb"))
        (stdout, says), (stderr, complains), (report, reports) = (_pipe(stack) for _ in range(3))
        sent = [nothing, says, complains, reports]
        socket.send_fds(_orders(), [json.dumps(order).encode()], [file.fileno() for file in sent])
        for file in sent:
            file.close()
        pid = int(report.readline())
        killer = threading.Timer(timeout, os.kill, (pid, signal.SIGKILL))
        killer.daemon = True
        killer.start()
        complaints = _Reading(stderr)
        said = stdout.read().decode()
        code = int(report.readline())
        complained = complaints.text()
        killer.cancel()
    command = ["tracemark", *arguments]
    if code == -signal.SIGKILL:
        raise subprocess.TimeoutExpired(command, timeout, said, complained)
    return subprocess.CompletedProcess(command, code, said, complained)


class _Reading(threading.Thread):
    """Reads one stream while another one is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._found = b""
        self.start()

    def run(self) -> None:
        self._found = self._stream.read()

    def text(self) -> str:
        """All of it, once it has ended."""
        self.join()
        return self._found.decode()


def _pipe(stack: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return stack.enter_context(open(reading, "rb")), stack.enter_context(open(writing, "wb"))  # noqa: PTH123 - no path


@cache
def _orders() -> socket.socket:
    """Where to send orders; the process at the other end ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, str(_PROCESS), str(theirs.fileno()), *COMMANDS]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(_end, ours, process)
    return ours


def _end(orders: socket.socket, process: subprocess.Popen[bytes]) -> None:
    orders.close()
    process.wait()
