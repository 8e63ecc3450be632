"""What is left on disk by services whose processes live and end in odd ways: everything they recorded, without gaps."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tracemark.schemas import decode
from tracemark.sdk.journal import adopt, journal_ids

SERVICE = Path(__file__).parent.parent / "support" / "odd_service.py"


def left_behind(directory: Path) -> dict[str, list[dict[str, Any]]]:
    """The events of every producer, by its id."""
    found: dict[str, list[dict[str, Any]]] = {}
    for producer_id in journal_ids(directory / "journals"):
        journal = adopt(directory / "journals", producer_id)
        assert journal is not None
        assert journal.reader.damage == ()
        found[producer_id] = [decode(entry.value)[1] for _, entry in journal.reader.read(100_000, 1 << 30)]
        journal.close()
    return found


@pytest.mark.parametrize(
    ("way", "outputs", "producers", "closed"),
    [
        ("abandoned", {"partial": 1}, 1, 1),
        ("alive_at_exit", {"stopped": 1}, 1, 1),
        ("handlers_that_emit", None, 1, 1),
        ("pools", {"complete": 20}, 5, 1),
        ("prefork", {"complete": 20}, 4, 2),
        ("streams", {"stopped": 1, "partial": 2, "complete": 20}, 1, 1),
        ("terminated", {"complete": 3}, 1, 1),
        ("threads", {"complete": 400}, 1, 1),
        ("forked_inside", {"complete": 1}, 1, 1),
        ("unclosed", {"complete": 3}, 1, 1),
        ("forks_under_load", None, 11, 1),
    ],
)
def test_whatever_a_process_does_its_record_is_whole(
    tmp_path: Path, way: str, outputs: dict[str, int] | None, producers: int, closed: int
) -> None:
    """Each process is a producer with gapless numbers; who ended in order has closed its session; nobody hung or complained."""
    command = [sys.executable, "-W", "error", str(SERVICE), way, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = left_behind(tmp_path)
    assert len(found) == producers
    for rows in found.values():
        assert [row["producer_seq"] for row in rows] == list(range(1, len(rows) + 1))
        prompts = [row for row in rows if row["event_type"] == "prompt.received"]
        answers = [row for row in rows if row["event_type"] == "output.generated"]
        assert not prompts or len(prompts) == len(answers)
    everything = [row for rows in found.values() for row in rows]
    assert sum(row.get("session_state") == "close" for row in everything) == closed
    if outputs is not None:
        assert Counter(row["finish"] for row in everything if row["event_type"] == "output.generated") == outputs


def test_a_client_is_not_sent_to_another_process(tmp_path: Path) -> None:
    """`spawn` and pickles get an error that says what to do instead."""
    code = (
        "import pickle; from tracemark.sdk import AuditClient\n"
        f"audit = AuditClient.from_env({{'TRACEMARK_URL': 'embedded://{tmp_path}', 'TRACEMARK_SERVICE_ID': 's'}})\n"
        "pickle.dumps(audit)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "make one there, with AuditClient.from_env()" in done.stderr
