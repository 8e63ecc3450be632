"""The catalogue holds what a reader of a report relies on, and the page made of it is not stale."""

import json
import re
import runpy
from pathlib import Path

import pytest

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations import Obligation, list_packs, load_pack
from tracemark.query.obligations.words import reason_words, words
from tracemark.query.testing import World, plants
from tracemark.schemas import schemas

ROOT = Path(__file__).parents[3]
PACK = load_pack("cn")
each = pytest.mark.parametrize("obligation", PACK.obligations, ids=lambda obligation: obligation.id)


def test_every_regime_loads() -> None:
    """`cn` is among them, and an unknown regime is refused by name of those that exist."""
    assert "cn" in list_packs()
    assert all(load_pack(name).regime == name for name in list_packs())
    with pytest.raises(InvalidQuestion, match="cn"):
        load_pack("atlantis")


def test_ids_are_unique() -> None:
    """An id names one duty."""
    ids = [obligation.id for obligation in PACK.obligations]
    assert len(ids) == len(set(ids))
    assert {f"INV-{n}" for n in (*range(1, 14), 15, 17)} <= set(ids)


@each
def test_every_duty_says_what_it_is(obligation: Obligation) -> None:
    """Both languages, a law of the pack, real event types, and how far the reading was checked."""
    for name in ("duty", "denominator", "deadline", "limits", "note", "unanswered"):
        assert set(getattr(obligation, name)) == {"en", "zh"}
        assert bool(getattr(obligation, name)["en"]) == bool(getattr(obligation, name)["zh"])
    assert obligation.duty["en"].endswith(".")
    assert obligation.duty["zh"].endswith("。")
    assert obligation.limits["en"].endswith(".")
    assert re.findall(r"[A-Z]+(?= [0-9])|GB", obligation.law)
    assert set(re.findall(r"\b(IM|DS|LM|GB|CSL|PIPL|IIS)\b", obligation.law)) <= set(PACK.instruments)
    assert set(obligation.event_types) <= {schema.event_type for schema in schemas()}
    assert obligation.query or obligation.unanswered["en"]
    assert obligation.checked in {"A", "B", "C"}


READ = {
    "IM": "A",
    "DS": "A",
    "LM": "A",
    "CSL": "B",
    "PIPL": "B",
    "IIS": "B",
    "GB": "C",
    "AIA": "C",
    "CoP": "C",
    "BPC": "B",
}
"""How far each text was read, by who read it."""


def test_every_text_says_how_far_it_was_read() -> None:
    """The grade of a text is that of its reading, in every pack; California's section on tools was read less than the rest."""
    instruments = {key: one for name in list_packs() for key, one in load_pack(name).instruments.items()}
    assert {key: one.checked for key, one in instruments.items()} == READ
    assert {key: one.checked_apart for key, one in instruments.items() if one.checked_apart} == {
        "BPC": {"22757.2": "C"}
    }
    assert load_pack("us-ca")["CA-TOOL"].checked == "C"


@pytest.mark.parametrize("regime", list_packs())
def test_a_duty_was_checked_as_far_as_the_least_read_of_its_texts(regime: str) -> None:
    """A standard that nobody opened keeps a duty from being called read in full, however well the law beside it was read."""
    for duty in load_pack(regime).obligations:
        cited = [part.split()[0] for part in duty.law.split("; ")]
        assert set(cited) == {citation.instrument for citation in duty.citations}
        assert duty.checked == max(citation.checked for citation in duty.citations)
        assert duty.checked >= max(READ[key] for key in cited)
    least = {name: PACK[name].checked for name in ("INV-1", "INV-2", "INV-3", "INV-9", "ROW-10")}
    assert least == {"INV-1": "C", "INV-2": "C", "INV-3": "A", "INV-9": "B", "ROW-10": "B"}


@pytest.mark.parametrize("regime", list_packs())
def test_what_a_pass_does_not_prove_is_told_apart_from_notes(regime: str) -> None:
    """Every duty has limits of its own kind; what else is to be known about a reading stands in the note."""
    for duty in load_pack(regime).obligations:
        assert re.match(r"(That|Anything|Which|Who|How|What|The code's) ", duty.limits["en"]), duty.id
        assert not re.search(r"our reading|not opened|\[[ABC]\]|gives no number", duty.limits["en"]), duty.id
        assert re.match(r"(既?不|目前不能|未|不能)", duty.limits["zh"]), duty.id


