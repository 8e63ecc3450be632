"""How long each board's queries take together, on many events: as the boards ask, and without what is counted beforehand.

    python benchmarks/boards.py --events 10000000 --json boards.json

The events are one month of a busy service: prompts, outputs, labels, hand-overs, verdicts, and some cases, complaints and reads.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.board_world import BoardQuery, BoardStore, board_queries, open_store  # noqa: E402 - the path is set only now
from tracemark.cli._judgement import judge  # noqa: E402 - likewise
from tracemark.dashboards.macros import TimeRange, Value  # noqa: E402 - likewise
from tracemark.query.obligations import load_pack  # noqa: E402 - likewise

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 28
RANGE_MS = DAYS * 86_400_000
CHUNK = 1_000_000

_TRAFFIC = """
INSERT INTO events_traffic (event_id, event_type, schema_version, occurred_at, _broker_ts, _offset,
    producer_id, producer_seq, tenant_id,
    service_id, service_scope, audience_class, request_id, content_id, model_id, model_version, modality,
    media_type, duty_basis, finish,
    label_kind, label_carrier, label_state, delivery_channel, explicit_verdict, implicit_verdict, realname_status)
WITH intDiv(number, 4) AS r, number % 4 AS step, r % 50 = 0 AS is_image, r % 1000 = 0 AS is_bad,
    toDateTime64('{begin}', 6, 'UTC') + (r * {step_s}) + step AS at
SELECT generateUUIDv4(), ['prompt.received', 'output.generated', 'label.applied',
    'content.delivered'][step + 1], 1, at, at, number,
    toUUID('00000000-0000-0000-0000-' || leftPad(toString(r % 8 + 1), 12, '0')), intDiv(number, 8) + 1,
    't-' || toString(r % 3), 'svc-' || toString(r % 5), 'public_mainland', 'public_mainland', 'r-' || toString(r),
    if(step = 0, '', 'c-' || toString(r)), 'm-' || toString(r % 4), '1', [if(is_image, 'image', 'text')],
    if(is_image, 'image/png', ''),
    if(is_image, 'ds17_1_5_other_significant', 'ds17_1_1_text_dialogue_writing'), if(step = 1, 'complete', ''),
    if(step = 2, if(is_bad, 'implicit', 'explicit'), ''), if(step = 2, if(is_bad, 'file_metadata', 'text_prompt'), ''),
    if(step = 2, 'applied', ''), if(step = 3, ['in_app_display', 'download', 'copy'][r % 3 + 1], ''),
    if(step = 3, if(is_bad, 'missing', 'verified'), ''), if(step = 3, 'not_checked', ''), if(step = 0, 'verified', '')
FROM numbers({first}, {count})
"""

_RECORDS = """
INSERT INTO events_records (event_id, event_type, schema_version, occurred_at, _broker_ts, producer_id,
    producer_seq, tenant_id, service_id,
    retention_class, case_id, content_id, moderation_target, moderation_stage, action, reason_codes,
    detector, detected_at,
    complaint_state, due_at, access_kind, access_interface)
WITH number % 10 AS kind, toDateTime64('{begin}', 6, 'UTC') + number * {step_s} AS at
SELECT generateUUIDv4(), multiIf(kind < 8, 'moderation.action', kind = 8, 'complaint.transition',
    'audit.accessed'), 1, at, at,
    toUUID('00000000-0000-0000-0000-000000000009'), number + 1, 't-' || toString(number % 3),
    'svc-' || toString(number % 5),
    multiIf(kind < 8, 'MOD', kind = 8, 'CASE', 'NET'), if(kind < 7 OR kind = 9, '',
    'k-' || toString(number)), 'c-' || toString(number),
    if(kind < 8, 'content', ''), if(kind < 8, 'output', ''), multiIf(kind < 7, 'pass', kind = 7, 'remove', ''),
    if(kind = 7, ['violence'], []), if(kind < 8, 'classifier', ''), if(kind < 8, at, NULL), if(kind = 8,
    'received', ''),
    if(kind = 8, at + INTERVAL 15 DAY, NULL), if(kind = 9, 'trace', ''), if(kind = 9, 'cli', '')
