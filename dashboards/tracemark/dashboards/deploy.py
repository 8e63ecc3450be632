"""Bring the generated boards into a Grafana, and compare everything that belongs to them with what is there.

`push` may be run as often as you like: folders, data source, boards and alert rules are found by their uids, what is already the
same is left alone, and every change of a board carries this release's version in Grafana's version history.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Literal

from tracemark.dashboards.alerts import GROUP, alert_group
from tracemark.dashboards.errors import GrafanaRefused, GrafanaUnfit, GrafanaUnreachable, PushFailed
from tracemark.dashboards.grafana import GrafanaConfig, connect, translated
from tracemark.dashboards.panels import Json
from tracemark.dashboards.render import stored
from tracemark.dashboards.states import FOLDER_TITLES, State, alerts_state, board_state, datasource_state, folder_state
from tracemark.dashboards.versions import (
    DATASOURCE_NAME,
    DATASOURCE_UID,
    FOLDER_UIDS,
    GRAFANA_FLOOR,
    LANGUAGES,
    PLUGIN_ID,
    PLUGIN_VERSION,
    Language,
)

__all__ = ["Change", "Datasource", "PushReport", "compare", "push"]

Change = Literal["created", "updated", "unchanged"]

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
            "name": DATASOURCE_NAME,
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


def compare(config: GrafanaConfig, *, datasource: Datasource | None = None) -> list[State]:
    """Folders, data source, boards and alert rules beside their state in Grafana; changes nothing. Raises like `push`.

    Args:
        config: Which Grafana, and who asks.
        datasource: As a push would write it; without one, any data source of the right type is as it should be.
    """
    with connect(config, anonymous=True) as anybody:
        _wait_until_ready(anybody, 0.0, time.sleep)
    with connect(config) as api:
        return [
            *(folder_state(api, language) for language in LANGUAGES),
            datasource_state(api, None if datasource is None else datasource.body()),
            *(board_state(api, board, language) for language in LANGUAGES for board in stored(language)),
            alerts_state(api, _group()),
        ]


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
            f"this Grafana lacks the plugin {PLUGIN_ID}: start it with GF_PLUGINS_PREINSTALL_SYNC={PLUGIN_ID}@{PLUGIN_VERSION} "
            "(if it has it, the credentials are too weak to see it: Admin is needed)"
        )


def _folder(api: Any, language: Language) -> Change:
    uid, title, state = FOLDER_UIDS[language], FOLDER_TITLES[language], folder_state(api, language)
    with translated(f"writing folder {uid}"):
        if not state.is_there:
            api.folder.create_folder(title, uid=uid)
        elif not state.is_same:
            api.folder.update_folder(uid, title=title, overwrite=True)
    return _change(state)


def _datasource(api: Any, wanted: Datasource | None) -> Change | None:
    state = datasource_state(api, None if wanted is None else wanted.body())
    if not state.is_there and wanted is None:
        raise PushFailed(
            f"Grafana has no data source {DATASOURCE_UID}: name the store with --datasource clickhouse://reader@host:8123/db"
        )
    if wanted is not None:
        _write_datasource(api, wanted.body(), is_there=state.is_there)
    with translated("checking the data source"):
        health = api.datasource.health(DATASOURCE_UID)
    if health.get("status") != "OK":
        raise PushFailed(f"Grafana cannot read the store: {str(health.get('message', 'no reason given'))[:300]}")
    return None if wanted is None else _change(state)


def _write_datasource(api: Any, body: Json, *, is_there: bool) -> None:
    with translated("writing the data source"):
        if not is_there:
            api.datasource.create_datasource(body)
            return
        if api.datasource.get_datasource_by_uid(DATASOURCE_UID).get("readOnly"):
            raise PushFailed(
                f"data source {DATASOURCE_UID} comes from Grafana's provisioning files: push without --datasource"
            )
        # Grafana never tells a password, so whether it changed cannot be known: it is always written.
        api.datasource.update_datasource_by_uid(DATASOURCE_UID, body)


def _board(api: Any, board: Json, language: Language) -> Change:
    state = board_state(api, board, language)
    if not state.is_same:
        with translated(f"writing board {board['uid']}"):
            api.dashboard.update_dashboard(
                {
                    "dashboard": board,
                    "folderUid": FOLDER_UIDS[language],
                    "overwrite": True,
                    "message": f"tracemark {version('tracemark')}",
                }
            )
    return _change(state)


def _alerts(api: Any) -> Change:
    """Write the rule group as a whole, so that a rule that is gone from it goes there, too."""
    group = _group()
    state = alerts_state(api, group)
    if not state.is_same:
        with translated("writing the alert rules"):
            api.alertingprovisioning.update_rule_group(group["folderUid"], GROUP, group)
    return _change(state)


def _group() -> Json:
    return alert_group({board["uid"]: board for board in stored("en")})


def _change(state: State) -> Change:
    """What a push makes of it."""
    if state.is_same:
        return "unchanged"
    return "updated" if state.is_there else "created"
