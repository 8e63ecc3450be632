"""A reader reads the product's tables, and nothing else of the machine."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from support.embedded import RunningServer, ask, is_running
from support.waiting import eventually

FORBIDDEN = [
    "SELECT file('{path}')",
    "SELECT FILE('{path}')",
    "SELECT `file`('{path}')",
    "SELECT \"file\"('{path}')",
    "SELECT `fi\\x6ce`('{path}')",
    "SELECT * APPLY(file) FROM (SELECT '{path}')",
    "SELECT * APPLY file FROM (SELECT '{path}')",
    "SELECT * APPLY(x -> file(x)) FROM (SELECT '{path}')",
    "SELECT * APPLY(x -> x IN (SELECT query FROM system.processes)) FROM numbers(1)",
    "SELECT arrayMap(file, ['{path}'])",
    "WITH file AS f SELECT f('{path}')",
    "SELECT 1 /* ' */, file('{path}') /* ' */",
    "SELECT 1 -- '\n, file('{path}')",
    "SELECT 1 // '\n, file('{path}')",
    "SELECT 1 # '\n, file('{path}')",
    "SELECT \u2018a\u2019, file('{path}')",
    "SELECT $x$ $x$, file('{path}')",
    "SELECT * FROM file('{path}', 'LineAsString')",
    "DESCRIBE file('{path}')",
    "DESC TABLE file('{path}')",
    "DESCRIBE url('http://127.0.0.1:1/')",
    "EXPLAIN SELECT * FROM file('{path}', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM (SELECT * FROM s3('http://127.0.0.1:1/x'))",
    "SELECT 1 WHERE 1 IN (SELECT * FROM remote('127.0.0.1', 'system.one'))",
    "WITH x AS (SELECT * FROM executable('ls', 'TSV', 'a String')) SELECT * FROM x",
    "SELECT number FROM numbers(1) ORDER BY number WITH FILL FROM (SELECT 1 FROM url('http://127.0.0.1:1/'))",
    "SELECT * FROM filesystem('{path}')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT hasColumnInTable('default', '{path}', 'c1')",
    "SHOW COLUMNS FROM `{path}` FROM `default`",
    "SELECT * FROM view(SELECT * FROM system.processes)",
    "EXPLAIN TABLE OVERRIDE mysql('127.0.0.1:1', 'a', 'b', 'c', 'd') PARTITION BY x",
    "optimize = 1 SELECT 1; KILL QUERY WHERE 1",
    "optimize = 1 SELECT 1; KILL QUERY WHERE 1; SELEC",
    "SELECT * FROM merge('system', 'processes')",
    "SELECT * FROM loop(system.processes)",
    "SELECT * FROM default.`{path}`",
    "SELECT * FROM `default` . `{path}`",
    'SELECT * FROM "default"."{path}"',
    "DESCRIBE default.`{path}`",
    "SELECT * FROM system.processes",
    "SELECT * FROM `system`.`stack_trace`",
    "SELECT * FROM SYSTEM.PROCESSES",
    "SELECT 1 IN system.processes",
    "SELECT * REPLACE((SELECT max(query) FROM system.processes) AS number) FROM numbers(1)",
    "EXISTS TABLE system.processes",
    "SHOW PROCESSLIST",
    "SHOW CREATE TABLE system.processes",
    "SHOW GRANTS",
    "CHECK TABLE t",
    "SELECT 1 INTO OUTFILE '{out}'",
    "SELECT 1 INTO/**/OUTFILE '{out}'",
    "INSERT INTO t VALUES (1)",
    "INSERT INTO t FROM INFILE '{path}' FORMAT CSV",
    "INSERT INTO FUNCTION file('{out}', 'CSV') SELECT 1",
    "CREATE TABLE mine (a UInt8) ENGINE = Memory",
    "CREATE TEMPORARY TABLE mine (a UInt8)",
    "CREATE VIEW v AS SELECT 1",
    "DROP TABLE t",
    "ALTER TABLE t DELETE WHERE 1",
    "OPTIMIZE TABLE t",
    "TRUNCATE TABLE t",
    "SET max_threads = 1",
    "SET readonly = 0",
    "USE system",
    "KILL QUERY WHERE 1",
    "KILL QUERY WHERE query_id = 'a' OR 1",
    "KILL QUERY WHERE query_id = 'a' SYNC TEST",
    "KILL QUERY WHERE query_id = 'a\\' OR 1 --'",
    "KILL QUERY WHERE query_id = 'a''b'",
    "KILL QUERY WHERE query_id = $x$a$x$",
    "KILL QUERY WHERE query_id = 'a' -- '\n OR 1",
    "KILL QUERY WHERE query_id LIKE 'a%'",
    "KILL QUERY WHERE user = 'writer'",
    "KILL QUERY WHERE query_id = (SELECT file('{path}'))",
    "KILL QUERY WHERE query_id = 'a' FORMAT TSV",
    "KILL QUERY WHERE query_id = 'a'; SELECT 1",
    "KILL MUTATION WHERE mutation_id = 'a'",
    "SYSTEM STOP MERGES",
    "BACKUP TABLE t TO File('{out}')",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_memory_usage = 0",
    "SELECT 1; DROP TABLE t",
    "SELECT 1; SELECT 2",
]
ALLOWED = [
    "SELECT count() FROM t",
    "SELECT a AS \"File name\", 'file', 'default.x' FROM t",
    "SELECT sum(a) OVER (ORDER BY a) FROM t",
    "SELECT * APPLY(max) FROM t",
    "SELECT number FROM numbers(3)",
    "SELECT * FROM (SELECT a FROM t) AS x JOIN t USING a",
    "WITH y AS (SELECT 1 AS a) SELECT * FROM y",
    "SELECT 1 AS one /* it's a comment */",
    "SELECT '第一', 'it\\'s'",
    "SELECT name FROM system.tables WHERE database = currentDatabase()",
    "SELECT name, type FROM system.columns LIMIT 1",
    "SELECT table_name FROM information_schema.tables LIMIT 1",
    "SHOW TABLES",
    "SHOW DATABASES",
    "SHOW CREATE TABLE t",
    "DESCRIBE TABLE t",
    "EXISTS TABLE t",
    "EXPLAIN SELECT count() FROM t",
    "SELECT version()",
    "SELECT {n:UInt8}",
]


@pytest.fixture(scope="module")
def server(embedded_server: RunningServer) -> RunningServer:
    """The shared server, with one table in the product's own database."""
    ask(embedded_server, "CREATE TABLE IF NOT EXISTS t (a UInt64) ENGINE = MergeTree ORDER BY a")
    ask(embedded_server, "INSERT INTO t VALUES (7)")
    return embedded_server


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_a_reader_is_refused(server: RunningServer, tmp_path: Path, sql: str) -> None:
    """Each way out of the read-only tables is refused, and nothing of the file comes back in the refusal."""
    secret = tmp_path / "secret.txt"
    secret.write_text("top-secret-line\n")
    text = sql.replace("{path}", str(secret)).replace("{out}", str(tmp_path / "out"))
    answer = ask(server, body=text.encode(), reader=True)
    assert answer.status in {400, 403, 501}
    assert b"top-secret-line" not in answer.body
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.txt"]
    assert ask(server, "SELECT count() FROM t").body == b"1\n"


