"""Recall and false alarms of every duty at size: a world of planted violations and near misses, one JSON file per round.

    scripts/campaign duties --requests 1000000 --table

A round that is on disk is not run again. `--table` writes docs/obligations.md from the rounds there are.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tracemark.query.obligations import Answer, Pack, Report, Scope, Window, evaluate, list_packs, load_pack
from tracemark.query.obligations.render import cited
from tracemark.query.obligations.words import words
from tracemark.query.testing import SINCE, Expected, World, asked_at, plants, score
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig, migrate

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "obligations.md"
HOW = (
    "## How it judges",
    "",
    "- **Window**: what was *received* from `since` up to `until`. A late event is judged in the window in which it arrived, so",
    "  nothing falls between two reports; what belongs to it counts when it was received by `as_of`. Cases, measures and drafts",
    "  are judged again in every window in which a step of theirs was still to come, complaints and requests while they are",
    "  open: what one report finds pending, the next finds done or overdue.",
    "- **In scope** of `cn`: events that name it, or no regime, of services for the mainland public, or an audience that nobody",
    "  could tell; not staff, tests, users abroad or services that are not public. A service for people abroad is in scope",
    "  where it served the mainland public all the same; a case, when any of its events is. Of `eu` and `us-ca`: events that name",
    "  the regime; not tests, nor the mainland public. About the log itself (INV-10, INV-11, INV-15, INV-17, ROW-34), and whether",
    "  a service drifted (INV-13), every event is asked.",
    "  Refused and failed generations have no output to label; what was left half-way is judged at its hand-over.",
    "- **Ids** of services, requests, contents, cases and users belong to a tenant. Within it they are one whichever service",
    "  writes them: a complaint that one service received and another answered is answered, also when one service is asked about.",
    "- **Corrections**: of two limits or declarations for the same instant the later word counts. A declaration in use (ROW-1) or",
    "  one that opens a service (INV-13), and a notice, hold from when they were recorded at the earliest. A second receipt of a",
    "  case begins a new round once the case was closed. An answer belongs to the round in which it was sent; one from before",
    "  anybody wrote down the first receipt answers that. Without a receipt on record the first move stands for it: what is late",
    "  by that is late.",
    "- **Contents** of a case are judged one by one, from when each was found; the row names the first at fault. A report tells",
    "  of what was found before it. What was restored and found again is judged anew, report and remedy included.",
    "- **Reports** (ROW-22): a draft may wait as long as the published target for reports leaves. One that was sent and has no",
    "  receipt is no evidence: only our own word shows that it arrived.",
    "- **Erased**: where only an erased recipient or user could tell whether a duty was met, there is no evidence; nor where an",
    "  erased user's measure may have been the step before. An agreement that was erased, or expired, is on file no more (ROW-9).",
    "- **Expired**: what retention dropped in due time is no gap in a producer's numbers (INV-11); a window that reaches back",
    "  to it finds no evidence. A hold reaches the rows that it names by month or by receipt, until its own release (INV-10).",
    "- **Counts** (INV-11-GW): a request counts once, at its first prompt. Windows of several gateways that begin and end together",
    "  are compared one by one; where they overlap otherwise, as a whole, and what came while only some counted is no evidence.",
    "- **Wrong clocks**: what happened by one lies between a month before its receipt, or what it says, and its receipt. Where the",
    "  order holds all the same, or is broken all the same, it is judged; else there is no evidence.",
    "- **Lost labels** (ROW-20): a response to the content, or to the case, answers a loss. An explicit label that a grant waived",
    "  before is none; a loss that names neither content nor case is no evidence.",
    "- **Settling**: prompts and outputs younger than 15 minutes are not judged yet, nor reads that the door noted since.",
    "- **Reads** (INV-17): the store's own door (the embedded HTTP interface, or a server's `system.query_log`) notes in",
    "  `reads_seen` who read; each needs an `audit.accessed` of its id, which covers nothing that is read under it 15 minutes",
    "  later. Reads belong to no tenant and no service.",
    "- **Deadlines** run from the limit that was published and in force at receipt; a backdated one does not count, and one",
    "  by a wrong clock holds from when it arrived. A due time that only the case states may prove it late, never in time. Hours",
    "  run at once; days and months end at the same local time; working days",
    "  begin to count on the next day and last until local midnight. Exactly at the due instant is in time. In a year that the",
    "  calendar does not list Monday to Friday count, and what is late by less than a month on that is no evidence.",
    "- **Not checked, a wrong clock, a producer that fell silent**: no evidence. One such row keeps a duty from passing,",
    "  and a breach outweighs it.",
    '- **For boards**: `load_pack("cn")["INV-8"].sql("summary", expressions={...})`; the forms are `judged`, `summary`, `reasons`,',
    "  `offenders` and `unjudged`, the parameters `from`, `to`, `as_of`, `tenant`, `service`.",
    "",
)
KIT = (
    "Found / planted, and false alarms among clean traffic and near misses, by world size. A world holds services of every regime,",
    "and each pack is asked about all of it. Every duty of an empty world is *no evidence*. A dash: the duty was not there yet",
    "when that round was run.",
)
WORLDS = {"planted": ("violation", "near_miss"), "empty": ()}


def main(arguments: Sequence[str]) -> int:
    """Run the rounds asked for; exit 1 when one is not perfect."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, action="append", help="size of a world; may be repeated (1000)")
    parser.add_argument("--copies", type=int, default=20, help="how often each story is told")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "duties")
    parser.add_argument("--table", action="store_true", help="write docs/obligations.md from the rounds on disk")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    perfect = True
    for requests in given.requests or [1000]:
        for name in WORLDS:
            perfect &= _round(given.out, name, requests, given.copies)
    if given.table:
        DOCS.write_text(page(sorted(given.out.glob("*.json"))), encoding="utf-8")
    return 0 if perfect else 1