CODE = re.compile(r"'([a-z][a-z0-9_]*)'")
NO_REASONS = {"checked", "stop", "report", "remediate", "tracemark"}
"""Words of the queries' own that are neither a value of a field nor a reason."""


def test_every_reason_has_words() -> None:
    """Whatever a query may answer, and whatever the kit expects, a report says in English and in Chinese."""
    known = words("reasons")
    folder = ROOT / "consumers/tracemark/query/obligations/queries"
    text = "\n".join(re.sub("--.*", "", path.read_text(encoding="utf-8")) for path in folder.rglob("*.sql"))
    values = {
        value
        for schema in schemas()
        for field in schema.fields
        for value in (schema.event_type, field.name, *field.symbols)
    }
    codes = {code for code in CODE.findall(text) if not code.startswith("_") and not code.endswith("_")}
    assert codes - values - NO_REASONS - known.keys() == set()
    world = World(requests=0, plants=plants())
    list(world.blocks())
    planted = {code for expected in world.expected for code in expected.reason.split(",")}
    assert planted - {""} - known.keys() == set()
    for said in (*known.values(), *words("why").values(), *words("page").values()):
        assert said["en"]
        assert re.search("[\u4e00-\u9fff]", said["zh"])


def test_a_reason_without_words_stands_for_itself() -> None:
    """Several codes of one row are told one after the other, and a code that this release does not know is shown as it is."""
    assert reason_words("no_stop,late_report") == {"en": "not stopped; reported too late", "zh": "未停止；报告逾期"}
    assert reason_words("quite_new")["zh"] == "quite_new"


@each
def test_every_query_is_complete(obligation: Obligation) -> None:
    """No place is left open, only the documented parameters remain, and expressions take their place for a board."""
    if not obligation.query:
        assert obligation.sql() == ""
        return
    sql = obligation.sql("offenders")
    assert "{{" not in sql
    parameters = set(re.findall(r"\{(\w+):", sql))
    assert parameters <= {"from", "to", "as_of", "tenant", "service", "limit"}
    board = obligation.sql("summary", expressions=dict.fromkeys(parameters, "x"))
    assert not re.search(r"\{\w+:", board)


def test_every_query_file_is_used() -> None:
    """No query is left over."""
    folder = ROOT / "consumers/tracemark/query/obligations/queries"
    used = {obligation.query for name in list_packs() for obligation in load_pack(name).obligations}
    assert {path.stem for path in folder.glob("*.sql")} == used - {""}


def test_the_page_is_made_of_this_catalogue() -> None:
    """docs/obligations.md names every duty as the catalogue does; its figures are those of the campaign that made it."""
    page = (ROOT / "docs" / "obligations.md").read_text(encoding="utf-8")
    made: str = runpy.run_path(str(ROOT / "scripts" / "campaigns" / "duties.py"))["page"]([])
    catalogue = [line for line in made.splitlines() if line.startswith("| ") and " | " in line][
        : len(PACK.obligations) + 2
    ]
    assert [line for line in catalogue if line not in page] == []
    assert "| planted | 1,000 |" in page


def test_every_row_is_answered_or_left_out_with_a_reason() -> None:
    """Of the 36 rows of the table of obligations each has a duty, or a reason why it has none that the page gives; never both."""
    answered = {int(row) for duty in PACK.obligations for row in duty.row.split(", ")}
    left_out = [int(each.row) for each in PACK.left_out]
    assert sorted([*answered, *left_out]) == list(range(1, 37))
    page = (ROOT / "docs" / "obligations.md").read_text(encoding="utf-8")
    assert [each for each in PACK.left_out if f"| {each.row} | {each.about} | {each.why} |" not in page] == []


def test_texts_of_the_pack_are_plain() -> None:
    """A report in JSON stays JSON."""
    assert json.dumps([dict(obligation.duty) for obligation in PACK.obligations], ensure_ascii=False)
