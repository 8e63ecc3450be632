"""A month as it might be: the kit's clean world at some size, with a few breaches in it, judged every day."""

from datetime import UTC, datetime, timedelta
from typing import Final

from support.board_world import BoardStore
from support.stored import micros
from tracemark.cli._judgement import judge
from tracemark.dashboards.macros import TimeRange
from tracemark.query.obligations import load_pack
from tracemark.query.testing import World, plants
from tracemark.store import refresh_summaries

__all__ = ["A_MONTH", "tell_month"]

_UNTIL: Final = datetime(2026, 10, 4, tzinfo=UTC)
_DAYS: Final = 30
_JUDGED_DAYS: Final = 12
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
    for block in World(requests=requests, plants=troubles).blocks():
        store.insert(block.table, block.column_names, block.columns)
    refresh_summaries(store.writer)
    for days in reversed(range(_JUDGED_DAYS)):
        judge(store.writer, load_pack("cn"), _UNTIL - timedelta(days=days, minutes=7))
