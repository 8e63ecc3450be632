"""Working days and calendar months, in the zone of the law that sets the deadline.

The same rules exist twice: here, for people and tests, and as an SQL expression for the queries and boards. A property test holds
them equal.
"""

import calendar as months_
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations.words import Text

__all__ = ["HOLIDAYS", "LONGEST", "Unit", "WorkCalendar", "add_months", "load_calendar"]

Unit = Literal["hours", "days", "working_days", "months"]
"""Units of a published time limit; the symbols of `policy.published.limit_unit`."""

HOLIDAYS: Final = timedelta(days=31)
"""By how much the holidays of a year may put off a deadline, at the most; mainland China has about twenty days off on weekdays."""

LONGEST: Final[Mapping[Unit, int]] = {"hours": 87_840, "days": 3_660, "working_days": 3_660, "months": 120}
"""The longest limit that is taken for one, about ten years: whoever typed more meant something else, such as a date."""

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_NOT_LISTED: Final[Text] = {"en": ": not listed, Monday to Friday assumed", "zh": "年：未列入，按周一至周五计"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Which days count as working days.

    Attributes:
        zone: Time zone that days begin in.
        holidays: Weekdays on which nobody works.
        made_up: Weekend days that are worked.
        years: Years that are listed; any other falls back to Monday to Friday.
        notes: How far each year was checked, by year.
    """

    zone: ZoneInfo
    holidays: frozenset[date]
    made_up: frozenset[date]
    years: frozenset[int]
    notes: Mapping[int, Text]

    def works(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return day in self.made_up or (day.weekday() < _SATURDAY and day not in self.holidays)

    def due(self, start: datetime, limit: int, unit: Unit) -> datetime:
        """The last instant at which something begun at `start` is in time.

        Hours run at once. Days and months end at the same local time of day. Working days begin to count on the next day and
        last until local midnight at the end of the last of them.

        Raises:
            InvalidQuestion: Nobody means such a limit: it is negative, or longer than `LONGEST`.
        """
        if not 0 <= limit <= LONGEST[unit]:
            raise InvalidQuestion(
                f"the limit is out of range for {unit}: publish one of 0 to {LONGEST[unit]} {unit}, or say the due time itself"
            )
        if unit == "hours":
            return start + timedelta(hours=limit)
        local = start.astimezone(self.zone)
        if unit == "days":
            return (local + timedelta(days=limit)).astimezone(UTC)
        if unit == "months":
            return add_months(local, limit).astimezone(UTC)
        return datetime.combine(self._after(local.date(), limit) + _DAY, time(), self.zone).astimezone(UTC)

    def certain(self, start: datetime, due: datetime, unit: Unit) -> datetime:
        """When it is certain that what began at `start` and was due at `due` is late.

        That is at once, unless working days of a year were counted that is not listed.
        """
        last = due.astimezone(self.zone) - timedelta(seconds=1)  # at midnight the last day is over
        years = range(start.astimezone(self.zone).year, last.year + 1)
        return due if unit != "working_days" or self.years.issuperset(years) else due + HOLIDAYS

    def note(self, first: datetime, last: datetime) -> Text:
        """How far the calendar was checked for deadlines between two instants, year by year."""
        years = range(first.astimezone(self.zone).year, last.astimezone(self.zone).year + 1)
        notes = [self.notes.get(year, {lang: f"{year}{said}" for lang, said in _NOT_LISTED.items()}) for year in years]
        return {"en": "; ".join(note["en"] for note in notes), "zh": "；".join(note["zh"] for note in notes)}

    def _after(self, day: date, limit: int) -> date:
        while limit > 0:
            day += _DAY
            limit -= self.works(day)
        return day


def add_months(local: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day; at most 184 days for six months."""
    index = local.year * 12 + local.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return local.replace(year=year, month=month, day=min(local.day, months_.monthrange(year, month)[1]))


@cache
def load_calendar(name: str) -> WorkCalendar:
    """The calendar `calendars/<name>.toml`. Raises `InvalidQuestion` when there is none."""
    path = resources.files("tracemark.query.obligations") / "calendars" / f"{name}.toml"
    if not path.is_file():
        raise InvalidQuestion(f"there is no calendar named {name!r}: see calendars/ for those that exist")
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    years: Mapping[str, Any] = data["years"]
    return WorkCalendar(
        zone=ZoneInfo(data["zone"]),
        holidays=frozenset(
            day for year in years.values() for first, last in year["holidays"] for day in _range(first, last)
        ),
        made_up=frozenset(date.fromisoformat(day) for year in years.values() for day in year["made_up"]),
        years=frozenset(int(year) for year in years),
        notes={int(year): _note(year, found) for year, found in years.items()},
    )


def _note(year: str, found: Mapping[str, Any]) -> Text:
    source: Text = found["source"]
    return {
        "en": f"{year}: [{found['checked']}] {source['en']}",
        "zh": f"{year}年：[{found['checked']}] {source['zh']}",
    }


def _range(first: str, last: str) -> list[date]:
    start = date.fromisoformat(first)
    return [start + timedelta(days=n) for n in range((date.fromisoformat(last) - start).days + 1)]
