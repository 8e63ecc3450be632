"""What long-running commands share: logging to standard error, and stopping when asked."""

import logging
import signal
import sys
import threading
from types import FrameType

__all__ = ["log_to_stderr", "stop_on_signals"]


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
