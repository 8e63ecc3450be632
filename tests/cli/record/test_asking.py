"""Being asked at a terminal: a real command on a pseudo-terminal, and the questions alone."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.up import new_store
from support.waiting import eventually
from tracemark.cli.errors import CommandError
from tracemark.cli.record.answers import check_answer
from tracemark.cli.record.asking import ask_for_missing
from tracemark.cli.record.dates import FACTS, RANGES, check_dates
from tracemark.cli.record.draft import Draft, event_types
from tracemark.cli.record.fields import newest_schema, own_fields, parsed
from tracemark.cli.record.rules import RULES
from tracemark.schemas import InvalidEvent, codec_for, schemas
from tracemark.schemas.checking import FORMATS
from tracemark.schemas.definitions import Field

ANSWERS = {
    "complaint_kind": "complaint",
    "complaint_state": "decided_upheld",
    "case_id": "c-1",
    "owner_role": "support",
    "decision_code": "upheld-1",
}
EVERYTHING = {
    **ANSWERS,
    "grant_id": "g-1",
    "content_id": "c-1",
    "recipient": "u-1",
    "requested_at": "2026-01-15T12:00:00Z",
    "agreement_version": "2026-01",
    "duty_clause_digest": "11" * 32,
    "authority": "cac",
    "report_state": "sent",
    "sent_at": "2026-01-15T12:00:00Z",
    "reason_codes": "violence",
    "policy_kind": "complaint_sla",
    "policy_version": "p-1",
    "policy_digest": "11" * 32,
    "effective_from": "2026-01-15T12:00:00Z",
    "limit_value": "15",
    "limit_unit": "hours",
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


@pytest.mark.parametrize(
    ("event_type", "field", "wrong", "right", "told"),
    [
        ("complaint.transition", "case_id", "what Wang said", "c-1", "case_id: is text of 14 characters in another"),
        ("complaint.transition", "complaint_state", "recieved", "received", "did you mean received?"),
        ("unlabelled.granted", "duty_clause_digest", "00" * 32, "11" * 32, "duty_clause_digest: is all zero"),
        ("unlabelled.granted", "recipient", "\ud800x", "u-1", "recipient: cannot be made a pseudonym"),
        ("unlabelled.granted", "requested_at", "yesterday", "2026-01-01T00:00:00Z", "requested_at: is no instant"),
        ("authority.report", "reason_codes", "violence,Wang", "violence,obscenity", "reason_codes[1]: is not in the"),
        ("authority.report", "sent_at", "2299-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "sent_at: lies in the future"),
        ("policy.published", "limit_value", "9" * 30, "15", "limit_value: is a number out of range"),
    ],
)
def test_an_answer_that_no_event_can_have_is_asked_again(  # noqa: PLR0917 - one case
    capsys: pytest.CaptureFixture[str], event_type: str, field: str, wrong: str, right: str, told: str
) -> None:
    """At once, while the person sits there, with what is wrong and without what was typed."""
    draft = Draft(event_type=event_type, session={"service_scope": "public"})
    answers = {**EVERYTHING, field: right}
    tries = iter([wrong, right])

    def answer(question: str) -> str:
        name = question.partition(" ")[0]
        return next(tries) if name == field else answers.pop(name)

    ask_for_missing(draft, ask=answer)
    draft.complete()
    said = capsys.readouterr().err
    assert told in said
    assert "Wang" not in said
    assert next(tries, None) is None


ODD = (
    "",
    "x" * 300,
    "a b",
    "1",
    "9" * 30,
    "0",
    "00" * 32,
    "11" * 32,
    "1900-01-01T00:00:00Z",
    "region=a b",
    "Wang",
    "真",
)
PLAIN: Mapping[str, object] = {
    "int": 1,
    "long": 1,
    "double": 1.0,
    "timestamp": 1,
    "boolean": True,
    "array": [],
    "map": {},
}


def plain(field: Field) -> object:
    """A value that no check minds."""
    if field.nullable or field.kind in PLAIN:
        return None if field.nullable else PLAIN[field.kind]
    if field.kind == "string":
        return next(
            text
            for text in ("c-1", "zh", "image/png", "0196a0f2-0000-7000-8000-000000000001")
            if FORMATS[field.format](text)
        )
    return field.symbols[0] if field.kind == "enum" else b"1" * field.size


def complaint(check: Callable[..., None], *about: object) -> str:
    """What is said against a value; nothing where it is good."""
    try:
        check(*about)
    except InvalidEvent as error:
        return str(error)
    return ""


@pytest.mark.parametrize("event_type", event_types())
def test_an_answer_is_checked_as_the_event_is(event_type: str) -> None:
    """What one value alone may be is the schema's word, neither stricter nor laxer at a question."""
    codec, schema = codec_for(event_type), newest_schema(event_type)
    row = {field.name: plain(field) for field in schema.public}
    assert not complaint(codec.check_own, row)
    for asked, text in product(own_fields(schema), [*ODD, *(code for one in schema.public for code in one.symbols)]):
        with contextlib.suppress(InvalidEvent):  # text of the wrong kind is refused before
            value = parsed(asked, text)
            expected = complaint(codec.check_own, {**row, asked.name: value})
            assert complaint(check_answer, asked, value) == expected, asked


