"""What a report looks like: JSON, CSV, a page of its own, and the command's exit codes."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.stored import NOON, StoredEvents, Tables, micros
from tracemark.cli._app import app
from tracemark.query import trace_event
from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations import Report, Scope, Window, evaluate, load_pack
from tracemark.query.obligations.page import to_html
from tracemark.query.obligations.render import to_csv
from tracemark.query.testing import AS_OF, SINCE, World, plants
from tracemark.store import Store, StoreConfig, StoreRefused, StoreUnavailable

Ask = Callable[..., Any]
"""The command with some options: its exit code and what it printed."""


@pytest.fixture(scope="module")
def report(tables: Tables) -> Report:
    """One violation among clean traffic, judged once; the tables are empty again afterwards."""
    fill(tables, "complaint-forgotten")
    made = evaluate(tables.reader, load_pack("cn"), Window(since=SINCE, until=AS_OF), AS_OF)
    tables.empty()
    return made


def fill(tables: Tables, *names: str, copies: int = 1) -> None:
    """A small world with the plants named."""
    world = World(requests=100, plants=[plant for plant in plants() if plant.name in names], copies=copies)
    tables.fill(world)


def test_json_says_everything(report: Report) -> None:
    """The document is JSON with a result, counts and one entry for each duty; an offender leads to its trace."""
    found = json.loads(json.dumps(report.to_dict()))
    assert found["result"] == "fail"
    assert sum(found["counts"].values()) == len(found["obligations"]) == len(load_pack("cn").obligations)
    (late,) = [duty for duty in found["obligations"] if duty["result"] == "fail"]
    assert late["id"] == "INV-8"
    assert late["offenders"][0]["trace"] == "tracemark trace --case c-complaint-forgotten-0"
    assert late["reasons"][0]["words"]["zh"] == "逾期未反馈"
    assert [(cited["law"], cited["checked"]) for cited in late["citations"]] == [("IM 15", "A"), ("DS 12", "A")]
    always = {duty["id"] for duty in found["obligations"] if duty["in_force"] is None}
    assert {"INV-10", "INV-11", "INV-12"} <= always
    assert late["in_force"] == "2023-08-15"
    assert found["since"].endswith("Z")


def test_what_cannot_be_judged_leads_to_its_events(reader: Store, tables: Tables) -> None:
    """A hand-over that nobody checked is listed in every form with why and the command that shows it, beside the breaches."""
    fill(tables, "nobody-looked", "download-without-label")
    report = evaluate(reader, load_pack("cn"), Window(since=SINCE, until=AS_OF), AS_OF)
    answer = report["INV-3"]
    assert [one.reason for one in answer.unjudged] == ["not_checked"]
    assert len(answer.offenders) == 1
    command = f"{answer.unjudged[0].trace} --data /d"
    rows = [row for row in csv.DictReader(io.StringIO(to_csv(report, "zh", " --data /d"))) if row["duty"] == "INV-3"]
    assert [(row["finding"], row["why"]) for row in rows] == [
        ("breach", "缺显式标识"),
        ("cannot be judged", "未经核验"),
    ]
    assert rows[1]["trace"] == command
    assert command in to_html(report, "en", " --data /d")
    assert answer.to_dict()["unjudged"][0]["trace"] == answer.unjudged[0].trace


def test_a_duty_without_evidence_says_why_in_the_table(report: Report) -> None:
    """A line that names no event names the reason, in the reader's language."""
    rows = {row["duty"]: row for row in csv.DictReader(io.StringIO(to_csv(report, "zh")))}
    assert rows["INV-12"]["why"] == load_pack("cn")["INV-12"].unanswered["zh"]


def test_a_list_that_is_cut_says_so(reader: Store, tables: Tables) -> None:
    """The page tells how many of how many are listed, and how to have the rest."""
    fill(tables, "complaint-forgotten", "nobody-looked", copies=4)
    window = Window(since=SINCE, until=AS_OF)
    report = evaluate(reader, load_pack("cn"), window, AS_OF, scope=Scope(limit=3))
    for duty in ("INV-8", "INV-3"):
        section = to_html(report).partition(f'<section id="{duty}">')[2].partition("</section>")[0]
        assert "3 of 4 listed; --limit 4 lists all." in section
    whole = evaluate(reader, load_pack("cn"), window, AS_OF, scope=Scope(limit=4))
    assert "listed; --limit" not in to_html(whole)


