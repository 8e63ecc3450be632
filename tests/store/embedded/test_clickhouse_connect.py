"""An unmodified clickhouse-connect finds here what it finds on a ClickHouse server."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError
from clickhouse_connect.driver.external import ExternalData

from support.embedded import RunningServer

AT = datetime(2026, 1, 2, 3, 4, 5, 678901)  # noqa: DTZ001 - DateTime64 without a zone comes back naive


@pytest.fixture
def client(embedded_server: RunningServer, embedded_database: str) -> Iterator[Client]:
    """A writer with a database of its own and a table `t` in it."""
    with embedded_server.client(database=embedded_database) as found:
        found.command("CREATE TABLE t (a UInt64, b String, at DateTime64(6)) ENGINE = MergeTree ORDER BY a")
        yield found


def test_command_returns_values_and_runs_ddl(client: Client) -> None:
    """`command` gives back scalars, lists and, for DDL, a summary."""
    assert client.command("SELECT 1 + 1") == 2
    assert client.command("SELECT 1, 'x'") == ["1", "x"]
    assert client.command("SHOW TABLES") == "t"
    client.command("DROP TABLE t")
    assert client.command("EXISTS TABLE t") == 0


@pytest.mark.parametrize("compress", [False, True, "lz4", "zstd", "gzip"])
def test_rows_come_back_as_they_were_inserted(
    embedded_server: RunningServer, client: Client, compress: bool | str
) -> None:
    """Rows and columns survive insert and typed query with every compression the client knows."""
    with embedded_server.client(database=client.database or "", compress=compress) as other:
        rows = [[1, "第一", AT], [2, "e\u0301 🎈", AT]]
        summary = other.insert("t", rows, column_names=["a", "b", "at"])
        assert summary.written_rows == 2
        other.insert("t", [[3], ["x" * 100_000], [AT]], column_names=["a", "b", "at"], column_oriented=True)
        found = other.query("SELECT a, b, at FROM t ORDER BY a")
    assert found.result_rows == [(1, "第一", AT), (2, "e\u0301 🎈", AT), (3, "x" * 100_000, AT)]


def test_parameters_and_settings_reach_the_engine(client: Client) -> None:
    """Server-side parameters keep their exact value, and a request's settings are in force."""
    odd = "tab\t'quote' \\ back\nline 🎈"
    parameters = {"s": odd, "n": 7, "list": ["a", "b'c"], "at": datetime(2026, 1, 1, tzinfo=UTC)}
    query = "SELECT {s:String}, {n:UInt64}, {list:Array(String)}, {at:DateTime}, getSetting('max_threads')"
    row = client.query(query, parameters=parameters, settings={"max_threads": 3}).result_rows[0]
    assert row[:3] == (odd, 7, ["a", "b'c"])
    assert row[4] == 3


def test_streams_arrive_block_by_block(client: Client) -> None:
    """A streaming query hands out many blocks and every row once."""
    with client.query_row_block_stream(
        "SELECT number FROM numbers(1000000)", settings={"max_block_size": 65536}
    ) as stream:
        blocks = [len(block) for block in stream]
    assert sum(blocks) == 1_000_000
    assert len(blocks) > 5


def test_an_error_in_the_middle_of_a_stream_is_raised(client: Client) -> None:
    """A query that fails after megabytes of rows raises the engine's error instead of ending early."""
    query = "SELECT number, throwIf(number = 1900000) FROM numbers(2000000)"
    settings = {"max_block_size": 10000, "wait_end_of_query": 0}
    with (
        pytest.raises(StreamFailureError, match="Code: 395"),
        client.query_row_block_stream(query, settings=settings) as stream,
    ):
        for _ in stream:
            pass


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT * FROM nowhere", 60),
        ("SELECT nothing", 47),
        ("SELECT nofunction(1)", 46),
        ("SELEC 1", 62),
        ("SELECT 1; SELECT 2", 62),
        ("SELECT throwIf(1)", 395),
        ("SELECT 1 FORMAT Nonsense", 73),
        ("CREATE USER somebody", 48),
    ],
)
def test_errors_carry_the_engines_code(client: Client, sql: str, code: int) -> None:
    """Each kind of failure is raised under ClickHouse's own code, its text not repeated."""
    with pytest.raises(DatabaseError, match=f"code: {code},") as failure:
        client.command(sql)
    assert str(failure.value).count("DB::Exception") == 1


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("JSONEachRow", b'{"a": 5, "b": "five"}\n'),
        ("CSV", b'5,"five"\n'),
        ("TabSeparated", b"5\tfive\n"),
        ("Values", b"(5, 'five')"),
        ("RowBinary", (5).to_bytes(8, "little") + b"\x04five"),
    ],
)
def test_raw_inserts_in_any_format(client: Client, form: str, data: bytes) -> None:
    """`raw_insert` stores what the format says."""
    client.raw_insert("t", ["a", "b"], insert_block=data, fmt=form)
    assert client.query("SELECT a, b FROM t").result_rows == [(5, "five")]


