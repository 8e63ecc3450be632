"""Working days and calendar months: by hand, and equal in Python and SQL."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations.calendar import LONGEST, Unit, add_months, load_calendar
from tracemark.query.obligations.statements import certain_expression, due_expression
from tracemark.store import Store

CN = load_calendar("cn")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(*parts: int) -> datetime:
    """An instant by the clocks of Shanghai."""
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]  # the number of parts is the caller's business


@pytest.mark.parametrize(
    ("start", "limit", "unit", "due"),
    [
        (local(2026, 9, 28, 10), 10, "working_days", local(2026, 10, 17)),
        (local(2026, 9, 19, 23, 30), 1, "working_days", local(2026, 9, 21)),
        (local(2026, 2, 13, 9), 1, "working_days", local(2026, 2, 15)),
        (local(2026, 1, 31, 9), 1, "months", local(2026, 2, 28, 9)),
        (local(2026, 3, 1, 9), 6, "months", local(2026, 9, 1, 9)),
        (local(2026, 3, 1, 0, 30), 15, "days", local(2026, 3, 16, 0, 30)),
        (local(2026, 3, 1, 9), 48, "hours", local(2026, 3, 3, 9)),
    ],
)
def test_deadlines_by_hand(start: datetime, limit: int, unit: Unit, due: datetime) -> None:
    """Across the holidays of October, on a Sunday and a Saturday made up, at ends of months and in the zone of the law."""
    assert CN.due(start, limit, unit) == due


def test_six_months_are_up_to_184_days() -> None:
    """From 1 March to 1 September; 180 days would breach the floor."""
    assert add_months(local(2026, 3, 1), 6) - local(2026, 3, 1) == timedelta(days=184)


def test_a_year_that_is_not_listed_says_so() -> None:
    """Outside the years listed, Monday to Friday is assumed and said."""
    note = CN.note(local(2026, 12, 30), local(2027, 1, 5))
    assert "2026: [B] State Council notice" in note["en"]
    assert "2027: not listed" in note["en"]
    assert "2027年：未列入" in note["zh"]
    assert CN.works(local(2027, 1, 4).date())


@pytest.mark.parametrize(
    ("start", "limit", "unit", "days"),
    [
        (local(2026, 12, 28, 10), 10, "working_days", 31),
        (local(2024, 12, 31, 10), 1, "working_days", 31),
        (local(2026, 12, 30, 10), 1, "working_days", 0),
        (local(2025, 1, 1, 10), 10, "working_days", 0),
        (local(2026, 12, 28, 10), 10, "days", 0),
        (local(2027, 12, 28, 10), 240, "hours", 0),
    ],
)
def test_lateness_is_certain_a_month_later_where_holidays_are_unknown(
    start: datetime, limit: int, unit: Unit, days: int
) -> None:
    """Into a year that is not listed, and out of one; a deadline at the midnight that ends a listed year is of that year."""
    due = CN.due(start, limit, unit)
    assert CN.certain(start, due, unit) - due == timedelta(days=days)


def test_an_unknown_calendar_is_refused() -> None:
    """The complaint says where calendars are."""
    with pytest.raises(InvalidQuestion, match="calendars/"):
        load_calendar("atlantis")


@pytest.mark.parametrize("unit", LONGEST)
def test_a_limit_that_nobody_means_is_no_limit(reader: Store, unit: Unit) -> None:
    """Python refuses it by name; the engine knows no due time, and the same statement answers for every other row."""
    start = local(2026, 9, 28, 10)
    for limit in (-1, LONGEST[unit] + 1, 20_261_231, 2_000_000_000):
        with pytest.raises(InvalidQuestion, match=f"out of range for {unit}"):
            CN.due(start, limit, unit)
    limits = f"arrayJoin([-1, {LONGEST[unit] + 1}, 20261231, 2000000000, {LONGEST[unit]}])"
    due = due_expression("toDateTime64({start:String}, 6, 'UTC')", "n", f"'{unit}'", CN)
    asked = {"start": start.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")}
    rows = reader.query(f"SELECT n, {due} AS due FROM (SELECT {limits} AS n) ORDER BY due", asked)
    assert [row["due"] for row in rows] == [CN.due(start, LONGEST[unit], unit), None, None, None, None]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.datetimes(datetime(2024, 11, 1), datetime(2027, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given beside it
    limit=st.integers(0, 40),
    unit=st.sampled_from(["hours", "days", "working_days", "months"]),
)
def test_sql_and_python_agree(reader: Store, start: datetime, limit: int, unit: Unit) -> None:
    """A deadline computed by the engine, and when lateness is certain, are what Python computes, to the microsecond."""
    began = "toDateTime64({start:String}, 6, 'UTC')"
    due = due_expression(began, "{limit:Int32}", "{unit:String}", CN)
    certain = certain_expression(began, "due", "{unit:String}", CN)
    asked = {"start": start.strftime("%Y-%m-%d %H:%M:%S.%f"), "limit": limit, "unit": unit}
    (found,) = reader.query(f"SELECT {due} AS due, {certain} AS certain", asked)
    expected = CN.due(start, limit, unit)
    assert (found["due"], found["certain"]) == (expected, CN.certain(start, expected, unit))


def test_a_limit_in_hours_counts_no_days(reader: Store) -> None:
    """Ten years in hours, for as many cases as a large provider has, need no list of days for each."""
    start, limit, unit = "toDateTime64('2026-09-01 00:00:00', 6, 'UTC')", "materialize(87600)", "materialize('hours')"
    sql = f"SELECT max({due_expression(start, limit, unit, CN)}) AS due FROM numbers(200000)"
    assert reader.query(sql)[0]["due"] == CN.due(datetime(2026, 9, 1, tzinfo=UTC), 87600, "hours")
