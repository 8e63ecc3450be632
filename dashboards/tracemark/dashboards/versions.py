"""What the boards are written for; the generated JSON, the compose file and the deployment all read it here."""

__all__ = [
    "DATASOURCE_NAME",
    "DATASOURCE_UID",
    "FOLDER_UIDS",
    "GRAFANA_FLOOR",
    "LANGUAGES",
    "PLUGIN_ID",
    "PLUGIN_VERSION",
    "QUERY_TIMEOUT_S",
    "SCHEMA_VERSION",
    "ZONES",
    "Language",
]

from typing import Literal

Language = Literal["en", "zh"]

LANGUAGES: tuple[Language, ...] = ("en", "zh")
"""Each board is generated once per language, under a uid of its own."""

PLUGIN_ID = "grafana-clickhouse-datasource"
"""Type of the data source."""

PLUGIN_VERSION = "4.20.0"
"""Without it on every query the plugin takes the query for one of its version 3 and guesses its shape."""

QUERY_TIMEOUT_S = 50
"""How long a panel's query may take. The plugin's driver sends the store a limit of 5 s more, and a store that allows its reader
less than that refuses every query, though the plugin's health check passes."""

GRAFANA_FLOOR = (12, 4)
"""The oldest Grafana that the boards are meant for."""

SCHEMA_VERSION = 42
"""Of the classic dashboard JSON; the same in Grafana 12.4 and 13."""

DATASOURCE_UID = "tracemark-clickhouse"
"""Of the data source, both provisioned and pushed."""

DATASOURCE_NAME = "TraceMark"
"""What it is called there."""

ZONES: dict[Language, str] = {"en": "browser", "zh": "Asia/Shanghai"}
"""In which zone a board shows instants: the Chinese ones in that of the law, whose days and deadlines they are about."""

FOLDER_UIDS: dict[Language, str] = {"en": "tracemark", "zh": "tracemark-zh"}
"""Of the folder for each language, both provisioned and pushed."""
