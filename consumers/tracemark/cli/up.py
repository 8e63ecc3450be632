"""`tracemark up`: embedded mode."""

import os
import shlex
from typing import Annotated

import typer

from tracemark.cli.canary import CANARY_AT_MOST_S, CANARY_EVERY_S
from tracemark.cli.embedded.judging import JUDGE_EVERY_S
from tracemark.cli.embedded.service import Chores, EmbeddedMode, embedded_mode
from tracemark.cli.errors import CommandError
from tracemark.cli.options import JUDGE_AT_MOST_S, DataOption, JsonOption, data_directory, often_enough
from tracemark.cli.output import emit, note, say
from tracemark.cli.processes import log_to_stderr, stop_on_signals, wait_until
from tracemark.schemas.urls import embedded_url
from tracemark.store.embedded import ServerConfig

__all__ = ["up"]

_MAX_PORT = 65535


def up(
    *,
    data: DataOption = None,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Port 0 takes a free one.")] = "127.0.0.1:8123",
    judge_every: Annotated[
        float,
        typer.Option(
            "--judge-every",
            metavar="SECONDS",
            min=0,
            help="Judge the duties for the boards; 0 for never.",
            callback=often_enough(JUDGE_AT_MOST_S),
        ),
    ] = JUDGE_EVERY_S,
    regime: Annotated[
        list[str] | None, typer.Option("--regime", metavar="NAME", help="Whose duties; cn. May be repeated.")
    ] = None,
    canary_every: Annotated[
        float,
        typer.Option(
            "--canary-every",
            metavar="SECONDS",
            min=0,
            help="Sign of life for the alerts; 0 for none.",
            callback=often_enough(CANARY_AT_MOST_S),
        ),
    ] = CANARY_EVERY_S,
    json: JsonOption = False,
) -> None:
    """Run the whole system in one process: the store, its HTTP interface, the drain of the services' journals, the judge.

    Services write to it with TRACEMARK_URL=embedded:///DIR. Prints one line when it is ready (JSON with --json), and runs
    until SIGTERM or SIGINT.
    """
    host, port = _address(listen)
    stop = stop_on_signals()
    log_to_stderr()
    chores = Chores(judge_every_s=judge_every, regimes=tuple(regime or ["cn"]), canary_every_s=canary_every)
    with embedded_mode(data_directory(data), ServerConfig(host=host, port=port), chores) as mode:
        _say_ready(mode, json=json)
        wait_until(stop)
        note("stopping")


def _say_ready(mode: EmbeddedMode, *, json: bool) -> None:
    ready = {"ready": True, "url": mode.url, "data": mode.data, "credentials": mode.credentials, "pid": os.getpid()}

    def human() -> None:
        say(f"ready: {mode.url} serves {mode.data}; services use TRACEMARK_URL={shlex.quote(embedded_url(mode.data))}")

    emit(ready, json=json, human=human, lines=True)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _MAX_PORT:
        raise CommandError("--listen wants HOST:PORT, such as 127.0.0.1:8123; port 0 takes a free one")
    return host.strip("[]"), int(port)
