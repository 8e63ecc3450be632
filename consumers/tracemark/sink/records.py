"""What the sink is about: records of a stream, ranges cut from a partition, and what became of them."""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from tracemark.sink.errors import SinkError

__all__ = ["Position", "Range", "RangeOutcome", "StreamRecord"]

_LENGTH = struct.Struct(">Qi")


class Position(NamedTuple):
    """Where a record stands."""

    topic: str
    partition: int
    offset: int


class StreamRecord(NamedTuple):
    """One record as the stream holds it.

    Attributes:
        topic: Kafka topic, or `journal` in embedded mode.
        partition: Partition, or journal lane.
        offset: Position in the partition.
        broker_ts_ms: When the broker (or the drain) received it, milliseconds since the epoch.
        key: Message key.
        value: The framed event.
        headers: Names and values in order.
    """

    topic: str
    partition: int
    offset: int
    broker_ts_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.topic, self.partition, self.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Records of one partition in offset order, cut once and never changed: the unit of writing, of the ledger and of the look.

    Attributes:
        topic: Of every record.
        partition: Of every record.
        records: At least one; offsets rise, and may have gaps where the broker keeps marks of its own.
        topic_id: Identity of this incarnation of the topic, empty when unknown.
        epoch: Of the writer.
    """

    topic: str
    partition: int
    records: tuple[StreamRecord, ...]
    topic_id: str = ""
    epoch: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no range; raises `SinkError`."""
        if not self.records:
            raise SinkError(f"{self.topic}[{self.partition}]: a range needs at least one record")
        offsets = [record.offset for record in self.records]
        if any(later <= earlier for earlier, later in pairwise(offsets)):
            raise SinkError(f"{self.topic}[{self.partition}]: offsets of a range must rise")

    @property
    def first_offset(self) -> int:
        """Of its first record."""
        return self.records[0].offset

    @property
    def last_offset(self) -> int:
        """Of its last record; the caller commits the one behind it."""
        return self.records[-1].offset

    def digest(self) -> bytes:
        """SHA-256 over offset, length and bytes of every value (length -1 for none): what was read, whatever became of it."""
        digest = hashlib.sha256()
        for record in self.records:
            value = record.value
            digest.update(_LENGTH.pack(record.offset, -1 if value is None else len(value)))
            digest.update(value or b"")
        return digest.digest()

    def part(self, records: Sequence[StreamRecord]) -> "Range":
        """The same lane, fewer records."""
        return Range(
            topic=self.topic, partition=self.partition, records=tuple(records), topic_id=self.topic_id, epoch=self.epoch
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeOutcome:
    """What became of a range: every record is stored, put aside, or a duplicate.

    Attributes:
        rows_traffic: Records that are in `events_traffic` at their position, now or from before.
        rows_records: The same for `events_records`.
        dead: Records that are dead letters.
        duplicates: Replays of events that are stored elsewhere.
    """

    rows_traffic: int
    rows_records: int
    dead: int
    duplicates: int

    def __add__(self, other: "RangeOutcome") -> "RangeOutcome":
        return RangeOutcome(
            rows_traffic=self.rows_traffic + other.rows_traffic,
            rows_records=self.rows_records + other.rows_records,
            dead=self.dead + other.dead,
            duplicates=self.duplicates + other.duplicates,
        )

    @property
    def stored(self) -> int:
        """Rows in both tables."""
        return self.rows_traffic + self.rows_records
