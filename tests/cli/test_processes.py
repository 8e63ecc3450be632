"""What commands that run for long write to their log."""

import logging

from tracemark.cli.processes import Seldom
from tracemark.schemas.clock import FixedClock


def record(name: str, text: str, *values: object) -> logging.LogRecord:
    """A message as a library writes it."""
    return logging.LogRecord(name, logging.WARNING, __file__, 1, text, values, None)


def test_a_driver_that_repeats_itself_is_heard_seldom() -> None:
    """A broker that is away gives one line of each kind in five minutes, whatever values the driver fills in."""
    clock = FixedClock()
    seldom = Seldom(clock)
    heard: list[bool | logging.LogRecord] = []
    for wait in (0.1, 0.4, 1.7):
        heard.append(seldom.filter(record("kafka.net.manager", "waiting %.2f secs", wait)))
        clock.advance(1)
    assert heard == [True, False, False]
    assert seldom.filter(record("kafka.net.manager", "Connection failed: %s", "refused"))
    clock.advance(300)
    assert seldom.filter(record("kafka.net.manager", "waiting %.2f secs", 7.2))


def test_our_own_messages_always_pass() -> None:
    """Only the driver is held back."""
    seldom = Seldom(FixedClock())
    assert all(seldom.filter(record("tracemark.sink", "Kafka cannot be asked")) for _ in range(3))
