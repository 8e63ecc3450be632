"""The two canonical forms."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support import second_text as second
from support.texts import any_text, markdown_like, prose
from tracemark.sdk import canonical
from tracemark.sdk.canonical import CanonicalError, canonicalise, exact_bytes, exact_text, loose_text

NEWLINES = ("\n", "\r\n", "\r", "\x85", "\u2028", "\u2029")
ALL_CHARACTERS = [
    char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) not in {"Cs", "Cn", "Co"}
]


@given(st.one_of(any_text, markdown_like))
@example("0\r\u20280")
@example("\u0301" * 31)
@example("x" * 30 + "\u0301\u0323" * 40)
@example("1. 2. 2. 4.\n9. " + "-" * 13 + "3. " + "\n" + "-" * 14 + "3. x")
def test_both_forms_equal_the_second_implementation(text: str) -> None:
    """The fast way through regular expressions and tables gives what the written rules give."""
    exact, loose = second.exact(text), second.loose(text)
    assert canonicalise(text) == (exact.encode() or None, loose.encode() or None, len(exact))


@given(st.one_of(any_text, markdown_like))
def test_exact_form_is_idempotent(text: str) -> None:
    """What is in exact form stays as it is, so a stored and exported text can be looked up again."""
    assert exact_text(exact_text(text)) == exact_text(text)


@given(prose)
def test_loose_form_of_words_is_idempotent(text: str) -> None:
    """A loose form holds nothing that the rules remove."""
    loose = loose_text(exact_text(text))
    assert loose_text(loose) == loose


@given(st.one_of(any_text, markdown_like))
def test_equivalent_texts_have_equal_bytes(text: str) -> None:
    """Composed and decomposed spellings are one text in both forms."""
    if second.stream_safe(text) == text:  # otherwise the joiners fall at other places, as documented
        spellings = {canonicalise(unicodedata.normalize(form, text))[:2] for form in ("NFC", "NFD")}
        assert spellings == {canonicalise(text)[:2]}


@given(st.lists(prose, min_size=1), st.sampled_from(NEWLINES), st.sampled_from(NEWLINES))
def test_line_ends_do_not_matter(lines: list[str], one: str, other: str) -> None:
    """Every kind of line end is a line feed."""
    assert canonicalise(one.join(lines)) == canonicalise(other.join(lines))


@given(any_text, st.text(" \t\r\n\u3000\u00a0\u2028"), st.text(" \t\r\n\u3000\u00a0\u2028"))
def test_outer_white_space_does_not_matter(text: str, before: str, after: str) -> None:
    """A text is the same with white space around it."""
    text = text.strip()
    if not text.startswith(tuple(second.WHITE_SPACE)) and not unicodedata.combining(text[:1] or "x"):
        assert canonicalise(before + text + after) == canonicalise(text)


@given(prose, st.sampled_from("*_~`#>|-—“”，。！,;:?! \n\t\u200b\u200d\ufe0f🎉"))
def test_loose_form_does_not_see_punctuation_and_spacing(text: str, noise: str) -> None:
    """Nothing but letters, digits and visible marks decides."""
    assert canonicalise(noise.join(text.split(" "))).loose == canonicalise(text).loose


@given(prose)
def test_loose_form_does_not_see_case_or_width(text: str) -> None:
    """Capitals and full-width letters are the same text in loose form, and other texts in exact form."""
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert canonicalise(text.upper()).loose == canonicalise(wide).loose == canonicalise(text).loose
    assert (canonicalise(wide).exact == canonicalise(text).exact) == (wide == text)


def test_every_character_alone_equals_the_second_implementation() -> None:
    """No character of Unicode is treated otherwise than written."""
    differing = [char for char in ALL_CHARACTERS if loose_text(exact_text(char)) != second.loose(char)]
    assert differing == []


def test_quick_scan_for_marks_misses_none() -> None:
    """The ranges that are scanned for cover every character that normalising has to sort."""
    marks = [c for c in ALL_CHARACTERS if all(map(unicodedata.combining, unicodedata.normalize("NFKD", c)))]
    assert [char for char in marks if not canonical._is_mark(char)] == []  # pyright: ignore[reportPrivateUsage] - the scan has no other door
    assert [char for char in marks if not canonical._MAYBE_MARK.match(char)] == []  # pyright: ignore[reportPrivateUsage] - likewise


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u3000\u2029\x85"])
def test_blank_text_has_no_form(text: str) -> None:
    """There is nothing to find, so there is no token."""
    assert canonicalise(text) == (None, None, 0)
    assert exact_bytes(text) is None


@pytest.mark.parametrize("text", ["🎉🎉", "…?!", "\u200b", "---", "❤\ufe0f"])
def test_text_without_letters_has_an_exact_form_only(text: str) -> None:
    """Such texts would all be one in loose form."""
    found = canonicalise(text)
    assert found.exact is not None
    assert found.loose is None


@given(any_text, st.characters(categories=["Cs"]), any_text)
def test_lone_surrogate_is_refused_without_showing_the_text(before: str, surrogate: str, after: str) -> None:
    """The error names the index, and neither its words nor its context hold the text."""
    for refuse in (canonicalise, exact_bytes):
        with pytest.raises(CanonicalError, match=f"index {len(before)} ") as caught:
            refuse(before + surrogate + after)
        assert caught.value.position == len(before)
        assert caught.value.__context__ is None


def test_a_flood_of_marks_is_handled_in_linear_time() -> None:
    """A hundred thousand marks on one letter, for which plain normalising needs longer than a test may take."""
    flood = "a" + "\u0301\u0323" * 200_000
    found = canonicalise(flood)
    assert found.exact is not None
    assert exact_text(exact_text(flood)) == exact_text(flood)
    assert canonicalise("&#769;&#803;" * 200_000).loose is not None


def test_length_counts_the_exact_form() -> None:
    """The length is in code points, after normalising and without outer white space."""
    assert canonicalise("  e\u0301\r\n👩 ").length == 3
