"""Avro fields as ClickHouse columns, and values on their way there and back.

Absent text is `''` and absent bytes are zeros, neither of which is ever legal as a value; absent numbers are NULL. So a stored
row gives back exactly the values it was made of, and `event_hash` can be rebuilt from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from tracemark.schemas.definitions import EventSchema, Field
from tracemark.schemas.errors import SchemaDefinitionError

__all__ = [
    "PROVENANCE",
    "STORE_COLUMNS",
    "Column",
    "column_of",
    "from_column",
    "raw_value",
    "table_columns",
    "to_column",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an events table: name, ClickHouse type, the comment people read, and the codec of its bytes."""

    name: str
    type: str
    comment: str
    codec: str = ""


PROVENANCE = (
    Column(name="_topic", type="LowCardinality(String)", comment="Kafka topic, or journal in embedded mode."),
    Column(name="_partition", type="UInt16", comment="Partition of the topic, or journal lane.", codec="ZSTD(1)"),
    Column(name="_offset", type="UInt64", comment="Offset in the partition.", codec="Delta, ZSTD(1)"),
    Column(
        name="_broker_ts",
        type="DateTime64(3, 'UTC')",
        comment="Receipt: when the broker appended it.",
        codec="Delta, ZSTD(1)",
    ),
    Column(
        name="_schema_id",
        type="UInt32",
        comment="Schema id of the frame; with it event_hash can be rebuilt.",
        codec="ZSTD(1)",
    ),
)
"""Where each row came from: exactly-once delivery can be checked in SQL for ever."""

STORE_COLUMNS = (
    Column(
        name="clock_suspect",
        type="Bool",
        comment="The producer's clock disagreed with the broker's; durations are no evidence.",
    ),
    Column(name="erased_by", type="String", comment="Order that erased the personal fields, or empty."),
)
"""What the store itself says about a row."""

_TYPES = {
    "string": "String",
    "enum": "LowCardinality(String)",
    "int": "Int32",
    "long": "Int64",
    "double": "Float64",
    "boolean": "Bool",
    "timestamp": "DateTime64(6, 'UTC')",
}
_NULLABLE = frozenset({"int", "long", "double", "timestamp"})
_NIL_UUID = "00000000-0000-0000-0000-000000000000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def column_of(f: Field) -> Column:
    """The column of one field."""
    return Column(name=f.name, type=_type(f), comment=f.doc, codec=_codec(f))


def table_columns(schemas: Sequence[EventSchema], table: str) -> tuple[Column, ...]:
    """Columns of `events_<table>`: the fields of its schemas by name, then provenance and the store's own.

    Raises `SchemaDefinitionError` when two schemas give one name two types.
    """
    columns: dict[str, Column] = {}
    everywhere: dict[str, Column] = {}
    for schema in schemas:
        for f in schema.fields:
            column = column_of(f)
            known = everywhere.setdefault(f.name, column)
            if known.type != column.type:
                raise SchemaDefinitionError(
                    f"{schema.event_type}.{f.name}: another schema has it as {known.type}; rename one"
                )
            if schema.table == table:
                columns.setdefault(f.name, column)
    return (*columns.values(), *PROVENANCE, *STORE_COLUMNS)


def _type(f: Field) -> str:
    if f.kind == "array":
        return "Array(LowCardinality(String))"
    if f.kind == "map":
        return f"Map(LowCardinality(String), {_TYPES[f.item or 'string']})"
    if f.kind == "fixed":
        return f"FixedString({f.size})"
    if f.format == "uuid" and not f.nullable:
        return "UUID"
    if f.kind == "string" and f.low_cardinality:
        return "LowCardinality(String)"
    base = _TYPES[f.kind]
    return f"Nullable({base})" if f.nullable and f.kind in _NULLABLE else base


def _codec(f: Field) -> str:
    if f.kind == "timestamp" or f.name == "producer_seq":
        return "Delta, ZSTD(1)"
    # Digests, salts and random ids do not compress: spend nothing on them.
    return "NONE" if f.kind == "fixed" else "ZSTD(1)"


def to_column(f: Field, value: Any) -> Any:
    """A decoded Avro value as clickhouse-connect inserts it."""
    if value is None:
        return None if f.kind in _NULLABLE else (bytes(f.size) if f.kind == "fixed" else "")
    if f.kind == "timestamp":
        return _EPOCH + value * _MICROSECOND
    if f.format == "uuid":
        return UUID(value)
    return value


def raw_value(f: Field, value: Any) -> Any:
    """A decoded Avro value as clickhouse-connect writes it without converting: timestamps as ticks, UUIDs as text.

    None gives what ClickHouse itself puts into the column where a row has no such field.
    """
    if value is None:
        return _absent(f)
    return tuple(value) if f.kind == "array" else value


def _absent(f: Field) -> Any:
    if f.kind == "array":
        return ()
    if f.kind == "map":
        return {}
    if f.kind == "fixed":
        return bytes(f.size)
    if f.kind in {"string", "enum"}:
        return _NIL_UUID if f.format == "uuid" and not f.nullable else ""
    return None if f.nullable else 0


def from_column(f: Field, value: Any) -> Any:
    """A selected value as the Avro value it was made of; the inverse of `to_column`."""
    if f.kind == "timestamp":
        return None if value is None else _microseconds(value)
    if f.kind == "fixed":
        data = value if isinstance(value, bytes) else bytes(value)
        return None if f.nullable and not any(data) else data
    if f.nullable and f.kind in {"string", "enum"}:
        return str(value) or None
    if f.kind == "string":
        return str(value)
    if f.kind == "map":
        return dict(cast("Mapping[str, Any]", value))
    return value


def _microseconds(value: datetime) -> int:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND
