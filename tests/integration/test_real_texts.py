"""Real conversations through the whole system: every output is found by its text, and no piece of any text is anywhere."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.leaks import LeakScanner
from support.real_texts import conversations, moderation_samples, require_texts
from support.system import System
from support.up import tracemark
from support.waiting import eventually
from tracemark.query import TokenCandidate, trace_tokens
from tracemark.query.candidates import CandidateSet
from tracemark.query.lookup import find_tokens
from tracemark.schemas import decode
from tracemark.schemas.events import ReasonCode
from tracemark.schemas.topics import DEAD_LETTERS_TOPIC, EVENTS_TOPIC
from tracemark.sdk import AuditClient
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.lookup import text_lookup_tokens
from tracemark.sdk.markup import strip_markdown

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(900)]

LABEL = "以下内容由AI生成，请注意甄别。\n"
REASONS: dict[str, ReasonCode] = {
    "S": "obscenity",
    "H": "ethnic_hatred",
    "V": "violence",
    "HR": "rights_reputation",
    "SH": "rights_body_mind_health",
    "S3": "obscenity",
    "H2": "ethnic_hatred",
    "V2": "violence",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An output that went through the system."""

    request_id: str
    text: str


def tell(audit: AuditClient, folder: Path) -> Iterator[Told]:
    """Every turn as a prompt or an output, every moderated text as an output with its verdict."""
    for turns in conversations(folder):
        with audit.generation(model="m-1", user="user of a conversation") as gen:
            for turn in turns:
                if turn.role == "human":
                    gen.prompt(turn.text)
                else:
                    gen.output(turn.text)
                    yield Told(gen.request_id, turn.text)
    for number, sample in enumerate(moderation_samples(folder)):
        with audit.generation(model="m-2", user="user of a sample") as gen:
            gen.output(sample.text)
        reasons: list[ReasonCode] = sorted({REASONS[name] for name in sample.categories})
        audit.moderation(
            content_id=gen.content_id,
            request_id=gen.request_id,
            action="remove" if sample.categories else "pass",
            reason=reasons,
            detector="human",
            detector_categories=sample.categories,
            case_id=f"case-{number}",
        )
        yield Told(gen.request_id, sample.text)


def candidates(ring: Keyring, text: str) -> list[TokenCandidate]:
    """What the command line would look for."""
    return [TokenCandidate(*token) for token in text_lookup_tokens(ring, "output", "t-1", text)]


def missing(system: System, told: Sequence[Told], change: Callable[[str], str]) -> list[Told]:
    """Outputs whose own chain is not among those found by their changed text."""
    ring, lost = system.keyring, list[Told]()
    with system.up.store() as store:
        for at in range(0, len(told), 10):
            batch = told[at : at + 10]
            looked_for = {one.request_id: candidates(ring, change(one.text)) for one in batch}
            page = find_tokens(store, CandidateSet(c for found in looked_for.values() for c in found), None, 100_000)
            chains: dict[str, set[str]] = {}
            for anchor in page.anchors:
                for hit in anchor.hits:
                    chains.setdefault(hit.token, set()).add(anchor.request_id)
            for one in batch:
                tokens = [candidate.token.hex() for candidate in looked_for[one.request_id]]
                if not any(one.request_id in chains.get(token, ()) for token in tokens):
                    lost.append(one)
    return lost


def labelled_plain(text: str) -> str:
    """What somebody copies from a screen: no markup, a label sentence in front."""
    return LABEL + strip_markdown(text)


