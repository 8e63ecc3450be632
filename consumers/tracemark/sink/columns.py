"""Accepted events as columns of a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

from tracemark.schemas import schema_by_id, schemas
from tracemark.schemas.columns import raw_value, table_columns
from tracemark.sink.judging import Accepted

__all__ = ["Block", "block_of"]

_PROVENANCE = ("_topic", "_partition", "_offset", "_broker_ts", "_schema_id", "clock_suspect")


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
    absent: Mapping[str, Any]


@cache
def _layout(table: str, schema_ids: tuple[int, ...]) -> _Layout:
    fields = {f.name: f for schema_id in schema_ids for f in schema_by_id(schema_id).fields}
    types = {column.name: column.type for column in table_columns(schemas(), table)}
    names = (*fields, *_PROVENANCE)
    absent = {name: raw_value(f, None) for name, f in fields.items()}
    return _Layout(names, tuple(types[name] for name in names), absent)


@cache
def _names(schema_id: int) -> tuple[str, ...]:
    return tuple(f.name for f in schema_by_id(schema_id).fields)


def _columns(layout: _Layout, schema_id: int, group: Sequence[Accepted]) -> Iterator[tuple[str, Iterable[Any]]]:
    records, _, rows, _, suspects = zip(*group, strict=True)
    # Rows are turned over as a whole: column by column would fetch every row from memory once for each column.
    found = dict(zip(_names(schema_id), zip(*rows, strict=True), strict=True))
    yield from found.items()
    for name, absent in layout.absent.items():
        if name not in found:
            yield name, repeat(absent, len(group))
    topics, partitions, offsets, times, *_ = zip(*records, strict=True)
    given = (topics, partitions, offsets, times, repeat(schema_id, len(group)), suspects)
    yield from zip(_PROVENANCE, given, strict=True)
