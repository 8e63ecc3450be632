"""Asking at a terminal for what is missing."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import typer

from tracemark.cli.errors import CommandError
from tracemark.cli.output import note
from tracemark.cli.record.answers import check_answer
from tracemark.cli.record.dates import check_dates
from tracemark.cli.record.draft import Draft
from tracemark.cli.record.fields import PEOPLE, own_fields, parsed, people_of
from tracemark.cli.record.rules import Missing, check_limit
from tracemark.schemas import InvalidEvent
from tracemark.schemas.clock import Clock, SystemClock
from tracemark.schemas.definitions import Field
from tracemark.sdk.digests import check_people

__all__ = ["ask_for_missing", "may_ask"]

_REFERENCES: Final[Mapping[str, str]] = {argument: field for field, argument in PEOPLE.items()}


def may_ask() -> bool:
    """Whether somebody sits there: both what is asked and what is answered go through a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_for_missing(draft: Draft, *, ask: Callable[[str], str] | None = None, clock: Clock | None = None) -> None:
    """Ask until nothing is missing; an answer may make other things necessary. Nothing has a default.

    An answer that no event can have is refused at once, and asked for again.

    Args:
        draft: Is filled in.
        ask: Puts one question and returns the answer; on the terminal unless given.
        clock: Says what lies in the future.
    """
    ask = ask or _on_terminal
    clock = clock or SystemClock()
    while lacking := draft.missing():
        _ask(draft, lacking[0], ask, clock)


def _ask(draft: Draft, one: Missing, ask: Callable[[str], str], clock: Clock) -> None:
    answer = ask(_question(draft, one)).strip()
    if not answer:
        return
    try:
        _take(draft, one, answer, clock.now_us())
    except InvalidEvent as error:
        note(str(error))


def _take(draft: Draft, one: Missing, answer: str, now_us: int) -> None:
    """Put an answer into the draft, if an event can have it."""
    if one.field in people_of(draft.codec):
        check_people(draft.codec, {_REFERENCES[one.field]: answer})
        draft.people[one.field] = answer
        return
    field = _field(draft, one)
    if field is None:
        raise CommandError(f"{draft.label(one.field)} is missing: it is said of the service; {one.why}")
    value = parsed(field, answer)
    check_answer(field, value)
    _check_beside(field.name, {**draft.values, field.name: value}, now_us)
    draft.values[field.name] = value


def _check_beside(name: str, values: Mapping[str, Any], now_us: int) -> None:
    """Whether the answer can stand beside what was said before; what was wrong before no answer mends."""
    try:
        check_dates(values, now_us)
        check_limit(values.get("limit_value"), values.get("limit_unit"))
    except InvalidEvent as error:
        if error.field == name:
            raise


def _question(draft: Draft, one: Missing) -> str:
    return f"{one.field} ({one.why.rstrip('.')}){_choices(_field(draft, one))}"


def _field(draft: Draft, one: Missing) -> Field | None:
    """What the schema says of it; None when it belongs to no event but to the service."""
    return next((field for field in own_fields(draft.schema) if field.name == one.field), None)


def _choices(field: Field | None) -> str:
    if field is None:
        return ""
    if field.symbols:
        return ": " + ", ".join(field.symbols)
    hints = {"timestamp": "ISO 8601 with a zone", "boolean": "true or false", "fixed": "SHA-256 in hex"}
    return f": {hints[field.kind]}" if field.kind in hints else ""


def _on_terminal(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, err=True))
