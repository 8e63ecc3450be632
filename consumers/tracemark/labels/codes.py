"""Every code that a verdict can give, and what it means; a code about one of the seven keys ends in `:` and the key."""

from collections.abc import Mapping
from typing import Final

__all__ = ["CODES", "meaning"]

CODES: Final[Mapping[str, str]] = {
    "no_record": "the file carries no AIGC record",
    "several_records": "the file carries more than one AIGC record",
    "too_large": "the record is longer than any label",
    "not_json": "the record is no JSON",
    "not_object": "the record is no JSON object",
    "duplicate_key": "a key stands twice",
    "outer_key_missing": "the seven keys do not stand under AIGC",
    "outer_key_case": "AIGC is not in capitals",
    "outer_key_unknown": "something stands beside AIGC",
    "key_missing": "a key is missing",
    "key_case": "a key is spelled in other case",
    "key_unknown": "there is a key that is none of the seven",
    "not_string": "a value is no text",
    "characters": "a value holds other characters than are allowed",
    "too_long": "a value is longer than 256 characters",
    "empty": "a value that is required is empty",
    "label_value": "Label is none of 1, 2 and 3",
    "field_name": "the field that holds the record does not contain AIGC in its name",
    "differs": "a value is not the one claimed",
    "unknown_to_ledger": "the record leads to nothing in the ledger",
    "other_content": "the record belongs to another content",
    "no_label": "the text carries no explicit label",
}


def meaning(code: str) -> str:
    """What a code says, in words."""
    return CODES[code.partition(":")[0]]
