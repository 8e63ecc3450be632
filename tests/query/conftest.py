"""The real engine with the real tables, and a story to put into them."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from support.stored import StoredEvents


class Engine:
    """A database of this test's own, asked as `tracemark.store.Store` is."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.statements: list[str] = []

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows by column name."""
        self.statements.append(sql)
        return list(self.client.query(sql, parameters=dict(parameters or {})).named_results())

    def insert(self, table: str, column_names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Rows by column."""
        self.client.insert(table, columns, column_names=column_names, column_oriented=True)


@pytest.fixture(scope="session")
def engine_client() -> Iterator[Client]:
    """The engine, once for all tests of this process."""
    client: Client = clickhouse_connect.get_client(interface="chdb", tz_mode="aware")
    yield client
    client.close()


@pytest.fixture
def engine(engine_client: Client) -> Iterator[Engine]:
    """Empty tables."""
    database = f"query_{uuid.uuid4().hex[:12]}"
    engine_client.command(f"CREATE DATABASE {database} ENGINE = Atomic")
    engine_client.command(f"USE {database}")
    engine_client.database = database
    for folder, name in (
        ("tracemark.schemas._generated", "tables.sql"),
        ("tracemark.store.migrations", "0001_audit_tables.sql"),
    ):
        for statement in (files(folder) / name).read_text(encoding="utf-8").split(";\n"):
            if "CREATE" in statement:
                engine_client.command(statement)
    yield Engine(engine_client)
    engine_client.command(f"DROP DATABASE {database}")


@pytest.fixture
def story(engine: Engine) -> StoredEvents:
    """Events to tell and save."""
    return StoredEvents(engine.insert)
