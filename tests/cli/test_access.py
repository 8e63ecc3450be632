"""Reading the audit data leaves a trace of its own: real commands and clients against a real embedded server."""

import base64
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.up import Up, tracemark
from support.waiting import eventually
from tracemark.query.obligations import Window, evaluate, load_pack
from tracemark.sdk import AuditClient, ClientConfig

GRAFANA = "clickhouse-go/2.47 grafana-clickhouse-datasource/4.20.0 (grafana_user:li; grafana_dashboard:tracemark-trace)"
TEXT = "the words that somebody looks for"
USER = "u-somebody"
SEEN = "SELECT read_id, reader, door, board, statements, ok FROM reads_seen"
DYING = """
import os, signal, sys
from pathlib import Path
from tracemark.cli.access import audited
from tracemark.store import Store, StoreConfig

with audited("trace", StoreConfig.embedded(Path(sys.argv[1]), reader=True), accessor=None, purpose=None) as read:
    with Store(read.config) as store:
        store.query("SELECT request_id FROM events")
        print(read.config.client_name.partition("/")[2].partition(".")[0], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
"""
ACCESSES = "SELECT * EXCEPT (event_id, _broker_ts) FROM events_records WHERE event_type = 'audit.accessed' ORDER BY occurred_at"


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A server that holds one generation."""
    with Up(tmp_path / "data") as running:
        config = ClientConfig(url=f"embedded://{running.data}", service_id="svc-1", tenant_id="t-1")
        with AuditClient(config) as audit, audit.generation(model="m-1", user=USER, request_id="r-asked-for") as gen:
            gen.prompt("a question")
            gen.output(TEXT)
        eventually(
            lambda: running.rows("SELECT count() AS n FROM events WHERE event_type = 'output.generated'")[0]["n"]
        )
        yield running


def accesses(up: Up, count: int) -> list[dict[str, Any]]:
    """The reads on record, once there are so many."""
    eventually(lambda: len(up.rows(ACCESSES)) >= count, what=f"{count} reads are on record")
    return up.rows(ACCESSES)


def restarted(up: Up) -> None:
    """Stop the server, which records what it knows, and start it again."""
    assert up.stop() == 0
    up.start()


def read_directly(up: Up, sql: str, *, agent: str = "curl/8") -> bytes:
    """A question over plain HTTP, as the reader."""
    login = json.loads(Path(up.ready["credentials"]).read_text())["reader"]
    basic = base64.b64encode(f"{login['user']}:{login['password']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "User-Agent": agent}
    request = urllib.request.Request(up.ready["url"], sql.encode(), headers)  # noqa: S310 - the server of this test
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - likewise
        return bytes(answer.read())


def test_a_trace_leaves_one_record_without_what_was_asked_for(up: Up, tmp_path: Path) -> None:
    """One row per trace, through command and server together: who, why, how much; never the text, user or id."""
    text = tmp_path / "text"
    text.write_text(TEXT)
    for asked in (("--text-file", text), ("--request", "r-asked-for"), ("--user", USER)):
        tracemark("trace", *asked, "--accessor", "officer-7", "--purpose", "case-review", data=up.data, check=0)
    accesses(up, 3)
    restarted(up)
    rows = accesses(up, 3)
    assert len(rows) == 3
    assert {(r["access_kind"], r["access_interface"], r["access_purpose"], r["access_ok"]) for r in rows} == {
        ("trace", "cli", "case-review", True)
    }
    assert all(row["rows_read"] >= 2 for row in rows)
    assert len({row["accessor_ref"] for row in rows}) == 1
    stored = str(rows)
    assert not any(words in stored for words in (TEXT, USER, "r-asked-for", "officer-7"))


def test_a_claimed_read_that_died_before_its_record_is_the_one_that_breaches(up: Up) -> None:
    """Grafana's read and a trace are noted and recorded; of a command that was killed there is its claim, and INV-17 names it."""
    read_directly(up, "SELECT count() FROM events", agent=GRAFANA)
    tracemark("trace", "--request", "r-asked-for", data=up.data, check=0)
    died = subprocess.run([sys.executable, "-c", DYING, str(up.data)], capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    restarted(up)
    accesses(up, 2)
    restarted(up)
    seen = {(row["door"], row["board"], row["reader"], row["ok"]) for row in up.rows(SEEN)}
    assert seen == {("grafana", "tracemark-trace", "reader", True), ("cli", "", "reader", True)}
    assert "li" not in {value for row in up.rows(SEEN) for value in row.values()}
    as_of = datetime.now(tz=UTC) + timedelta(minutes=16)
    with up.store() as store:
        window = Window(since=as_of - timedelta(days=1), until=as_of)
        answer = evaluate(store, load_pack("cn"), window, as_of, only=["INV-17"])["INV-17"]
    assert (answer.result, answer.denominator, answer.offending) == ("fail", 3, 1)
    assert [(one.event_id, one.reason) for one in answer.offenders] == [(died.stdout.strip(), "not_recorded")]


def test_a_trace_that_finds_nothing_is_a_read_too(up: Up) -> None:
    """That somebody is not in the log is an answer as well; the accessor is the user of this machine."""
    tracemark("trace", "--user", "u-nobody", data=up.data, check=1)
    (row,) = accesses(up, 1)
    assert (row["rows_read"], row["access_ok"], row["access_purpose"]) == (0, True, "")
    assert len(row["accessor_ref"]) == 32


def test_judging_the_duties_is_a_read(up: Up) -> None:
    """`tracemark obligations` shows offending events, so it is recorded like a trace, whatever the verdict."""
    done = tracemark("obligations", "--json", "--purpose", "weekly", data=up.data, fresh=True)
    assert done.returncode in {0, 1}, done.stderr
    accesses(up, 1)
    restarted(up)
    (row,) = accesses(up, 1)
    assert (row["access_kind"], row["access_interface"], row["access_purpose"]) == ("obligations", "cli", "weekly")


def test_a_direct_read_is_recorded_by_the_server(up: Up) -> None:
    """Reads of other clients are added up by door: Grafana's apart, and a claim without proof is none."""
    assert read_directly(up, "SELECT request_id FROM events WHERE request_id = 'r-asked-for'").startswith(
        b"r-asked-for"
    )
    read_directly(up, "SELECT number FROM numbers(40)", agent="tracemark-read/x clickhouse-connect")
    read_directly(up, "SELECT 1", agent="clickhouse-go/2.40 grafana-clickhouse-datasource/4.20.0")
    restarted(up)
    rows = accesses(up, 2)
    assert {(r["access_kind"], r["access_interface"], r["access_ok"]) for r in rows} == {
        ("query", "http", True),
        ("dashboard", "grafana", True),
    }
    assert len(rows) == 2
    assert next(row["rows_read"] for row in rows if row["access_interface"] == "http") >= 42
    assert "r-asked-for" not in str(rows)


@pytest.mark.slow
def test_a_direct_read_is_on_record_within_two_minutes(up: Up) -> None:
    """A running server does not wait for its end: what was read is stored about a minute later."""
    read_directly(up, "SELECT 1")
    eventually(lambda: len(up.rows(ACCESSES)) == 1, within=120, every=1.0, what="the read is on record")


def test_the_machinery_leaves_no_record(up: Up) -> None:
    """Draining, migrating and the writer's own questions are no reads by anybody."""
    tracemark("store", "migrate", data=up.data, check=0)
    restarted(up)
    assert up.rows(ACCESSES) == []
    assert up.rows(SEEN) == []


def test_a_purpose_is_a_code(up: Up) -> None:
    """Free text is refused before anything is read, and is not repeated."""
    told = tracemark("trace", "--request", "r", "--purpose", "because Wang asked", data=up.data, check=2).stderr
    assert "--purpose" in told
    assert "Wang" not in told


def test_without_a_destination_it_is_said_once(up: Up, tmp_path: Path) -> None:
    """A store on a server, and no TRACEMARK_URL: one line on standard error, and the answer all the same."""
    login = json.loads(Path(up.ready["credentials"]).read_text())["reader"]
    place = up.ready["url"].removeprefix("http://")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRACEMARK_")}
    store = f"clickhouse://{login['user']}@{place}/tracemark"
    command = [sys.executable, "-m", "tracemark.cli.main", "trace", "--request", "r-asked-for", "--store", store]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**environ, "TRACEMARK_STORE_PASSWORD": login["password"]},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("this read is not recorded") == 1


def test_what_the_command_cannot_record_the_server_does(up: Up) -> None:
    """With a keyring that is none, the answer comes and the server records it; nothing is made in place of the keyring."""
    ring = up.data / "keyring.json"
    kept = ring.read_bytes()
    ring.write_text("{}")
    done = tracemark("trace", "--request", "r-asked-for", data=up.data, check=0)
    assert "not recorded by this command" in done.stderr
    ring.write_bytes(kept)
    restarted(up)
    (row,) = accesses(up, 1)
    assert (row["access_kind"], row["access_interface"]) == ("query", "http")


def test_what_can_never_be_found_is_said(up: Up) -> None:
    """A tenant that nothing is stored of, and a service that no duty was judged for, are named: they may be misspelled."""
    asked = tracemark("trace", "--user", "u-1", "--tenant", "no-such", data=up.data, check=1)
    assert "--tenant: nothing is stored of 1 of the 1 named" in asked.stderr
    assert "--user: is blank" in tracemark("trace", "--user", " ", data=up.data, check=2).stderr
    judged = tracemark("obligations", "--service", "no-such", data=up.data, check=0)
    assert "nothing was judged: check --tenant, --service" in judged.stderr
