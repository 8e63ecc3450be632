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
    if not _is_aware(when):
        raise InvalidEvent(field, "is a datetime without a time zone", "pass an aware one, e.g. datetime.now(UTC)")
    return (when - _EPOCH) // _MICROSECOND


def _is_aware(when: datetime) -> bool:
    """Whether its zone knows its distance from UTC: a zone of somebody's own may not, or may fail."""
    try:
        return when.utcoffset() is not None
    except Exception:  # noqa: BLE001 - whatever it raises, it knows no distance
        return False
