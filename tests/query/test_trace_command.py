"""`tracemark trace`, from what a service recorded to what an auditor reads, in processes of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support import warm
from support.waiting import eventually
from tracemark.query.accounting import account
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import AuditClient
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.tokens import subject_ref
from tracemark.store import Store, StoreConfig

ANSWER = "## 今天天气\n\n1. **天气很好**，适合出去走走。\n2. 记得带水！"
LABELLED = f"本内容由AI生成\n{ANSWER}"
ENGLISH = "Sure! Bring **water**, a hat, and a map of the old town."
PROMPT = "今天适合出去吗？"
USER = "user-42@example.org"
FILE = bytes(range(256)) * 9


@dataclass(frozen=True, slots=True)
class World:
    """A data directory in which a service has recorded something."""

    directory: Path
    request: str
    content: str

    def trace(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command as a process."""
        if not stdin:
            return warm.run(["trace", "--data", str(self.directory), *arguments])
        command = [sys.executable, "-m", "tracemark.cli.main", "trace", "--data", str(self.directory), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, encoding="utf-8")

    def answer(self, *arguments: str, stdin: str = "") -> dict[str, Any]:
        """The JSON document, with which the exit code agrees."""
        done = self.trace(*arguments, "--json", stdin=stdin)
        document: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (0 if document["found"] else 1), done.stderr
        return document


def record(directory: Path) -> tuple[str, str]:
    """What a service records in a day; gives the Chinese request and its content."""
    environment = {
        "TRACEMARK_URL": f"embedded://{directory}",
        "TRACEMARK_SERVICE_ID": "chat",
        "TRACEMARK_TENANT_ID": "acme",
    }
    with AuditClient.from_env(environment) as audit:
        with audit.generation(model="m-1", model_version="7", user=USER, modality="text") as gen:
            gen.prompt(PROMPT)
            gen.output(ANSWER)
            gen.label(kind="explicit", carrier="text_prompt", positions=["start"], labelled=LABELLED)
        now = datetime.now(UTC)
        audit.moderation(
            content_id=gen.content_id,
            action="remove",
            reason="violence",
            detector="human",
            case_id="k-1",
            detected_at=now,
        )
        for tenant in ("acme", "other"):
            with audit.generation(model="m-2", tenant=tenant, modality="text") as english:
                english.output(ENGLISH)
        with audit.generation(model="painter", modality="image") as painting:
            painting.output(FILE, media_type="image/png")
            painting.label(kind="implicit", carrier="file_metadata", aigc_produce_id="P-1")
        return gen.request_id, gen.content_id


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """`tracemark up` on a directory in which everything recorded has arrived."""
    directory = tmp_path_factory.mktemp("world") / "data"
    command = [sys.executable, "-m", "tracemark.cli.main", "up", "--data", str(directory), "--listen", "127.0.0.1:0"]
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as up:
        try:
            assert up.stdout is not None
            assert json.loads(up.stdout.readline())["ready"]
            request, content = record(directory)
            with Store(StoreConfig.embedded(directory, reader=True), SystemClock()) as store:
                eventually(lambda: (found := account(store)).emitted > 0 and found.closes, what="everything is stored")
            yield World(directory, request, content)
        finally:
            up.terminate()


@pytest.mark.parametrize(
    ("pasted", "form", "variant"),
    [
        (ANSWER, "exact", "as_given"),
        (f"  {ANSWER}\r\n".replace("\n", "\r\n"), "exact", "as_given"),
        (LABELLED, "exact", "as_given"),
        ("今天天气\n天气很好，适合出去走走。记得带水！", "loose", "as_given"),
        (f"【AI生成】{ANSWER}", "exact", "label_cut"),
    ],
)
def test_pasted_text_leads_to_its_chain(world: World, pasted: str, form: str, variant: str) -> None:
    """The text as stored, as handed over with its label, without its markup, or under another label: its chain is found."""
    document = world.answer("--text-file", "-", stdin=pasted)
    (chain,) = document["chains"]
    assert chain["request_id"] == world.request
    assert (chain["matched"][0]["form"], chain["matched"][0]["variant"]) == (form, variant)
    assert [event["event_type"] for event in chain["events"]] == [
        "prompt.received",
        "output.generated",
        "label.applied",
        "moderation.action",
    ]
    assert chain["integrity"] == {"intact": 4}
    assert chain["cases"][0]["to_remove"]["seconds"] >= 0


