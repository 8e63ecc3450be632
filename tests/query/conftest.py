"""The real tables on the real engine, asked over HTTP as an auditor who may only read, and a story to put into them."""

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from support.embedded import RunningServer, embedded_server
from support.stored import StoredEvents
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig, migrate

__all__ = ["Tables", "embedded_server", "reader", "story", "tables"]


@dataclass(frozen=True, slots=True)
class Tables:
    """Migrated tables and the two who use them."""

    writer: Store
    reader: Store

    def insert(self, table: str, column_names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows, given by column."""
        self.writer.insert(table, column_names, columns, query_id=uuid.uuid4().hex)


@pytest.fixture(scope="session")
def tables(request: pytest.FixtureRequest) -> Iterator[Tables]:
    """The server of `TRACEMARK_TEST_CLICKHOUSE`, else an embedded one; with a database of these tests' own."""
    if url := os.environ.get("TRACEMARK_TEST_CLICKHOUSE"):
        config = StoreConfig.parse(url)
    else:
        server: RunningServer = request.getfixturevalue("embedded_server")
        config = StoreConfig.embedded(server.directory)
    config = replace(config, database=f"query_{uuid.uuid4().hex[:12]}")
    with Store(config, SystemClock()) as writer, Store(config.as_reader(), SystemClock()) as reader:
        migrate(writer)
        yield Tables(writer, reader)
        writer.command(f"DROP DATABASE {config.database}")


@pytest.fixture
def reader(tables: Tables) -> Iterator[Store]:
    """Somebody who asks, before empty tables."""
    yield tables.writer
    for table in ("events_traffic", "events_records", "dead_letters", "sink_status", "ledger"):
        tables.writer.command(f"TRUNCATE TABLE {table}")


@pytest.fixture
def story(tables: Tables) -> StoredEvents:
    """Events to tell and save."""
    return StoredEvents(tables.insert)
