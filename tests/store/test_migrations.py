"""Migrations: idempotent, one at a time, forward only."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.waiting import eventually
from tracemark.schemas import schemas
from tracemark.schemas.clock import FixedClock
from tracemark.schemas.columns import table_columns
from tracemark.store import (
    MigrationBusy,
    Store,
    StoreDrifted,
    StoreNotReady,
    StoreRefused,
    StoreTooNew,
    check_ready,
    migrate,
    pending,
)
from tracemark.store.migrations._claim import Claim, claimed
from tracemark.store.migrations._ddl import event_parts, numbered

STEPS = (
    *("audit_tables", "board_summaries", "producer_accounts", "reads_seen", "granted_waivers", "duty_reasons"),
    "coverage_by_reach",
)

TABLES = {
    *("events_traffic", "events_records", "events", "ledger", "dead_letters", "topics", "sink_status", "sink_lanes"),
    *("label_coverage", "label_coverage_refresh", "duty_results", "duty_breaches"),
    *("producer_accounts", "producer_accounts_refresh", "reads_seen"),
}


def _tables(store: Store) -> set[str]:
    return {row["name"] for row in store.query("SELECT name FROM system.tables WHERE database = currentDatabase()")}


def _columns(store: Store, table: str) -> set[str]:
    sql = "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}"
    return {row["name"] for row in store.query(sql, {"table": table})}


def test_a_fresh_store_gets_every_table(empty_store: Store) -> None:
    """Migrating a store without a database makes the database and every table; before, that is pending."""
    assert any("create database" in step for step in pending(empty_store))
    report = migrate(empty_store)
    assert (report.version, report.applied) == (numbered()[-1].version, STEPS)
    assert _tables(empty_store) >= TABLES
    assert empty_store.database_engine() == "Atomic"


def test_migrating_twice_changes_nothing(migrated_store: Store) -> None:
    """A second migration finds nothing to do and records nothing."""
    before = migrated_store.query("SELECT count() AS n FROM migrations")
    assert pending(migrated_store) == ()
    assert migrate(migrated_store).is_empty
    assert migrated_store.query("SELECT count() AS n FROM migrations") == before


def test_every_column_says_what_it_means(migrated_store: Store) -> None:
    """No column of any table lacks a comment."""
    bare = migrated_store.query(
        "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = '' "
        "AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MergeTree')"
    )
    assert bare == []


def test_several_migrate_at_once(empty_store: Store) -> None:
    """Of four processes that migrate at once each succeeds, and the step is applied once."""
    stores = [Store(empty_store.config) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(migrate, stores))
    assert sum(report.applied == STEPS for report in reports) == 1
    rows = empty_store.query("SELECT version FROM migrations WHERE version > 0")
    assert sorted(row["version"] for row in rows) == [step.version for step in numbered()]


def test_never_do_two_hold_the_claim(migrated_store: Store) -> None:
    """While eight threads take turns, at most one holds the claim at any moment."""
    inside, most, lock = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal inside, most
        with claimed(Store(migrated_store.config), wait_s=120):
            with lock:
                inside += 1
                most = max(most, inside)
            migrated_store.query("SELECT sleep(0.02)")
            with lock:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == 1


def test_a_held_claim_makes_others_wait_and_then_give_up(migrated_store: Store) -> None:
    """Whoever finds the claim held waits as long as told, then says whose it is."""
    holder = Claim(migrated_store)
    assert holder.take() is None
    with pytest.raises(MigrationBusy, match=holder.owner):
        migrate(migrated_store, wait_s=0.5)
    holder.release()
    assert migrate(migrated_store).is_empty


def test_the_claim_of_a_crashed_owner_runs_out(migrated_store: Store) -> None:
    """A claim that its owner neither renews nor releases hinders nobody after its lease."""
    Claim(migrated_store, lease_s=1).take()
    migrate(migrated_store, wait_s=30)


def test_an_owner_that_overslept_stops(migrated_store: Store) -> None:
    """An owner whose lease has run out does not go on, for the claim may be another's."""
    clock = FixedClock()
    claim = Claim(Store(migrated_store.config, clock), lease_s=10)
    assert claim.take() is None
    clock.advance(11)
    with pytest.raises(MigrationBusy, match="run it again"):
        claim.renew()
    claim.release()


def test_what_the_schemas_gained_is_added(migrated_store: Store) -> None:
    """A missing column, projection and index are found and added, and the view then has every column."""
    migrated_store.command("ALTER TABLE events_traffic DROP PROJECTION by_subject_ref, DROP INDEX occurred")
    migrated_store.command("ALTER TABLE events_traffic DROP COLUMN finish")
    migrated_store.command("CREATE OR REPLACE VIEW events AS SELECT event_id FROM events_traffic")
    assert {"add column events_traffic.finish", "add view events"} <= set(pending(migrated_store))
    report = migrate(migrated_store)
    assert set(report.added) == {
        "column events_traffic.finish",
        "projection events_traffic.by_subject_ref",
        "index events_traffic.occurred",
        "view events",
    }
    assert _columns(migrated_store, "events") == {part.name for part in event_parts() if part.kind == "COLUMN"}
    assert migrate(migrated_store).is_empty


