"""Whatever a caller may pass by mistake: values of every kind, and of kinds that nobody can compare, hash or go through."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from hypothesis import strategies as st

__all__ = ["ANYTHING", "JSON", "WORDS", "Zone", "said_by"]

WORDS = "what the user wrote"
"""Is in every text and every complaint of these values, so that an echo shows."""


class Hostile:
    """Like an array of numpy: it has no truth, no equal and no end."""

    __hash__ = None  # type: ignore[assignment]

    def _refuse(self, *_: object) -> NoReturn:
        raise RuntimeError(WORDS)

    __eq__ = __ne__ = __lt__ = __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = _refuse
    __str__ = __repr__ = lambda self: WORDS


class HostileKey(Hostile):
    """Can be a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 7


class Zone(tzinfo):
    """Knows no distance from UTC, or fails when it is asked."""

    def __init__(self, offset: timedelta | Exception | None = None) -> None:
        self.offset = offset

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        if isinstance(self.offset, Exception):
            raise self.offset
        return self.offset

    def dst(self, when: datetime | None) -> None:
        return None

    def tzname(self, when: datetime | None) -> None:
        return None


class Code(StrEnum):
    """Text of another type."""

    CODE = "text"


def _released() -> memoryview:
    view = memoryview(b"bytes")
    view.release()
    return view


def _generator() -> Iterator[str]:
    yield WORDS


_NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
_ODD = (
    Hostile(), Hostile, object(), int, len, Code.CODE, UUID(int=7), Path("path"), Decimal(1), 1j, b"bytes", b"\1" * 32,
    bytearray(b"bytes"), memoryview(b"bytes"), _released(), _generator(), range(3), RuntimeError(WORDS),
    {HostileKey(): "region"}, date(2026, 1, 15), _NOON, _NOON.replace(tzinfo=None), _NOON.replace(tzinfo=Zone()),
    _NOON.replace(tzinfo=Zone(RuntimeError(WORDS))), datetime.min.replace(tzinfo=timezone(timedelta(hours=23))),
    datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))),
)  # fmt: skip
_CODES = (
    "text",
    "other",
    "cn",
    "eu",
    "remove",
    "human",
    "complete",
    "x",
    "a/b",
    "true",
    "",
    " ",
    "12",
    "2026-01-15T12:00:00Z",
)
_TEXTS = st.sampled_from(_CODES) | st.text(max_size=5).map(WORDS.__add__) | st.just(WORDS + "\ud800")
_NUMBERS = st.sampled_from([-1, 0, 1, 2**31, 2**63, 10**18, 10**400, -0.0, 0.5, 1e300, float("nan"), float("inf")])
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(["region", "zone", WORDS])
    return (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(keys, inner, max_size=2)
    )


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    _SCALARS | st.integers(0, len(_ODD) - 1).map(_ODD.__getitem__), _nested, max_leaves=4
)
JSON: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def said_by(error: BaseException | None) -> str:
    """All that a report of an error could show: its text, its arguments, and those of the errors behind it."""
    if error is None:
        return ""
    return f"{error!s} {error.args!r} " + said_by(error.__cause__ or error.__context__)
