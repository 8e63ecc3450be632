"""`tracemark record` against a running embedded server: what is said is stored, what is missing is refused."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.up import Up, new_store, tracemark
from support.waiting import eventually

SERVICE = ("--service-id", "svc-1")
CASE = ("--case-id", "c-1", "--owner-role", "support")
COMPLAINT = ("complaint", *SERVICE, "--kind", "complaint", *CASE)
USER = "somebody@example.org"
FIRST = "0196a0f2-0000-7000-8000-000000000001"
DIGITS = "9" * 5000
LATER = "2299-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """An embedded server without events."""
    with Up(tmp_path_factory.mktemp("record") / "data") as running:
        yield running


def recorded(up: Up, *arguments: str | Path) -> dict[str, Any]:
    """The one event that a command records, as it is stored."""
    done = json.loads(tracemark("record", *arguments, "--no-input", "--json", data=up.data, check=0).stdout)
    (one,) = done["recorded"]
    assert one["acknowledged"]
    (row,) = up.rows(f"SELECT * FROM events_records WHERE event_id = '{one['event_id']}'")
    assert row["case_id"] == (one["case_id"] or "")
    return row


def refused(data: Path, *arguments: str | Path) -> str:
    """What a command says that records nothing, though there is a store."""
    new_store(data)
    done = tracemark("record", *arguments, "--no-input", data=data, check=2)
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not (data / "journals").exists()
    return done.stderr


def test_a_complaint_is_stored_as_it_was_said(up: Up, tmp_path: Path) -> None:
    """Codes, instants with their zone, and a user whom only a pseudonym names."""
    person = tmp_path / "user"
    person.write_text(USER + "\n")
    due = "2026-02-01T09:00:00+08:00"
    row = recorded(up, *COMPLAINT, "--state", "received", "--due-at", due, "--user-file", person)
    assert (row["event_type"], row["service_id"], row["owner_role"]) == ("complaint.transition", "svc-1", "support")
    assert row["due_at"].isoformat() == "2026-02-01T01:00:00+00:00"
    assert len(row["subject_ref"]) == 32
    assert USER not in str(row)


def test_a_measure_against_a_user_carries_its_bases(up: Up) -> None:
    """Legal and contract basis, several reasons, and whether a person decided."""
    row = recorded(
        up, "moderation", *SERVICE, "--target", "user", "--stage", "output", "--action", "suspend_service",
        "--reason-code", "violence", "--reason-code", "obscenity", "--detector", "human", "--no-automated",
        "--basis-law", "IM-14-2", "--basis-contract", "s-4", "--measure-seconds", "86400", "--user", "u-1",
    )  # fmt: skip
    assert row["reason_codes"] == ["violence", "obscenity"]
    assert (row["automated"], row["measure_seconds"], row["retention_class"]) == (False, 86400, "ENF")


def test_a_digest_is_of_the_published_file(up: Up, tmp_path: Path) -> None:
    """`--policy-file` and its like record the SHA-256 of the text; the text itself goes nowhere."""
    text = tmp_path / "policy.txt"
    text.write_text("Complaints are answered within 15 working days.")
    row = recorded(
        up, "policy", *SERVICE, "--kind", "complaint_sla", "--policy-file", text, "--policy-version", "p-3",
        "--effective-from", "2026-01-01T00:00:00+08:00", "--limit-value", "15", "--unit", "working_days",
    )  # fmt: skip
    assert row["policy_digest"] == hashlib.sha256(text.read_bytes()).digest()
    assert (row["limit_value"], row["limit_unit"]) == (15, "working_days")


def test_a_declared_scope_is_said_and_not_a_default(up: Up) -> None:
    """`record service` wants the scope itself: the SDK's `undetermined` was declared by nobody."""
    arguments = ("service", *SERVICE, "--valid-from", "2026-01-01T00:00:00Z", "--owner-role", "r", "--reason-code", "x")
    assert "--service-scope is missing" in tracemark("record", *arguments, data=up.data, check=2).stderr
    assert recorded(up, *arguments, "--service-scope", "not_public")["service_scope"] == "not_public"


