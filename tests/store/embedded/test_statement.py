"""Statements are cut where ClickHouse would cut them."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.forms import check_form, is_stateful
from tracemark.store.embedded.sql import tokens
from tracemark.store.embedded.statement import Insert, Statement, parse

SPACE = st.sampled_from([" ", "\n", "\t", " /* ' \" ` FORMAT CSV */ ", " -- it's\n", ' // "\n', " # '\n", " #! `\n"])
PIECE = st.sampled_from(
    [
        "SELECT", "a", "`q``q`", '"d""d"', "'it''s'", r"'es\'c'", "$$ ' $$", '$t$ " $t$', "1.5e3", "0xff", "->", "::", "(", ")",
        ",", "{x:String}", "[1]", "*", ";", "'第一 🎈'", "<=>",
    ]
)  # fmt: skip


def _insert(text: str) -> Insert:
    found = parse(text)
    assert isinstance(found, Insert)
    return found


@given(st.lists(st.tuples(PIECE, SPACE)))
def test_tokens_and_what_lies_between_make_up_the_text(pieces: list[tuple[str, str]]) -> None:
    """No character is lost or looked at twice, and quotes in comments quote nothing."""
    text = "".join(piece + space for piece, space in pieces)
    found = list(tokens(text))
    assert all(token.kind != "odd" for token in found)
    assert [token.text for token in found] == [text[token.start : token.end] for token in found]
    assert [one.end <= other.start for one, other in pairwise(found)] == [True] * max(0, len(found) - 1)
    assert "".join(token.text for token in found) == "".join(piece for piece, _ in pieces)


@given(st.text())
def test_any_text_is_cut_into_tokens(text: str) -> None:
    """The lexer ends on every text, and each token says where it stands."""
    assert all(text[token.start : token.end] == token.text for token in tokens(text))


@given(st.text())
def test_any_text_is_a_statement_or_a_syntax_error(text: str) -> None:
    """Nothing but a QueryFailed comes out of a text that is no statement."""
    with suppress(QueryFailed):
        assert isinstance(parse(text), Statement)


@pytest.mark.parametrize(
    ("text", "form", "head", "tail"),
    [
        ("SELECT 1", None, "SELECT 1", ""),
        ("SELECT 1;", None, "SELECT 1", ""),
        ("SELECT 1 FORMAT JSON", "JSON", "SELECT 1 ", ""),
        ("SELECT 1 format JSON ; ", "JSON", "SELECT 1 ", ""),
        ("SELECT 1 FORMAT JSON SETTINGS a = 1", "JSON", "SELECT 1 ", " SETTINGS a = 1"),
        ("SELECT 'FORMAT JSON'", None, "SELECT 'FORMAT JSON'", ""),
        ("SELECT format FROM t", None, "SELECT format FROM t", ""),
        ("SELECT 1 -- FORMAT JSON", None, "SELECT 1", ""),
        ("SELECT format('{}', 1) FORMAT CSV", "CSV", "SELECT format('{}', 1) ", ""),
    ],
)
def test_the_format_clause_of_a_select(text: str, form: str | None, head: str, tail: str) -> None:
    """FORMAT is found at the end, before or without SETTINGS, and nowhere else."""
    found = parse(text)
    assert (found.format, found.head, found.tail) == (form, head, tail)


@pytest.mark.parametrize(
    ("text", "target", "form", "data"),
    [
        ("INSERT INTO t VALUES (1, 'a')", "INSERT INTO t", "Values", " (1, 'a')"),
        ("insert into db.t (a, b) values(1)", "insert into db.t (a, b)", "Values", "(1)"),
        ("INSERT INTO t FORMAT CSV\n1,2\n", "INSERT INTO t", "CSV", "1,2\n"),
        ("INSERT INTO t FORMAT CSV \r\n1,2", "INSERT INTO t", "CSV", "1,2"),
        ("INSERT INTO t FORMAT JSONEachRow {}", "INSERT INTO t", "JSONEachRow", "{}"),
        ("INSERT INTO t FORMAT TSV;\n1", "INSERT INTO t", "TSV", "1"),
        ("INSERT INTO t FORMAT Native\n\n\x01", "INSERT INTO t", "Native", "\n\x01"),
        ("INSERT INTO TABLE t (`FORMAT`) FORMAT CSV\n'", "INSERT INTO TABLE t (`FORMAT`)", "CSV", "'"),
        ("INSERT INTO FUNCTION null('a Int') FORMAT CSV\n1", "INSERT INTO FUNCTION null('a Int')", "CSV", "1"),
        ("INSERT INTO t (a)", "INSERT INTO t (a)", "Values", ""),
        ("INSERT INTO format FORMAT CSV\n1", "INSERT INTO format", "CSV", "1"),
        ("INSERT t FORMAT CSV\n1", "INSERT t", "CSV", "1"),
    ],
)
def test_where_the_data_of_an_insert_begin(text: str, target: str, form: str, data: str) -> None:
    """Target, format and the first byte of the data are those ClickHouse takes."""
    found = _insert(text)
    assert (found.target, found.format, text[found.data_start :]) == (target, form, data)
    assert found.takes_data


def test_the_settings_of_an_insert_are_kept() -> None:
    """SETTINGS between the target and the data stay with the statement."""
    found = _insert("INSERT INTO t (a) SETTINGS insert_deduplication_token = 'x' FORMAT CSV\n1")
    assert found.settings.strip() == "SETTINGS insert_deduplication_token = 'x'"


@pytest.mark.parametrize("select", ["SELECT 1", "(SELECT 1)", "WITH 1 AS x SELECT x", "SELECT format FROM t"])
def test_an_insert_that_selects_takes_no_data(select: str) -> None:
    """INSERT … SELECT is one statement to its end."""
    found = _insert(f"INSERT INTO t (a) {select};")
    assert not found.takes_data
    assert found.head == f"INSERT INTO t (a) {select}"


def test_the_input_call_is_found() -> None:
    """`input('…')` and the format behind it are found, whatever the structure's text says."""
    text = "INSERT INTO t SELECT a FROM input('a String, FORMAT String') WHERE x = (SELECT 1) FORMAT Avro\nObj"
    found = _insert(text)
    assert found.input_call is not None
    start, end, structure = found.input_call
    assert text[start:end] == "input('a String, FORMAT String')"
    assert structure == "'a String, FORMAT String'"
    assert (found.format, text[found.data_start :]) == ("Avro", "Obj")
    assert found.head == text[: text.index(" FORMAT Avro")]


