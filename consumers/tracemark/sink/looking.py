"""What the store already holds: by position, for ranges that may have been written before; by identity, for replays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tracemark.sink.records import Position, Range
from tracemark.store import Store

__all__ = ["Found", "Look", "Stored"]

_EVENT_TABLES: Final = ("events_traffic", "events_records")
_IDS_AT_ONCE: Final = 4_000
"""Ids are written into the statement, which ClickHouse reads up to 256 KiB."""

_LANE = "_topic = {topic:String} AND _partition = {partition:UInt16}"


class Stored(NamedTuple):
    """An event in the store."""

    position: Position
    event_hash: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What a range's offsets hold.

    Attributes:
        events: Offset and hash of every event stored there. A topic made anew has the offsets of the old one, other hashes.
        dead: Offsets whose records are dead letters.
    """

    events: frozenset[tuple[int, bytes]] = frozenset()
    dead: frozenset[int] = frozenset()


class Look:
    """Questions to the store; thread-safe."""

    def __init__(self, store: Store) -> None:
        """Nothing is asked yet."""
        self._store = store

    def highest(self, topic: str, partition: int, above: int) -> int:
        """Highest offset of a lane that any table holds, if it is above `above`, else `above`."""
        values = {"topic": topic, "partition": partition, "above": above + 1}
        found = [self._highest(table, values) for table in _EVENT_TABLES]
        return max(above, *found, self._highest_dead(values))

    def at(self, range_: Range) -> Found:
        """What is stored within the offsets of `range_`."""
        values = self._span(range_)
        events: set[tuple[int, bytes]] = set()
        for table in _EVENT_TABLES:
            where = f"{_LANE} AND _offset BETWEEN {{first:UInt64}} AND {{last:UInt64}}"
            answer = self._store.columns(f"SELECT _offset, event_hash FROM {table} WHERE {where}", values)
            events.update(zip(*answer.data, strict=True) if answer.row_count else ())
        sql = (
            "SELECT offset FROM dead_letters WHERE topic = {topic:String} AND topic_id = {topic_id:String} "
            "AND partition = {partition:UInt16} AND offset BETWEEN {first:UInt64} AND {last:UInt64}"
        )
        answer = self._store.columns(sql, values)
        return Found(frozenset(events), frozenset(answer.data[0] if answer.row_count else ()))

    def by_id(self, event_ids: Collection[str]) -> dict[str, Stored]:
        """Where the events with these ids are stored; ids are UUIDs, checked before."""
        ids, found = sorted(event_ids), dict[str, Stored]()
        for start in range(0, len(ids), _IDS_AT_ONCE):
            for table in _EVENT_TABLES:
                found.update(self._by_id(table, ids[start : start + _IDS_AT_ONCE]))
        return found

    def _by_id(self, table: str, ids: list[str]) -> dict[str, Stored]:
        listed = ", ".join(f"'{id_}'" for id_ in ids)
        # As a subselect: a long list of literals costs six times as much to plan.
        rows = self._store.query(
            f"SELECT event_id, event_hash, _topic, _partition, _offset FROM {table} "
            f"WHERE event_id IN (SELECT toUUID(arrayJoin([{listed}])))"
        )
        return {str(row["event_id"]): Stored(_position(row), row["event_hash"]) for row in rows}

    def _highest(self, table: str, values: Mapping[str, Any]) -> int:
        (row,) = self._store.query(
            f"SELECT max(_offset) AS highest, count() AS n FROM {table} WHERE {_LANE} AND _offset >= {{above:UInt64}}",
            values,
        )
        return int(row["highest"]) if row["n"] else -1

    def _highest_dead(self, values: Mapping[str, Any]) -> int:
        (row,) = self._store.query(
            "SELECT max(offset) AS highest, count() AS n FROM dead_letters "
            "WHERE topic = {topic:String} AND partition = {partition:UInt16} AND offset >= {above:UInt64}",
            values,
        )
        return int(row["highest"]) if row["n"] else -1

    @staticmethod
    def _span(range_: Range) -> dict[str, Any]:
        return {
            "topic": range_.topic,
            "topic_id": range_.topic_id,
            "partition": range_.partition,
            "first": range_.first_offset,
            "last": range_.last_offset,
        }


def _position(row: Mapping[str, Any]) -> Position:
    return Position(row["_topic"], row["_partition"], row["_offset"])
