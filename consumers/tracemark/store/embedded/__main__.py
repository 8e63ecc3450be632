"""`python -m tracemark.store.embedded --data DIR --listen 127.0.0.1:0`: the bare server, without journals.

Prints one line of JSON (`url`, `credentials`, `pid`) when it serves, and stops on SIGTERM or SIGINT.
"""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from tracemark.store.embedded.config import ServerConfig
from tracemark.store.embedded.credentials import Credentials
from tracemark.store.embedded.engine import EmbeddedEngine
from tracemark.store.embedded.errors import EmbeddedError
from tracemark.store.embedded.server import EmbeddedServer

_LOOK_S = 0.5


def main() -> int:
    """Serve until told to stop. 2 when the directory or the address cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m tracemark.store.embedded", description="Serve one data directory.")
    parser.add_argument("--data", type=Path, required=True, help="the data directory")
    parser.add_argument("--listen", default="127.0.0.1:8123", help="HOST:PORT; port 0 takes a free one")
    arguments = parser.parse_args()
    host, _, port = arguments.listen.rpartition(":")
    if not host or not port.isdecimal():
        parser.error("--listen wants HOST:PORT, such as 127.0.0.1:8123")
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        _serve(arguments.data, ServerConfig(host=host, port=int(port)), over)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _serve(data: Path, config: ServerConfig, over: threading.Event) -> None:
    with EmbeddedEngine.open(data, database=config.database) as engine:
        passwords = Credentials.in_directory(engine.directory.path)
        with EmbeddedServer(engine, config, passwords) as server:
            found = {
                "url": server.url,
                "credentials": str(engine.directory.path / "credentials.json"),
                "pid": os.getpid(),
            }
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
            # Looked for, not only waited for: the kernel may hand the signal to a thread of the engine. Python then only notes it,
            # and a main thread that waits without an end never gets to run the handler.
            while not over.wait(_LOOK_S):
                continue


if __name__ == "__main__":
    sys.exit(main())
