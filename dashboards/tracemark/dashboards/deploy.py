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
from tracemark.dashboards.errors import PushFailed
from tracemark.dashboards.grafana import GrafanaConfig, connect, translated
from tracemark.dashboards.panels import Json
from tracemark.dashboards.readiness import fit_version, require_answers, require_plugin, wait_until_ready
from tracemark.dashboards.render import stored
from tracemark.dashboards.states import FOLDER_TITLES, State, alerts_state, board_state, datasource_state, folder_state
from tracemark.dashboards.versions import (
    DATASOURCE_NAME,
    DATASOURCE_UID,
    FOLDER_UIDS,
    LANGUAGES,
    PLUGIN_ID,
    QUERY_TIMEOUT_S,
    Language,
)

__all__ = ["Change", "Datasource", "PushReport", "compare", "push"]

Change = Literal["created", "updated", "unchanged"]

_NEW_FILES = "bring this release's files there, and it is up to date without a push"


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
                "queryTimeout": str(QUERY_TIMEOUT_S),
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
    runbooks: str = "",
    ready_within_s: float = 30.0,
    pause: Callable[[float], None] = time.sleep,
) -> PushReport:
    """Bring folders, data source, boards and alert rules up to date.

    Args:
        config: Which Grafana, and who asks.
        datasource: Written when given; else the one that is there is used.
        runbooks: Where `docs/alerts.md` is read, as a URL that the rules link to; see `alert_group`.
        ready_within_s: How long a Grafana that is starting is waited for.
        pause: Sleeps; a test passes its own.

    Raises:
        GrafanaUnreachable: Nothing answers, or it is no Grafana.
        GrafanaRefused: The credentials are wrong or too weak.
        GrafanaUnfit: Too old, or without the plugin.
        PushFailed: Anything else; what was done before stays, and the push can be repeated.
    """
    with connect(config, anonymous=True) as anybody:
        wait_until_ready(anybody, ready_within_s, pause)
    with connect(config) as api:
        grafana = fit_version(api)
        require_plugin(api)
        folders: dict[str, Change] = {FOLDER_UIDS[language]: _folder(api, language) for language in LANGUAGES}
        source = _datasource(api, datasource)
        changes: dict[str, Change] = {
            board["uid"]: _board(api, board, language) for language in LANGUAGES for board in stored(language)
        }
        alerts = _alerts(api, runbooks)
    return PushReport(grafana=grafana, folders=folders, datasource=source, boards=changes, alerts=alerts)


def compare(config: GrafanaConfig, *, datasource: Datasource | None = None, runbooks: str = "") -> list[State]:
    """Folders, data source, boards and alert rules beside their state in Grafana; changes nothing. Raises like `push`.

    Args:
        config: Which Grafana, and who asks.
        datasource: As a push would write it; without one, any data source of the right type is as it should be.
        runbooks: As a push would write them.
    """
    with connect(config, anonymous=True) as anybody:
        wait_until_ready(anybody, 0.0, time.sleep)
    with connect(config) as api:
        return [
            *(folder_state(api, language) for language in LANGUAGES),
            datasource_state(api, None if datasource is None else datasource.body()),
            *(board_state(api, board, language) for language in LANGUAGES for board in stored(language)),
            alerts_state(api, _group(runbooks)),
        ]


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
        _require_ours(state, "push without --datasource")
        _write_datasource(api, wanted.body(), is_there=state.is_there)
    require_answers(api, _group()["rules"][0]["data"][0]["model"])
    return None if wanted is None else _change(state)


def _write_datasource(api: Any, body: Json, *, is_there: bool) -> None:
    with translated("writing the data source"):
        if not is_there:
            api.datasource.create_datasource(body)
            return
        # Grafana never tells a password, so whether it changed cannot be known: it is always written.
        api.datasource.update_datasource_by_uid(DATASOURCE_UID, body)


def _require_ours(state: State, remedy: str) -> None:
    """What Grafana reads from files nobody else can write, and some of its refusals do not say so."""
    if state.is_provisioned:
        raise PushFailed(f"{state.kind} {state.uid} comes from Grafana's provisioning files: {remedy}")


def _board(api: Any, board: Json, language: Language) -> Change:
    state = board_state(api, board, language)
    if not state.is_same:
        _require_ours(state, _NEW_FILES)
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


def _alerts(api: Any, runbooks: str) -> Change:
    """Write the rule group as a whole, so that a rule that is gone from it goes there, too."""
    group = _group(runbooks)
    state = alerts_state(api, group)
    if not state.is_same:
        _require_ours(state, _NEW_FILES)
        with translated("writing the alert rules"):
            api.alertingprovisioning.update_rule_group(group["folderUid"], GROUP, group)
    return _change(state)


def _group(runbooks: str = "") -> Json:
    return alert_group({board["uid"]: board for board in stored("en")}, runbooks=runbooks)


def _change(state: State) -> Change:
    """What a push makes of it."""
    if state.is_same:
        return "unchanged"
    return "updated" if state.is_there else "created"
