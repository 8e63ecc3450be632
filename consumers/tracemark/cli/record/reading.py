"""Events from a JSON or TOML file, people from options, digests from the files they are of."""

import hashlib
import json
import math
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from tracemark.cli.errors import CommandError, explain
from tracemark.cli.record.draft import Draft, event_types
from tracemark.cli.record.fields import MOST_DIGITS, own_fields, parsed, people_of
from tracemark.schemas import InvalidEvent

__all__ = ["digest_of", "drafts_from", "fill", "read_person"]

_ENVELOPE: Final[Mapping[str, str]] = {
    "tenant_id": "tenant",
    "audience_class": "audience_class",
    "event_id": "event_id",
}
_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_PERSON_BYTES: Final = 4096


def drafts_from(path: Path, event_type: str | None, session: Mapping[str, Any]) -> list[Draft]:
    """The events in a file, or on standard input for `-`.

    JSON: one object, a list of objects, or one object on each line. TOML (`*.toml`): one event, or `[[events]]`. Keys are the
    fields' names, `user`, `recipient` and `accessor`; `event_type` where the command does not say it.

    Raises:
        CommandError: It cannot be read, or a key means nothing; no value of it is shown.
    """
    text = _text(path)
    documents = _toml(text) if path.suffix == ".toml" else _json(text)
    if not documents:
        raise CommandError("--file: there is no event in it; write one object for each event")
    several = len(documents) > 1
    return [
        _draft(one, event_type, session, f"event {number}" if several else "the event")
        for number, one in enumerate(documents, 1)
    ]


def fill(draft: Draft, raw: Mapping[str, object]) -> None:
    """Put raw values into a draft; raises `InvalidEvent` for one of the wrong kind."""
    fields = {field.name: field for field in own_fields(draft.schema)}
    for name, value in raw.items():
        draft.values[name] = parsed(fields[name], value)


def read_person(name: str, given: str | None, file: Path | None) -> str | None:
    """The id of a person from `--NAME ID`, `--NAME -` or `--NAME-file FILE`; None when it was not given."""
    if given is not None and file is not None:
        raise CommandError(f"--{name} and --{name}-file are the same thing: pass one of them")
    if file is None and given != "-":
        return given
    option = f"--{name}" if file is None else f"--{name}-file"
    data = sys.stdin.buffer.read(_MAX_PERSON_BYTES + 1) if file is None else _begin(option, file)
    try:
        found = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise CommandError(f"{option}: no UTF-8; write the id alone") from None
    if not found or len(data) > _MAX_PERSON_BYTES:
        raise CommandError(f"{option}: {_size(data)} are no id; write the id alone")
    return found


def _size(data: bytes) -> str:
    return f"more than {_MAX_PERSON_BYTES} bytes" if len(data) > _MAX_PERSON_BYTES else f"{len(data)} bytes"


def _begin(option: str, file: Path) -> bytes:
    """As much of a file as an id may have, and one byte more."""
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_PERSON_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{option}: {explain(error)}") from None


def digest_of(option: str, path: Path) -> bytes:
    """SHA-256 of the published text that an option names; raises `CommandError`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise CommandError(f"{option}: {explain(error)}") from None


def _draft(document: object, event_type: str | None, session: Mapping[str, Any], where: str) -> Draft:
    if not isinstance(document, dict):
        raise CommandError(f"--file: {where} is no object; write its fields by name")
    given = dict(cast("dict[str, object]", document))
    named = given.pop("event_type", event_type)
    if named not in event_types() or event_type not in {None, named}:
        wanted = f"write {event_type}, or leave it out" if event_type else "use one of " + ", ".join(event_types())
        raise CommandError(f"--file: event_type of {where} cannot be recorded here; {wanted}")
    draft = Draft(event_type=str(named), where=where, session=session)
    try:
        _sort(draft, given)
    except InvalidEvent as error:
        raise CommandError(f"{where}: {error}") from None
    return draft


def _sort(draft: Draft, given: Mapping[str, object]) -> None:
    fields = {field.name for field in own_fields(draft.schema)}
    people = people_of(draft.codec)
    for name, value in given.items():
        if isinstance(value, GivenTwice):
            raise InvalidEvent(_shown(name), "is given twice", "keep one of them")
        if name in fields:
            fill(draft, {name: value})
        elif name in people:
            draft.people[name] = _said(name, value)
        elif name in _ENVELOPE:
            draft.envelope[_ENVELOPE[name]] = _said(name, value)
        else:
            allowed = ", ".join((*sorted(fields), *people, *_ENVELOPE))
            raise InvalidEvent(
                _shown(name), f"is no field of {draft.event_type} that may be given here", f"use {allowed}"
            )


def _said(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidEvent(name, f"is of type {type(value).__name__} or blank", "pass text")
    return value


def _shown(name: str) -> str:
    """A key of a file may be somebody's words: only what looks like a field is repeated."""
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "a key"  # noqa: PLR2004 - as long as a name


def _text(path: Path) -> str:
    data = sys.stdin.buffer.read(_MAX_BYTES + 1) if str(path) == "-" else _whole(path)
    if len(data) > _MAX_BYTES:
        raise CommandError(f"--file: more than {_MAX_BYTES} bytes; split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"--file: no UTF-8 at byte {error.start}; convert it first") from None


def _whole(path: Path) -> bytes:
    """A file, or as much of it as is too much."""
    try:
        with path.open("rb") as opened:
            return opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"--file: {explain(error)}") from None


def _toml(text: str) -> list[object]:
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError):  # a number without end is a ValueError, too
        raise CommandError("--file: no TOML; write fields as name = value, several events below [[events]]") from None
    several: object = found.get("events", [found])
    return list(cast("list[object]", several)) if isinstance(several, list) else [several]


def _json(text: str) -> list[object]:
    try:
        found = _read(text)
    except json.JSONDecodeError:
        return [_line(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return list(cast("list[object]", found)) if isinstance(found, list) else [found]


def _line(line: str, number: int) -> object:
    try:
        return _read(line)
    except json.JSONDecodeError as error:
        where = f"line {number}, column {error.colno}"
    raise CommandError(f"--file: no JSON at {where}; write one object, a list of them, or one on each line")


def _read(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_int)
    except RecursionError:
        raise CommandError("--file: nested without end; write the fields of an event by name") from None


class GivenTwice:
    """Stands for the values of a key that is there twice in one object: JSON alone would keep the last in silence."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen = Counter(name for name, _ in pairs)
    return {name: value if seen[name] == 1 else GivenTwice() for name, value in pairs}


def _int(digits: str) -> float:
    """Infinity for what Python would not read: no field takes either."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf
