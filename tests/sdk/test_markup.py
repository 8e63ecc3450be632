"""What a screen makes of Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.texts import any_text, markdown_like, prose
from tracemark.sdk.canonical import canonicalise
from tracemark.sdk.markup import strip_markdown, without_vanishing_markup

PLAIN = {
    "# Heading #\nText": "Heading\nText",
    "a **bold** and *italic* and ***both*** __too__ ~~gone~~": "a bold and italic and both too gone",
    "snake_case_name and 2 * 3 * 4 and _x_": "snake_case_name and 2 * 3 * 4 and x",
    "use `code **raw**`": "use code raw",
    "```python\nprint(1)\n```\nend": "print(1)\nend",
    "~~~\nx\n~~~": "x",
    "- one\n* two\n  + three": "one\ntwo\nthree",
    "1. one\n2) two\n10. ten": "one\ntwo\nten",
    "> quoted\n>> twice": "quoted\ntwice",
    "[text](https://example.org/a_(b)) and ![alt](x.png)": "text and",
    "a\n\n---\n\n* * *\n\nb": "a\n\nb",
    "| a | b |\n|---|:-:|\n| 1 | 2 |": "| a | b |\n| 1 | 2 |",
    r"\*not italic\* and 1\. kept": "*not italic* and  kept",
    "a<br>b <b>c</b> <name>": "ab c <name>",
    "R&amp;D &lt;b&gt;x": "R&D x",
    "- [x] done\n- [ ] open": "done\n[ ] open",
    "plain (1.5) text: 3.14, v2.0; it was 42. Yes": "plain (1.5) text: 3.14, v2.0; it was 42. Yes",
}


@pytest.mark.parametrize("markdown", PLAIN, ids=range(len(PLAIN)))
def test_plain_text_of_markdown(markdown: str) -> None:
    """Markup goes, words stay."""
    assert strip_markdown(markdown) == PLAIN[markdown]


@given(prose)
def test_plain_words_come_through_unchanged(text: str) -> None:
    """What is no markup is not touched."""
    assert without_vanishing_markup(text) == text
    assert strip_markdown(text) == text


@given(st.one_of(any_text, markdown_like))
def test_any_text_has_a_plain_form(text: str) -> None:
    """Odd markup is no error."""
    assert isinstance(strip_markdown(text), str)
    assert len(without_vanishing_markup(text)) <= len(text) or "&" in text


WRAPPED = st.sampled_from(("{}", "**{}**", "*{}*", "`{}`", "~~{}~~", "[{}](https://example.org)", "<b>{}</b>"))
BLOCKS = st.sampled_from(
    ("{}", "# {}", "### {} ###", "> {}", "- {}", "1. {}", "- [x] {}", "```text\n{}\n```", "{}<br>")
)


@given(st.lists(st.tuples(BLOCKS, WRAPPED, prose), min_size=1, max_size=8), st.sampled_from(("\n", "\n\n", "\r\n")))
def test_loose_form_of_a_document_is_that_of_its_words(parts: list[tuple[str, str, str]], end: str) -> None:
    """Raw Markdown, its plain form and its bare words are one text in loose form: what a screen does is no matter."""
    document = end.join(block.format(wrap.format(words)) for block, wrap, words in parts)
    bare = " ".join(words for _, _, words in parts)
    assert canonicalise(document).loose == canonicalise(strip_markdown(document)).loose == canonicalise(bare).loose


@given(st.lists(prose, min_size=1, max_size=12))
def test_numbers_of_a_list_do_not_matter(items: list[str]) -> None:
    """A list is found whether the screen kept its numbers, lost them, or lost its line ends, too."""
    numbered = [f"{number}. {item}" for number, item in enumerate(items, start=1)]
    shown = ("\n".join(numbered), "\n".join(items), "Title: " + " ".join(numbered), "Title: " + " ".join(items))
    assert len({canonicalise(text).loose for text in shown[:2]}) == 1
    assert len({canonicalise(text).loose for text in shown[2:]}) == 1


@pytest.mark.parametrize("pair", [("It was 42. Yes", "It was 43. Yes"), ("pay 10 now", "pay 20 now"), ("v1.5", "v1.6")])
def test_numbers_in_a_sentence_do_matter(pair: tuple[str, str]) -> None:
    """Different answers are different texts."""
    assert canonicalise(pair[0]).loose != canonicalise(pair[1]).loose
