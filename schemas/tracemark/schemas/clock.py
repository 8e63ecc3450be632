"""Time as an argument: the only module that reads the system's clocks."""

import time
from typing import Protocol

__all__ = ["Clock", "FixedClock", "SystemClock"]


class Clock(Protocol):
    """A source of time. Implementations are safe to call from any thread and never block."""

    def now_us(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z, as an event's `occurred_at` wants them."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back: for deadlines and intervals only."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now_us(self) -> int:
        """Wall-clock microseconds since the epoch."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()


class FixedClock:
    """A clock that moves only when told to: the tests' clock, shipped for users' tests, too."""

    def __init__(self, now_us: int = 1_767_225_600_000_000) -> None:
        """Start at `now_us`; the default is 2026-01-01T00:00:00Z."""
        self._now_us = now_us
        self._monotonic = 0.0

    def now_us(self) -> int:
        """The instant this clock was set to."""
        return self._now_us

    def monotonic(self) -> float:
        """Seconds this clock was advanced by."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks forward."""
        self._now_us += round(seconds * 1_000_000)
        self._monotonic += seconds
