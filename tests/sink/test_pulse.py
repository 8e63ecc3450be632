"""Noticing that the process stood still."""

import pytest

from tracemark.schemas.clock import FixedClock
from tracemark.sink.pulse import Pulse


class SuspendedClock(FixedClock):
    """A machine that was suspended: its wall clock went on, its monotonic clock did not."""

    def monotonic(self) -> float:
        """Nothing has passed."""
        return 0.0


@pytest.mark.parametrize("clock", [FixedClock(), SuspendedClock()], ids=["stopped", "suspended"])
def test_a_standstill_is_seen_by_every_thread_until_the_next_beat(clock: FixedClock) -> None:
    """After a pause as long as a session, the pulse is unsteady; the beat that follows says so once."""
    pulse = Pulse(clock, 45)
    clock.advance(60)
    assert not pulse.is_steady()
    assert not pulse.beat()
    assert pulse.is_steady()
    assert pulse.beat()


def test_pauses_within_a_session_are_none() -> None:
    """However many rounds pass, a pulse that beats often enough stays steady, also when the wall clock is set back."""
    clock = FixedClock()
    pulse = Pulse(clock, 45)
    for pause in (30, -3600, 30, 30):
        clock.advance(pause)
        assert pulse.is_steady()
        assert pulse.beat()
