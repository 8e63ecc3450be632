"""A whole board: panels set in rows, top-left first, and what stands around them."""

from collections.abc import Iterable, Sequence

from tracemark.dashboards.links import board_uid, menu
from tracemark.dashboards.panels import Json
from tracemark.dashboards.versions import SCHEMA_VERSION, ZONES
from tracemark.dashboards.words import Words

__all__ = ["assemble"]

_COLUMNS = 24


def assemble(
    words: Words,
    *,
    rows: Sequence[Sequence[Json]],
    variables: Sequence[Json],
    annotations: Sequence[Json] = (),
    since: str = "now-24h",
    refresh: str = "1m",
) -> Json:
    """The board as Grafana's classic JSON.

    Args:
        words: Of the board.
        rows: Panels side by side, row by row.
        variables: In the order shown.
        annotations: Marks on the time axis.
        since: Where the time range begins at first.
        refresh: How often it is drawn anew; empty for never.
    """
    return {
        "uid": board_uid(words.board, words.language),
        "title": words.say("board", "title"),
        "description": words.say("board", "description"),
        "tags": ["tracemark", words.language],
        "schemaVersion": SCHEMA_VERSION,
        "version": 0,
        "id": None,
        "editable": False,
        "graphTooltip": 1,
        "liveNow": False,
        "refresh": refresh,
        "time": {"from": since, "to": "now"},
        "timezone": ZONES[words.language],
        "timepicker": {},
        "weekStart": "",
        "annotations": {"list": list(annotations)},
        "links": [{**menu(words.say("menu")), "tags": ["tracemark", words.language]}],
        "templating": {"list": list(variables)},
        "panels": list(_placed(rows)),
    }


def _placed(rows: Iterable[Sequence[Json]]) -> Iterable[Json]:
    number, y = 0, 0
    for row in rows:
        x = 0
        for panel in row:
            number += 1
            yield {"id": number, **panel, "gridPos": {"x": x, "y": y, **panel["gridPos"]}}
            x += panel["gridPos"]["w"]
        if x > _COLUMNS:
            raise ValueError(f"a row is {x} columns wide, Grafana has {_COLUMNS}")
        y += max(panel["gridPos"]["h"] for panel in row)