def _round(out: Path, name: str, requests: int, copies: int) -> bool:
    path = out / f"{name}-{requests}.json"
    if not path.exists():
        found = run(name, 0 if name == "empty" else requests, copies)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    found = json.loads(path.read_text(encoding="utf-8"))
    print(
        f"{path.name}: perfect={found['perfect']} rows={found['rows']} insert={found['insert_s']} s ask={found['ask_s']} s"
    )
    return bool(found["perfect"])


def run(name: str, requests: int, copies: int) -> dict[str, Any]:
    """One world in a store of its own."""
    commit = _commit()
    world = World(requests=requests, plants=plants(*WORLDS[name]) if WORLDS[name] else (), copies=copies)
    with tempfile.TemporaryDirectory() as folder, _Server(Path(folder)) as store:
        begun = time.monotonic()
        for block in world.blocks():
            store.insert(block.table, block.column_names, block.columns, query_id=uuid.uuid4().hex)
        filled = time.monotonic()
        seconds: dict[str, float] = {}
        reports = [_asked(store, load_pack(regime), seconds) for regime in list_packs()]
        asked = time.monotonic()
    scores = [score(report, _about(report, world)) for report in reports]
    duties = [each for scored in scores for each in scored.duties]
    planted = sum(each.planted for each in duties)
    honest = name != "empty" or all(each.result == "no_evidence" for each in duties)
    return {
        "world": name,
        "requests": requests,
        "copies": copies,
        "rows": sum(world.events.values()),
        "commit": commit,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "insert_s": round(filled - begun, 1),
        "ask_s": round(asked - filled, 1),
        "perfect": all(scored.perfect for scored in scores) and honest,
        "recall": 1 - sum(len(each.missed) for each in duties) / planted if planted else 1.0,
        "false_alarms": sum(len(scored.false_alarms) for scored in scores),
        "duties": [{**each.to_dict(), "seconds": seconds[each.duty]} for each in duties],
    }


def _asked(store: Store, pack: Pack, seconds: dict[str, float]) -> Report:
    """The report of one regime; how long each duty took goes into `seconds`."""
    last = [time.monotonic()]

    def heard(answer: Answer) -> None:
        now = time.monotonic()
        seconds[answer.obligation.id], last[0] = round(now - last[0], 3), now

    as_of = asked_at(pack.regime)
    return evaluate(store, pack, Window(since=SINCE, until=as_of), as_of, scope=Scope(limit=100_000), heard=heard)


def _about(report: Report, world: World) -> list[Expected]:
    """What was planted for the duties of one report."""
    ids = {answer.obligation.id for answer in report.answers}
    return [expected for expected in world.expected if expected.duty in ids]


