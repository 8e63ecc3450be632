"""The ledger: one row for every range that was settled, the account that everything else is checked against."""

from typing import Any, Final, Literal

from tracemark.schemas.clock import Clock
from tracemark.sink.records import Range, RangeOutcome
from tracemark.store import Store
from tracemark.store.merkle import EMPTY_ROOT

__all__ = ["Ledger", "RangeState"]

RangeState = Literal["intended", "done"]
"""`intended`: cut, and perhaps stored. `done`: every record is stored, a dead letter or a duplicate."""

_COLUMNS: Final[dict[str, str]] = {
    "topic": "LowCardinality(String)",
    "topic_id": "String",
    "partition": "UInt16",
    "first_offset": "UInt64",
    "last_offset": "UInt64",
    "state": "LowCardinality(String)",
    "records": "UInt32",
    "rows_traffic": "UInt32",
    "rows_records": "UInt32",
    "dead_letters": "UInt32",
    "duplicates": "UInt32",
    "first_broker_ts": "DateTime64(3, 'UTC')",
    "last_broker_ts": "DateTime64(3, 'UTC')",
    "epoch": "UInt64",
    "writer": "LowCardinality(String)",
    "digest": "FixedString(32)",
    "merkle_root": "FixedString(32)",
    "recorded_at": "DateTime64(6, 'UTC')",
}
_LAST = """
SELECT max(last_offset) AS last_offset, count() AS ranges FROM ledger
WHERE topic = {topic:String} AND topic_id = {topic_id:String} AND partition = {partition:UInt16} AND state = {state:String}
"""
_NEWEST = """
SELECT max(epoch) AS epoch FROM ledger
WHERE topic = {topic:String} AND topic_id = {topic_id:String} AND partition = {partition:UInt16}
    AND first_offset >= {above:UInt64}
"""
_SETTLED = """
SELECT epoch FROM ledger
WHERE topic = {topic:String} AND topic_id = {topic_id:String} AND partition = {partition:UInt16}
    AND first_offset = {first_offset:UInt64} AND state = 'done'
"""
NOTHING_YET = RangeOutcome(rows_traffic=0, rows_records=0, dead=0, duplicates=0)


class Ledger:
    """Reads and writes ledger rows; thread-safe."""

    def __init__(self, store: Store, clock: Clock, *, writer_id: str) -> None:
        """Rows are signed with `writer_id`."""
        self._store = store
        self._clock = clock
        self._writer_id = writer_id

    def last_offset(self, topic: str, topic_id: str, partition: int, state: RangeState = "done") -> int:
        """Last offset of the last range in `state`, -1 when there is none."""
        values = {"topic": topic, "topic_id": topic_id, "partition": partition, "state": state}
        (row,) = self._store.query(_LAST, values)
        return int(row["last_offset"]) if row["ranges"] else -1

    def newest_epoch(self, topic: str, topic_id: str, partition: int, above: int) -> int:
        """Highest epoch of a row about offsets above `above`, whatever its state; 0 when there is none."""
        values = {"topic": topic, "topic_id": topic_id, "partition": partition, "above": above + 1}
        (row,) = self._store.query(_NEWEST, values)
        return int(row["epoch"])

    def intend(self, range_: Range) -> None:
        """Say that whoever has the epoch of `range_` writes the lane from its offsets on; see `tracemark.sink.fencing`."""
        self._write(range_, "intended", NOTHING_YET, EMPTY_ROOT)

    def settled_epochs(self, range_: Range) -> list[int]:
        """Epochs of the rows `done` that begin where this range does: one, or none."""
        values = {
            "topic": range_.topic,
            "topic_id": range_.topic_id,
            "partition": range_.partition,
            "first_offset": range_.first_offset,
        }
        return [int(row["epoch"]) for row in self._store.query(_SETTLED, values)]

    def settle(self, range_: Range, outcome: RangeOutcome, merkle_root: bytes, *, attempt: str = "") -> None:
        """Say what became of a range; the last thing before its offsets are committed.

        The store keeps the first row for a first offset and drops others without a word, unless they are of another `attempt`.
        """
        self._write(range_, "done", outcome, merkle_root, attempt)

    def _write(
        self, range_: Range, state: RangeState, outcome: RangeOutcome, merkle_root: bytes, attempt: str = ""
    ) -> None:
        values = (*self._values(range_, state, outcome), range_.digest(), merkle_root, self._clock.now_us())
        # Offsets are settled once, but may be claimed by one owner of the lane after the other.
        what = state if state == "done" else f"{state}/{range_.epoch}"
        token = f"ledger/{range_.topic}/{range_.topic_id}/{range_.partition}/{range_.first_offset}/{what}/{attempt}"
        columns = [[value] for value in values]
        query_id = f"tm-ledger-{range_.topic}-{range_.partition}-{range_.first_offset}-{state}-{self._clock.now_us()}"
        self._store.insert(
            "ledger", tuple(_COLUMNS), columns, query_id=query_id, column_types=tuple(_COLUMNS.values()), token=token
        )

    def _values(self, range_: Range, state: RangeState, outcome: RangeOutcome) -> tuple[Any, ...]:
        times = [record.broker_ts_ms for record in range_.records]
        return (
            range_.topic,
            range_.topic_id,
            range_.partition,
            range_.first_offset,
            range_.last_offset,
            state,
            len(range_.records),
            outcome.rows_traffic,
            outcome.rows_records,
            outcome.dead,
            outcome.duplicates,
            min(times),
            max(times),
            range_.epoch,
            self._writer_id,
        )
