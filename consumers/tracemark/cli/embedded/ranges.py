"""The ledger of journal ranges, as a table of the embedded store."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from tracemark.cli.embedded.model import LaneRange
from tracemark.store import Store

__all__ = ["StoredRanges"]

_TABLE = "journal_ranges"
_DDL = f"""
CREATE TABLE IF NOT EXISTS {_TABLE}
(
    `lane` UInt16 COMMENT 'Lane of the range: _partition of its rows.',
    `first_offset` UInt64 COMMENT '_offset of its first event.' CODEC(Delta, ZSTD(1)),
    `events` UInt32 COMMENT 'How many events it holds; their offsets follow each other.',
    `producer_id` UUID COMMENT 'Whose journal it was cut from.',
    `first_seq` Int64 COMMENT 'First producer_seq in the range.' CODEC(Delta, ZSTD(1)),
    `last_seq` Int64 COMMENT 'Last producer_seq in the range.' CODEC(Delta, ZSTD(1)),
    `dropped` Map(LowCardinality(String), UInt64) COMMENT 'Sequence numbers without an event, by declared reason.',
    `cut_at` DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'When it was written down, before its events were.'
)
ENGINE = MergeTree ORDER BY (producer_id, first_seq)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Embedded mode: which sequence numbers of a producer have which offsets; written before the events are.'
"""
_COLUMNS: Mapping[str, str] = {
    "lane": "UInt16",
    "first_offset": "UInt64",
    "events": "UInt32",
    "producer_id": "UUID",
    "first_seq": "Int64",
    "last_seq": "Int64",
    "dropped": "Map(LowCardinality(String), UInt64)",
}


class StoredRanges:
    """`RangeLog` over HTTP. Every method may raise `StoreError`."""

    def __init__(self, store: Store) -> None:
        """Create the table when it is missing."""
        self._store = store
        store.command(_DDL)

    def next_offset(self) -> int:
        """The offset behind the last range of all; 0 before the first."""
        (row,) = self._store.query(f"SELECT max(first_offset + events) AS next FROM {_TABLE}")
        return int(row["next"])

    def unfinished(self, producer_id: str, after_seq: int) -> list[LaneRange]:
        """A producer's ranges that reach beyond a sequence number, in order."""
        sql = (
            f"SELECT {', '.join(_COLUMNS)} FROM {_TABLE}"
            " WHERE producer_id = {producer:UUID} AND last_seq > {after:Int64} ORDER BY first_seq"
        )
        return [_range(row) for row in self._store.query(sql, {"producer": producer_id, "after": after_seq})]

    def dropped(self, producer_id: str) -> Mapping[str, int]:
        """All drops that a producer's ranges declare, by reason."""
        sql = (
            "SELECT reason, sum(count) AS total FROM (SELECT DISTINCT first_seq, dropped FROM"
            f" {_TABLE} WHERE producer_id = {{producer:UUID}}) ARRAY JOIN"
            " mapKeys(dropped) AS reason, mapValues(dropped) AS count GROUP BY reason"
        )
        return {str(row["reason"]): int(row["total"]) for row in self._store.query(sql, {"producer": producer_id})}

    def record(self, ranges: Sequence[LaneRange]) -> None:
        """Write ranges down, as one insert."""
        rows = [[_column(cut, name) for cut in ranges] for name in _COLUMNS]
        self._store.insert(
            _TABLE, list(_COLUMNS), rows, query_id=f"journal-ranges-{uuid4()}", column_types=list(_COLUMNS.values())
        )


def _column(cut: LaneRange, name: str) -> Any:
    value = getattr(cut, name)
    if name == "producer_id":
        return UUID(value)
    return dict(value) if name == "dropped" else value


def _range(row: Mapping[str, Any]) -> LaneRange:
    return LaneRange(
        lane=int(row["lane"]),
        first_offset=int(row["first_offset"]),
        events=int(row["events"]),
        producer_id=str(row["producer_id"]),
        first_seq=int(row["first_seq"]),
        last_seq=int(row["last_seq"]),
        dropped={str(reason): int(count) for reason, count in row["dropped"].items()},
    )
