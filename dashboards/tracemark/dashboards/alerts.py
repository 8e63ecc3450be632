"""Alert rules: each asks what a panel asks with *All* chosen, so that the panel it links to shows the number it fired on.

Six have a query of their own under `sql/alerts`: the two about duties answer for each duty, so that every one that fails is an
alert of its own, with the labels `regime`, `obligation` and `law`; those about deadlines leave out what was answered late, for
which nobody can do anything any more (the duty keeps it), and count a breach whose reason is not known; `counts-stale` looks at
everything that the store counts.

Rules run in Grafana's backend, which knows no variables: `backend_only` takes them out of a panel's query. A query always answers:
where the panel says *no evidence*, a rule about breaches sees 0, and a rule about silence a number that fires. So an answer without
a number means that the query broke: rules about silence fire on it, the others raise an alert of its own (`DatasourceNoData`).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

from tracemark.dashboards.errors import BoardInvalid
from tracemark.dashboards.links import board_uid
from tracemark.dashboards.macros import ALL, without_choices
from tracemark.dashboards.panels import Json
from tracemark.dashboards.queries import FORMATS, load_sql
from tracemark.dashboards.versions import DATASOURCE_UID, FOLDER_UIDS, PLUGIN_ID, PLUGIN_VERSION

__all__ = ["GROUP", "PROVISIONED_FOLDER", "RULES", "Rule", "alert_group", "provisioned"]

GROUP: Final = "tracemark"
"""Name of the rule group."""

PROVISIONED_FOLDER: Final = "TraceMark alerts"
"""Folder of the rules that come from a file, not the boards': Grafana reads alerts before boards, knows their folder by its title
only and makes it under a uid of its own; the boards' provider would then make a second one of that title (grafana#125079)."""

