"""Whether this process stood still for so long that Kafka may have given its partitions to others, which it does not know yet."""

from typing import Final

from tracemark.schemas.clock import Clock

__all__ = ["Pulse"]

_PART_OF_SESSION: Final = 0.8
"""A session begins anew with each heartbeat, fifteen times in its length; the last one came before the standstill."""


class Pulse:
    """A mark that the poll thread renews in every round, and the other threads look at before they write.

    After a standstill (a stopped process, a paused machine) either thread may be the first to run. Both find the mark old. The
    wall clock is read, too, since the monotonic one stands still while a machine is suspended; that one was set forward costs no
    more than to begin the lanes anew.
    """

    def __init__(self, clock: Clock, session_timeout_s: float) -> None:
        """Begin now."""
        self._clock = clock
        self._limit_s = session_timeout_s * _PART_OF_SESSION
        self._mark = self._now()

    def beat(self) -> bool:
        """Renew the mark; False when the last one was too old. For the poll thread alone."""
        was_steady, self._mark = self.is_steady(), self._now()
        return was_steady

    def is_steady(self) -> bool:
        """Whether the mark is young enough that no partition can have been given away unheard; from any thread."""
        return max(now - then for now, then in zip(self._now(), self._mark, strict=True)) < self._limit_s

    def _now(self) -> tuple[float, float]:
        return self._clock.monotonic(), self._clock.now_us() / 1e6
