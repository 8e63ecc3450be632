"""`tracemark store`: create and migrate the tables."""

from collections.abc import Sequence
from typing import Annotated

import typer

from tracemark.cli.errors import ExitCode
from tracemark.cli.options import DataOption, JsonOption, StoreOption
from tracemark.cli.output import emit, say
from tracemark.cli.stores import store_config
from tracemark.store import Store, migrate, pending

__all__ = ["app"]

app = typer.Typer(help="Create and migrate the tables.", no_args_is_help=True)


@app.callback()
def store() -> None:
    """Keep `migrate` a command of its own."""


@app.command("migrate")
def migrate_(
    *,
    store: StoreOption = None,
    data: DataOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 when there is something to do.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring the tables up to this release; safe to run at any time, and from several machines at once.

    Upgrade the store first, then the sinks, then the services.
    """
    with Store.connect(store_config(store, data)) as connected:
        if check:
            _check(pending(connected), json=json)
        else:
            _migrate(connected, json=json)


def _check(todo: Sequence[str], *, json: bool) -> None:
    emit({"ready": not todo, "pending": todo}, json=json, human=lambda: _say_all(todo, nothing="nothing to do"))
    raise typer.Exit(ExitCode.NO if todo else ExitCode.FINE)


def _migrate(connected: Store, *, json: bool) -> None:
    report = migrate(connected)
    done = [*(f"applied {name}" for name in report.applied), *(f"added {name}" for name in report.added)]
    result = {"version": report.version, "applied": report.applied, "added": report.added}
    emit(result, json=json, human=lambda: _say_all(done, nothing=f"already at version {report.version}"))


def _say_all(lines: Sequence[str], *, nothing: str) -> None:
    for line in lines or (nothing,):
        say(line)
