"""Signs of life in headers while a statement runs: asked for, valid HTTP, and never a way to pass an error off as success."""

from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from support.embedded import RunningServer

SLOW = "SELECT sum(sleepEachRow(0.1)) FROM numbers(10) SETTINGS max_block_size = 1"
LATE = "SELECT sum(throwIf(number = 9) + sleepEachRow(0.1)) FROM numbers(10) SETTINGS max_block_size = 1"
ASKED = {"send_progress_in_http_headers": "1", "http_headers_progress_interval_ms": "50"}


@pytest.fixture
def connection(embedded_server: RunningServer) -> Iterator[HTTPConnection]:
    """One connection, for several requests."""
    found = HTTPConnection("127.0.0.1", embedded_server.port, timeout=30)
    yield found
    found.close()


def post(
    connection: HTTPConnection, server: RunningServer, sql: str, settings: dict[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body; repeated headers are kept."""
    connection.request("POST", f"/?{urlencode(settings)}", sql, server.headers())
    response = connection.getresponse()
    return response.status, response.getheaders(), response.read()


def signs(headers: list[tuple[str, str]]) -> int:
    return [name for name, _ in headers].count("X-ClickHouse-Progress")


@pytest.mark.parametrize("form", ["TSV", "JSON", "Native"])
@pytest.mark.parametrize("hold", ["0", "1"])
def test_a_slow_statement_shows_signs_of_life(
    connection: HTTPConnection, embedded_server: RunningServer, form: str, hold: str
) -> None:
    """Headers come while it runs, then the rest of them and the whole answer; the connection can be used again."""
    settings = {**ASKED, "default_format": form, "wait_end_of_query": hold}
    for _ in range(2):
        status, headers, body = post(connection, embedded_server, SLOW, settings)
        assert (status, signs(headers) > 0) == (200, True)
        assert [value for name, value in headers if name == "X-ClickHouse-Format"] == [form]
        assert b"sleepEachRow" in body or body == b"0\n"
    assert post(connection, embedded_server, "SELECT 1", ASKED)[2] == b"1\n"


def test_nobody_who_did_not_ask_gets_any(connection: HTTPConnection, embedded_server: RunningServer) -> None:
    """The interval alone asks for nothing."""
    _, headers, _ = post(connection, embedded_server, SLOW, {"http_headers_progress_interval_ms": "50"})
    assert signs(headers) == 0


def test_an_error_after_a_sign_of_life_is_an_error(connection: HTTPConnection, embedded_server: RunningServer) -> None:
    """The status has been sent; the code is in the header where clients look for it first, the text in the body."""
    status, headers, body = post(connection, embedded_server, LATE, ASKED)
    assert (status, signs(headers) > 0) == (200, True)
    assert ("X-ClickHouse-Exception-Code", "395") in headers
    assert body.startswith(b"Code: 395. DB::Exception: ")
    assert post(connection, embedded_server, "SELECT 1", {})[2] == b"1\n"


def test_what_fails_at_once_keeps_its_status(connection: HTTPConnection, embedded_server: RunningServer) -> None:
    """Before a statement runs nothing is sent early."""
    status, headers, _ = post(connection, embedded_server, "SELECT 1 FROM", ASKED)
    assert (status, signs(headers)) == (400, 0)


def test_a_failed_insert_is_told_to_the_products_own_client(
    embedded_server: RunningServer, embedded_database: str
) -> None:
    """clickhouse-connect asks for signs of life by itself: an insert that fails after one still raises, and stores nothing."""
    client = embedded_server.client(database=embedded_database)
    client.command("CREATE TABLE late (x UInt64) ENGINE = MergeTree ORDER BY x")
    with pytest.raises(DatabaseError, match="395"):
        client.command(f"INSERT INTO late {LATE}", settings=ASKED)
    assert client.query("SELECT count() FROM late").result_rows == [(0,)]
    client.close()
