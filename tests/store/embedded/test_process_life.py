"""The server as a process: killed, started again, started twice, started on somebody else's directory."""

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest

from support.embedded import EmbeddedProcess, RunningServer, ask, is_running
from support.waiting import eventually
from tracemark.store.embedded import Endpoint

ROWS = 500
CREATE = "CREATE TABLE IF NOT EXISTS t (batch UInt64, row UInt64) ENGINE = MergeTree ORDER BY (batch, row)"


class _Writer(threading.Thread):
    """Inserts one numbered batch after the other until the server is gone, and remembers which were acknowledged."""

    def __init__(self, server: RunningServer, first: int) -> None:
        super().__init__()
        self._server = server
        self.next = first
        self.acknowledged: list[int] = []

    def has_acknowledged(self, batches: int) -> bool:
        return len(self.acknowledged) >= batches

    def run(self) -> None:
        while True:
            batch = self.next
            self.next += 1
            data = b"".join(b"%d\t%d\n" % (batch, row) for row in range(ROWS))
            try:
                answer = ask(self._server, "INSERT INTO t FORMAT TSV", body=data)
            except (OSError, HTTPException):
                return
            if answer.status != 200:
                return
            self.acknowledged.append(batch)


def _rounds(directory: Path, rounds: int) -> None:
    """Kill the server `rounds` times in full flow; after each start, hold the table against what was acknowledged."""
    process = EmbeddedProcess(directory)
    acknowledged: set[int] = set()
    first = 0
    with process:
        for _ in range(rounds):
            server = process.start()
            ask(server, CREATE)
            writer = _Writer(server, first)
            writer.start()
            eventually(partial(writer.has_acknowledged, 10), what="batches are acknowledged")
            process.kill()
            writer.join()
            acknowledged |= set(writer.acknowledged)
            first = writer.next
        server = process.start()
        counted = ask(server, "SELECT batch, count(), uniqExact(row) FROM t GROUP BY batch FORMAT TSV").body
        stored = {
            int(batch): (int(rows), int(kinds))
            for batch, rows, kinds in (line.split() for line in counted.splitlines())
        }
        assert acknowledged <= stored.keys(), "an acknowledged batch is gone"
        assert set(stored.values()) == {(ROWS, ROWS)}, "a batch is there in part, or twice"
        assert b"\t0\t" not in ask(server, "CHECK TABLE t").body


def test_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """After kill -9 in full flow every acknowledged batch is there, whole and once."""
    _rounds(tmp_path / "data", 3)


@pytest.mark.slow
def test_many_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    """The same over many rounds on one directory."""
    _rounds(tmp_path / "data", 20)


def test_a_second_process_is_told_who_has_the_directory(tmp_path: Path) -> None:
    """Starting twice on one directory fails with the pid and the URL to use, and leaves the first alone."""
    with EmbeddedProcess(tmp_path / "data") as first:
        server = first.start()
        with EmbeddedProcess(tmp_path / "data") as second, pytest.raises(AssertionError) as failure:
            second.start()
        assert f"is in use by process {first.pid}" in str(failure.value)
        assert server.url in str(failure.value)
        assert ask(server, "SELECT 1").body == b"1\n"


def test_the_same_directory_serves_again_after_a_stop(tmp_path: Path) -> None:
    """Tables, rows and passwords outlive the process; the endpoint file does not."""
    directory = tmp_path / "data"
    with EmbeddedProcess(directory) as process:
        server = process.start()
        ask(server, "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
        ask(server, "INSERT INTO t VALUES (5)")
        assert Endpoint.read(directory) == Endpoint(url=server.url, pid=process.pid)
        assert process.stop() == 0
        assert Endpoint.read(directory) is None
        again = process.start()
        assert again.credentials == server.credentials
        assert ask(again, "SELECT a FROM t").body == b"5\n"


def test_an_endpoint_left_by_a_kill_is_not_believed(tmp_path: Path) -> None:
    """After kill -9 the endpoint file is still there, but nobody is told to use it."""
    with EmbeddedProcess(tmp_path / "data") as process:
        process.start()
        process.kill()
        assert (tmp_path / "data" / "endpoint.json").exists()
        assert Endpoint.read(tmp_path / "data") is None


@pytest.mark.parametrize("version", ['{"format": 99, "engine": "x"}', '{"form', None])
def test_a_directory_of_another_version_is_left_alone(tmp_path: Path, version: str | None) -> None:
    """An unknown format is refused with the remedy, and not one byte of the directory changes."""
    directory = tmp_path / "data"
    (directory / "store").mkdir(parents=True)
    (directory / "store" / "precious").write_text("do not touch")
    if version is not None:
        (directory / "version.json").write_text(version)
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    with (
        EmbeddedProcess(directory) as process,
        pytest.raises(AssertionError, match="open it with the release that wrote it"),
    ):
        process.start()
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == before


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The passwords differ, and nobody else can read the file or the directory."""
    with EmbeddedProcess(tmp_path / "data") as process:
        server = process.start()
        mode = (tmp_path / "data" / "credentials.json").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        assert server.credentials.writer_password != server.credentials.reader_password
        assert server.credentials.writer_password not in repr(server.credentials)


def test_sigterm_ends_running_queries_and_exits_cleanly(tmp_path: Path) -> None:
    """A stop does not wait for a long query: its client gets an error, and the exit code is 0."""
    with EmbeddedProcess(tmp_path / "data") as process, ThreadPoolExecutor() as pool:
        server = process.start()
        sql = "SELECT sleepEachRow(1) FROM numbers(100) SETTINGS max_block_size = 1"
        going = pool.submit(ask, server, sql, query_id="long")
        eventually(lambda: is_running(server, "long"), what="the query runs")
        assert process.stop() == 0
        assert going.result().code == 394


def test_a_taken_address_is_a_clear_error(tmp_path: Path) -> None:
    """An address in use is refused with what to do."""
    with EmbeddedProcess(tmp_path / "one") as first:
        server = first.start()
        second = EmbeddedProcess(tmp_path / "two", listen=f"127.0.0.1:{server.port}")
        with (
            second,
            pytest.raises(
                AssertionError, match=r"cannot listen on \S+ \(Address already in use\): choose another address"
            ),
        ):
            second.start()


def test_the_lock_says_who_holds_it(tmp_path: Path) -> None:
    """The lock file holds pid and URL, for people who look."""
    with EmbeddedProcess(tmp_path / "data") as process:
        server = process.start()
        assert json.loads((tmp_path / "data" / "lock").read_text()) == {"url": server.url, "pid": process.pid}