def test_a_parquet_file_goes_out_and_in(client: Client) -> None:
    """A format that needs random access is written by `raw_query` and read by `raw_insert`."""
    file = client.raw_query("SELECT number AS a, toString(number) AS b FROM numbers(10)", fmt="Parquet")
    client.raw_insert("t", ["a", "b"], insert_block=gzip.compress(file), fmt="Parquet", compression="gzip")
    assert client.command("SELECT sum(a) FROM t") == 45


def test_a_session_keeps_its_state(client: Client) -> None:
    """SET, USE and temporary tables last for the session; a setting in an URL lasts for its request."""
    client.command("CREATE TEMPORARY TABLE mine (x UInt8)")
    client.command("INSERT INTO mine VALUES (4)")
    client.command("SET max_block_size = 4321")
    assert client.command("SELECT x FROM mine") == 4
    assert client.query("SELECT getSetting('max_block_size')", settings={"max_block_size": 999}).result_rows == [(999,)]
    assert client.command("SELECT getSetting('max_block_size')") == 4321


def test_an_insert_may_select_from_its_input(client: Client) -> None:
    """`INSERT … SELECT … FROM input('…')` reads the body, with its parameters and its guard."""
    insert = (
        "INSERT INTO t SELECT a, concat(b, {tail:String}), at FROM input('a UInt64, b String, at DateTime64(6)') "
        "WHERE throwIf((SELECT {epoch:UInt64}) < 3) = 0 FORMAT JSONEachRow"
    )
    data = '{"a": 1, "b": "x", "at": "2026-01-02 03:04:05.678901"}\n'
    client.command(insert, data=data, parameters={"tail": "!", "epoch": 3})
    with pytest.raises(DatabaseError, match="code: 395"):
        client.command(insert, data=data, parameters={"tail": "!", "epoch": 2})
    assert client.query("SELECT a, b, at FROM t").result_rows == [(1, "x!", AT)]


@pytest.mark.parametrize("reader", [False, True], ids=["writer", "reader"])
def test_parameters_too_long_for_a_url_come_as_a_form(embedded_server: RunningServer, *, reader: bool) -> None:
    """The client moves statement and parameters into a form beyond 4,096 characters; nothing of them is lost on the way."""
    ids = [f"id-{number}-é'\\ \t\n" for number in range(2000)]
    client = embedded_server.client(reader=reader)
    sql = "SELECT length({ids:Array(String)}), {ids:Array(String)}[2000], {one:UInt8}"
    [row] = client.query(sql, parameters={"ids": ids, "one": 7}).result_rows
    assert row == (2000, ids[-1], 7)
    client.close()


@pytest.mark.parametrize("reader", [False, True])
def test_tables_may_be_sent_along(embedded_server: RunningServer, reader: bool) -> None:
    """External tables live for one query, also in the session that the client keeps."""
    client = embedded_server.client(reader=reader)
    data = ExternalData(data=b"1\ta\n2\tb\n", file_name="sent_along", fmt="TSV", structure=["x UInt8", "y String"])
    for _ in range(2):
        found = client.query("SELECT y FROM sent_along WHERE x = {x:UInt8}", parameters={"x": 2}, external_data=data)
        assert found.result_rows == [("b",)]
    with pytest.raises(DatabaseError, match="sent_along"):
        client.query("SELECT * FROM sent_along")
    client.close()
