"""What a report looks like: JSON, CSV, a page of its own, and the command's exit codes."""

import csv
import io
import json
import uuid
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from support.stored import Tables
from tracemark.cli._app import app
from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations import Report, Window, evaluate, load_pack
from tracemark.query.obligations.render import to_csv, to_html
from tracemark.query.testing import AS_OF, SINCE, World, plants
from tracemark.store import Store, StoreConfig


@pytest.fixture
def report(reader: Store, tables: Tables) -> Report:
    """One violation among clean traffic."""
    fill(tables, "complaint-forgotten")
    return evaluate(reader, load_pack("cn"), Window(since=SINCE, until=AS_OF), AS_OF)


def fill(tables: Tables, *names: str) -> None:
    """A small world with the plants named."""
    world = World(requests=100, plants=[plant for plant in plants() if plant.name in names])
    for block in world.blocks():
        tables.writer.insert(block.table, block.column_names, block.columns, query_id=uuid.uuid4().hex)


def test_json_says_everything(report: Report) -> None:
    """The document is JSON with a result, counts and one entry for each duty; an offender leads to its trace."""
    found = json.loads(json.dumps(report.to_dict()))
    assert found["result"] == "fail"
    assert sum(found["counts"].values()) == len(found["obligations"]) == len(load_pack("cn").obligations)
    (late,) = [duty for duty in found["obligations"] if duty["result"] == "fail"]
    assert late["id"] == "INV-8"
    assert late["offenders"][0]["trace"] == "tracemark trace --case c-complaint-forgotten-0"


def test_csv_has_a_line_for_each(report: Report) -> None:
    """Every duty and every offender is one line of the table, in either language."""
    rows = list(csv.DictReader(io.StringIO(to_csv(report, "zh"))))
    assert len(rows) == len(report.answers)
    assert [row["case_id"] for row in rows if row["result"] == "fail"] == ["c-complaint-forgotten-0"]


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


def test_questions_without_an_answer_are_refused(reader: Store) -> None:
    """An empty window, an instant without a zone, and an unknown duty."""
    pack = load_pack("cn")
    with pytest.raises(InvalidQuestion, match="empty"):
        evaluate(reader, pack, Window(since=AS_OF, until=AS_OF), AS_OF)
    with pytest.raises(InvalidQuestion, match="zone"):
        evaluate(reader, pack, Window(since=SINCE, until=AS_OF), AS_OF.replace(tzinfo=None))
    with pytest.raises(InvalidQuestion, match="no obligation"):
        evaluate(reader, pack, Window(since=SINCE, until=AS_OF), AS_OF, only=["INV-99"])
