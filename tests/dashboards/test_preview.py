"""A board drawn without Grafana shows the same numbers, and nothing that a value could smuggle in."""

import re
from dataclasses import replace

from support.board_duties import JUDGED_AT
from support.board_world import AROUND_NOON, EVERYTHING, HOSTILE_TENANT, BoardStore
from support.stored import micros
from tracemark.dashboards import stored
from tracemark.dashboards.macros import TimeRange, Value
from tracemark.dashboards.panels import GREEN, GREY, RED
from tracemark.dashboards.preview import Answer, page
from tracemark.query.obligations import load_pack


def drawn(
    store: BoardStore, name: str, language: str = "en", *, time: TimeRange = AROUND_NOON, **variables: Value
) -> str:
    def ask(sql: str) -> Answer:
        columns = store.writer.columns(sql)
        return Answer(columns.names, columns.data)

    suffix = "-zh" if language == "zh" else ""
    board = next(b for b in stored("zh" if suffix else "en") if b["uid"] == f"tracemark-{name}{suffix}")
    return page(board, ask, time, {**EVERYTHING, **variables})


def test_the_page_shows_the_numbers_of_the_world(world: BoardStore) -> None:
    """Stats, tables and series hold what the queries answer."""
    text = drawn(world, "pipeline")
    assert ">30.0 s<" in text
    assert ">2.6%<" in text
    assert ">schema_unknown<" in text
    assert text.count("<rect") > 5
    assert '<td class="bad">3</td>' in text


def test_the_page_draws_a_chain(world: BoardStore) -> None:
    """The spans name their events, and instants carry milliseconds."""
    text = drawn(world, "trace", request_id="r-1")
    assert "svc-chat  output.generated" in text
    assert ">2026-01-15 12:00:03.000<" in text
    assert ">1500 ms<" in text


def test_a_chinese_page_shows_the_time_of_the_law(world: BoardStore) -> None:
    """Noon in Greenwich is eight in the evening in Shanghai; the page says which zone it is in."""
    text = drawn(world, "trace", "zh", request_id="r-1")
    assert ">2026-01-15 20:00:03.000<" in text
    assert "Asia/Shanghai" in text


def test_an_empty_store_is_drawn_as_no_evidence(empty_store: BoardStore) -> None:
    """Nothing is green."""
    text = drawn(empty_store, "pipeline")
    assert text.count('class="stat nothing"') == 16
    assert ">no evidence</div>" in text
    assert f"background:{GREEN}" not in text
    assert ">无证据</div>" in drawn(empty_store, "pipeline", "zh")


def test_a_table_that_does_not_fit_says_how_much_is_missing(world: BoardStore) -> None:
    """The duties are more than the panel has room for: rows drawn and rows told add up to all of them."""
    text = drawn(world, "obligations", "zh")
    duties = text.partition("<h2>义务一览</h2>")[2].partition("</table>")[0]
    (more,) = re.findall(r"… (\d+) 行未显示", duties)
    assert duties.count("<tr>") - 2 + int(more) == len(load_pack("cn").obligations)
    assert "<th>判定</th>" in duties
    assert ">重大<" in duties


def test_a_table_of_many_columns_cuts_no_instant_and_no_heading(world: BoardStore) -> None:
    """Milliseconds are shown whole, and a long heading may be broken into lines."""
    text = drawn(world, "moderation").partition("<h2>Cases of content</h2>")[2].partition("</table>")[0]
    assert '<td class="at">2026-01-15 12:09:00.000</td>' in text
    assert "<th>confirmed_<wbr>by_<wbr>people</th>" in text
    assert "<table class=dense>" in text


def test_a_reason_is_red_and_what_is_not_known_is_grey(world: BoardStore) -> None:
    """A cell's colour tells what a judgement found wrong from what it did not, and from what nobody had judged yet."""
    judged = drawn(world, "moderation")
    assert re.search(rf"background:{RED};[^>]*>overdue<", judged)
    assert '<td class="" style=""></td>' in judged
    earlier = replace(AROUND_NOON, to_ms=micros(JUDGED_AT) // 1000 - 1)
    assert re.search(rf"background:{GREY};[^>]*>无证据</td>", drawn(world, "moderation", "zh", time=earlier))


def test_values_are_escaped(world: BoardStore) -> None:
    """What a value or a variable holds is text on the page."""
    text = drawn(world, "pipeline", tenant=("<script>x</script>",))
    assert "<script>" not in text
    assert HOSTILE_TENANT not in text
