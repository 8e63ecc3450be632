"""The one background thread of a producer: delivers its events, gives signs of life, adopts the journals of the dead.

It is a daemon, and never holds a lock of the emitting threads while it waits for a broker.
"""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

__all__ = ["Delivery", "Worker"]

_log = logging.getLogger("tracemark.sdk")

_IDLE_S = 0.02
"""Events are gathered for this long: a timer costs the emitting thread nothing, a notification would."""

_AFTER_A_SURPRISE_S = 1.0


class Delivery(Protocol):
    """How accepted events leave the process. Used by the worker's thread alone."""

    def step(self) -> bool:
        """Do a piece of work, for as long as it takes; tell whether there was any."""
        ...

    def close(self, timeout_s: float) -> None:
        """Let connections go."""
        ...


class Worker:
    """Runs a delivery on a daemon thread until told to stop."""

    def __init__(self, delivery: Delivery, *, stop: threading.Event, tick: Callable[[], None], name: str) -> None:
        """`tick` is called between steps: heartbeats, and a look at the disk."""
        self._delivery = delivery
        self._stop = stop
        self._tick = tick
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._started = False

    def start(self) -> None:
        """Begin. A process that may have no more threads is told so; its events wait for whoever adopts its journal."""
        try:
            self._thread.start()
        except RuntimeError as error:
            _log.error("no thread can be started, accepted events wait in the journal: %s", error)
        else:
            self._started = True

    def stop(self, timeout_s: float) -> None:
        """Ask the thread to end and wait for it, at most `timeout_s`."""
        self._stop.set()
        if self._started:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._tick()
                busy = self._delivery.step()
            except Exception:  # noqa: BLE001 - the thread must outlive whatever goes wrong
                # The service must not notice, and the journal keeps everything: say it loudly and go on.
                _log.exception("delivery failed unexpectedly; events wait in the journal")
                busy = False
                self._stop.wait(_AFTER_A_SURPRISE_S)
            if not busy:
                self._stop.wait(_IDLE_S)
        self._delivery.close(0.0)
