"""The lane that all journals share: its offsets never go back, and each is given out once."""

from tracemark.schemas.topics import JOURNAL_TOPIC
from tracemark.sink.records import RangeOutcome
from tracemark.sink.status import LaneStatus

__all__ = ["LANE", "JournalLane"]

LANE = 0
"""`_partition` of every event that came from a journal. One lane: what several journals hold is stored by one insert."""


class JournalLane:
    """Hands out offsets and keeps counts. Not thread-safe."""

    def __init__(self, next_offset: int) -> None:
        """Go on behind the offsets that were ever handed out."""
        self._next_offset = next_offset
        self._settled = next_offset
        self._stored = self._dead = self._duplicates = 0
        self._last_received_ms: int | None = None

    def take(self, count: int) -> int:
        """The first of `count` offsets that nobody else gets."""
        first = self._next_offset
        self._next_offset += count
        return first

    def settled(self, outcome: RangeOutcome, received_ms: int) -> None:
        """Everything handed out so far is settled; the last of it was received then."""
        self._settled = self._next_offset
        self._stored += outcome.stored
        self._dead += outcome.dead
        self._duplicates += outcome.duplicates
        self._last_received_ms = received_ms

    def status(self, *, trouble: str) -> LaneStatus:
        """As a sink reports its lanes; `trouble` is the kind of the last error, or empty."""
        return LaneStatus(
            topic=JOURNAL_TOPIC,
            partition=LANE,
            state="waiting" if trouble else "running",
            reason=trouble,
            next_offset=self._settled,
            end_offset=self._next_offset,
            stored_total=self._stored,
            dead_letters_total=self._dead,
            duplicates_total=self._duplicates,
            last_broker_ts_ms=self._last_received_ms,
        )
