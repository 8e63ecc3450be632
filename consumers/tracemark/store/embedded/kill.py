"""`KILL QUERY WHERE …`, decided over this server's own list of requests.

The engine invents the ids of its statements, and knows nothing of an INSERT whose body is still on its way. So the condition is
evaluated by the engine over a small table of all requests being served, under the ids their clients gave them.

A reader may end one query at a time, by its id, when it is a reader's: so a client's cancel button works. Nothing else of such a
statement reaches the engine.
"""

import json
import re
from collections.abc import Mapping

from tracemark.schemas.clock import Clock
from tracemark.store.embedded.connection import Connection
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.registry import ActiveRequest, Registry
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.statement import Statement, parse

__all__ = ["kill_queries", "names_one_query"]

_MODES = ("SYNC", "ASYNC", "TEST")
_STRUCTURE = (
    "kill_status String, query_id String, user String, query String, elapsed Float64, initial_query_id String, "
    "initial_user String, is_initial_query UInt8, is_cancelled UInt8"
)
_SYNC_WITHIN_S = 60.0
# Written anew from its tokens; the id without quotes and backslashes, so that nothing but a literal can be meant.
_ONE_QUERY = re.compile(r"KILL QUERY WHERE query_id = '[!-&(-\[\]-~]{1,256}'(?: SYNC| ASYNC)?(?: ;)?", re.IGNORECASE)


def names_one_query(statement: Statement) -> bool:
    """Whether this is `KILL QUERY WHERE query_id = '…' [SYNC|ASYNC]` and no more: all of KILL that a reader may say."""
    return _ONE_QUERY.fullmatch(_rewritten(statement)) is not None


def _rewritten(statement: Statement) -> str:
    return " ".join(token.text for token in statement.tokens)


def kill_queries(
    statement: Statement,
    asker: ActiveRequest,
    registry: Registry,
    connection: Connection,
    parameters: Mapping[str, str],
    *,
    scratch: Spool,
    clock: Clock,
    own_only: bool,
) -> str:
    """Kill what `statement` matches (SYNC: and wait until it is gone) and say which SELECT over `scratch` lists them.

    `own_only`: of the asker's own user alone; the statement is one that `names_one_query`.

    Raises:
        QueryFailed: the condition does not parse, or names a column that is not there; 159, SYNC and something would not end.
    """
    condition, mode = _parts(parse(_rewritten(statement)) if own_only else statement)
    others = (request for request in registry.snapshot() if request is not asker)
    active = {request.query_id: request for request in others if not own_only or request.user == asker.user}
    for request in active.values():
        scratch.write(_row(request, registry))
    source = f"file('{scratch.path}', 'JSONEachRow', '{_STRUCTURE}')"
    found = connection.run(f"SELECT query_id FROM {source} WHERE {condition}", "JSONCompactEachRow", parameters)
    matched = [active[json.loads(line)[0]] for line in found.data.splitlines()]
    if mode != "TEST":
        for request in matched:
            registry.kill(request, "killed by KILL QUERY")
    if mode == "SYNC":
        _wait_for(matched, clock)
    return f"SELECT kill_status, query_id, user, query FROM {source} WHERE {condition}"


def _parts(statement: Statement) -> tuple[str, str]:
    found = [token for token in statement.tokens if token.end <= len(statement.head)]
    if len(found) < 4 or not found[2].says("WHERE"):  # noqa: PLR2004 - KILL QUERY WHERE condition
        raise QueryFailed(62, "SYNTAX_ERROR", "Syntax error: expected KILL QUERY WHERE condition [SYNC|ASYNC|TEST]")
    mode = "ASYNC"
    if found[-1].says(*_MODES):
        mode = found.pop().text.upper()
    return statement.text[found[3].start : found[-1].end], mode


def _row(request: ActiveRequest, registry: Registry) -> bytes:
    row = {
        "kill_status": "waiting",
        "query_id": request.query_id,
        "user": request.user,
        "query": request.sql.encode("utf-8", "replace").decode(),
        "elapsed": registry.elapsed(request),
        "initial_query_id": request.query_id,
        "initial_user": request.user,
        "is_initial_query": 1,
        "is_cancelled": int(bool(request.killed)),
    }
    return json.dumps(row).encode() + b"\n"


def _wait_for(matched: list[ActiveRequest], clock: Clock) -> None:
    deadline = clock.monotonic() + _SYNC_WITHIN_S
    for request in matched:
        if not request.finished.wait(max(0.0, deadline - clock.monotonic())):
            raise QueryFailed(
                159,
                "TIMEOUT_EXCEEDED",
                f"KILL QUERY SYNC: a query did not end within {_SYNC_WITHIN_S:.0f} s; it is marked as killed",
            )
