"""Requests in, answers out, for any number of threads; nothing here knows sockets."""

from collections.abc import Callable

from tracemark.schemas.clock import Clock
from tracemark.store.embedded import replies
from tracemark.store.embedded.config import ServerConfig
from tracemark.store.embedded.credentials import Credentials
from tracemark.store.embedded.engine import EmbeddedEngine
from tracemark.store.embedded.errors import EmbeddedError, QueryFailed
from tracemark.store.embedded.exchange import Exchange, QueryAudit
from tracemark.store.embedded.execution import Execution
from tracemark.store.embedded.progress import SignsOfLife, progress_interval
from tracemark.store.embedded.registry import Registry
from tracemark.store.embedded.replies import Reply
from tracemark.store.embedded.request import HttpRequest, QueryRequest

__all__ = ["QueryAudit", "QueryService"]

_CLIENT_CHARS = 256
_HEADERS = {"X-ClickHouse-Server-Display-Name": "tracemark", "X-ClickHouse-Timezone": "UTC"}


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
        """`audit` is called once per request of a user, on the request's thread, when the engine has done with it."""
        self._version = engine.version
        self._database = config.database
        self._credentials = credentials
        self._audit = audit
        self._registry = Registry(clock, engine.kill)
        self._execution = Execution(engine, config.database, config.limits, self._registry, clock)

    def stop(self, *, within: float = 10.0) -> None:
        """Refuse new requests, end those that run, close the sessions."""
        self._registry.stop(within=within)
        self._execution.close()

    def answer(self, http: HttpRequest) -> Reply:
        """The answer to `http`. Never raises for what a client can do wrong.

        Raises:
            OSError: the client left before its request was complete.
        """
        if http.path in {"/ping", "/replicas_status"}:
            return replies.plain_reply(b"Ok.\n", headers=_HEADERS)
        if http.path not in {"/", ""}:
            text = b"There is nothing here: queries go to /, health checks to /ping\n"
            return replies.plain_reply(text, headers=_HEADERS, status=404)
        if http.method not in {"GET", "POST"}:
            return replies.plain_reply(
                b"Use GET (reading) or POST\n", headers={**_HEADERS, "Allow": "GET, POST"}, status=405
            )
        coding = None
        try:
            request = QueryRequest.of(http, self._credentials, self._database)
            coding = request.response_coding
            active = self._registry.begin(request.query_id, request.user.name, http.socket)
        except QueryFailed as error:
            error.version = self._version
            return replies.failure_reply(error, _HEADERS, coding)
        headers = {**_HEADERS, "X-ClickHouse-Query-Id": request.query_id}
        client = http.headers.get("user-agent", "")[:_CLIENT_CHARS]
        exchange = Exchange(request=request, active=active, headers=headers, version=self._version, client=client)
        return self._serve(http, exchange)

    def _serve(self, http: HttpRequest, exchange: Exchange) -> Reply:
        exchange.stack.callback(self._finish, exchange)
        active = exchange.active
        with SignsOfLife(
            http.send_early,
            progress_interval(exchange.request.settings),
            elapsed_s=lambda: self._registry.elapsed(active),
            is_running=lambda: active.running,
        ) as signs:
            reply = self._reply(http, exchange)
        if signs.began:
            reply.status = 200
        reply.user = exchange.request.user.name
        return reply

    def _reply(self, http: HttpRequest, exchange: Exchange) -> Reply:
        try:
            reply = self._execution.run(http, exchange)
            if isinstance(reply.body, tuple):
                # Before a byte is sent: the client's next request must find session, id and turn free.
                exchange.stack.close()
            else:
                reply.close = exchange.stack.close
        except EmbeddedError as error:
            reply = replies.failure_reply(exchange.failed(error), exchange.headers, exchange.request.response_coding)
            exchange.stack.close()
        except BaseException:
            exchange.ok = False
            exchange.stack.close()
            raise
        return reply

    def _finish(self, exchange: Exchange) -> None:
        self._registry.end(exchange.active)
        if self._audit is not None:
            self._audit(exchange.audit(self._registry.elapsed(exchange.active)))
