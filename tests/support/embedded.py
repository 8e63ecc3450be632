"""A real embedded server for tests: a process of its own, which may be killed, or one inside the test's process.

The engine allows one directory per process and one process per directory. So tests share one server (`embedded_server`), each with
a database or tables of its own, and start another process when they want to stop or kill it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from support.waiting import eventually
from tracemark.store.embedded.credentials import Credentials

__all__ = ["Answer", "EmbeddedProcess", "RunningServer", "ask", "embedded_database", "embedded_server", "is_running"]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server somebody else stops."""

    url: str
    credentials: Credentials
    directory: Path

    @property
    def port(self) -> int:
        """The port it listens on."""
        return urlsplit(self.url).port or 0

    def client(self, *, reader: bool = False, database: str = "tracemark", compress: bool | str = False) -> Client:
        """An unmodified clickhouse-connect client, logged in as the writer or the reader."""
        passwords = self.credentials
        return clickhouse_connect.get_client(
            host="127.0.0.1",
            port=self.port,
            username=passwords.reader if reader else passwords.writer,
            password=passwords.reader_password if reader else passwords.writer_password,
            database=database,
            compress=compress,
        )

    def headers(self, *, reader: bool = False) -> dict[str, str]:
        """The login as headers, for tests that speak HTTP themselves."""
        passwords = self.credentials
        if reader:
            return {"X-ClickHouse-User": passwords.reader, "X-ClickHouse-Key": passwords.reader_password}
        return {"X-ClickHouse-User": passwords.writer, "X-ClickHouse-Key": passwords.writer_password}


class EmbeddedProcess:
    """`python -m tracemark.store.embedded` on a directory and a free port. Stopped at the end of the `with` block."""

    def __init__(self, directory: Path, *, listen: str = "127.0.0.1:0") -> None:
        """Nothing is started yet."""
        self.directory = directory
        self._listen = listen
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> RunningServer:
        """Start it and wait until it serves."""
        command = [
            sys.executable,
            "-m",
            "tracemark.store.embedded",
            "--data",
            str(self.directory),
            "--listen",
            self._listen,
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._process = process
        stdout, stderr = process.stdout, process.stderr
        assert stdout is not None
        assert stderr is not None
        line = stdout.readline()
        if not line:
            text = stderr.read().decode(errors="replace")
            self.stop()
            message = f"the embedded server did not start: {text}"
            raise AssertionError(message)
        found = json.loads(line)
        return RunningServer(found["url"], Credentials.read(Path(found["credentials"])), self.directory)

    @property
    def pid(self) -> int:
        """The process now running."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, wait, and return the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(number)
        code = eventually(lambda: _exit_code(process), within=90, what="the embedded server ends")
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        return code - _CODE_SHIFT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


_CODE_SHIFT = 1000
"""So that exit code 0 is true for `eventually`."""


def _exit_code(process: subprocess.Popen[bytes]) -> int:
    code = process.poll()
    return 0 if code is None else code + _CODE_SHIFT


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server process for all tests of a session (of a worker). Never stop it, and take a database of your own."""
    with EmbeddedProcess(tmp_path_factory.mktemp("embedded")) as process:
        yield process.start()
        assert os.getpid() != process.pid


@pytest.fixture
def embedded_database(embedded_server: RunningServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own on the shared server, dropped afterwards."""
    name = f"t_{abs(hash(request.node.nodeid)):x}"
    with embedded_server.client() as client:
        client.command(f"CREATE DATABASE {name} ENGINE = Atomic")
        yield name
        client.command(f"DROP DATABASE {name}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request spoken by hand."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> int:
        """ClickHouse's exception code, 0 when there was none."""
        return int(self.headers.get("x-clickhouse-exception-code", "0"))


def ask(
    server: RunningServer,
    sql: str = "",
    *,
    method: str = "POST",
    path: str = "/",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    login: bool = True,
    reader: bool = False,
    parameters: Mapping[str, str | int] | None = None,
    **more: str | int,
) -> Answer:
    """One HTTP request with `sql`, `parameters` and `more` of them in the URL."""
    url_parameters = {**({"query": sql} if sql else {}), **(parameters or {}), **more}
    url = f"{path}?{urlencode(url_parameters)}" if url_parameters else path
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, url, body, {**(server.headers(reader=reader) if login else {}), **(headers or {})})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


def is_running(server: RunningServer, query_id: str) -> bool:
    """Whether the engine is at work on `query_id`."""
    sql = f"SELECT count() FROM system.processes WHERE Settings['log_comment'] = '{query_id}'"
    return ask(server, sql).body != b"0\n"
