"""What long-running commands share: logging to standard error, and stopping when asked."""

import logging
import signal
import sys
import threading
from types import FrameType

from tracemark.schemas.clock import Clock, SystemClock

__all__ = ["Seldom", "interrupt_on_sigterm", "log_to_stderr", "stop_on_signals", "wait_until"]

_LOOK_S = 0.5
_SELDOM_S = 300.0
_TALKATIVE = "kafka"
"""The driver of Kafka tells of each attempt to connect in five lines, several times a second."""


class Seldom(logging.Filter):
    """Lets each kind of message of the driver through once in five minutes; what it means is said in our own words, each time.

    A kind is the logger and the text before its values are filled in. Messages of everybody else always pass.
    """

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing said; `clock` tells the time between two messages."""
        super().__init__()
        self._clock = clock
        self._speaks_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write this one."""
        if record.name.partition(".")[0] != _TALKATIVE:
            return True
        kind, now = (record.name, str(record.msg)), self._clock.monotonic()
        if now < self._speaks_at.get(kind, now):
            return False
        self._speaks_at[kind] = now + _SELDOM_S
        return True


def log_to_stderr(*, level: int = logging.INFO) -> None:
    """One line per message, with its time, on standard error. No message of ours holds content, keys or user ids."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Seldom(SystemClock()))
    logging.basicConfig(
        handlers=[handler], level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("tracemark").setLevel(level)
    logging.getLogger("tracemark.access").setLevel(logging.WARNING)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
    return stop


def interrupt_on_sigterm() -> None:
    """Let SIGTERM end this process as Ctrl-C does: through every `finally`, so that its children end, too."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, handle)


def wait_until(stop: threading.Event) -> None:
    """Return once `stop` is set.

    The kernel may hand a signal to one of the engine's threads. Python then only notes it, and a main thread that waits without an
    end never gets to run the handler.
    """
    while not stop.wait(_LOOK_S):
        continue
