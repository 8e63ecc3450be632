"""Regimes as data: a pack is one TOML file under `packs/`, an obligation one table of it with one query under `queries/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations.calendar import WorkCalendar, load_calendar
from tracemark.query.obligations.statements import Form, Reach, Rules, Traffic, compose
from tracemark.query.obligations.words import Text
from tracemark.schemas.laws import laws

__all__ = ["Checked", "Citation", "Instrument", "LeftOut", "Obligation", "Pack", "Severity", "list_packs", "load_pack"]

Severity = Literal["critical", "high", "medium", "low"]
Checked = Literal["A", "B", "C"]
"""How far the reading of a law was checked, the surest first; `words("checked")` says it in words."""

_NONE: Final[Text] = {"en": "", "zh": ""}
_SAID_OF_SOME: Final[Mapping[str, Any]] = {"in_force": None, "deadline": _NONE, "note": _NONE, "unanswered": _NONE}
_EVER: Final = date(1970, 1, 1)
"""Nothing was received before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A law, or what is held like one.

    Attributes:
        name: Its full name, and since when it is in force.
        checked: How far it was read.
        checked_apart: Articles that were read less, or more, than the rest.
    """

    name: Text
    checked: Checked
    checked_apart: Mapping[str, Checked] = field(default_factory=dict[str, Checked])


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a duty cites of one instrument.

    Attributes:
        instrument: Key of the instrument in its pack.
        law: The articles in short, e.g. `LM 4, last paragraph; LM 9`.
        words: The same as people read it.
        checked: How far the reading was checked.
    """

    instrument: str
    law: str
    words: Text
    checked: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One duty, and the query that judges it.

    Attributes:
        id: Its name, e.g. `INV-8`; never reused for another duty.
        row: Row of the table of obligations that it answers.
        citations: Instruments and articles, one for each instrument.
        in_force: Nothing received before this day is judged, and no label, file or hand-over of before it; None for a duty that
            always was.
        severity: How bad a breach is.
        event_types: Events that answer it; empty when every row does.
        query: File under `queries/`; empty when nothing can be asked yet.
        deadline: Where its due times come from; empty when it has none.
        duty: One sentence.
        denominator: What is counted.
        limits: What a pass does not prove.
        note: What else to know about how it is judged; mostly empty.
        unanswered: Why there is no evidence when nothing was judged; empty when the reason is that nothing happened.
        rules: What the query needs from its pack.
    """

    id: str
    row: str
    citations: tuple[Citation, ...]
    in_force: date | None
    severity: Severity
    event_types: tuple[str, ...]
    query: str
    deadline: Text
    duty: Text
    denominator: Text
    limits: Text
    note: Text
    unanswered: Text
    rules: Rules

    @property
    def has_limit(self) -> bool:
        """Whether it is due by a limit that the provider published, which may be one in working days."""
        return "policy.published" in self.event_types and bool(self.deadline["en"])

    @property
    def law(self) -> str:
        """Instruments and articles in short, by the keys of `Pack.instruments`."""
        return "; ".join(citation.law for citation in self.citations)

    @property
    def checked(self) -> Checked:
        """How far the readings were checked: as far as the one that was checked least."""
        return max(citation.checked for citation in self.citations)

    @property
    def begins(self) -> datetime:
        """The instant from which it is judged, in the zone of its law."""
        return datetime.combine(self.in_force or _EVER, time(), self.rules.calendar.zone)

    def sql(self, form: Form = "judged", *, expressions: Mapping[str, str] | None = None) -> str:
        """The query; empty when nothing can be asked yet.

        Args:
            form: `judged` one row per thing judged: tenant_id, service_id, event_id, request_id, content_id, case_id, at, reason
                (empty: met) and usable (0: no evidence either way). `summary` one row: denominator, offending, unusable, earliest.
                `reasons` one row per reason. `offenders` the offending rows, newest first, at most `{limit:UInt64}`; `unjudged`
                likewise those that give no evidence.
            expressions: SQL in place of a parameter, for boards that bind none: `{"from": "$__fromTime", "tenant": "''"}`.

        Parameters: `from`, `to`, `as_of` as DateTime64(6, 'UTC'); `tenant` and `service` as String, empty for all.
        """
        return compose(self.query, form, self.rules, expressions or {}) if self.query else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something else that the law asks, and that no duty answers.

    Attributes:
        row: Its number, as in the ids `ROW-…`.
        about: Articles, and what they ask, in short.
        why: Why nothing judges it, and which duty comes nearest.
    """

    row: str
    about: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A regime.

    Attributes:
        regime: Key of the regime, as in `jurisdiction` of events.
        title: Its name.
        calendar: Working days and zone.
        settle_minutes: Traffic younger than this is not judged: what belongs to it may be on its way.
        instruments: The laws, by key.
        obligations: In the order of the catalogue.
        left_out: Rows of the table of obligations that none of them answers.
    """

    regime: str
    title: Text
    calendar: WorkCalendar
    settle_minutes: float
    instruments: Mapping[str, Instrument]
    obligations: tuple[Obligation, ...]
    left_out: tuple[LeftOut, ...] = ()

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
    instruments = {key: _instrument(found) for key, found in data["instruments"].items()}
    return Pack(
        regime=data["regime"],
        title=data["title"],
        calendar=calendar,
        settle_minutes=data["settle_minutes"],
        instruments=instruments,
        obligations=tuple(_obligation(found, instruments, rules) for found in data["obligations"]),
        left_out=tuple(LeftOut(row=row, **said) for row, said in data.get("left_out", {}).items()),
    )


def _instrument(found: Mapping[str, Any]) -> Instrument:
    name: Text = {"en": found["en"], "zh": found["zh"]}
    return Instrument(name=name, checked=found["checked"], checked_apart=found.get("checked_apart", {}))


def _reach(found: Mapping[str, Any]) -> Reach:
    traffic = tuple(Traffic(**{name: tuple(values) for name, values in each.items()}) for each in found["traffic"])
    return Reach(traffic=traffic, modality=tuple(found.get("modality", ())), unnamed=found.get("unnamed", False))


def _obligation(found: Mapping[str, Any], instruments: Mapping[str, Instrument], rules: Rules) -> Obligation:
    given: dict[str, Any] = {**_SAID_OF_SOME, **found, "event_types": tuple(found["event_types"])}
    citations = _citations(given.pop("law"), instruments)
    return Obligation(**given, citations=citations, rules=replace(rules, begins=given["in_force"] or _EVER))


def _citations(law: str, instruments: Mapping[str, Instrument]) -> tuple[Citation, ...]:
    """One for each instrument; an article begins with the key of its instrument."""
    cited: dict[str, list[str]] = {}
    for part in law.split("; "):
        cited.setdefault(part.split()[0], []).append(part)
    said = laws()[law]
    each = zip(cited.items(), said["en"].split("; "), said["zh"].split("；"), strict=True)
    return tuple(
        Citation(
            instrument=key,
            law="; ".join(parts),
            words={"en": en, "zh": zh},
            checked=max(_checked(instruments[key], part) for part in parts),
        )
        for (key, parts), en, zh in each
    )


def _checked(instrument: Instrument, part: str) -> Checked:
    return instrument.checked_apart.get(part.partition(" ")[2], instrument.checked)
