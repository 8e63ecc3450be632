"""HTTP sessions: what SET, USE and temporary tables leave behind for the next request of the same client.

Clients open sessions without needing one, so a session costs nothing until a statement changes its state; from then on it owns an
engine connection. Settings and database in a URL last for one request only and are put back afterwards.
"""

import contextlib
import threading
from collections.abc import Generator
from dataclasses import dataclass, field

from tracemark.schemas.clock import Clock
from tracemark.store.embedded.connection import Connection, as_identifier
from tracemark.store.embedded.engine import EmbeddedEngine, set_statement
from tracemark.store.embedded.errors import QueryFailed

__all__ = ["Sessions"]

_MAX_SESSIONS = 1000
_IDLE_S = 3600.0


@dataclass(slots=True, eq=False)
class _Session:
    used: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: Connection | None = None


class Sessions:
    """The sessions of one server. Thread-safe; one session serves one request at a time."""

    def __init__(self, engine: EmbeddedEngine, clock: Clock) -> None:
        """Connections come from `engine`; `clock` tells which sessions are old."""
        self._engine = engine
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def connection(
        self, session_id: str, *, must_exist: bool, stateful: bool, database: str | None, settings: dict[str, str]
    ) -> Generator[Connection]:
        """A connection for one request of `session_id`, with `database` and `settings` for this request only.

        Raises:
            QueryFailed: 373, the session is busy; 372, it must exist and does not; or a setting is unknown.
        """
        session = self._take(session_id, must_exist=must_exist)
        try:
            if session.connection is None and not stateful:
                with self._engine.connect(database=database, settings=settings) as connection:
                    yield connection
                return
            if session.connection is None:
                session.connection = self._engine.connect()
            with _borrowed(session.connection, database, settings):
                yield session.connection
        finally:
            session.used = self._clock.monotonic()
            session.lock.release()

    def close(self) -> None:
        """Close every session's connection."""
        with self._lock:
            found, self._sessions = list(self._sessions.values()), {}
        for session in found:
            _discard(session)

    def _take(self, session_id: str, *, must_exist: bool) -> _Session:
        with self._lock:
            self._drop_old()
            session = self._sessions.get(session_id)
            if session is None:
                if must_exist:
                    raise QueryFailed(
                        372, "SESSION_NOT_FOUND", "Session not found: leave session_check out to begin one"
                    )
                if len(self._sessions) >= _MAX_SESSIONS:
                    raise QueryFailed(
                        202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many sessions: close some, or send no session_id"
                    )
                session = self._sessions[session_id] = _Session(self._clock.monotonic())
            if not session.lock.acquire(blocking=False):
                raise QueryFailed(
                    373, "SESSION_IS_LOCKED", "Session is locked by a concurrent client: one request at a time"
                )
        return session

    def _drop_old(self) -> None:
        # Stateless sessions are dropped first and at once when there are many: nothing is lost with them.
        crowded = len(self._sessions) >= _MAX_SESSIONS // 2
        oldest = self._clock.monotonic() - _IDLE_S
        for session_id, session in list(self._sessions.items()):
            is_old = session.used < oldest or (crowded and session.connection is None)
            if is_old and session.lock.acquire(blocking=False):
                del self._sessions[session_id]
                session.lock.release()
                _discard(session)


def _discard(session: _Session) -> None:
    if session.connection is not None:
        session.connection.close()


@contextlib.contextmanager
def _borrowed(connection: Connection, database: str | None, settings: dict[str, str]) -> Generator[None]:
    before = {name: _value_of(connection, name) for name in settings}
    database_before = _current_database(connection) if database else None
    if settings:
        connection.run(set_statement(settings))
    if database:
        connection.run(f"USE {as_identifier(database)}")
    try:
        yield
    finally:
        if before:
            connection.run(set_statement(before))
        # A USE in this very request stays; the URL's database does not.
        if database_before and _current_database(connection) == database:
            connection.run(f"USE {as_identifier(database_before)}")


def _current_database(connection: Connection) -> str:
    return connection.run("SELECT currentDatabase()", "TSVRaw").data.decode().removesuffix("\n")


def _value_of(connection: Connection, name: str) -> str:
    return connection.run(f"SELECT toString(getSetting('{name}'))", "TSVRaw").data.decode().removesuffix("\n")
