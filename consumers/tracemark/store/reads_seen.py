"""Reads as the store's own door saw them: what the duty to record every read is held against.

The door is the HTTP interface in embedded mode, which tells what it served; on a ClickHouse server it is `system.query_log`, from
which finished reads are copied. No statement and no person is kept: a login, a door, a board, and how much.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, cast

from tracemark.store.client import Store

__all__ = ["QUERY_LOG", "Caller", "Door", "LoggedRead", "SeenRead", "has_query_log", "note_query_log", "note_reads"]

Door = Literal["cli", "grafana", "http", "native"]
"""Through which a read came: `cli` records itself, `native` is ClickHouse's own protocol."""

QUERY_LOG: Final = "system.query_log"

_BOARD: Final = r"grafana_dashboard:([A-Za-z0-9_-]{1,40})"
_PERSON: Final = r"grafana_user:([^;)]{1,64})"
_COLUMNS: Final = "read_id, seen_at, reader, door, board, statements, rows, ok"
_ROW: Final = "Tuple(String, Int64, String, String, String, UInt64, UInt64, Bool)"
_AGAIN: Final = timedelta(minutes=10)
"""So far behind the newest copied read is looked once more: the server writes its log every few seconds."""

_RECORDED_DAYS: Final = 31
"""A read that was left without a record is given one for so long."""

_NOTE: Final = f"""
INSERT INTO reads_seen ({_COLUMNS})
SELECT r.1, fromUnixTimestamp64Micro(r.2, 'UTC'), r.3, r.4, r.5, r.6, r.7, r.8
FROM (SELECT arrayJoin(JSONExtract(base64Decode({{reads:String}}), 'Array({_ROW})')) AS r)"""

# A minute is copied as a whole, a minute after its end at the earliest, so that a second look finds the same reads under the same
# ids. Reads of one claim, or of one login, person, door, board and outcome in a minute are one.
_LOGGED: Final = f"""
SELECT
    if(claim != '', claim, argMin(query_id, (event_time_microseconds, query_id))) AS read_id,
    toDateTime64(toStartOfMinute(event_time_microseconds), 6, 'UTC') AS seen_at,
    user AS reader,
    multiIf(claim != '', 'cli', positionCaseInsensitive(client, 'grafana') > 0, 'grafana', interface = 2, 'http', 'native') AS door,
    extract(client, '{_BOARD}') AS board,
    extract(client, '{_PERSON}') AS person,
    count() AS statements,
    sum(result_rows) AS rows,
    type = 'QueryFinish' AS ok
FROM
(
    SELECT
        query_id, event_time_microseconds, user, interface, result_rows, type,
        if(http_user_agent != '', http_user_agent, client_name) AS client,
        extract(client, '^tracemark-read/([0-9a-f-]{{36}})') AS claim
    FROM __log__
    WHERE event_date >= toDate({{since:DateTime64(6, 'UTC')}}) - 1
        AND event_time_microseconds >= toStartOfMinute({{since:DateTime64(6, 'UTC')}})
        AND event_time_microseconds < toStartOfMinute({{until:DateTime64(6, 'UTC')}} - INTERVAL 1 MINUTE)
        AND type IN ('QueryFinish', 'ExceptionWhileProcessing')
        AND is_initial_query AND query_kind = 'Select' AND has(databases, currentDatabase())
        AND NOT (user = currentUser() AND startsWith(client, 'tracemark '))
)
GROUP BY claim, seen_at, reader, door, board, person, ok"""

_COPY: Final = f"""
INSERT INTO reads_seen ({_COLUMNS})
SELECT {_COLUMNS}
FROM ({_LOGGED})
WHERE (read_id, seen_at) NOT IN (
    SELECT read_id, seen_at FROM reads_seen WHERE noted_at >= toStartOfMinute({{since:DateTime64(6, 'UTC')}})
)"""

_UNRECORDED: Final = f"""
WITH unrecorded AS (
    SELECT read_id, min(seen_at) AS began_at, any(reader) AS login, any(door) AS way, sum(rows) AS given, min(ok) AS answered
    FROM reads_seen
    WHERE door != 'cli' AND noted_at >= {{until:DateTime64(6, 'UTC')}} - INTERVAL {_RECORDED_DAYS} DAY
        AND read_id NOT IN (
            SELECT request_id FROM events_records
            WHERE event_type = 'audit.accessed'
                AND _broker_ts >= {{until:DateTime64(6, 'UTC')}} - INTERVAL {_RECORDED_DAYS + 1} DAY
        )
    GROUP BY read_id
)
SELECT read_id, login AS reader, way AS door, person, given AS rows, answered AS ok
FROM unrecorded
LEFT JOIN (
    SELECT query_id, any(extract(if(http_user_agent != '', http_user_agent, client_name), '{_PERSON}')) AS person
    FROM __log__
    WHERE event_date >= (SELECT toDate(ifNull(minOrNull(began_at), {{until:DateTime64(6, 'UTC')}})) - 1 FROM unrecorded)
        AND query_id IN (SELECT read_id FROM unrecorded)
    GROUP BY query_id
) AS logged ON logged.query_id = unrecorded.read_id
ORDER BY began_at, read_id"""

