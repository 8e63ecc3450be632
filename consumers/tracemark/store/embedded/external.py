"""External tables: data that a client sends along with one query, as temporary tables of that request's connection.

A structure becomes part of a statement, and a reader may send one, too. So it is taken only when every column of it is a name, a
type's name and the type's arguments in parentheses: there is no place in it where an expression could stand.
"""

import contextlib
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

from tracemark.store.embedded.connection import Connection, as_identifier, as_literal
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.sql import Token, tokens

__all__ = ["ExternalTable", "external_tables"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_FORMAT = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_SUFFIXES = ("_format", "_structure", "_types")
_PUNCTUATION = frozenset("(),=-.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalTable:
    """One of them: safe to be written into statements."""

    name: str
    format: str
    structure: str
    data: bytes

    @classmethod
    def of(cls, name: str, data: bytes, url: Mapping[str, str]) -> "ExternalTable":
        """The part `name` of a form, described by the URL's `<name>_structure` or `<name>_types`, and `<name>_format`.

        Raises:
            QueryFailed: 36, its name, its format or its structure is not one.
        """
        structure = url.get(f"{name}_structure", "")
        if not structure:
            types = _split(list(tokens(url.get(f"{name}_types", ""))))
            structure = ", ".join(f"_{number} {_written(type_)}" for number, type_ in enumerate(types, start=1))
        found = cls(name=name, format=url.get(f"{name}_format", "TabSeparated"), structure=structure, data=data)
        if not _NAME.match(name) or not _FORMAT.match(found.format):
            raise _bad("a name and a format are plain words")
        if not all(map(_is_column, _split(list(tokens(structure))))):
            raise _bad("its structure is a list of names and types, and nothing else")
        return found

    @property
    def parameters(self) -> frozenset[str]:
        """The URL parameters that describe it; they are no settings."""
        return frozenset(self.name + suffix for suffix in _SUFFIXES)


@contextlib.contextmanager
def external_tables(
    connection: Connection, tables: Sequence[ExternalTable], spool: Callable[[], Spool], *, drop: bool
) -> Generator[None]:
    """Fill `tables` for the block. `drop`: the connection lives on, and must not keep them.

    Raises:
        QueryFailed: the engine's: data that do not fit, an unknown type or format, a table of that name in the session.
    """
    with contextlib.ExitStack() as filled:
        for table in tables:
            name = as_identifier(table.name)
            connection.run(f"CREATE TEMPORARY TABLE {name} ({table.structure}) ENGINE = Memory")
            if drop:
                filled.callback(connection.run, f"DROP TEMPORARY TABLE IF EXISTS {name}")
            with spool() as data:
                data.write(table.data)
                connection.run(f"INSERT INTO {name} FROM INFILE {as_literal(data.path)} FORMAT {table.format}")
        yield


def _split(found: Sequence[Token]) -> list[list[Token]]:
    """The tokens between commas that stand in no parenthesis."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_column(found: Sequence[Token]) -> bool:
    if len(found) < 2 or not found[0].name or found[1].kind != "word":  # noqa: PLR2004 - a name and a type
        return False
    arguments = found[2:]
    if any(
        token.kind == "odd" or "\\" in token.text or (token.kind == "punct" and token.text not in _PUNCTUATION)
        for token in found
    ):
        return False
    return not arguments or (arguments[0].text == "(" and _closing(arguments) == len(arguments) - 1)


def _closing(found: Sequence[Token]) -> int:
    """Where the parenthesis that `found` begins with is closed; -1 when it never is."""
    depth = 0
    for at, token in enumerate(found):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return at
    return -1


def _written(found: Sequence[Token]) -> str:
    return " ".join(token.text for token in found)


def _bad(why: str) -> QueryFailed:
    return QueryFailed(36, "BAD_ARGUMENTS", f"an external table cannot be read: {why}")
