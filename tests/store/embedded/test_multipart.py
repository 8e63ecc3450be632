"""Forms, as any client may send them: statements, parameters and external tables."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.embedded import RunningServer, ask
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.external import ExternalTable
from tracemark.store.embedded.multipart import form_parts, is_form

BOUNDARY = "a-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def form(*parts: tuple[str, str]) -> bytes:
    """A form with these headers and bodies."""
    written = "".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n" for head, body in parts
    )
    return f"{written}--{BOUNDARY}--\r\n".encode()


def test_statement_and_parameters_are_read_from_a_form(embedded_server: RunningServer) -> None:
    """A form may hold the whole request."""
    body = form(('name="query"', "SELECT {x:String}"), ('name="param_x"', "词"))
    answer = ask(embedded_server, body=body, headers={"Content-Type": CONTENT_TYPE})
    assert (answer.status, answer.body.decode()) == (200, "词\n")


def test_a_form_cannot_get_past_the_readers_gate(embedded_server: RunningServer) -> None:
    """The gate looks at the statement wherever it came from."""
    body = form(('name="query"', "SELECT file('/etc/passwd')"))
    answer = ask(embedded_server, body=body, reader=True, headers={"Content-Type": CONTENT_TYPE})
    assert answer.status >= 400
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (form(('name="t"; filename="t"', "1")), 36),
        (form(('name="t_structure"', "x UInt8")), 36),
        (form(('filename="t"', "1")), 36),
        (b"no form at all", 36),
        (b"", 36),
    ],
)
def test_what_cannot_be_served_is_an_error(embedded_server: RunningServer, body: bytes, code: int) -> None:
    """Tables without a structure, structures outside the URL and broken forms are refused, each with its code."""
    answer = ask(embedded_server, "SELECT 1", body=body, headers={"Content-Type": CONTENT_TYPE})
    assert answer.headers["x-clickhouse-exception-code"] == str(code)


@given(st.binary(max_size=300))
def test_any_bytes_give_fields_or_the_documented_error(body: bytes) -> None:
    """No form, however broken, ends in anything but fields or a QueryFailed."""
    with suppress(QueryFailed):
        fields, files = form_parts(CONTENT_TYPE, body)
        assert all(isinstance(value, str) for value in fields.values())
        assert all(isinstance(data, bytes) for data in files.values())


@given(st.binary(max_size=300).filter(lambda data: b"--a-boundary" not in data))
def test_a_file_comes_out_as_it_went_in(data: bytes) -> None:
    """Whatever its bytes: Native is binary, and line ends are data."""
    body = b"--a-boundary\r\nContent-Disposition: form-data; name=t; filename=t\r\n\r\n%b\r\n--a-boundary--\r\n" % data
    assert form_parts(CONTENT_TYPE, body) == ({}, {"t": data})


@pytest.mark.parametrize("reader", [False, True])
@pytest.mark.parametrize(
    ("url", "data"),
    [
        ({"ids_structure": "id UInt64, name Nullable(String)", "ids_format": "CSV"}, '7,"x"\n8,"y"\n'),
        ({"ids_structure": "`id` UInt64, name Enum8('x' = 1, 'y' = -2)"}, "7\tx\n8\ty\n"),
        ({"ids_structure": "id UInt64, name Tuple(a Map(String, String), b DateTime64(6, 'UTC'))"}, "8\t({},0)\n"),
        ({"ids_types": "UInt64, Array(Nullable(String))"}, "8\t['y']\n"),
    ],
)
def test_a_table_comes_along(embedded_server: RunningServer, url: dict[str, str], data: str, reader: bool) -> None:
    """A file is a table for one query, for readers as well; what describes it is no setting."""
    body = form(('name="ids"; filename="ids"', data))
    sql = "SELECT count() FROM ids WHERE COLUMNS('^(id|_1)$') = 8"
    for session in ({}, {"session_id": "external"}):
        parameters = {**url, **session}
        answer = ask(
            embedded_server,
            sql,
            parameters=parameters,
            body=body,
            reader=reader,
            headers={"Content-Type": CONTENT_TYPE},
        )
        assert (answer.status, answer.body) == (200, b"1\n"), answer.body
    assert ask(embedded_server, "SELECT * FROM ids", reader=reader, session_id="external").code == 60


@pytest.mark.parametrize(
    "structure",
    [
        "",
        "id",
        "id UInt64,",
        "id UInt64) ENGINE = File(CSV, '{path}') AS SELECT (1",
        "id UInt64 DEFAULT file('{path}')",
        "id DEFAULT file('{path}')",
        "id UInt64 MATERIALIZED 1",
        "id UInt64 (1) (2)",
        "id (String DEFAULT file('{path}'))",
        "id UInt64 CODEC(NONE)",
        "id UInt64 /* ' */ ALIAS file('{path}')",
        "id Array(String -- )\n) DEFAULT file('{path}') --)",
        "id Enum8('a' = 1; DROP TABLE t)",
        "id Nested(a String), INDEX i a TYPE minmax",
        "id Array(String",
        "id Array(String DEFAULT file('{path}'))",
        "id Enum8('a' = file('{path}'))",
        "id FixedString(file('{path}'))",
        "id FixedString((SELECT 1))",
        "id AggregateFunction(groupArray(file('{path}')), String)",
        "`i\\`d` UInt64",
    ],
)
def test_a_structure_is_nothing_but_names_and_types(embedded_server: RunningServer, structure: str) -> None:
    """It becomes part of a statement: no expression, no engine, no second statement gets in with it, and no file is read."""
    body = form(('name="ids"; filename="ids"', "1"))
    answer = ask(
        embedded_server,
        "SELECT * FROM ids",
        parameters={"ids_structure": structure.replace("{path}", "/etc/passwd")},
        body=body,
        reader=True,
        headers={"Content-Type": CONTENT_TYPE},
    )
    assert answer.status == 400
    assert b"root:" not in answer.body


def test_types_without_names_are_numbered() -> None:
    """As on a server: `_1`, `_2`."""
    table = ExternalTable.of("t", b"", {"t_types": "UInt8, Map(String, UInt8)"})
    assert table.structure == "_1 UInt8, _2 Map ( String , UInt8 )"
    assert table.parameters == {"t_types", "t_structure", "t_format"}


def test_only_forms_are_forms() -> None:
    """The content type decides, in any case."""
    assert is_form("Multipart/Form-Data; boundary=x")
    assert not is_form("application/octet-stream")