def test_a_due_date_follows_the_policy_in_force(up: Up, tmp_path: Path) -> None:
    """`--due-from-policy` counts the published limit from now, prefers the one for this kind, and refuses where there is none."""
    text = tmp_path / "policy.txt"
    text.write_text("Answered within two hours; appeals within 30 hours.")
    service = ("--service-id", "svc-due")
    policy = (
        "policy", *service, "--kind", "complaint_sla", "--policy-file", text, "--policy-version", "p-1",
        "--effective-from", "2026-01-01T00:00:00+08:00", "--unit", "hours",
    )  # fmt: skip
    received = ("complaint", *service, "--state", "received", *CASE, "--due-from-policy")
    none = tracemark("record", *received, "--kind", "complaint", "--no-input", data=up.data, check=2).stderr
    assert "no complaint_sla is in force" in none
    recorded(up, *policy, "--limit-value", "2")
    recorded(up, *policy, "--limit-value", "30", "--applies-to", "user_appeal")
    for kind, hours in (("complaint", 2), ("user_appeal", 30)):
        row = recorded(up, *received, "--kind", kind)
        assert 0 <= (row["occurred_at"] - row["due_at"]).total_seconds() + hours * 3600 < 60
    said = (*received, "--kind", "complaint", "--due-at", "2026-01-01T00:00:00Z", "--no-input")
    assert "leave one of them out" in tracemark("record", *said, data=up.data, check=2).stderr


@pytest.mark.parametrize(
    ("value", "unit"), [("2000000000", "working_days"), ("20261231", "days"), ("121", "months"), ("87841", "hours")]
)
def test_a_limit_that_nobody_means_is_refused(up: Up, tmp_path: Path, value: str, unit: str) -> None:
    """A number that slipped, or a date, is no time limit: field, unit and what may be passed are named, the number is not."""
    text = tmp_path / "policy.txt"
    text.write_text("Answered in time.")
    policy = (
        "policy", *SERVICE, "--kind", "complaint_sla", "--policy-file", text, "--policy-version", "p-1",
        "--effective-from", "2026-01-01T00:00:00+08:00", "--limit-value", value, "--unit", unit,
    )  # fmt: skip
    refused = tracemark("record", *policy, data=up.data, check=2).stderr
    assert f"limit_value: is out of range for {unit}; pass 0 to " in refused
    assert value not in refused


def test_many_events_come_from_one_file(up: Up, tmp_path: Path) -> None:
    """JSON, one object on each line, and TOML hold the same events; `-` reads them from standard input."""
    state = {"case_id": "c-9", "rights_kind": "delete", "rights_state": "received", "owner_role": "dpo", "user": "u-1"}
    lines = tmp_path / "lines.json"
    lines.write_text(
        "\n".join(json.dumps({**state, "rights_state": one}) for one in ("received", "processing", "done"))
    )
    toml = tmp_path / "one.toml"
    toml.write_text(
        '[[events]]\nevent_type = "rights_request.transition"\ncase_id = "c-9"\nrights_kind = "delete"\n'
        'rights_state = "feedback_sent"\nowner_role = "dpo"\nfeedback_sent_at = 2026-01-02T10:00:00+08:00\n'
    )
    tracemark("record", "rights-request", *SERVICE, "--file", lines, data=up.data, check=0)
    tracemark("record", "event", *SERVICE, "--file", toml, data=up.data, check=0)
    command = ["record", "event", "rights_request.transition", *SERVICE, "--file", "-", "--data", str(up.data)]
    piped = json.dumps([{**state, "rights_state": "closed"}])
    subprocess.run([sys.executable, "-m", "tracemark.cli.main", *command], input=piped, text=True, check=True)
    rows = up.rows("SELECT rights_state FROM events_records WHERE case_id = 'c-9' ORDER BY occurred_at")
    assert [row["rights_state"] for row in rows] == ["received", "processing", "done", "feedback_sent", "closed"]


def test_a_file_is_recorded_whole_or_not_at_all(tmp_path: Path) -> None:
    """One event that cannot be recorded keeps the others out, and is named by its place, never by its words."""
    events = tmp_path / "events.json"
    good = {"case_id": "c-1", "complaint_kind": "complaint", "complaint_state": "received", "owner_role": "r"}
    events.write_text(json.dumps([good, {**good, "owner_role": "Wang Xiaoming, room 5"}]))
    told = refused(tmp_path / "data", "complaint", *SERVICE, "--file", events)
    assert "event 2: owner_role" in told
    assert "Wang" not in told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"tenant_id": "Wang Xiaoming"}, "event 2: tenant_id: is text of 13 characters in another format"),
        ({"audience_class": "nobody"}, "event 2: audience_class: is not in the enumeration"),
        ({"user": "\ud800x"}, "event 2: user: cannot be made a pseudonym"),
        ({"event_id": "Wang Xiaoming"}, "event 2: event_id: is text of 13 characters in another format"),
        ({"event_id": "0196A0F2-0000-7000-8000-000000000001"}, "event 2: event_id: is text of 36 characters"),
        ({"action": "pass", "event_id": FIRST}, "event 2: event_id: a moderation.action of this kind is not looked up"),
        ({"event_id": FIRST}, "event 2: event_id is that of event 1; each event has its own"),
    ],
)
def test_what_only_the_envelope_gets_wrong_keeps_a_file_out(tmp_path: Path, wrong: dict[str, str], told: str) -> None:
    """Tenant, audience, people and ids of every event are looked at before the first one is recorded."""
    good = {
        "moderation_target": "content", "moderation_stage": "output", "action": "remove", "content_id": "c-1",
        "detector": "human", "automated": False, "reason_codes": ["violence"],
    }  # fmt: skip
    events = tmp_path / "events.json"
    events.write_text(json.dumps({**good, "event_id": FIRST}) + "\n" + json.dumps({**good, **wrong}))
    said = refused(tmp_path / "data", "moderation", *SERVICE, "--file", events)
    assert told in said
    assert "Wang" not in said