_RUNBOOK: Final = "docs/alerts.md"
_SILENT: Final = 1_000_000_000
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_CHOICES: Final = ("tenant", "service", "model", "regime", "obligation", "subject_ref", "case_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        name: Its words are under this name in `catalogue/alerts.toml`; its uid is `tracemark-<name>`.
        panel: The panel whose query it asks, as board/panel.
        above: It fires above this.
        range_s: How far back it looks; wide, for events arrive late.
        lasting: For how long, e.g. `10m`, before it fires.
        severity: critical, high or medium.
        when_silent: Whether having nothing to look at fires, too.
        own_sql: A query of its own, under `sql/alerts`, instead of the panel's; its texts become labels.
    """

    name: str
    panel: str
    above: float
    range_s: int
    lasting: str
    severity: Literal["critical", "high", "medium"]
    when_silent: bool = False
    own_sql: str | None = None


RULES: Final = (
    Rule(
        name="duty-critical",
        panel="overview/critical",
        above=0,
        range_s=_DAY,
        lasting="0s",
        severity="critical",
        own_sql="critical_duties",
    ),
    Rule(
        name="duty-failing",
        panel="overview/failing",
        above=0,
        range_s=_DAY,
        lasting="0s",
        severity="high",
        own_sql="other_duties",
    ),
    Rule(
        name="judgement-missing",
        panel="overview/judgement_age",
        above=30 * _MINUTE,
        range_s=_DAY,
        lasting="5m",
        severity="high",
        when_silent=True,
    ),
    Rule(
        name="complaint-overdue",
        panel="moderation/complaints_in_breach",
        above=0,
        range_s=_DAY,
        lasting="0s",
        severity="high",
        own_sql="complaints_waiting",
    ),
    Rule(
        name="request-overdue",
        panel="moderation/requests_in_breach",
        above=0,
        range_s=_DAY,
        lasting="0s",
        severity="high",
        own_sql="requests_waiting",
    ),
    Rule(
        name="case-unreported",
        panel="moderation/unreported",
        above=0,
        range_s=_DAY,
        lasting="0s",
        severity="high",
        own_sql="cases_unreported",
    ),
    Rule(name="label-lost", panel="labels/delivered_without", above=0, range_s=_HOUR, lasting="0s", severity="high"),
    Rule(name="gap", panel="pipeline/unexplained", above=0, range_s=6 * _HOUR, lasting="15m", severity="critical"),
    Rule(name="dead-letters", panel="pipeline/dead_letters", above=0, range_s=_HOUR, lasting="0s", severity="high"),
    Rule(
        name="canary",
        panel="pipeline/canary",
        above=5 * _MINUTE,
        range_s=_HOUR,
        lasting="1m",
        severity="critical",
        when_silent=True,
    ),
    Rule(
        name="silence",
        panel="pipeline/freshness",
        above=5 * _MINUTE,
        range_s=31 * _DAY,  # who was never heard is not silent: an installation without a service has nothing to say
        lasting="5m",
        severity="high",
    ),
    Rule(name="process-silent", panel="pipeline/silent", above=0, range_s=6 * _HOUR, lasting="10m", severity="medium"),
    Rule(
        name="counts-stale",
        panel="labels/summary_age",
        above=30 * _MINUTE,
        range_s=_DAY,
        lasting="5m",
        severity="medium",
        own_sql="counts_age",
    ),
    Rule(name="unsealed", panel="pipeline/unsealed", above=0, range_s=_DAY, lasting="0s", severity="critical"),
    Rule(name="lag", panel="pipeline/lag", above=10_000, range_s=_HOUR, lasting="10m", severity="high"),
    Rule(name="lane-halted", panel="pipeline/halted", above=0, range_s=_HOUR, lasting="5m", severity="critical"),
)
"""Every rule. `canary` fires when the way into the store is broken, `silence` alone when the services have nothing to say, and
`process-silent` when one of them fell silent without a farewell."""


def alert_group(boards: Mapping[str, Json], *, runbooks: str = "") -> Json:
    """The rule group as Grafana's HTTP API takes it.

    Args:
        boards: By uid, to link to their panels.
        runbooks: Where people read `docs/alerts.md`, as a URL: each rule then links to its part of it. What to do stands in the
            rule anyway; a link that leads nowhere would be worse than none.
    """
    rules = [_rule(rule, boards, runbooks) for rule in RULES]
    own = {"orgID": 1, "folderUID": FOLDER_UIDS["en"], "ruleGroup": GROUP}
    return {
        "title": GROUP,
        "folderUid": FOLDER_UIDS["en"],
        "interval": _MINUTE,
        "rules": [{**own, **rule} for rule in rules],
    }


def provisioned(boards: Mapping[str, Json]) -> Json:
    """The same as a provisioning file."""
    linked = [
        {
            **rule,
            "dashboardUid": rule["annotations"]["__dashboardUid__"],
            "panelId": int(rule["annotations"]["__panelId__"]),
        }
        for rule in (_rule(rule, boards) for rule in RULES)
    ]
    group = {"orgId": 1, "name": GROUP, "folder": PROVISIONED_FOLDER, "interval": "1m", "rules": linked}
    return {"apiVersion": 1, "groups": [group]}


def _rule(rule: Rule, boards: Mapping[str, Json], runbooks: str = "") -> Json:
    words = _words(rule.name)
    link = {"runbook_url": f"{runbooks}#{rule.name}"} if runbooks else {}
    return {
        "uid": f"tracemark-{rule.name}",
        "title": words["title"]["en"],
        "condition": "C",
        "data": [_query(rule), *_judged(rule)],
        "noDataState": "Alerting" if rule.when_silent else "NoData",
        "execErrState": "Error",
        "for": rule.lasting,
        "annotations": {
            "title_zh": words["title"]["zh"],
            "summary": words["summary"]["en"],
            "summary_zh": words["summary"]["zh"],
            "article": words["article"],
            "runbook": words["act"]["en"],
            "runbook_zh": words["act"]["zh"],
            "runbook_page": f"{_RUNBOOK}#{rule.name}",
            **link,
            **_panel(rule, boards),
        },
        "labels": {"severity": rule.severity, "control": words["control"], "owner": words["owner"]},
    }


def _query(rule: Rule) -> Json:
    return {
        "refId": "A",
        "datasourceUid": DATASOURCE_UID,
        "relativeTimeRange": {"from": rule.range_s, "to": 0},
        "queryType": "table",
        "model": {
            "refId": "A",
            "datasource": {"type": PLUGIN_ID, "uid": DATASOURCE_UID},
            "editorType": "sql",
            "rawSql": _sql(rule),
            "format": FORMATS["table"],
            "queryType": "table",
            "pluginVersion": PLUGIN_VERSION,
        },
    }


def _sql(rule: Rule) -> str:
    if rule.own_sql is not None:
        return backend_only(load_sql(f"alerts/{rule.own_sql}"))
    nothing = _SILENT if rule.when_silent else 0
    return f"SELECT toFloat64(ifNull((\n{backend_only(load_sql(rule.panel))}\n), {nothing})) AS value"


def _judged(rule: Rule) -> list[Json]:
    source = {"type": "__expr__", "uid": "__expr__"}
    last = {"refId": "B", "datasource": source, "type": "reduce", "expression": "A", "reducer": "last"}
    above = {"evaluator": {"type": "gt", "params": [rule.above]}}
    fires = {"refId": "C", "datasource": source, "type": "threshold", "expression": "B", "conditions": [above]}
    whole = {"from": rule.range_s, "to": 0}
    return [
        {"refId": model["refId"], "datasourceUid": "__expr__", "relativeTimeRange": whole, "model": model}
        for model in (last, fires)
    ]


def backend_only(sql: str) -> str:
    """A panel's query with *All* chosen everywhere, and no variable left."""
    return without_choices(sql, dict.fromkeys(_CHOICES, ALL))


def _panel(rule: Rule, boards: Mapping[str, Json]) -> dict[str, str]:
    name, _, key = rule.panel.partition("/")
    uid = board_uid(name, "en")
    for panel in boards[uid]["panels"]:
        if any(target["refId"] == key for target in panel["targets"]):
            return {"__dashboardUid__": uid, "__panelId__": str(panel["id"])}
    raise BoardInvalid(f"alert {rule.name} asks {rule.panel}, which is on no board")


def _words(name: str) -> Any:
    path = resources.files("tracemark.dashboards") / "catalogue" / "alerts.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8")).get(name)
    if words is None:
        raise BoardInvalid(f"catalogue/alerts.toml lacks {name}")
    return words