@pytest.mark.parametrize(
    ("plant", "duty"),
    [
        ("service-undeclared", "ROW-1"),
        ("scope-never-published", "ROW-11"),
        ("deleted-early", "INV-10"),
        ("kept-too-long", "INV-10"),
        ("tail-lost", "INV-11"),
        ("gateway-counts-differ", "INV-11-GW"),
    ],
)
def test_every_breach_leads_to_its_event(reader: Store, tables: Tables, plant: str, duty: str) -> None:
    """Where no request, content or case is concerned, the event itself can be traced."""
    fill(tables, plant)
    report = evaluate(reader, load_pack("cn"), Window(since=SINCE, until=AS_OF), AS_OF, only=[duty])
    (offender, *_) = report[duty].offenders
    assert offender.trace == f"tracemark trace --event {offender.event_id}"
    assert trace_event(reader, offender.event_id).found


class Refusing(Store):
    """A real store that refuses every statement about complaints, or is away."""

    error: type[StoreRefused | StoreUnavailable] = StoreRefused
    word = "complaint.transition"

    def query(self, sql: str, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Answer, unless it is about complaints."""
        if self.word in sql:
            raise self.error("told to fail", code=69, name="ARGUMENT_OUT_OF_BOUND")
        return super().query(sql, *args, **kwargs)


def test_a_duty_that_cannot_be_asked_leaves_the_others_alone(report: Report, reader: Store, tables: Tables) -> None:
    """It has no evidence, and says what the store said; a report without any answer is none."""
    fill(tables, "complaint-forgotten")
    window = Window(since=SINCE, until=AS_OF)
    with Refusing(reader.config) as refusing:
        found = evaluate(refusing, load_pack("cn"), window, AS_OF)
        troubled = {answer.obligation.id for answer in found.answers if answer.trouble}
        assert troubled == {"INV-8", "ROW-25"}
        assert found["INV-8"].result == "no_evidence"
        assert found["INV-8"].why["en"] == "could not be asked: ARGUMENT_OUT_OF_BOUND (69)"
        others = [answer.to_dict() for answer in found.answers if not answer.trouble]
        assert others == [answer.to_dict() for answer in report.answers if answer.obligation.id not in troubled]
        with pytest.raises(StoreRefused):
            evaluate(refusing, load_pack("cn"), window, AS_OF, only=["INV-8", "ROW-25", "INV-12"])


def test_a_mistyped_limit_is_no_evidence_and_breaks_nothing(reader: Store, story: StoredEvents) -> None:
    """A limit of two thousand million days, or a date, leaves its complaints without a due time; every duty is answered."""
    own: dict[str, Any] = {"service_id": "svc-1", "tenant_id": "t-1"}
    for value, unit in ((2_000_000_000, "working_days"), (20_261_231, "days"), (2_000_000_000, "months")):
        for kind in ("complaint_sla", "rights_sla", "moderation_targets"):
            limit: dict[str, Any] = {
                "limit_value": value,
                "limit_unit": unit,
                "applies_to": "report" if "targets" in kind else "",
            }
            story.tell("policy.published", policy_kind=kind, effective_from=micros(NOON), **limit, **own)
    for number in range(14):
        story.tell("complaint.transition", at=60, case_id=f"k-{number}", complaint_state="received", due_at=None, **own)
    story.save()
    as_of = NOON + timedelta(days=20)
    report = evaluate(reader, load_pack("cn"), Window(since=NOON - timedelta(days=1), until=as_of), as_of)
    assert [answer.obligation.id for answer in report.answers if answer.trouble] == []
    assert (report["INV-8"].result, report["INV-8"].unusable) == ("no_evidence", 14)
    assert {reason.code for reason in report["INV-8"].reasons} == {"no_limit_in_force"}


def test_csv_has_a_line_for_each(report: Report) -> None:
    """Every duty and every offender is one line of the table, in either language."""
    rows = list(csv.DictReader(io.StringIO(to_csv(report, "zh"))))
    assert len(rows) == len(report.answers)
    assert [row["case_id"] for row in rows if row["result"] == "fail"] == ["c-complaint-forgotten-0"]


def test_the_calendar_is_named_from_the_first_deadline_on(reader: Store, tables: Tables) -> None:
    """A complaint that was received in a year whose holidays nobody listed, and is open still: the report, and the lines of duties
    that have a limit, say so, however late the window begins."""
    fill(tables, "complaint-forgotten", "holidays-unknown")
    report = evaluate(reader, load_pack("cn"), Window(since=SINCE, until=AS_OF), AS_OF, only=["INV-1", "INV-8"])
    assert report.calendar_note["en"].startswith("2024: not listed")
    assert report.to_dict()["calendar"] == report.calendar_note
    notes = {(row["duty"], row["case_id"]): row["calendar"] for row in csv.DictReader(io.StringIO(to_csv(report)))}
    assert notes["INV-1", ""] == ""
    assert notes["INV-8", "c-complaint-forgotten-0"].startswith("2026: [B]"), (
        "the line of a case is about its own deadline"
    )
    assert notes["INV-8", "c-holidays-unknown-0"].startswith("2024: not listed")
    (unlisted,) = [reason.code for reason in report["INV-8"].reasons if not reason.usable]
    assert unlisted == "calendar_not_listed"


def test_the_calendar_is_named_where_nothing_has_a_limit(reader: Store, tables: Tables) -> None:
    """With no deadline to count, the note is about the window."""
    fill(tables)
    report = evaluate(reader, load_pack("cn"), Window(since=SINCE, until=AS_OF), AS_OF, only=["INV-1"])
    assert report.calendar_note["en"].startswith("2026: [B]")


class _Links(HTMLParser):
    """What a page links to, names, and loads."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.names: set[str] = set()
        self.loads: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links |= {found["href"] or ""} if tag == "a" else set()
        self.names |= {found["id"] or ""} if "id" in found else set()
        self.loads |= {tag} & {"script", "img", "link", "iframe"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_stands_alone(report: Report, lang: str) -> None:
    """Every link leads to a place on the page, nothing is loaded, and the offender's trace command is on it."""
    page = to_html(report, "zh" if lang == "zh" else "en")
    seen = _Links()
    seen.feed(page)
    assert {link.removeprefix("#") for link in seen.links} == seen.names
    assert not seen.loads
    assert "tracemark trace --case c-complaint-forgotten-0" in page


def test_the_command_exits_by_the_answer(
    tables: Tables, reader: Store, store_config: StoreConfig, tmp_path: Path
) -> None:
    """Exit 0 without a breach, 1 with one, 2 when it could not ask; the page is written beside the answer."""
    if store_config.directory is None:
        pytest.skip("a server's password is in its URL: the command's own test of the store covers it")
    store = ["--data", str(store_config.directory), "--since", SINCE.isoformat(), "--as-of", AS_OF.isoformat()]
    page = tmp_path / "report.html"
    fill(tables)
    clean = CliRunner().invoke(app, ["obligations", *store, "--json", "--html", str(page)])
    assert clean.exit_code == 0, clean.output
    assert json.loads(clean.stdout)["counts"]["fail"] == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    fill(tables, "complaint-forgotten")
    assert CliRunner().invoke(app, ["obligations", *store, "--csv"]).exit_code == 1
    assert CliRunner().invoke(app, ["obligations", *store, "--lang", "zh"]).exit_code == 1
    nowhere = CliRunner().invoke(app, ["obligations", "--data", str(tmp_path)])
    assert nowhere.exit_code == 2
    assert CliRunner().invoke(app, ["obligations", *store, "--regime", "atlantis"]).exit_code == 2


@pytest.fixture
def asked(tables: Tables, reader: Store, store_config: StoreConfig) -> Ask:
    """The command about the tests' store."""
    if store_config.directory is None:
        pytest.skip("a server's password is in its URL: the command's own test of the store covers it")
    store = ["--data", str(store_config.directory), "--as-of", AS_OF.isoformat()]
    return lambda *options: CliRunner().invoke(app, ["obligations", *store, *map(str, options)])


def test_the_limit_holds_on_the_terminal(asked: Ask, tables: Tables, store_config: StoreConfig) -> None:
    """So many breaches are listed as were asked for, three when nobody did, and what is left out is said; documents say it on
    standard error."""
    fill(tables, "complaint-forgotten", copies=5)
    since = ("--since", SINCE.isoformat())
    for limit, shown, rest in (((), 3, "3 of 5 listed"), (("--limit", 2), 2, "2 of 5 listed"), (("--limit", 5), 5, "")):
        done = asked(*since, *limit)
        lines = [line for line in done.stdout.splitlines() if line.startswith("INV-8: ")]
        commands = [line for line in lines if "--case c-complaint-forgotten-" in line]
        assert len(commands) == shown
        assert all(line.endswith(f" --data {store_config.directory}") for line in commands)
        assert [line for line in lines if rest and rest in line] == lines[shown:]
    for document in ("--json", "--csv"):
        assert "INV-8, breaches: 2 of 5 listed; --limit 5 lists all." in asked(*since, "--limit", 2, document).stderr


def test_a_date_begins_where_the_law_is(asked: Ask) -> None:
    """A day of `cn` begins in Shanghai, of `us-ca` in California; the report names the zone, JSON stays UTC."""
    dates = ("--since", "2026-10-01", "--until", "2026-10-02")
    for regime, begins, zone in (
        ("cn", "2026-09-30T16:00:00.000000Z", "Asia/Shanghai"),
        ("us-ca", "2026-10-01T07:00:00.000000Z", "America/Los_Angeles"),
    ):
        found = json.loads(asked(*dates, "--regime", regime, "--json").stdout)
        assert (found["since"], found["zone"]) == (begins, zone)
        assert "2026-10-01 00:00:00 – 2026-10-02 00:00:00" in asked(*dates, "--regime", regime, "--lang", "zh").stdout
        assert zone in asked(*dates, "--regime", regime).stdout
    refused = CliRunner().invoke(app, ["obligations", "--until", "2099-01-01"])
    assert "in Asia/Shanghai" in refused.stderr


def test_a_page_has_a_place_before_the_store_is_asked(asked: Ask, tmp_path: Path) -> None:
    """A folder that is not there is named at once: no judgement is lost for want of it."""
    page = tmp_path / "nowhere" / "report.html"
    done = asked("--html", page)
    assert "there is no folder" in done.stderr
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_duty_that_could_not_be_asked_shows_in_the_exit_code(asked: Ask, tables: Tables) -> None:
    """Without the table of reads one duty cannot be asked: the report stands, the command exits 2, or 1 when another duty fails."""
    since = ("--since", SINCE.isoformat(), "--json")
    fill(tables, "complaint-forgotten")
    tables.writer.command("RENAME TABLE reads_seen TO reads_elsewhere")
    try:
        lacking = asked(*since, "--tenant", "t-of-nobody")
        failing = asked(*since)
    finally:
        tables.writer.command("RENAME TABLE reads_elsewhere TO reads_seen")
    assert (lacking.exit_code, failing.exit_code) == (2, 1)
    found = {duty["id"]: duty["trouble"] for duty in json.loads(lacking.stdout)["obligations"] if duty["trouble"]}
    assert found == {"INV-17": "UNKNOWN_TABLE (60)"}
    assert "INV-17 could not be asked: UNKNOWN_TABLE (60)" in lacking.stderr


def test_questions_without_an_answer_are_refused(reader: Store) -> None:
    """An empty window, an instant without a zone, and an unknown duty."""
    pack = load_pack("cn")
    with pytest.raises(InvalidQuestion, match="empty"):
        evaluate(reader, pack, Window(since=AS_OF, until=AS_OF), AS_OF)
    with pytest.raises(InvalidQuestion, match="zone"):
        evaluate(reader, pack, Window(since=SINCE, until=AS_OF), AS_OF.replace(tzinfo=None))
    with pytest.raises(InvalidQuestion, match="no obligation"):
        evaluate(reader, pack, Window(since=SINCE, until=AS_OF), AS_OF, only=["INV-99"])
