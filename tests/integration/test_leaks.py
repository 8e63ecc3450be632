"""The scan itself: what the privacy tests rest on."""

from hypothesis import given
from hypothesis import strategies as st

from support.leaks import PIECE, LeakScanner

WORDS = "The quick brown fox jumps over the lazy dog, and nobody knows why it always does."


@given(start=st.integers(0, len(WORDS) - PIECE), before=st.text(max_size=40), after=st.text(max_size=40))
def test_every_piece_of_a_text_is_found(start: int, before: str, after: str) -> None:
    """Whatever 24 characters of a text stand anywhere in anything, the scan finds them."""
    haystack = before + WORDS[start : start + PIECE] + after
    assert LeakScanner([WORDS]).scan("here", haystack)
    assert LeakScanner([WORDS]).scan("here", haystack.encode(errors="replace"))


def test_shorter_pieces_and_other_texts_are_none() -> None:
    """Fewer than 24 characters in common are no leak."""
    scanner = LeakScanner([WORDS])
    assert scanner.scan("here", WORDS[: PIECE - 1]) == []
    assert scanner.scan("here", "A quick brown dog jumps over a lazy fox, and everybody knows that.") == []


def test_a_leak_names_the_place_and_not_the_words() -> None:
    """The report can be printed."""
    [leak, *_] = LeakScanner(["nothing", WORDS]).scan("table events", f"x{WORDS}x")
    assert (leak.where, leak.text_index, leak.length) == ("table events", 1, len(WORDS))
    assert "fox" not in repr(leak)
