"""So many statements at a time: readers and the writer wait in lines of their own, so that neither starves the other."""

import contextlib
import threading
from collections.abc import Generator

from tracemark.store.embedded.config import Limits
from tracemark.store.embedded.credentials import User
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.registry import ActiveRequest

__all__ = ["Turns"]


class Turns:
    """The turns of one server. Thread-safe."""

    def __init__(self, limits: Limits) -> None:
        """As many turns, and as much patience, as `limits` say."""
        self._wait_seconds = limits.wait_seconds
        self._readers = threading.BoundedSemaphore(limits.readers)
        self._writers = threading.BoundedSemaphore(limits.writers)

    @contextlib.contextmanager
    def taken(self, user: User, active: ActiveRequest) -> Generator[None]:
        """Wait for a turn of `user` and keep it.

        Raises:
            QueryFailed: 202, none came in time; 394, the request was killed while it waited.
        """
        turns = self._readers if user.is_reader else self._writers
        if not turns.acquire(timeout=self._wait_seconds):
            raise QueryFailed(
                202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many simultaneous queries: ask again in a moment"
            )
        try:
            active.raise_if_killed()
            yield
        finally:
            turns.release()
