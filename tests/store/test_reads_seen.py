"""What a server's query log says about reads, copied; the log is a table of the same shape, for the embedded engine keeps none."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.query_log import BEGIN, LOG, QueryLog
from support.stored import StoredEvents, Tables
from tracemark.store import Store
from tracemark.store.reads_seen import Caller, LoggedRead, SeenRead, has_query_log, note_query_log, note_reads

GRAFANA = (
    "grafana-clickhouse-datasource/4.20.0 clickhouse-go/2.47.0 (grafana_user:li; grafana_dashboard:tracemark-trace)"
)
CLAIM = "tracemark-read/0193a7de-0000-7000-8000-000000000001"
SEEN = "SELECT read_id, seen_at, reader, door, board, statements, rows, ok FROM reads_seen ORDER BY seen_at, reader, door, ok"


class Log(QueryLog):
    """A server's query log, and what is copied from it."""

    def copied(self, second: float) -> tuple[LoggedRead, ...]:
        """Copy as of so many seconds after the beginning."""
        until = BEGIN + timedelta(seconds=second)
        return note_query_log(self.store, log=LOG, since=BEGIN, until=until)

    def seen(self) -> list[tuple[Any, ...]]:
        """Every row of what was copied, with the second instead of the instant."""
        rows = self.store.query(SEEN)
        return [
            tuple((v - BEGIN).total_seconds() if isinstance(v, datetime) else v for v in row.values()) for row in rows
        ]


@pytest.fixture
def log(migrated_store: Store) -> Log:
    """An empty log beside empty tables."""
    return Log(migrated_store)


def test_reads_of_a_minute_are_one_for_each_login_person_door_board_and_outcome(log: Log) -> None:
    """Statements and rows are added up under the id of the first; who sat before Grafana is told, not stored."""
    log.query(1, "q-2", result_rows=4)
    log.query(0.5, "q-1", result_rows=3)
    log.query(2, "q-3", http_user_agent=GRAFANA, result_rows=5)
    log.query(3, "q-4", type="ExceptionWhileProcessing", result_rows=0)
    log.query(4, "q-5", interface=1, http_user_agent="", client_name="ClickHouse client", user="ann")
    log.query(61, "q-6")
    unrecorded = log.copied(180)
    assert log.seen() == [
        ("q-5", 0, "ann", "native", "", 1, 1, True),
        ("q-3", 0, "grafana", "grafana", "tracemark-trace", 1, 5, True),
        ("q-4", 0, "grafana", "http", "", 1, 0, False),
        ("q-1", 0, "grafana", "http", "", 2, 7, True),
        ("q-6", 60, "grafana", "http", "", 1, 1, True),
    ]
    assert {(one.read_id, one.reader, one.person, one.door, one.rows, one.ok) for one in unrecorded} == {
        ("q-5", "ann", "", "native", 1, True),
        ("q-3", "grafana", "li", "grafana", 5, True),
        ("q-4", "grafana", "", "http", 0, False),
        ("q-1", "grafana", "", "http", 7, True),
        ("q-6", "grafana", "", "http", 1, True),
    }
    assert not any("li" in row for row in log.seen())


def test_a_claimed_read_is_known_by_its_claim_and_recorded_by_its_command(log: Log) -> None:
    """All statements of a command are one read under the id that its own record will have."""
    for number in range(3):
        log.query(number, f"q-{number}", user="ann", http_user_agent=f"{CLAIM} clickhouse-connect/1.12", result_rows=2)
    assert log.copied(180) == ()
    assert log.seen() == [(CLAIM.partition("/")[2], 0, "ann", "cli", "", 3, 6, True)]


@pytest.mark.parametrize(
    "columns",
    [
        {"query_kind": "Insert"},
        {"type": "QueryStart"},
        {"type": "ExceptionBeforeStart"},
        {"is_initial_query": 0},
        {"databases": ["system"]},
        {"databases": []},
    ],
    ids=["insert", "begun", "refused", "part-of-another", "other-database", "no-table"],
)
def test_what_reads_nothing_of_ours_is_left_out(log: Log, columns: dict[str, Any]) -> None:
    """Statements that write, were refused, are parts of others or read elsewhere are no reads of the audit data."""
    log.query(1, "q-1", **columns)
    assert log.copied(180) == ()
    assert log.seen() == []


