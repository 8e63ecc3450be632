"""Where events rest: DDL and migrations, the ClickHouse client, the embedded engine and its HTTP interface.

>>> from tracemark.store import StoreConfig
>>> StoreConfig.parse("clickhouse://sink:secret@db.example:8123/audit")
StoreConfig(url='clickhouse://sink@db.example:8123', database='audit', reader=False, connect_timeout_s=5, timeout_s=120)
"""

from tracemark.store.client import Columns, Store
from tracemark.store.config import StoreConfig
from tracemark.store.errors import (
    AmbiguousInsert,
    MigrationBusy,
    StoreConfigError,
    StoreDenied,
    StoreDrifted,
    StoreError,
    StoreNotReady,
    StoreRefused,
    StoreTooNew,
    StoreUnavailable,
)
from tracemark.store.merkle import merkle_root
from tracemark.store.migrations import MigrationReport, check_ready, migrate, pending
from tracemark.store.summaries import SUMMARIES, refresh_summaries

__all__ = [
    "SUMMARIES",
    "AmbiguousInsert",
    "Columns",
    "MigrationBusy",
    "MigrationReport",
    "Store",
    "StoreConfig",
    "StoreConfigError",
    "StoreDenied",
    "StoreDrifted",
    "StoreError",
    "StoreNotReady",
    "StoreRefused",
    "StoreTooNew",
    "StoreUnavailable",
    "check_ready",
    "merkle_root",
    "migrate",
    "pending",
    "refresh_summaries",
]
