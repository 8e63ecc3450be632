"""Rows out of the engine, block by block, with flat memory whatever the format."""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Generator, Mapping

from tracemark.store.embedded.connection import Connection, Result
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.statement import Statement

__all__ = ["row_blocks"]

# Formats whose blocks, each encoded on its own, may simply be put one behind the other, whatever the settings. Not JSONEachRow: one
# setting makes it an array.
_CONCATENABLE = frozenset(
    {
        "native",
        "rowbinary",
        "tabseparated",
        "tsv",
        "tabseparatedraw",
        "tsvraw",
        "csv",
        "lineasstring",
        "rawblob",
        "tskv",
    }
)
_PIPE_READ = 1 << 20
_PIPE_SIZE = 1 << 20


def row_blocks(
    connection: Connection,
    statement: Statement,
    output_format: str,
    parameters: Mapping[str, str],
    kill: Callable[[], None],
) -> Generator[Result]:
    """The answer to a SELECT. Leaving the iterator early ends the query.

    Args:
        connection: Used by this iterator alone until it is closed.
        statement: One SELECT; its own FORMAT clause was already turned into `output_format`.
        output_format: Any of ClickHouse's output formats.
        parameters: Values of `{name:Type}`, escaped as in an URL.
        kill: Ends the query from another connection.

    Raises:
        QueryFailed: at the first block or later.
    """
    sql = f"{statement.head} {statement.tail}"
    if output_format.lower() in _CONCATENABLE:
        return connection.stream(sql, output_format, parameters)
    return _piped(connection, statement, output_format, parameters, kill)


def _piped(
    connection: Connection,
    statement: Statement,
    output_format: str,
    parameters: Mapping[str, str],
    kill: Callable[[], None],
) -> Generator[Result]:
    reading, writing = os.pipe2(os.O_CLOEXEC)
    _widen(writing)
    sql = f"{statement.head} INTO OUTFILE '/proc/self/fd/{writing}' TRUNCATE FORMAT {output_format} {statement.tail}"
    engine = _EngineThread(connection, sql, parameters, writing)
    engine.start()
    try:
        while data := os.read(reading, _PIPE_READ):
            yield Result(data=data)
        yield engine.outcome()
    finally:
        # Whoever leaves early ends the query first: an engine that waits for room in the pipe would wait for ever.
        if engine.is_alive():
            kill()
        os.close(reading)
        engine.join()


class _EngineThread(threading.Thread):
    """Runs one statement whose rows go into a pipe, while another thread empties the pipe."""

    def __init__(self, connection: Connection, sql: str, parameters: Mapping[str, str], writing: int) -> None:
        super().__init__(name="tracemark-pipe", daemon=True)
        self._connection = connection
        self._sql = sql
        self._parameters = parameters
        self._writing = writing
        self._result = Result()
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._result = self._connection.run(self._sql, "Null", self._parameters)
        except Exception as error:  # noqa: BLE001 - handed to the reading thread, which raises it
            self._error = error
        finally:
            os.close(self._writing)

    def outcome(self) -> Result:
        """The counters, once the pipe was read to its end.

        Raises:
            QueryFailed: the statement failed, before or after some rows.
        """
        self.join()
        if isinstance(self._error, QueryFailed):
            raise self._error
        if self._error is not None:
            raise QueryFailed(
                1001, "STD_EXCEPTION", f"the statement ended with {type(self._error).__name__}"
            ) from self._error
        return self._result


def _widen(pipe: int) -> None:
    with contextlib.suppress(OSError):  # a user may hold only so many bytes in pipes; the default size works, too
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
