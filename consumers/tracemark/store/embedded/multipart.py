"""Forms (RFC 7578): clients move the statement and long parameters from the URL into one.

Fields named `query` and `param_…` are taken. Files, which a server would make external tables of, are refused.
"""

from dataclasses import replace
from email.message import Message
from email.parser import BytesParser

from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.request import QueryRequest
from tracemark.store.embedded.spool import Spool

__all__ = ["form_fields", "is_form", "with_form_fields"]

_LARGEST_FORM = 32 * 1024 * 1024
"""Bytes; a form holds a statement and its parameters, never data."""


def is_form(content_type: str) -> bool:
    """Whether a body of this type is a form."""
    return content_type.lower().startswith("multipart/form-data")


def with_form_fields(request: QueryRequest, content_type: str, body: Spool) -> QueryRequest:
    """The request with the form's statement and parameters; what the URL says of the same name is overridden.

    Raises:
        QueryFailed: 36, no form after all; 48, external tables; 1009, a form too large for what it is for.
    """
    if body.size > _LARGEST_FORM:
        raise QueryFailed(1009, "BODY_TOO_LARGE", f"a form of {body.size} bytes: send data as the body of an INSERT")
    fields = form_fields(content_type, body.read(_LARGEST_FORM))
    parameters = {name[6:]: value for name, value in fields.items() if name.startswith("param_")}
    unknown = [name for name in fields if name != "query" and not name.startswith("param_")]
    if unknown:
        raise QueryFailed(
            48, "NOT_IMPLEMENTED", "external tables need a ClickHouse server: fill a temporary table instead"
        )
    return replace(
        request, sql=fields.get("query") or request.sql, parameters=request.parameters | parameters, content_encoding=""
    )


def form_fields(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form by name; raises `QueryFailed` for a broken form, and for files."""
    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + body)
    if not message.is_multipart():
        raise QueryFailed(36, "BAD_ARGUMENTS", "the body is no multipart form, although its Content-Type says so")
    parts: list[Message] = [part for part in message.walk() if not part.is_multipart()]
    return dict(map(_field, parts))


def _field(part: Message) -> tuple[str, str]:
    name = part.get_param("name", header="content-disposition")
    if part.get_filename() is not None or not isinstance(name, str):
        raise QueryFailed(
            48, "NOT_IMPLEMENTED", "external tables need a ClickHouse server: fill a temporary table instead"
        )
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return name, content.decode("utf-8", "surrogateescape")