def test_a_store_of_before_counts_by_the_hour_says_the_same(migrated_store: Store) -> None:
    """Rows stored before the projection and the index came are counted and found as well as later ones."""
    migrated_store.command("ALTER TABLE events_traffic DROP PROJECTION by_hour, DROP INDEX of_case")
    insert = "INSERT INTO events_traffic (event_id, case_id, _broker_ts) SELECT generateUUIDv4(), 'k', now64(3) FROM"
    migrated_store.command(f"{insert} numbers(3)")
    assert set(migrate(migrated_store).added) == {"projection events_traffic.by_hour", "index events_traffic.of_case"}
    is_done = "SELECT min(is_done) AS done FROM system.mutations WHERE database = currentDatabase()"
    eventually(lambda: migrated_store.query(is_done) == [{"done": 1}], what="older rows are counted, too")
    counted = "FROM system.projection_parts WHERE database = currentDatabase() AND active AND name = 'by_hour'"
    assert migrated_store.query(f"SELECT sum(rows) AS n {counted}") == [{"n": 1}]
    indexed = "FROM system.data_skipping_indices WHERE database = currentDatabase() AND name = 'of_case'"
    assert migrated_store.query(f"SELECT data_compressed_bytes > 0 AS made {indexed}") == [{"made": 1}]
    migrated_store.command(f"{insert} numbers(4)")
    hourly = (
        "SELECT sum(events) AS n FROM (SELECT count() AS events FROM events_traffic GROUP BY toStartOfHour(_broker_ts))"
    )
    assert migrated_store.query(hourly) == [{"n": 7}]
    assert migrated_store.query("SELECT count() AS n FROM events WHERE case_id = 'k'") == [{"n": 7}]


def test_a_judgement_of_before_reasons_were_counted_says_so(migrated_store: Store) -> None:
    """After the upgrade its breaches are of an unknown reason, and as many as before."""
    migrated_store.command("ALTER TABLE duty_results DROP COLUMN reasons")
    migrated_store.command("INSERT INTO duty_results (judged_at, offending) VALUES (now64(6), 3)")
    migrated_store.command("DELETE FROM migrations WHERE name = 'duty_reasons'")
    assert migrate(migrated_store).applied == ("duty_reasons",)
    assert migrated_store.query("SELECT reasons FROM duty_results") == [{"reasons": {"unknown": 3}}]


def test_the_tables_are_what_the_schemas_say(migrated_store: Store) -> None:
    """Names and types of the columns of both events tables are those derived from the schemas."""
    for table in ("traffic", "records"):
        sql = "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}"
        found = {row["name"]: row["type"] for row in migrated_store.query(sql, {"table": f"events_{table}"})}
        assert found == {column.name: column.type for column in table_columns(schemas(), table)}


def test_a_newer_store_is_refused_by_a_migration_and_welcome_to_a_sink(migrated_store: Store) -> None:
    """A store that a newer release has migrated is not migrated back, yet an older sink may go on writing into it."""
    migrated_store.command("INSERT INTO migrations VALUES (99, 'from the future', '9.9', now64(6))")
    with pytest.raises(StoreTooNew, match="upgrade tracemark"):
        migrate(migrated_store)
    check_ready(migrated_store)


def test_columns_of_a_newer_release_are_left_alone(migrated_store: Store) -> None:
    """A column that this release does not know is neither dropped nor hidden: the migration refuses."""
    migrated_store.command("ALTER TABLE events_records ADD COLUMN from_the_future String")
    with pytest.raises(StoreTooNew, match="from_the_future"):
        migrate(migrated_store)
    assert "from_the_future" in _columns(migrated_store, "events_records")


def test_a_column_of_another_type_is_refused(migrated_store: Store) -> None:
    """A column whose type is not the schemas' is named with both types, and nothing is changed."""
    migrated_store.command("ALTER TABLE events_traffic MODIFY COLUMN last_seq Float64")
    with pytest.raises(StoreDrifted, match=r"last_seq is Float64, the schemas say Int64"):
        migrate(migrated_store)


def test_a_store_that_was_never_migrated_is_not_ready(empty_store: Store) -> None:
    """A sink on a store without tables is told the command to run."""
    with pytest.raises(StoreNotReady, match="tracemark store migrate"):
        check_ready(empty_store)


def test_a_database_of_another_engine_is_refused(empty_store: Store) -> None:
    """A database whose tables cannot be exchanged atomically is refused."""
    empty_store.command(f"CREATE DATABASE {empty_store.config.database} ENGINE = Memory", in_database=False)
    with pytest.raises(StoreRefused, match="ENGINE = Atomic"):
        migrate(empty_store)
