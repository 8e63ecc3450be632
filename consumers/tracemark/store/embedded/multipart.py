"""Forms (RFC 7578): clients move the statement and long parameters from the URL into one.

Fields named `query` and `param_…` are taken; files are external tables.
"""

from dataclasses import replace
from email.parser import BytesParser

from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.external import ExternalTable
from tracemark.store.embedded.request import QueryRequest
from tracemark.store.embedded.spool import Spool

__all__ = ["form_parts", "is_form", "with_form_fields"]

_LARGEST_FORM = 32 * 1024 * 1024
"""Bytes; a form holds a statement, its parameters and small tables to look things up in, never data to be stored."""


def is_form(content_type: str) -> bool:
    """Whether a body of this type is a form."""
    return content_type.lower().startswith("multipart/form-data")


def with_form_fields(request: QueryRequest, content_type: str, body: Spool) -> QueryRequest:
    """The request with the form's statement, parameters and tables; what the URL says of the same name is overridden.

    Raises:
        QueryFailed: 36, no form after all, or a table that is none; 1009, a form too large for what it is for.
    """
    if body.size > _LARGEST_FORM:
        raise QueryFailed(1009, "BODY_TOO_LARGE", f"a form of {body.size} bytes: send data as the body of an INSERT")
    fields, files = form_parts(content_type, body.read(_LARGEST_FORM))
    unknown = [name for name in fields if name != "query" and not name.startswith("param_")]
    if unknown:
        raise QueryFailed(36, "BAD_ARGUMENTS", "a form has query, param_… and files: put everything else into the URL")
    tables = tuple(ExternalTable.of(name, data, request.settings) for name, data in files.items())
    describing = frozenset[str]().union(*(table.parameters for table in tables))
    return replace(
        request,
        sql=fields.get("query") or request.sql,
        parameters=request.parameters | {name[6:]: value for name, value in fields.items() if name != "query"},
        settings={name: value for name, value in request.settings.items() if name not in describing},
        external=tables,
        content_encoding="",
    )


def form_parts(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """The fields of a form by name, and its files; raises `QueryFailed` for a broken form."""
    head = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + body)
    if not message.is_multipart():
        raise QueryFailed(36, "BAD_ARGUMENTS", "the body is no multipart form, although its Content-Type says so")
    fields, files = dict[str, str](), dict[str, bytes]()
    for part in message.walk():
        if part.is_multipart():
            continue
        name, payload = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if not isinstance(name, str):
            raise QueryFailed(36, "BAD_ARGUMENTS", "a part of the form has no name")
        if part.get_filename() is not None:
            files[name] = content
        else:
            fields[name] = content.decode("utf-8", "surrogateescape")
    return fields, files
