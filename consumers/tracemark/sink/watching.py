"""Notices lanes that stand still without an error: clients have been seen to stop fetching a partition and say nothing."""

from dataclasses import dataclass
from typing import Final

from tracemark.sink.status import LaneStatus

__all__ = ["POSITION_FROZEN", "Watchdog"]

POSITION_FROZEN: Final = "PositionFrozen"
"""Reason of a lane whose position does not move while its lag grows."""


@dataclass(slots=True)
class _Stand:
    """Where a lane stands, since when, and how far behind it was then."""

    next_offset: int
    since: float
    lag: int


class Watchdog:
    """Compares reports of lanes; pure: time is passed in. Not thread-safe."""

    def __init__(self, frozen_after_s: float) -> None:
        """A lane is frozen when its position has not moved for so long and its lag has grown meanwhile."""
        self._frozen_after_s = frozen_after_s
        self._stands: dict[tuple[str, int], _Stand] = {}

    def is_frozen(self, status: LaneStatus, now: float) -> bool:
        """Whether a lane that claims to run does not; `now` is monotonic seconds, and rises from report to report.

        Lag that does not grow is none: marks of transactions at the end of a partition are never read. A report without an end
        offset tells nothing.
        """
        if status.end_offset < 0:
            return False
        key = (status.topic, status.partition)
        stand = self._stands.get(key)
        if status.state != "running" or stand is None or stand.next_offset != status.next_offset:
            self._stands[key] = _Stand(status.next_offset, now, status.lag)
            return False
        return now - stand.since >= self._frozen_after_s and status.lag > stand.lag
