"""The statements: bounded, and made so that the light projections answer them.

Found by measuring (`benchmarks/trace_lookup.py`): `column IN {array}` is pushed through the view `events` into both tables, where
the projections answer it; for bytes it takes a subselect; `a IN … OR b IN …` uses no projection at all, so the two forms
of a token are two branches of a UNION ALL. Whole rows are read from each table by itself: the view would compute every
column that the other one lacks, which costs four times as much.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from typing import Literal
from urllib.parse import quote

from tracemark.query.candidates import CandidateSet
from tracemark.query.reader import Reader, Rows
from tracemark.schemas import schemas
from tracemark.schemas.columns import table_columns

__all__ = ["Anchor", "AnchorPage", "FindColumn", "Hit", "find_anchors", "find_tokens", "home_requests", "load_events"]

LinkColumn = Literal["request_id", "content_id", "case_id", "event_id"]
FindColumn = Literal["request_id", "content_id", "case_id", "event_id", "subject_ref", "aigc_produce_id"]

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_URL_BUDGET = 3600
"""Characters of parameters per statement: beyond 4096 the driver leaves the URL for a form, which not every server reads."""

_TOKENS = _URL_BUDGET // 64 // 2
_EVENT_IDS = _URL_BUDGET // 32
_QUOTED = 12
"""What quotes and a comma take in a URL, beside the value itself."""

_LONE = "if(request_id = '' AND content_id = '' AND case_id = '', toString(event_id), '') AS lone_id"
_GROUP = "request_id, content_id, case_id, lone_id"


@dataclass(frozen=True, slots=True)
class Hit:
    """How a token was hit: its form, its hex, and the type of the event that holds it."""

    form: str
    token: str
    event_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where a chain can be taken hold of: the ids that the events found have in common.

    Attributes:
        request_id: Or empty; likewise `content_id` and `case_id`.
        lone_id: The event itself, when it has none of the three.
        first_at: When the earliest of them happened.
        last_at: When the latest did.
        hits: The tokens that led here; none when ids did.
    """

    request_id: str
    content_id: str
    case_id: str
    lone_id: str
    first_at: datetime
    last_at: datetime
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event by its ids alone: enough to see what belongs together."""

    event_id: str
    event_type: str
    request_id: str
    content_id: str
    case_id: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class AnchorPage:
    """The anchors read, and how many more there are."""

    anchors: tuple[Anchor, ...]
    left_out: int


def find_tokens(reader: Reader, candidates: CandidateSet, since: datetime | None, limit: int) -> AnchorPage:
    """Anchors of the events that hold one of these tokens, exact hits before loose ones, then the oldest first."""
    branches = " UNION ALL ".join(_token_branch(form) for form in ("exact", "loose"))
    sql = f"""
        SELECT {_GROUP}, min(occurred_at) AS first_at, max(occurred_at) AS last_at, count() OVER () AS anchors,
               groupUniqArray(64)((form, token, event_type)) AS hits
        FROM ({branches})
        GROUP BY {_GROUP} ORDER BY min(form), first_at LIMIT {{limit:UInt32}}"""
    bounds = {"since": since or BEGINNING, "limit": limit}
    pairs = zip_longest(*(_runs(candidates.tokens(form), _TOKENS) for form in ("exact", "loose")), fillvalue="")
    return _joined(_page(reader.query(sql, {"exact": exact, "loose": loose, **bounds})) for exact, loose in pairs)


def _token_branch(form: str) -> str:
    return f"""
        SELECT request_id, content_id, case_id, {_LONE}, occurred_at, event_type,
               '{form}' AS form, lower(hex(token_{form})) AS token
        FROM events_traffic
        WHERE token_{form} IN (
            SELECT toFixedString(unhex(arrayJoin(extractAll({{{form}:String}}, '[0-9a-f]{{64}}'))), 32)
        ) AND _broker_ts >= {{since:DateTime64(3, 'UTC')}}"""


def find_anchors(
    reader: Reader, column: FindColumn, values: Collection[str], since: datetime | None, limit: int
) -> AnchorPage:
    """Anchors of the events whose `column` is one of `values`, the newest first."""
    sql = f"""
        SELECT {_GROUP}, min(occurred_at) AS first_at, max(occurred_at) AS last_at, count() OVER () AS anchors
        FROM (
            SELECT request_id, content_id, case_id, {_LONE}, occurred_at FROM events
            WHERE {column} IN {{ids:{_array(column)}}} AND _broker_ts >= {{since:DateTime64(3, 'UTC')}}
        )
        GROUP BY {_GROUP} ORDER BY last_at DESC LIMIT {{limit:UInt32}}"""
    bounds = {"since": since or BEGINNING, "limit": limit}
    return _joined(_page(reader.query(sql, {"ids": chunk, **bounds})) for chunk in _chunks(sorted(values)))


def home_requests(reader: Reader, content_ids: Collection[str]) -> dict[str, str]:
    """By content, the request that generated it; when no output is stored, the earliest request that mentions it."""
    sql = """
        SELECT content_id AS id, argMin(request_id, (event_type != 'output.generated', occurred_at)) AS home
        FROM (SELECT content_id, request_id, event_type, occurred_at FROM events WHERE content_id IN {ids:Array(String)})
        WHERE request_id != '' GROUP BY id"""
    chunks = _chunks(sorted(content_ids))
    return {row["id"]: row["home"] for chunk in chunks for row in reader.query(sql, {"ids": chunk})}


def find_links(reader: Reader, column: LinkColumn, values: Collection[str], limit: int) -> list[Link]:
    """Ids of the events that carry these, in time order, at most `limit` of each value: the oldest."""
    sql = f"""
        SELECT event_id, event_type, request_id, content_id, case_id, occurred_at FROM events
        WHERE {column} IN {{ids:{_array(column)}}}
        ORDER BY occurred_at, producer_id, producer_seq LIMIT {{limit:UInt32}} BY {column}"""
    rows = (row for chunk in _chunks(sorted(values)) for row in reader.query(sql, {"ids": chunk, "limit": limit}))
    return [Link(event_id=str(row.pop("event_id")), **row) for row in rows]


def load_events(reader: Reader, links: Collection[Link]) -> Rows:
    """The whole rows; an event that is stored twice gives two."""
    rows: Rows = []
    for table in ("traffic", "records"):
        ids = sorted({link.event_id.replace("-", "") for link in links if _table(link.event_type) in {table, ""}})
        sql = f"""
            SELECT {_columns(table)} FROM events_{table}
            WHERE event_id IN (SELECT toUUID(arrayJoin(extractAll({{ids:String}}, '[0-9a-f]{{32}}'))))"""
        for run in _runs(ids, _EVENT_IDS):
            rows += reader.query(sql, {"ids": run})
    return rows


def _array(column: LinkColumn | FindColumn) -> str:
    """The type that values of a column are bound as, so that its projection answers."""
    return "Array(UUID)" if column == "event_id" else "Array(String)"


@cache
def _table(event_type: str) -> str:
    """Which table an event type is stored in; empty when this release does not know it."""
    return next((schema.table for schema in schemas() if schema.event_type == event_type), "")


@cache
def _columns(table: str) -> str:
    """Every column of a table by name: `event_hash` can be rebuilt from whole rows only."""
    return ", ".join(f"`{column.name}`" for column in table_columns(schemas(), table))


def _page(rows: Rows) -> AnchorPage:
    anchors = tuple(
        Anchor(
            request_id=row["request_id"],
            content_id=row["content_id"],
            case_id=row["case_id"],
            lone_id=row["lone_id"],
            first_at=row["first_at"],
            last_at=row["last_at"],
            hits=tuple(Hit(*hit) for hit in row.get("hits", ())),
        )
        for row in rows
    )
    return AnchorPage(anchors, rows[0]["anchors"] - len(rows) if rows else 0)


def _joined(pages: Iterable[AnchorPage]) -> AnchorPage:
    read = list(pages)
    return AnchorPage(tuple(a for page in read for a in page.anchors), sum(page.left_out for page in read))


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Pieces that fit into a URL."""
    piece: list[str] = []
    room = _URL_BUDGET
    for value in values:
        size = len(quote(value)) + _QUOTED
        if piece and size > room:
            yield piece
            piece, room = [], _URL_BUDGET
        piece.append(value)
        room -= size
    if piece:
        yield piece


def _runs(values: Sequence[str], size: int) -> Iterator[str]:
    """Values in hex, one behind the other: quotes and commas would take as much room again."""
    return ("".join(values[at : at + size]) for at in range(0, len(values), size))