_BEGINNING: Final = """
SELECT
    now64(6, 'UTC') AS now,
    (SELECT min(applied_at) FROM migrations WHERE name = 'reads_seen') AS made_at,
    (SELECT count() FROM reads_seen) AS copied,
    (SELECT max(seen_at) FROM reads_seen) AS newest"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRead:
    """One read, or several that were added up.

    Attributes:
        read_id: `request_id` of its `audit.accessed`.
        seen_at_us: When it was, or began.
        reader: Login.
        door: Through which it came.
        board: Uid of Grafana's board, or empty.
        statements: How many.
        rows: Returned by them.
        ok: Whether they were answered.
    """

    read_id: str
    seen_at_us: int
    reader: str
    door: Door
    board: str
    statements: int
    rows: int
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRead:
    """A read that no command records.

    Attributes:
        read_id: `request_id` that its `audit.accessed` must have.
        reader: Login.
        person: Who sat before Grafana, by its own words; empty when it does not say. Never stored: it becomes a pseudonym.
        door: Through which it came.
        rows: Returned.
        ok: Whether it was answered.
    """

    read_id: str
    reader: str
    person: str
    door: Door
    rows: int
    ok: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """What a client says of itself in its name; nothing of it is proved."""

    is_grafana: bool
    board: str
    person: str

    @classmethod
    def of(cls, client: str) -> "Caller":
        """Read a `User-Agent`."""
        board, person = re.search(_BOARD, client), re.search(_PERSON, client)
        return cls("grafana" in client.lower(), board[1] if board else "", person[1] if person else "")


def note_reads(run: Callable[[str, Mapping[str, str]], object], reads: Iterable[SeenRead]) -> None:
    """Note reads, all in one insert. `run` runs a statement with its parameters, and raises when it did not happen."""
    rows = [(r.read_id, r.seen_at_us, r.reader, r.door, r.board, r.statements, r.rows, r.ok) for r in reads]
    if rows:
        # In letters that no way of passing parameters would have to escape.
        run(_NOTE, {"reads": base64.b64encode(json.dumps(rows).encode()).decode()})


def has_query_log(store: Store) -> bool:
    """Whether the store keeps a log of its queries: a server does unless told otherwise, the embedded engine does not."""
    found = store.query("SELECT count() AS n FROM system.tables WHERE database = 'system' AND name = 'query_log'")
    return bool(found[0]["n"])


def note_query_log(
    store: Store, *, log: str = QUERY_LOG, since: datetime | None = None, until: datetime | None = None
) -> tuple[LoggedRead, ...]:
    """Copy the finished reads of this database from a server's query log, and tell those that nobody has recorded yet.

    May be repeated: what was copied is not copied again. The caller's own work is left out: the same login under the client name
    `tracemark`.

    Args:
        store: As who may write here and read the log.
        log: The table, by its full name.
        since: Where to begin when nothing was copied yet; when this list was made, unless given.
        until: Now, by the store's clock unless given; the minute before it is left for the next time.

    Returns:
        Reads of the last 31 days that no `audit.accessed` names; one whose record is on its way is among them.

    Raises:
        StoreError: The store's own errors pass through, such as that the log may not be read.
    """
    (found,) = store.query(_BEGINNING)
    begin = since or found["made_at"]
    if found["copied"]:
        begin = max(begin, found["newest"] - _AGAIN)
    given = {"since": _text(begin), "until": _text(until or found["now"])}
    store.command(_COPY.replace("__log__", log), given)
    rows = store.query(_UNRECORDED.replace("__log__", log), given)
    return tuple(_logged(row) for row in rows)


def _logged(row: Mapping[str, Any]) -> LoggedRead:
    return LoggedRead(
        read_id=row["read_id"],
        reader=row["reader"],
        person=row["person"],
        door=cast("Door", row["door"]),
        rows=row["rows"],
        ok=bool(row["ok"]),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
