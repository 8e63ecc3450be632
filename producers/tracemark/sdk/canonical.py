r"""The two forms in which a text is recognised again, as bytes: `text/1`.

*Exact* finds the very text that was handed out, wherever it was stored; *loose* finds it again after somebody copied
it from a screen, where markup, spacing and letter case were lost::

    >>> canonical = canonicalise("  **Hello**, world!\r\n")
    >>> canonical.exact, canonical.loose
    (b'**Hello**, world!', b'helloworld')

`docs/canonical-text.md` is the specification, `docs/vectors/text-1.json` its published vectors. Any change of the
bytes for any input is a new version: texts that are already stored would not be found again.

Everything here is a pure function of its arguments and safe to call from any thread.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import category, combining, normalize

from tracemark.sdk.errors import SdkError
from tracemark.sdk.markup import without_vanishing_markup

__all__ = ["TEXT_VERSION", "Canonical", "CanonicalError", "canonicalise", "exact_bytes", "exact_text", "loose_text"]

TEXT_VERSION: Final = "text/1"
"""Name of the rules in this module; part of every token's domain, so that tokens of two versions never meet."""

_MARK_RUN: Final = 30
"""Longest run of combining marks left in one piece, the figure of UAX #15, part 13 (Stream-Safe Text)."""

_GRAPHEME_JOINER: Final = "\u034f"
_OTHER_NEWLINES: Final = ("\x85", "\u2028", "\u2029")
_MARKS_WITHOUT_CLASS: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
"""The characters of combining class 0 whose NFKC consists of combining marks alone."""

_MAYBE_MARK: Final = re.compile(
    "[\u0300-\u036f\u0483-\u1fff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f\uff9e\uff9f"
    "\U000101fd-\U0001e94a]"
)
"""A few ranges around every combining mark, quick to scan for; a test holds them against the Unicode database."""

_INVISIBLE_MARKS: Final = frozenset(
    map(chr, (0x034F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Marks that Unicode calls default-ignorable: variation selectors and the like, which copying adds and loses."""

_ASCII_LOOSE: Final = bytes(byte + 32 if 65 <= byte <= 90 else byte for byte in range(256))  # noqa: PLR2004 - A to Z
_ASCII_SILENT: Final = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_COMMON_PUNCTUATION: Final = "，。、！？：；“”‘’（）《》—…"
_MANY: Final = 32


class CanonicalError(SdkError, ValueError):
    """The text has no bytes: it holds half of a surrogate pair.

    Attributes:
        position: index of the offending character in the text as given, in code points.
    """

    def __init__(self, position: int, length: int) -> None:
        """Say where, never what."""
        self.position = position
        super().__init__(
            f"text of {length} characters has a lone surrogate at index {position} and cannot be written as UTF-8: "
            "decode its source with errors='replace', or join the two halves of the pair before handing it over"
        )


class Canonical(NamedTuple):
    """A text's canonical bytes.

    Attributes:
        exact: UTF-8 of the exact form; None for a text of nothing but white space, which gets no token.
        loose: UTF-8 of the loose form; None for a text without letters, digits and marks (only emoji, say).
        length: code points of the exact form, from which the length bucket follows.
    """

    exact: bytes | None
    loose: bytes | None
    length: int


def canonicalise(text: str) -> Canonical:
    """Both forms of `text`.

    Raises:
        CanonicalError: `text` holds a lone surrogate; the message names its index and nothing of the text.
    """
    exact = exact_text(text)
    if not exact:
        return Canonical(None, None, 0)
    try:
        return Canonical(exact.encode(), loose_text(exact).encode() or None, len(exact))
    except UnicodeEncodeError:
        pass  # it holds the whole text: raised outside, so that no report that walks the context can show it
    raise _lone_surrogate(text)


def exact_bytes(text: str) -> bytes | None:
    """The exact form of `text` alone, for ids; None for a blank one.

    Raises:
        CanonicalError: as `canonicalise` does.
    """
    try:
        return exact_text(text).encode() or None
    except UnicodeEncodeError:
        pass
    raise _lone_surrogate(text)


def _lone_surrogate(text: str) -> CanonicalError:
    return CanonicalError(next(index for index, char in enumerate(text) if "\ud800" <= char <= "\udfff"), len(text))


def exact_text(text: str) -> str:
    """The exact form: NFC, every line end as LF, without white space around it; empty for a blank text."""
    if not text.isascii():
        text = normalize("NFC", _with_bounded_runs(text))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        for newline in _OTHER_NEWLINES:
            if newline in text:
                text = text.replace(newline, "\n")
    return text.strip()


def loose_text(exact: str) -> str:
    """The loose form of a text in exact form: what no screen loses of it, NFKC, case-folded, letters, marks and digits.

    Raises:
        UnicodeEncodeError: `exact` holds a lone surrogate; `canonicalise` makes a `CanonicalError` of it.
    """
    text = without_vanishing_markup(exact)
    if not text.isascii():
        text = _compatible(text)
    text = text.encode().translate(_ASCII_LOOSE, _ASCII_SILENT).decode()
    return text if text.isascii() or text.isalnum() else _without_silent(text)


def _compatible(text: str) -> str:
    # NFKC has a quick way only for texts that are in NFKC, and Chinese punctuation is not: 1 µs instead of 70 per 2 kB.
    # A comma instead changes nothing else, because neither it nor what it stands for composes with a mark.
    for char in _COMMON_PUNCTUATION:
        text = text.replace(char, ",")
    if text.isascii():
        return text
    return normalize("NFKC", _with_bounded_runs(text)).casefold()


def _without_silent(text: str) -> str:
    silent = [char for char in set(text) if not _is_sounded(char)]
    if len(silent) > _MANY:
        return text.translate(dict.fromkeys(map(ord, silent)))
    for char in silent:
        text = text.replace(char, "")
    return text


@lru_cache(maxsize=4096)
def _is_sounded(char: str) -> bool:
    """Whether the loose form keeps `char`: `isalnum` is exactly the categories L and N."""
    return char.isalnum() or (category(char) in {"Mn", "Mc"} and char not in _INVISIBLE_MARKS)


def _is_mark(char: str) -> bool:
    return combining(char) != 0 or char in _MARKS_WITHOUT_CLASS


def _with_bounded_runs(text: str) -> str:
    """`text` with a grapheme joiner after every 30 combining marks in a row.

    Normalising sorts such a run in quadratic time: 100 kB of marks in a prompt would hold the service for seconds.
    A run of 31 covers a multiple of 31, so that looking at every 31st character finds all of them.
    """
    step = _MARK_RUN + 1
    for found in _MAYBE_MARK.finditer(text[::step]):
        if _is_mark(found[0]) and _run_length(text, found.start() * step) > _MARK_RUN:
            return _break_runs(text)
    return text


def _run_length(text: str, inside: int) -> int:
    start = end = inside
    while start > 0 and _is_mark(text[start - 1]):
        start -= 1
    while end < len(text) and _is_mark(text[end]) and end - start <= _MARK_RUN:
        end += 1
    return end - start


def _break_runs(text: str) -> str:
    pieces: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if _is_mark(char) else 0
        if run > _MARK_RUN:
            pieces.append(_GRAPHEME_JOINER)
            run = 1
        pieces.append(char)
    return "".join(pieces)
