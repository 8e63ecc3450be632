"""The command line's root: options that stand before a command, and stand-ins for the commands themselves."""

import logging
from importlib.metadata import version
from typing import Annotated

import typer

from tracemark.cli._commands import COMMANDS, LazyGroup, markup
from tracemark.cli.output import say

__all__ = ["app"]

_LOUD = ("clickhouse_connect", "kafka")
"""Libraries that log what they raise: it is said once, in our words. A log that a command sets up gets theirs, too."""

app = typer.Typer(
    cls=LazyGroup,
    help="The audit log of generative-AI services.\n\nExit codes: 0 fine, 1 the answer is no, 2 could not ask.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=markup(),
)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"tracemark {version('tracemark')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    shown: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options of every command."""
    del debug, shown  # read by the group and by the callback
    for name in _LOUD:
        logging.getLogger(name).addHandler(logging.NullHandler())


def _stand_in() -> None:
    """Never called: the group puts the real command in its place."""


for _name, _lazy in COMMANDS.items():
    app.command(_name, help=_lazy.help)(_stand_in)
