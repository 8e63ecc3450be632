"""A month as it might be: the kit's clean world at some size, with a few breaches in it, judged every day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Final
from uuid import uuid4

from support.board_world import BoardStore
from support.stored import micros
from tracemark.cli._judgement import judge
from tracemark.dashboards.macros import TimeRange
from tracemark.query.obligations import load_pack
from tracemark.query.testing import Block, World, plants
from tracemark.store import refresh_summaries

__all__ = ["A_MONTH", "tell_month"]

_UNTIL: Final = datetime(2026, 10, 2, tzinfo=UTC)
_DAYS: Final = 30
_JUDGED_AT: Final = [_UNTIL - timedelta(days=days, minutes=7) for days in range(11, -1, -1)]
_TROUBLES: Final = frozenset(
    {
        *("complaint-forgotten", "feedback-a-microsecond-late", "steps-missing", "sanction-without-basis"),
        *("missing-explicit-label", "missing-implicit-label", "download-without-label", "metadata-forged"),
        *("scope-drifted", "read-without-record", "grant-expired", "service-undeclared"),
    }
)

A_MONTH: Final = TimeRange(
    from_ms=micros(_UNTIL - timedelta(days=_DAYS)) // 1000,
    to_ms=micros(_UNTIL) // 1000,
    interval_ms=_DAYS * 86_400_000 // 60,
)
"""What the boards show of it."""


def tell_month(store: BoardStore, requests: int = 4000) -> None:
    """Write it."""
    for table in ("duty_results", "duty_breaches", "reads_seen"):
        store.writer.command(f"ALTER TABLE {table} REMOVE TTL")  # the month may be older than what they keep
    troubles = [each for each in plants("violation", regime="cn") if each.name in _TROUBLES]
    for block in _numbered_as_received(World(requests=requests, plants=troubles).blocks()):
        store.insert(block.table, block.column_names, block.columns)
    _settle_every_day(store)
    refresh_summaries(store.writer)
    for moment in _JUDGED_AT:
        judge(store.writer, load_pack("cn"), moment)


def _settle_every_day(store: BoardStore) -> None:
    """What the sink wrote down: a range a day, in order, all of it stored."""
    rows: list[dict[str, Any]] = [
        {
            "topic": "tracemark.events",
            "topic_id": "T1",
            "partition": 0,
            "state": "done",
            "epoch": 0,
            "writer": "sink-1",
            "first_offset": day * 1000,
            "last_offset": day * 1000 + 999,
            "records": 1000,
            "rows_traffic": 900,
            "rows_records": 100,
            "dead_letters": 0,
            "duplicates": 0,
            "digest": b"d" * 32,
            "merkle_root": b"r" * 32,
            **dict.fromkeys(
                ("first_broker_ts", "last_broker_ts", "recorded_at"), _UNTIL - timedelta(days=_DAYS - day, hours=1)
            ),
        }
        for day in range(1, _DAYS + 1)
    ]
    store.insert("ledger", list(rows[0]), [[row[name] for row in rows] for name in rows[0]])


def _numbered_as_received(blocks: Iterable[Block]) -> list[Block]:
    """The kit tells each story to its end before the next begins; a month that is looked at while it goes on has no gaps."""
    told = [(block, dict(zip(block.column_names, map(list, block.columns), strict=True))) for block in blocks]
    for _, columns in told:
        _show_signs_of_life(columns)
    order = sorted(
        (columns["_broker_ts"][row], columns["producer_id"][row], which, row)
        for which, (_, columns) in enumerate(told)
        if "producer_seq" in columns
        for row in range(len(columns["_broker_ts"]))
    )
    drawn: Counter[int] = Counter()
    for _, producer, which, row in order:
        columns = told[which][1]
        drawn[producer] += 1
        columns["producer_seq"][row] = drawn[producer]
        if columns.get("last_seq"):
            columns["last_seq"][row] = drawn[producer]
    return [replace(block, columns=tuple(columns[name] for name in block.column_names)) for block, columns in told]


def _show_signs_of_life(columns: dict[str, list[Any]]) -> None:
    """Every producer that opened its session is heard from a little before each judgement."""
    opened = [row for row, state in enumerate(columns.get("session_state", ())) if state == "open"]
    for row, moment in product(opened, _JUDGED_AT):
        heard = moment - timedelta(minutes=20)
        told = {
            "event_id": uuid4().int,
            "occurred_at": micros(heard),
            "_broker_ts": micros(heard) // 1000,
            "session_state": "heartbeat",
        }
        for name, column in columns.items():
            column.append(told.get(name, column[row]))
