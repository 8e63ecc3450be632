"""A record as it was found in a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from tracemark.labels.aigc import MAX_RECORD_CHARS, Aigc, looks_like_record, parse
from tracemark.labels.errors import TooMuchMetadata

__all__ = ["Carrier", "Record", "collected", "is_label_name", "record_in"]

Carrier = Literal["png_text", "jpeg_comment", "xmp", "xmp_extended", "exif", "iptc", "pdf_info"]
"""Where in a file a record stands."""

_MAX_NAME_CHARS: Final = 100
_MAX_RECORDS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One AIGC record.

    Attributes:
        carrier: Where it stands.
        name: The keyword or field that holds it.
        raw: Its text as it stands there; of a text that is too large, the beginning.
        fields: Those of the seven keys that hold text; None when the text is no JSON object.
        errors: Codes of the rules it breaks by itself, sorted.
    """

    carrier: Carrier
    name: str
    raw: str
    fields: Mapping[str, str] | None
    errors: tuple[str, ...]

    @classmethod
    def found(cls, carrier: Carrier, name: str, text: str) -> Self:
        """Read what stands there; never raises."""
        parsed = parse(text)
        errors = {*parsed.errors} if is_label_name(name) else {*parsed.errors, "field_name"}
        raw = text[:MAX_RECORD_CHARS].encode("utf-8", "replace").decode()
        return cls(
            carrier=carrier,
            name=name[:_MAX_NAME_CHARS],
            raw=raw,
            fields=parsed.fields,
            errors=tuple(sorted(errors)),
        )

    @property
    def values(self) -> Aigc | None:
        """The seven values, when no rule is broken."""
        return None if self.errors or self.fields is None else Aigc.of(self.fields)

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "carrier": self.carrier,
            "name": self.name,
            "raw": self.raw,
            "fields": None if self.fields is None else dict(self.fields),
            "errors": list(self.errors),
        }


def is_label_name(name: str) -> bool:
    """Does a keyword or field of this name announce a label (GB 45438-2025, Annex E)?"""
    return "AIGC" in name.upper()


def record_in(carrier: Carrier, name: str, text: str) -> Record | None:
    """The record that this field holds, if it holds one: by its name, or by what stands in it."""
    return Record.found(carrier, name, text) if is_label_name(name) or looks_like_record(text) else None


def collected(found: Iterable[list[Record]]) -> list[Record]:
    """The records of all blocks of a file. Raises `TooMuchMetadata` as soon as there are more than anybody puts there."""
    records: list[Record] = []
    for block in found:
        records += block
        if len(records) > _MAX_RECORDS:
            raise TooMuchMetadata(f"the file holds more than {_MAX_RECORDS} AIGC records: look at it by hand")
    return records
