"""What commands print: rich tables and bars on a terminal, plain lines elsewhere, one JSON document with `--json`.

Answers go to standard output, everything about the work itself (progress, warnings) to standard error, so that
`tracemark … --json | jq` always reads one document.
"""

import json as json_
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import typer

if TYPE_CHECKING:
    from tracemark.schemas.clock import Clock

__all__ = ["Advance", "Mark", "PlainProgress", "emit", "give_up_output", "mark", "note", "progress", "say", "table"]

Advance = Callable[[int], None]
"""Called with how much more is done."""

Mark = Literal["ok", "warn", "fail"]

_COLOURS: Mapping[str, str] = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}
_PLAIN_STEPS = 10
_WHOLE = 16
"""Cells up to this width stay on one line while the terminal allows it: an id that is broken, or cut, is no id."""
_QUIET_S = 3.0


def emit(
    result: Mapping[str, Any] | Sequence[Any], *, json: bool, human: Callable[[], None], lines: bool = False
) -> None:
    """Print an answer: as one JSON document (on one line with `lines`, for a program that reads on), or by calling `human`."""
    if json:
        typer.echo(json_.dumps(result, ensure_ascii=False, indent=None if lines else 2, default=_as_text))
    else:
        human()
    sys.stdout.flush()


def say(text: str = "") -> None:
    """One line of the answer."""
    typer.echo(text)


def note(text: str) -> None:
    """One line about the work, on standard error."""
    typer.echo(text, err=True)


def give_up_output() -> None:
    """Nobody reads standard output any more: what is still buffered goes nowhere, and Python's end is quiet about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def mark(verdict: Mark, word: str = "") -> str:
    """A verdict as a short coloured word, or as `word`; without colour where nobody sees it."""
    return typer.style(word or f"{verdict:<4}", fg=_COLOURS[verdict], bold=verdict != "ok")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table: drawn on a terminal, tab-separated with its header elsewhere."""
    texts = [[str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in ([list(columns)] if texts else []) + texts:
            say("\t".join(line))
        return
    from rich.console import Console  # noqa: PLC0415 - half of the start-up time, and only a terminal needs it
    from rich.table import Table  # noqa: PLC0415 - likewise
    from rich.text import Text  # noqa: PLC0415 - likewise

    drawn = Table(title=title or None, title_justify="left")
    for index, column in enumerate(columns):
        widest = max((len(Text.from_ansi(row[index])) for row in texts), default=0)
        drawn.add_column(column, overflow="fold", no_wrap=widest <= _WHOLE)
    for row in texts:
        drawn.add_row(*(Text.from_ansi(cell) for cell in row))
    Console().print(drawn)


@contextmanager
def progress(total: int, what: str) -> Generator[Advance]:
    """Show how far long work is, on standard error: a bar on a terminal; elsewhere at most ten lines, and none for short work."""
    if not sys.stderr.isatty():
        from tracemark.schemas.clock import SystemClock  # noqa: PLC0415 - help needs none of the schemas

        yield PlainProgress(total, what, SystemClock())
        return
    from rich.console import Console  # noqa: PLC0415 - see `table`
    from rich.progress import Progress  # noqa: PLC0415 - see `table`

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def advance(more: int) -> None:
            bar.advance(task, more)

        yield advance


class PlainProgress:
    """A line whenever another tenth is done, once the work has taken a few seconds."""

    def __init__(self, total: int, what: str, clock: "Clock") -> None:
        """Begin now; `total` in whatever the calls count."""
        self._total, self._what, self._done, self._said = max(total, 1), what, 0, 0
        self._clock = clock
        self._speaks_at = clock.monotonic() + _QUIET_S

    def __call__(self, more: int) -> None:
        """So much more is done."""
        self._done += more
        tenths = self._done * _PLAIN_STEPS // self._total
        if tenths > self._said and self._clock.monotonic() >= self._speaks_at:
            self._said = tenths
            note(f"{self._what}: {self._done} of {self._total}")


def _as_text(value: object) -> str:
    """Digests as hex; identities, instants and paths as their own text."""
    return value.hex() if isinstance(value, bytes) else str(value)