@pytest.mark.parametrize("event_id", ["张三 said kill", "0196A0F2-0000-7000-8000-000000000001", ""])
def test_an_id_that_is_none_is_refused(tmp_path: Path, event_id: str) -> None:
    """`--event-id` takes a UUID in lower case, as `not known to be durable` names it, and is never left out in silence."""
    measure = (
        "moderation", *SERVICE, "--target", "content", "--stage", "output", "--action", "remove", "--content-id", "c",
        "--reason-code", "violence", "--detector", "human", "--no-automated", "--event-id", event_id,
    )  # fmt: skip
    said = refused(tmp_path / "data", *measure)
    assert "event_id: is text of" in said
    assert "kill" not in said


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("complaint", "--kind", "complaint", "--state", "received", "--case-id", "c-1"), "--owner-role"),
        ((*COMPLAINT, "--state", "decided_upheld"), "--decision-code"),
        ((*COMPLAINT, "--state", "feedback_sent"), "--feedback-sent-at"),
        (("rights-request", "--kind", "delete", "--state", "refused", *CASE), "--refusal-code"),
        (("rights-request", "--kind", "delete", "--state", "restricted_until", *CASE), "--retained-basis"),
        (("moderation", "--action", "remove", "--content-id", "c"), "--reason-code"),
        (("moderation", "--action", "warn", "--target", "user", "--user", "u"), "--basis-law"),
        (("moderation", "--action", "warn", "--target", "user", "--user", "u"), "--basis-contract"),
        (("moderation", "--action", "lift", "--target", "user", "--user", "u"), "--reason-code or --appeal"),
        (("grant", "--grant-id", "g-1", "--content-id", "c-1"), "--recipient-file (or --recipient)"),
        (("grant", "--grant-id", "g-1", "--content-id", "c-1"), "--duty-clause-digest"),
        (("service", "--valid-from", "2026-01-01T00:00:00Z"), "--reason-code"),
        (("policy", "--kind", "complaint_sla", "--policy-version", "v"), "--limit-value"),
        (("report", "--authority", "cac", "--state", "sent", "--case-id", "c"), "--sent-at"),
        (("remediation", "--kind", "ruleset_update", "--state", "planned", "--case-id", "c"), "--reason-code"),
        (("agreement", "--agreement-version", "v"), "--user-file (or --user)"),
        (("retention", "--applied-action", "dropped"), "--cutoff"),
        (("access", "--kind", "query", "--interface", "api", "--access-ok"), "--access-purpose"),
    ],
)
def test_a_missing_owner_or_reason_is_refused(tmp_path: Path, arguments: tuple[str, ...], wanted: str) -> None:
    """Exit 2 names the option that is missing and why; nothing is recorded, and no default is made up."""
    assert f"{wanted} is missing" in refused(tmp_path / "data", *arguments, *SERVICE)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2026-01-31T09:00:00", "no time zone"),
        ("soon", "no instant"),
        ("2026-01-31", "no time zone"),
        ("9999-12-31T23:59:59-14:00", "lies before 1970 or after 2299"),
        ("0001-01-01T00:00:00+14:00", "lies before 1970 or after 2299"),
    ],
)
def test_an_instant_that_is_none_is_refused(tmp_path: Path, value: str, problem: str) -> None:
    """A deadline in nobody's time zone is an hour early or late: it is not guessed."""
    told = refused(tmp_path / "data", *COMPLAINT, "--state", "received", "--due-at", value)
    assert "due_at: " in told
    assert problem in told
    assert "; pass " in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "no JSON at line 1"),
        ("[]", "no event in it"),
        ("[1]", "is no object"),
        ('{"event_type": "producer.session"}', "cannot be recorded here"),
        ('{"what the user wrote": 1}', "a key: is no field"),
        ('{"note": "what the user wrote"}', "note: is no field"),
        ('{"due_at": 1760000000}', "due_at: is of type int"),
        (
            '{"case_id": "c-1", "case_id": "what the user wrote"}',
            "the event: case_id: is given twice; keep one of them",
        ),
        ('{"what the user wrote": 1, "what the user wrote": 2}', "the event: a key: is given twice"),
        pytest.param(f'{{"due_at": {DIGITS}}}', "the event: due_at: is of type float", id="digits"),
        pytest.param(f'{{"user": {DIGITS}}}', "the event: user: is of type float", id="digits of a person"),
        ('{"dimensions": ["region=a", "region=b"]}', "dimensions: has a key twice; keep one of them"),
        ('{"dimensions": [["region=a"]]}', "dimensions: has an entry without =; pass KEY=VALUE"),
        pytest.param('{"case_id": ' + "[" * 100_000, "nested without end", id="nested"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str, told: str) -> None:
    """Whatever is in the file, the complaint says where and what to write, and repeats no value."""
    events = tmp_path / "events.json"
    events.write_text(content)
    said = refused(tmp_path / "data", "complaint", *SERVICE, "--file", events)
    assert told in said
    assert "what the user wrote" not in said


