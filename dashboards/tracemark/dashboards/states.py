"""What is in a Grafana beside what this release would put there: folders, data source, boards, alert rules.

Grafana adds to what it is given: numeric ids, versions, times, defaults. Only what a push would write is compared.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Final, Literal

from tracemark.dashboards.alerts import GROUP
from tracemark.dashboards.grafana import found_or_none
from tracemark.dashboards.panels import Json
from tracemark.dashboards.versions import DATASOURCE_UID, FOLDER_UIDS, PLUGIN_ID, Language

__all__ = ["FOLDER_TITLES", "Kind", "State", "alerts_state", "board_state", "datasource_state", "folder_state"]

Kind = Literal["folder", "data source", "board", "alert rules"]

FOLDER_TITLES: Final[Mapping[Language, str]] = {"en": "TraceMark", "zh": "TraceMark 中文"}
"""The same as in the provisioning file."""

_COUNTED_BY_GRAFANA: Final = ("id", "version")
_PLACE_OF_A_RULE: Final = ("orgID", "folderUID", "ruleGroup")
_FILE: Final = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How one thing in Grafana compares with the generated one.

    Attributes:
        kind: What it is.
        uid: Its uid; of alert rules the name of their group.
        is_there: Whether Grafana has it.
        lines: A unified diff from what is there to what would be written; empty when they are the same.
        is_provisioned: Whether Grafana read it from its provisioning files, and lets nobody else write it.
    """

    kind: Kind
    uid: str
    is_there: bool
    lines: tuple[str, ...]
    is_provisioned: bool = False

    @property
    def is_same(self) -> bool:
        """Whether a push would leave it alone."""
        return self.is_there and not self.lines


def folder_state(api: Any, language: Language) -> State:
    """The folder of one language."""
    uid = FOLDER_UIDS[language]
    there = found_or_none(f"looking for folder {uid}", api.folder.get_folder, uid)
    wanted = {"title": FOLDER_TITLES[language]}
    return _compared("folder", uid, there and _as_far_as(wanted, there), wanted)


def datasource_state(api: Any, wanted: Json | None) -> State:
    """The data source; with no `wanted` body any one of the right type will do. Grafana never tells a password."""
    there = found_or_none("looking for the data source", api.datasource.get_datasource_by_uid, DATASOURCE_UID)
    body = {key: value for key, value in (wanted or {"type": PLUGIN_ID}).items() if key != "secureJsonData"}
    is_provisioned = bool(there and there.get("readOnly"))
    return _compared("data source", DATASOURCE_UID, there and _as_far_as(body, there), body, is_provisioned)


def board_state(api: Any, board: Json, language: Language) -> State:
    """One board, in its folder: all of it is ours, so whatever is there beyond it is a difference, too."""
    uid = board["uid"]
    answer = found_or_none(f"looking for board {uid}", api.dashboard.get_dashboard, uid)
    meta = answer["meta"] if answer else {}
    there = answer and {**_without(answer["dashboard"], _COUNTED_BY_GRAFANA), "folderUid": meta["folderUid"]}
    wanted = {**_without(board, _COUNTED_BY_GRAFANA), "folderUid": FOLDER_UIDS[language]}
    return _compared("board", uid, there, wanted, bool(meta.get("provisioned")))


def alerts_state(api: Any, group: Json) -> State:
    """The group of alert rules; a rule that is only there is a difference."""
    there = _rule_group(api, group)
    wanted = {rule["uid"]: _without(rule, _PLACE_OF_A_RULE) for rule in group["rules"]}
    told: Json | None = None
    is_provisioned = False
    if there is not None:
        rules = {rule["uid"]: rule for rule in there.get("rules", ())}
        is_provisioned = any(rule.get("provenance") == _FILE for rule in rules.values())
        found = {uid: _as_far_as(wanted.get(uid, rule), rule) for uid, rule in rules.items()}
        told = {"interval": there.get("interval"), "rules": found}
    return _compared("alert rules", GROUP, told, {"interval": group["interval"], "rules": wanted}, is_provisioned)


def _rule_group(api: Any, group: Json) -> Any:
    """The group in the boards' folder, else where Grafana put it when it read it from a file; None when there is none."""
    rules, what = api.alertingprovisioning, "looking for the alert rules"
    there = found_or_none(what, rules.get_rule_group, group["folderUid"], GROUP)
    if there is not None:
        return there
    rule = found_or_none(what, rules.get_alertrule, group["rules"][0]["uid"])
    if not rule or rule.get("provenance") != _FILE:
        return None
    return found_or_none(what, rules.get_rule_group, rule["folderUID"], rule["ruleGroup"])


def _compared(kind: Kind, uid: str, there: Json | None, wanted: Json, is_provisioned: bool = False) -> State:
    if there is None:
        return State(kind=kind, uid=uid, is_there=False, lines=())
    names = f"{kind} {uid} in Grafana", f"{kind} {uid} generated"
    lines = unified_diff(_lines(there), _lines(wanted), *names, lineterm="", n=1)
    return State(kind=kind, uid=uid, is_there=True, lines=tuple(lines), is_provisioned=is_provisioned)


def _as_far_as(wanted: Any, there: Any) -> Any:
    """What is there of what would be written, at any depth: Grafana writes defaults into a rule's queries, too."""
    match wanted, there:
        case dict(), dict():
            return {key: _as_far_as(value, there.get(key)) for key, value in wanted.items()}
        case list(), list() if len(wanted) == len(there):
            return [_as_far_as(*pair) for pair in zip(wanted, there, strict=True)]
        case _:
            return there


def _without(thing: Json, names: tuple[str, ...]) -> Json:
    return {key: value for key, value in thing.items() if key not in names}


def _lines(thing: Json) -> list[str]:
    return json.dumps(thing, ensure_ascii=False, indent=1, sort_keys=True).splitlines()
