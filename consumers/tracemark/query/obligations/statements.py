"""Queries as text: one file each under `queries/`, with shared fragments, and the rules of a regime written into them.

`{{name}}` stands for `queries/fragments/name.sql` or for a rule of the pack; `{{due:start,value,unit}}` for the due time of
something begun at `start`, `{{certain:start,due,unit}}` for when it is certain that it is late, `{{date:name}}` for a day of the
pack, `{{in_force}}` for what happened when the duty was in force. What remains are the store's own parameters,
`{from:DateTime64(6, 'UTC')}` and so on.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, Literal

from tracemark.query.errors import QueryError
from tracemark.query.obligations.calendar import HOLIDAYS, LONGEST, WorkCalendar
from tracemark.schemas import schemas

__all__ = ["Form", "Reach", "Rules", "Traffic", "certain_expression", "compose", "due_expression"]

Form = Literal["judged", "summary", "reasons", "offenders", "unjudged"]

_PLACE: Final = re.compile(r"\{\{(\w+)(?::([^}]*))?\}\}")
_PARAMETER: Final = re.compile(r"\{(\w+):([^{}]*)\}")
_LISTED: Final = """SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, at, reason
FROM (
{inner}
)
WHERE reason != '' AND __which__
ORDER BY at DESC, event_id
LIMIT {limit:UInt64}"""
_FORMS: Final[Mapping[Form, str]] = {
    "judged": "{inner}",
    "summary": """SELECT toInt64(count()) AS denominator, toInt64(countIf(reason != '' AND usable)) AS offending,
    toInt64(countIf(reason != '' AND NOT usable)) AS unusable, minOrNull(at) AS earliest
FROM (
{inner}
)""",
    "reasons": """SELECT reason, toInt64(count()) AS rows, usable != 0 AS usable
