"""From a statement to its answer: the one place that knows the order of checks, connection, engine and reply."""

import contextlib
import itertools
import re
from collections.abc import Iterator
from functools import partial

from tracemark.schemas.clock import Clock
from tracemark.store.embedded import replies
from tracemark.store.embedded.bodies import receive, statement_and_data
from tracemark.store.embedded.config import Limits
from tracemark.store.embedded.connection import Connection, EffectClass, Result
from tracemark.store.embedded.engine import EmbeddedEngine
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.exchange import Exchange
from tracemark.store.embedded.external import external_tables
from tracemark.store.embedded.forms import check_form, is_stateful, refuse_server_files
from tracemark.store.embedded.gate import ReadersGate
from tracemark.store.embedded.handshake import handshake_answer
from tracemark.store.embedded.inserts import insert
from tracemark.store.embedded.kill import kill_queries, names_one_query
from tracemark.store.embedded.multipart import is_form, with_form_fields
from tracemark.store.embedded.reads import row_blocks
from tracemark.store.embedded.registry import Registry
from tracemark.store.embedded.replies import Reply, StreamedRows
from tracemark.store.embedded.request import HttpRequest, QueryRequest
from tracemark.store.embedded.sessions import Sessions
from tracemark.store.embedded.settings import readonly_level, session_settings
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.statement import Insert, Statement, parse
from tracemark.store.embedded.turns import Turns

__all__ = ["Execution"]

_FORMAT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_ROW_VERBS = frozenset({"SHOW", "EXPLAIN", "DESCRIBE", "DESC", "EXISTS", "CHECK"})
_HELD_BYTES = 1 << 20
"""So much of an answer is held back before the status is sent: an error up to there still gets its own status."""


