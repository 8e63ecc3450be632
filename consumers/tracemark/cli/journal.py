"""`tracemark journal`: what services have written and nobody has stored yet."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from tracemark.cli.options import DataOption, JsonOption, data_directory
from tracemark.cli.output import emit, say, table
from tracemark.sdk.journal import JournalInfo, find_journals

__all__ = ["app", "journal_summary"]

app = typer.Typer(help="Events that services wrote and nobody stored yet.", no_args_is_help=True)

_COLUMNS = ("producer_id", "service_id", "owner", "drained_now", "events_pending", "bytes_pending", "age_s", "problem")


@app.callback()
def journal() -> None:
    """Keep `list` a command of its own."""


@app.command("list")
def list_(
    *,
    data: DataOption = None,
    directory: Annotated[
        Path | None,
        typer.Option("--journals", metavar="DIR", help="Root of journals outside a data directory.", file_okay=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show every journal, whether its owner lives, and what waits in it."""
    root = directory or data_directory(data) / "journals"
    now_us = time.time_ns() // 1000
    found = [journal_summary(info, now_us) for info in find_journals(root)]

    def human() -> None:
        table(_COLUMNS, ([row[name] for name in _COLUMNS] for row in found))
        waiting = sum(row["events_pending"] for row in found)
        say(f"{root}: journals {len(found)}, events that wait {waiting}")

    emit({"root": root, "journals": found}, json=json, human=human)


def journal_summary(info: JournalInfo, now_us: int) -> dict[str, Any]:
    """One journal in plain values; `age_s` is the time since the last write, when something waits."""
    return {
        "producer_id": info.producer_id,
        "service_id": info.meta.service_id if info.meta else "",
        "owner": "alive" if info.owner_alive else "dead",
        "drained_now": info.being_drained,
        "events_pending": info.events_pending,
        "drops_pending": info.drops_pending,
        "bytes_pending": info.bytes_pending,
        "last_seq": info.last_seq,
        "age_s": round((now_us - info.last_append_us) / 1e6, 1) if info.entries_pending else 0.0,
        "problem": info.problem,
    }
