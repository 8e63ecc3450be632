"""From blocks to an HTTP answer: held back until it is safe to say 200, compressed, and honest when it breaks in the middle."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tracemark.store.embedded.compression import compressor
from tracemark.store.embedded.connection import Result
from tracemark.store.embedded.errors import QueryFailed

__all__ = ["Reply", "StreamedRows", "content_headers", "failure_reply", "new_tag", "packed", "plain_reply", "summary"]

_REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 411: "Length Required", 413: "Content Too Large", 421: "Misdirected Request", 423: "Locked",
    500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
}  # fmt: skip
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_CONTENT_TYPES = {
    "tabseparated": "text/tab-separated-values; charset=UTF-8",
    "tsv": "text/tab-separated-values; charset=UTF-8",
    "tsvwithnames": "text/tab-separated-values; charset=UTF-8",
    "csv": "text/csv; charset=UTF-8; header=absent",
    "csvwithnames": "text/csv; charset=UTF-8; header=present",
    "json": "application/json; charset=UTF-8",
    "jsoncompact": "application/json; charset=UTF-8",
    "jsoneachrow": "application/x-ndjson; charset=UTF-8",
    "jsoncompacteachrow": "application/x-ndjson; charset=UTF-8",
}


@dataclass(slots=True)
class Reply:
    """An answer. The transport iterates `body` and then calls `close`, whatever happened."""

    status: int
    headers: dict[str, str]
    body: Iterable[bytes] = ()
    close: Callable[[], None] = lambda: None
    user: str = ""
    """Who asked, for the access log; empty when nobody was let in."""

    @property
    def status_line(self) -> str:
        """`404 Not Found`."""
        return f"{self.status} {_REASONS.get(self.status, 'Unknown')}"


def summary(result: Result, elapsed_s: float) -> str:
    """`X-ClickHouse-Summary`: what the engine has counted when the headers leave, every number as a string."""
    found = {
        "read_rows": result.read_rows,
        "read_bytes": result.read_bytes,
        "written_rows": result.written_rows,
        "written_bytes": result.written_bytes,
        "result_rows": result.rows or result.written_rows,
        "elapsed_ns": round(elapsed_s * 1e9),
    }
    return json.dumps({name: str(value) for name, value in found.items()})


def plain_reply(data: bytes, *, headers: dict[str, str] | None = None, status: int = 200) -> Reply:
    """A short text of the server's own."""
    found = {"Content-Type": "text/plain; charset=UTF-8", "Content-Length": str(len(data)), **(headers or {})}
    return Reply(status, found, (data,) if data else ())


def failure_reply(error: QueryFailed, headers: dict[str, str], coding: str | None = None) -> Reply:
    """An error before the first byte.

    Who asked for ClickHouse's framing (`compress=1`, which no header announces) reads an error in it as well, as on a server;
    but not a 401 or 403, which clients take for the plain text of a failed login.
    """
    found = {**headers, "X-ClickHouse-Exception-Code": str(error.code)}
    if error.http_status == _UNAUTHORIZED:
        found["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
    is_framed = coding == "clickhouse" and error.http_status not in {_UNAUTHORIZED, _FORBIDDEN}
    body = packed(f"{error}\n".encode("utf-8", "surrogateescape"), coding if is_framed else None)
    return plain_reply(body, headers=found, status=error.http_status)


class StreamedRows:
    """The body of an answer whose first blocks are known to be good, with later ones still to come."""

    def __init__(
        self, pieces: Iterator[bytes], *, coding: str | None, tag: str, failed: Callable[[QueryFailed], QueryFailed]
    ) -> None:
        """`failed` is told about an error in the middle, and gives the one to send."""
        self._pieces = pieces
        self._compressor = compressor(coding) if coding else None
        self._tag = tag
        self._failed = failed

    def __iter__(self) -> Iterator[bytes]:
        """The bytes on the wire."""
        try:
            for piece in self._pieces:
                if data := self._packed(piece):
                    yield data
        except QueryFailed as error:
            # The rows first, out of the compressor, too: clients look for the error at the end of one piece of the answer.
            yield self._flushed()
            yield self._packed(_exception_block(self._failed(error), self._tag)) + self._flushed()
        if self._compressor is not None:
            yield self._compressor.finish()

    def _flushed(self) -> bytes:
        return self._compressor.flush() if self._compressor is not None else b""

    def _packed(self, data: bytes) -> bytes:
        return self._compressor.feed(data) if self._compressor is not None else data


def content_headers(output_format: str, coding: str | None, tag: str) -> dict[str, str]:
    """The headers of an answer with rows."""
    found = {
        "Content-Type": _CONTENT_TYPES.get(output_format.lower(), "application/octet-stream"),
        "X-ClickHouse-Format": output_format,
        "X-ClickHouse-Exception-Tag": tag,
    }
    if coding is not None and coding != "clickhouse":
        found["Content-Encoding"] = coding
    return found


def new_tag() -> str:
    """A tag no data can contain by chance: 16 random letters and digits."""
    return secrets.token_hex(8)


def packed(data: bytes, coding: str | None) -> bytes:
    """All of an answer at once, compressed."""
    if coding is None:
        return data
    whole = compressor(coding)
    return whole.feed(data) + whole.finish()


def _exception_block(error: QueryFailed, tag: str) -> bytes:
    text = f"{error}\n".encode("utf-8", "surrogateescape")
    return b"\r\n__exception__\r\n%b\r\n%b%d %b\r\n__exception__\r\n" % (tag.encode(), text, len(text), tag.encode())
