"""One HTTP request in ClickHouse's terms: who asks, which database, which settings, what is to come back."""

import base64
import binascii
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl

from tracemark.store.embedded.compression import chosen_coding
from tracemark.store.embedded.credentials import Credentials, User
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.external import ExternalTable

__all__ = ["Body", "HttpRequest", "QueryRequest"]

_OWN_PARAMETERS = frozenset(
    {
        "query", "database", "default_format", "user", "password", "query_id", "quota_key", "stacktrace",
        "buffer_size", "compress", "decompress", "wait_end_of_query", "session_id", "session_timeout",
        "session_check", "close_session", "client_protocol_version", "log_comment",
    }
)  # fmt: skip
_SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_QUERY_ID = re.compile(r"[\x21-\x7e]{1,256}\Z")
_FALSE = frozenset({"", "0", "false"})


class Body(Protocol):
    """The request's body as the transport hands it over."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, blocking; empty at the end.

        Raises:
            OSError: the client left, or was too slow.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What the transport knows. Header names are in lower case."""

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: Body
    socket: int | None = None
    """The client's socket, watched for the client's leaving."""
    send_early: Callable[[bytes], None] | None = None
    """Sends a header line ahead of the answer, `200 OK` before the first; None where an answer must come in one piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRequest:
    """A request that asks the engine something."""

    method: str
    user: User
    query_id: str
    sql: str
    database: str
    default_format: str
    settings: dict[str, str] = field(default_factory=dict[str, str])
    parameters: dict[str, str] = field(default_factory=dict[str, str])
    external: tuple[ExternalTable, ...] = ()
    session_id: str = ""
    session_check: bool = False
    hold_until_end: bool = False
    protocol_version: int = 0
    content_encoding: str = ""
    response_coding: str | None = None

    @classmethod
    def of(cls, http: HttpRequest, credentials: Credentials, database: str) -> "QueryRequest":
        """What `http` asks.

        Raises:
            QueryFailed: 516, a wrong login; 36 or 48, a parameter this layer cannot serve.
        """
        url = _url_parameters(http.query_string)
        user = _login(http.headers, url, credentials)
        if "role" in url:
            raise QueryFailed(48, "NOT_IMPLEMENTED", "roles need a ClickHouse server: leave the parameter role out")
        settings = {name: value for name, value in url.items() if _is_setting(name)}
        return cls(
            method=http.method,
            user=user,
            query_id=_query_id(url, http.headers),
            sql=url.get("query", ""),
            database=url.get("database") or http.headers.get("x-clickhouse-database") or database,
            default_format=url.get("default_format") or http.headers.get("x-clickhouse-format") or "TabSeparated",
            settings=settings,
            parameters={name[6:]: value for name, value in url.items() if name.startswith("param_")},
            session_id=url.get("session_id", ""),
            session_check=url.get("session_check", "0") not in _FALSE,
            hold_until_end=url.get("wait_end_of_query", "0") not in _FALSE,
            protocol_version=_number(url, "client_protocol_version"),
            content_encoding=_content_encoding(http.headers, url),
            response_coding=_response_coding(http.headers, url),
        )


def _is_setting(name: str) -> bool:
    if name in _OWN_PARAMETERS or name.startswith("param_"):
        return False
    if not _SETTING_NAME.match(name):
        raise QueryFailed(115, "UNKNOWN_SETTING", "Unknown setting: a URL parameter's name is not a plain word")
    return True


def _url_parameters(query_string: str) -> dict[str, str]:
    # The last of several wins, as on a server. What is not UTF-8 comes through as it is.
    found = parse_qsl(
        query_string, keep_blank_values=True, encoding="utf-8", errors="surrogateescape", max_num_fields=1000
    )
    return dict(found)


def _login(headers: Mapping[str, str], url: Mapping[str, str], credentials: Credentials) -> User:
    if "x-clickhouse-user" in headers or "x-clickhouse-key" in headers:
        return credentials.login(headers.get("x-clickhouse-user", ""), headers.get("x-clickhouse-key", ""))
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise QueryFailed(
                516, "AUTHENTICATION_FAILED", "Authentication failed: the Authorization header is not Basic base64"
            ) from error
        return credentials.login(name, password)
    return credentials.login(url.get("user", ""), url.get("password", ""))


def _query_id(url: Mapping[str, str], headers: Mapping[str, str]) -> str:
    given = url.get("query_id") or headers.get("x-clickhouse-query-id") or str(uuid.uuid4())
    if not _QUERY_ID.match(given):
        raise QueryFailed(36, "BAD_ARGUMENTS", "query_id must be 1 to 256 printable ASCII characters without blanks")
    return given


def _number(url: Mapping[str, str], name: str) -> int:
    value = url.get(name, "0")
    if not value.isdecimal():
        raise QueryFailed(36, "BAD_ARGUMENTS", f"the URL parameter {name} must be a whole number")
    return int(value)


def _content_encoding(headers: Mapping[str, str], url: Mapping[str, str]) -> str:
    if url.get("decompress", "0") not in _FALSE:
        return "clickhouse"
    coding = headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding


def _response_coding(headers: Mapping[str, str], url: Mapping[str, str]) -> str | None:
    if url.get("compress", "0") not in _FALSE:
        return "clickhouse"
    if url.get("enable_http_compression", "0") in _FALSE:
        return None
    return chosen_coding(headers.get("accept-encoding", ""))