def test_a_number_without_end_is_out_of_range(tmp_path: Path) -> None:
    """An option's digits are counted before they are read."""
    policy = ("policy", *SERVICE, "--kind", "complaint_sla", "--policy-version", "p-1", "--limit-value", DIGITS)
    assert "limit_value: is a number of 5000 digits" in refused(tmp_path / "data", *policy)


@pytest.mark.parametrize("seconds", ["inf", "1e400", "nan", "-1", "1e9"])
def test_nobody_waits_for_ever(tmp_path: Path, seconds: str) -> None:
    """A number of seconds that no clock counts is refused before anything is recorded."""
    told = refused(tmp_path / "data", *COMPLAINT, "--state", "received", "--wait", seconds)
    assert "--wait" in told
    assert "unexpected" not in told


def test_a_broker_needs_the_services_keyring(tmp_path: Path) -> None:
    """Over Kafka no directory holds the keys: the option is named, and the setting."""
    command = [
        sys.executable,
        "-m",
        "tracemark.cli.main",
        "record",
        *COMPLAINT,
        "--state",
        "received",
        "--kafka",
        "b:9092",
    ]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRACEMARK_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ)
    assert done.returncode == 2
    assert "--keyring is missing" in done.stderr
    assert "TRACEMARK_KEYRING" in done.stderr


def test_a_mistyped_code_gets_a_hint(tmp_path: Path) -> None:
    """An enumeration's near miss is named."""
    assert "did you mean received?" in refused(tmp_path / "data", *COMPLAINT, "--state", "recieved")


def test_what_nobody_drains_stays_in_the_journal_and_says_so(tmp_path: Path) -> None:
    """Without a server the event is on disk: exit 0, and a line that says where it waits; a server that starts stores it."""
    data = new_store(tmp_path / "data")
    done = tracemark("record", *COMPLAINT, "--state", "received", "--wait", "0", "--no-input", data=data, check=0)
    assert "accepted" in done.stdout
    assert "in the journal" in done.stderr
    with Up(data) as up:
        eventually(lambda: up.rows("SELECT count() AS n FROM events_records")[0]["n"] == 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*COMPLAINT, "--state", "feedback_sent", "--feedback-sent-at", LATER), "feedback_sent_at: lies in the future"),
        (
            ("service", *SERVICE, "--service-scope", "not_public", "--owner-role", "x", "--reason-code", "r",
             "--valid-from", "2026-02-01T00:00:00Z", "--valid-to", "2026-01-01T00:00:00Z"),
            "valid_to: lies before valid_from",
        ),
    ],
)  # fmt: skip
def test_impossible_instants_are_refused(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """What has happened is not still to come, and a range does not end before it begins."""
    assert told in refused(tmp_path / "data", *arguments)


def test_a_digest_and_its_file_are_the_same_thing(tmp_path: Path) -> None:
    """Both options are named."""
    text = tmp_path / "policy.txt"
    text.write_text("published")
    both = ("policy", *SERVICE, "--policy-digest", "ab" * 32, "--policy-file", text)
    assert "--policy-digest and --policy-file are the same thing" in refused(tmp_path / "data", *both)


def test_nowhere_to_record_to_is_said(tmp_path: Path) -> None:
    """Without --data, --kafka or TRACEMARK_URL nothing is guessed."""
    command = [sys.executable, "-m", "tracemark.cli.main", "record", *COMPLAINT, "--state", "received", "--no-input"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRACEMARK_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ)
    assert done.returncode == 2
    assert "--data DIR or --kafka HOST:PORT" in done.stderr


def test_help_follows_the_schema() -> None:
    """Each option's text is the field's own; the advice about people's ids is there."""
    shown = " ".join(tracemark("record", "complaint", "--help", check=0).stdout.split())
    assert "Due date, fixed at receipt from the policy then in force." in shown
    assert "prefer --user-file" in shown
