"""A process that has imported the command line, and forks a child for each command it is sent; `warm` starts it.

Each command is a process of its own, with the arguments, environment, folder and streams that it was sent; only the imports were
made before. A second child waits for it and tells how it ended, so that commands may run side by side.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from tracemark.cli._commands import load
from tracemark.cli.main import main


def _next_command(orders: socket.socket) -> dict[str, Any] | None:
    """Fork at every order: the child gets what to run, this process None once nobody can send orders any more."""
    while True:
        order, files, _, _ = socket.recv_fds(orders, 1 << 20, 4)
        if not order:
            return None
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            told: dict[str, Any] = json.loads(order)
            _wait_for_child(files)
            _take_streams(files)
            return told
        for file in files:
            os.close(file)


def _wait_for_child(files: list[int]) -> None:
    """Return in a child of its own; this process tells its number and how it ended, by the last of the files."""
    pid = os.fork()
    if pid == 0:
        return
    *streams, report = files
    for stream in streams:
        os.close(stream)
    os.write(report, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(report, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _take_streams(files: list[int]) -> None:
    *streams, report = files
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.close(report)


def _run(command: dict[str, Any]) -> None:
    os.chdir(command["cwd"])
    os.environ.clear()
    os.environ.update(command["env"])
    sys.argv[1:] = command["arguments"]
    main()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    importlib.import_module("tracemark.cli._app")  # which `main` imports only when it is called
    for name in sys.argv[2:]:
        load(name)
    gc.freeze()  # what is shared with the children stays shared: their collector need not look at it
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a thread would be lost in the children"
    found = _next_command(socket.socket(fileno=int(sys.argv[1])))
    if found is not None:
        _run(found)
