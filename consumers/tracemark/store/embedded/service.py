"""From a request to its answer: the one place that knows the order of things."""

import contextlib
import itertools
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from tracemark.schemas.clock import Clock
from tracemark.store.embedded import replies
from tracemark.store.embedded.bodies import receive, statement_and_data
from tracemark.store.embedded.config import Limits, ServerConfig
from tracemark.store.embedded.connection import Connection, EffectClass, Result
from tracemark.store.embedded.credentials import Credentials
from tracemark.store.embedded.engine import EmbeddedEngine
from tracemark.store.embedded.errors import EmbeddedError, QueryFailed
from tracemark.store.embedded.forms import check_form, is_stateful, refuse_server_files
from tracemark.store.embedded.gate import ReadersGate
from tracemark.store.embedded.handshake import handshake_answer
from tracemark.store.embedded.inserts import insert
from tracemark.store.embedded.kill import kill_queries
from tracemark.store.embedded.reads import row_blocks
from tracemark.store.embedded.registry import ActiveRequest, Registry
from tracemark.store.embedded.replies import Reply, StreamedRows, Totals
from tracemark.store.embedded.request import HttpRequest, QueryRequest
from tracemark.store.embedded.sessions import Sessions
from tracemark.store.embedded.settings import session_settings
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.statement import Insert, Statement, parse

__all__ = ["QueryAudit", "QueryService"]

_FORMAT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_HELD_BYTES = 1 << 20
"""So much of an answer is held back before the status is sent: an error up to there still gets its own status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAudit:
    """Who asked what kind of thing, and how it ended. Never the text, never a parameter."""

    user: str
    query_id: str
    kind: str
    """The statement's first word."""
    duration_s: float
    rows: int
    """Rows sent, or rows written."""
    ok: bool


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """One request on its way through."""

    request: QueryRequest
    active: ActiveRequest
    stack: ExitStack
    headers: dict[str, str]
    totals: Totals
    tag: str
    kind: str = ""
    ok: bool = True


