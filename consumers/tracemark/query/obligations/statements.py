"""Queries as text: one file each under `queries/`, with shared fragments, and the rules of a regime written into them.

`{{name}}` stands for `queries/fragments/name.sql` or for a rule of the pack; `{{due:start,value,unit}}` for the due time of
something begun at `start`. What remains are the store's own parameters, `{from:DateTime64(6, 'UTC')}` and so on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, Literal

from tracemark.query.errors import QueryError
from tracemark.query.obligations.calendar import WorkCalendar
from tracemark.schemas import schemas

__all__ = ["Form", "Rules", "compose", "due_expression"]

Form = Literal["judged", "summary", "reasons", "offenders"]

_PLACE: Final = re.compile(r"\{\{(\w+)(?::([^}]*))?\}\}")
_PARAMETER: Final = re.compile(r"\{(\w+):([^{}]*)\}")
_FORMS: Final[Mapping[Form, str]] = {
    "judged": "{inner}",
    "summary": """SELECT toInt64(count()) AS denominator, toInt64(countIf(reason != '' AND usable)) AS offending,
    toInt64(countIf(reason != '' AND NOT usable)) AS unusable
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
    "offenders": """SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, at, reason
FROM (
{inner}
)
WHERE reason != '' AND usable
ORDER BY at DESC, event_id
LIMIT {limit:UInt64}""",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """What a pack writes into its queries.

    Attributes:
        regime: Key of the regime.
        calendar: Working days and zone.
        floors: Calendar months that a retention class is kept at least.
        ceilings: Calendar months after which it must be gone or restricted; 0 for no fixed end.
    """

    regime: str
    calendar: WorkCalendar
    floors: Mapping[str, int]
    ceilings: Mapping[str, int]


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
    if name == "regime":
        return rules.regime
    if name == "zone":
        return rules.calendar.zone.key
    if name == "schema_ids":
        return ", ".join(str(schema.schema_id) for schema in schemas())
    return _file(f"fragments/{name}")


def _call(name: str, arguments: list[str], rules: Rules) -> str:
    if name == "due":
        start, value, unit = arguments
        return due_expression(start, value, unit, rules.calendar)
    months = rules.floors if name == "floor" else rules.ceilings
    return f"transform(toString({arguments[0]}), {list(months)!r}, {list(months.values())!r}, 0)"


def due_expression(start: str, value: str, unit: str, calendar: WorkCalendar) -> str:
    """`WorkCalendar.due` as SQL: the due time, in UTC, of what began at `start`; each argument is an expression."""
    local = f"toTimeZone({start}, '{calendar.zone.key}')"
    limit = f"ifNull({value}, 0)"
    day = f"toDate({local})"
    works = f"(has({_dates(calendar.made_up)}, d) OR (toDayOfWeek(d) < 6 AND NOT has({_dates(calendar.holidays)}, d)))"
    days = f"arrayFilter(d -> {works}, arrayMap(n -> {day} + n, range(1, toUInt32(2 * {limit} + 40))))"
    last = f"arrayElement(arrayPushFront({days}, {day}), toUInt32({limit}) + 1)"
    return (
        f"multiIf({unit} = 'hours', toTimeZone({start} + toIntervalHour({limit}), 'UTC'), "
        f"{unit} = 'days', toTimeZone({local} + toIntervalDay({limit}), 'UTC'), "
        f"{unit} = 'months', toTimeZone(addMonths({local}, {limit}), 'UTC'), "
        f"toTimeZone(toDateTime64(toString({last} + 1), 6, '{calendar.zone.key}'), 'UTC'))"
    )


def _dates(days: frozenset[date]) -> str:
    return "CAST([" + ", ".join(f"'{day}'" for day in sorted(days)) + "], 'Array(Date)')"