@pytest.mark.parametrize("sql", ALLOWED)
def test_a_reader_may_read(server: RunningServer, sql: str) -> None:
    """What boards and reports ask is answered."""
    answer = ask(server, body=sql.encode(), reader=True, param_n=3)
    assert (answer.status, answer.code) == (200, 0), answer.body


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("readonly", "0"),
        ("max_memory_usage", "0"),
        ("max_execution_time", "100000"),
        ("log_comment", "x"),
        ("format_schema", "/etc/passwd"),
        ("output_format_schema", "/etc/passwd"),
        ("nonsense", "1"),
    ],
)
def test_a_readers_settings_cannot_lift_its_bounds(server: RunningServer, name: str, value: str) -> None:
    """Settings a reader may not have are dropped; its bounds and `readonly` stay."""
    sql = "SELECT getSetting('readonly'), getSetting('max_memory_usage') > 0, getSetting('max_execution_time')"
    answer = ask(server, sql, reader=True, parameters={name: value})
    assert answer.body == b"1\t1\t60\n"


def test_a_reader_may_ask_for_less(server: RunningServer) -> None:
    """Bounds below the server's are taken over, and are in force."""
    answer = ask(server, "SELECT count() FROM numbers(1000000000000)", reader=True, max_execution_time=1)
    assert (answer.status, answer.code) == (408, 159)


