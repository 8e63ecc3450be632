"""What long-running commands share: logging to standard error, and stopping when asked."""

import logging
import signal
import sys
import threading
from types import FrameType

__all__ = ["interrupt_on_sigterm", "log_to_stderr", "stop_on_signals", "wait_until"]

_LOOK_S = 0.5


def log_to_stderr(*, level: int = logging.INFO) -> None:
    """One line per message, with its time, on standard error. No message of ours holds content, keys or user ids."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
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
