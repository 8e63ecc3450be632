"""The real tables on the real engine, asked over HTTP as an auditor who may only read, and a story to put into them."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from support.embedded import EmbeddedProcess
from support.stored import StoredEvents, Tables
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig, migrate


@pytest.fixture(scope="session")
def store_config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreConfig]:
    """The server of `TRACEMARK_TEST_CLICKHOUSE`, else one for these tests alone: readers see one database only."""
    if url := os.environ.get("TRACEMARK_TEST_CLICKHOUSE"):
        yield replace(StoreConfig.parse(url), database=f"query_{uuid.uuid4().hex[:12]}")
        return
    with EmbeddedProcess(tmp_path_factory.mktemp("query")) as process:
        yield StoreConfig.embedded(process.start().directory)


@pytest.fixture(scope="session")
def tables(store_config: StoreConfig) -> Iterator[Tables]:
    """Every table, for all tests of this process."""
    with Store(store_config, SystemClock()) as writer, Store(store_config.as_reader(), SystemClock()) as reader:
        migrate(writer)
        writer.command("ALTER TABLE reads_seen REMOVE TTL")  # worlds may be older than what it keeps
        yield Tables(writer, reader)
        writer.command(f"DROP DATABASE {store_config.database}")


@pytest.fixture
def reader(tables: Tables) -> Iterator[Store]:
    """Somebody who asks, before empty tables."""
    yield tables.reader
    tables.empty()


@pytest.fixture
def story(tables: Tables) -> StoredEvents:
    """Events to tell and save."""
    return StoredEvents(tables.insert)