class QueryService:
    """Answers requests from any number of threads. Stop it before the engine is closed."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        config: ServerConfig,
        credentials: Credentials,
        clock: Clock,
        audit: Callable[[QueryAudit], None] | None = None,
    ) -> None:
        """`audit` is called once per authenticated request, on the request's thread, after its last byte."""
        self._engine = engine
        self._config = config
        self._limits: Limits = config.limits
        self._credentials = credentials
        self._clock = clock
        self._audit = audit
        self._sessions = Sessions(engine, clock)
        self._registry = Registry(clock, engine.kill)
        self._turns = {
            True: threading.BoundedSemaphore(config.limits.readers),
            False: threading.BoundedSemaphore(config.limits.writers),
        }
        with engine.connect(database=config.database) as connection:
            self._gate = ReadersGate.of(connection, config.database)

    def stop(self, *, within: float = 10.0) -> None:
        """Refuse new requests, end those that run, close the sessions."""
        self._registry.stop(within=within)
        self._sessions.close()

    def answer(self, http: HttpRequest) -> Reply:
        """The answer to `http`. Never raises for what a client can do wrong.

        Raises:
            OSError: the client left before its request was complete.
        """
        headers = {"X-ClickHouse-Server-Display-Name": "tracemark", "X-ClickHouse-Timezone": "UTC"}
        if http.path == "/ping":
            return replies.plain_reply(b"Ok.\n", headers=headers)
        if http.path == "/replicas_status":
            return replies.plain_reply(b"Ok.\n", headers=headers)
        if http.path not in {"/", ""}:
            return replies.plain_reply(
                b"There is nothing here: queries go to /, health checks to /ping\n", headers=headers, status=404
            )
        if http.method not in {"GET", "POST"}:
            return replies.plain_reply(
                b"Use GET (reading) or POST\n", headers={**headers, "Allow": "GET, POST"}, status=405
            )
        try:
            request = QueryRequest.of(http, self._credentials, self._config.database)
            active = self._registry.begin(request.query_id, request.user.name, http.socket)
        except QueryFailed as error:
            return replies.failure_reply(self._with_version(error), headers)
        return self._answer(http, request, active, {**headers, "X-ClickHouse-Query-Id": request.query_id})

    def _answer(
        self, http: HttpRequest, request: QueryRequest, active: ActiveRequest, headers: dict[str, str]
    ) -> Reply:
        exchange = _Exchange(
            request=request, active=active, stack=ExitStack(), headers=headers, totals=Totals(), tag=replies.new_tag()
        )
        exchange.stack.callback(self._finish, exchange)
        try:
            reply = self._run(http, exchange)
            if isinstance(reply.body, tuple):
                # Before a byte is sent: the client's next request must find session, id and turn free.
                exchange.stack.close()
            else:
                reply.close = exchange.stack.close
        except EmbeddedError as error:
            exchange.ok = False
            exchange.stack.close()
            failed = error if isinstance(error, QueryFailed) else QueryFailed(1001, "STD_EXCEPTION", str(error))
            reply = replies.failure_reply(self._with_version(failed), headers)
            reply.user = request.user.name
            return reply
        except BaseException:
            exchange.ok = False
            exchange.stack.close()
            raise
        reply.user = request.user.name
        return reply

    def _finish(self, exchange: _Exchange) -> None:
        self._registry.end(exchange.active)
        if self._audit is not None:
            self._audit(
                QueryAudit(
                    user=exchange.request.user.name,
                    query_id=exchange.request.query_id,
                    kind=exchange.kind,
                    duration_s=self._registry.elapsed(exchange.active),
                    rows=exchange.totals.result.written_rows or exchange.totals.result.rows,
                    ok=exchange.ok and not exchange.active.killed,
                )
            )

    def _run(self, http: HttpRequest, exchange: _Exchange) -> Reply:
        request = exchange.request
        spool = self._spool()
        exchange.stack.callback(spool.close)
        receive(
            http.body, request.content_encoding, spool, limits=self._limits, active=exchange.active, clock=self._clock
        )
        if "multipart/form-data" in http.headers.get("content-type", ""):
            raise QueryFailed(
                48,
                "NOT_IMPLEMENTED",
                "external tables need a ClickHouse server: insert the rows into a temporary table",
            )
        statement, data = statement_and_data(request.sql, spool)
        exchange.stack.callback(data.close)
        exchange.active.sql = statement.text
        exchange.kind = statement.words[0]
        refuse_server_files(statement)
        greeting = handshake_answer(
            statement.text, request.protocol_version, request.default_format, self._engine.version
        )
        if greeting is not None:
            return self._whole(exchange, greeting, "Native")
        if exchange.kind != "KILL":  # who wants to end others does not wait for them
            self._wait_for_turn(exchange)
        connection = exchange.stack.enter_context(self._connection(request, statement))
        return self._dispatch(exchange, connection, statement, data)

    def _dispatch(self, exchange: _Exchange, connection: Connection, statement: Statement, data: Spool) -> Reply:
        request = exchange.request
        kind, count = connection.classify(statement.text)
        if request.user.is_reader:
            self._gate.check(statement, connection, request.parameters, request.database)
        level = _readonly_level(request)
        if level and kind not in {EffectClass.READ_ONLY, EffectClass.UNKNOWN}:
            raise QueryFailed(
                164,
                "READONLY",
                "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly",
            )
        if count > 1:
            raise QueryFailed(
                62, "SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed): send one statement per request"
            )
        if level and (request.user.is_reader or not request.session_id):
            # Last of all settings: it cannot be lifted again, so a session's connection, which lives on, must not have it.
            connection.run(f"SET readonly = {level}")
        if kind is EffectClass.UNKNOWN:
            connection.refuse(statement.text)
        check_form(statement)
        exchange.active.outlives_client = isinstance(statement, Insert)
        exchange.active.running = True
        exchange.active.raise_if_killed()
        if isinstance(statement, Insert):
            return self._insert(exchange, connection, statement, data)
        if statement.words[:2] == ("KILL", "QUERY"):
            return self._kill(exchange, connection, statement)
        if statement.yields_select_rows and kind is EffectClass.READ_ONLY:
            return self._rows(exchange, connection, statement, request.parameters)
        return self._statement(exchange, connection, statement)

    def _insert(self, exchange: _Exchange, connection: Connection, statement: Insert, data: Spool) -> Reply:
        exchange.totals.add(insert(connection, statement, data, exchange.request.parameters))
        return self._whole(exchange, b"", None)

    def _kill(self, exchange: _Exchange, connection: Connection, statement: Statement) -> Reply:
        scratch = self._spool()
        exchange.stack.callback(scratch.close)
        select = kill_queries(
            statement,
            exchange.active,
            self._registry,
            connection,
            exchange.request.parameters,
            scratch=scratch,
            clock=self._clock,
        )
        text = f"{select} FORMAT {statement.format}" if statement.format else select
        return self._rows(exchange, connection, parse(text), exchange.request.parameters)

    def _statement(self, exchange: _Exchange, connection: Connection, statement: Statement) -> Reply:
        output_format = _output_format(statement, exchange.request)
        result = connection.run(statement.text, output_format, exchange.request.parameters)
        exchange.totals.add(result)
        return self._whole(
            exchange, result.data, output_format if result.data or statement.words[0] in _ROW_VERBS else None
        )

    def _rows(
        self, exchange: _Exchange, connection: Connection, statement: Statement, parameters: Mapping[str, str]
    ) -> Reply:
        request = exchange.request
        output_format = _output_format(statement, request)
        blocks = row_blocks(
            connection, statement, output_format, parameters, lambda: self._engine.kill(request.query_id)
        )
        # Before the connection goes: closing the iterator is what ends the query.
        exchange.stack.callback(blocks.close)
        limit = 0 if request.hold_until_end else _HELD_BYTES
        held, is_whole = self._hold(exchange, blocks, limit)
        if is_whole and held.size <= _HELD_BYTES:
            return self._whole(exchange, held.read(held.size), output_format)
        pieces = itertools.chain(held.pieces(), _counted(exchange, blocks))
        headers = {**exchange.headers, **replies.content_headers(output_format, request.response_coding, exchange.tag)}
        headers["X-ClickHouse-Summary"] = self._summary(exchange)
        body = StreamedRows(
            pieces, coding=request.response_coding, tag=exchange.tag, fail=lambda error: self._broken(exchange, error)
        )
        return Reply(200, headers, body)

    def _hold(self, exchange: _Exchange, blocks: Iterator[Result], limit: int) -> tuple[Spool, bool]:
        held = self._spool()
        exchange.stack.callback(held.close)
        for piece in _counted(exchange, blocks):
            held.write(piece)
            if limit and held.size >= limit:
                return held, False
        return held, True

    def _whole(self, exchange: _Exchange, data: bytes, output_format: str | None) -> Reply:
        coding = exchange.request.response_coding if data else None
        body = replies.packed(data, coding)
        headers = {
            **exchange.headers,
            "X-ClickHouse-Summary": self._summary(exchange),
            "Content-Length": str(len(body)),
        }
        if output_format is not None:
            headers |= replies.content_headers(output_format, coding, exchange.tag)
        else:
            headers |= {"Content-Type": "text/plain; charset=UTF-8", "X-ClickHouse-Exception-Tag": exchange.tag}
        return Reply(200, headers, (body,) if body else ())

    def _summary(self, exchange: _Exchange) -> str:
        return replies.summary(exchange.totals.result, self._registry.elapsed(exchange.active))

    def _broken(self, exchange: _Exchange, error: QueryFailed) -> QueryFailed:
        exchange.ok = False
        return self._with_version(error)

    def _wait_for_turn(self, exchange: _Exchange) -> None:
        turns = self._turns[exchange.request.user.is_reader]
        if not turns.acquire(timeout=self._limits.wait_seconds):
            raise QueryFailed(
                202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many simultaneous queries: ask again in a moment"
            )
        exchange.stack.callback(turns.release)
        exchange.active.raise_if_killed()

    def _connection(self, request: QueryRequest, statement: Statement) -> contextlib.AbstractContextManager[Connection]:
        settings = session_settings(request, self._limits)
        if request.session_id and not request.user.is_reader:
            return self._sessions.connection(
                request.session_id,
                must_exist=request.session_check,
                stateful=is_stateful(statement),
                database=request.database,
                settings=settings,
            )
        return self._engine.connect(database=request.database, settings=settings)

    def _spool(self) -> Spool:
        return Spool(self._engine.directory.path, memory_limit=self._limits.body_memory_bytes)

    def _with_version(self, error: QueryFailed) -> QueryFailed:
        error.version = self._engine.version
        return error


_ROW_VERBS = frozenset({"SHOW", "EXPLAIN", "DESCRIBE", "DESC", "EXISTS", "CHECK", "SELECT", "WITH", "FROM", "("})


def _counted(exchange: _Exchange, blocks: Iterator[Result]) -> Iterator[bytes]:
    for block in blocks:
        exchange.totals.add(block)
        if block.data:
            yield block.data
    # A killed stream may just end: what was killed is never passed off as complete.
    exchange.active.raise_if_killed()


def _output_format(statement: Statement, request: QueryRequest) -> str:
    name = statement.format or request.default_format
    if not _FORMAT_NAME.match(name):  # it becomes part of a statement
        raise QueryFailed(73, "UNKNOWN_FORMAT", "Unknown format: its name is not a plain word")
    return name


def _readonly_level(request: QueryRequest) -> int:
    """0 for everything, 1 for reading, 2 for reading with settings inside the statement, as GET is on a server."""
    if request.user.is_reader:
        return 1
    asked = request.settings.get("readonly", "0")
    if asked not in {"0", "1", "2"}:
        raise QueryFailed(36, "BAD_ARGUMENTS", "the setting readonly is 0, 1 or 2")
    return int(asked) or (2 if request.method == "GET" else 0)
