"""Every request being served, from its first byte on, and the thread that ends those who were killed or whose client left.

The engine lists only statements that run. An INSERT still receiving its body is not among them, yet whoever takes over a lane must
be able to kill it: so KILL is decided here.
"""

import contextlib
import logging
import os
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tracemark.schemas.clock import Clock
from tracemark.store.embedded.errors import QueryFailed

__all__ = ["ActiveRequest", "Registry"]

_log = logging.getLogger(__name__)

_IDLE_S = 1.0
_KILLING_S = 0.05


@dataclass(slots=True, eq=False)
class ActiveRequest:
    """One request between its login and the last byte of its answer."""

    query_id: str
    user: str
    started: float
    socket: int | None
    sql: str = ""
    receiving: bool = False
    """Whether its body is being read: who sends it may have stopped, so a kill does not wait for more of it."""
    running: bool = False
    """Whether the engine has been given the statement: only then is there something to kill in it."""
    outlives_client: bool = False
    """An INSERT whose data have all arrived is finished also when its client leaves: ended half-way, it would be half stored."""
    killed: str = ""
    """Why it was killed; empty while it was not."""
    finished: threading.Event = field(default_factory=threading.Event)

    def raise_if_killed(self) -> None:
        """Stop here when somebody killed this request.

        Raises:
            QueryFailed: 394, with the reason.
        """
        if self.killed:
            raise QueryFailed(394, "QUERY_WAS_CANCELLED", f"Query was cancelled: {self.killed}")


class Registry:
    """The requests of one server. Thread-safe."""

    def __init__(self, clock: Clock, kill_in_engine: Callable[[str], None]) -> None:
        """`kill_in_engine` asks the engine to end the statement of a query id, without waiting."""
        self._clock = clock
        self._kill_in_engine = kill_in_engine
        self._active: dict[str, ActiveRequest] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._over = False
        self._watched: dict[int, ActiveRequest] = {}
        self._poll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._poll.register(self._wake, select.EPOLLIN)
        self._thread = threading.Thread(target=self._watch, name="tracemark-reaper", daemon=True)
        self._thread.start()

    def begin(self, query_id: str, user: str, socket: int | None) -> ActiveRequest:
        """Register a request. Pair it with `end`.

        Raises:
            QueryFailed: 216, its id is taken; 394, the server is stopping.
        """
        request = ActiveRequest(query_id, user, self._clock.monotonic(), socket)
        with self._lock:
            if self._stopping:
                raise QueryFailed(394, "QUERY_WAS_CANCELLED", "the server is stopping: ask again when it is back")
            if query_id in self._active:
                raise QueryFailed(
                    216,
                    "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
                    f"Query with id = {query_id} is already running: take another id",
                )
            self._active[query_id] = request
            if socket is not None:
                self._watched[socket] = request
                # Registered only for as long as the request lasts: the descriptor may be another client's tomorrow.
                self._poll.register(socket, select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR | select.EPOLLONESHOT)
        return request

    def end(self, request: ActiveRequest) -> None:
        """Forget a request: its last byte is on its way, or it failed. Idempotent."""
        with self._lock:
            if self._active.pop(request.query_id, None) is not None and request.socket is not None:
                self._watched.pop(request.socket, None)
                try:
                    self._poll.unregister(request.socket)
                except OSError:
                    _log.debug("a client's socket was closed before its request ended")
        request.finished.set()

    def snapshot(self) -> list[ActiveRequest]:
        """All requests being served now."""
        with self._lock:
            return list(self._active.values())

    def elapsed(self, request: ActiveRequest) -> float:
        """Seconds since `request` began."""
        return self._clock.monotonic() - request.started

    def kill(self, request: ActiveRequest, reason: str) -> None:
        """Mark `request` as killed; the reaper keeps at it until it has ended. Does not wait."""
        if not request.killed:
            request.killed = reason
        os.eventfd_write(self._wake, 1)

    def stop(self, *, within: float) -> None:
        """Take no more requests, kill all there are and wait for them up to `within` seconds."""
        with self._lock:
            self._stopping = True
            active = list(self._active.values())
        for request in active:
            self.kill(request, "the server is stopping")
        deadline = self._clock.monotonic() + within
        for request in active:
            request.finished.wait(max(0.0, deadline - self._clock.monotonic()))
        self._over = True
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        self._poll.close()
        os.close(self._wake)

    def _watch(self) -> None:
        while not self._over:
            killed = [request for request in self.snapshot() if request.killed]
            for request in killed:
                if request.running:
                    self._kill_in_engine(request.query_id)
                elif request.receiving:
                    self._hang_up(request)
            self._notice_leavers(_KILLING_S if killed else _IDLE_S)

    def _hang_up(self, request: ActiveRequest) -> None:
        """End the body where it is: a read that waits for more returns at once."""
        with self._lock:  # as long as it is watched, the descriptor is this client's
            if request.socket is not None and self._watched.get(request.socket) is request:
                with contextlib.suppress(OSError), socket.socket(fileno=os.dup(request.socket)) as client:
                    client.shutdown(socket.SHUT_RD)

    def _notice_leavers(self, seconds: float) -> None:
        for file, _ in self._poll.poll(seconds):
            if file == self._wake:
                os.eventfd_read(self._wake)
                continue
            with self._lock:
                request = self._watched.get(file)
            if request is not None and not request.outlives_client:
                self.kill(request, "its client left")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(within=5.0)
