"""Links from one board to another."""

from tracemark.dashboards.panels import Json
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["board_uid", "cell_link", "leads", "menu"]


def board_uid(board: str, language: Language) -> str:
    """The uid of a board: it never changes, for links and bookmarks hold it."""
    return f"tracemark-{board}" + ("" if language == "en" else f"-{language}")


def cell_link(title: str, board: str, language: Language, variable: str) -> Json:
    """From a cell to the board that is about its value; the data source goes along, the time range does not hide the past."""
    uid = board_uid(board, language)
    url = f"/d/{uid}/{board}?var-{variable}=${{__value.raw:percentencode}}&${{__url_time_range}}&${{datasource:queryparam}}"
    return {"title": title, "url": url, "targetBlank": False}


def leads(words: Words) -> dict[str, Json]:
    """By column, where an id leads: a request, content or case to its trace, a service to its pipeline."""
    ids = {f"{kind}_id": ("trace", f"{kind}_id", kind) for kind in ("request", "content", "case")}
    targets = {**ids, "service_id": ("pipeline", "service", "service")}
    return {
        column: cell_link(words.say("links", kind), board, words.language, variable)
        for column, (board, variable, kind) in targets.items()
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
