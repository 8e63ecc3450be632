"""How long each board's queries take together, on many events: as the boards ask, and without what is counted beforehand.

    python benchmarks/boards.py --events 10000000 --json boards.json

The events are one month of a busy service: prompts, outputs, labels, hand-overs, verdicts, and some cases, complaints and reads.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.board_world import BoardQuery, BoardStore, board_queries, open_store, read_by_the_writer  # noqa: E402 - the path is set only now
from tracemark.cli._judgement import judge  # noqa: E402 - likewise
from tracemark.dashboards.macros import TimeRange, Value  # noqa: E402 - likewise
from tracemark.query.obligations import load_pack  # noqa: E402 - likewise
from tracemark.store import SUMMARIES, Store, refresh_summaries  # noqa: E402 - likewise

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 28
PRODUCERS = 50
RANGE_MS = DAYS * 86_400_000
SPAN = TimeRange(
    from_ms=int(BEGIN.timestamp() * 1000), to_ms=int(BEGIN.timestamp() * 1000) + RANGE_MS, interval_ms=3 * 3_600_000
)
"""Four weeks, of which Grafana makes buckets of three hours, for a panel asks for about 168."""
CHUNK = 1_000_000
ROUNDS = 5

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
    toUUID('00000000-0000-0000-0000-' || leftPad(toString(r % {producers} + 1), 12, '0')), intDiv(r, {producers}) * 4 + step + 1,
    't-' || toString(r % 3), 'svc-' || toString(r % 5), 'public_mainland', 'public_mainland', 'r-' || toString(r),
    if(step = 0, '', 'c-' || toString(r)), 'm-' || toString(r % 4), '1', [if(is_image, 'image', 'text')],
    if(is_image, 'image/png', ''),
    if(is_image, 'ds17_1_5_other_significant', 'ds17_1_1_text_dialogue_writing'), if(step = 1, 'complete', ''),
    if(step = 2, if(is_bad, 'implicit', 'explicit'), ''), if(step = 2, if(is_bad, 'file_metadata', 'text_prompt'), ''),
    if(step = 2, 'applied', ''), if(step = 3, ['in_app_display', 'download', 'copy'][r % 3 + 1], ''),
    if(step = 3, if(is_bad, 'missing', 'verified'), ''), if(step = 3, 'not_checked', ''), if(step = 0, 'verified', '')
FROM numbers({first}, {count})
"""

_SESSIONS = """
INSERT INTO events_traffic (event_id, event_type, schema_version, occurred_at, _broker_ts, producer_id, producer_seq, tenant_id,
    service_id, service_scope, audience_class, session_state, durability, last_seq)
WITH number % {producers} AS producer, intDiv(number, {producers}) AS beat,
    toDateTime64('{begin}', 6, 'UTC') + INTERVAL beat HOUR AS at
SELECT generateUUIDv4(), 'producer.session', 1, at, at,
    toUUID('00000000-0000-0000-0000-' || leftPad(toString(producer + 1), 12, '0')), {events_each} + beat + 1, 't-0',
    'svc-' || toString(producer % 5), 'public_mainland', 'public_mainland', if(beat = 0, 'open', 'heartbeat'), 'disk',
    {events_each} + beat + 1
FROM numbers({producers} * {hours})
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
    toUUID('00000000-0000-0000-0000-000000009999'), number + 1, 't-' || toString(number % 3),
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
    """All queries of one board, warm.

    Attributes:
        board: Its uid.
        queries: How many.
        at_once_s: As a browser asks them, four at a time; the middle one of five rounds.
        total_s: One after the other.
        slowest: The query that took longest, and how long.
        without_at_once_s: As `at_once_s`, one round, with nothing counted beforehand: see `Live`.
        without_total_s: As `total_s`, likewise.
    """

    board: str
    queries: int
    at_once_s: float
    total_s: float
    slowest: str
    slowest_s: float
    without_at_once_s: float
    without_total_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The same board without precomputation.

    A panel that reads a table of counts counts by itself: the table gives way to the statement by which the store fills it. No
    projection is used. The verdicts of the duties are judged once for the whole board, not once a panel, which flatters it.

    Attributes:
        selects: Tables of counts and the statements that fill them.
        judgement_s: How long it takes to judge every duty.
    """

    selects: Mapping[str, str]
    judgement_s: float

    def rewritten(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """A query that reads no table of counts."""
        sql = query["rawSql"]
        for table, select in self.selects.items():
            sql = f"FROM ({select}) AS {table}".join(re.split(rf"\bFROM {table}\b", sql))
        return {**query, "rawSql": sql}

    def verdicts_s(self, queries: Sequence[BoardQuery]) -> float:
        """What judging adds."""
        shown = any(re.search(rf"\bFROM ({'|'.join(_VERDICTS)})\b", q.query["rawSql"]) for q in queries)
        return self.judgement_s if shown else 0.0


_VERDICTS = ("duty_results", "duty_breaches")


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
    seed_s = timed(partial(seed, store.writer, events))
    summaries_s = timed(partial(refresh_summaries, store.writer))
    judgement_s = timed(partial(judge, store.writer, load_pack("cn"), as_of))
    live = Live(selects=selects(store), judgement_s=judgement_s)
    return {
        "events": events,
        "cores": os.cpu_count(),
        "seed_s": seed_s,
        "summaries_s": summaries_s,
        "judgement_s": judgement_s,
        "boards": [asdict(timing) for timing in measure(store, live)],
    }


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 3)


