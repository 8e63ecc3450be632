"""The one edge to chDB: everything the engine gives or raises becomes a type of ours here."""

import importlib
import os
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import quote

from tracemark.store.embedded.errors import EngineError, QueryFailed, translated

__all__ = ["Connection", "EffectClass", "EngineOptions", "Result", "as_identifier", "as_literal", "engine_version"]

_NO_PARAMETERS: Mapping[str, str] = {}


class EffectClass(StrEnum):
    """What a statement would do, as the engine itself judges it."""

    READ_ONLY = "READ_ONLY"
    MUTATING = "MUTATING"
    MUTATING_GLOBAL = "MUTATING_GLOBAL"
    CONTROL = "CONTROL"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """Start options of the engine, the same for every connection to a directory."""

    max_memory_bytes: int = 0
    """What all queries together may use; 0 lets the engine take 90 % of the machine."""
    backup_directory: Path | None = None
    """Where `BACKUP … TO File(…)` may write; None forbids it."""

    def connection_string(self, store: Path) -> str:
        """How chDB wants to be told."""
        found: dict[str, str] = {}
        if self.max_memory_bytes:
            found["max_server_memory_usage"] = str(self.max_memory_bytes)
        if self.backup_directory is not None:
            found["backups.allowed_path"] = str(self.backup_directory)
        options = "&".join(f"{name}={quote(value)}" for name, value in found.items())
        return f"{store}?{options}" if options else str(store)


@dataclass(frozen=True, slots=True)
class Result:
    """One block of an answer (or all of it), with the engine's counters up to here."""

    data: bytes = b""
    rows: int = 0
    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0

    def __add__(self, other: "Result") -> "Result":
        """The counters of both, without data."""
        return Result(
            rows=self.rows + other.rows,
            read_rows=self.read_rows + other.read_rows,
            read_bytes=self.read_bytes + other.read_bytes,
            written_rows=self.written_rows + other.written_rows,
            written_bytes=self.written_bytes + other.written_bytes,
        )


class Connection:
    """One chDB connection: a current database, settings and temporary tables, for one statement at a time.

    Not thread-safe. `close` blocks until a running statement has returned; never call it, or anything else, from a second thread.
    """

    def __init__(self, connection_string: str) -> None:
        """Open another connection to a directory of this process; 0.1 ms."""
        try:
            self._raw = _library().connect(connection_string)
        except RuntimeError as error:
            raise EngineError(f"the engine cannot open its directory: {_text(error)}") from error

    def run(self, sql: str, output_format: str = "Null", parameters: Mapping[str, str] = _NO_PARAMETERS) -> Result:
        """Run one statement to its end. The whole answer is held in memory: use `stream` for rows.

        Raises:
            QueryFailed: the engine refused it, or it was killed.
        """
        try:
            return _result(self._raw.query(_encoded(sql), output_format, params=dict(parameters)))
        except (RuntimeError, UnicodeDecodeError) as error:
            raise _failure(error) from error

    def stream(self, sql: str, output_format: str, parameters: Mapping[str, str] = _NO_PARAMETERS) -> Generator[Result]:
        """Run one SELECT, block by block, each encoded on its own. Leaving the iterator early cancels the query.

        Raises:
            QueryFailed: at the first block or at any later one.
        """
        try:
            handle = self._raw.send_query(_encoded(sql), output_format, params=dict(parameters))
        except (RuntimeError, UnicodeDecodeError) as error:
            raise _failure(error) from error
        finished = False
        try:
            while not finished:
                block = _result(self._raw.streaming_fetch_result(handle))
                finished = block.rows == 0
                yield block
        except (RuntimeError, UnicodeDecodeError) as error:
            finished = True
            raise _failure(error) from error
        finally:
            if not finished:
                self._raw.streaming_cancel_query(handle)

    def classify(self, sql: str) -> tuple[EffectClass, int]:
        """What `sql` would do, and how many statements it holds. Nothing is run.

        Raises:
            QueryFailed: it cannot be classified.
        """
        try:
            found = self._raw.classify_query(_encoded(sql))
        except (RuntimeError, UnicodeDecodeError) as error:
            raise _failure(error) from error
        return EffectClass(found["query_class"].name), int(found["statement_count"])

    def refuse(self, sql: str) -> NoReturn:
        """Raise the engine's own syntax error for a text it cannot classify. Nothing is run, whatever the text is.

        Raises:
            QueryFailed: always.
        """
        # `query` would run the statements in front of the one that does not parse; `send_query` parses all of it first.
        blocks = self.stream(sql, "Null")
        try:
            next(blocks)
        finally:
            blocks.close()
        raise QueryFailed(
            48, "NOT_IMPLEMENTED", "the engine does not say what this statement would do: its answer was dropped"
        )

    def close(self) -> None:
        """Give the connection back. May be called twice."""
        self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def engine_version() -> str:
    """The version of the installed engine library.

    Raises:
        EngineError: chDB is not installed.
    """
    return str(_library_module().core_version)


def as_literal(text: str) -> str:
    """`text` as a SQL string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def as_identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _library_module() -> Any:
    # The engine takes its time zone from the process, once. Every instant it shows without a zone of its own must be UTC.
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        return importlib.import_module("chdb")
    except ImportError as error:
        raise EngineError("embedded mode needs chDB: pip install 'tracemark[embedded]'") from error


def _library() -> Any:
    return _library_module()._chdb  # noqa: SLF001 - the wrapper around it holds back classify_query and the byte counters


def _encoded(sql: str) -> bytes:
    return sql.encode("utf-8", "surrogateescape")


def _result(raw: Any) -> Result:
    return Result(
        data=bytes(raw.bytes()) if raw.size() else b"",
        rows=int(raw.rows_read()),
        read_rows=int(raw.storage_rows_read()),
        read_bytes=int(raw.storage_bytes_read()),
        written_rows=int(raw.rows_written()),
        written_bytes=int(raw.bytes_written()),
    )


def _text(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):  # the engine quotes the statement, which was not UTF-8
        return bytes(error.object).decode("utf-8", "replace")
    return str(error)


def _failure(error: Exception) -> QueryFailed:
    return translated(_text(error))
