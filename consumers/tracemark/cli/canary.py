"""`tracemark canary`: events that go the whole way by the clock, so that their absence says that the way is broken.

The canary is a producer like every other, under a service id of its own, that emits nothing but its session's signs of life: sealed
by the SDK, through a journal, Kafka (or the drain), the sink's checks, into the store. The alert `canary` watches their age there.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tracemark.cli.options import JsonOption, KeyringOption, often_enough
from tracemark.cli.output import emit, note, say
from tracemark.cli.processes import log_to_stderr, stop_on_signals, wait_until
from tracemark.schemas.urls import embedded_url
from tracemark.sdk import AuditClient, SdkError
from tracemark.sdk.journal import JournalError
from tracemark.sdk.keyring import KeyringError

__all__ = ["CANARY_AT_MOST_S", "CANARY_EVERY_S", "CANARY_SERVICE", "canary", "canary_client", "keep_canary"]

_log = logging.getLogger("tracemark.up")

CANARY_SERVICE: Final = "tracemark-canary"
"""`service_id` of the canary; boards and duties leave it out where they speak of services."""

CANARY_AT_MOST_S: Final = 120
"""The alert about it fires after five minutes: one that is late by one turn must not set it off."""

CANARY_EVERY_S: Final = 60.0
"""Seconds between two signs of life; the alert fires after five minutes without."""

_CLOSE_S: Final = 10.0
"""Of the command; embedded mode is quicker, for nobody is far away."""

_CLOSE_EMBEDDED_S: Final = 3.0


def canary(
    *,
    every: Annotated[
        float,
        typer.Option(
            "--every",
            metavar="SECONDS",
            min=1,
            help="Between two signs of life.",
            callback=often_enough(CANARY_AT_MOST_S),
        ),
    ] = CANARY_EVERY_S,
    keyring: KeyringOption = None,
    json: JsonOption = False,
) -> None:
    """Send a sign of life the whole way by the clock, to where TRACEMARK_URL says, until SIGTERM or SIGINT.

    The board Pipeline and integrity shows the age of the newest one, and the alert `canary` fires when it is too old. Prints one
    line when it has begun (JSON with --json).
    """
    stop = stop_on_signals()
    log_to_stderr()
    client = canary_client(None, every_s=every, keyring=keyring)
    ready = {"ready": True, "service_id": CANARY_SERVICE, "every_s": every, "pid": os.getpid()}
    emit(ready, json=json, human=lambda: say(f"ready: a sign of life every {every:g} s"), lines=True)
    wait_until(stop)
    report = client.close(_CLOSE_S)
    note(f"stopped; {report.remaining} events wait in the journal")


def canary_client(directory: Path | None, *, every_s: float, keyring: Path | None = None) -> AuditClient:
    """A client whose session is the canary: it serves nobody, and is out of every duty's scope.

    Args:
        directory: Of embedded mode, whose keyring and journals are used; None for TRACEMARK_URL.
        every_s: Seconds between two signs of life.
        keyring: Instead of the one of the environment, with TRACEMARK_URL.

    Raises:
        SdkError, KeyringError, JournalError: It cannot be had.
    """
    given: dict[str, Any] = {
        "service_id": CANARY_SERVICE,
        "service_scope": "not_public",
        "audience_class": "test",
        "heartbeat_s": every_s,
    }
    if directory is not None:
        given["url"] = embedded_url(directory)
        given["keyring"], given["journal_dir"] = directory / "keyring.json", directory / "journals"
    elif keyring is not None:
        given["keyring"] = keyring
    return AuditClient.from_env(os.environ, **given)


def keep_canary(open_client: Callable[[], AuditClient], stop: threading.Event, *, again_s: float = 60.0) -> None:
    """Keep a canary alive until told to stop; while there can be none, that is said once and tried again."""
    told = False
    with ExitStack() as stack:
        while not stop.is_set():
            try:
                client = open_client()
            except (SdkError, KeyringError, JournalError) as error:
                if not told:
                    _log.warning("there is no canary, and the alert about it will fire; tried again: %s", error)
                told = True
                stop.wait(again_s)
                continue
            stack.callback(client.close, _CLOSE_EMBEDDED_S)
            stop.wait()
