"""Accepted events as columns of a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from operator import itemgetter
from typing import Any

from tracemark.schemas import schema_by_id, schemas
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
    """Events of one table by column, schema after schema.

    There is a column for every field that one of these schemas has, and for the provenance; the table's other columns take their
    default, which means absence. Values are given as clickhouse-connect writes them without converting: timestamps as ticks, UUIDs
    as text.
    """
    groups: dict[int, list[Accepted]] = {}
    for event in events:
        groups.setdefault(event.schema.schema_id, []).append(event)
    layout = _layout(table, tuple(groups))
    columns: dict[str, list[Any]] = {name: [] for name in layout.names}
    for schema_id, group in groups.items():
        for name, values in _columns(layout, schema_id, group):
            columns[name] += values
    return Block(layout.names, layout.types, tuple(columns.values()))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns for some schemas, with the value each of them has where a field is absent."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    absent: tuple[Any, ...]


@cache
def _layout(table: str, schema_ids: tuple[int, ...]) -> _Layout:
    fields = {f.name: f for schema_id in schema_ids for f in _fields(schema_id)}
    types = {column.name: column.type for column in table_columns(schemas(), table)}
    names = (*fields, *_PROVENANCE)
    return _Layout(names, tuple(types[name] for name in names), tuple(_absent(f) for f in fields.values()))


@cache
def _fields(schema_id: int) -> tuple[Field, ...]:
    return schema_by_id(schema_id).fields


def _columns(layout: _Layout, schema_id: int, group: Sequence[Accepted]) -> Iterator[tuple[str, Iterable[Any]]]:
    fields = {f.name: f for f in _fields(schema_id)}
    # Row by row and turned over at the end: column by column would fetch every row from memory once for each column.
    rows = map(itemgetter(*fields), (event.row for event in group))
    found = dict(zip(fields, zip(*rows, strict=True), strict=True))
    for name, absent in zip(layout.names, layout.absent, strict=False):
        if name not in fields:
            yield name, repeat(absent, len(group))
        elif fields[name].nullable and absent is not None:
            yield name, [absent if value is None else value for value in found[name]]
        else:
            yield name, found[name]
    for name, take in _PROVENANCE.items():
        yield name, [take(event) for event in group]


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
