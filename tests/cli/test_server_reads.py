"""Reads that a server's query log tells are noted, and recorded for those who do not record themselves."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.embedded import embedded_server
from support.query_log import LOG, QueryLog
from support.stored import StoredEvents, Tables, micros
from support.stores import empty_store, migrated_store
from tracemark.cli.server_reads import ServerDoor, server_door
from tracemark.query.obligations import Answer, Window, evaluate, load_pack
from tracemark.schemas.events import AuditAccessed
from tracemark.sdk import Receipt
from tracemark.sdk.journal import JournalError
from tracemark.sdk.progress import Progress
from tracemark.store import Store

__all__ = ["embedded_server", "empty_store", "migrated_store"]

GRAFANA = (
    "grafana-clickhouse-datasource/4.20.0 clickhouse-go/2.47.0 (grafana_user:li; grafana_dashboard:tracemark-trace)"
)
CLAIM = "0193a7de-0000-7000-8000-000000000001"


@dataclass(slots=True)
class Heard:
    """A recorder whose events are stored at once, or not before somebody says so."""

    store: Store
    is_slow: bool = False
    is_full: bool = False
    events: list[tuple[str, AuditAccessed]] = field(default_factory=list[tuple[str, AuditAccessed]])
    closed: int = 0

    def emit(self, event: AuditAccessed, *, accessor: str) -> Receipt:
        if self.is_full:
            raise JournalError("the journal is full: make room")
        self.events.append((accessor, event))
        if not self.is_slow:
            self.arrive()
        return Receipt(str(uuid.uuid4()), len(self.events), None, Progress())

    def arrive(self) -> None:
        """What was recorded is stored."""
        story = StoredEvents(Tables(writer=self.store, reader=self.store).insert)
        now = datetime.now(tz=UTC)
        for _, event in self.events:
            read_id = event.values()["request_id"]
            story.tell("audit.accessed", request_id=read_id, occurred_at=micros(now), stored={"_broker_ts": now})
        story.save()

    def close(self, timeout: float) -> None:
        assert timeout > 0
        self.closed += 1


@pytest.fixture
def log(migrated_store: Store) -> QueryLog:
    """A log of yesterday's: a Grafana, a curl and a command that claims to record itself. The list was made the day before."""
    columns = "version, name, release, applied_at - INTERVAL 2 DAY"
    migrated_store.command(f"INSERT INTO migrations SELECT {columns} FROM migrations WHERE name = 'reads_seen'")
    log = QueryLog(migrated_store)
    at = datetime.now(tz=UTC) - timedelta(hours=20)
    for number, client in enumerate((GRAFANA, "curl/8", f"tracemark-read/{CLAIM} clickhouse-connect/1.12")):
        log.query(
            0,
            f"q-{number}",
            http_user_agent=client,
            event_time_microseconds=at,
            event_date=at.date(),
            result_rows=number,
        )
    return log


def judged(store: Store) -> Answer:
    """INV-17, as of a time when everything has settled."""
    as_of = datetime.now(tz=UTC) + timedelta(minutes=16)
    window = Window(since=as_of - timedelta(days=1), until=as_of)
    return evaluate(store, load_pack("cn"), window, as_of, only=["INV-17"])["INV-17"]


def test_who_does_not_record_is_recorded_and_a_claim_is_not(log: QueryLog) -> None:
    """Grafana's user and a login are put on record under the ids of the log; the command's claim stays the only breach."""
    heard = Heard(log.store)
    door = ServerDoor(log.store, lambda: heard, log=LOG)
    assert [door.look() for _ in range(3)] == [2, 0, 0]
    door.close()
    door.close()
    told = {(who, e.access_kind, e.access_interface, e.rows_read, e.values()["request_id"]) for who, e in heard.events}
    assert told == {("li", "dashboard", "grafana", 0, "q-0"), ("grafana", "query", "http", 1, "q-1")}
    answer = judged(log.store)
    assert (answer.result, answer.denominator) == ("fail", 3)
    assert [(one.event_id, one.reason) for one in answer.offenders] == [(CLAIM, "not_recorded")]
    assert heard.closed == 1


def test_a_record_on_its_way_is_not_sent_again(log: QueryLog) -> None:
    """While Kafka and the sink take their time a read is recorded once; what never arrives the next start sends again."""
    heard = Heard(log.store, is_slow=True)
    door = ServerDoor(log.store, lambda: heard, log=LOG)
    assert [door.look(), door.look()] == [2, 0]
    assert ServerDoor(log.store, lambda: heard, log=LOG).look() == 2
    heard.arrive()
    assert ServerDoor(log.store, lambda: heard, log=LOG).look() == 0


def test_without_a_destination_the_duty_fails(log: QueryLog, capsys: pytest.CaptureFixture[str]) -> None:
    """With nowhere to record to the reads are noted, and said to be on no record; INV-17 names each of them."""
    assert ServerDoor(log.store, None, log=LOG).look() == 0
    assert "2 reads are on no record: set TRACEMARK_URL" in capsys.readouterr().err
    assert {one.event_id for one in judged(log.store).offenders} == {"q-0", "q-1", CLAIM}


def test_what_cannot_be_recorded_is_tried_again(log: QueryLog, capsys: pytest.CaptureFixture[str]) -> None:
    """A full journal is said, the judge goes on, and the next look records."""
    heard = Heard(log.store, is_full=True)
    door = ServerDoor(log.store, lambda: heard, log=LOG)
    assert door.look() == 0
    assert "could not be recorded" in capsys.readouterr().err
    heard.is_full = False
    assert door.look() == 2


def test_a_log_that_may_not_be_read_is_said(migrated_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the judge may not read the log it says so and goes on; nothing noted is no evidence, not a pass."""
    assert ServerDoor(migrated_store, None, log="a_log_that_is_not_there").look() == 0
    assert "not noted" in capsys.readouterr().err
    assert judged(migrated_store).result == "no_evidence"


def test_without_a_log_nothing_is_looked_for(migrated_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded engine keeps no log, and its server notes by itself: looking finds nothing, and opens no client."""
    monkeypatch.delenv("TRACEMARK_URL", raising=False)
    with server_door(migrated_store) as look:
        assert look() == 0
    rows: list[dict[str, Any]] = migrated_store.query("SELECT count() AS n FROM reads_seen")
    assert rows == [{"n": 0}]
