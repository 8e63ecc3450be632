"""ClickHouse's HTTP protocol, spoken by hand where a client would hide the details."""

import base64
import gzip
import http.client
import json
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import lz4.frame
import pytest
import zstandard

from support.embedded import Answer, RunningServer, ask, is_running
from support.waiting import eventually
from tracemark.store.embedded.compression import compressor, decompressor


def test_ping_needs_no_login(embedded_server: RunningServer) -> None:
    """Health checks are answered to anybody, and tell nothing else."""
    for path in ("/ping", "/replicas_status"):
        answer = ask(embedded_server, path=path, method="GET", login=False)
        assert (answer.status, answer.body) == (200, b"Ok.\n")


def test_unknown_paths_and_methods_are_refused(embedded_server: RunningServer) -> None:
    """There is one endpoint, for GET and POST."""
    assert ask(embedded_server, path="/play", method="GET").status == 404
    assert ask(embedded_server, "SELECT 1", method="DELETE").status == 405
    assert ask(embedded_server, "SELECT 1", method="PUT").status == 405


def _login(server: RunningServer, kind: str, password: str | None = None) -> Answer:
    user, secret = server.credentials.writer, password or server.credentials.writer_password
    match kind:
        case "basic":
            value = "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
            return ask(server, "SELECT 1", login=False, headers={"Authorization": value})
        case "headers":
            headers = {"X-ClickHouse-User": user, "X-ClickHouse-Key": secret}
            return ask(server, "SELECT 1", login=False, headers=headers)
        case _:
            return ask(server, "SELECT 1", login=False, user=user, password=secret)


@pytest.mark.parametrize("kind", ["basic", "headers", "url"])
def test_each_way_to_log_in(embedded_server: RunningServer, kind: str) -> None:
    """Basic, ClickHouse's headers and URL parameters work; a wrong password is 403, code 516, in each."""
    assert _login(embedded_server, kind).status == 200
    refused = _login(embedded_server, kind, "wrong")
    assert (refused.status, refused.code) == (403, 516)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Bearer x"},
        {"X-ClickHouse-User": "default", "X-ClickHouse-Key": ""},
    ],
)
def test_nobody_gets_in_without_a_password(embedded_server: RunningServer, headers: dict[str, str]) -> None:
    """No login, a broken one and the user `default` are all refused."""
    answer = ask(embedded_server, "SELECT 1", login=False, headers=headers)
    assert (answer.status, answer.code) == (403, 516)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8123", ""])
def test_other_host_names_are_refused(embedded_server: RunningServer, host: str) -> None:
    """A page that made its own name point at loopback gets nothing."""
    answer = ask(embedded_server, "SELECT 1", headers={"Host": host})
    assert answer.status == 421
    assert ask(embedded_server, "SELECT 1", headers={"Host": "localhost:1"}).status == 200


def test_the_statement_comes_in_the_url_the_body_or_both(embedded_server: RunningServer) -> None:
    """As on a server: the body goes on where the URL's query ends."""
    assert ask(embedded_server, "SELECT 1").body == b"1\n"
    assert ask(embedded_server, body=b"SELECT 2").body == b"2\n"
    assert ask(embedded_server, "SELECT 1,", body=b" 2 FORMAT CSV").body == b"1,2\n"
    assert ask(embedded_server, "SELECT 1", method="GET").body == b"1\n"
    empty = ask(embedded_server)
    assert (empty.status, empty.code) == (400, 62)


@pytest.mark.parametrize(
    "tail",
    [
        "FORMAT JSONEachRow",
        "format JSONEachRow;",
        "SETTINGS max_threads = 1 FORMAT JSONEachRow",
        "FORMAT JSONEachRow SETTINGS max_threads = 1",
        "FORMAT JSONEachRow -- rows",
    ],
)
def test_the_statements_format_beats_the_default(embedded_server: RunningServer, tail: str) -> None:
    """A FORMAT clause wins wherever it may stand."""
    answer = ask(embedded_server, f"SELECT 1 AS x {tail}", default_format="CSV")
    assert answer.body == b'{"x":1}\n'
    assert answer.headers["x-clickhouse-format"] == "JSONEachRow"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT number AS n FROM numbers(3)",
        "SHOW TABLES FROM system LIKE 'one'",
        "DESCRIBE system.one",
        "EXPLAIN SELECT 1",
        "SELECT number % 2 AS k, count() AS c FROM numbers(9) GROUP BY k WITH TOTALS ORDER BY k",
    ],
)
def test_json_is_one_document(embedded_server: RunningServer, sql: str) -> None:
    """A format with something around its rows comes out whole, however many blocks there were."""
    answer = ask(embedded_server, sql, default_format="JSON", max_block_size=1)
    found = json.loads(answer.body)
    assert found["rows"] == len(found["data"]) > 0


