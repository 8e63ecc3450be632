"""Accepted events as columns of a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from tracemark.schemas import schemas
from tracemark.schemas.columns import table_columns
from tracemark.schemas.definitions import EventSchema, Field
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

_Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table, ready to insert."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]


def block_of(table: str, events: Sequence[Accepted]) -> Block:
    """Events of one table by column, schema after schema.

    There is a column for every field that one of these schemas has, and for the provenance; the table's other columns take their
    default, which means absence. Values are given as clickhouse-connect writes them without converting: timestamps as ticks, UUIDs
    as text.
    """
    groups: dict[int, list[Accepted]] = {}
    for event in events:
        groups.setdefault(event.schema.schema_id, []).append(event)
    layout = _layout(table, tuple(groups))
    rows = [[event.row for event in group] for group in groups.values()]
    columns = [_column(f, schema_fields, rows) for f, schema_fields in zip(layout.fields, layout.have, strict=True)]
    ordered = [event for group in groups.values() for event in group]
    columns += [[take(event) for event in ordered] for take in _PROVENANCE.values()]
    return Block(layout.names, layout.types, tuple(columns))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns for some schemas; `have` tells for each field which of the schemas have it."""

    fields: tuple[Field, ...]
    have: tuple[tuple[bool, ...], ...]
    names: tuple[str, ...]
    types: tuple[str, ...]


@cache
def _layout(table: str, schema_ids: tuple[int, ...]) -> _Layout:
    by_id: dict[int, EventSchema] = {schema.schema_id: schema for schema in schemas()}
    held = [{f.name: f for f in by_id[schema_id].fields} for schema_id in schema_ids]
    fields = {name: f for one in held for name, f in one.items()}
    types = {column.name: column.type for column in table_columns(schemas(), table)}
    names = (*fields, *_PROVENANCE)
    have = tuple(tuple(name in one for one in held) for name in fields)
    return _Layout(tuple(fields.values()), have, names, tuple(types[name] for name in names))


def _column(f: Field, have: tuple[bool, ...], groups: Sequence[_Rows]) -> list[Any]:
    absent, values = _absent(f), list[Any]()
    for has_field, rows in zip(have, groups, strict=True):
        if not has_field:
            values += [absent] * len(rows)
        elif f.nullable and absent is not None:
            values += [absent if value is None else value for value in map(itemgetter(f.name), rows)]
        else:
            values += map(itemgetter(f.name), rows)
    return values


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
