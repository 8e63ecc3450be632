"""Links from one board to another."""

from collections.abc import Sequence
from typing import Final

from tracemark.dashboards.panels import Json
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["board_uid", "cell_link", "leading_to", "leads", "menu"]

_CHOICES: Final = {
    "trace": ("tenant",),
    "pipeline": ("tenant", "service"),
    "investigation": ("tenant", "service", "model"),
    "obligations": ("regime", "tenant", "service", "model", "obligation"),
    "labels": ("tenant", "service", "model"),
    "moderation": ("tenant", "service", "model"),
}
"""What may be chosen on the boards that links lead to."""

_SAME_TIME: Final = "${__url_time_range}"
_DAY_MS: Final = 86_400_000

_LEADS: Final = {
    "request_id": ("request", "trace", "request_id"),
    "content_id": ("content", "trace", "content_id"),
    "case_id": ("case", "trace", "case_id"),
    "event_id": ("event", "trace", "event_id"),
    "service_id": ("service", "pipeline", "service"),
    "model_id": ("model", "investigation", "model"),
}
"""By column: the link's words, the board, and the variable that takes the value."""


def board_uid(board: str, language: Language) -> str:
    """The uid of a board: it never changes, for links and bookmarks hold it."""
    return f"tracemark-{board}" + ("" if language == "en" else f"-{language}")


def cell_link(
    title: str, board: str, language: Language, variable: str, *, chosen: Sequence[str], around: str | None = None
) -> Json:
    """From a cell to the board that is about its value; data source and what is `chosen` go along where they can.

    The time range goes along, too, or gives way to the day around the instant that the row has in the column `around`.
    """
    others = [name for name in chosen if name != variable]
    kept = _kept(board, others, _SAME_TIME if around is None else _day_around(around))
    url = f"/d/{board_uid(board, language)}/{board}?var-{variable}=${{__value.raw:percentencode}}&{kept}"
    return {"title": title, "url": url, "targetBlank": False}


def leading_to(board: str, tile: Json, words: Words, chosen: Sequence[str]) -> Json:
    """A number with a way to the board that explains it, of the same tenants, services and time."""
    url = f"/d/{board_uid(board, words.language)}/{board}?{_kept(board, chosen, _SAME_TIME)}"
    link = {"title": Words(board, words.language).say("board", "title"), "url": url, "targetBlank": False}
    tile["fieldConfig"]["defaults"]["links"] = [link]
    return tile


def _kept(board: str, chosen: Sequence[str], time: str) -> str:
    choices = [f"${{{name}:queryparam}}" for name in _CHOICES[board] if name in chosen]
    return "&".join([*choices, time, "${datasource:queryparam}"])


def _day_around(column: str) -> str:
    return f"time=${{__data.fields.{column}.numeric}}&time.window={_DAY_MS}"


def leads(words: Words, chosen: Sequence[str], *, around: str | None = None) -> dict[str, Json]:
    """By column, where an id leads: request, content, case and event to their trace, service to its pipeline, model to what it did.

    Args:
        words: Of the board.
        chosen: Names of the choices that the board has.
        around: The column with the instant to look around, on a board that shows what is older than its time range.
    """
    return {
        column: cell_link(words.say("links", kind), board, words.language, variable, chosen=chosen, around=around)
        for column, (kind, board, variable) in _LEADS.items()
    }


def menu(title: str) -> Json:
    """The other boards, by tag, with the variables that they share."""
    return {
        "type": "dashboards",
        "title": title,
        "tags": ["tracemark"],
        "asDropdown": True,
        "includeVars": True,
        "keepTime": True,
        "icon": "external link",
        "targetBlank": False,
        "tooltip": "",
        "url": "",
    }
