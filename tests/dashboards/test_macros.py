"""The macro expander gives exactly what the plugin and Grafana's template engine give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.dashboards.errors import MacroInvalid
from tracemark.dashboards.macros import ALL, TimeRange, Value, alert_sql, in_backend, in_browser, panel_sql

RANGE = TimeRange(from_ms=1_700_000_000_123, to_ms=1_700_086_400_987, interval_ms=30_000)

GOLDEN = {
    "$__timeFilter(ts)": "ts >= toDateTime(1700000000) AND ts <= toDateTime(1700086400)",
    "$__timeFilter_ms(ts)": "ts >= fromUnixTimestamp64Milli(1700000000123) AND ts <= fromUnixTimestamp64Milli(1700086400987)",
    "$__dateFilter(d)": "d >= toDate('2023-11-14') AND d <= toDate('2023-11-15')",
    "$__dateTimeFilter(d, ts)": (
        "(d >= toDate('2023-11-14') AND d <= toDate('2023-11-15'))"
        " AND (ts >= toDateTime(1700000000) AND ts <= toDateTime(1700086400))"
    ),
    "$__dt(d, ts)": (
        "(d >= toDate('2023-11-14') AND d <= toDate('2023-11-15'))"
        " AND (ts >= toDateTime(1700000000) AND ts <= toDateTime(1700086400))"
    ),
    "$__timeFrom(ts)": "ts >= toDateTime(1700000000)",
    "$__timeTo(ts)": "ts <= toDateTime(1700086400)",
    "$__fromTime": "toDateTime(1700000000)",
    "$__toTime": "toDateTime(1700086400)",
    "$__fromTime_ms": "fromUnixTimestamp64Milli(1700000000123)",
    "$__toTime_ms": "fromUnixTimestamp64Milli(1700086400987)",
    "$__timeInterval(ts)": "toStartOfInterval(toDateTime(ts), INTERVAL 30 second)",
    "$__timeInterval_ms(ts)": "toStartOfInterval(toDateTime64(ts, 3), INTERVAL 30000 millisecond)",
    "$__timeGroup(ts, 5m)": "toStartOfInterval(toDateTime(ts), INTERVAL 300 second)",
    "$__timeGroup(ts, 1h30m)": "toStartOfInterval(toDateTime(ts), INTERVAL 5400 second)",
    "$__interval_s": "30",
    "$__timeFilter(toDateTime(ts))": (
        "toDateTime(ts) >= toDateTime(1700000000) AND toDateTime(ts) <= toDateTime(1700086400)"
    ),
    "max(x) -- $__timeFilter(ts)": "max(x) ",
    "1 /* $__timeFilter(ts) */ + 1": "1  + 1",
    "'-- it\\'s text' AND $__fromTime": "'-- it\\'s text' AND toDateTime(1700000000)",
    "$__unknown(ts)": "$__unknown(ts)",
}


@pytest.mark.parametrize("sql", GOLDEN)
def test_backend_macros(sql: str) -> None:
    """Each macro of the plugin's backend has the plugin's output, to the character."""
    assert in_backend(sql, RANGE) == GOLDEN[sql]


def test_nested_macros_expand_inside_out() -> None:
    """A macro in the argument of a macro is expanded first."""
    sql = in_backend("$__timeGroup(greatest(ts, $__fromTime), 1m)", RANGE)
    assert sql == "toStartOfInterval(toDateTime(greatest(ts, toDateTime(1700000000))), INTERVAL 60 second)"


def test_a_bucket_is_never_shorter_than_a_second() -> None:
    """A tiny interval still makes buckets of one second."""
    narrow = TimeRange(from_ms=0, to_ms=1000, interval_ms=20)
    assert in_backend("$__timeInterval(ts)", narrow) == "toStartOfInterval(toDateTime(ts), INTERVAL 1 second)"


VARIABLES: dict[str, Value] = {"one": "o'brien", "many": ("a", "b'c"), "all": (ALL,), "empty": ""}
BROWSER = {
    "$__conditionalAll(x IN (${many:singlequote}), $many)": "x IN ('a','b\\'c')",
    "$__conditionalAll(x IN (${all:singlequote}), $all)": "1=1",
    "$__conditionalAll(x = 'y', $empty)": "1=1",
    "$__conditionalAll(f(x, (1, 2)), ${one})": "f(x, (1, 2))",
    "$__conditionalAll(a, $all) AND $__conditionalAll(b, $one)": "1=1 AND b",
    "${one:singlequote}": "'o\\'brien'",
    "'${one:percentencode}'": "'o%27brien'",
    "'${many:percentencode}'": "'%7Ba%2Cb%27c%7D'",
    "x IN ($many)": "x IN ('a','b'c')",
    "$one": "o'brien",
    "$__from and $__to": "1700000000123 and 1700086400987",
    "$__interval": "30s",
    "$unknown": "$unknown",
}


@pytest.mark.parametrize("sql", BROWSER)
def test_the_browser_half(sql: str) -> None:
    """Conditions on All and variables are expanded as the page does it."""
    assert in_browser(sql, VARIABLES, RANGE) == BROWSER[sql]


@pytest.mark.parametrize(
    "sql",
    [
        "$__conditionalAll(x = 1, $tenant)",
        "x = '$tenant'",
        "x = ${tenant:singlequote}",
        "$__conditionalAll(a, $b) AND $__timeFilter(t)",
    ],
)
def test_an_alert_may_hold_nothing_of_the_browser(sql: str) -> None:
    """What only a page expands would reach ClickHouse as it is, so an alert with it is refused."""
    with pytest.raises(MacroInvalid, match="unexpanded"):
        alert_sql(sql, RANGE)


def test_an_alert_has_the_time_macros() -> None:
    """The backend half works without a page."""
    assert alert_sql("SELECT count() FROM e WHERE $__timeFrom(t)", RANGE).endswith("t >= toDateTime(1700000000)")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("$__timeFilter(a, b)", "takes 1"),
        ("$__timeFilter(a", "never closed"),
        ("$__timeGroup(a, 1d)", "Go duration"),
        ("$__conditionalAll(a, $nowhere)", "does not define"),
        ("$__conditionalAll(a)", "a condition and a variable"),
        ("x IN (${all:singlequote})", "stands for All"),
        ("${one:sqlstring2}", "not known here"),
        ("$__nonsense(a)", "unexpanded"),
        ("WHERE x = $undefined", "unexpanded"),
    ],
)
def test_what_cannot_be_expanded_is_refused(sql: str, why: str) -> None:
    """Wrong arguments, unknown names and All outside a condition are errors here, before ClickHouse sees them."""
    with pytest.raises(MacroInvalid, match=why):
        panel_sql(sql, RANGE, VARIABLES)


@given(value=st.text(max_size=40))
def test_no_value_leaves_its_literal(value: str) -> None:
    """Whatever a variable holds, only letters, digits and _.-~% stand between the quotes."""
    sql = panel_sql("x = decodeURLComponent('${v:percentencode}')", RANGE, {"v": value})
    inside = sql.removeprefix("x = decodeURLComponent('").removesuffix("')")
    assert all(character.isascii() and (character.isalnum() or character in "_.-~%") for character in inside)
