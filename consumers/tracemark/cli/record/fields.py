"""The fields a person fills, what their options are called, and how their values are read from text."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sized
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from tracemark.schemas import EventCodec, InvalidEvent, codec_for, schemas
from tracemark.schemas.checking import MAX_TIMESTAMP_US
from tracemark.schemas.definitions import REQUIRED, EventSchema, Field
from tracemark.sdk.times import as_microseconds

__all__ = [
    "MOST_DIGITS",
    "PEOPLE",
    "file_option",
    "newest_schema",
    "option_names",
    "own_fields",
    "parsed",
    "people_of",
    "required",
    "session_fields",
]

Read = TypeVar("Read")

PEOPLE: Final[Mapping[str, str]] = {"subject_ref": "user", "recipient_ref": "recipient", "accessor_ref": "accessor"}
"""Field of a pseudonym to the argument that takes the person's id."""

MOST_DIGITS: Final = 400
"""More than any number of an event has, and fewer than Python refuses to read."""

_OF_MACHINES: Final = frozenset({"trace_id", "span_id"})
"""Nobody at a desk is inside a traced request."""

_BOOLEANS: Final = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}


def newest_schema(event_type: str) -> EventSchema:
    """The newest version of an event type; raises KeyError."""
    codec = codec_for(event_type)
    return next(s for s in schemas() if (s.event_type, s.version) == (codec.event_type, codec.version))


def own_fields(schema: EventSchema) -> tuple[Field, ...]:
    """What a person may say about an event; those of the type itself come first."""
    found = [f for f in schema.public if f.filled_by == "caller" and f.name not in _OF_MACHINES]
    envelope = {"request_id", "content_id", "case_id", "model_id", "model_version", "policy_version", "dimensions"}
    return tuple(sorted(found, key=lambda f: f.name in envelope))


def session_fields(schema: EventSchema) -> tuple[Field, ...]:
    """What is the same in all events of a service; by default from its environment."""
    return tuple(f for f in schema.public if f.filled_by == "session")


def people_of(codec: EventCodec) -> tuple[str, ...]:
    """The arguments that take ids of people."""
    return tuple(PEOPLE[name] for name in codec.people)


def required(field: Field) -> bool:
    """Whether the schema itself cannot do without it."""
    return field.default is REQUIRED and not field.nullable


def option_names(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """Options of each field: its own name, and for an enumeration also its last word, where that is clear.

    Lists are given one by one, so their option is in the singular.
    """
    fields = tuple(fields)
    own = {field.name: _option(_singular(field)) for field in fields}
    short = Counter(_last_word(field) for field in fields)
    taken = set(own.values())
    return {field.name: (own[field.name], *_short_name(field, short, taken)) for field in fields}


def file_option(field: Field) -> str:
    """Option for the file whose SHA-256 a digest is; empty for other fields."""
    return _option(field.name.removesuffix("_digest") + "_file") if field.kind == "fixed" else ""


def parsed(field: Field, raw: object) -> Any:
    """The value of a field from an option, a prompt or a file.

    Raises:
        InvalidEvent: It is of the wrong kind. What the schema says of its content is checked later, on the whole event.
    """
    read = _READERS.get(field.kind)
    return raw if read is None else read(field, raw)


def _short_name(field: Field, short: Counter[str], taken: set[str]) -> tuple[str, ...]:
    word = _last_word(field)
    return (_option(word),) if word and short[word] == 1 and _option(word) not in taken else ()


def _last_word(field: Field) -> str:
    first, _, last = field.name.rpartition("_")
    return last if field.kind == "enum" and first and field.filled_by == "caller" else ""


def _singular(field: Field) -> str:
    if field.kind not in {"array", "map"}:
        return field.name
    if field.name.endswith("ies"):
        return field.name.removesuffix("ies") + "y"
    return field.name.removesuffix("s")


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _read(text: str, reader: Callable[[str], Read]) -> Read | None:
    """What the text says, or None: Python's error repeats the text, and must not even be the context of ours."""
    try:
        return reader(text)
    except ValueError:
        return None


def _timestamp(field: Field, raw: object) -> int | None:
    remedy = "pass ISO 8601 with a zone, such as 2026-01-31T09:00:00+08:00"
    if isinstance(raw, str):
        raw = _read(raw, datetime.fromisoformat)
        if raw is None:
            raise InvalidEvent(field.name, "is no instant", remedy)
    if not isinstance(raw, datetime):
        raise InvalidEvent(field.name, f"is of type {type(raw).__name__}", remedy)
    if raw.tzinfo is None:
        raise InvalidEvent(field.name, "has no time zone", remedy)
    return _within(field, as_microseconds(field.name, raw))


def _within(field: Field, instant: int | None) -> int | None:
    """Named by its years: who writes ISO 8601 counts no microseconds."""
    if instant is not None and not 0 <= instant <= MAX_TIMESTAMP_US:
        raise InvalidEvent(field.name, "lies before 1970 or after 2299", "pass an instant between them")
    return instant


def _whole(field: Field, raw: object) -> object:
    if isinstance(raw, str):
        if not raw.isascii() or not raw.isdecimal():
            raise InvalidEvent(field.name, "is no whole number", "pass digits alone")
        if len(raw) > MOST_DIGITS:
            raise InvalidEvent(field.name, f"is a number of {len(raw)} digits", "pass one that the schema takes")
        return int(raw)
    return raw


def _double(field: Field, raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    if (number := _read(raw, float)) is None:
        raise InvalidEvent(field.name, "is no number", "pass one such as 0.75")
    return number


def _boolean(field: Field, raw: object) -> bool:
    found = raw if isinstance(raw, bool) else _BOOLEANS.get(raw.strip().lower()) if isinstance(raw, str) else None
    if found is None:
        raise InvalidEvent(field.name, "is neither true nor false", "pass true or false")
    return found


def _fixed(field: Field, raw: object) -> bytes:
    remedy = f"pass the digest as {2 * field.size} hex digits, or the file itself with {file_option(field)}"
    if not isinstance(raw, str):
        raise InvalidEvent(field.name, f"is of type {type(raw).__name__}", remedy)
    if (digest := _read(raw, bytes.fromhex)) is None:
        raise InvalidEvent(field.name, "is not in hex", remedy)
    return digest


def _array(_field: Field, raw: object) -> object:
    if isinstance(raw, str):
        return [part.strip() for part in raw.split(",") if part.strip()]
    return raw


def _map(field: Field, raw: object) -> object:
    if isinstance(raw, str):
        raw = raw.split(",")
    if not isinstance(raw, list | tuple):
        return raw
    pairs = [item.partition("=") for item in cast("Iterable[object]", raw) if isinstance(item, str)]
    if len(pairs) < len(cast("Sized", raw)) or not all(sign for _, sign, _ in pairs):
        raise InvalidEvent(field.name, "has an entry without =", "pass KEY=VALUE")
    found = {key.strip(): value.strip() for key, _, value in pairs}
    if len(found) < len(pairs):
        raise InvalidEvent(field.name, "has a key twice", "keep one of them")
    return found


_READERS: Final[Mapping[str, Callable[[Field, object], Any]]] = {
    "timestamp": _timestamp,
    "int": _whole,
    "long": _whole,
    "double": _double,
    "boolean": _boolean,
    "fixed": _fixed,
    "array": _array,
    "map": _map,
}