FROM numbers({count})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All queries of one board, warm: `at_once_s` as Grafana asks them, four at a time; `total_s` one after the other."""

    board: str
    queries: int
    at_once_s: float
    total_s: float
    slowest: str
    slowest_s: float


def main() -> int:
    """Seed, count beforehand, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for store in open_store(Path(folder) / "store"):
            result = run(store, given.events)
            show(result)
            if given.json:
                given.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


def run(store: BoardStore, events: int) -> dict[str, Any]:
    """All figures."""
    as_of = BEGIN + timedelta(days=DAYS - 1)
    return {
        "events": events,
        "seed_s": timed(partial(seed, store, events)),
        "label_coverage_refresh_s": timed(partial(count_beforehand, store)),
        "judgement_s": timed(partial(judge, store.writer, load_pack("cn"), as_of)),
        "label_coverage_by_query_s": timed(partial(without_counting, store)),
        "boards": [asdict(timing) for timing in measure(store)],
    }


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 3)


def seed(store: BoardStore, events: int) -> None:
    """Nineteen of twenty events are traffic."""
    begin, traffic = f"{BEGIN:%Y-%m-%d %H:%M:%S}", events * 19 // 20
    step_s = DAYS * 86_400 / (traffic / 4 + 1)
    for first in range(0, traffic, CHUNK):
        count = min(CHUNK, traffic - first)
        store.writer.command(_TRAFFIC.format(begin=begin, first=first, count=count, step_s=step_s))
    records = events - traffic
    store.writer.command(_RECORDS.format(begin=begin, count=records, step_s=DAYS * 86_400 / (records + 1)))


def count_beforehand(store: BoardStore) -> None:
    """What the store does every ten minutes."""
    store.writer.command("SYSTEM REFRESH VIEW label_coverage_refresh")
    store.writer.command("SYSTEM WAIT VIEW label_coverage_refresh")


def without_counting(store: BoardStore) -> None:
    """What each of the four coverage panels would have to do by itself."""
    rows = store.writer.query(
        "SELECT as_select AS sql FROM system.tables WHERE database = currentDatabase() AND name = 'label_coverage_refresh'"
    )
    store.writer.query(f"SELECT sum(outputs) AS n FROM ({rows[0]['sql']})")


def measure(store: BoardStore) -> Iterator[Timing]:
    """Each board's panels, variables and annotations over the whole month, the second of two runs."""
    boards: dict[str, list[BoardQuery]] = {}
    for query in board_queries():
        boards.setdefault(query.board, []).append(query)
    begin_ms = int(BEGIN.timestamp() * 1000)
    span = TimeRange(from_ms=begin_ms, to_ms=begin_ms + RANGE_MS, interval_ms=RANGE_MS // 60)
    chain: dict[str, Value] = {"request_id": "r-7"}
    for board, queries in boards.items():
        taken: dict[str, float] = {}
        for _ in range(2):
            for query in queries:
                variables = chain if board == "tracemark-trace" else {}
                taken[str(query)] = timed(partial(store.run, query.query, variables, time=span))
        slowest = max(taken, key=lambda name: taken[name])
        variables = chain if board == "tracemark-trace" else {}
        yield Timing(
            board=board,
            queries=len(taken),
            at_once_s=timed(partial(at_once, store, queries, variables, span)),
            total_s=round(sum(taken.values()), 3),
            slowest=slowest,
            slowest_s=taken[slowest],
        )


def at_once(store: BoardStore, queries: Sequence[BoardQuery], variables: Mapping[str, Value], span: TimeRange) -> None:
    """A browser asks for all panels of a board together; the store has four cores for them."""

    def ask(query: BoardQuery) -> object:
        return store.run(query.query, variables, time=span)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, queries))


def show(result: Mapping[str, Any]) -> None:
    """A table for people."""
    lines = [f"{name}: {value}" for name, value in result.items() if name != "boards"]
    lines += ["", "| board | queries | four at a time, s | one by one, s | slowest | s |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(str(value) for value in timing.values()) + " |" for timing in result["boards"]]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
