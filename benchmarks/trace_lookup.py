"""How long a trace takes on a store of 1 or 10 million events.

    python benchmarks/trace_lookup.py --rows 1000000 [--json FILE]

Fills an embedded store of its own with requests of three events each (prompt, output, label) and a moderation event for every
tenth content, then asks each question of `tracemark.query` for randomly chosen chains. Prints the median and the slowest of
the runs, and which projection answered. Takes about 10 seconds and 0.3 GB for each million rows.
"""

import argparse
import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracemark.query import (
    Reader,
    TokenCandidate,
    TraceAnswer,
    trace_case,
    trace_content,
    trace_request,
    trace_subject,
    trace_tokens,
)
from tracemark.query.accounting import account
from tracemark.query.lag import how_far_behind
from tracemark.query.stock import stored_keys
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig, migrate

RUNS = 15
BLOCK = 500_000
USERS = 200
"""Events of one user, roughly."""

TRAFFIC = """
INSERT INTO events_traffic
    (event_id, event_type, schema_version, occurred_at, producer_id, producer_seq, service_id, tenant_id, request_id, content_id,
     model_id, subject_ref, token_exact, token_loose, token_key_id, salt, private_commitment, event_hash, _topic, _partition,
     _offset, _broker_ts)
SELECT generateUUIDv7(), ['prompt.received', 'output.generated', 'label.applied'][n % 3 + 1], 1,
       toDateTime64('2026-01-01', 6, 'UTC') + n / 20, toUUID('00000000-0000-0000-0000-000000000001'), n + 1,
       concat('svc-', toString(g % 7)), concat('t-', toString(g % 5)), concat('r-', toString(g)),
       if(n % 3 = 0, '', concat('c-', toString(g))), 'm-1', lower(hex(MD5(toString(g % {users:UInt32})))),
       SHA256(concat('e', toString(n))), SHA256(concat('l', toString(n))), ['prompt-1-a', 'output-1-b', 'output-2-c'][n % 3 + 1],
       randomFixedString(16), randomFixedString(32), randomFixedString(32), 'tracemark.events', n % 8, n,
       toDateTime64('2026-01-01', 3, 'UTC') + n / 20
FROM (SELECT number + {from:UInt64} AS n, intDiv(n, 3) AS g FROM numbers({count:UInt64}))"""

RECORDS = """
INSERT INTO events_records
    (event_id, event_type, schema_version, occurred_at, producer_id, producer_seq, service_id, tenant_id, content_id, case_id,
     retention_class, action, _topic, _partition, _offset, _broker_ts)
SELECT generateUUIDv7(), 'moderation.action', 1, toDateTime64('2026-01-01', 6, 'UTC') + g,
       toUUID('00000000-0000-0000-0000-000000000002'), g + 1, 'svc-mod', concat('t-', toString(g % 5)),
       concat('c-', toString(g)), concat('k-', toString(g)), 'MOD', 'pass',
       'tracemark.events', g % 8, g, toDateTime64('2026-01-01', 3, 'UTC') + g
FROM (SELECT (number + intDiv({from:UInt64}, 30)) * 10 AS g FROM numbers(intDiv({count:UInt64}, 30)))"""


@contextmanager
def embedded_store() -> Generator[StoreConfig]:
    """A server on a directory of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        command = [sys.executable, "-m", "tracemark.store.embedded", "--data", str(data), "--listen", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None  # noqa: S101 - for the type checkers
            server.stdout.readline()
            try:
                yield StoreConfig.embedded(data)
            finally:
                server.terminate()


def fill(store: Store, rows: int) -> float:
    """Insert `rows` traffic events; seconds it took."""
    started = time.perf_counter()
    for first in range(0, rows, BLOCK):
        block = {"from": first, "count": min(BLOCK, rows - first)}
        store.command(TRAFFIC, block | {"users": max(1, rows // 3 // USERS)})
        store.command(RECORDS, block)
    return time.perf_counter() - started


def token(text: str) -> bytes:
    """The token that the statement above made of it."""
    return hashlib.sha256(text.encode()).digest()


def candidates(event: int) -> list[TokenCandidate]:
    """What a pasted text gives: a dozen variants and keys that are not there, and the one that is."""
    wrong = [TokenCandidate(token(f"x{event}{n}"), "exact", "k", "label_cut") for n in range(6)]
    wrong += [TokenCandidate(token(f"y{event}{n}"), "loose", "k", "label_cut") for n in range(6)]
    return [*wrong, TokenCandidate(token(f"l{event}"), "loose", "k")]


def questions(store: Reader, rows: int) -> Mapping[str, Callable[[], object]]:
    """Every question, each about another chain whenever it is asked."""
    chance = random.Random(1)  # noqa: S311 - the same chains every time

    def some() -> int:
        return chance.randrange(rows // 30) * 10  # a generation that was moderated

    def found(answer: TraceAnswer) -> TraceAnswer:
        if not answer.found:
            raise SystemExit("a chain that is stored was not found: the figures would mean nothing")
        return answer

    return {
        "text": lambda: found(trace_tokens(store, candidates(some() * 3 + 1))),
        "text not stored": lambda: trace_tokens(store, candidates(rows * 7)),
        "request": lambda: found(trace_request(store, f"r-{some()}")),
        "content": lambda: found(trace_content(store, f"c-{some()}")),
        "case": lambda: found(trace_case(store, f"k-{some()}")),
        "user (20 of 200 chains)": lambda: found(trace_subject(store, [hashlib.md5(b"7").hexdigest()])),  # noqa: S324 - no secret
        "keys of all tokens": lambda: stored_keys(store),
        "how far behind": lambda: how_far_behind(store, datetime.now(UTC)),
        "accounting": lambda: account(store),
    }


def milliseconds(question: Callable[[], object]) -> list[float]:
    """Sorted times of all runs but the first."""
    times: list[float] = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        question()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times[1:])


class Listening:
    """A reader that remembers what it was asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Pass on."""
        self.asked.append((sql, parameters or {}))
        return self.store.query(sql, parameters)

    def projections(self) -> list[str]:
        """By statement asked since the last call, the projections that the engine read for it."""
        found = [_explained(self.store, sql, parameters) for sql, parameters in self.asked]
        self.asked.clear()
        return found


def _explained(store: Store, sql: str, parameters: Mapping[str, Any]) -> str:
    rows = store.query(f"EXPLAIN projections = 1 {sql}", parameters)
    names = [text for row in rows if (text := str(row["explain"]).strip(" │├└─")).startswith("Name: ")]
    return "+".join(dict.fromkeys(name.removeprefix("Name: ") for name in names)) or "scan"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with (
        embedded_store() as config,
        Store(config, SystemClock()) as writer,
        Store(config.as_reader(), SystemClock()) as reader,
    ):
        migrate(writer)
        seconds = fill(writer, arguments.rows)
        print(f"{arguments.rows:,} traffic rows in {seconds:.0f} s; {RUNS} runs each, milliseconds")
        figures: dict[str, Any] = {"rows": arguments.rows, "fill_s": round(seconds, 1), "questions": {}}
        listening = Listening(writer)
        explained = questions(listening, arguments.rows)
        for name, question in questions(reader, arguments.rows).items():
            times = milliseconds(question)
            explained[name]()
            used = listening.projections()
            median = statistics.median(times)
            figures["questions"][name] = {
                "median_ms": round(median, 1),
                "max_ms": round(times[-1], 1),
                "statements": used,
            }
            print(f"{name:24} {median:8.1f} {times[-1]:8.1f}   {', '.join(used)}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
