"""Bring the generated boards into a Grafana, and compare them with what is there.

`push` may be run as often as you like: folders, data source and boards are found by their uids, what is already the same is left
alone, and every change carries this release's version in Grafana's version history.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from importlib.metadata import version
from typing import Any, Literal

from tracemark.dashboards.alerts import GROUP, alert_group
from tracemark.dashboards.errors import GrafanaRefused, GrafanaUnfit, GrafanaUnreachable, PushFailed
from tracemark.dashboards.grafana import GrafanaConfig, connect, found_or_none, translated
from tracemark.dashboards.panels import Json
from tracemark.dashboards.render import stored
from tracemark.dashboards.versions import (
    DATASOURCE_UID,
    FOLDER_UIDS,
    GRAFANA_FLOOR,
    LANGUAGES,
    PLUGIN_ID,
    PLUGIN_VERSION,
    Language,
)

__all__ = ["BoardState", "Change", "Datasource", "PushReport", "compare", "push"]

Change = Literal["created", "updated", "unchanged"]

FOLDER_TITLES: dict[Language, str] = {"en": "TraceMark", "zh": "TraceMark 中文"}
"""The same as in the provisioning file."""

_POLL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasource:
    """The store as Grafana reaches it, asked by a user who may only read.

    Attributes:
        host: Name or address, from Grafana's side.
        port: Of ClickHouse's HTTP interface.
        user: Who may only read.
        password: That user's.
        database: Where the tables are.
        secure: Whether it speaks TLS.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    secure: bool = False

    def body(self) -> Json:
        """As Grafana's API wants it."""
        return {
            "uid": DATASOURCE_UID,
            "name": "TraceMark",
            "type": PLUGIN_ID,
            "access": "proxy",
            "jsonData": {
                "host": self.host,
                "port": self.port,
                "protocol": "http",
                "secure": self.secure,
                "username": self.user,
                "defaultDatabase": self.database,
                "forwardGrafanaHeaders": True,
            },
            "secureJsonData": {"password": self.password},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What a push did, by uid.

    Attributes:
        grafana: Its version; empty when it hides it.
        folders: What became of each folder.
        datasource: What became of the data source; None when the one there was used as it is.
        boards: What became of each board.
        alerts: What became of the rule group.
    """

    grafana: str
    folders: Mapping[str, Change]
    datasource: Change | None
    boards: Mapping[str, Change]
    alerts: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardState:
    """How a board in Grafana compares with the generated one; `lines` is a unified diff, empty when they are the same."""

    uid: str
    is_there: bool
    lines: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether a push would leave it alone."""
        return self.is_there and not self.lines


def push(
    config: GrafanaConfig,
    *,
    datasource: Datasource | None = None,
    ready_within_s: float = 30.0,
    pause: Callable[[float], None] = time.sleep,
) -> PushReport:
    """Bring folders, data source, boards and alert rules up to date.

    Args:
        config: Which Grafana, and who asks.
        datasource: Written when given; else the one that is there is used.
        ready_within_s: How long a Grafana that is starting is waited for.
        pause: Sleeps; a test passes its own.

    Raises:
        GrafanaUnreachable: Nothing answers, or it is no Grafana.
        GrafanaRefused: The credentials are wrong or too weak.
        GrafanaUnfit: Too old, or without the plugin.
        PushFailed: Anything else; what was done before stays, and the push can be repeated.
    """
    with connect(config, anonymous=True) as anybody:
        _wait_until_ready(anybody, ready_within_s, pause)
    with connect(config) as api:
        grafana = _fit_version(api)
        _require_plugin(api)
        folders: dict[str, Change] = {FOLDER_UIDS[language]: _folder(api, language) for language in LANGUAGES}
        source = _datasource(api, datasource)
        changes: dict[str, Change] = {
            board["uid"]: _board(api, board, language) for language in LANGUAGES for board in stored(language)
        }
        alerts = _alerts(api)
    return PushReport(grafana=grafana, folders=folders, datasource=source, boards=changes, alerts=alerts)


def compare(config: GrafanaConfig) -> list[BoardState]:
    """Every board beside its state in Grafana; changes nothing. Raises like `push`."""
    with connect(config, anonymous=True) as anybody:
        _wait_until_ready(anybody, 0.0, time.sleep)
    with connect(config) as api:
        return [_state(api, board) for language in LANGUAGES for board in stored(language)]


def _wait_until_ready(api: Any, within_s: float, pause: Callable[[float], None]) -> None:
    """Ask `/api/health`, which needs no credentials, until the database answers."""
    for left in range(int(within_s / _POLL_S), -1, -1):
        try:
            with translated("waiting for Grafana"):
                told = api.client.GET("/health")
            if not isinstance(told, dict) or "database" not in told:
                raise GrafanaUnreachable("what answers there is not Grafana; check the URL and its path")
            if told["database"] == "ok":
                return
        except PushFailed as error:
            if not left or isinstance(error, GrafanaRefused):
                raise
        if left:
            pause(_POLL_S)
    raise GrafanaUnreachable("Grafana answers, but its database does not; look at its log, then run again")


def _fit_version(api: Any) -> str:
    with translated("asking for Grafana's version"):
        told = str(api.version or "")
    parts = told.split(".")
    if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() and (int(parts[0]), int(parts[1])) < GRAFANA_FLOOR:
        floor = ".".join(map(str, GRAFANA_FLOOR))
        raise GrafanaUnfit(f"this Grafana is {told}, the boards need {floor} or newer: upgrade Grafana")
    return told


def _require_plugin(api: Any) -> None:
    with translated("asking for Grafana's plugins"):
        plugins = {plugin.get("id"): plugin for plugin in api.plugin.list()}
    if PLUGIN_ID not in plugins:
        raise GrafanaUnfit(
            f"this Grafana lacks the plugin {PLUGIN_ID}: start it with GF_PLUGINS_PREINSTALL_SYNC={PLUGIN_ID}@{PLUGIN_VERSION}"
        )


def _folder(api: Any, language: Language) -> Change:
    uid, title = FOLDER_UIDS[language], FOLDER_TITLES[language]
    there = found_or_none(f"looking for folder {uid}", api.folder.get_folder, uid)
    with translated(f"writing folder {uid}"):
        if there is None:
            api.folder.create_folder(title, uid=uid)
            return "created"
        if there.get("title") != title:
            api.folder.update_folder(uid, title=title, version=there.get("version"), overwrite=True)
            return "updated"
    return "unchanged"


def _datasource(api: Any, wanted: Datasource | None) -> Change | None:
    there = found_or_none("looking for the data source", api.datasource.get_datasource_by_uid, DATASOURCE_UID)
    if there is None and wanted is None:
        raise PushFailed(
            f"Grafana has no data source {DATASOURCE_UID}: name the store with --datasource clickhouse://reader@host:8123/db"
        )
    change: Change | None = None
    if wanted is not None:
        change = _write_datasource(api, there, wanted.body())
    with translated("checking the data source"):
        health = api.datasource.health(DATASOURCE_UID)
    if health.get("status") != "OK":
        raise PushFailed(f"Grafana cannot read the store: {str(health.get('message', 'no reason given'))[:300]}")
    return change


def _write_datasource(api: Any, there: Json | None, body: Json) -> Change:
    if there is not None and there.get("readOnly"):
        raise PushFailed(
            f"data source {DATASOURCE_UID} comes from Grafana's provisioning files: push without --datasource"
        )
    with translated("writing the data source"):
        if there is None:
            api.datasource.create_datasource(body)
            return "created"
        # Grafana never tells a password, so whether it changed cannot be known: it is always written.
        api.datasource.update_datasource_by_uid(DATASOURCE_UID, body)
    return "unchanged" if _within(body, there) else "updated"


def _within(body: Json, there: Json) -> bool:
    return all(there.get(key) == value for key, value in body.items() if key != "secureJsonData")


def _board(api: Any, board: Json, language: Language) -> Change:
    state = _state(api, board)
    if state.is_same:
        return "unchanged"
    with translated(f"writing board {board['uid']}"):
        api.dashboard.update_dashboard(
            {
                "dashboard": board,
                "folderUid": FOLDER_UIDS[language],
                "overwrite": True,
                "message": f"tracemark {version('tracemark')}",
            }
        )
    return "updated" if state.is_there else "created"


def _alerts(api: Any) -> Change:
    """Write the rule group as a whole, so that a rule that is gone from it goes there, too."""
    group = alert_group({board["uid"]: board for board in stored("en")})
    rules = api.alertingprovisioning
    there = found_or_none("looking for the alert rules", rules.get_rule_group, group["folderUid"], GROUP)
    if there is not None and _same_rules(group, there):
        return "unchanged"
    with translated("writing the alert rules"):
        rules.update_rule_group(group["folderUid"], GROUP, group)
    return "updated" if there is not None else "created"


def _same_rules(group: Json, there: Json) -> bool:
    """Without what Grafana adds: numeric ids, times, defaults."""
    found = {rule["uid"]: rule for rule in there.get("rules", ())}
    if found.keys() != {rule["uid"] for rule in group["rules"]} or there.get("interval") != group["interval"]:
        return False
    return all(found[rule["uid"]].get(key) == value for rule in group["rules"] for key, value in rule.items())


def _state(api: Any, board: Json) -> BoardState:
    uid = board["uid"]
    there = found_or_none(f"looking for board {uid}", api.dashboard.get_dashboard, uid)
    if there is None:
        return BoardState(uid=uid, is_there=False, lines=())
    lines = unified_diff(
        _lines(there["dashboard"]), _lines(board), f"{uid} in Grafana", f"{uid} generated", lineterm="", n=1
    )
    return BoardState(uid=uid, is_there=True, lines=tuple(lines))


def _lines(board: Json) -> list[str]:
    """Without what Grafana counts itself."""
    own = {key: value for key, value in board.items() if key not in ("id", "version")}
    return json.dumps(own, ensure_ascii=False, indent=1, sort_keys=True).splitlines()
