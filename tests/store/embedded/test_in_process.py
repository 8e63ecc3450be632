"""The engine and the server used from Python, in a process of their own: the engine is one per process."""

import subprocess
import sys
from pathlib import Path

import pytest

PROLOGUE = """
import http.client, logging, sys
from pathlib import Path
from tracemark.store.embedded import *

def ask(server, passwords, sql):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    login = {"X-ClickHouse-User": passwords.reader, "X-ClickHouse-Key": passwords.reader_password}
    connection.request("POST", "/?query_id=q-1", sql, login)
    answer = connection.getresponse()
    return answer.status, answer.read()

directory = Path(sys.argv[1])
"""


def _run(directory: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROLOGUE + script, str(directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_statements_run_without_http(tmp_path: Path) -> None:
    """`EmbeddedEngine.run` answers directly, errors come as QueryFailed, and a closed engine says so."""
    script = """
with EmbeddedEngine.open(directory) as engine:
    engine.run("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
    engine.run("INSERT INTO t VALUES (1), (2)")
    print(engine.run("SELECT sum(a) + {n:UInt8} FROM t", "TSV", {"n": "4"}).data)
    print(engine.run("SELECT engine, timezone() FROM system.databases WHERE name = currentDatabase()", "TSV").data)
    try:
        engine.run("SELECT * FROM nowhere")
    except QueryFailed as error:
        print(error.code, error.name)
try:
    engine.run("SELECT 1")
except EngineError as error:
    print(error)
"""
    done = _run(tmp_path / "data", script)
    assert done.stdout.splitlines() == [
        "b'7\\n'",
        "b'Atomic\\tUTC\\n'",
        "60 UNKNOWN_TABLE",
        "the engine is closed: open the directory again",
    ], done.stderr


def test_the_audit_hook_hears_of_every_request_and_the_log_of_no_text(tmp_path: Path) -> None:
    """Who, what kind, how long, how many rows, how it ended; the statement itself is in neither."""
    script = """
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
heard = []
with EmbeddedEngine.open(directory) as engine:
    passwords = Credentials.in_directory(directory)
    with EmbeddedServer(engine, ServerConfig(port=0), passwords, query_audit=heard.append) as server:
        print(ask(server, passwords, "SELECT 'my-secret-text' FROM numbers(3)")[0])
        print(ask(server, passwords, "SELECT throwIf(1, 'my-secret-text')")[0])
for audit in heard:
    print(audit.user, audit.query_id, audit.kind, audit.rows, audit.ok, audit.duration_s > 0)
"""
    done = _run(tmp_path / "data", script)
    assert done.stdout.splitlines() == [
        "200",
        "500",
        "reader q-1 SELECT 3 True True",
        "reader q-1 SELECT 0 False True",
    ], done.stderr
    assert "POST 200" in done.stderr
    assert "my-secret-text" not in done.stderr


@pytest.mark.parametrize("times", [3])
def test_a_server_starts_and_stops_again_on_one_engine(tmp_path: Path, times: int) -> None:
    """The server can be stopped and another started while the engine stays open; `stop` may be called twice."""
    script = f"""
with EmbeddedEngine.open(directory) as engine:
    passwords = Credentials.in_directory(directory)
    for _ in range({times}):
        server = EmbeddedServer(engine, ServerConfig(port=0), passwords)
        server.start()
        print(ask(server, passwords, "SELECT 1"), Endpoint.read(directory).url == server.url)
        server.stop()
        server.stop()
"""
    done = _run(tmp_path / "data", script)
    assert done.stdout.splitlines() == ["(200, b'1\\n') True"] * times, done.stderr
