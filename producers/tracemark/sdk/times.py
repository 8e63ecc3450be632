"""Points in time as callers have them, and as events carry them."""

from datetime import UTC, datetime, timedelta

from tracemark.schemas import InvalidEvent

__all__ = ["as_microseconds"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def as_microseconds(field: str, when: datetime | int | None) -> int | None:
    """Microseconds since 1970 from an aware datetime; raises `InvalidEvent` for one without a time zone."""
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        raise InvalidEvent(field, "is a datetime without a time zone", "pass an aware one, e.g. datetime.now(UTC)")
    return (when - _EPOCH) // _MICROSECOND