FROM (
{inner}
)
WHERE reason != ''
GROUP BY reason, usable
ORDER BY usable DESC, rows DESC, reason""",
    "offenders": _LISTED.replace("__which__", "usable"),
    "unjudged": _LISTED.replace("__which__", "NOT usable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Events of some services, to some of those whom they serve.

    Attributes:
        service_scope: Declared scopes; empty for any.
        audience_class: Who is served, as seen at run time; empty for anybody.
    """

    service_scope: tuple[str, ...] = ()
    audience_class: tuple[str, ...] = ()

    def events(self) -> str:
        """The condition on an event."""
        lists = (("service_scope", self.service_scope), ("audience_class", self.audience_class))
        return " AND ".join(f"{name} IN ({_listed(values)})" for name, values in lists if values) or "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whose traffic a regime is about.

    Attributes:
        traffic: Any of these.
        modality: What its rules on marking cover; empty for everything.
        unnamed: Whether events that name no regime at all count as well.
    """

    traffic: tuple[Traffic, ...]
    modality: tuple[str, ...] = ()
    unnamed: bool = False

    def named(self, regime: str) -> str:
        """The condition on the regimes that an event names."""
        named = f"has(jurisdiction, '{regime}')"
        return f"(empty(jurisdiction) OR {named})" if self.unnamed else named

    def events(self, regime: str) -> str:
        """The condition on an event."""
        anyone = "\n        OR ".join(f"({each.events()})" for each in self.traffic)
        return f"({anyone})\n    AND {self.named(regime)}"

    def marked(self) -> str:
        """The condition on the content of an event."""
        return f"hasAny(modality, [{_listed(self.modality)}])" if self.modality else "true"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """What a pack writes into its queries.

    Attributes:
        regime: Key of the regime.
        calendar: Working days and zone.
        floors: Calendar months that a retention class is kept at least.
        ceilings: Calendar months after which it must be gone or restricted; 0 for no fixed end.
        reach: Whose traffic it is about.
        dates: Days on which something begins to apply, by name.
        begins: Day on which the duty itself does.
    """

    regime: str
    calendar: WorkCalendar
    floors: Mapping[str, int]
    ceilings: Mapping[str, int]
    reach: Reach
    dates: Mapping[str, date] = field(default_factory=dict)
    begins: date = date.min


@cache
def _file(name: str) -> str:
    path = resources.files("tracemark.query.obligations") / "queries" / f"{name}.sql"
    if not path.is_file():
        raise QueryError(f"there is no queries/{name}.sql: this release is incomplete, install it anew")
    return path.read_text(encoding="utf-8").strip()


def compose(query: str, form: Form, rules: Rules, expressions: Mapping[str, str]) -> str:
    """The statement of `queries/<query>.sql` in `form`; raises `QueryError` for a place that nothing fills."""
    text = _FORMS[form].replace("{inner}", _filled(_file(query), rules))
    return _PARAMETER.sub(lambda found: expressions.get(found[1], found[0]), text)


def _filled(text: str, rules: Rules) -> str:
    return _PLACE.sub(lambda found: _filled(_place(found[1], found[2], rules), rules), text)


def _place(name: str, arguments: str | None, rules: Rules) -> str:
    if arguments is not None:
        return _call(name, arguments.split(","), rules)
    if (rule := _rule(name, rules)) is not None:
        return rule
    return _file(f"fragments/{name}")


def _rule(name: str, rules: Rules) -> str | None:
    found: Mapping[str, Callable[[], str]] = {
        "regime": lambda: rules.regime,
        "zone": lambda: rules.calendar.zone.key,
        "in_scope": lambda: rules.reach.events(rules.regime),
        "named": lambda: rules.reach.named(rules.regime),
        "in_force": lambda: f"{{{{moment}}}} >= {_day(rules.begins, rules)}",
        "covered": rules.reach.marked,
        "schema_ids": lambda: ", ".join(str(schema.schema_id) for schema in schemas()),
    }
    return found[name]() if name in found else None


def _call(name: str, arguments: list[str], rules: Rules) -> str:
    if name == "due":
        start, value, unit = arguments
        return due_expression(start, value, unit, rules.calendar)
    if name == "certain":
        start, due, unit = arguments
        return certain_expression(start, due, unit, rules.calendar)
    if name == "date":
        return _day(rules.dates[arguments[0]], rules)
    months = rules.floors if name == "floor" else rules.ceilings
    return f"transform(toString({arguments[0]}), {list(months)!r}, {list(months.values())!r}, 0)"


def _day(begins: date, rules: Rules) -> str:
    """The first instant of a day where the law is in force."""
    return f"toDateTime64('{begins} 00:00:00', 6, '{rules.calendar.zone.key}')"


def due_expression(start: str, value: str, unit: str, calendar: WorkCalendar) -> str:
    """`WorkCalendar.due` as SQL: the due time, in UTC, of what began at `start`; each argument is an expression.

    NULL for a limit that `due` refuses: nobody knows what was published, so nothing is late and nothing in time by it. Its number
    never reaches the arithmetic, which would fail for all, or overflow in silence.
    """
    longest = f"transform(toString({unit}), {list(LONGEST)!r}, {list(LONGEST.values())!r}, 0)"
    is_meant = f"ifNull({value}, 0) BETWEEN 0 AND {longest}"
    limit = f"if({is_meant}, ifNull({value}, 0), 0)"
    local = f"toTimeZone({start}, '{calendar.zone.key}')"
    day = f"toDate({local})"
    works = f"(has({_dates(calendar.made_up)}, d) OR (toDayOfWeek(d) < 6 AND NOT has({_dates(calendar.holidays)}, d)))"
    reach = f"toUInt32(if({unit} = 'working_days', 2 * {limit} + 40, 1))"
    days = f"arrayFilter(d -> {works}, arrayMap(n -> {day} + n, range(1, {reach})))"
    last = f"arrayElement(arrayPushFront({days}, {day}), toUInt32({limit}) + 1)"
    return (
        f"multiIf(NOT {is_meant}, NULL, {unit} = 'hours', toTimeZone({start} + toIntervalHour({limit}), 'UTC'), "
        f"{unit} = 'days', toTimeZone({local} + toIntervalDay({limit}), 'UTC'), "
        f"{unit} = 'months', toTimeZone(addMonths({local}, {limit}), 'UTC'), "
        f"toTimeZone(toDateTime64(toString({last} + 1), 6, '{calendar.zone.key}'), 'UTC'))"
    )


def certain_expression(start: str, due: str, unit: str, calendar: WorkCalendar) -> str:
    """`WorkCalendar.certain` as SQL: when it is certain that what began at `start` and was due at `due` is late."""
    first, last = (
        f"toYear(toTimeZone({start}, '{calendar.zone.key}'))",
        f"toYear(toTimeZone({due}, '{calendar.zone.key}') - 1)",
    )
    listed = f"hasAll({sorted(calendar.years)}, range({first}, ifNull({last}, {first}) + 1))"
    return f"({due} + toIntervalDay(if({unit} = 'working_days' AND NOT {listed}, {HOLIDAYS.days}, 0)))"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _dates(days: frozenset[date]) -> str:
    return "CAST([" + ", ".join(f"'{day}'" for day in sorted(days)) + "], 'Array(Date)')"
