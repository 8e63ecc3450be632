"""Bring a store's tables up to this release: numbered steps, each once, then whatever the schemas have gained.

Every step is idempotent, so a migration that was interrupted is simply run again. A store that a newer release has migrated is
refused. Upgrade order: store, sink, producers.
"""

from dataclasses import dataclass
from importlib.metadata import version

from tracemark.store.client import Store
from tracemark.store.errors import StoreNotReady, StoreRefused, StoreTooNew
from tracemark.store.migrations._claim import Claim, claimed
from tracemark.store.migrations._ddl import Migration, bootstrap, event_statements, numbered
from tracemark.store.migrations._reconcile import gap

__all__ = ["MigrationReport", "check_ready", "migrate", "pending"]

_ENGINES = frozenset({"Atomic", "Replicated", "Shared"})


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a migration did.

    Attributes:
        version: Where the store is now.
        applied: Names of the numbered steps that were run.
        added: Columns, projections, indexes and views that were added.
    """

    version: int
    applied: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether everything had been done before."""
        return not (self.applied or self.added)


def migrate(store: Store, *, wait_s: float = 60.0) -> MigrationReport:
    """Create or upgrade the database; safe to call from several processes at once and as often as you like.

    Raises:
        StoreTooNew: A newer release has been here; nothing was changed.
        StoreDrifted: A column has a type of its own; columns were not touched.
        MigrationBusy: Another process migrated for longer than `wait_s`.
        StoreRefused: The database has an engine whose tables cannot be exchanged atomically.
        StoreUnavailable, StoreDenied: It cannot be asked.
    """
    _create_database(store)
    for statement in bootstrap():
        store.command(statement)
    with claimed(store, wait_s=wait_s) as claim:
        steps = _missing(store)
        _run(store, claim, event_statements())  # first, for steps may read from them
        for step in steps:
            _apply(store, claim, step)
        missing = gap(store)
        _run(store, claim, missing.statements)
        if missing.parts:
            _record(store, 0, "; ".join(missing.names))
    return MigrationReport(numbered()[-1].version, tuple(step.name for step in steps), missing.names)


def pending(store: Store) -> tuple[str, ...]:
    """What `migrate` would do, for people; empty when the store is ready. Changes nothing; raises like `migrate`."""
    if store.database_engine() is None:
        return (
            f"create database {store.config.database}",
            *(f"apply {step.name}" for step in numbered()),
            "create the events tables",
        )
    if not _has_migrations(store):
        return (*(f"apply {step.name}" for step in numbered()), "create the events tables")
    return (*(f"apply {step.name}" for step in _missing(store)), *(f"add {name}" for name in gap(store).names))


def check_ready(store: Store) -> None:
    """Refuse a store that lacks a step of this release; one that is ahead is welcome, for stores are upgraded first.

    Raises:
        StoreNotReady: `tracemark store migrate` has not been run.
        StoreUnavailable, StoreDenied: It cannot be asked.
    """
    is_there = store.database_engine() is not None and _has_migrations(store)
    applied = _applied(store) if is_there else set[int]()
    if missing := [step.name for step in numbered() if step.version not in applied]:
        raise StoreNotReady(f"the store lacks {', '.join(missing)}: run `tracemark store migrate`")


def _create_database(store: Store) -> None:
    database = store.config.database
    engine = store.database_engine()
    if engine is None:
        store.command(f"CREATE DATABASE IF NOT EXISTS {database} ENGINE = Atomic", in_database=False)
    elif engine not in _ENGINES:
        raise StoreRefused(
            f"database {database} has the engine {engine}: name another one, or make it with ENGINE = Atomic"
        )


def _has_migrations(store: Store) -> bool:
    sql = "SELECT count() AS n FROM system.tables WHERE database = {database:String} AND name = 'migrations'"
    return bool(store.query(sql, {"database": store.config.database})[0]["n"])


def _missing(store: Store) -> tuple[Migration, ...]:
    applied = _applied(store)
    newest = numbered()[-1].version
    if applied and max(applied) > newest:
        raise StoreTooNew(f"the store is at migration {max(applied)}, this release knows {newest}: upgrade tracemark")
    return tuple(step for step in numbered() if step.version not in applied)


def _applied(store: Store) -> set[int]:
    return {row["version"] for row in store.query("SELECT DISTINCT version FROM migrations WHERE version > 0")}


def _apply(store: Store, claim: Claim, step: Migration) -> None:
    _run(store, claim, step.statements)
    _record(store, step.version, step.name)


def _run(store: Store, claim: Claim, statements: tuple[str, ...]) -> None:
    for statement in statements:
        claim.renew()
        store.command(statement)


def _record(store: Store, number: int, name: str) -> None:
    values = {"version": number, "name": name, "release": version("tracemark")}
    sql = "INSERT INTO migrations SELECT {version:UInt32}, {name:String}, {release:String}, now64(6)"
    store.command(sql, values)
