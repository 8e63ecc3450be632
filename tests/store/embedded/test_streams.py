"""Long answers: flat in memory, ended when nobody wants them, never passed off as complete when they are not."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from support.embedded import EmbeddedProcess, RunningServer, ask, is_running
from support.waiting import eventually

ENDLESS = "SELECT number, sleepEachRow(0.001) FROM numbers(1000000000) SETTINGS max_block_size = 100"


def _open(server: RunningServer, sql: str, query_id: str, form: str) -> socket.socket:
    login = server.headers()
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    head = (
        f"POST /?query_id={query_id}&default_format={form} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(sql)}\r\n"
        f"X-ClickHouse-User: {login['X-ClickHouse-User']}\r\nX-ClickHouse-Key: {login['X-ClickHouse-Key']}\r\n\r\n{sql}"
    )
    connection.sendall(head.encode())
    return connection


@pytest.mark.parametrize("form", ["Native", "JSON"])
@pytest.mark.parametrize("sql", [ENDLESS, "SELECT sleepEachRow(3) FROM numbers(1000) SETTINGS max_block_size = 1"])
def test_a_client_that_leaves_ends_its_query(embedded_server: RunningServer, form: str, sql: str) -> None:
    """When the client hangs up, the engine stops working for it."""
    query_id = f"left-{form}-{len(sql)}"
    with _open(embedded_server, sql, query_id, form):
        eventually(lambda: is_running(embedded_server, query_id), what="the query runs")
    eventually(lambda: not is_running(embedded_server, query_id), within=90, what="the query has ended")


@pytest.mark.parametrize("form", ["Native", "JSON"])
def test_a_client_that_leaves_in_the_middle_of_rows_ends_its_query(embedded_server: RunningServer, form: str) -> None:
    """The same, when megabytes were already on their way to a client that stopped reading."""
    query_id = f"stalled-{form}"
    with _open(embedded_server, "SELECT number FROM numbers(100000000000)", query_id, form) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        assert is_running(embedded_server, query_id)
    eventually(lambda: not is_running(embedded_server, query_id), within=90, what="the query has ended")


@pytest.mark.parametrize("form", ["Native", "JSONEachRow", "JSON", "Parquet"])
@pytest.mark.parametrize("hold", [0, 1])
def test_a_killed_query_is_an_error_in_any_format(embedded_server: RunningServer, form: str, hold: int) -> None:
    """KILL QUERY turns a running SELECT into an error, before the first byte or in the stream."""
    query_id = f"killed-{form}-{hold}"
    with ThreadPoolExecutor() as pool:
        going = pool.submit(
            ask, embedded_server, ENDLESS, query_id=query_id, default_format=form, wait_end_of_query=hold
        )
        eventually(lambda: is_running(embedded_server, query_id), what="the query runs")
        ask(embedded_server, f"KILL QUERY WHERE query_id = '{query_id}' SYNC")
        answer = going.result()
    assert answer.code == 394 or b"Code: 394" in answer.body


@pytest.mark.parametrize("form", ["Native", "JSON"])
def test_a_query_out_of_time_is_an_error(embedded_server: RunningServer, form: str) -> None:
    """A SELECT that runs into `max_execution_time` is a 408, not a short answer."""
    answer = ask(embedded_server, ENDLESS, max_execution_time=1, default_format=form)
    assert (answer.status, answer.code) == (408, 159)


def test_an_error_in_the_stream_ends_with_the_tagged_block(embedded_server: RunningServer) -> None:
    """After rows were sent, the error follows them in the form clients look for."""
    sql = "SELECT number, throwIf(number = 1900000) FROM numbers(2000000) SETTINGS max_block_size = 10000"
    answer = ask(embedded_server, sql)
    tag = answer.headers["x-clickhouse-exception-tag"].encode()
    assert answer.status == 200
    assert len(tag) == 16
    head, _, block = answer.body.partition(b"\r\n__exception__\r\n" + tag + b"\r\n")
    assert head.startswith(b"0\t0\n1\t0\n")
    message, _, tail = block.partition(b"\n")
    assert message.startswith(b"Code: 395. DB::Exception: ")
    assert tail == b"%d %b\r\n__exception__\r\n" % (len(message) + 1, tag)


def test_memory_stays_flat_while_much_is_read(tmp_path: Path) -> None:
    """Hundreds of megabytes read by a slow client do not pile up in the server, in either way of streaming."""
    with EmbeddedProcess(tmp_path / "data") as process:
        server = process.start()
        ask(server, "SELECT number FROM numbers(20000000)", default_format="Native")  # caches and allocator warm
        before = _memory(process.pid)
        for form in ("Native", "JSONCompact"):
            with _open(server, "SELECT number, number * 2 FROM numbers(20000000)", f"much-{form}", form) as connection:
                received = 0
                while received < 300_000_000 and (data := connection.recv(1 << 20)):
                    received += len(data)
            assert received >= 300_000_000
            eventually(partial(_is_over, server, f"much-{form}"), what="the query has ended")
        assert _memory(process.pid) - before < 150 << 20


def _is_over(server: RunningServer, query_id: str) -> bool:
    return not is_running(server, query_id)


def _memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
