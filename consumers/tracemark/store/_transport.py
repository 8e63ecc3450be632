"""The HTTP pool under clickhouse-connect, and the one place where its errors become ours."""

import logging
from typing import Any

from clickhouse_connect.driver import exceptions as driver
from urllib3 import PoolManager
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, SSLError

from tracemark.store.errors import AmbiguousInsert, StoreDenied, StoreError, StoreRefused, StoreUnavailable

__all__ = ["NeverSent", "OncePool", "translated"]

_DENIED = frozenset({164, 192, 193, 194, 195, 497, 516})
_CREDENTIALS = "check the user in the store's URL, its password (TRACEMARK_STORE_PASSWORD) and its grants"
_FULL = 243
_TRANSIENT = frozenset(
    {
        3,  # UNEXPECTED_END_OF_FILE: a body that broke off
        159,  # TIMEOUT_EXCEEDED
        160,  # TOO_SLOW
        173,  # CANNOT_ALLOCATE_MEMORY
        198,  # DNS_ERROR
        202,  # TOO_MANY_SIMULTANEOUS_QUERIES
        209,  # SOCKET_TIMEOUT
        210,  # NETWORK_ERROR
        236,  # ABORTED
        241,  # MEMORY_LIMIT_EXCEEDED
        242,  # TABLE_IS_READ_ONLY
        243,  # NOT_ENOUGH_SPACE
        252,  # TOO_MANY_PARTS
        279,  # ALL_CONNECTION_TRIES_FAILED
        319,  # UNKNOWN_STATUS_OF_INSERT
        373,  # SESSION_IS_LOCKED
        394,  # QUERY_WAS_CANCELLED
        439,  # CANNOT_SCHEDULE_TASK
        473,  # DEADLOCK_AVOIDED
        745,  # SERVER_OVERLOADED
        999,  # KEEPER_EXCEPTION
    }
)
_ABOUT_DATA = frozenset(
    {
        6,  # CANNOT_PARSE_TEXT
        25,  # CANNOT_PARSE_ESCAPE_SEQUENCE
        26,  # CANNOT_PARSE_QUOTED_STRING
        27,  # CANNOT_PARSE_INPUT_ASSERTION_FAILED
        33,  # CANNOT_READ_ALL_DATA
        38,  # CANNOT_PARSE_DATE
        41,  # CANNOT_PARSE_DATETIME
        69,  # ARGUMENT_OUT_OF_BOUND
        70,  # CANNOT_CONVERT_TYPE
        72,  # CANNOT_PARSE_NUMBER
        117,  # INCORRECT_DATA
        131,  # TOO_LARGE_STRING_SIZE
        321,  # VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
        349,  # CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
        376,  # CANNOT_PARSE_UUID
        407,  # DECIMAL_OVERFLOW
        469,  # VIOLATED_CONSTRAINT
        691,  # UNKNOWN_ELEMENT_OF_ENUM
    }
)
# What ClickHouse says about these names tables, columns and syntax; about anything else it may quote a row.
_TEXT_IS_SAFE = frozenset(
    {16, 36, 42, 43, 44, 46, 47, 48, 50, 57, 59, 60, 62, 80, 81, 82, 115, 215, 386, 497, 516, 582}
)
_TEXT_LIMIT = 600


class _NoTraceback(logging.Filter):
    """Drops the exception from a line: its text may quote a value."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the line pass, without its exception."""
        record.exc_info = record.exc_text = None
        return True


# The driver logs a value that it cannot write, in full.
logging.getLogger("clickhouse_connect.driver.transform").addFilter(_NoTraceback())


class NeverSent(HTTPError):
    """No connection came about: the request did not leave this machine."""


class MaybeSent(HTTPError):
    """The connection failed after the request, or a part of it, had left."""


class OncePool(PoolManager):
    """A pool that sends every request once.

    clickhouse-connect sends an insert again when the connection was reset, without asking. It recognises that case by the
    error's cause, so this pool raises errors of its own that have none. What to do again, and when, is the caller's business.
    """

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send once; raises `NeverSent` or `MaybeSent`."""
        kwargs["retries"] = 0
        try:
            response = super().request(method, url, *args, **kwargs)
        except HTTPError as error:
            failure = _failure(error)
        else:
            # An answer that broke off inside the progress headers would be a lost connection to the driver, to be sent again.
            if response.status >= 300 or any(not name.lower().endswith("-progress") for name in response.headers):  # noqa: PLR2004
                return response
            response.close()
            failure = MaybeSent("the answer broke off inside its headers")
        raise failure


def _failure(error: HTTPError) -> HTTPError:
    reason = error.reason if isinstance(error, MaxRetryError) else error
    kind = type(reason).__name__
    return (
        NeverSent(kind) if isinstance(reason, NewConnectionError | ConnectTimeoutError | SSLError) else MaybeSent(kind)
    )


def translated(error: Exception, *, insert: str = "") -> StoreError:
    """An error of the driver as one of ours; `insert` is the query id when it was an insert."""
    code, name = _code(error)
    if code in _DENIED:
        return StoreDenied(f"{_text('the store denies this', error, code, name)}; {_CREDENTIALS}", code=code, name=name)
    if isinstance(error.__cause__, NeverSent):
        return StoreUnavailable(
            f"the store cannot be reached ({error.__cause__}): is it running, and is the address right?"
        )
    if code in _TRANSIENT or (code == 0 and isinstance(error, driver.OperationalError)):
        text = _text("the store gave no usable answer", error, code, name)
        text += "; make room on its disk" if code == _FULL else ""
        if insert:
            return AmbiguousInsert(f"{text}; the insert may have happened", query_id=insert, code=code, name=name)
        return StoreUnavailable(text, code=code, name=name)
    about_data = code in _ABOUT_DATA or (code == 0 and bool(insert))
    text = _text("the store refuses the data" if about_data else "the store refuses the statement", error, code, name)
    return StoreRefused(text, code=code, name=name, is_about_data=about_data)


def _code(error: Exception) -> tuple[int, str]:
    if isinstance(error, driver.Error):
        return error.code or 0, error.name or ""
    return 0, ""


def _text(what: str, error: Exception, code: int, name: str) -> str:
    named = f"code {code} {name}".strip() if code else str(error.__cause__ or type(error).__name__)
    said = f": {str(error)[:_TEXT_LIMIT]}" if code in _TEXT_IS_SAFE else ""
    return f"{what} ({named}){said}"
