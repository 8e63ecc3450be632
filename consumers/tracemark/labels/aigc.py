"""The AIGC record of GB 45438-2025, Annex E: seven keys, all strings, inside a JSON object under the key `AIGC`.

>>> label = Aigc.first(content_producer="ACME", produce_id="c-1", reserved_code1="ab" * 32)
>>> parse(label.to_json()).values == label
True
>>> parse('{"AIGC": {"Label": 1}}').errors[:2]
('key_missing:ContentProducer', 'key_missing:ContentPropagator')
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, Self, cast

from tracemark.labels.errors import InvalidLabel

__all__ = ["AIGC_KEYS", "Aigc", "Label", "ParsedRecord", "legal_value", "looks_like_record", "parse"]

Label = Literal["1", "2", "3"]
"""Is, may be, is suspected to be generated."""

OUTER_KEY: Final = "AIGC"
AIGC_KEYS: Final = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
"""In the order of the standard; case matters."""

MAX_RECORD_CHARS: Final = 16_384
"""A longer record is not parsed: seven values of `MAX_VALUE_CHARS` take less than an eighth of it."""

MAX_VALUE_CHARS: Final = 256
"""As the audit events allow."""

_LABELS: Final = frozenset({"1", "2", "3"})
_MAY_BE_EMPTY: Final = frozenset({"ReservedCode1", "ReservedCode2"})
_characters = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]*").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Aigc:
    """The values of one record; making one raises `InvalidLabel` when they break the rules.

    Attributes:
        label: `1` is, `2` may be, `3` is suspected to be generated.
        content_producer: Code of the provider that generated the content, as assigned to it; never made up here.
        produce_id: The producer's number of the content.
        reserved_code1: The producer's integrity data: here the `event_hash` of `output.generated`, in hex; may be empty.
        content_propagator: Code of the provider that spread the content.
        propagate_id: The propagator's number of it.
        reserved_code2: The propagator's integrity data; may be empty.
    """

    label: Label
    content_producer: str
    produce_id: str
    reserved_code1: str
    content_propagator: str
    propagate_id: str
    reserved_code2: str

    def __post_init__(self) -> None:
        """Check every rule."""
        broken = _broken(self.to_dict())
        if broken:
            raise InvalidLabel(
                f"the label breaks {', '.join(broken)}: use Label 1, 2 or 3, and up to {MAX_VALUE_CHARS} printable ASCII "
                "characters without space, quote or backslash; only the reserved codes may be empty"
            )

    @classmethod
    def first(
        cls,
        *,
        content_producer: str,
        produce_id: str,
        reserved_code1: str = "",
        label: Label = "1",
    ) -> Self:
        """The record of who generates: on the first write the propagator is the producer (Annex E, note 1)."""
        return cls(
            label=label,
            content_producer=content_producer,
            produce_id=produce_id,
            reserved_code1=reserved_code1,
            content_propagator=content_producer,
            propagate_id=produce_id,
            reserved_code2="",
        )

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """The record with these seven values by key. Raises `InvalidLabel`."""
        missing = [key for key in AIGC_KEYS if key not in values]
        if missing:
            raise InvalidLabel(f"the label lacks {', '.join(missing)}: give all seven keys")
        named: dict[str, Any] = {field.name: values[key] for field, key in zip(fields(cls), AIGC_KEYS, strict=True)}
        return cls(**named)

    def to_dict(self) -> dict[str, str]:
        """The seven values by key, in the order of the standard."""
        return {key: getattr(self, field.name) for field, key in zip(fields(self), AIGC_KEYS, strict=True)}

    def to_json(self) -> str:
        """As it stands in a file: ASCII, no white space."""
        return json.dumps({OUTER_KEY: self.to_dict()}, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class ParsedRecord:
    """What a record's text says.

    Attributes:
        fields: Those of the seven keys that hold text, spelled right; None when the text is no JSON object.
        errors: Codes of the rules broken, sorted, none twice; empty exactly when `values` is there.
    """

    fields: Mapping[str, str] | None
    errors: tuple[str, ...]

    @property
    def values(self) -> Aigc | None:
        """The record, when it breaks no rule."""
        return None if self.errors or self.fields is None else Aigc.of(self.fields)


def legal_value(key: str, value: str) -> bool:
    """May this one of the seven keys have this value?"""
    return not _broken_value(key, value)


def looks_like_record(text: str) -> bool:
    """Is this a record, whatever the field that holds it is called?"""
    start = text.lstrip("\ufeff\x00 \t\r\n")[:64]
    return start.startswith("{") and re.match(r"\{\s*\"AIGC\"", start, re.IGNORECASE) is not None


def parse(text: str) -> ParsedRecord:
    """Read a record that anybody may have written; never raises."""
    if len(text) > MAX_RECORD_CHARS:
        return ParsedRecord(None, ("too_large",))
    errors: set[str] = set()
    document = _loaded(text, errors)
    if document is _NOT_JSON:
        return ParsedRecord(None, ("not_json",))
    if not isinstance(document, dict):
        return ParsedRecord(None, ("not_object",))
    inner = _inner(cast("dict[str, Any]", document), errors)
    if inner is None:
        return ParsedRecord(None, tuple(sorted(errors)))
    errors.update(_broken(inner))
    return ParsedRecord(
        {key: _printable(inner[key]) for key in AIGC_KEYS if isinstance(inner.get(key), str)}, tuple(sorted(errors))
    )


_NOT_JSON: Final = object()


def _loaded(text: str, errors: set[str]) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            errors.add("duplicate_key")
        return made

    try:
        # Numbers stay text: none is legal, and a long one costs time.
        return json.loads(text.strip("\ufeff\x00"), object_pairs_hook=pairs, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        return _NOT_JSON


class _Number:
    """A JSON number, of whatever value."""

    def __init__(self, text: str) -> None:
        """Forget it."""


def _inner(document: dict[str, Any], errors: set[str]) -> dict[str, Any] | None:
    """The object with the seven keys, wherever it stands."""
    if OUTER_KEY in document:
        if len(document) > 1:
            errors.add("outer_key_unknown")
        found = document[OUTER_KEY]
    elif variants := [key for key in document if key.upper() == OUTER_KEY]:
        errors.add("outer_key_case")
        found = document[variants[0]]
    else:
        errors.add("outer_key_missing")
        found = document
    if isinstance(found, dict):
        return cast("dict[str, Any]", found)
    errors.add("not_object")
    return None


def _broken(inner: Mapping[str, Any]) -> list[str]:
    """Codes of the rules that the seven values break."""
    given = {key.lower() for key in inner}
    wrong_case = {key for key in AIGC_KEYS if key not in inner and key.lower() in given}
    broken = [f"key_case:{key}" for key in wrong_case]
    broken += [f"key_missing:{key}" for key in AIGC_KEYS if key not in inner and key not in wrong_case]
    if given - {key.lower() for key in AIGC_KEYS}:
        broken.append("key_unknown")
    for key in AIGC_KEYS:
        if key in inner:
            broken += _broken_value(key, inner[key])
    return sorted(broken)


def _broken_value(key: str, value: object) -> list[str]:
    if not isinstance(value, str):
        return [f"not_string:{key}"]
    if key == "Label":
        return [] if value in _LABELS else ["label_value"]
    if not value:
        return [] if key in _MAY_BE_EMPTY else [f"empty:{key}"]
    if len(value) > MAX_VALUE_CHARS:
        return [f"too_long:{key}"]
    return [] if _characters(value) else [f"characters:{key}"]


def _printable(text: str) -> str:
    """Lone surrogates can stand in JSON and in no output."""
    return text.encode("utf-8", "replace").decode()
