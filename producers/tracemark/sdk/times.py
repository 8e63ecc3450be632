"""Points in time as callers have them, and as events carry them."""

from datetime import UTC, datetime, timedelta

from tracemark.schemas import InvalidEvent

__all__ = ["as_microseconds"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REMEDY = "pass an aware datetime, e.g. datetime.now(UTC)"


def as_microseconds(field: str, when: datetime | int | None) -> int | None:
    """Microseconds since 1970 from an aware datetime, or as they are; raises `InvalidEvent` for anything else."""
    if when is None or type(when) is int:
        return when
    if not isinstance(when, datetime):
        raise InvalidEvent(field, f"is of type {type(when).__name__}", f"{_REMEDY}, or whole microseconds since 1970")
    if not _is_aware(when):
        raise InvalidEvent(field, "is a datetime without a time zone", _REMEDY)
    return (when - _EPOCH) // _MICROSECOND


def _is_aware(when: datetime) -> bool:
    """Whether its zone knows its distance from UTC: a zone of somebody's own may not, or may fail."""
    try:
        return when.utcoffset() is not None
    except Exception:  # noqa: BLE001 - whatever it raises, it knows no distance
        return False
