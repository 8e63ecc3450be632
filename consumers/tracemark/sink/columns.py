"""Accepted events as columns of a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracemark.schemas import schemas
from tracemark.schemas.columns import table_columns
from tracemark.schemas.definitions import Field
from tracemark.sink.judging import Accepted

__all__ = ["Block", "block_of"]

_PROVENANCE: dict[str, Callable[[Accepted], Any]] = {
    "_topic": lambda e: e.record.topic,
    "_partition": lambda e: e.record.partition,
    "_offset": lambda e: e.record.offset,
    "_broker_ts": lambda e: e.record.broker_ts_ms,
    "_schema_id": lambda e: e.schema.schema_id,
    "clock_suspect": lambda e: e.clock_suspect,
}
_NIL_UUID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table, ready to insert."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]


def block_of(table: str, events: Sequence[Accepted]) -> Block:
    """The columns that the schemas of `events` have, then provenance; the table's other columns take their default, absence."""
    layout = _layout(table, frozenset({event.schema.schema_id for event in events}))
    rows = [event.row for event in events]
    columns: list[Sequence[Any]] = [_values(f, rows) for f in layout.fields]
    columns += [[take(event) for event in events] for take in _PROVENANCE.values()]
    return Block(layout.names, layout.types, tuple(columns))


@dataclass(frozen=True, slots=True)
class _Layout:
    fields: tuple[Field, ...]
    names: tuple[str, ...]
    types: tuple[str, ...]


@cache
def _layout(table: str, schema_ids: frozenset[int]) -> _Layout:
    fields = {f.name: f for schema in schemas() if schema.schema_id in schema_ids for f in schema.fields}
    types = {column.name: column.type for column in table_columns(schemas(), table)}
    names = (*fields, *_PROVENANCE)
    return _Layout(tuple(fields.values()), names, tuple(types[name] for name in names))


def _values(f: Field, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Values as clickhouse-connect takes them without converting: timestamps as ticks, UUIDs as text, absent text as ''."""
    name, absent = f.name, _absent(f)
    if absent is None:
        return [row.get(name) for row in rows]
    return [absent if (value := row.get(name)) is None else value for row in rows]


def _absent(f: Field) -> Any:
    """What the column holds where the field is absent, or its schema has none: what ClickHouse itself would put there."""
    if f.kind == "array":
        return []
    if f.kind == "map":
        return {}
    if f.kind == "fixed":
        return bytes(f.size)
    if f.kind in {"string", "enum"}:
        return _NIL_UUID if f.format == "uuid" and not f.nullable else ""
    return None if f.nullable else 0
