"""What a reader may ask.

`readonly=1` alone is not enough: with it the engine still writes files (`INTO OUTFILE`), reads them (the scalar `file()`, the
overlay database `default`), opens what `DESCRIBE file(…)` names, kills queries and shows everybody's statements. So four
independent checks stand before it, and each refuses what it does not know:

1. the engine classifies the text as one READ_ONLY statement;
2. its tokens name no file function, no server-side table function, no closed database or system table, wherever they stand;
3. its syntax tree, as the engine prints it, has only listed table functions and tables of open databases;
4. `SHOW` and `CHECK` only in listed forms, for their trees say nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.store.embedded.connection import Connection, EffectClass
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.sql import Token
from tracemark.store.embedded.statement import Statement

__all__ = ["ReadersGate"]

_TABLE_FUNCTIONS = frozenset(
    {
        "numbers", "numbers_mt", "zeros", "zeros_mt", "generateseries", "generate_series", "values", "view", "null",
    }
)  # fmt: skip
# Plain functions that open files, or tables whose names come as strings. The name alone is refused, for it can be handed on
# without a call that the tree would show: `APPLY(file)`, `arrayMap(file, …)`.
_CLOSED_NAMES = frozenset(
    {"file", "hascolumnintable", "joinget", "joingetornull", "catboostevaluate", "showcertificate"}
)
_SYSTEM_TABLES = frozenset(
    {
        "aggregate_function_combinators", "build_options", "columns", "contributors", "data_skipping_indices", "data_type_families",
        "databases", "formats", "functions", "keywords", "one", "numbers", "parts", "parts_columns", "projections",
        "settings", "table_functions", "tables", "time_zones", "zeros",
    }
)  # fmt: skip
_INFORMATION_SCHEMA = frozenset({"information_schema"})
_SHOW_FORMS = frozenset(
    {
        "TABLES", "FULL", "DATABASES", "COLUMNS", "FIELDS", "CREATE", "INDEX", "INDEXES", "INDICES", "KEYS",
        "FUNCTIONS",
    }
)  # fmt: skip
_TREE_LINE = re.compile(r"^( *)(\w+)(?: (.*?))?(?: \(alias .*\))?(?: \(children \d+\))?$")


@dataclass(frozen=True, slots=True)
class ReadersGate:
    """Decides for one server, whose tables live in `database`."""

    database: str
    server_functions: frozenset[str]
    """Names (lower case) of the engine's table functions that are not plain functions as well."""

    @classmethod
    def of(cls, connection: Connection, database: str) -> "ReadersGate":
        """A gate that knows the table functions of this very engine."""
        names = connection.run(
            "SELECT lower(name) FROM system.table_functions WHERE name NOT IN (SELECT name FROM system.functions)",
            "TSV",
        )
        return cls(database, frozenset(names.data.decode().split()) - _TABLE_FUNCTIONS)

    def check(self, statement: Statement, connection: Connection, parameters: dict[str, str], database: str) -> None:
        """Let `statement` through, or say what it may not do.

        Raises:
            QueryFailed: 497, or the engine's own error for a text that does not parse.
        """
        if database.lower() != self.database.lower():
            raise _refused(f"readers work in the database {self.database}")
        kind, count = connection.classify(statement.text)
        if kind is EffectClass.UNKNOWN or count == 0:
            return  # does not parse: the engine says so better than we could
        if kind is not EffectClass.READ_ONLY or count != 1:
            raise _refused("readers may run one reading statement at a time")
        self._check_tokens(statement.tokens)
        self._check_form(statement)
        self._check_tree(statement, connection, parameters)

    def _check_tokens(self, found: Sequence[Token]) -> None:
        for at, token in enumerate(found):
            behind = found[at + 1 : at + 4]
            if token.kind == "odd" or token.text == "\\" or (token.kind == "quoted" and "\\" in token.text):
                raise _refused(
                    "outside of string literals readers may only use plain ASCII, and no backslash in a quoted name"
                )
            name = token.name.lower()
            if name in _CLOSED_NAMES:
                raise _refused(
                    f"readers may not use the name {name}, in any quoting: a column of that name needs an alias in a view"
                )
            if name in self.server_functions and behind and behind[0].text == "(":
                raise _refused(f"readers may not use the table function {name}")
            if name == "default" and (found[0].says("SHOW") or (behind and behind[0].text == ".")):
                raise _refused("readers may not use the database default")
            if name == "system":
                self._check_system(behind)
            if token.says("APPLY"):
                _check_apply(found[at + 1 : at + 6])
            if name == "identifier" and at >= 2 and found[at - 1].text == ":":  # noqa: PLR2004 - `{x:Identifier}`
                raise _refused("readers may not pass identifiers as parameters: write the name into the statement")

    def _check_system(self, behind: Sequence[Token]) -> None:
        if len(behind) > 1 and behind[0].text == "." and behind[1].name.lower() in _SYSTEM_TABLES:
            return
        raise _refused("readers may not use this system table: " + ", ".join(sorted(_SYSTEM_TABLES)) + " are open")

    def _check_form(self, statement: Statement) -> None:
        verb, *rest = statement.words
        if verb == "SHOW" and not _SHOW_FORMS & set(rest[:1]):
            raise _refused("readers may SHOW tables, databases, columns, indexes, functions and CREATE statements")
        if verb in {"CHECK", "WATCH"}:
            raise _refused(f"readers may not {verb}")

    def _check_tree(self, statement: Statement, connection: Connection, parameters: dict[str, str]) -> None:
        if statement.words[0] == "SHOW":
            return  # prints no tree; its tokens were checked
        tree = connection.run(f"EXPLAIN AST {statement.text}", "TSVRaw", parameters).data.decode("utf-8", "replace")
        lines = [line for text in tree.splitlines() if (line := _TREE_LINE.match(text))]
        for above, line in zip([None, *lines], lines, strict=False):
            parent = above.group(2) if above is not None else ""
            node, what = line.group(2), (line.group(3) or "").strip()
            if node == "Function" and parent == "TableExpression" and what.lower() not in _TABLE_FUNCTIONS:
                raise _refused(f"readers may not use the table function {what}")
            if node == "TableIdentifier":
                self._check_table(what.split("."))

    def _check_table(self, parts: list[str]) -> None:
        if len(parts) == 1:
            return
        database, table = parts[0].lower(), parts[1].lower()
        if database == self.database.lower() or database in _INFORMATION_SCHEMA:
            return
        if database == "system" and table in _SYSTEM_TABLES:
            return
        raise _refused(f"readers may read the database {self.database}, information_schema and some system tables")


def _check_apply(behind: Sequence[Token]) -> None:
    # The tree does not show what stands inside APPLY: only a plain name is let through, bare or in parentheses.
    inner = behind[1:] if behind and behind[0].text == "(" else behind
    closed = inner is behind or (len(inner) > 1 and inner[1].text == ")")
    if not inner or not inner[0].name or not closed:
        raise _refused("readers may APPLY a function by its plain name only")


def _refused(text: str) -> QueryFailed:
    return QueryFailed(497, "ACCESS_DENIED", text)
