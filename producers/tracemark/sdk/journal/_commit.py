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


class _Ticket:
    """One who waits. Each waits on a lock of its own: woken all at once from one lock, they would queue for it."""

    def __init__(self, position: Position) -> None:
        self.position = position
        self.settled = threading.Lock()
        self.settled.acquire()  # released by the commit thread


class GroupCommit:
    """Runs `sync` on a thread of its own whenever somebody waits for a position that is not on the disk yet.

    `sync` brings everything written so far to the disk, and returns up to where and whether the disk failed. What a
    failed sync covered is in doubt for good: a later success says nothing about it, since the system may have thrown
    the unwritten pages away. The thread starts with the first wait.
    """

    def __init__(self, sync: Callable[[], tuple[Position, bool]]) -> None:
        self._sync = sync
        self._guard = threading.Lock()
        self._work = threading.Event()
        self._tickets: list[_Ticket] = []
        self._durable = _NOWHERE
        self._doubt_from = self._doubt_through = _NOWHERE
        self._thread: threading.Thread | None = None
        self._stopped = False

    def wait(self, position: Position, timeout_s: float | None) -> None:
        """Return when everything up to `position` survives the host. Safe from any number of threads.

        Raises:
            JournalNotDurable: the disk failed, or was not done in time.
        """
        ticket = self._ticket(position)
        if ticket and not ticket.settled.acquire(timeout=-1 if timeout_s is None else timeout_s):
            raise JournalNotDurable(f"the disk took longer than {timeout_s} s: the entry is written, not yet durable")
        if self._doubt_from < position <= self._doubt_through:
            raise JournalNotDurable("the disk failed in a sync: the entry is written, but may not survive the host")
        if position > self._durable:
            raise JournalNotDurable("the journal was closed meanwhile: the entry is written, not yet durable")

    def stop(self) -> None:
        """Let the thread end. Does not wait for it: a sync of a stalled disk would keep the process from closing."""
        with self._guard:
            self._stopped = True
            self._settle()
        self._work.set()

    def _ticket(self, position: Position) -> _Ticket | None:
        with self._guard:
            if self._is_settled(position):
                return None
            ticket = _Ticket(position)
            self._tickets.append(ticket)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tracemark-journal-commit", daemon=True)
                self._thread.start()
        self._work.set()
        return ticket

    def _is_settled(self, position: Position) -> bool:
        return position <= max(self._durable, self._doubt_through) or self._stopped

    def _run(self) -> None:
        while self._await_work():
            through, failed = self._sync()
            with self._guard:
                if not failed:
                    self._durable = through
                else:
                    if self._doubt_through == _NOWHERE:
                        self._doubt_from = self._durable
                    self._doubt_through = through
                self._settle()

    def _await_work(self) -> bool:
        while self._work.wait():
            with self._guard:
                if self._stopped:
                    return False
                if self._tickets:
                    return True
                self._work.clear()
        return False

    def _settle(self) -> None:
        waiting = [ticket for ticket in self._tickets if not self._is_settled(ticket.position)]
        for ticket in self._tickets:
            if self._is_settled(ticket.position):
                ticket.settled.release()
        self._tickets = waiting