def test_prompt_leads_to_its_chain(world: World) -> None:
    """What a user asked is found, too, under the key of prompts."""
    document = world.answer("--text-file", "-", stdin=PROMPT)
    assert document["chains"][0]["request_id"] == world.request
    assert document["chains"][0]["matched"][0]["key_id"].startswith("prompt-1-")


def test_one_text_in_two_tenants_gives_both_chains(world: World, tmp_path: Path) -> None:
    """A text that two tenants' services gave out is found under both keys; --tenant looks under one."""
    path = tmp_path / "answer.txt"
    path.write_text(ENGLISH, encoding="utf-8")
    both = world.answer("--text-file", str(path))
    assert [chain["tenants"] for chain in both["chains"]] == [["acme"], ["other"]]
    one = world.answer("--text-file", str(path), "--tenant", "other")
    assert [chain["tenants"] for chain in one["chains"]] == [["other"]]
    first = world.answer("--text-file", str(path), "--limit", "1")
    assert (first["total"], first["shown"]) == (2, 1)


def test_file_leads_to_its_chain_by_bytes_and_by_produce_id(world: World, tmp_path: Path) -> None:
    """A picture is found by its bytes, and by the ProduceID of its metadata when its bytes have changed."""
    path = tmp_path / "picture.png"
    path.write_bytes(FILE)
    by_bytes = world.answer("--file", str(path))
    by_id = world.answer("--produce-id", "P-1")
    assert by_bytes["chains"][0]["request_id"] == by_id["chains"][0]["request_id"]
    path.write_bytes(FILE + b"\0")
    changed = world.answer("--file", str(path))
    assert [reason["code"] for reason in changed["reasons"]] == ["not_recorded"]


@pytest.mark.parametrize("arguments", [("--user", "-"), ("--user", USER)])
def test_user_leads_to_their_chains(world: World, arguments: tuple[str, ...]) -> None:
    """A user id, from standard input or as an argument, leads to what concerns that user; the answer never repeats it."""
    done = world.trace(*arguments, "--json", stdin=f"{USER}\n")
    document = json.loads(done.stdout)
    assert [chain["request_id"] for chain in document["chains"]] == [world.request]
    assert USER not in done.stdout + done.stderr


def test_a_user_is_shown_as_the_pseudonym_that_boards_take(world: World) -> None:
    """The board Investigation asks about a subject by what the answer shows as the user, in both forms of the answer."""
    pseudonym = subject_ref(Keyring.load(world.directory / "keyring.json").current("subject", "acme"), USER)
    (chain,) = world.answer("--user", USER)["chains"]
    assert chain["subjects"] == [pseudonym]
    assert f"user {pseudonym}" in world.trace("--user", "-", stdin=USER).stdout


def test_ids_lead_to_the_chain(world: World) -> None:
    """Request, content and case lead to the same chain."""
    for arguments in (("--request", world.request), ("--content", world.content), ("--case", "k-1")):
        assert world.answer(*arguments)["chains"][0]["request_id"] == world.request


def test_text_for_people(world: World) -> None:
    """Piped, the answer is plain lines: who, the timeline, labels, moderation with its time, integrity; no escape codes."""
    done = world.trace("--text-file", "-", stdin=ANSWER)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "1 chain for this text"
    assert lines[2] == f"request {world.request}"
    assert "\x1b" not in done.stdout
    assert not any(line != line.rstrip() for line in lines)
    for words in (
        "service chat",
        "model m-1 7",
        "matched the output: exact, key output-1-",
        "explicit label applied",
        "case k-1 on #1: violence, by human, found",
        "removed after",
        "events 4 intact",
    ):
        assert words in done.stdout


