"""INSERTs, always from a file in memory that is complete before the engine begins.

The engine's own streaming insert reports success for rows it dropped when it was killed or ran out of time. Reading the data from a
file it either stores them all, or raises.
"""

import re
from collections.abc import Mapping

from tracemark.store.embedded.connection import Connection, Result, as_literal
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.statement import Insert

__all__ = ["insert"]

_FORMAT = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


def insert(connection: Connection, statement: Insert, data: Spool, parameters: Mapping[str, str]) -> Result:
    """Run `statement` over `data`. When it returns, the rows are stored.

    Raises:
        QueryFailed: the engine refused the statement or a row, it was killed, or it ran out of time or memory. Of a large insert,
            whole blocks may then be stored, as on a server.
    """
    return connection.run(_sql(statement, data), "Null", parameters)


def _sql(statement: Insert, data: Spool) -> str:
    if not statement.takes_data:
        if data.size:
            raise QueryFailed(
                36,
                "BAD_ARGUMENTS",
                "this INSERT … SELECT reads no data, yet the body has some: read them with input('structure')",
            )
        return statement.head
    name = statement.format or ""
    if not _FORMAT.match(name):
        raise QueryFailed(36, "BAD_ARGUMENTS", "an INSERT with data needs FORMAT and the format's name at its end")
    if statement.input_call is None:
        return f"{statement.target} FROM INFILE {as_literal(data.path)} {statement.settings} FORMAT {name}"
    start, end, structure = statement.input_call
    file = f"file({as_literal(data.path)}, {as_literal(name)}, {structure})"
    return statement.head[:start] + file + statement.head[end:]
