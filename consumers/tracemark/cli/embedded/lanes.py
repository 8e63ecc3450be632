"""Which lane a journal writes into: a small number, held by one producer at a time, whose offsets never go back."""

from collections.abc import Mapping

__all__ = ["Lanes"]


class Lanes:
    """Hands out lanes and offsets. Not thread-safe."""

    def __init__(self, next_offsets: Mapping[int, int]) -> None:
        """Go on behind the offsets that were ever handed out."""
        self._next = dict(next_offsets)
        self._holders: dict[str, int] = {}

    def hold(self, producer_id: str, *, lane: int | None = None) -> int:
        """The producer's lane: the one it holds, else `lane` when free, else the lowest that is free."""
        if producer_id not in self._holders:
            taken = set(self._holders.values())
            if lane is None or lane in taken:
                lane = next(number for number in range(len(taken) + 1) if number not in taken)
            self._holders[producer_id] = lane
        return self._holders[producer_id]

    def take(self, producer_id: str, count: int) -> tuple[int, int]:
        """The producer's lane, and the first of `count` offsets in it that nobody else gets."""
        lane = self.hold(producer_id)
        first = self._next.get(lane, 0)
        self._next[lane] = first + count
        return lane, first

    def release(self, producer_id: str) -> None:
        """The journal is finished: its lane is free for another."""
        self._holders.pop(producer_id, None)
