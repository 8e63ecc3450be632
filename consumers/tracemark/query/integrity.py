"""Whether a stored row is still what its producer sealed."""

from collections.abc import Mapping
from typing import Any, Literal

from tracemark.schemas import EventCodec, UnknownSchema, codec_by_id, schema_by_id
from tracemark.schemas.columns import from_column
from tracemark.schemas.definitions import EventSchema

__all__ = ["Integrity", "verify_row"]

Integrity = Literal["intact", "altered", "erased", "unknown"]
"""What a row's own hashes say.

- `intact`: both hashes follow from the row's values.
- `erased`: the personal fields and the salt were cleared by the order that the row names; all that is left is unaltered.
- `altered`: a value is not the one that was sealed, or personal fields are missing though no order names them.
- `unknown`: the row's schema is not in this release; nothing was checked.
"""


def verify_row(row: Mapping[str, Any]) -> Integrity:
    """Rebuild the hashes of one selected row.

    Args:
        row: Column name to value, as the store returns it, with every field of its schema and `_schema_id`.

    A row that was replaced as a whole, hashes included, is intact to this function: that takes the checkpoints to notice.
    Never raises for what a row holds.
    """
    try:
        schema, codec = schema_by_id(row["_schema_id"]), codec_by_id(row["_schema_id"])
    except UnknownSchema:
        return "unknown"
    try:
        values = {field.name: from_column(field, row[field.name]) for field in schema.fields}
        return _verdict(values, schema, codec, erased=bool(row["erased_by"]))
    except Exception:  # noqa: BLE001 - a row may hold anything by now; what cannot be encoded was never sealed
        return "altered"


def _verdict(values: Mapping[str, Any], schema: EventSchema, codec: EventCodec, *, erased: bool) -> Integrity:
    if not codec.is_intact(values) or values["event_type"] != schema.event_type:
        return "altered"
    if not erased:
        return "intact" if values["salt"] is not None else "altered"
    cleared = values["salt"] is None and all(values[field.name] is None for field in schema.personal)
    return "erased" if cleared else "altered"
