"""One answer at a time: what the schema says of a single value, while the person who typed it can still be asked again."""

from typing import Any

from tracemark.schemas.checking import (
    FORMATS,
    check_array,
    check_fixed,
    check_map,
    check_number,
    fail_enum,
    fail_format,
)
from tracemark.schemas.definitions import Field

__all__ = ["check_answer"]


def check_answer(field: Field, value: Any) -> None:
    """Raise the `InvalidEvent` that an event with this value would raise."""
    name, kind = field.name, field.kind
    if kind == "enum" and value not in field.symbols:
        fail_enum(name, value, field.symbols)
    if kind == "string" and not FORMATS[field.format](value):
        fail_format(name, value, field.format)
    if kind in {"int", "long", "double", "timestamp"}:
        check_number(name, value, kind, field.maximum)
    if kind == "fixed":
        check_fixed(name, value, field.size)
    if kind == "array":
        check_array(name, value, frozenset(field.symbols) or None, field.format)
    if kind == "map":
        check_map(name, value, field.keys, field.item or "string")
