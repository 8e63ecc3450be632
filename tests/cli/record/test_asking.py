"""Being asked at a terminal: a real command on a pseudo-terminal, and the questions alone."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.waiting import eventually
from tracemark.cli.errors import CommandError
from tracemark.cli.record.asking import ask_for_missing
from tracemark.cli.record.draft import Draft
from tracemark.cli.record.fields import newest_schema, own_fields, parsed
from tracemark.cli.record.rules import RULES
from tracemark.schemas import InvalidEvent, schemas

ANSWERS = {
    "complaint_kind": "complaint",
    "complaint_state": "decided_upheld",
    "case_id": "c-1",
    "owner_role": "support",
    "decision_code": "upheld-1",
}


def test_it_asks_until_nothing_is_missing() -> None:
    """An answer may make another question necessary; a wrong or blank one is asked again; then the event is complete."""
    draft = Draft(event_type="complaint.transition")
    tries = iter(["", "decided", "decided_upheld"])

    def answer(question: str) -> str:
        name = question.partition(" ")[0]
        return next(tries) if name == "complaint_state" else ANSWERS[name]

    ask_for_missing(draft, ask=answer)
    assert draft.complete().values()["decision_code"] == "upheld-1"


def test_what_is_said_of_the_service_is_not_asked() -> None:
    """The scope of a service is an option: the complaint names it instead of asking for ever."""
    draft = Draft(event_type="service.declared")
    with pytest.raises(CommandError, match="--service-scope is missing"):
        ask_for_missing(draft, ask=lambda question: "2026-01-01T00:00:00Z" if "valid_from" in question else "x")


def test_rules_name_fields_that_exist() -> None:
    """Every rule is about a field, or a person, of its event type, so none can be asked for in vain."""
    known = {schema.event_type: {field.name for field in schema.public} for schema in schemas()}
    for rule in RULES:
        assert set(rule.needs) <= known[rule.event_type] | {"user", "recipient", "accessor"}, rule


@pytest.mark.parametrize("kind", ["timestamp", "int", "long", "double", "boolean", "fixed", "map"])
def test_text_of_the_wrong_kind_is_refused(kind: str) -> None:
    """Whatever the schema, text that cannot be the field's value is refused by its name, and not repeated."""
    fields = [field for schema in schemas() for field in own_fields(schema) if field.kind == kind]
    assert fields
    for field in fields:
        with pytest.raises(InvalidEvent) as caught:
            parsed(field, "what somebody wrote")
        assert caught.value.field == field.name
        assert "somebody" not in str(caught.value)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - zones are drawn
def test_an_instant_survives_its_text(when: datetime) -> None:
    """ISO 8601 in any zone is the same microsecond."""
    due = next(field for field in own_fields(newest_schema("complaint.transition")) if field.name == "due_at")
    text = when.astimezone(timezone(timedelta(minutes=round((when.utcoffset() or timedelta()).total_seconds() / 60))))
    assert parsed(due, text.isoformat()) == (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


class Terminal:
    """`tracemark record complaint` on a pseudo-terminal, for a block."""

    def __init__(self, data: Path) -> None:
        """It is started at once."""
        self._outer, inner = pty.openpty()
        command = [sys.executable, "-m", "tracemark.cli.main", "record", "complaint", "--service-id", "svc-1"]
        where = ["--kind", "complaint", "--state", "received", "--wait", "0", "--data", str(data)]
        self.process = subprocess.Popen(
            [*command, *where], stdin=inner, stdout=subprocess.PIPE, stderr=inner, text=True
        )
        os.close(inner)
        self._seen = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        os.close(self._outer)

    def answer(self, question: str, answer: bytes) -> None:
        """Wait until it is asked, then type."""

        def asked() -> bool:
            self._seen += os.read(self._outer, 4096)
            return question.encode() in self._seen

        eventually(asked, what=f"{question} is asked for")
        os.write(self._outer, answer)

    def interrupted(self) -> bool:
        """Whether it ended upon Ctrl-C: pressed again, since one that comes just before it waits for the answer waits, too."""
        self.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        return self.process.returncode is not None


def test_a_person_at_a_terminal_is_asked(tmp_path: Path) -> None:
    """On a terminal the missing fields are prompted for, with the choices; the event is recorded from the answers."""
    with Terminal(tmp_path / "data") as terminal:
        terminal.answer("case_id", b"c-7\n")
        terminal.answer("owner_role", b"support\n")
        told, _ = terminal.process.communicate(timeout=60)
        assert terminal.process.returncode == 0
    assert "case c-7: accepted" in told


@pytest.mark.parametrize("leave", ["ctrl-c", "ctrl-d"])
def test_who_leaves_at_a_question_said_neither_yes_nor_no(tmp_path: Path, leave: str) -> None:
    """Ctrl-C and Ctrl-D end the command with 130, and nothing is recorded."""
    with Terminal(tmp_path / "data") as terminal:
        terminal.answer("case_id", b"\x04" if leave == "ctrl-d" else b"")
        if leave == "ctrl-c":
            eventually(terminal.interrupted, what="the command ends")
        told, _ = terminal.process.communicate(timeout=60)
        assert (terminal.process.returncode, told.strip()) == (130, "")
