"""How many records a lane may put aside: a topic full of something else must not be emptied into the dead letters."""

from tracemark.sink.errors import TooManyDeadLetters
from tracemark.sink.records import Range
from tracemark.sink.sorting import Sorted

__all__ = ["DeadLetterLimit"]


class DeadLetterLimit:
    """Counts for each lane how many more records were put aside than taken, from the last time when there were none.

    Records of an unknown schema do not count: they come in numbers while sinks are older than services, and are replayed by
    themselves once it is known. Thread-safe as long as one lane is written by one thread at a time.
    """

    def __init__(self, limit: int) -> None:
        """A lane may be `limit` records in excess; 0 is no limit."""
        self._limit = limit
        self._excess: dict[tuple[str, int], int] = {}

    def check(self, range_: Range, sorted_: Sorted) -> None:
        """Raise `TooManyDeadLetters` when this range would put its lane beyond the limit."""
        if self._limit and self._after(range_, sorted_) > self._limit:
            raise TooManyDeadLetters(range_.topic, range_.partition, _bad(sorted_), len(range_.records), self._limit)

    def count(self, range_: Range, sorted_: Sorted) -> None:
        """A range was settled."""
        self._excess[range_.topic, range_.partition] = self._after(range_, sorted_)

    def _after(self, range_: Range, sorted_: Sorted) -> int:
        before = self._excess.get((range_.topic, range_.partition), 0)
        return max(0, before + _bad(sorted_) - len(sorted_.here) - sorted_.duplicates)


def _bad(sorted_: Sorted) -> int:
    return sum(one.code != "schema_unknown" for one in sorted_.rejected)
