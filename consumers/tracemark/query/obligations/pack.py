"""Regimes as data: a pack is one TOML file under `packs/`, an obligation one table of it with one query under `queries/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations.calendar import WorkCalendar, load_calendar
from tracemark.query.obligations.statements import Form, Reach, Rules, Traffic, compose

__all__ = ["CHECKED", "Checked", "Lang", "Obligation", "Pack", "Severity", "Text", "list_packs", "load_pack"]

Lang = Literal["en", "zh"]
Text = Mapping[Lang, str]
Severity = Literal["critical", "high", "medium", "low"]
Checked = Literal["A", "B", "C"]

CHECKED: Mapping[Checked, Text] = {
    "A": {"en": "read in full in a capture of the regulator's own page", "zh": "依主管部门网页存档全文核对"},
    "B": {"en": "read in a public copy of the statute", "zh": "依公开法规文本核对"},
    "C": {"en": "secondary sources only; the text itself was not opened", "zh": "仅依二手来源，未查阅原文"},
}
"""How far the reading of a law was checked, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One duty, and the query that judges it.

    Attributes:
        id: Its name, e.g. `INV-8`; never reused for another duty.
        row: Row of the table of obligations that it answers.
        law: Instrument and article, by the keys of `Pack.instruments`.
        checked: How far the reading was checked; see `CHECKED`.
        in_force: Nothing received before this day is judged, and no label, file or hand-over of before it.
        severity: How bad a breach is.
        event_types: Events that answer it; empty when every row does.
        query: File under `queries/`; empty when nothing can be asked yet.
        deadline: Where its due times come from; empty when it has none.
        duty: One sentence.
        denominator: What is counted.
        limits: What a pass does not prove.
        unanswered: Why there is no evidence when nothing was judged; empty when the reason is that nothing happened.
        rules: What the query needs from its pack.
    """

    id: str
    row: str
    law: str
    checked: Checked
    in_force: date
    severity: Severity
    event_types: tuple[str, ...]
    query: str
    deadline: str
    duty: Text
    denominator: Text
    limits: Text
    unanswered: Text
    rules: Rules

    def sql(self, form: Form = "judged", *, expressions: Mapping[str, str] | None = None) -> str:
        """The query; empty when nothing can be asked yet.

        Args:
            form: `judged` one row per thing judged: tenant_id, service_id, event_id, request_id, content_id, case_id, at, reason
                (empty: met) and usable (0: no evidence either way). `summary` one row: denominator, offending, unusable.
                `reasons` one row per reason. `offenders` the offending rows, newest first, at most `{limit:UInt64}`.
            expressions: SQL in place of a parameter, for boards that bind none: `{"from": "$__fromTime", "tenant": "''"}`.

        Parameters: `from`, `to`, `as_of` as DateTime64(6, 'UTC'); `tenant` and `service` as String, empty for all.
        """
        return compose(self.query, form, self.rules, expressions or {}) if self.query else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A regime.

    Attributes:
        regime: Key of the regime, as in `jurisdiction` of events.
        title: Its name.
        calendar: Working days and zone.
        settle_minutes: Traffic younger than this is not judged: what belongs to it may be on its way.
        instruments: Full names of the laws, by key.
        obligations: In the order of the catalogue.
    """

    regime: str
    title: Text
    calendar: WorkCalendar
    settle_minutes: float
    instruments: Mapping[str, Text]
    obligations: tuple[Obligation, ...]

    def __getitem__(self, obligation_id: str) -> Obligation:
        """The obligation of that id. Raises `InvalidQuestion`."""
        for obligation in self.obligations:
            if obligation.id == obligation_id:
                return obligation
        raise InvalidQuestion(f"pack {self.regime} has no obligation of this id; see Pack.obligations")


def list_packs() -> tuple[str, ...]:
    """Regimes of this release."""
    folder = resources.files("tracemark.query.obligations") / "packs"
    return tuple(sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml")))


@cache
def load_pack(regime: str) -> Pack:
    """The pack of a regime. Raises `InvalidQuestion` when there is none."""
    if regime not in list_packs():
        raise InvalidQuestion(f"there is no such regime: use one of {', '.join(list_packs())}")
    path = resources.files("tracemark.query.obligations") / "packs" / f"{regime}.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    calendar = load_calendar(data["calendar"])
    months: Mapping[str, Mapping[str, int]] = data.get("retention", {})
    rules = Rules(
        regime=data["regime"],
        calendar=calendar,
        floors={name: span["floor"] for name, span in months.items()},
        ceilings={name: span.get("ceiling", 0) for name, span in months.items()},
        reach=_reach(data["scope"]),
        dates=data.get("dates", {}),
    )
    return Pack(
        regime=data["regime"],
        title=data["title"],
        calendar=calendar,
        settle_minutes=data["settle_minutes"],
        instruments=data["instruments"],
        obligations=tuple(_obligation(found, rules) for found in data["obligations"]),
    )


def _reach(found: Mapping[str, Any]) -> Reach:
    traffic = tuple(Traffic(**{name: tuple(values) for name, values in each.items()}) for each in found["traffic"])
    return Reach(traffic=traffic, modality=tuple(found.get("modality", ())), unnamed=found.get("unnamed", False))


def _obligation(found: dict[str, Any], rules: Rules) -> Obligation:
    given: dict[str, Any] = {"unanswered": {"en": "", "zh": ""}, **found, "event_types": tuple(found["event_types"])}
    return Obligation(**given, rules=replace(rules, begins=found["in_force"]))
