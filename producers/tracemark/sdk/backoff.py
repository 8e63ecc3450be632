"""When to try again what failed: at once the first time, then after growing pauses."""

from tracemark.schemas.clock import Clock

__all__ = ["Backoff"]


class Backoff:
    """The pause before the next try; doubles with every failure in a row. Not thread-safe."""

    def __init__(self, first_s: float, longest_s: float, clock: Clock) -> None:
        """Pauses from `first_s` to `longest_s` seconds."""
        self._first_s = first_s
        self._longest_s = longest_s
        self._clock = clock
        self._pause_s = 0.0
        self._next = 0.0

    @property
    def due(self) -> bool:
        """Whether the pause is over; always, before the first failure."""
        return not self._pause_s or self._clock.monotonic() >= self._next

    def failed(self) -> None:
        """Rest, longer than the last time."""
        self._pause_s = min(self._pause_s * 2, self._longest_s) or self._first_s
        self._next = self._clock.monotonic() + self._pause_s

    def succeeded(self) -> None:
        """Forget the failures."""
        self._pause_s = 0.0
