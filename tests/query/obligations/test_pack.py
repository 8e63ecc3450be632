"""The catalogue holds what a reader of a report relies on, and the page made of it is not stale."""

import json
import re
import runpy
from pathlib import Path

import pytest

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations import Obligation, list_packs, load_pack
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
    for text in (obligation.duty, obligation.denominator, obligation.limits, obligation.unanswered):
        assert set(text) == {"en", "zh"}
    assert obligation.duty["en"].endswith(".")
    assert obligation.duty["zh"].endswith("。")
    assert re.findall(r"[A-Z]+(?= [0-9])|GB", obligation.law)
    assert set(re.findall(r"\b(IM|DS|LM|GB|CSL|PIPL|IIS)\b", obligation.law)) <= set(PACK.instruments)
    assert set(obligation.event_types) <= {schema.event_type for schema in schemas()}
    assert obligation.query or obligation.unanswered["en"]
    assert obligation.checked in {"A", "B", "C"}


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


def test_texts_of_the_pack_are_plain() -> None:
    """A report in JSON stays JSON."""
    assert json.dumps([dict(obligation.duty) for obligation in PACK.obligations], ensure_ascii=False)
