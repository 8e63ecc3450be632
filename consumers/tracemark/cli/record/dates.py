"""Instants that cannot be: facts that lie in the future, and ranges that end before they begin."""

from collections.abc import Mapping
from typing import Any, Final

from tracemark.schemas import InvalidEvent

__all__ = ["FACTS", "RANGES", "check_dates"]

FACTS: Final = (
    "accepted_at",
    "completed_at",
    "detected_at",
    "feedback_sent_at",
    "newest_at",
    "oldest_at",
    "requested_at",
    "sent_at",
    "window_end",
    "window_start",
)
"""Fields that say when something happened; what may be still to come, such as `due_at`, is none of them."""

RANGES: Final[Mapping[str, str]] = {
    "oldest_at": "newest_at",
    "requested_at": "expires_at",
    "valid_from": "valid_to",
    "window_start": "window_end",
}
"""Begin of a range to its end."""

_CLOCKS_US: Final = 5 * 60 * 1_000_000
"""By how much the clock that somebody read may be ahead of this machine's."""


def check_dates(values: Mapping[str, Any], now_us: int) -> None:
    """Raise `InvalidEvent` for what cannot have happened yet, or ends before it begins."""
    for name in FACTS:
        if (when := values.get(name)) is not None and when > now_us + _CLOCKS_US:
            raise InvalidEvent(name, "lies in the future", "pass when it happened, once it has")
    for begin, end in RANGES.items():
        first, last = values.get(begin), values.get(end)
        if first is not None and last is not None and last < first:
            raise InvalidEvent(end, f"lies before {begin}", "pass the beginning and the end in their order")