@pytest.mark.parametrize("rows", [1, 3])
def test_an_array_of_rows_is_one_array(embedded_server: RunningServer, rows: int) -> None:
    """A setting that puts something around the rows holds for all blocks together."""
    sql = f"SELECT number FROM numbers({rows}) FORMAT JSONEachRow"
    answer = ask(embedded_server, sql, output_format_json_array_of_rows=1, max_block_size=1)
    assert json.loads(answer.body) == [{"number": number} for number in range(rows)]


@pytest.mark.parametrize(
    "sql",
    [
        "optimize = 1 SELECT 1; DROP TABLE kept",
        "optimize = 1 SELECT 1; DROP TABLE kept; SELEC",
        "SELECT 1; DROP TABLE kept; SELEC",
        "DROP TABLE kept; SELEC",
        "SELECT 1; DROP TABLE kept",
        "DROP TABLE kept PARALLEL WITH DROP TABLE kept",
    ],
)
def test_no_statement_hides_behind_another(embedded_server: RunningServer, embedded_database: str, sql: str) -> None:
    """Of several statements none is run, also when they do not parse, or parse only behind a word of ours."""
    ask(embedded_server, "CREATE TABLE kept (a UInt8) ENGINE = Memory", database=embedded_database)
    answer = ask(embedded_server, body=sql.encode(), database=embedded_database)
    assert (answer.status, answer.code) == (400, 62)
    assert ask(embedded_server, "EXISTS TABLE kept", database=embedded_database).body == b"1\n"


@pytest.mark.parametrize("form", ["JSON; DROP TABLE kept", "JSON SETTINGS max_threads = 1", "`JSON`", "''"])
def test_a_format_is_a_plain_word(embedded_server: RunningServer, form: str) -> None:
    """A format's name becomes part of a statement, so nothing else may stand in it."""
    assert ask(embedded_server, "SELECT 1", default_format=form).code == 73


def test_an_empty_native_answer_has_length_zero(embedded_server: RunningServer) -> None:
    """clickhouse-go takes nothing else for an empty result."""
    answer = ask(embedded_server, "SELECT number FROM numbers(0)", default_format="Native")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "0")


def test_the_query_id_is_echoed_and_unique(embedded_server: RunningServer) -> None:
    """A given id comes back; while it runs, it is taken."""
    assert ask(embedded_server, "SELECT 1", query_id="my-id").headers["x-clickhouse-query-id"] == "my-id"
    with ThreadPoolExecutor() as pool:
        going = pool.submit(
            ask, embedded_server, "SELECT sleepEachRow(1) FROM numbers(3) SETTINGS max_block_size = 1", query_id="same"
        )
        eventually(lambda: is_running(embedded_server, "same"), what="the query runs")
        assert ask(embedded_server, "SELECT 1", query_id="same").code == 216
        assert going.result().status == 200


def test_kill_of_nothing_and_bad_conditions(embedded_server: RunningServer) -> None:
    """KILL that matches nothing is an empty answer; one that cannot be evaluated is an error."""
    assert ask(embedded_server, "KILL QUERY WHERE query_id = 'none' SYNC").body == b""
    assert ask(embedded_server, "KILL QUERY WHERE nonsense = 1").code == 47
    assert ask(embedded_server, "KILL QUERY").code == 62


def test_one_session_serves_one_request_at_a_time(embedded_server: RunningServer) -> None:
    """A second request of a busy session is refused, and `session_check` wants an old session."""
    with ThreadPoolExecutor() as pool:
        slow = "SELECT sleepEachRow(1) FROM numbers(2) SETTINGS max_block_size = 1"
        going = pool.submit(ask, embedded_server, slow, session_id="busy", query_id="busy-1")
        eventually(lambda: is_running(embedded_server, "busy-1"), what="the query runs")
        assert ask(embedded_server, "SELECT 1", session_id="busy").code == 373
        assert going.result().status == 200
    assert ask(embedded_server, "SELECT 1", session_id="never-seen", session_check=1).code == 372


