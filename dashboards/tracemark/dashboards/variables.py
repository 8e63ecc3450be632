"""The variables of a board. Values come from links and typing, so no query pastes them as SQL: see `sql/fragments/tenants.sql`."""

from tracemark.dashboards.panels import Json
from tracemark.dashboards.queries import DATASOURCE, load_sql
from tracemark.dashboards.versions import DATASOURCE_NAME, DATASOURCE_UID, PLUGIN_ID, PLUGIN_VERSION
from tracemark.dashboards.words import Words

__all__ = ["choice", "datasource", "typed"]


def datasource(words: Words) -> Json:
    """Which store is looked at: ours at first, whatever other ClickHouse there is."""
    return {
        "type": "datasource",
        "name": "datasource",
        "label": words.say("variables", "datasource"),
        "query": PLUGIN_ID,
        "refresh": 1,
        "current": {"selected": True, "text": DATASOURCE_NAME, "value": DATASOURCE_UID},
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "regex": "",
    }


def choice(words: Words, name: str) -> Json:
    """One, several or all values of a column; the list follows the time range."""
    return {
        "type": "query",
        "name": name,
        "label": words.say("variables", name),
        "datasource": DATASOURCE,
        "query": {
            "refId": name,
            "editorType": "sql",
            "rawSql": load_sql(f"variables/{name}"),
            "format": 1,
            "queryType": "table",
            "pluginVersion": PLUGIN_VERSION,
        },
        "definition": "",
        "refresh": 2,
        "sort": 0,
        "multi": True,
        "includeAll": True,
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "hide": 0,
        "regex": "",
    }


def typed(words: Words, name: str) -> Json:
    """A value that is typed in, or comes with a link."""
    return {
        "type": "textbox",
        "name": name,
        "label": words.say("variables", name),
        "query": "",
        "current": {"selected": True, "text": "", "value": ""},
        "hide": 0,
    }