@pytest.mark.parametrize("database", ["system", "default", "information_schema"])
def test_a_reader_stays_in_its_database(server: RunningServer, database: str) -> None:
    """Another current database would make closed tables readable by their bare names."""
    assert ask(server, "SELECT * FROM processes", reader=True, database=database).status == 403


@pytest.mark.parametrize("mode", ["", " ASYNC", " SYNC", " /* OR 1 */ SYNC;"])
def test_a_reader_may_end_its_own_query(server: RunningServer, mode: str) -> None:
    """A client's cancel button works for readers; the writer's queries are out of reach, and not even seen."""
    endless = "SELECT sleepEachRow(1) FROM numbers(1000)"
    with ThreadPoolExecutor() as pool:
        mine = pool.submit(ask, server, endless, query_id="a-readers", reader=True, max_block_size=1)
        theirs = pool.submit(ask, server, f"{endless} SETTINGS max_block_size = 1", query_id="the-writers")
        for query_id in ("a-readers", "the-writers"):
            eventually(partial(is_running, server, query_id), what=f"{query_id} runs")
        missed = ask(server, body=f"KILL QUERY WHERE query_id = 'the-writers'{mode}".encode(), reader=True)
        assert (missed.status, missed.body) == (200, b"")
        ended = ask(server, body=f"kill query where query_id = 'a-readers'{mode}".encode(), reader=True)
        assert (ended.status, ended.body.split(b"\t")[1:3]) == (200, [b"a-readers", b"reader"])
        assert mine.result().code == 394
        assert is_running(server, "the-writers")
        ask(server, "KILL QUERY WHERE query_id = 'the-writers' SYNC")
        assert theirs.result().code == 394


def test_identifiers_are_no_parameters(server: RunningServer) -> None:
    """A table named by a parameter is not seen by the gate, so it is refused."""
    answer = ask(server, "SELECT * FROM {t:Identifier}", reader=True, param_t="t")
    assert answer.status == 403


def test_a_readers_session_is_not_kept(server: RunningServer) -> None:
    """A session id changes nothing for a reader: no state, and the next request works as well."""
    for _ in range(2):
        answer = ask(server, "SELECT count() FROM t", reader=True, session_id="s1", max_threads=2)
        assert answer.status == 200


def test_get_only_reads(server: RunningServer) -> None:
    """A GET of the writer cannot change anything: a link must never drop a table."""
    answer = ask(server, "DROP TABLE t", method="GET")
    assert (answer.status, answer.code) == (403, 164)
    assert ask(server, "SELECT count() FROM t", method="GET").body == b"1\n"


@pytest.mark.parametrize(
    "sql", ["SELECT 1 INTO OUTFILE '{out}'", "INSERT INTO t FROM INFILE '/etc/hostname' FORMAT TSV"]
)
def test_nobody_names_files_of_the_server(server: RunningServer, tmp_path: Path, sql: str) -> None:
    """INTO OUTFILE and FROM INFILE are refused for the writer, too."""
    answer = ask(server, body=sql.replace("{out}", str(tmp_path / "out")).encode())
    assert (answer.status, answer.code) == (400, 62)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE USER somebody",
        "CREATE ROLE r",
        "CREATE ROW POLICY p ON t USING 1",
        "CREATE QUOTA q",
        "CREATE SETTINGS PROFILE p",
        "CREATE NAMED COLLECTION c AS a = 1",
        "GRANT SELECT ON *.* TO somebody",
        "REVOKE ALL ON *.* FROM somebody",
        "SET ROLE r",
        "SET DEFAULT ROLE r TO u",
        "SHOW GRANTS",
        "SHOW USERS",
        "DROP USER somebody",
        "ALTER USER somebody IDENTIFIED BY 'x'",
        "SYSTEM FLUSH LOGS",
        "SYSTEM SHUTDOWN",
        "SYSTEM KILL",
        "BEGIN TRANSACTION",
        "EXECUTE AS somebody SELECT 1",
    ],
)
def test_what_the_engine_lacks_is_refused_loudly(server: RunningServer, sql: str) -> None:
    """A statement that would do nothing here is 501, code 48, never an empty success."""
    answer = ask(server, body=sql.encode())
    assert (answer.status, answer.code) == (501, 48)
