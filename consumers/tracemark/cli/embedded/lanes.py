"""Which lane a journal writes into: a small number, held by one producer at a time, whose offsets never go back."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.sink.records import RangeOutcome
from tracemark.sink.status import LaneStatus

__all__ = ["Lanes"]


@dataclass(slots=True)
class _Lane:
    next_offset: int = 0
    settled: int = 0
    stored: int = 0
    dead: int = 0
    duplicates: int = 0
    last_received_ms: int | None = None


class Lanes:
    """Hands out lanes and offsets, and keeps their counts. Not thread-safe."""

    def __init__(self, next_offsets: Mapping[int, int]) -> None:
        """Go on behind the offsets that were ever handed out."""
        self._lanes = {number: _Lane(offset, offset) for number, offset in next_offsets.items()}
        self._holders: dict[str, int] = {}

    def hold(self, producer_id: str, *, lane: int | None = None) -> int:
        """The producer's lane: the one it holds, else `lane` when free, else the lowest that is free."""
        if producer_id not in self._holders:
            taken = set(self._holders.values())
            if lane is None or lane in taken:
                lane = next(number for number in range(len(taken) + 1) if number not in taken)
            self._holders[producer_id] = lane
            self._lanes.setdefault(lane, _Lane())
        return self._holders[producer_id]

    def take(self, producer_id: str, count: int) -> tuple[int, int]:
        """The producer's lane, and the first of `count` offsets in it that nobody else gets."""
        number = self.hold(producer_id)
        first = self._lanes[number].next_offset
        self._lanes[number].next_offset += count
        return number, first

    def release(self, producer_id: str) -> None:
        """The journal is finished: its lane is free for another."""
        self._holders.pop(producer_id, None)

    def settled(self, number: int, through: int, outcome: RangeOutcome, received_ms: int) -> None:
        """A range up to the offset before `through` is settled."""
        lane = self._lanes[number]
        lane.settled = max(lane.settled, through)
        lane.stored += outcome.stored
        lane.dead += outcome.dead
        lane.duplicates += outcome.duplicates
        lane.last_received_ms = received_ms

    def statuses(self, topic: str, *, trouble: str) -> tuple[LaneStatus, ...]:
        """Every lane that was ever used, the first one always; `trouble` is the kind of the last error."""
        held = set(self._holders.values()) | {0}
        return tuple(
            LaneStatus(
                topic=topic,
                partition=number,
                state="stopped" if number not in held else "waiting" if trouble else "running",
                reason=trouble,
                next_offset=lane.settled,
                end_offset=lane.next_offset,
                stored_total=lane.stored,
                dead_letters_total=lane.dead,
                duplicates_total=lane.duplicates,
                last_broker_ts_ms=lane.last_received_ms,
            )
            for number, lane in sorted(({0: _Lane()} | self._lanes).items())
        )