def test_the_machinery_is_its_own_login_and_its_own_name(log: Log) -> None:
    """The copier's login under its client's name is left out; the name alone, or the login alone, changes nothing."""
    (me,) = log.store.query("SELECT currentUser() AS name")
    ours = "tracemark clickhouse-connect/1.12"
    log.query(1, "q-1", user=me["name"], http_user_agent=ours)
    log.query(2, "q-2", user="grafana", http_user_agent=ours)
    log.query(3, "q-3", user=me["name"])
    log.copied(180)
    assert {row[0] for row in log.seen()} == {"q-2", "q-3"}


def test_copying_again_copies_nothing_twice_and_misses_nothing(log: Log) -> None:
    """Copied every few seconds over midnight and an hour's pause, the reads are those of one copy at the end."""
    seconds = (0, 59, 60, 61, 119.9, 1799, 1800, 1801, 7000, 7061)
    for number, second in enumerate(seconds):
        log.query(second, f"q-{number}")
    for second in (30, 90, 120, 150, 150, 185, 186, 1900, 1990, 7100, 7200):
        log.copied(second)
    stepwise = log.seen()
    log.store.command("TRUNCATE TABLE reads_seen")
    log.copied(7200)
    assert log.seen() == stepwise
    assert sum(row[5] for row in stepwise) == len(seconds)
    assert log.copied(7200) == log.copied(7300)


def test_a_minute_that_may_go_on_is_left_for_the_next_time(log: Log) -> None:
    """A minute is copied when it is over for a minute; the server writes its log with a delay."""
    log.query(5, "q-1")
    log.copied(119)
    assert log.seen() == []
    log.query(6, "q-2")
    log.copied(120)
    assert [row[0] for row in log.seen()] == ["q-1"]
    assert log.seen()[0][5] == 2


def test_what_is_on_record_is_not_told_again(log: Log) -> None:
    """A read that an audit.accessed names is no longer among those to record; one whose log is gone still is."""
    log.query(1, "q-1", http_user_agent=GRAFANA)
    log.query(2, "q-2", user="ann")
    assert {read.read_id for read in log.copied(180)} == {"q-1", "q-2"}
    log.store.command(f"TRUNCATE TABLE {LOG}")
    assert {(read.read_id, read.person) for read in log.copied(180)} == {("q-1", ""), ("q-2", "")}
    story = StoredEvents(Tables(writer=log.store, reader=log.store).insert)
    story.tell("audit.accessed", request_id="q-1", stored={"_broker_ts": datetime.now(tz=UTC)})
    story.save()
    assert [read.read_id for read in log.copied(180)] == ["q-2"]


def test_copying_begins_with_this_list(log: Log) -> None:
    """What a server logged before it kept this list is not held against anybody."""
    log.query(1, "q-1")
    assert note_query_log(log.store, log=LOG) == ()
    assert log.seen() == []


def test_names_that_mean_mischief_stay_names(migrated_store: Store) -> None:
    """Quotes, backslashes and Chinese in a login are stored as they are."""
    name = "o'br\"ien\\ 租户\n{x:String}"
    seen = SeenRead(
        read_id="r-1",
        seen_at_us=1_772_668_800_123_456,
        reader=name,
        door="http",
        board="",
        statements=2,
        rows=3,
        ok=True,
    )
    note_reads(migrated_store.command, [seen])
    note_reads(migrated_store.command, [])
    (row,) = migrated_store.query("SELECT * EXCEPT noted_at, toUnixTimestamp64Micro(seen_at) AS us FROM reads_seen")
    assert (row["reader"], row["us"], row["statements"], row["rows"], row["ok"]) == (name, seen.seen_at_us, 2, 3, True)


def test_a_client_is_taken_at_its_word() -> None:
    """Grafana's board and user are read from its name; what does not look like a board's uid is none."""
    assert Caller.of(GRAFANA) == Caller(is_grafana=True, board="tracemark-trace", person="li")
    assert Caller.of("Grafana (grafana_dashboard:; grafana_user:)") == Caller(is_grafana=True, board="", person="")
    assert Caller.of("curl/8") == Caller(is_grafana=False, board="", person="")


def test_a_store_without_a_log_is_told_apart(migrated_store: Store) -> None:
    """The embedded engine keeps no log of queries; a server has one unless told otherwise."""
    assert has_query_log(migrated_store) is bool(os.environ.get("TRACEMARK_TEST_CLICKHOUSE"))
