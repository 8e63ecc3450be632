"""Links from one board to another."""

from tracemark.dashboards.panels import Json
from tracemark.dashboards.versions import Language

__all__ = ["board_uid", "cell_link", "menu"]


def board_uid(board: str, language: Language) -> str:
    """The uid of a board: it never changes, for links and bookmarks hold it."""
    return f"tracemark-{board}" + ("" if language == "en" else f"-{language}")


def cell_link(title: str, board: str, language: Language, variable: str) -> Json:
    """From a cell to the board that is about its value; the data source goes along, the time range does not hide the past."""
    uid = board_uid(board, language)
    url = f"/d/{uid}/{board}?var-{variable}=${{__value.raw:percentencode}}&${{__url_time_range}}&${{datasource:queryparam}}"
    return {"title": title, "url": url, "targetBlank": False}


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
