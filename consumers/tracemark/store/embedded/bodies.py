"""Request bodies: received whole, decoded, bounded in size and time, before anything is run."""

from collections.abc import Iterator

from tracemark.schemas.clock import Clock
from tracemark.store.embedded.compression import decompressor
from tracemark.store.embedded.config import Limits
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.registry import ActiveRequest
from tracemark.store.embedded.request import Body
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.statement import MAX_STATEMENT_CHARS, Insert, Statement, parse

__all__ = ["receive", "statement_and_data"]

_PIECE = 1 << 18
_GLANCE = 1 << 14


def receive(body: Body, coding: str, spool: Spool, *, limits: Limits, active: ActiveRequest, clock: Clock) -> None:
    """Read all of `body` into `spool`, without its compression.

    Raises:
        QueryFailed: it is damaged, too large (1009) or too slow (159), or the request was killed meanwhile (394).
        OSError: the client left in the middle: nothing must be run.
    """
    active.receiving = True
    try:
        _read(
            body,
            coding,
            spool,
            limits=limits,
            active=active,
            deadline=clock.monotonic() + limits.body_seconds,
            clock=clock,
        )
    except OSError:
        active.raise_if_killed()  # then it was ended by us
        raise
    finally:
        active.receiving = False
    active.raise_if_killed()


def _read(
    body: Body, coding: str, spool: Spool, *, limits: Limits, active: ActiveRequest, deadline: float, clock: Clock
) -> None:
    for piece in _decoded(body, coding):
        active.raise_if_killed()
        if limits.body_bytes and spool.size + len(piece) > limits.body_bytes:
            raise QueryFailed(
                1009, "BODY_TOO_LARGE", f"the request body is larger than {limits.body_bytes} bytes: send it in parts"
            )
        if clock.monotonic() > deadline:
            raise QueryFailed(
                159,
                "TIMEOUT_EXCEEDED",
                f"the request body did not arrive within {limits.body_seconds:.0f} s: nothing was run",
            )
        spool.write(piece)


def statement_and_data(sql: str, spool: Spool) -> tuple[Statement, Spool]:
    """The statement of a request, and the data that go with it when it is an INSERT.

    Args:
        sql: The URL's `query`; when empty, the body begins with the statement.
        spool: The body. It is closed when another one is returned.

    Raises:
        QueryFailed: 62, there is no statement, or it does not begin like one.
    """
    if sql.strip():
        return _from_url(sql, spool)
    text = _text(spool.read(_GLANCE))
    if spool.size > _GLANCE:
        text = _long_enough(text, spool)
    statement = parse(text)
    if not isinstance(statement, Insert):
        return statement, spool
    return statement, spool.without_prefix(len(text[: statement.data_start].encode("utf-8", "surrogateescape")))


def _from_url(sql: str, spool: Spool) -> tuple[Statement, Spool]:
    statement = parse(sql)
    if isinstance(statement, Insert):
        inline = sql[statement.data_start :].strip()
        if inline and statement.takes_data:
            # As a server: what stands behind the statement in the URL comes first.
            first = Spool(spool.directory, memory_limit=spool.memory_limit)
            first.write(inline.encode("utf-8", "surrogateescape"))
            for piece in spool.pieces():
                first.write(piece)
            spool.close()
            return statement, first
        return statement, spool
    more = _text(spool.read(MAX_STATEMENT_CHARS + 1))
    return (parse(f"{sql}\n{more}") if more.strip() else statement), spool


def _long_enough(glance: str, spool: Spool) -> str:
    # Looking at all of a large body for the statement in front of its data would cost more than the insert.
    try:
        statement = parse(glance)
        if isinstance(statement, Insert) and statement.takes_data and statement.data_start < len(glance):
            return glance
    except QueryFailed:
        return _text(
            spool.read(MAX_STATEMENT_CHARS + 1)
        )  # cut in the middle of a token, perhaps: the whole text decides
    return _text(spool.read(MAX_STATEMENT_CHARS + 1))


def _decoded(body: Body, coding: str) -> Iterator[bytes]:
    if not coding:
        while data := body.read(_PIECE):
            yield data
        return
    decoder = decompressor(coding)
    while data := body.read(_PIECE):
        yield from decoder.feed(data)
    decoder.finish()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