def test_every_output_is_found_by_its_text_and_no_text_is_anywhere(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    """Traces lead back from all texts, exact and as copied from a screen; accounting closes; nothing raw is left behind."""
    folder = require_texts()
    audit = system.client(heartbeat_s=3600)
    told = list(tell(audit, folder))
    commands = process_arguments()
    report = audit.close(120)
    accounting = (report.sent, report.remaining, dict(report.dropped))
    eventually(lambda: system.count() >= report.sent, within=120, what="everything sent is stored")
    assert accounting == (system.count(), 0, {})
    assert system.count("dead_letters") == 0

    blank = [one for one in told if not one.text.strip()]
    outputs = [one for one in told if one.text.strip()]
    assert len(blank) == len(no_token_rows(system))
    with capsys.disabled():  # figures for whoever looks; the assertions are the verdict
        print(
            f"\nreal texts: {report.sent} events, {len(outputs)} outputs with text, {len(blank)} blank, none dropped or dead"
        )
    assert missing(system, outputs, str) == []
    assert missing(system, [one for one in outputs if strip_markdown(one.text).strip()], labelled_plain) == []
    sampled = outputs[:: len(outputs) // 50]
    assert all(is_traced(system, one) for one in sampled)
    trace_from_the_command_line(system, sampled[7])

    scanner = LeakScanner([one.text for one in told] + [t.text for turns in conversations(folder) for t in turns])
    leaks = [leak for where, content in everything_written(system) for leak in scanner.scan(where, content)]
    assert leaks == []
    assert [leak for command in commands for leak in scanner.scan("process arguments", command)] == []
    planted(system, scanner, outputs[3].text)


def no_token_rows(system: System) -> list[dict[str, object]]:
    """Outputs that carry content and no token: blank ones."""
    return system.up.rows("""
        SELECT event_id FROM events_traffic
        WHERE event_type = 'output.generated' AND content_form != '' AND token_exact = toFixedString('', 32)""")


def is_traced(system: System, one: Told) -> bool:
    """Whether the whole trace of a text holds its own chain."""
    with system.up.store() as store:
        answer = trace_tokens(store, candidates(system.keyring, one.text))
    return one.request_id in {chain.request_id for chain in answer.chains}


def trace_from_the_command_line(system: System, one: Told) -> None:
    """`tracemark trace --text-file` finds it, too, with label and without markup."""
    asked = system.folder / "asked.txt"
    asked.write_text(labelled_plain(one.text), encoding="utf-8")
    answer = json.loads(tracemark("trace", "--text-file", asked, "--json", data=system.up.data, check=0).stdout)
    assert one.request_id in {chain["request_id"] for chain in answer["chains"]}
    asked.unlink()


def everything_written(system: System) -> Iterator[tuple[str, str | bytes]]:
    """Topics, tables, journals, logs: whatever the system left anywhere."""
    for topic in (EVENTS_TOPIC, DEAD_LETTERS_TOPIC):
        for record in system.kafka.records(topic):
            place = f"topic {topic}"
            yield place, repr((record.key, record.headers))
            yield place, record.value or b""
            if topic == EVENTS_TOPIC:
                yield place, repr(decode(record.value or b"")[1])
    for table in system.up.rows("SELECT name FROM system.tables WHERE database = currentDatabase()"):
        for row in system.up.rows(f"SELECT * FROM `{table['name']}`"):
            yield f"table {table['name']}", repr(row)
    for path in sorted(system.folder.rglob("*")):
        if path.is_file() and "store" not in path.relative_to(system.folder).parts:
            yield f"file {path.name}", path.read_bytes()


def process_arguments() -> list[str]:
    """The command lines of all running processes."""
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return found.stdout.splitlines()


def planted(system: System, scanner: LeakScanner, text: str) -> None:
    """The same scan finds a leak wherever one is planted."""
    with system.up.store() as store:
        store.command("CREATE TABLE planted (words String) ENGINE = MergeTree ORDER BY words")
        store.insert("planted", ["words"], [[text]], query_id="planted")
    (system.folder / "journals").mkdir(exist_ok=True)
    (system.folder / "journals" / "planted.segment").write_bytes(b"\x00\x01" + text.encode() + b"\xff")
    with system.up.data.with_suffix(".log").open("a") as log:
        log.write(f"INFO something happened: {text[:40]}\n")
    leaks = {leak.where for where, content in everything_written(system) for leak in scanner.scan(where, content)}
    assert leaks == {"table planted", "file planted.segment", f"file {system.up.data.with_suffix('.log').name}"}
    assert scanner.scan("topic", repr({"field": text}))
    assert scanner.scan("process arguments", f"python serve.py --prompt {text}")