def seed(store: Store, events: int, since: datetime = BEGIN) -> None:
    """Nineteen of twenty events are traffic."""
    begin, traffic = f"{since:%Y-%m-%d %H:%M:%S}", events * 19 // 20
    step_s = DAYS * 86_400 / (traffic / 4 + 1)
    for first in range(0, traffic, CHUNK):
        count = min(CHUNK, traffic - first)
        given = {"first": first, "count": count, "step_s": step_s, "producers": PRODUCERS}
        store.command(_TRAFFIC.format(begin=begin, **given))
    events_each = traffic // 4 // PRODUCERS * 4
    store.command(_SESSIONS.format(begin=begin, producers=PRODUCERS, events_each=events_each, hours=DAYS * 24))
    records = events - traffic
    store.command(_RECORDS.format(begin=begin, count=records, step_s=DAYS * 86_400 / (records + 1)))


def selects(store: BoardStore) -> dict[str, str]:
    """How the store fills each table of counts."""
    sql = "SELECT as_select AS sql FROM system.tables WHERE database = currentDatabase() AND name = {view:String}"
    return {table: store.writer.query(sql, {"view": view})[0]["sql"] for table, view in SUMMARIES.items()}


def measure(store: BoardStore, live: Live) -> Iterator[Timing]:
    """Each board's panels, variables and annotations over the whole month, the second of two runs."""
    boards: dict[str, list[BoardQuery]] = {}
    for query in board_queries():
        boards.setdefault(query.board, []).append(query)
    for board, queries in boards.items():
        variables: Mapping[str, Value] = {"request_id": "r-7"} if board == "tracemark-trace" else {}
        one_by_one(store, queries, variables)
        taken = one_by_one(store, queries, variables)
        slowest = max(taken, key=lambda name: taken[name])
        without_at_once_s, without_total_s = measure_without(store, live, queries, variables)
        yield Timing(
            board=board,
            queries=len(taken),
            at_once_s=at_once(store, queries, variables),
            total_s=round(sum(taken.values()), 3),
            slowest=slowest,
            slowest_s=taken[slowest],
            without_at_once_s=without_at_once_s,
            without_total_s=without_total_s,
        )


def measure_without(
    store: BoardStore, live: Live, queries: Sequence[BoardQuery], variables: Mapping[str, Value]
) -> tuple[float, float]:
    """Four at a time and one by one, with nothing counted beforehand."""
    counted = [replace(query, query=dict(live.rewritten(query.query))) for query in queries]
    # The statements of the views hold names that are refused to readers.
    asked = read_by_the_writer(store, optimize_use_projections=0)
    verdicts_s = live.verdicts_s(queries)
    at_once(asked, counted, variables, rounds=1)
    return at_once(asked, counted, variables, rounds=1) + verdicts_s, sum(
        one_by_one(asked, counted, variables).values()
    ) + verdicts_s


def one_by_one(store: BoardStore, queries: Sequence[BoardQuery], variables: Mapping[str, Value]) -> dict[str, float]:
    """Seconds of each query."""
    return {str(query): timed(partial(store.run, query.query, variables, time=SPAN)) for query in queries}


def at_once(
    store: BoardStore, queries: Sequence[BoardQuery], variables: Mapping[str, Value], rounds: int = ROUNDS
) -> float:
    """Seconds for all of them, the middle one of some rounds, for the store counts its summaries anew now and then.

    A browser asks for the panels of a board together, and keeps a few questions under way.
    """

    def ask(query: BoardQuery) -> object:
        return store.run(query.query, variables, time=SPAN)

    def all_of_them() -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, queries))

    return statistics.median(timed(all_of_them) for _ in range(rounds))


def show(result: Mapping[str, Any]) -> None:
    """A table for people, as in docs/performance.md."""
    lines = [f"{name}: {value}" for name, value in result.items() if name != "boards"]
    lines += [
        "",
        "| board | queries | four at a time, s | one by one, s | slowest query, s | without: four at a time, s | one by one, s |",
    ]
    lines += ["| --- | ---: | ---: | ---: | --- | ---: | ---: |"]
    lines += [f"| {' | '.join(_cells(timing))} |" for timing in result["boards"]]
    sys.stdout.write("\n".join(lines) + "\n")


def _cells(timing: Mapping[str, Any]) -> list[str]:
    slowest = f"{timing['slowest'].rpartition(':')[2]} {timing['slowest_s']:.2f}"
    without = [f"{timing[name]:.2f}" for name in ("without_at_once_s", "without_total_s")]
    board = timing["board"].removeprefix("tracemark-")
    return [board, str(timing["queries"]), f"{timing['at_once_s']:.2f}", f"{timing['total_s']:.2f}", slowest, *without]


if __name__ == "__main__":
    sys.exit(main())
