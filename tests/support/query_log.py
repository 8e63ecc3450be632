"""A table like a ClickHouse server's query log, for the embedded engine keeps none."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tracemark.store import Store

__all__ = ["BEGIN", "LOG", "QueryLog"]

LOG = "a_query_log"
SHAPE = f"""
CREATE TABLE {LOG}
(
    `type` Enum8('QueryStart' = 1, 'QueryFinish' = 2, 'ExceptionBeforeStart' = 3, 'ExceptionWhileProcessing' = 4),
    `event_date` Date,
    `event_time_microseconds` DateTime64(6),
    `query_id` String,
    `query_kind` LowCardinality(String),
    `databases` Array(LowCardinality(String)),
    `is_initial_query` UInt8,
    `user` String,
    `interface` UInt8,
    `client_name` String,
    `http_user_agent` String,
    `result_rows` UInt64
)
ENGINE = MergeTree ORDER BY (event_date, event_time_microseconds)"""

BEGIN = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)


class QueryLog:
    """The table in a store, empty."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.command(SHAPE)

    def query(self, second: float, query_id: str, **columns: Any) -> None:
        """One line, so many seconds after the beginning."""
        at = BEGIN + timedelta(seconds=second)
        row: dict[str, Any] = {
            "type": "QueryFinish",
            "event_date": at.date(),
            "event_time_microseconds": at,
            "query_id": query_id,
            "query_kind": "Select",
            "databases": [self.store.config.database],
            "is_initial_query": 1,
            "user": "grafana",
            "interface": 2,
            "client_name": "",
            "http_user_agent": "curl/8",
            "result_rows": 1,
            **columns,
        }
        self.store.insert(LOG, list(row), [[value] for value in row.values()], query_id=uuid.uuid4().hex)
