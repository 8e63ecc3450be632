"""Group commit: many threads wait, one thread brings everything written so far to the disk at once.

With 16 threads one committer carries several times the rate of each thread syncing for itself, and it is what makes a
deadline possible: nobody's own thread is ever stuck inside `fdatasync`.
"""

import threading
from collections.abc import Callable

from tracemark.sdk.journal.errors import JournalNotDurable
from tracemark.sdk.journal.model import Position

__all__ = ["GroupCommit"]

_NOWHERE = Position(0, 0)


class GroupCommit:
    """Runs `sync` on a thread of its own whenever somebody waits for a position that is not on the disk yet.

    `sync` brings everything written so far to the disk, and returns up to where and whether the disk failed. What a
    failed sync covered is in doubt for good: a later success says nothing about it, since the system may have thrown
    the unwritten pages away. The thread starts with the first wait.
    """

    def __init__(self, sync: Callable[[], tuple[Position, bool]]) -> None:
        self._sync = sync
        self._changed = threading.Condition()
        self._wanted = _NOWHERE
        self._durable = _NOWHERE
        self._doubt_from = self._doubt_through = _NOWHERE
        self._thread: threading.Thread | None = None
        self._stopped = False

    def wait(self, position: Position, timeout_s: float | None) -> None:
        """Return when everything up to `position` survives the host. Safe from any number of threads.

        Raises:
            JournalNotDurable: the disk failed, or was not done in time.
        """
        with self._changed:
            if position > self._wanted:
                self._wanted = position
                self._start()
                self._changed.notify_all()
            in_time = self._changed.wait_for(lambda: self._is_settled(position), timeout_s)
            if self._doubt_from < position <= self._doubt_through:
                raise JournalNotDurable("the disk failed in a sync: the entry is written, but may not survive the host")
            if not in_time:
                raise JournalNotDurable(
                    f"the disk took longer than {timeout_s} s: the entry is written, not yet durable"
                )
            if position > self._durable:
                raise JournalNotDurable("the journal was closed meanwhile: the entry is written, not yet durable")

    def stop(self) -> None:
        """Let the thread end. Does not wait for it: a sync of a stalled disk would keep the process from closing."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _is_settled(self, position: Position) -> bool:
        return position <= max(self._durable, self._doubt_through) or self._stopped

    def _start(self) -> None:
        if self._thread is None and not self._stopped:
            self._thread = threading.Thread(target=self._run, name="tracemark-journal-commit", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._await_work():
            through, failed = self._sync()
            with self._changed:
                if failed:
                    if self._doubt_through == _NOWHERE:
                        self._doubt_from = self._durable
                    self._doubt_through = through
                else:
                    self._durable = through
                self._changed.notify_all()

    def _await_work(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._wanted > max(self._durable, self._doubt_through))
            return not self._stopped
