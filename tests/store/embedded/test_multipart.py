"""Forms, as any client may send them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.embedded import RunningServer, ask
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.multipart import form_fields, is_form

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
        (form(('name="t"; filename="t"', "1")), 48),
        (form(('name="t_structure"', "x UInt8")), 48),
        (b"no form at all", 36),
        (b"", 36),
    ],
)
def test_what_cannot_be_served_is_an_error(embedded_server: RunningServer, body: bytes, code: int) -> None:
    """Files, table structures and broken forms are refused, each with its code."""
    answer = ask(embedded_server, "SELECT 1", body=body, headers={"Content-Type": CONTENT_TYPE})
    assert answer.headers["x-clickhouse-exception-code"] == str(code)


@given(st.binary(max_size=300))
def test_any_bytes_give_fields_or_the_documented_error(body: bytes) -> None:
    """No form, however broken, ends in anything but fields or a QueryFailed."""
    with suppress(QueryFailed):
        assert all(isinstance(value, str) for value in form_fields(CONTENT_TYPE, body).values())


def test_only_forms_are_forms() -> None:
    """The content type decides, in any case."""
    assert is_form("Multipart/Form-Data; boundary=x")
    assert not is_form("application/octet-stream")
