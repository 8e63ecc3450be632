"""The words of the drain: ranges of a lane, their ledger, and who writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tracemark.sink.records import Range, RangeOutcome

__all__ = ["EventWriter", "LaneRange", "RangeLog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRange:
    """A run of sequence numbers of one producer, and the offsets that its events have in a lane.

    Attributes:
        lane: The `_partition` of the events' rows.
        first_offset: `_offset` of the first event.
        events: How many events there are; their offsets follow each other.
        producer_id: Whose journal it was cut from.
        first_seq: First sequence number.
        last_seq: Last sequence number.
        dropped: Sequence numbers in the range without an event, by declared reason.
    """

    lane: int
    first_offset: int
    events: int
    producer_id: str
    first_seq: int
    last_seq: int
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def next_offset(self) -> int:
        """The offset behind this range."""
        return self.first_offset + self.events


class EventWriter(Protocol):
    """Stores ranges. Called by one thread."""

    def write(self, range_: Range, /) -> RangeOutcome:
        """Give every record of a range exactly one row, or one dead letter, or find that it is stored already.

        The very same range may have been written before; its records marked as replays may stand at another position.

        Raises:
            StoreError, SinkError: The outcome is open; the same range is written again.
        """
        ...


class RangeLog(Protocol):
    """The ledger of ranges, durable before a range is written. Called by one thread."""

    def next_offset(self) -> int:
        """The offset behind the last range of all; 0 before the first."""
        ...

    def unfinished(self, producer_id: str, after_seq: int) -> list[LaneRange]:
        """A producer's ranges that reach beyond a sequence number, in order."""
        ...

    def dropped(self, producer_id: str) -> Mapping[str, int]:
        """All drops that a producer's ranges declare, by reason."""
        ...

    def record(self, ranges: Sequence[LaneRange]) -> None:
        """Write ranges down; they survive the process when this returns."""
        ...
