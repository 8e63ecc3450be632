"""Events put straight into the tables, for tests that begin where the sink ends."""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from support.events import make_event
from tracemark.query.testing import World
from tracemark.schemas import codec_for, schema_by_id, schemas
from tracemark.schemas.columns import table_columns, to_column
from tracemark.store import Store

__all__ = ["NOON", "Inserter", "StoredEvents", "Tables", "column_row", "micros"]

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""When the tests' stories begin."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Inserter(Protocol):
    """Puts rows into a table, by column."""

    def __call__(self, table: str, column_names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Insert and return once the rows can be selected."""
        ...


def micros(moment: datetime) -> int:
    """An instant as an event carries it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def column_row(row: Mapping[str, Any], **provenance: Any) -> dict[str, Any]:
    """An event's row as the sink stores it; `provenance` overrides what the sink adds."""
    codec = codec_for(row["event_type"])
    fields = schema_by_id(codec.schema_id).fields
    received = _EPOCH + timedelta(microseconds=row["occurred_at"])
    return {
        **{field.name: to_column(field, row[field.name]) for field in fields},
        "_topic": "tracemark.events",
        "_partition": 0,
        "_offset": 0,
        "_broker_ts": received,
        "_schema_id": codec.schema_id,
        "clock_suspect": False,
        "erased_by": "",
        **provenance,
    }


@dataclass(frozen=True, slots=True)
class Tables:
    """Migrated tables and the two who use them."""

    writer: Store
    reader: Store

    def insert(self, table: str, column_names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows, given by column."""
        self.writer.insert(table, column_names, columns, query_id=uuid.uuid4().hex)

    def fill(self, world: World) -> None:
        """Insert all that happens in a world of the kit."""
        for block in world.blocks():
            self.insert(block.table, block.column_names, block.columns)

    def empty(self) -> None:
        """Remove every row that the tests of queries put in."""
        for table in ("events_traffic", "events_records", "dead_letters", "sink_status", "reads_seen"):
            self.writer.command(f"TRUNCATE TABLE {table}")


class StoredEvents:
    """A story told event by event; `save` writes what was told since."""

    def __init__(self, insert: Inserter) -> None:
        """Keep where to write."""
        self._insert = insert
        self._offsets = itertools.count()
        self._waiting: list[dict[str, Any]] = []

    def tell(
        self, event_type: str, *, at: float = 0.0, stored: Mapping[str, Any] | None = None, **fields: Any
    ) -> dict[str, Any]:
        """An event `at` seconds after noon; `stored` overrides columns that the sink adds. Returns the event's own row."""
        fields.setdefault("occurred_at", micros(NOON + timedelta(seconds=at)))
        row, _ = make_event(event_type, **fields)
        self._waiting.append(column_row(row, **{"_offset": next(self._offsets), **(stored or {})}))
        return row

    def save(self) -> None:
        """Insert what was told, one block per table and event type."""
        rows, self._waiting = self._waiting, []
        tables = {schema.event_type: schema.table for schema in schemas()}
        for event_type in sorted({row["event_type"] for row in rows}):
            block = [row for row in rows if row["event_type"] == event_type]
            known = {column.name for column in table_columns(schemas(), tables[event_type])}
            names = [name for name in block[0] if name in known]
            self._insert(f"events_{tables[event_type]}", names, [[row[name] for row in block] for name in names])
