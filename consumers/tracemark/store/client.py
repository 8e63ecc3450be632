"""The one edge around clickhouse-connect: statements in, plain Python values out, errors in our own words."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, cast

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.store._confirming import Question
from tracemark.store._transport import OncePool, translated
from tracemark.store.config import StoreConfig
from tracemark.store.errors import StoreError

__all__ = ["Columns", "Store"]

_POOL_SIZE = 16
_MARGIN_S = 10
"""A statement's own limit is this much below the client's, so that the store gives up first and says so."""

_INSERT_SETTINGS = {
    "async_insert": 0,
    "insert_deduplicate": 1,
    "wait_end_of_query": 1,
    # One insert must be one block: a token covers (partition, block), so blocks must be cut the same when it is sent again.
    "max_insert_threads": 1,
    "max_threads": 1,
    "max_block_size": 1_000_000,
    "max_insert_block_size": 1_000_000,
    "min_insert_block_size_rows": 1_000_000,
    "min_insert_block_size_bytes": 1 << 30,
    "input_format_max_block_wait_ms": 0,
}


@dataclass(frozen=True, slots=True)
class Columns:
    """An answer by column."""

    names: tuple[str, ...]
    data: tuple[Sequence[Any], ...]

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self.data[0]) if self.data else 0


class _Line:
    """A client and its connections."""

    def __init__(self) -> None:
        self.client: Client | None = None
        self.pool = OncePool(num_pools=2, maxsize=_POOL_SIZE)

    def close(self) -> None:
        self.client = None
        self.pool.clear()


class _Asking(threading.local):
    """Whether this thread has an insert open."""

    is_aside = False


class Store:
    """A ClickHouse store, asked over HTTP; safe to use from several threads.

    It connects when first asked and again after the store was away, reading the address anew (the embedded server has another one
    after each start). Every request is sent exactly once: nothing is repeated behind the caller's back. Timestamps come as
    aware `datetime`s, FixedString as `bytes`, UUID as `uuid.UUID`.
    """

    def __init__(self, config: StoreConfig, clock: Clock | None = None) -> None:
        """Keep the configuration; nothing is sent yet."""
        self.config = config
        self.clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._line = _Line()
        # What a thread asks while its insert is open goes another way: urllib3-future hands the open connection out again.
        self._aside = _Line()
        self._asking = _Asking()

    @classmethod
    def connect(cls, config: StoreConfig, clock: Clock | None = None) -> Self:
        """A store and the proof that it answers.

        Raises:
            StoreUnavailable: It is not there.
            StoreDenied: It does not let this user in.
        """
        store = cls(config, clock)
        store.command("SELECT 1", in_database=False)
        return store

    def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a SELECT, all in memory. Parameters are bound by the server: `{name:Type}`.

        Args:
            sql: One SELECT.
            parameters: By name.
            settings: Of this statement alone.

        Raises:
            StoreUnavailable, StoreDenied, StoreRefused: See `tracemark.store.errors`.
        """
        answer = self.columns(sql, parameters, settings=settings)
        return [dict(zip(answer.names, row, strict=True)) for row in zip(*answer.data, strict=True)]

    def columns(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> Columns:
        """Like `query`, by column: half the cost for many rows."""
        client = self._connected()
        try:
            result = client.query(
                sql, parameters=dict(parameters or {}), settings=self._limits(settings), column_oriented=True
            )
        except ClickHouseError as error:
            raise self._failed(error) from None
        return Columns(tuple(result.column_names), tuple(result.result_columns))

    def stream(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The rows of a SELECT, block by block, for answers that do not fit into memory. Close it if you leave it early."""
        client = self._connected()
        try:
            with client.query_row_block_stream(
                sql, parameters=dict(parameters or {}), settings=self._limits(settings)
            ) as blocks:
                names = cast("tuple[str, ...]", cast("Any", blocks.source).column_names)
                for block in blocks:
                    for row in block:
                        yield dict(zip(names, row, strict=True))
        except ClickHouseError as error:
            raise self._failed(error) from None

    def database_engine(self) -> str | None:
        """Engine of the configured database, None when there is no such database."""
        sql = "SELECT engine FROM system.databases WHERE name = {name:String}"
        client = self._connected()
        try:
            answer = client.raw_query(sql, {"name": self.config.database}, fmt="TabSeparated", use_database=False)
        except ClickHouseError as error:
            raise self._failed(error) from None
        return answer.decode().strip() or None

    def command(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        in_database: bool = True,
    ) -> None:
        """Run a statement whose rows nobody wants: DDL, mutations, KILL.

        Args:
            sql: One statement.
            parameters: Bound by the server.
            settings: Of this statement alone.
            in_database: False before the database exists.
        """
        client = self._connected()
        try:
            client.command(
                sql.strip(),
                parameters=dict(parameters or {}),
                settings=self._limits(settings),
                use_database=in_database,
            )
        except ClickHouseError as error:
            raise self._failed(error) from None

    def insert(
        self,
        table: str,
        column_names: Sequence[str],
        columns: Sequence[Sequence[Any]],
        *,
        query_id: str,
        column_types: Sequence[str] | None = None,
        token: str = "",
        settings: Mapping[str, Any] | None = None,
        confirm: Callable[[], object] | None = None,
    ) -> None:
        """Insert rows, given by column, as one block; return once they are on disk.

        Args:
            table: Of the configured database.
            column_names: In the order of `columns`.
            columns: One sequence of values for each column, all of one length, at least one row and at most a million.
            query_id: Unique to this attempt: `kill` ends it by this name.
            column_types: ClickHouse types; when not given, the store is asked for them first.
            token: Deduplication token. The same token with other rows drops those rows, so never use one twice for different ones.
            settings: Further settings of this insert.
            confirm: Called when the rows have left and the end of the request has not: the store knows the statement by then, so
                that whoever kills statements reaches it. What this raises is raised, and nothing is stored.

        Raises:
            StoreUnavailable: Nothing was sent.
            AmbiguousInsert: It may have happened.
            StoreRefused: Nothing was stored, and never will be; `is_about_data` tells whether a row is to blame.
            StoreDenied: Nothing was stored.
        """
        client = self._connected()
        given = {**_INSERT_SETTINGS, **(settings or {}), "query_id": query_id}
        if token:
            given["insert_deduplication_token"] = token
        question = Question(confirm and partial(self._ask_aside, confirm))
        try:
            context = client.create_insert_context(
                table, column_names, column_type_names=column_types, column_oriented=True, settings=self._limits(given)
            )
            context.req_block_size = len(columns[0])
            question.ask_after(context)
            client.insert(data=columns, context=context)
        except Exception as error:  # noqa: BLE001 - the driver lets what a bad value causes out as it is: struct.error, TypeError and more
            if question.refusal is not None:
                raise question.refusal from None
            raise self._failed(error, insert=query_id) from None

    def kill(self, pattern: str) -> None:
        """End every statement whose query id is LIKE `pattern` and wait until it has ended."""
        self.command("KILL QUERY WHERE query_id LIKE {pattern:String} SYNC", {"pattern": pattern})

    def close(self) -> None:
        """Give the connections back; the next statement connects again."""
        with self._lock:
            self._line.close()
            self._aside.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self) -> Client:
        line = self._aside if self._asking.is_aside else self._line
        with self._lock:
            if line.client is None:
                line.client = self._connect(line.pool)
            return line.client

    def _ask_aside(self, confirm: Callable[[], object]) -> None:
        self._asking.is_aside = True
        try:
            confirm()
        finally:
            self._asking.is_aside = False

    def _connect(self, pool: OncePool) -> Client:
        at = self.config.endpoint()
        try:
            client = clickhouse_connect.get_client(
                host=at.host,
                port=at.port,
                username=at.user,
                password=at.password,
                interface="https" if at.tls else "http",
                connect_timeout=self.config.connect_timeout_s,
                send_receive_timeout=self.config.timeout_s,
                client_name=self.config.client_name,
                query_retries=0,
                tz_mode="aware",
                show_clickhouse_errors="scrub",
                autogenerate_session_id=False,
                pool_mgr=pool,
            )
        except ClickHouseError as error:
            raise translated(error) from None
        # Not given above: the first questions of the driver must pass before the database exists.
        client.database = self.config.database
        return client

    def _limits(self, settings: Mapping[str, Any] | None) -> dict[str, Any]:
        if self.config.reader:
            return dict(
                settings or {}
            )  # whoever may only read may set nothing: the server bounds such statements itself
        return {"max_execution_time": max(1, self.config.timeout_s - _MARGIN_S), **(settings or {})}

    def _failed(self, error: Exception, *, insert: str = "") -> StoreError:
        failure = translated(error, insert=insert)
        if not failure.code:
            self.close()  # connect anew next time: the address may have changed
        return failure
