"""The ClickHouse engine of one directory, inside this process."""

import contextlib
import logging
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.store.embedded.connection import (
    Connection,
    EngineOptions,
    Result,
    as_identifier,
    as_literal,
    engine_version,
)
from tracemark.store.embedded.directory import DataDirectory
from tracemark.store.embedded.errors import EngineError, QueryFailed

__all__ = ["EmbeddedEngine"]

_log = logging.getLogger(__name__)

_BASE_SETTINGS = {
    "async_insert": "0",  # an insert is acknowledged when it is stored, not when it is buffered
    "implicit_select": "0",  # `foo bar` is a syntax error, as on a server, not SELECT foo AS bar
    "allow_introspection_functions": "0",
}


class EmbeddedEngine:
    """The engine, holding its directory until `close`. Its methods may be called from any thread."""

    def __init__(self, directory: DataDirectory, options: EngineOptions, database: str) -> None:
        """Private: use `open`."""
        self.directory = directory
        self.database = database
        self._connection_string = options.connection_string(directory.store)
        self._keeper = Connection(self._connection_string)
        self._lock = threading.Lock()
        self._closed = False
        self.version = self._keeper.run("SELECT version()", "TSV").data.decode().strip()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        database: str = "tracemark",
        options: EngineOptions | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Open (or create) the data directory `directory` and its database (`ENGINE = Atomic`).

        Raises:
            DirectoryInUse: another process has it; the message names the process and what to do.
            DirectoryOfAnotherVersion: it is in a format of another release; nothing was touched.
            EngineError: chDB is not installed, or the directory cannot be opened.
        """
        if sys.platform != "linux":
            raise EngineError(
                "embedded mode runs on Linux only (memory files, epoll): use a ClickHouse server, or a container"
            )
        held = DataDirectory.hold(directory.absolute(), engine_version=engine_version(), clock=clock or SystemClock())
        try:
            engine = cls(held, options or EngineOptions(), database)
            # `default` is an overlay that shows the file system; the product's tables live in a plain database.
            engine._keeper.run(f"CREATE DATABASE IF NOT EXISTS {as_identifier(database)} ENGINE = Atomic")
        except (EngineError, QueryFailed) as error:
            held.close()
            raise EngineError(f"data directory {directory} cannot be opened: {error}") from error
        return engine

    def connect(self, *, database: str | None = None, settings: Mapping[str, str] | None = None) -> Connection:
        """A new connection with `database` current and `settings` on top of the layer's own. The caller closes it.

        Raises:
            QueryFailed: unknown database or setting.
            EngineError: the engine is closed.
        """
        with self._lock:
            if self._closed:
                raise EngineError("the engine is closed: open the directory again")
            connection = Connection(self._connection_string)
        try:
            # In one call: half of the cost of a connection is the way into the engine.
            connection.run(
                f"USE {as_identifier(database or self.database)}; {set_statement({**_BASE_SETTINGS, **(settings or {})})}"
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def run(self, sql: str, output_format: str = "Null", parameters: Mapping[str, str] | None = None) -> Result:
        """Run one statement of this process's own, with no HTTP between, no user and no gate.

        Raises:
            QueryFailed: the engine refused it.
        """
        with self.connect() as connection:
            return connection.run(sql, output_format, parameters or {})

    def kill(self, query_id: str) -> None:
        """Ask the statement running as `query_id` to end, without waiting for it. No effect when there is none."""
        condition = f"Settings['log_comment'] = {as_literal(query_id)}"
        with contextlib.suppress(EngineError), self.connect() as connection:
            try:
                connection.run(f"KILL QUERY WHERE {condition} AND query NOT LIKE 'KILL QUERY%' ASYNC")
            except QueryFailed as error:
                _log.warning("kill of one statement failed: code %d", error.code)

    def close(self) -> None:
        """Close the engine and let go of the directory. Waits for statements still running; may be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._keeper.close()
        self.directory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def set_statement(settings: Mapping[str, str]) -> str:
    """One `SET` for all of `settings`; names are checked by the caller to be plain words."""
    return "SET " + ", ".join(f"{name} = {as_literal(value)}" for name, value in settings.items())
