"""Headings of tables: a column is called by its name, or by what it counts in the language of the board."""

import pytest

from support.board_world import BoardQuery, BoardStore, board_queries
from tracemark.dashboards.queries import columns_of
from tracemark.dashboards.words import Words
from tracemark.schemas import schemas

FIELDS = {field.name for schema in schemas() for field in schema.fields} | {"clock_suspect", "erased_by"}
"""Columns of the event tables: they are called the same on every board."""


@pytest.mark.parametrize("query", [query for query in board_queries() if query.kind == "table"], ids=str)
def test_headings_are_about_what_a_query_returns(world: BoardStore, query: BoardQuery) -> None:
    """The columns that are read off a query are those that it returns; each that is no field of an event has a Chinese heading."""
    names = world.run(query.query, {"request_id": "r-1", "case_id": "k-1"}).names
    assert columns_of(query.query["rawSql"]) == names
    kept = FIELDS | {column for column in names if column.startswith("_")}
    assert [name for name in names if name not in kept and Words("common", "zh").heading(name) is None] == []