class _Server:
    """An embedded server for one round."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Store:
        command = [
            sys.executable,
            "-m",
            "tracemark.store.embedded",
            "--data",
            str(self._folder),
            "--listen",
            "127.0.0.1:0",
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - this very interpreter
        if self._process.stdout is None or not self._process.stdout.readline():
            raise SystemExit("the embedded server did not start")
        self._store = Store(StoreConfig.embedded(self._folder), SystemClock())
        migrate(self._store)
        self._store.command("ALTER TABLE reads_seen REMOVE TTL")  # a world may be older than what it keeps
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()
        self._process.terminate()
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()


def _commit() -> str:
    answer = subprocess.run(  # noqa: S603 - a fixed command
        [shutil.which("git") or "git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or "unknown"


def page(paths: Sequence[Path]) -> str:
    """docs/obligations.md: the catalogue, and what the rounds found."""
    rounds = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    packs = [load_pack(regime) for regime in list_packs()]
    sizes = sorted({r["requests"] for r in rounds if r["requests"]})
    lines = [
        "# Obligations",
        "",
        "Generated by `scripts/campaign duties --table` from the catalogue and the rounds' JSON; do not edit. Not legal advice.",
        "",
        "Each duty is one query with a denominator and three answers: *pass*, *fail* with the offending events, *no",
        "evidence*. Nothing passes when nothing was judged, or while a part cannot be judged. `tracemark obligations`",
        f"asks those of one regime: `--regime {'`, `--regime '.join(pack.regime for pack in packs)}`. How a regime becomes",
        "a pack, and what the packs leave out, is told in [regimes](regimes.md).",
        "",
        f"How far a reading was checked, text by text: {_named({key: text['en'] for key, text in words('checked').items()})}",
        "",
        *(line for pack in packs for line in _catalogue(pack)),
        *HOW,
        "## What the kit of planted violations showed",
        "",
        *KIT,
        f"Nothing is planted for {_unplanted(rounds)}: no event answers them, or they only pass or lack evidence.",
        "",
        "| duty | " + " | ".join(f"{size:,} requests: found, false alarms, judged, s" for size in sizes) + " |",
        "| --- | " + " | ".join("---" for _ in sizes) + " |",
        *(
            f"| {o.id} | " + " | ".join(_cell(rounds, size, o.id) for size in sizes) + " |"
            for pack in packs
            for o in pack.obligations
        ),
        "",
        "| world | requests | rows | insert, s | all duties, s | recall | false alarms | commit |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {r['world']} | {r['requests']:,} | {r['rows']:,} | {r['insert_s']} | {r['ask_s']} | {_recall(r)} | "
            f"{r['false_alarms']} | {r['commit']} |"
            for r in rounds
        ),
    ]
    return "\n".join(lines) + "\n"


def _catalogue(pack: Pack) -> list[str]:
    """The duties of one regime."""
    return [
        f"## {pack.title['en']}",
        "",
        _named({key: instrument.name["en"] for key, instrument in pack.instruments.items()}),
        "",
        "| duty | law | since | what it asks | counted | severity |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {o.id} | {cited(o, 'en', short=True)} | {o.in_force or ''} | {o.duty['en']} {o.duty['zh']} "
            f"| {o.denominator['en']} | {o.severity} |"
            for o in pack.obligations
        ),
        "",
        *_left_out(pack),
    ]


def _left_out(pack: Pack) -> list[str]:
    """What its rules ask for and no duty answers."""
    if not pack.left_out:
        return []
    return [
        "What else the law asks, numbered as in `ROW-…`, and why no duty answers it; nothing about these passes or fails:",
        "",
        "| row | about | why nothing judges it |",
        "| --- | --- | --- |",
        *(f"| {each.row} | {each.about} | {each.why} |" for each in pack.left_out),
        "",
    ]


def _named(texts: Mapping[str, str]) -> str:
    return "; ".join(f"**{key}** {text}" for key, text in texts.items()) + "."


def _unplanted(rounds: Sequence[dict[str, Any]]) -> str:
    planted = Counter[str]()
    for duty in (duty for found in rounds for duty in found["duties"]):
        planted[duty["duty"]] += duty["planted"]
    return ", ".join(duty for duty, number in planted.items() if not number)


def _recall(found: dict[str, Any]) -> str:
    planted = sum(duty["planted"] for duty in found["duties"])
    return f"{found['recall']:.0%} of {planted}" if planted else "nothing planted"


def _cell(rounds: Sequence[dict[str, Any]], size: int, duty: str) -> str:
    rows = [d for r in rounds if r["requests"] == size for d in r["duties"] if d["duty"] == duty]
    found, planted, alarms = (sum(row[name] for row in rows) for name in ("found", "planted", "false_alarms"))
    if not rows:
        return "–"
    most = max(rows, key=lambda row: row["denominator"])
    return f"{found} / {planted}, {alarms}, {most['denominator']:,}, {most['seconds']}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
