"""ClickHouse DDL of the two event tables and the view over both."""

from collections.abc import Iterable, Sequence

from tracemark.schemas.columns import Column, table_columns
from tracemark.schemas.definitions import EventSchema

__all__ = ["render_tables"]

_HEAD = "-- Tables of events. Generated from the .avsc files by `python -m tracemark.schemas.codegen`; do not edit.\n"

# The keys people look things up by. Light projections (key and _part_offset) act as secondary indexes: 5 ms instead of 50 on
# ten million rows, for a quarter more disk.
_LOOKUPS = {
    "traffic": ("request_id", "content_id", "token_exact", "token_loose", "subject_ref", "event_id", "event_hash"),
    "records": ("case_id", "content_id", "request_id", "subject_ref", "event_id"),
}
# Hardly any traffic belongs to a case: an index of next to nothing tells where, and a projection of empty strings is saved.
_MORE_INDEXES = {"traffic": ("    INDEX of_case case_id TYPE bloom_filter GRANULARITY 1",)}
# What boards count over long ranges: every part keeps it by the hour, so that it stays exact when rows are replayed or removed, and
# a month of ten million events is answered from a fiftieth of the rows.
_HOURLY = (
    "toStartOfHour(_broker_ts)",
    "tenant_id",
    "service_id",
    "event_type",
    "model_id",
    "model_version",
    "policy_version",
    "service_scope",
    "audience_class",
)
_COUNTS = (
    "count()",
    "countIf(clock_suspect)",
    "min(occurred_at)",
    "max(occurred_at)",
    "min(_broker_ts)",
    "max(_broker_ts)",
)
_PARTITIONS = {"traffic": "toYYYYMM(_broker_ts)", "records": "(retention_class, toYYYYMM(_broker_ts))"}


def render_tables(schemas: Sequence[EventSchema]) -> str:
    """All statements, each ended by a semicolon and a blank line."""
    tables = {name: table_columns(schemas, name) for name in ("traffic", "records")}
    statements = [_table(name, columns) for name, columns in tables.items()]
    return "\n".join([_HEAD, *statements, _view(tables["traffic"], tables["records"])])


def _table(name: str, columns: Sequence[Column]) -> str:
    lines = [_column(column) for column in columns]
    lines += [f"    PROJECTION by_{key} (SELECT {key}, _part_offset ORDER BY {key})" for key in _LOOKUPS[name]]
    lines += [
        f"    PROJECTION by_hour (SELECT {', '.join((*_HOURLY, *_COUNTS))} GROUP BY {', '.join(_HOURLY)})",
        "    INDEX position (_partition, _offset) TYPE minmax GRANULARITY 1",
        "    INDEX occurred (occurred_at) TYPE minmax GRANULARITY 1",
        "    INDEX received (_broker_ts) TYPE minmax GRANULARITY 1",
        *_MORE_INDEXES.get(name, ()),
    ]
    return f"""CREATE TABLE IF NOT EXISTS events_{name}
(
{_joined(lines)}
)
ENGINE = MergeTree
PARTITION BY {_PARTITIONS[name]}
ORDER BY (tenant_id, event_type, toStartOfHour(occurred_at), event_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
"""


def _joined(lines: Sequence[str]) -> str:
    return ",\n".join(lines)


def _column(column: Column) -> str:
    codec = f" CODEC({column.codec})" if column.codec else ""
    comment = column.comment.replace("\\", "\\\\").replace("'", "\\'")
    return f"    `{column.name}` {column.type} COMMENT '{comment}'{codec}"


def _view(traffic: Sequence[Column], records: Sequence[Column]) -> str:
    names = {column.name: column for column in (*traffic, *records)}
    halves = [_half("traffic", traffic, names.values()), _half("records", records, names.values())]
    return "CREATE OR REPLACE VIEW events AS\n" + "\nUNION ALL\n".join(halves) + ";\n"


def _half(table: str, own: Sequence[Column], wanted: Iterable[Column]) -> str:
    have = {column.name for column in own}
    expressions = [
        f"`{column.name}`"
        if column.name in have
        else f"defaultValueOfTypeName('{_quoted(column.type)}') AS `{column.name}`"
        for column in wanted
    ]
    return "SELECT\n    " + ",\n    ".join(expressions) + f"\nFROM events_{table}"


def _quoted(type_: str) -> str:
    return type_.replace("'", "\\'")
