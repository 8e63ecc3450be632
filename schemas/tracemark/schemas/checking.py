"""The rules a value must keep, as the generated checks call them.

A check returns nothing or raises `InvalidEvent`. Texts name the field, the kind of the value and the remedy, never the value.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, cast

from tracemark.schemas.errors import InvalidEvent

__all__ = [
    "FORMATS",
    "FORMAT_REMEDIES",
    "check_array",
    "check_fixed",
    "check_map",
    "check_number",
    "fail_enum",
    "fail_format",
    "fail_type",
]

MAX_ITEMS = 64
MAX_TIMESTAMP_US = 10_413_791_999_999_999
"""2299-12-31T23:59:59.999999Z, the last instant of ClickHouse's DateTime64."""

_LIMITS: Mapping[str, int] = {"int": 2**31 - 1, "long": 2**63 - 1, "timestamp": MAX_TIMESTAMP_US}

_PATTERNS: Mapping[str, tuple[str, str]] = {
    "id": (r"[A-Za-z0-9._:-]{1,64}", "use 1 to 64 of A-Z a-z 0-9 . _ : -"),
    "uuid": (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "use a UUID in lower-case text form"),
    "uuid_text": (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "use a UUID in lower-case text form"),
    "trace_id": (r"[0-9a-f]{32}", "use 32 lower-case hex digits (W3C trace context)"),
    "span_id": (r"[0-9a-f]{16}", "use 16 lower-case hex digits (W3C trace context)"),
    "subject_ref": (r"[0-9a-f]{32}", "use the pseudonym of the keyring: 32 lower-case hex digits"),
    "jurisdiction": (r"[a-z]{2}(-[a-z0-9]{1,3})?", "use codes such as cn, eu, us-ca"),
    "language": (r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}", "use a BCP 47 tag such as zh-CN or en"),
    "media_type": (r"[a-z]{1,32}/[a-z0-9][a-z0-9!#$&^_.+-]{0,93}", "use a media type such as image/png"),
    "aigc": (
        r"[\x21\x23-\x5b\x5d-\x7e]{0,256}",
        "use up to 256 printable ASCII characters without space, quote or backslash",
    ),
}

FORMATS = {name: re.compile(pattern).fullmatch for name, (pattern, _) in _PATTERNS.items()}
FORMAT_REMEDIES = {name: remedy for name, (_, remedy) in _PATTERNS.items()}


def fail_type(field: str, value: object, wanted: str) -> NoReturn:
    """The value has the wrong Python type."""
    if value is None:
        raise InvalidEvent(field, "is missing", f"pass {wanted}")
    raise InvalidEvent(field, f"is of type {type(value).__name__}", f"pass {wanted}")


def fail_format(field: str, value: object, format_: str) -> NoReturn:
    """The value is no text, or text of another format."""
    if type(value) is not str:
        fail_type(field, value, "text: " + FORMAT_REMEDIES[format_])
    raise InvalidEvent(field, f"is text of {len(value)} characters in another format", FORMAT_REMEDIES[format_])


def fail_enum(field: str, value: object, symbols: Sequence[str]) -> NoReturn:
    """The value is none of the enumeration's."""
    choices = "use one of " + ", ".join(symbols)
    if type(value) is not str:
        fail_type(field, value, "text: " + choices)
    near = get_close_matches(value, symbols, n=1)
    raise InvalidEvent(field, "is not in the enumeration", f"did you mean {near[0]}?" if near else choices)


def check_number(field: str, value: object, kind: str, maximum: float | None = None) -> None:
    """Numbers of events are never negative; `kind` is int, long, timestamp or double."""
    if kind == "double":
        if type(value) not in {float, int}:
            fail_type(field, value, "a finite number")
        if not _is_finite(cast("float", value)):
            _fail_range(field, "finite")
    elif type(value) is not int:
        fail_type(field, value, "a whole number" + (" of microseconds since 1970" if kind == "timestamp" else ""))
    limit = _LIMITS.get(kind, math.inf) if maximum is None else maximum
    if not 0 <= cast("float", value) <= limit:
        _fail_range(field, f"from 0 to {limit}")


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no double holds
        return False


def _fail_range(field: str, wanted: str) -> NoReturn:
    raise InvalidEvent(field, "is a number out of range", f"pass one that is {wanted}")


def check_fixed(field: str, value: object, size: int) -> None:
    """Exactly `size` bytes, not all zero: zeros stand for absent in the store."""
    if type(value) is not bytes:
        fail_type(field, value, f"{size} bytes")
    if len(value) != size or not any(value):
        raise InvalidEvent(
            field, f"is {len(value)} bytes" if any(value) else "is all zero", f"pass a digest of {size} bytes"
        )


def check_array(field: str, value: object, symbols: frozenset[str] | None, format_: str) -> None:
    """A list or tuple of distinct enum values (`symbols`) or of texts in `format_`."""
    if not isinstance(value, list | tuple):
        fail_type(field, value, "a list or tuple")
    items = cast("Sequence[Any]", value)
    if len(items) > MAX_ITEMS:
        raise InvalidEvent(field, f"has {len(items)} items", f"pass at most {MAX_ITEMS}")
    match = FORMATS[format_]
    for index, item in enumerate(items):
        if symbols is not None:
            if type(item) is not str or item not in symbols:
                fail_enum(f"{field}[{index}]", item, sorted(symbols))
        elif type(item) is not str or not match(item):
            fail_format(f"{field}[{index}]", item, format_)


def check_map(field: str, value: object, keys: Collection[str], item: str) -> None:
    """A mapping from allow-listed keys to ids (`item` is string) or counts (`item` is long)."""
    if not isinstance(value, Mapping):
        fail_type(field, value, "a mapping")
    entries: Mapping[Any, Any] = value
    for key, entry in entries.items():
        if type(key) is not str or key not in keys:
            raise InvalidEvent(field, "has a key that is not allowed", "use only " + ", ".join(sorted(keys)))
        if item == "long":
            check_number(f"{field}[{key}]", entry, "long")
        elif type(entry) is not str or not FORMATS["id"](entry):
            fail_format(f"{field}[{key}]", entry, "id")