def test_a_requests_own_settings_do_not_stay_in_its_session(embedded_server: RunningServer) -> None:
    """URL settings and database are put back; SET and USE stay."""
    ask(embedded_server, "SET max_block_size = 1234", session_id="s", max_threads=3)
    ask(embedded_server, "USE system", session_id="s", database="tracemark")
    shown = "SELECT currentDatabase(), getSetting('max_block_size'), getSetting('max_threads') = 3"
    assert ask(embedded_server, shown, session_id="s", database="").body == b"tracemark\t1234\t0\n"


def _exchange(server: RunningServer, sql: str, coding: str) -> tuple[Answer, bytes]:
    answer = ask(server, sql, headers={"Accept-Encoding": coding}, enable_http_compression=1)
    match coding:
        case "gzip":
            return answer, gzip.decompress(answer.body)
        case "deflate":
            return answer, zlib.decompress(answer.body)
        case "zstd":
            return answer, zstandard.ZstdDecompressor().decompressobj().decompress(answer.body)
        case _:
            return answer, bytes(lz4.frame.decompress(answer.body))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "lz4"])
@pytest.mark.parametrize("rows", [3, 500_000])
def test_answers_are_compressed_on_request(embedded_server: RunningServer, coding: str, rows: int) -> None:
    """Each coding works for short and for streamed answers, and only when the client asks for compression."""
    sql = f"SELECT number FROM numbers({rows})"
    answer, plain = _exchange(embedded_server, sql, coding)
    assert answer.headers["content-encoding"] == coding
    assert plain == b"".join(b"%d\n" % number for number in range(rows))
    unasked = ask(embedded_server, sql, headers={"Accept-Encoding": coding})
    assert "content-encoding" not in unasked.headers
    assert unasked.body == plain


@pytest.mark.parametrize("rows", [3, 500_000])
def test_clickhouses_own_block_compression(embedded_server: RunningServer, embedded_database: str, rows: int) -> None:
    """`compress=1` and `decompress=1` carry ClickHouse's checked blocks; a flipped bit is refused."""
    packed = ask(embedded_server, f"SELECT number FROM numbers({rows})", compress=1).body
    plain = b"".join(decompressor("clickhouse").feed(packed))
    assert plain == b"".join(b"%d\n" % number for number in range(rows))
    ask(embedded_server, "CREATE TABLE t (a UInt64) ENGINE = Memory", database=embedded_database)
    insert = {"sql": "INSERT INTO t FORMAT TSV", "database": embedded_database, "decompress": 1}
    flipped = bytearray(packed)
    flipped[-1] ^= 1
    assert (
        ask(
            embedded_server,
            body=bytes(flipped),
            parameters={"query": str(insert["sql"]), "database": embedded_database, "decompress": 1},
        ).code
        == 40
    )
    assert ask(embedded_server, str(insert["sql"]), body=packed, database=embedded_database, decompress=1).status == 200
    assert ask(embedded_server, "SELECT count() FROM t", database=embedded_database).body == b"%d\n" % rows


def test_errors_in_a_compressed_stream_are_readable(embedded_server: RunningServer) -> None:
    """The exception block lies inside the compression, where the client finds it."""
    sql = "SELECT number, throwIf(number = 1900000) FROM numbers(2000000) SETTINGS max_block_size = 10000"
    _, plain = _exchange(embedded_server, sql, "gzip")
    assert b"__exception__" in plain
    assert b"Code: 395" in plain


@pytest.mark.parametrize(
    ("sql", "status"), [("SELECT 1 FROM", 400), ("SELECT * FROM nosuch", 404), ("CREATE USER u", 501)]
)
def test_errors_come_in_the_framing_that_was_asked_for(embedded_server: RunningServer, sql: str, status: int) -> None:
    """With `compress=1` no header says what is framed, so clients (Go, Java) unpack errors, too."""
    answer = ask(embedded_server, sql, compress=1)
    assert (answer.status, answer.headers["content-length"]) == (status, str(len(answer.body)))
    text = b"".join(decompressor("clickhouse").feed(answer.body))
    assert text.startswith(b"Code: %d. DB::Exception: " % answer.code)
    assert text == ask(embedded_server, sql).body


