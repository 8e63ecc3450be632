"""Whether the demo showed what it claims: the right chain for the text, and an account that closes."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracemark.query.accounting import Accounting, Waiting, account
from tracemark.schemas.clock import SystemClock
from tracemark.sdk.journal import find_journals
from tracemark.store import Store, StoreConfig

__all__ = ["TraceRun", "settled_account", "trace_text"]

_EXPECTED = {"prompt.received", "output.generated", "label.applied", "moderation.action"}
_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRun:
    """`tracemark trace`, run on the text that was found.

    Attributes:
        answer: Its JSON; empty when it could not ask.
        is_right: Whether its one chain is the featured exchange, with all four kinds of events.
    """

    answer: dict[str, Any]
    is_right: bool


def trace_text(data: Path, text_file: Path, request_id: str) -> TraceRun:
    """Trace a text with the command itself, and compare with what the service knows."""
    command = [
        sys.executable,
        "-m",
        "tracemark.cli.main",
        "trace",
        "--data",
        str(data),
        "--text-file",
        str(text_file),
        "--json",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - ourselves
    answer: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    chains = answer.get("chains", [])
    found = {event["event_type"] for chain in chains for event in chain["events"]}
    is_right = [chain["request_id"] for chain in chains] == [request_id] and found >= _EXPECTED
    return TraceRun(answer=answer, is_right=is_right)


def settled_account(data: Path, *, within_s: float) -> Accounting:
    """The account once nothing waits in a journal any more, or when `within_s` have passed."""
    clock = SystemClock()
    deadline = clock.monotonic() + within_s
    while (journals := find_journals(data / "journals")) and clock.monotonic() < deadline:
        time.sleep(_POLL_S)
    waiting = Waiting(
        in_journal=sum(journal.events_pending for journal in journals),
        last_seqs={journal.producer_id: journal.last_seq for journal in journals},
    )
    with Store(StoreConfig.embedded(data).as_reader(), clock) as store:
        return account(store, waiting)
