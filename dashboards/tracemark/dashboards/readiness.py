"""Whether a Grafana can take the boards: it answers, is new enough, has the plugin, and the plugin can ask the store."""

from collections.abc import Callable
from typing import Any, Final

from grafana_client.client import GrafanaException

from tracemark.dashboards.errors import (
    GrafanaElsewhere,
    GrafanaRefused,
    GrafanaUnfit,
    GrafanaUnreachable,
    PushFailed,
)
from tracemark.dashboards.grafana import found_or_none, translated
from tracemark.dashboards.panels import Json
from tracemark.dashboards.versions import DATASOURCE_UID, GRAFANA_FLOOR, PLUGIN_ID, PLUGIN_VERSION

__all__ = ["fit_version", "require_answers", "require_plugin", "wait_until_ready"]

_POLL_S: Final = 0.5
_TOLD: Final = 300


def wait_until_ready(api: Any, within_s: float, pause: Callable[[float], None]) -> None:
    """Ask `/api/health`, which needs no credentials, until the database answers.

    Raises:
        GrafanaUnreachable: It never did, or what answers is no Grafana.
    """
    for left in range(int(within_s / _POLL_S), -1, -1):
        try:
            told = found_or_none("waiting for Grafana", api.client.GET, "/health")
            if not isinstance(told, dict) or "database" not in told:
                raise GrafanaElsewhere("what answers there is not Grafana; check the URL and its path")
            if told["database"] == "ok":
                return
        except PushFailed as error:
            if not left or isinstance(error, GrafanaRefused | GrafanaElsewhere):
                raise
        if left:
            pause(_POLL_S)
    raise GrafanaUnreachable("Grafana answers, but its database does not; look at its log, then run again")


def fit_version(api: Any) -> str:
    """Grafana's version, empty when it hides it; raises `GrafanaUnfit` when it is too old."""
    with translated("asking for Grafana's version"):
        told = str(api.version or "")
    if _is_older(told, GRAFANA_FLOOR):
        floor = ".".join(map(str, GRAFANA_FLOOR))
        raise GrafanaUnfit(f"this Grafana is {told}, the boards need {floor} or newer: upgrade Grafana")
    return told


def require_plugin(api: Any) -> None:
    """Raise `GrafanaUnfit` unless the ClickHouse plugin is there, as new as the one the boards are written for."""
    with translated("asking for Grafana's plugins"):
        plugins = {plugin.get("id"): plugin for plugin in api.plugin.list()}
    remedy = f"GF_PLUGINS_PREINSTALL_SYNC={PLUGIN_ID}@{PLUGIN_VERSION}"
    if PLUGIN_ID not in plugins:
        raise GrafanaUnfit(
            f"this Grafana lacks the plugin {PLUGIN_ID}: start it with {remedy} "
            "(if it has it, the credentials are too weak to see it: Admin is needed)"
        )
    told = str((plugins[PLUGIN_ID].get("info") or {}).get("version", ""))
    if _is_older(told, tuple(map(int, PLUGIN_VERSION.split(".")))):
        raise GrafanaUnfit(
            f"the plugin {PLUGIN_ID} is {told}, the boards need {PLUGIN_VERSION} or newer: start Grafana with {remedy}"
        )


def require_answers(api: Any, query: Json) -> None:
    """Have Grafana ask the store one query of ours: its health check alone passes where every panel would fail.

    Args:
        api: Grafana.
        query: As a panel or a rule asks it.

    Raises:
        PushFailed: The store is not reached, or did not answer; with what Grafana says of it.
    """
    with translated("checking the data source"):
        health = api.datasource.health(DATASOURCE_UID)
    if health.get("status") != "OK":
        raise PushFailed(f"Grafana cannot read the store: {str(health.get('message', 'no reason given'))[:_TOLD]}")
    body = {"queries": [{**query, "intervalMs": 60_000, "maxDataPoints": 100}], "from": "now-24h", "to": "now"}
    with translated("asking the store through Grafana"):
        try:
            answer = api.client.POST("/ds/query", json=body)
        except GrafanaException as error:  # a query that failed is a 400 that holds the reason
            answer = error.response
            if not isinstance(answer, dict) or "results" not in answer:
                raise
    refused = answer.get("results", {}).get(query["refId"], {}).get("error")
    if refused:
        raise PushFailed(f"Grafana reaches the store, but a board's query fails there: {str(refused)[:_TOLD]}")


def _is_older(told: str, floor: tuple[int, ...]) -> bool:
    """Whether a version is below the floor; one that cannot be read is taken as new enough."""
    parts = told.partition("-")[0].split(".")[: len(floor)]
    return len(parts) == len(floor) and all(map(str.isdigit, parts)) and tuple(map(int, parts)) < floor