def test_a_limit_and_its_unit_are_asked_until_they_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """A limit that nobody means in the unit that was said is asked again; the number is not repeated."""
    draft = Draft(event_type="policy.published", values={"limit_unit": "days"})
    tries = iter(["20261231", "15"])

    def answer(question: str) -> str:
        name = question.partition(" ")[0]
        return next(tries) if name == "limit_value" else EVERYTHING[name]

    ask_for_missing(draft, ask=answer)
    assert draft.complete().values()["limit_value"] == 15
    said = capsys.readouterr().err
    assert "limit_value: is out of range for days" in said
    assert "20261231" not in said


def test_dates_that_are_checked_are_fields() -> None:
    """Each is an instant of an event, so that none is checked in vain."""
    instants = {field.name for schema in schemas() for field in own_fields(schema) if field.kind == "timestamp"}
    assert {*FACTS, *RANGES, *RANGES.values()} <= instants


def test_clocks_need_not_agree_to_the_minute() -> None:
    """What happened a moment ago by another clock is a fact; in an hour it is none; equal ends are a range."""
    now, minute = 1_768_478_400_000_000, 60_000_000
    for name in FACTS:
        check_dates({name: now + 4 * minute}, now)
        with pytest.raises(InvalidEvent, match=f"^{name}: lies in the future; "):
            check_dates({name: now + 60 * minute}, now)
    for begin, end in RANGES.items():
        check_dates({begin: now, end: now}, now)
        with pytest.raises(InvalidEvent, match=f"^{end}: lies before {begin}; "):
            check_dates({begin: now, end: now - 1}, now)


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
    with Terminal(new_store(tmp_path / "data")) as terminal:
        terminal.answer("case_id", b"c-7\n")
        terminal.answer("owner_role", b"support\n")
        told, _ = terminal.process.communicate(timeout=60)
        assert terminal.process.returncode == 0
    assert "case c-7: accepted" in told


@pytest.mark.parametrize("leave", ["ctrl-c", "ctrl-d"])
def test_who_leaves_at_a_question_said_neither_yes_nor_no(tmp_path: Path, leave: str) -> None:
    """Ctrl-C and Ctrl-D end the command with 130, and nothing is recorded."""
    with Terminal(new_store(tmp_path / "data")) as terminal:
        terminal.answer("case_id", b"\x04" if leave == "ctrl-d" else b"")
        if leave == "ctrl-c":
            eventually(terminal.interrupted, what="the command ends")
        told, _ = terminal.process.communicate(timeout=60)
        assert (terminal.process.returncode, told.strip()) == (130, "")
