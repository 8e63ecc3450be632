"""Which forms of statement this layer lets through, for anybody.

The engine answers some statements with success and does nothing (`SYSTEM FLUSH LOGS`), lacks what others need (users, roles, row
policies) and knows some that would end or leave the process. What is not listed here is refused with code 48: an error, never an
empty success.
"""

from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.statement import Insert, Statement

__all__ = ["check_form", "is_stateful", "refuse_server_files"]

_OBJECTS = ("TABLE", "DATABASE", "VIEW", "MATERIALIZED", "DICTIONARY", "FUNCTION", "TEMPORARY", "INDEX")
_SECOND_WORDS: dict[str, tuple[str, ...]] = {
    "CREATE": _OBJECTS,
    "ALTER": ("TABLE", "TEMPORARY", "DATABASE"),
    "DROP": _OBJECTS,
    "DETACH": ("TABLE", "VIEW", "DICTIONARY", "DATABASE"),
    "ATTACH": ("TABLE", "VIEW", "MATERIALIZED", "DICTIONARY", "DATABASE"),
    "RENAME": ("TABLE", "DATABASE", "DICTIONARY"),
    "EXCHANGE": ("TABLES", "DICTIONARIES"),
    "TRUNCATE": ("TABLE", "DATABASE", "TEMPORARY", "IF"),
    "UNDROP": ("TABLE",),
    "KILL": ("QUERY", "MUTATION"),
    "BACKUP": ("TABLE", "DATABASE", "ALL", "VIEW", "DICTIONARY"),
    "RESTORE": ("TABLE", "DATABASE", "ALL", "VIEW", "DICTIONARY"),
}
_ANY_SECOND_WORD = frozenset(
    {
        "SELECT",
        "WITH",
        "FROM",
        "(",
        "EXPLAIN",
        "DESCRIBE",
        "DESC",
        "EXISTS",
        "CHECK",
        "INSERT",
        "OPTIMIZE",
        "DELETE",
        "UPDATE",
        "USE",
    }
)
_ACCESS_WORDS = frozenset(
    {
        "ROLE", "ROLES", "USER", "USERS", "GRANTS", "ACCESS", "POLICY", "POLICIES", "ROW", "QUOTA", "QUOTAS",
        "PROFILE", "PROFILES", "MASKING",
    }
)  # fmt: skip
_SYSTEM_FORMS = (
    ("STOP", "MERGES"), ("START", "MERGES"), ("STOP", "TTL"), ("START", "TTL"), ("STOP", "MOVES"), ("START", "MOVES"),
    ("STOP", "VIEW"), ("START", "VIEW"), ("STOP", "VIEWS"), ("START", "VIEWS"), ("REFRESH", "VIEW"), ("WAIT", "VIEW"),
    ("CANCEL", "VIEW"),
    ("RELOAD", "DICTIONARY"), ("RELOAD", "DICTIONARIES"), ("FLUSH", "ASYNC"),
)  # fmt: skip


def refuse_server_files(statement: Statement) -> None:
    """Refuse the clauses that name files of the server, for anybody.

    Raises:
        QueryFailed: 62, with what to do instead.
    """
    if statement.says("INTO", "OUTFILE"):
        raise QueryFailed(
            62, "SYNTAX_ERROR", "INTO OUTFILE names a file of the server: take the rows from the response"
        )
    if statement.says("FROM", "INFILE"):
        raise QueryFailed(
            62, "SYNTAX_ERROR", "FROM INFILE names a file of the server: send the data in the request body"
        )


def check_form(statement: Statement) -> None:
    """Let `statement` through when its form is one this layer understands.

    Raises:
        QueryFailed: 48, with what to do instead.
    """
    if not _is_understood(statement):
        what = " ".join(word for word in statement.words[:2] if word.isidentifier())
        raise QueryFailed(
            48,
            "NOT_IMPLEMENTED",
            f"{what or 'this statement'} is not supported by the embedded engine: users, roles, policies, quotas and server "
            "administration need a ClickHouse server",
        )


def is_stateful(statement: Statement) -> bool:
    """Whether a later request of the same session would notice: SET, USE, a temporary table."""
    words = statement.words
    return words[0] in {"SET", "USE"} or (words[0] == "CREATE" and "TEMPORARY" in words[1:4])


def _is_understood(statement: Statement) -> bool:
    if isinstance(statement, Insert):
        return True
    verb, *rest = statement.words
    if verb in _ANY_SECOND_WORD:
        return True
    if verb == "CREATE" and rest[:2] == ["OR", "REPLACE"]:
        rest = rest[2:]
    match verb:
        case "SET":
            return not _ACCESS_WORDS & set(rest[:2]) and rest[:1] != ["TRANSACTION"]
        case "SHOW":
            return not _ACCESS_WORDS & set(rest[:3])
        case "SYSTEM":
            return tuple(rest[:2]) in _SYSTEM_FORMS or (rest[:1] in (["DROP"], ["CLEAR"]) and "CACHE" in rest)
        case _:
            return rest[:1] != [] and rest[0] in _SECOND_WORDS.get(verb, ())