def test_a_refusal_is_plain_text_in_any_framing(embedded_server: RunningServer) -> None:
    """A 403 is read as a failed login: nobody unpacks it."""
    for answer in (
        ask(embedded_server, "SELECT 1", login=False, compress=1),
        ask(embedded_server, "SELECT * FROM file('x')", reader=True, compress=1),
    ):
        assert answer.status == 403
        assert answer.body.startswith(b"Code: ")


def test_the_driver_of_grafana_is_greeted(embedded_server: RunningServer) -> None:
    """clickhouse-go's first question is answered in the layout of the revision it asked at, with revision 0."""
    answer = ask(
        embedded_server,
        body=b"SELECT displayName(), version(), revision(), timezone()",
        default_format="Native",
        client_protocol_version=54460,
    )
    assert answer.headers["x-clickhouse-format"] == "Native"
    assert answer.body.startswith(
        b"\x01\x00\x02\xff\xff\xff\xff\x00\x04\x01\x0ddisplayName()\x06String\x00\x09tracemark\x09version()"
    )
    assert b"\x0arevision()\x06UInt32\x00\x00\x00\x00\x00" in answer.body
    assert answer.body.endswith(b"\x0atimezone()\x06String\x00\x03UTC")
    assert (
        ask(embedded_server, "SELECT 1", default_format="Native", client_protocol_version=54460).body
        == b"\x01\x01\x011\x05UInt8\x01"
    )


def test_a_connection_is_used_again(embedded_server: RunningServer) -> None:
    """Answers of every kind, errors included, leave a kept-alive connection in step."""
    connection = http.client.HTTPConnection("127.0.0.1", embedded_server.port, timeout=30)
    login = embedded_server.headers()
    for _ in range(5):
        for sql, expected in (
            (b"SELECT 1", 200),
            (b"SELEC", 400),
            (b"SELECT number FROM numbers(300000)", 200),
            (b"CREATE USER u", 501),
        ):
            connection.request("POST", "/", sql, login)
            first = connection.sock
            response = connection.getresponse()
            response.read()
            assert response.status == expected
            assert connection.sock is first
        connection.request(
            "POST", "/", iter([b"SELECT", b" 2"]), {**login, "Transfer-Encoding": "chunked"}, encode_chunked=True
        )
        assert connection.getresponse().read() == b"2\n"
        connection.request("POST", "/", b"SELECT 1")
        refused = connection.getresponse()
        refused.read()
        assert refused.status == 403
    connection.close()


def test_too_many_statements_wait_for_their_turn(embedded_server: RunningServer) -> None:
    """More clients than turns are all answered, one after the other."""
    ready = threading.Barrier(40)

    def work(_: int) -> int:
        ready.wait()
        return ask(embedded_server, "SELECT sleep(0.05)").status

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(work, range(40))) == {200}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"no_such_setting": 1}, 115),
        ({"database": "no_such_database"}, 81),
        ({"role": "r"}, 48),
        ({"query_id": "with blank"}, 36),
        ({"client_protocol_version": "x"}, 36),
        ({"readonly": "x"}, 36),
        ({"a b": "x"}, 115),
        ({"max_threads": "x"}, 27),
    ],
)
def test_bad_parameters_are_errors(embedded_server: RunningServer, parameters: dict[str, str | int], code: int) -> None:
    """A parameter this layer or the engine cannot serve is refused under its code."""
    assert ask(embedded_server, "SELECT 1", parameters=parameters).code == code


def test_bytes_that_are_no_text_pass_through(embedded_server: RunningServer) -> None:
    """A statement with bytes that are not UTF-8 keeps them."""
    assert ask(embedded_server, body=b"SELECT '\xff\xfe', hex('\xff')").body == b"\xff\xfe\tFF\n"


def test_a_compressor_may_end_without_data() -> None:
    """Nothing compressed is nothing, in ClickHouse's framing."""
    assert compressor("clickhouse").finish() == b""
