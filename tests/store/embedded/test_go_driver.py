"""What clickhouse-go sends over HTTP for Grafana's plugin, byte by byte as recorded from the driver, and what it must get back.

Recorded from clickhouse-go 2.47.0 with the plugin's options: HTTP, gzip, a deadline per query, Grafana's headers forwarded. All
requests of one connection of its pool go over one kept-alive connection.
"""

import base64
import socket
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest

from support.embedded import RunningServer
from tracemark.store.embedded.compression import decompressor

REQUEST = (
    "POST /?client_protocol_version=54460&database=tracemark&default_format=Native{more} HTTP/1.1\r\n"
    "Host: 127.0.0.1:{port}\r\n"
    "User-Agent: grafana/13.2.3 clickhouse-datasource/4.20.0 clickhouse-go/2.47.0 "
    "(grafana_user:admin; grafana_dashboard:tracemark-overview; grafana_panel:2; lv:go/1.26.8; os:linux)\r\n"
    "Content-Length: {length}\r\n"
    "{accept}"
    "Authorization: Basic {login}\r\n"
    "X-Dashboard-Uid: tracemark-overview\r\n"
    "X-Grafana-User: admin\r\n"
    "X-Panel-Id: 2\r\n"
    "X-Panel-Title: %E5%90%88%E8%A7%84%E6%80%BB%E8%A7%88\r\n"
    "\r\n"
)
DEADLINE = "&max_execution_time=64"
NO_ROWS = b""
ONE = b"\x01\x01\x011\x05UInt8\x01"


class Driver:
    """One connection of the driver's pool."""

    def __init__(self, server: RunningServer, *, accept: str = "Accept-Encoding: gzip\r\n") -> None:
        self._server = server
        self._accept = accept
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)

    def post(self, sql: str, more: str = "", *, password: str = "") -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer; the connection stays open."""
        known = self._server.credentials
        login = base64.b64encode(f"{known.reader}:{password or known.reader_password}".encode()).decode()
        head = REQUEST.format(more=more, port=self._server.port, length=len(sql), accept=self._accept, login=login)
        self._socket.sendall(head.encode())
        self._socket.sendall(sql.encode())  # the driver's body follows in a packet of its own
        response = HTTPResponse(self._socket)
        response.begin()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def driver(embedded_server: RunningServer) -> Iterator[Driver]:
    found = Driver(embedded_server)
    yield found
    found.close()


def test_a_connection_of_the_pool_from_its_first_byte(driver: Driver) -> None:
    """Greeting, ping, rows, no rows, an error and rows again, on one connection: *Save & test* and every panel."""
    status, _, hello = driver.post("SELECT displayName(), version(), revision(), timezone()")
    assert (status, hello[-4:]) == (200, b"\x03UTC")
    assert driver.post("SELECT 1")[2] == ONE
    rows = driver.post("SELECT 1 AS a, toDateTime64(1700000000.5, 6, 'UTC') AS t", DEADLINE)
    assert rows[2] == b"\x02\x01\x01a\x05UInt8\x01\x01t\x14DateTime64(6, 'UTC') \xe1%\x18$\n\x06\x00"
    status, headers, body = driver.post("SELECT number FROM numbers(0)", DEADLINE)
    assert (status, headers["content-length"], body) == (200, "0", NO_ROWS)
    status, headers, body = driver.post("SELECT * FROM nosuch", DEADLINE)
    assert (status, headers["x-clickhouse-exception-code"]) == (404, "60")
    assert b"DB::Exception" in body  # by these words the plugin tells the store's errors from its own
    assert driver.post("SELECT 1", DEADLINE)[2] == ONE


def test_gzip_that_is_accepted_and_not_asked_for_is_not_used(driver: Driver) -> None:
    """The driver accepts gzip without asking ClickHouse for it: it then reads plain blocks, and no header says otherwise."""
    _, headers, body = driver.post("SELECT number FROM numbers(1000)")
    assert "content-encoding" not in headers
    assert body.startswith(b"\x01\xe8\x07\x06number\x06UInt64")


def test_a_wrong_password_is_told_as_such(driver: Driver) -> None:
    """The plugin shows the text, and sorts it by the code in it."""
    status, _, body = driver.post("SELECT displayName(), version(), revision(), timezone()", password="wrong")  # noqa: S106 - a test's own
    assert status == 403
    assert body.startswith(b"Code: 516. DB::Exception: ")


def test_block_compression_of_the_driver(embedded_server: RunningServer) -> None:
    """With LZ4 the driver sets `compress=1` and unpacks greeting, rows and errors."""
    driver = Driver(embedded_server, accept="")
    for sql, status, begins in (
        ("SELECT displayName(), version(), revision(), timezone()", 200, b"\x01\x00\x02"),
        ("SELECT 1", 200, ONE),
        ("SELECT 1 FROM", 400, b"Code: 62. DB::Exception: "),
    ):
        answer = driver.post(sql, "&compress=1")
        assert answer[0] == status
        assert b"".join(decompressor("clickhouse").feed(answer[2])).startswith(begins)
    driver.close()
