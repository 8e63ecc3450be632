"""What a file may hold: whatever it is, it becomes events that can be recorded, or the command says what is wrong."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.wrong_values import JSON, WORDS, said_by
from tracemark.cli.errors import CommandError
from tracemark.cli.record.draft import Draft, event_types
from tracemark.cli.record.fields import own_fields, people_of
from tracemark.cli.record.reading import drafts_from, read_person
from tracemark.schemas import InvalidEvent
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import ClientConfig
from tracemark.sdk.ids import RandomIds
from tracemark.sdk.rows import Rows

ROWS = Rows(ClientConfig(url="kafka://b:9092", service_id="svc-1"), SystemClock(), RandomIds())
ENVELOPE = ("tenant_id", "audience_class", "event_id", "note", WORDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for one file after another."""
    return tmp_path_factory.mktemp("files")


@st.composite
def events(draw: st.DrawFn) -> Mapping[str, Any]:
    """An event of any type that says anything in any of its fields, or nothing where it must."""
    draft = Draft(event_type=draw(st.sampled_from(event_types())))
    names = [*(field.name for field in own_fields(draft.schema)), *people_of(draft.codec), *ENVELOPE]
    said = draw(st.dictionaries(st.sampled_from(names), JSON, max_size=5))
    return {"event_type": draft.event_type, **said}


def recorded_or_refused(path: Path) -> None:
    """All up to the recording itself."""
    try:
        for draft in drafts_from(path, None, {}):
            with draft.named():
                ROWS.check(draft.complete(), **draft.people, **draft.envelope)
    except (CommandError, InvalidEvent) as error:
        refused = error
    else:
        return
    assert WORDS not in said_by(refused)


@given(said=st.lists(events(), min_size=1, max_size=2))
def test_whatever_events_say_is_recorded_or_refused(folder: Path, said: list[Mapping[str, Any]]) -> None:
    """No value of any field brings another error than the command's own, or an echo."""
    path = folder / "events.json"
    path.write_text("\n".join(map(json.dumps, said)))
    recorded_or_refused(path)


@pytest.mark.parametrize("name", ["file.json", "file.toml"])
@given(content=st.binary() | st.text(alphabet="{}[]\",:=\\ud8-9e.\n '#tr", max_size=40).map(str.encode))
def test_whatever_a_file_holds_is_read_or_refused(folder: Path, name: str, content: bytes) -> None:
    """Bytes of any kind, and what only begins like JSON or TOML."""
    path = folder / name
    path.write_bytes(content)
    recorded_or_refused(path)


@pytest.mark.parametrize("content", ["[" * 100_000, "9" * 5000, "2026-13-01"], ids=["deep", "long", "no day"])
def test_toml_that_python_does_not_read_is_none(folder: Path, content: str) -> None:
    """What is nested without end, and numbers without end, are refused like any other text that is no TOML."""
    path = folder / "odd.toml"
    path.write_text(f"x = {content}")
    with pytest.raises(CommandError, match="no TOML"):
        drafts_from(path, None, {})


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xfe", "no UTF-8; write the id alone"),
        (b" \n", "2 bytes are no id; write the id alone"),
        (b"u" * 5000, "more than 4096 bytes are no id; write the id alone"),
    ],
)
def test_a_file_that_holds_no_id_is_named_by_its_option(tmp_path: Path, content: bytes, problem: str) -> None:
    """Whoever passed `--user-file` is told of `--user-file`."""
    person = tmp_path / "user"
    person.write_bytes(content)
    with pytest.raises(CommandError, match=f"^--user-file: {problem}$"):
        read_person("user", None, person)
