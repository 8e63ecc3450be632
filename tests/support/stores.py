"""Stores for tests: a database of one's own on a real engine, over HTTP."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from support.embedded import RunningServer
from tracemark.store import Store, StoreConfig, migrate

__all__ = ["empty_store", "migrated_store", "store_config"]


def store_config(server: RunningServer, database: str) -> StoreConfig:
    """A database of a running embedded server, addressed as any ClickHouse server is."""
    passwords = server.credentials
    url = f"http://{passwords.writer}@127.0.0.1:{server.port}/{database}"
    return StoreConfig.parse(url, password=passwords.writer_password)


@pytest.fixture
def empty_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store whose database does not exist yet. `TRACEMARK_TEST_CLICKHOUSE` names a server to use instead of the embedded one."""
    database = f"t_{uuid.uuid4().hex[:16]}"
    if named := os.environ.get("TRACEMARK_TEST_CLICKHOUSE"):
        config = replace(StoreConfig.parse(named), database=database)
    else:
        config = store_config(request.getfixturevalue("embedded_server"), database)
    with Store.connect(config) as store:
        yield store
        store.command(f"DROP DATABASE IF EXISTS {database}", in_database=False)


@pytest.fixture
def migrated_store(empty_store: Store) -> Store:
    """A store with all tables, empty."""
    migrate(empty_store)
    return empty_store
