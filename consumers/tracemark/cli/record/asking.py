"""Asking at a terminal for what is missing."""

import sys
from collections.abc import Callable

import typer

from tracemark.cli.errors import CommandError
from tracemark.cli.output import note
from tracemark.cli.record.draft import Draft
from tracemark.cli.record.fields import own_fields, people_of
from tracemark.cli.record.reading import fill
from tracemark.cli.record.rules import Missing
from tracemark.schemas import InvalidEvent
from tracemark.schemas.definitions import Field

__all__ = ["ask_for_missing", "may_ask"]


def may_ask() -> bool:
    """Whether somebody sits there: both what is asked and what is answered go through a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_for_missing(draft: Draft, *, ask: Callable[[str], str] | None = None) -> None:
    """Ask until nothing is missing; an answer may make other things necessary. Nothing has a default.

    Args:
        draft: Is filled in.
        ask: Puts one question and returns the answer; on the terminal unless given.
    """
    ask = ask or _on_terminal
    while lacking := draft.missing():
        _ask(draft, lacking[0], ask)


def _ask(draft: Draft, one: Missing, ask: Callable[[str], str]) -> None:
    answer = ask(_question(draft, one)).strip()
    if not answer:
        return
    if one.field in people_of(draft.codec):
        draft.people[one.field] = answer
        return
    field = _field(draft, one)
    if field is None:
        raise CommandError(f"{draft.label(one.field)} is missing: it is said of the service; {one.why}")
    if field.symbols and answer not in field.symbols:
        note(f"{one.field}: is not in the enumeration; use one of {', '.join(field.symbols)}")
        return
    try:
        fill(draft, {one.field: answer})
    except InvalidEvent as error:
        note(str(error))


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
