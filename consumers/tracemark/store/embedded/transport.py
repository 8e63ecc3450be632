"""The service on cheroot: threads of this process, bounded in number, size and time.

cheroot answers 400, 408, 413, 414 and 503 by itself for what never becomes a request. One process on purpose: the engine must
not be forked.
"""

import errno
import logging
import sys
import time
from collections.abc import Callable
from traceback import format_tb
from typing import Any

from cheroot import server as cheroot_server
from cheroot import wsgi

from tracemark.store.embedded.config import ServerConfig
from tracemark.store.embedded.replies import Reply, plain_reply
from tracemark.store.embedded.request import HttpRequest

__all__ = ["HttpTransport"]

_log = logging.getLogger(__name__)
_access = logging.getLogger("tracemark.access")

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_MAX_CHUNK_LINE = 1024
_DRAINED = 1 << 20


class HttpTransport(wsgi.Server):
    """cheroot with our gateway, our limits and our log."""

    def __init__(self, config: ServerConfig, answer: Callable[[HttpRequest], Reply]) -> None:
        """Bind nothing yet: `prepare` does."""
        super().__init__(
            (config.host, config.port),
            wsgi_app=None,
            numthreads=config.threads,
            max=config.threads,
            server_name="tracemark",
            request_queue_size=256,
            timeout=config.idle_seconds,
            shutdown_timeout=5,
            accepted_queue_size=256,
            accepted_queue_timeout=1,
        )
        self.gateway = _Gateway
        self.max_request_header_size = config.header_bytes
        # One more idle connection than threads would not be served faster; beyond this, a client reconnects.
        self.keep_alive_conn_limit = 256
        self.expiration_interval = 0.25
        self.answer = answer
        self.hosts = _LOOPBACK | {config.host, *config.allowed_hosts} if config.host in _LOOPBACK else None

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Into `logging`: what kind of error and where, but no text of it, which could carry a statement."""
        error = sys.exception() if traceback else None
        where = "".join(format_tb(error.__traceback__)) if error is not None else ""
        _log.log(level, "http: %s\n%s" if where else "http: %s%s", msg.partition("(")[0], where)


class _Gateway(wsgi.Gateway_10):
    """Between cheroot's request and ours. WSGI's own environment is not needed."""

    def __init__(self, req: Any) -> None:
        cheroot_server.Gateway.__init__(self, req)
        self.started_response = False
        self.remaining_bytes_out = None
        self._is_early = False

    def respond(self) -> None:
        """Answer one request."""
        began = time.monotonic()
        req = self.req
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in req.inheaders.items()}
        body = _body(req)
        http = HttpRequest(
            method=req.method.decode("latin-1"),
            path=req.path.decode("utf-8", "replace"),
            query_string=(req.qs or b"").decode("latin-1"),
            headers=headers,
            body=body,
            socket=req.conn.socket.fileno(),
            send_early=self._send_early if req.response_protocol == "HTTP/1.1" else None,
        )
        try:
            reply = self._checked(headers, http)
        except OSError:
            _access.info("%s aborted by its client", http.method)
            raise
        sent = 0
        try:
            # What the client still sends belongs to a request that was answered: then the connection cannot be used again.
            req.close_connection = req.close_connection or not body.is_reusable
            self._start(reply)
            for piece in reply.body if http.method != "HEAD" else ():
                req.write(piece)
                sent += len(piece)
        finally:
            reply.close()
            user = reply.user or "-"
            query_id = reply.headers.get("X-ClickHouse-Query-Id", "-")
            elapsed_ms = (time.monotonic() - began) * 1000
            _access.info(
                "%s %d %.1fms user=%s query_id=%s bytes=%d", http.method, reply.status, elapsed_ms, user, query_id, sent
            )

    def _checked(self, headers: dict[str, str], http: HttpRequest) -> Reply:
        hosts: frozenset[str] | None = self.req.server.hosts
        if hosts is not None and _host_name(headers.get("host", "")) not in hosts:
            return plain_reply(b"This server answers to loopback names only: use http://127.0.0.1\n", status=421)
        answer: Callable[[HttpRequest], Reply] = self.req.server.answer
        return answer(http)

    def _send_early(self, header: bytes) -> None:
        status = b"" if self._is_early else b"HTTP/1.1 200 OK\r\n"
        self._is_early = True
        self.req.conn.wfile.write(status + header)

    def _start(self, reply: Reply) -> None:
        req = self.req
        if self._is_early:
            req.conn.wfile = _WithoutStatusLine(req.conn)
        req.status = reply.status_line.encode("latin-1")
        req.outheaders.extend(
            (name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in reply.headers.items()
        )
        req.ensure_headers_sent()


class _WithoutStatusLine:
    """Takes what cheroot sends first, the headers, without their status line: that has been sent."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._wfile = connection.wfile

    def write(self, data: bytes) -> int:
        self._connection.wfile = self._wfile
        written: int = self._wfile.write(data.partition(b"\r\n")[2])
        return written


def _left(what: str = "the client left in the middle of its body") -> ConnectionResetError:
    return ConnectionResetError(
        errno.ECONNRESET, what
    )  # by this number cheroot knows that there is nobody left to answer


def _host_name(header: str) -> str:
    name, colon, port = header.lower().rpartition(":")
    return name if colon and port.isdecimal() else header.lower()


class _SizedBody:
    """A body of known length. It is an error when the client sends less."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream  # cheroot's, which counts what is left and reads it away when the answer comes first

    @property
    def is_reusable(self) -> bool:
        return int(self._stream.remaining) <= _DRAINED

    def read(self, size: int, /) -> bytes:
        left = self._stream.remaining
        data: bytes = self._stream.read(size) if left > 0 else b""
        if left and not data:
            raise _left()
        return data


class _ChunkedBody:
    """A chunked body, read straight through: a chunk may be as large as the client likes."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = 0
        self.is_reusable = False

    def read(self, size: int, /) -> bytes:
        if self.is_reusable:
            return b""
        if self._left == 0 and not self._next_chunk():
            return b""
        data: bytes = self._stream.read(min(size, self._left))
        if not data:
            raise _left()
        self._left -= len(data)
        if self._left == 0:
            self._line()
        return data

    def _next_chunk(self) -> bool:
        head = self._line().split(b";")[0].strip()
        try:
            self._left = int(head, 16)
        except ValueError as error:
            raise _left("the client's chunked body is malformed") from error
        if self._left < 0:
            raise _left("the client's chunked body is malformed")
        while self._left == 0 and self._line().strip():
            continue  # trailers: none of them matters here
        self.is_reusable = self._left == 0
        return not self.is_reusable

    def _line(self) -> bytes:
        line: bytes = self._stream.readline(_MAX_CHUNK_LINE)
        if not line.endswith(b"\n"):
            raise _left()
        return line


def _body(req: Any) -> "_SizedBody | _ChunkedBody":
    if req.chunked_read:
        return _ChunkedBody(req.conn.rfile)
    return _SizedBody(req.rfile)