@pytest.mark.parametrize(
    "text", ["", " ", ";", "-- nothing", "INSERT", "INSERT INTO", "INSERT INTO t (", "INSERT INTO t nonsense"]
)
def test_what_is_no_statement(text: str) -> None:
    """An empty text, or an INSERT that breaks off, is a syntax error."""
    with pytest.raises(QueryFailed) as failure:
        parse(text)
    assert failure.value.code == 62


@pytest.mark.parametrize(
    "text",
    ["INSERT INTO t SELECT * FROM input() FORMAT CSV", "INSERT INTO t SELECT * FROM input({s:String}) FORMAT CSV"],
)
def test_input_without_a_literal_structure_is_refused(text: str) -> None:
    """A structure that is not written out cannot be served, and says so."""
    with pytest.raises(QueryFailed) as failure:
        parse(text)
    assert failure.value.code == 48


def test_a_statement_may_not_be_endless() -> None:
    """A statement beyond the bound is refused before it is looked at."""
    with pytest.raises(QueryFailed, match="Max query size"):
        parse("SELECT " + "1," * 1_000_000 + "1")


@pytest.mark.parametrize(
    "text", ["SET a = 1", "use db", "CREATE TEMPORARY TABLE t (a Int8)", "CREATE OR REPLACE TEMPORARY TABLE t (a Int8)"]
)
def test_what_a_session_remembers(text: str) -> None:
    """SET, USE and temporary tables need the session's own connection."""
    assert is_stateful(parse(text))
    assert not is_stateful(parse("CREATE TABLE t (a Int8)"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1", "(SELECT 1)", "WITH 1 AS x SELECT x", "FROM t SELECT a", "EXPLAIN SELECT 1", "SHOW TABLES",
        "SHOW CREATE TABLE t", "DESCRIBE t", "EXISTS t", "CHECK TABLE t", "CREATE TABLE t (user String)",
        "CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW v TO t AS SELECT 1",
        "ALTER TABLE t DELETE WHERE 1", "DROP TABLE IF EXISTS t", "RENAME TABLE a TO b", "EXCHANGE TABLES a AND b",
        "TRUNCATE TABLE t", "OPTIMIZE TABLE t FINAL", "DELETE FROM t WHERE 1", "UPDATE t SET a = 1 WHERE 1",
        "SET max_threads = 1", "USE db", "KILL QUERY WHERE 1", "KILL MUTATION WHERE 1", "SYSTEM STOP MERGES",
        "SYSTEM DROP MARK CACHE", "BACKUP DATABASE d TO File('x')", "INSERT INTO t VALUES (1)",
    ],
)  # fmt: skip
def test_forms_that_pass(text: str) -> None:
    """Everyday statements are let through."""
    check_form(parse(text))