class Execution:
    """Runs requests of any thread on one engine."""

    def __init__(self, engine: EmbeddedEngine, database: str, limits: Limits, registry: Registry, clock: Clock) -> None:
        """`registry` knows the requests being served, for KILL."""
        self._engine = engine
        self._limits = limits
        self._registry = registry
        self._clock = clock
        self._sessions = Sessions(engine, clock)
        self._turns = Turns(limits)
        with engine.connect(database=database) as connection:
            self._gate = ReadersGate.of(connection, database)

    def close(self) -> None:
        """Close the sessions; nothing may be running."""
        self._sessions.close()

    def run(self, http: HttpRequest, exchange: Exchange) -> Reply:
        """The answer to one request. What it holds is on the exchange's stack.

        Raises:
            QueryFailed: before anything was sent.
            OSError: the client left before its body was complete; nothing was run.
        """
        request, keep = exchange.request, exchange.stack.enter_context
        body = keep(self._spool())
        receive(
            http.body, request.content_encoding, body, limits=self._limits, active=exchange.active, clock=self._clock
        )
        content_type = http.headers.get("content-type", "")
        if is_form(content_type):
            request = exchange.request = with_form_fields(request, content_type, body)
            body = keep(self._spool())
        statement, rest = statement_and_data(request.sql, body)
        data = keep(rest)
        exchange.active.sql = statement.text
        exchange.kind = statement.words[0]
        refuse_server_files(statement)
        version = self._engine.version
        greeting = handshake_answer(statement.text, request.protocol_version, request.default_format, version)
        if greeting is not None:
            return self._whole(exchange, greeting, "Native")
        if exchange.kind != "KILL":  # who wants to end others does not wait for them
            keep(self._turns.taken(request.user, exchange.active))
        connection = keep(self._connection(request, statement))
        if request.external:
            stays = bool(request.session_id) and not request.user.is_reader
            keep(external_tables(connection, request.external, self._spool, drop=stays))
        effect = self._check(exchange, connection, statement)
        exchange.active.outlives_client = isinstance(statement, Insert)
        exchange.active.running = True
        exchange.active.raise_if_killed()
        return self._answer(exchange, connection, statement, data, effect)

    def _check(self, exchange: Exchange, connection: Connection, statement: Statement) -> EffectClass:
        request = exchange.request
        if request.user.is_reader and names_one_query(statement):
            return EffectClass.CONTROL
        effect, count = connection.classify(statement.text)
        if request.user.is_reader:
            self._gate.check(statement, connection, request.parameters, request.database)
        level = readonly_level(request)
        if level and effect not in {EffectClass.READ_ONLY, EffectClass.UNKNOWN}:
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
        if effect is EffectClass.UNKNOWN:
            connection.refuse(statement.text)
        check_form(statement)
        return effect

    def _answer(
        self, exchange: Exchange, connection: Connection, statement: Statement, data: Spool, effect: EffectClass
    ) -> Reply:
        if isinstance(statement, Insert):
            exchange.totals += insert(connection, statement, data, exchange.request.parameters)
            return self._whole(exchange, b"", None)
        if statement.words[:2] == ("KILL", "QUERY"):
            return self._kill(exchange, connection, statement)
        if statement.yields_select_rows and effect is EffectClass.READ_ONLY:
            return self._rows(exchange, connection, statement)
        return self._statement(exchange, connection, statement)

    def _kill(self, exchange: Exchange, connection: Connection, statement: Statement) -> Reply:
        scratch = exchange.stack.enter_context(self._spool())
        request = exchange.request
        select = kill_queries(
            statement,
            exchange.active,
            self._registry,
            connection,
            request.parameters,
            scratch=scratch,
            clock=self._clock,
            own_only=request.user.is_reader,
        )
        return self._rows(exchange, connection, parse(f"{select} FORMAT {_output_format(statement, request)}"))

    def _statement(self, exchange: Exchange, connection: Connection, statement: Statement) -> Reply:
        output_format = _output_format(statement, exchange.request)
        result = connection.run(statement.text, output_format, exchange.request.parameters)
        exchange.totals += result
        has_rows = result.data or exchange.kind in _ROW_VERBS
        return self._whole(exchange, result.data, output_format if has_rows else None)

    def _rows(self, exchange: Exchange, connection: Connection, statement: Statement) -> Reply:
        request = exchange.request
        output_format = _output_format(statement, request)
        kill = partial(self._engine.kill, request.query_id)
        blocks = row_blocks(connection, statement, output_format, request.parameters, kill)
        # Before the connection goes: closing the iterator is what ends the query.
        exchange.stack.enter_context(contextlib.closing(blocks))
        held, is_whole = self._hold(exchange, blocks, 0 if request.hold_until_end else _HELD_BYTES)
        if is_whole and held.size <= _HELD_BYTES:
            return self._whole(exchange, held.read(held.size), output_format)
        headers = {**exchange.headers, **replies.content_headers(output_format, request.response_coding, exchange.tag)}
        headers["X-ClickHouse-Summary"] = self._summary(exchange)
        pieces = itertools.chain(held.pieces(), exchange.counted(blocks))
        body = StreamedRows(pieces, coding=request.response_coding, tag=exchange.tag, failed=exchange.failed)
        return Reply(200, headers, body)

    def _hold(self, exchange: Exchange, blocks: Iterator[Result], limit: int) -> tuple[Spool, bool]:
        """The first `limit` bytes of the answer (0: all of it), and whether that is the whole."""
        held = exchange.stack.enter_context(self._spool())
        for piece in exchange.counted(blocks):
            held.write(piece)
            if limit and held.size >= limit:
                return held, False
        return held, True

    def _whole(self, exchange: Exchange, data: bytes, output_format: str | None) -> Reply:
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

    def _summary(self, exchange: Exchange) -> str:
        return replies.summary(exchange.totals, self._registry.elapsed(exchange.active))

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


def _output_format(statement: Statement, request: QueryRequest) -> str:
    name = statement.format or request.default_format
    if not _FORMAT_NAME.match(name):  # it becomes part of a statement
        raise QueryFailed(73, "UNKNOWN_FORMAT", "Unknown format: its name is not a plain word")
    return name
