"""The boards' queries on the real tables of the real engine, asked over HTTP by a reader."""

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client

from support.embedded import EmbeddedProcess
from support.stored import NOON, micros
from tracemark.dashboards import stored
from tracemark.dashboards.lint import queries_of
from tracemark.dashboards.macros import ALL, TimeRange, Value, panel_sql
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig, migrate

__all__ = [
    "AROUND_NOON",
    "EVERYTHING",
    "HOSTILE_TENANT",
    "BoardQuery",
    "BoardStore",
    "Frame",
    "board_queries",
    "open_store",
    "read_by_the_writer",
]

AROUND_NOON = TimeRange(
    from_ms=micros(NOON) // 1000 - 3_600_000, to_ms=micros(NOON) // 1000 + 3_600_000, interval_ms=60_000
)
"""The hour before and the hour after the story's noon."""

EVERYTHING: Mapping[str, Value] = {
    "tenant": (ALL,),
    "service": (ALL,),
    "model": (ALL,),
    "regime": (ALL,),
    "obligation": (ALL,),
    "subject_ref": "",
    "request_id": "",
    "content_id": "",
    "case_id": "",
    "event_id": "",
}
"""What a board shows when it is opened."""

HOSTILE_TENANT = "o'brien\\ 租户 $__all `x` --"
"""Stored past the sink, which would refuse it: whatever a value holds, it is compared, never run."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a query answered."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    read_rows: int

    @property
    def value(self) -> Any:
        """The only value of an answer that must be one row of one column."""
        assert len(self.rows) == 1
        assert len(self.names) == 1
        return self.rows[0][0]

    def column(self, name: str) -> list[Any]:
        """One column."""
        return [row[self.names.index(name)] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """The rows by name."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


@dataclass(slots=True)
class BoardStore:
    """A migrated store; boards are read as a reader would."""

    writer: Store
    reader: Client
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def run(
        self, query: Mapping[str, Any], variables: Mapping[str, Value] | None = None, *, time: TimeRange = AROUND_NOON
    ) -> Frame:
        """A board's query with these variables, the others as on opening."""
        return self.ask(panel_sql(query["rawSql"], time, {**EVERYTHING, **(variables or {})}))

    def ask(self, sql: str) -> Frame:
        """Any SELECT or EXPLAIN."""
        result = self.reader.query(sql, settings=dict(self.settings))
        summary: Mapping[str, Any] = result.summary or {}
        return Frame(
            tuple(result.column_names),
            tuple(type_.name for type_ in result.column_types),
            [tuple(row) for row in result.result_rows],
            int(summary.get("read_rows", 0)),
        )

    def insert(self, table: str, column_names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows, given by column."""
        self.writer.insert(table, column_names, columns, query_id=uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """A query of a generated board, with what the panel does with it."""

    board: str
    name: str
    query: dict[str, Any]
    panel: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.board.removeprefix('tracemark-')}:{self.name.replace(' ', ':')}"

    @property
    def kind(self) -> str:
        """The panel's type, or `variable`, or `annotation`."""
        return self.panel["type"] if self.panel else self.name.partition(" ")[0]


def board_queries() -> list[BoardQuery]:
    """Every query of the generated boards in English; the Chinese ones have the same, which a test holds."""
    return [
        BoardQuery(board["uid"], name, query, next((p for p in board["panels"] if query in p["targets"]), None))
        for board in stored("en")
        for name, query in queries_of(board)
    ]


def open_store(directory: Path) -> Iterator[BoardStore]:
    """A store of its own, empty: an embedded server on `directory`, or a database of `TRACEMARK_TEST_CLICKHOUSE`."""
    if url := os.environ.get("TRACEMARK_TEST_CLICKHOUSE"):
        config = replace(StoreConfig.parse(url), database=f"boards_{uuid.uuid4().hex[:12]}")
        yield from _migrated(config, config)
        return
    with EmbeddedProcess(directory) as process:
        process.start()
        config = StoreConfig.embedded(directory)
        yield from _migrated(config, config.as_reader())


def _migrated(config: StoreConfig, as_reader: StoreConfig) -> Iterator[BoardStore]:
    with Store(config, SystemClock()) as writer:
        migrate(writer)
        with _client(as_reader) as reader:
            yield BoardStore(writer, reader)


def read_by_the_writer(store: BoardStore, **settings: Any) -> BoardStore:
    """The same store, for statements that a reader may not run and settings that a reader may not change."""
    return BoardStore(store.writer, _client(store.writer.config), settings)


def _client(config: StoreConfig) -> Client:
    at = config.endpoint()
    return clickhouse_connect.get_client(
        host=at.host,
        port=at.port,
        username=at.user,
        password=at.password,
        interface="https" if at.tls else "http",
        database=config.database,
        autogenerate_session_id=False,  # as Grafana: panels are asked for side by side
    )