@pytest.mark.parametrize("text", ["never recorded anywhere", "", " \n\t "])
def test_text_that_is_not_there_is_not_found(world: World, text: str) -> None:
    """A text that nobody recorded, and a blank one, give exit code 1 and reasons, and the text is not repeated."""
    done = world.trace("--text-file", "-", stdin=text)
    assert done.returncode == 1
    assert done.stdout.startswith("not found: nothing is recorded about this text\n- ")
    assert "anywhere" not in done.stdout + done.stderr


def test_other_keyring_names_the_keys_that_are_missing(world: World, tmp_path: Path) -> None:
    """With another installation's keyring nothing is found, and the reason names the keys that would find it."""
    other = tmp_path / "other.json"
    Keyring.create().save(other)
    document = world.answer("--text-file", "-", "--keyring", str(other), stdin=ANSWER)
    assert document["reasons"][0]["code"] == "keys_missing"
    assert "of acme" in document["reasons"][0]["text"]


def test_text_of_an_earlier_epoch_is_found_after_rotation(world: World, tmp_path: Path) -> None:
    """A keyring that was rotated since still finds what was recorded before."""
    rotated = tmp_path / "rotated.json"
    Keyring.load(world.directory / "keyring.json").rotated().save(rotated)
    document = world.answer("--text-file", "-", "--keyring", str(rotated), stdin=ANSWER)
    assert document["chains"][0]["matched"][0]["key_id"].startswith("output-1-")


def test_keyring_of_one_purpose_finds_what_it_may(world: World, tmp_path: Path) -> None:
    """Somebody who holds the keys of outputs alone finds outputs, and is told that prompts stay out of sight."""
    outputs = tmp_path / "outputs.json"
    Keyring.load(world.directory / "keyring.json").restricted_to(["output"]).save(outputs)
    document = world.answer("--text-file", "-", "--keyring", str(outputs), stdin=ANSWER)
    assert document["found"]
    assert [warning["code"] for warning in document["warnings"]] == ["keys_missing"]
    assert not world.answer("--text-file", "-", "--keyring", str(outputs), stdin=PROMPT)["found"]


def test_since_leaves_out_what_came_before_and_says_so(world: World) -> None:
    """A text that was recorded before --since is not found, with that as the reason."""
    document = world.answer("--text-file", "-", "--since", "2100-01-01", stdin=ANSWER)
    assert document["reasons"][0]["code"] == "outside_since"
    assert world.answer("--text-file", "-", "--since", "1d", stdin=ANSWER)["found"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to look for: pass exactly one of --text-file"),
        (("--request", "r-1", "--case", "k-1"), "2 things to look for"),
        (("--request", ""), "is empty"),
        (("--request", "r-1", "--since", "yesterday"), "--since: use 7d"),
        (("--text-file", "/nonexistent/text"), "No such file"),
        (("--text-file", "-", "--keyring", "/nonexistent/ring"), "keys init"),
        (("--request", "r-1", "--store", "ftp://x"), "store URL"),
        (("--request", "r-1", "--store", "clickhouse://u@127.0.0.1:1/db"), "cannot be reached"),
        (("--user", "-"), "blank"),
    ],
)
def test_question_that_cannot_be_asked(world: World, arguments: tuple[str, ...], words: str) -> None:
    """What cannot be asked gives exit code 2 and one line with the remedy, never a traceback."""
    done = world.trace(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_bytes_that_are_no_text_are_refused_without_being_shown(world: World, tmp_path: Path) -> None:
    """A file that is no UTF-8 is refused with its position and the option to use instead."""
    path = tmp_path / "text"
    path.write_bytes(b"secret \xff")
    done = world.trace("--text-file", str(path))
    assert done.returncode == 2
    assert "--text-file: no UTF-8 at byte 7" in done.stderr
    assert "secret" not in done.stderr


def test_text_cannot_be_given_as_an_argument(world: World) -> None:
    """There is no --text: arguments of a process can be read by every user of the machine."""
    done = world.trace("--text", "hello")
    assert done.returncode == 2
    assert "arguments of its processes" in " ".join(world.trace("--help").stdout.split())
