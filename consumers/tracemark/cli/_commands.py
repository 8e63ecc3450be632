"""Every command with the one line that `tracemark --help` shows; its module is imported when the command is called.

So help appears at once, and a machine that only runs the sink needs none of the embedded engine's packages.
"""

import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import typer
from typer.core import TyperGroup
from typer.main import get_command

from tracemark.cli.errors import ExitCode, explain
from tracemark.cli.output import give_up_output, note

__all__ = ["COMMANDS", "Lazy", "LazyGroup", "load"]


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives: `attribute` of `module` is a function or a `typer.Typer`."""

    module: str
    attribute: str
    help: str


COMMANDS: Mapping[str, Lazy] = {
    "demo": Lazy("demo.command", "demo", "A small world end to end, then a trace through it."),
    "up": Lazy("up", "up", "Embedded mode: the whole system in one process."),
    "sink": Lazy("sink", "sink", "Move events from Kafka into the store."),
    "canary": Lazy("canary", "canary", "Signs of life the whole way, for the alerts."),
    "trace": Lazy("trace", "trace", "From a text, file, request, case, event or user to its chain."),
    "label": Lazy("label", "app", "The AIGC label of a file, or a text: write, read, verify."),
    "record": Lazy("record.command", "app", "What people record: complaints, measures, policies."),
    "obligations": Lazy("obligations", "obligations", "Every duty: pass, fail with its events, or no evidence."),
    "store": Lazy("store", "app", "Create and migrate the tables."),
    "keys": Lazy("keys", "app", "The keyring: without it no text can be found again."),
    "schemas": Lazy("schemas", "app", "The event types of this release."),
    "journal": Lazy("journal", "app", "Events that services wrote and nobody stored yet."),
    "dashboards": Lazy("dashboards", "app", "The Grafana boards: build, check, push."),
    "doctor": Lazy("doctor.command", "doctor", "What is configured, reachable, behind; what to do."),
}


def load(name: str) -> Any:
    """Import a command: `typer`'s own type of commands is private."""
    lazy = COMMANDS[name]
    found = getattr(import_module(f"tracemark.cli.{lazy.module}"), lazy.attribute)
    outer = typer.Typer(add_completion=False, rich_markup_mode=markup())
    if not isinstance(found, typer.Typer):
        outer.command(name)(found)
        return get_command(outer)
    outer.add_typer(found, name=name)
    group = get_command(outer)
    return group.commands[name] if isinstance(group, TyperGroup) else group


def markup() -> Literal["rich"] | None:
    """Boxes and colours for people, plain help for pipes."""
    return "rich" if sys.stdout.isatty() else None


class LazyGroup(TyperGroup):
    """Lists stand-ins, calls the real commands, and turns every error into lines and an exit code."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The real command in place of its stand-in."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name is not None and name in COMMANDS else command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit 2 with one or two lines when it could not ask."""
        try:
            return super().invoke(ctx)
        except (typer.TyperException, typer.Exit):
            raise  # typer prints these itself
        except typer.Abort as error:
            note("\ninterrupted: nothing was asked or recorded any more")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except BrokenPipeError as error:
            give_up_output()
            raise typer.Exit(ExitCode.NOBODY_READS) from error
        except Exception as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            note(f"{typer.style('error:', fg=typer.colors.RED, bold=True)} {explain(error)}")
            raise typer.Exit(ExitCode.COULD_NOT_ASK) from error
