"""How this portion asks the store."""

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["Reader", "Row", "Rows"]

Row = dict[str, Any]
Rows = list[Row]


class Reader(Protocol):
    """Something that answers SQL; `tracemark.store.Store` does.

    Rows come with Python's own types: aware datetimes, UUIDs, bytes for FixedString. Values are bound on the server's side
    through `{name:Type}`, never written into the statement.
    """

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Rows of one SELECT as dictionaries by column name; blocks until all are here; raises the store's errors."""
        ...
