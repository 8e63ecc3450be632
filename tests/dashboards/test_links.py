"""Links lead somewhere: the target exists, takes the variable, and shows the row that was clicked."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from support.board_world import AROUND_NOON, BoardQuery, BoardStore, board_queries
from support.stored import micros
from tracemark.dashboards import stored
from tracemark.dashboards.lint import tile_urls_of, urls_of
from tracemark.dashboards.macros import ALL, TimeRange, Value

LINKS = [(board["uid"], panel, column, url) for board in stored("en") for panel, column, url in urls_of(board)]


TABLES = {
    "tracemark-trace": "events",
    "tracemark-pipeline": "producers",
    "tracemark-obligations": "duties",
    "tracemark-investigation": "models",
}
SHOWN_AS = {("tracemark-pipeline", "service_id"): "services"}
"""Where the target names a column otherwise: a producer may emit for several services."""

KEPT = {"datasource": "x", **dict.fromkeys(("tenant", "service", "model", "regime", "obligation"), ALL)}
"""What is chosen on the board that the link stands on."""


def follow(url: str, value: str) -> tuple[str, dict[str, Value]]:
    """The board and the variables that a click on a cell with this value leads to; `opened_at` says at which time."""
    filled = url.replace("${__value.raw:percentencode}", quote(value, safe=""))
    filled = re.sub(r"\$\{__data\.fields\.\w+\.numeric\}", "0", filled)
    filled = filled.replace("${__url_time_range}", "from=1&to=2")
    filled = re.sub(r"\$\{(\w+):queryparam\}", lambda kept: f"var-{kept[1]}={KEPT[kept[1]]}", filled)
    assert "${" not in filled
    parts = urlsplit(filled)
    given = {name.removeprefix("var-"): value for name, value in parse_qsl(parts.query) if name.startswith("var-")}
    given.pop("datasource")
    variables: dict[str, Value] = dict(given)
    return parts.path.split("/")[2], variables


def _ms(moment: datetime) -> int:
    return micros(moment.replace(tzinfo=UTC)) // 1000


def opened_at(url: str, row: Mapping[str, Any]) -> TimeRange:
    """The time range on the other side: what the link says, as Grafana reads it, else the same as here."""
    found = re.search(r"time=\$\{__data\.fields\.(\w+)\.numeric\}&time\.window=(\d+)", url)
    if found is None:
        return AROUND_NOON
    middle, half = _ms(row[found[1]]), int(found[2]) // 2
    return TimeRange(from_ms=middle - half, to_ms=middle + half)


def _query(board: str, name: str) -> BoardQuery:
    return next(q for q in board_queries() if q.board == board and q.name == f"panel {name}")


@pytest.mark.parametrize(("board", "panel", "column", "url"), LINKS, ids=[f"{b}:{p}:{c}" for b, p, c, _ in LINKS])
def test_a_followed_link_shows_the_row_it_came_from(
    world: BoardStore, board: str, panel: str, column: str, url: str
) -> None:
    """Each value of the column, substituted into the link, leads to a board whose table holds that value again."""
    chain: dict[str, Value] = {"request_id": "r-1", "case_id": "k-1"} if board == "tracemark-trace" else {}
    rows = {str(row[column]): row for row in world.run(_query(board, panel).query, chain).records() if row[column]}
    assert rows
    for value, row in rows.items():
        if column == "event_id" and row.get("obligation") == "INV-17":
            continue  # a read that nobody recorded is no event
        uid, variables = follow(url, value)
        target = world.run(_query(uid, TABLES[uid]).query, variables, time=opened_at(url, row))
        shown = target.column(SHOWN_AS.get((uid, column), column))
        assert value in {str(part) for cell in shown for part in (cell if isinstance(cell, list | tuple) else [cell])}


@pytest.mark.parametrize(
    ("panel", "column"), [("about", "service_id"), ("events", "service_id"), ("events", "model_id")]
)
def test_an_old_chain_leads_to_what_was_then(world: BoardStore, panel: str, column: str) -> None:
    """The board shows the last day, the chain is months older: its services and models open around its own events."""
    (url,) = (u for b, p, c, u in LINKS if (b, p, c) == ("tracemark-trace", panel, column))
    for row in world.run(_query("tracemark-trace", panel).query, {"request_id": "noise-r-7"}).records():
        uid, variables = follow(url, "svc-noise" if column == "service_id" else ALL)
        counted = {"tracemark-pipeline": "stored", "tracemark-investigation": "found"}[uid]
        assert world.run(_query(uid, counted).query, variables, time=opened_at(url, row)).value > 0
        assert world.run(_query(uid, counted).query, {**variables, "service": ("svc-noise",)}).value == 0


def test_a_click_keeps_what_was_chosen() -> None:
    """Tenant, service and regime go along to every board that knows them, so that its numbers are about the same things."""
    (obligation,) = (u for b, p, c, u in LINKS if (b, p, c) == ("tracemark-overview", "not_passing", "obligation"))
    assert {"tenant", "service", "model", "regime", "obligation"} == follow(obligation, "INV-1")[1].keys()
    (request,) = (u for b, p, c, u in LINKS if (b, p, c) == ("tracemark-labels", "lost", "request_id"))
    assert follow(request, "r-1")[1] == {"request_id": "r-1", "tenant": ALL}


def test_a_number_leads_to_the_board_that_shows_it_again(world: BoardStore) -> None:
    """Every tile of the overview leads on, and its number is the same over there, for one tenant as for all."""
    overview = next(board for board in stored("en") if board["uid"] == "tracemark-overview")
    tiles = {name: follow(url, "")[0] for name, _, url in tile_urls_of(overview)}
    assert tiles.keys() == {
        q.name.removeprefix("panel ") for q in board_queries() if q.kind == "stat" and q.board == overview["uid"]
    }
    again = {"judgement_age": "freshness"}
    for name, uid in tiles.items():
        if name == "critical":
            continue  # a part of the failing ones
        for chosen in (ALL, "t-1", "t-3"):
            here = world.run(_query(overview["uid"], name).query, {"tenant": (chosen,)}).value
            assert world.run(_query(uid, again.get(name, name)).query, {"tenant": (chosen,)}).value == here, name


def test_a_board_in_chinese_leads_to_boards_in_chinese() -> None:
    """A reader stays in one language."""
    for board in stored("zh"):
        assert all(follow(url, "x")[0].endswith("-zh") for _, _, url in urls_of(board))


def test_every_breach_leads_on(world: BoardStore) -> None:
    """Also one that is about no request, content or case leads to its event."""
    rows = world.run(_query("tracemark-obligations", "offenders").query).records()
    assert any(not (row["request_id"] or row["content_id"] or row["case_id"]) for row in rows)
    (url,) = (u for b, p, c, u in LINKS if (b, p, c) == ("tracemark-obligations", "offenders", "event_id"))
    for row in rows:
        if row["obligation"] == "INV-17":
            continue  # a read that nobody recorded is no event
        uid, variables = follow(url, row["event_id"])
        found = world.run(_query(uid, "events").query, variables).column("event_id")
        assert row["event_id"] in map(str, found), (row["obligation"], row["reason"])
