"""An insert that answers 200 is stored, every row of it; one that is not stored never answers 200."""

import gzip
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.embedded import RunningServer, ask, is_running
from support.waiting import eventually

ROWS = b"".join(b'{"a": %d}\n' % number for number in range(20))
SLOW_INSERT = "INSERT INTO t SELECT a FROM input('a UInt64') WHERE sleepEachRow(0.1) = 0 FORMAT JSONEachRow"


@pytest.fixture
def database(embedded_server: RunningServer, embedded_database: str) -> str:
    """A database with a table `t` of one column."""
    ask(embedded_server, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a", database=embedded_database)
    return embedded_database


def _count(server: RunningServer, database: str) -> int:
    return int(ask(server, "SELECT count() FROM t", database=database).body)


def test_a_killed_insert_is_an_error_and_stores_nothing(embedded_server: RunningServer, database: str) -> None:
    """KILL QUERY ends an insert of a few rows with code 394, and none of them is there."""
    with ThreadPoolExecutor() as pool:
        going = pool.submit(ask, embedded_server, SLOW_INSERT, body=ROWS, query_id="slow-1", database=database)
        eventually(lambda: is_running(embedded_server, "slow-1"), what="the insert runs")
        killed = ask(embedded_server, "KILL QUERY WHERE query_id = 'slow-1' SYNC")
        answer = going.result()
    assert killed.status == 200
    assert b"slow-1" in killed.body
    assert (answer.status, answer.code) == (500, 394)
    assert _count(embedded_server, database) == 0


def test_an_insert_out_of_time_is_an_error_and_stores_nothing(embedded_server: RunningServer, database: str) -> None:
    """`max_execution_time` ends an insert with 408, code 159."""
    answer = ask(embedded_server, SLOW_INSERT, body=ROWS, database=database, max_execution_time=1)
    assert (answer.status, answer.code) == (408, 159)
    assert _count(embedded_server, database) == 0


def test_an_insert_out_of_memory_is_an_error(embedded_server: RunningServer, database: str) -> None:
    """`max_memory_usage` ends an insert with code 241."""
    data = b"".join(b"%d\n" % number for number in range(500_000))
    answer = ask(embedded_server, "INSERT INTO t FORMAT TSV", body=data, database=database, max_memory_usage=2_000_000)
    assert (answer.status, answer.code) == (500, 241)
    assert _count(embedded_server, database) == 0


@pytest.mark.parametrize("where", ["url", "body"])
def test_one_bad_row_refuses_the_whole_body(embedded_server: RunningServer, database: str, where: str) -> None:
    """A row that does not parse is a 400, and its neighbours are not stored either."""
    sql = "INSERT INTO t FORMAT JSONEachRow"
    data = ROWS + b'{"a": "no number"}\n'
    if where == "url":
        answer = ask(embedded_server, sql, body=data, database=database)
    else:
        answer = ask(embedded_server, body=sql.encode() + b"\n" + data, database=database)
    assert answer.status == 400
    assert _count(embedded_server, database) == 0


def test_kill_reaches_an_insert_that_is_still_receiving(embedded_server: RunningServer, database: str) -> None:
    """An insert whose body is on its way is not in the engine yet, and is refused all the same once killed."""
    login = embedded_server.headers()
    head = (
        f"POST /?query=INSERT+INTO+t+FORMAT+TSV&query_id=lane-7-a&database={database} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-ClickHouse-User: {login['X-ClickHouse-User']}\r\nX-ClickHouse-Key: {login['X-ClickHouse-Key']}\r\n"
        "Content-Length: 4\r\n\r\n1\n"
    )
    with socket.create_connection(("127.0.0.1", embedded_server.port), timeout=60) as connection:
        connection.sendall(head.encode())
        killing = "KILL QUERY WHERE query_id LIKE 'lane-7-%' ASYNC"
        eventually(lambda: b"lane-7-a" in ask(embedded_server, killing).body, what="the insert is known")
        connection.sendall(b"2\n")
        answer = connection.recv(65536)
    assert b"X-ClickHouse-Exception-Code: 394" in answer
    assert _count(embedded_server, database) == 0


def test_kill_does_not_wait_for_a_client_that_sends_no_more(embedded_server: RunningServer, database: str) -> None:
    """A client that stopped in the middle of its body, like a frozen one, keeps nobody waiting: its insert ends at once."""
    login = embedded_server.headers()
    head = (
        f"POST /?query=INSERT+INTO+t+FORMAT+TSV&query_id=lane-8-a&database={database} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-ClickHouse-User: {login['X-ClickHouse-User']}\r\nX-ClickHouse-Key: {login['X-ClickHouse-Key']}\r\n"
        "Content-Length: 4\r\n\r\n1\n"
    )
    with socket.create_connection(("127.0.0.1", embedded_server.port), timeout=60) as connection:
        connection.sendall(head.encode())
        eventually(lambda: _is_known(embedded_server, "lane-8-a"), what="the insert is known")
        killed = ask(embedded_server, "KILL QUERY WHERE query_id LIKE 'lane-8-%' SYNC")
        assert b"lane-8-a" in killed.body
        assert not _is_known(embedded_server, "lane-8-a")
        assert b"X-ClickHouse-Exception-Code: 394" in connection.recv(65536)
    assert _count(embedded_server, database) == 0


def test_half_a_body_inserts_nothing(embedded_server: RunningServer, database: str) -> None:
    """A client that leaves in the middle of its body has inserted nothing, with a length or in chunks."""
    login = embedded_server.headers()
    for framing, half in (("Content-Length: 40", "1\n2\n"), ("Transfer-Encoding: chunked", "4\r\n1\n2\n\r\n")):
        head = (
            f"POST /?query=INSERT+INTO+t+FORMAT+TSV&query_id=half&database={database} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"X-ClickHouse-User: {login['X-ClickHouse-User']}\r\nX-ClickHouse-Key: {login['X-ClickHouse-Key']}\r\n"
            f"{framing}\r\n\r\n{half}"
        )
        with socket.create_connection(("127.0.0.1", embedded_server.port), timeout=60) as connection:
            connection.sendall(head.encode())
        eventually(lambda: not _is_known(embedded_server, "half"), what="the half request is over")
    assert _count(embedded_server, database) == 0


def test_a_damaged_compressed_body_inserts_nothing(embedded_server: RunningServer, database: str) -> None:
    """A gzip body that was cut, or that goes on with rubbish, is refused; one of several members is read whole."""
    sql, coded = "INSERT INTO t FORMAT JSONEachRow", {"Content-Encoding": "gzip"}
    whole = gzip.compress(ROWS)
    for damaged in (whole[:-5], whole + b"rubbish", b"no gzip at all"):
        assert ask(embedded_server, sql, body=damaged, headers=coded, database=database).status != 200
    assert _count(embedded_server, database) == 0
    assert ask(embedded_server, sql, body=whole + whole, headers=coded, database=database).status == 200
    assert _count(embedded_server, database) == 40


def test_data_that_nothing_reads_are_refused(embedded_server: RunningServer, database: str) -> None:
    """INSERT … SELECT without input() does not swallow a body."""
    answer = ask(embedded_server, "INSERT INTO t SELECT 1", body=b"5\n", database=database)
    assert (answer.status, answer.code) == (400, 36)
    assert _count(embedded_server, database) == 0


def test_the_summary_counts_what_was_written(embedded_server: RunningServer, database: str) -> None:
    """`X-ClickHouse-Summary` of an insert says how many rows were written."""
    answer = ask(embedded_server, "INSERT INTO t FORMAT JSONEachRow", body=ROWS, database=database)
    assert answer.status == 200
    assert '"written_rows": "20"' in answer.headers["x-clickhouse-summary"]
    assert "x-clickhouse-format" not in answer.headers


def test_a_body_beyond_memory_goes_through_a_file(embedded_server: RunningServer, database: str) -> None:
    """A body larger than the memory bound is stored like any other, and leaves no file behind."""
    number = 10_000_000
    data = b"".join(b"%d\n" % value for value in range(number))
    answer = ask(embedded_server, "INSERT INTO t FORMAT TSV", body=data, database=database)
    assert answer.status == 200
    assert _count(embedded_server, database) == number
    assert list(embedded_server.directory.glob("spool-*")) == []


def test_inserts_and_reads_run_side_by_side(embedded_server: RunningServer, database: str) -> None:
    """Eight clients inserting and reading at once lose nothing."""
    ready = threading.Barrier(8)

    def work(client: int) -> int:
        ready.wait()
        done = 0
        for _ in range(10):
            answer = ask(embedded_server, "INSERT INTO t FORMAT TSV", body=b"%d\n" % client * 100, database=database)
            done += 100 * (answer.status == 200)
            assert ask(embedded_server, "SELECT sum(a) FROM t", database=database).status == 200
        return done

    with ThreadPoolExecutor(8) as pool:
        acknowledged = sum(pool.map(work, range(8)))
    assert acknowledged == 8000
    assert _count(embedded_server, database) == 8000


def test_an_insert_whose_body_arrived_outlives_its_client(embedded_server: RunningServer, database: str) -> None:
    """A client that leaves while its rows are being stored does not leave them half stored."""
    login = embedded_server.headers()
    body = SLOW_INSERT.encode() + b"\n" + ROWS
    head = (
        f"POST /?query_id=orphan&database={database} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        f"X-ClickHouse-User: {login['X-ClickHouse-User']}\r\nX-ClickHouse-Key: {login['X-ClickHouse-Key']}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", embedded_server.port), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        eventually(lambda: is_running(embedded_server, "orphan"), what="the insert runs")
    eventually(lambda: not is_running(embedded_server, "orphan"), what="the insert has ended")
    assert _count(embedded_server, database) == 20


def test_a_storm_of_kills_never_makes_an_answer_wrong(embedded_server: RunningServer, database: str) -> None:
    """While KILL … SYNC strikes one lane all the time, every batch answered with 200 is there and whole; other lanes are spared.

    A batch may be there although its answer was 394: the kill came after the rows were stored. An error means *look*.
    """
    lanes, batches = 6, 10
    sql = "INSERT INTO t SELECT a FROM input('a UInt64') WHERE sleepEachRow(0.002) = 0 FORMAT TSV"

    def work(lane: int) -> set[int]:
        done: set[int] = set()
        for batch in range(lane * batches, (lane + 1) * batches):
            data, query_id = b"%d\n" % batch * 50, f"lane-{lane % 2}-{batch}"
            answer = ask(embedded_server, sql, body=data, database=database, query_id=query_id)
            assert answer.code in {0, 394}
            done |= {batch} if answer.status == 200 else set()
        return done

    with ThreadPoolExecutor(lanes) as pool:
        working = [pool.submit(work, lane) for lane in range(lanes)]
        struck = 0
        while not all(one.done() for one in working):
            struck += ask(embedded_server, "KILL QUERY WHERE query_id LIKE 'lane-1-%' SYNC").body.count(b"\n")
        acknowledged = [one.result() for one in working]
    lines = ask(embedded_server, "SELECT a, count() FROM t GROUP BY a", database=database).body.splitlines()
    stored = {int(batch): int(rows) for batch, rows in (line.split() for line in lines)}
    assert set().union(*acknowledged) <= stored.keys()
    assert set(stored.values()) == {50}
    assert [len(acknowledged[lane]) for lane in range(0, lanes, 2)] == [batches] * 3
    assert struck > 0


def _is_known(server: RunningServer, query_id: str) -> bool:
    return query_id.encode() in ask(server, f"KILL QUERY WHERE query_id = '{query_id}' TEST").body
