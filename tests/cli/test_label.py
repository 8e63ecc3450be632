"""`tracemark label` against a real ledger: from a generated picture to a verdict on what came back."""

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from support import warm
from support.labelled_files import LABEL, NAMES, OTHER, exiftool, make
from support.up import Up
from support.waiting import eventually
from tracemark.labels import read_labels, write_label
from tracemark.query.accounting import account
from tracemark.sdk import AuditClient
from tracemark.store import Store

CODE = "001191110108MA01ABCDEF1M0001"
TEXT = "（本内容由AI生成）\n今天天气很好。"


@dataclass(frozen=True, slots=True)
class World:
    """A data directory in which three files were generated, and a server on it."""

    up: Up
    contents: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """How the service is configured."""
        return {
            "TRACEMARK_URL": f"embedded://{self.up.data}",
            "TRACEMARK_SERVICE_ID": "painter",
            "TRACEMARK_TENANT_ID": "acme",
            "TRACEMARK_PROVIDER_CODE": CODE,
        }

    def label(self, *arguments: str | Path, check: int | None, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Run the command as a process; its JSON document, or what it complained about. `check` is its exit code, if any."""
        environment = {**os.environ, **self.environment, "TRACEMARK_DATA": str(self.up.data), **(env or {})}
        done = warm.run(["label", *map(str, arguments), "--json"], env=environment)
        assert check is None or done.returncode == check, f"{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        document: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"stderr": done.stderr}
        return document

    def output(self, name: str) -> dict[str, Any]:
        """The stored output of this name."""
        condition = f"event_type = 'output.generated' AND content_id = '{self.contents[name]}'"
        return self.up.rows(f"SELECT *, lower(hex(event_hash)) AS hash FROM events_traffic WHERE {condition}")[0]

    def event(self, event_id: str) -> dict[str, Any]:
        """The stored event, once it has arrived."""
        sql = f"SELECT * FROM events_traffic WHERE event_id = '{event_id}'"
        eventually(lambda: bool(self.up.rows(sql)), what="the event is stored")
        return self.up.rows(sql)[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A service has generated a picture in two formats, a paper, and an answer for another tenant."""
    with Up(tmp_path_factory.mktemp("labels") / "data") as up:
        contents: dict[str, str] = {}
        made = World(up, contents)
        with AuditClient.from_env(made.environment) as audit:
            for name in NAMES:
                with audit.generation(model="m-1", modality="image") as gen:
                    gen.output(name.encode())
                    contents[name] = gen.content_id
            with audit.generation(model="m-1", tenant="other") as gen:
                gen.output(TEXT)
                contents["answer.txt"] = gen.content_id
        with up.store() as store:
            eventually(lambda: account(store).closes > 0, what="everything is stored")
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_a_file_leads_to_its_ledger_entry(world: World, tmp_path: Path, name: str) -> None:
    """Written from the ledger and read by ExifTool, ReservedCode1 is the event hash, and the file alone verifies."""
    path = make(tmp_path, name)
    written = world.label("write", path, "--content", world.contents[name], check=0)
    shown = next(json.loads(text)["AIGC"] for key, text in exiftool(path).items() if key.lower().endswith(":aigc"))
    assert shown == written["aigc"]
    assert shown["ReservedCode1"] == world.output(name)["hash"]
    assert (shown["ContentProducer"], shown["ProduceID"]) == (CODE, world.contents[name])
    verdict = world.label("verify", path, check=0)
    assert (verdict["state"], verdict["claim"]["content_id"]) == ("verified", world.contents[name])


@pytest.fixture
def recorded(world: World, tmp_path: Path) -> Path:
    """A picture whose label is in the ledger."""
    path = make(tmp_path, "picture.png")
    answer = world.label("write", path, "--content", world.contents["picture.png"], "--record", check=0)
    applied = world.event(answer["event_id"])
    assert applied["event_type"] == "label.applied"
    return path


def change(path: Path, **values: str) -> None:
    """Overwrite some keys of a file's label."""
    (record,) = read_labels(path).records
    assert record.values is not None
    changed = type(record.values).of({**record.values.to_dict(), **values})
    write_label(path, changed)


@dataclass(frozen=True, slots=True)
class Damage:
    """What happens to a file on its way, and what is found then."""

    do: Callable[[Path], object]
    state: str
    codes: tuple[str, ...]


DAMAGES = {
    "whole": Damage(lambda _: None, "verified", ()),
    "platform": Damage(lambda path: change(path, ContentPropagator="platform"), "rewritten_by_platform", ()),
    "stripped": Damage(lambda path: shutil.copy(make(path.parent, "bare.png"), path), "missing", ("no_record",)),
    "relabelled": Damage(lambda path: change(path, Label="3"), "altered", ("differs:Label",)),
    "renamed": Damage(lambda path: change(path, ContentProducer="OTHER"), "altered", ("differs:ContentProducer",)),
    "forged": Damage(lambda path: write_label(path, OTHER), "forged", ("other_content",)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("given", ["content", "nothing"])
def test_stripped_altered_and_forged_are_told_apart_and_recorded(
    world: World, recorded: Path, damage: Damage, given: str
) -> None:
    """The verdict agrees with the exit code and stands in the ledger beside the claim."""
    damage.do(recorded)
    content, state = world.contents["picture.png"], damage.state
    named = ["--content", content] if given == "content" else []
    code = 0 if state in {"verified", "rewritten_by_platform"} else 1
    answer = world.label("verify", recorded, *named, "--record", check=code)
    codes = ["unknown_to_ledger"] if state == "forged" and not named else list(damage.codes)
    assert (answer["state"], answer["errors"]) == (state, codes)
    event = world.event(answer["event_id"])
    assert (event["event_type"], event["label_state"], event["tenant_id"]) == ("label.verified", state, "acme")
    assert event["records_found"] == answer["records_found"]
    assert event["label_errors"] == answer["errors"]
    knows = bool(named) or state not in {"missing", "forged"}
    assert event["content_id"] == (content if knows else "")
    assert any(event["expected_hash"]) == knows


def test_an_output_of_another_content_is_forged(world: World, recorded: Path) -> None:
    """A good label of one output does not pass for another one."""
    answer = world.label("verify", recorded, "--content", world.contents["paper.pdf"], check=1)
    assert (answer["state"], answer["errors"]) == ("forged", ["other_content"])


def test_a_fresh_file_is_not_taken_for_forged(world: World, tmp_path: Path) -> None:
    """Verified before its events have arrived, a file is waited for; when that takes long, nothing is said."""
    path = make(tmp_path, "fresh.png")
    states: list[str | None] = []

    def is_known() -> bool:
        states.append(world.label("verify", path, check=None).get("state"))
        return states[-1] is not None

    with AuditClient.from_env(world.environment) as audit:
        with audit.generation(model="m-1", modality="image") as gen:
            receipt = gen.output(path.read_bytes())
        write_label(path, replace(LABEL, produce_id=gen.content_id, reserved_code1=receipt.event_hash.hex()))
        eventually(is_known, what="the ledger knows the file")
    assert states[-1] == "verified"


def test_a_store_that_is_behind_calls_nothing_forged(world: World, tmp_path: Path) -> None:
    """With records that nobody has settled, the ledger cannot say what it does not know; with all of them, it can."""
    path = make(tmp_path, "a.png")
    write_label(path, OTHER)
    with behind(world.up):
        complaint = world.label("verify", path, check=2)["stderr"]
        assert "may not know it yet" in complaint
        assert "7 records behind" in complaint
        # What the ledger knows, it says.
        named = world.label("verify", path, "--content", world.contents["picture.png"], check=1)
        assert (named["state"], [warning["code"] for warning in named["warnings"]]) == ("forged", ["lag"])
    answer = world.label("verify", path, "--case-id", "case-2", "--record", check=1)
    assert (answer["state"], answer["errors"], answer["warnings"]) == ("forged", ["unknown_to_ledger"], [])
    assert world.event(answer["event_id"])["case_id"] == "case-2"


@contextmanager
def behind(up: Up) -> Generator[None]:
    """A lane that has received seven records more than it has settled, until the end."""
    with up.store() as store:
        _report(store, settled=3)
        try:
            yield
        finally:
            _report(store, settled=10)


def _report(store: Store, *, settled: int) -> None:
    store.command(
        "INSERT INTO sink_status (reported_at, sink_id, topic, partition, state, next_offset, end_offset, lag) "
        f"VALUES (now64(6), 'a-sink', 'tracemark.test', 0, 'running', {settled}, 10, {10 - settled})"
    )


def test_hostile_metadata_is_recorded_without_its_values(world: World, tmp_path: Path) -> None:
    """Values that no label may have stay out of the ledger; the codes say what was wrong."""
    path = make(tmp_path, "a.jpg")
    content = path.read_bytes()
    text = json.dumps({"AIGC": {**LABEL.to_dict(), "ProduceID": "姓名 张三", "Label": 7}}).encode()
    path.write_bytes(content[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + content[2:])
    answer = world.label("verify", path, "--record", check=1)
    assert answer["state"] == "altered"
    event = world.event(answer["event_id"])
    assert (event["aigc_produce_id"], event["aigc_label"]) == ("", "")
    assert event["label_errors"] == ["characters:ProduceID", "field_name", "not_string:Label", "unknown_to_ledger"]
    assert event["aigc_content_producer"] == LABEL.content_producer


def test_a_claim_in_a_file_needs_no_ledger(world: World, tmp_path: Path) -> None:
    """With the expected values given, nothing is asked."""
    path, claim = make(tmp_path, "a.pdf"), tmp_path / "claim.json"
    claim.write_text(LABEL.to_json())
    nowhere = {"TRACEMARK_DATA": str(tmp_path / "nowhere")}
    world.label(
        "write", path, "--produce-id", LABEL.produce_id, "--event-hash", LABEL.reserved_code1, check=0, env=nowhere
    )
    assert world.label("verify", path, "--claim", claim, check=0, env=nowhere)["state"] == "verified"
    claim.write_text(OTHER.to_json())
    assert world.label("verify", path, "--claim", claim, check=1, env=nowhere)["state"] == "forged"


@pytest.mark.parametrize("named", ["--content", "--event-hash", ""])
def test_a_text_is_checked_for_its_explicit_label(world: World, tmp_path: Path, named: str) -> None:
    """Presence and position, recorded as an explicit label that was verified, for the output that is named."""
    path = tmp_path / "answer.txt"
    path.write_text(TEXT)
    output = world.output("answer.txt")
    about = {"--content": [named, output["content_id"]], "--event-hash": [named, output["hash"]], "": []}[named]
    answer = world.label("verify", path, *about, "--case-id", "case-1", "--record", check=0)
    event = world.event(answer["event_id"])
    assert (event["label_kind"], event["label_state"], event["label_positions"]) == ("explicit", "verified", ["start"])
    assert (event["case_id"], event["modality"]) == ("case-1", ["text"])
    expected = (output["content_id"], output["request_id"], "other") if named else ("", "", "acme")
    assert (event["content_id"], event["request_id"], event["tenant_id"]) == expected
    path.write_text("今天天气很好。")
    assert world.label("verify", path, check=1)["state"] == "missing"
    assert world.label("read", path, check=1)["positions"] == []


def test_reading_shows_every_record_with_the_rules_it_breaks(world: World, tmp_path: Path) -> None:
    """Exit 0 with records, 1 without; reading asks nobody."""
    path = make(tmp_path, "a.png")
    assert world.label("read", path, check=1)["records"] == []
    write_label(path, OTHER)
    (record,) = world.label("read", path, check=0)["records"]
    assert (record["carrier"], record["fields"], record["errors"]) == ("xmp", OTHER.to_dict(), [])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["write", "{png}"], "--produce-id"),
        (["write", "{png}", "--content", "no-such-content"], "knows no output"),
        (["write", "{png}", "--produce-id", "a b"], "characters:ProduceID"),
        (["write", "{png}", "--produce-id", "a", "--event-hash", "abc"], "64 hex digits"),
        (["write", "{png}", "--produce-id", "a", "--label", "4"], "--label"),
        (["write", "{gif}", "--produce-id", "a"], "no PNG, JPEG or PDF"),
        (["verify", "{gif}"], "no PNG, JPEG or PDF"),
        (["verify", "{broken}"], "get it again"),
        (["verify", "{png}", "--event-hash", "ff" * 32], "knows no output"),
        (["verify", "{png}", "--event-hash", "ff" * 32, "--content", "a"], "pass one of"),
        (["verify", "{png}", "--claim", "{gif}"], "--claim"),
        (["verify", "{txt}", "--content", "no-such-content", "--record"], "knows no output"),
        (["verify", "{txt}", "--event-hash", "ff" * 32], "knows no output"),
        (["verify", "{txt}", "--event-hash", "abc"], "64 hex digits"),
        (["verify", "{txt}", "--claim", "{claim}"], "carries no AIGC record"),
        (["verify", "{png}", "--case-id", "case-1"], "--record"),
        (["verify", "{txt}", "--case-id", "no case", "--record"], "case_id"),
        (["read", "{none}"], "No such file"),
        (["write", "{none}"], "does not exist"),
        (["read", "{empty}"], "its name says image/png, but its content is empty: get it again"),
        (["verify", "{empty}"], "its name says image/png, but its content is empty: get it again"),
        (["read", "{memo}"], "its name says application/pdf, but its content is of another kind"),
        (["verify", "{memo}"], "or name it .txt if it is a text"),
    ],
)
def test_what_cannot_be_done_is_said(world: World, tmp_path: Path, arguments: list[str], text: str) -> None:
    """Exit 2, with the remedy, and the file as it was."""
    png = make(tmp_path, "a.png")
    gif, broken, txt, claim = (tmp_path / name for name in ("a.gif", "b.png", "a.txt", "claim.json"))
    txt.write_text(TEXT)
    claim.write_text(LABEL.to_json())
    empty, memo = tmp_path / "empty.PNG", tmp_path / "memo.pdf"
    empty.touch()
    memo.write_text(TEXT)
    gif.write_bytes(b"GIF89a\xff\xfe")
    broken.write_bytes(png.read_bytes()[:60])
    before = png.read_bytes()
    places = {"png": png, "gif": gif, "broken": broken, "txt": txt, "claim": claim, "none": tmp_path / "none"}
    places |= {"empty": empty, "memo": memo}
    complaint = world.label(*(each.format(**places) for each in arguments), check=2)["stderr"]
    assert text in " ".join(complaint.replace("│", " ").split())
    assert png.read_bytes() == before


def test_a_missing_provider_code_is_not_made_up(world: World, tmp_path: Path) -> None:
    """Without a configured code nothing is written."""
    path = make(tmp_path, "a.png")
    complaint = world.label("write", path, "--produce-id", "a", check=2, env={"TRACEMARK_PROVIDER_CODE": ""})["stderr"]
    assert "--producer" in complaint or "ContentProducer" in complaint
    assert read_labels(path).records == ()


def test_what_cannot_be_recorded_is_not_begun(world: World, tmp_path: Path) -> None:
    """With --record and no way to record, the file stays as it was."""
    path = make(tmp_path, "a.png")
    before = path.read_bytes()
    arguments = ["write", str(path), "--produce-id", "a", "--record"]
    world.label(*arguments, check=2, env={"TRACEMARK_URL": "ftp://nowhere"})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (("TRACEMARK_URL",), "--record: TRACEMARK_URL is not set: set what the service"),
        (("TRACEMARK_SERVICE_ID",), "--record: TRACEMARK_SERVICE_ID is not set: set what the service"),
        (("TRACEMARK_URL", "TRACEMARK_SERVICE_ID"), "TRACEMARK_URL and TRACEMARK_SERVICE_ID are not set"),
    ],
)
@pytest.mark.parametrize("command", [("verify",), ("write", "--produce-id", "a")])
def test_recording_says_which_setting_is_missing(
    world: World, tmp_path: Path, command: tuple[str, ...], missing: tuple[str, ...], told: str
) -> None:
    """One line with the names and the way out, before anything is done."""
    path = make(tmp_path, "a.png")
    before = path.read_bytes()
    complaint = world.label(*command, path, "--record", check=2, env=dict.fromkeys(missing, ""))["stderr"]
    assert told in complaint
    assert "or leave --record out" in complaint
    assert complaint.count("\n") == 1
    assert path.read_bytes() == before
