"""Events as plain rows, and rows as column blocks that a store takes fast.

Rows of the kit are what queries see, no more: tokens, salts and hashes stay absent, so nothing here can be verified, or
traced by text. What the store's door saw of those who read is told among the events, as rows of a type of their own.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from tracemark.schemas import codec_for, schemas
from tracemark.schemas.columns import table_columns

__all__ = ["READS_SEEN", "Block", "Event", "EventIds", "blocks", "micros", "schema_id"]

Event = dict[str, Any]
"""Column name to value; instants are integers of the column's own unit, identities integers."""

READS_SEEN: Final = "reads_seen"
"""Type, and table, of what the store's door saw."""

_MS_PER_US: Final = 1000
_EMPTY: Final[Mapping[str, Any]] = {"Array": [], "Map": {}, "Nullable": None, "LowCardinality": "", "String": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows of one table, by column."""

    table: str
    column_names: tuple[str, ...]
    columns: tuple[list[Any], ...]


class EventIds:
    """Identities that look like UUIDv7 and never repeat within a world."""

    def __init__(self) -> None:
        """Begin at one."""
        self._numbers = itertools.count(1)

    def at(self, moment: int) -> int:
        """The next, for an instant in microseconds."""
        return ((moment // _MS_PER_US) << 80) | (7 << 76) | (2 << 62) | next(self._numbers)


def micros(moment: datetime) -> int:
    """An instant as events carry it."""
    return round(moment.timestamp() * 1_000_000)


def blocks(events: Iterable[Event], size: int = 50_000) -> Iterator[Block]:
    """Blocks of at most `size` events of one type each; streams, so a world need not fit into memory."""
    waiting: dict[str, list[Event]] = {}
    for event in events:
        rows = waiting.setdefault(event["event_type"], [])
        rows.append(event)
        if len(rows) >= size:
            yield _block(waiting.pop(event["event_type"]))
    for rows in waiting.values():
        yield _block(rows)


def _block(rows: list[Event]) -> Block:
    event_type = rows[0]["event_type"]
    if event_type == READS_SEEN:
        return _seen(rows)
    columns = _columns(event_type)
    names = tuple(dict.fromkeys(name for keys in {tuple(row) for row in rows} for name in keys))
    return Block(
        table=_tables()[event_type],
        column_names=names,
        columns=tuple([row.get(name, columns[name]) for row in rows] for name in names),
    )


def _seen(rows: list[Event]) -> Block:
    names = tuple(name for name in rows[0] if name != "event_type")
    return Block(table=READS_SEEN, column_names=names, columns=tuple([row[name] for row in rows] for name in names))


@cache
def _tables() -> Mapping[str, str]:
    return {schema.event_type: f"events_{schema.table}" for schema in schemas()}


@cache
def _columns(event_type: str) -> Mapping[str, Any]:
    table = _tables()[event_type].removeprefix("events_")
    return {column.name: _absent(column.type) for column in table_columns(schemas(), table)}


def _absent(column_type: str) -> Any:
    kind, _, argument = column_type.partition("(")
    if kind == "FixedString":
        return bytes(int(argument.rstrip(")")))
    return _EMPTY.get(kind, 0)


@cache
def schema_id(event_type: str) -> int:
    """What a row of the newest version says of its schema."""
    return codec_for(event_type).schema_id
