"""Markdown as it meets the eye: what a screen may swallow, and what is left as plain text.

A person who pastes an answer into `trace` pastes what a screen made of it. Markup that is punctuation is no matter to
the loose form, which keeps letters and digits only; a few constructs, though, lose letters or digits on the way: numbers
of lists, targets of links, tags. `without_vanishing_markup` removes those before a loose token is computed, from the
stored text and from the pasted one alike, so that it does not matter whether the screen in between showed them.
"""

import html
import re
from typing import Final

__all__ = ["strip_markdown", "without_vanishing_markup"]

_TAG_NAMES: Final = (
    "a|abbr|article|aside|b|big|blockquote|body|br|caption|center|cite|code|col|dd|del|details|dfn|div|dl|dt|em|"
    "figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|li|main|mark|nav|ol|p|pre|q|s|samp|section|"
    "small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|wbr"
)
# Only tags of HTML: a placeholder such as <name> is content, and a screen that escapes tags shows it.
_TAG: Final = re.compile(rf"</?(?:{_TAG_NAMES})(?:/|\s[^<>]*+)?>", re.ASCII | re.IGNORECASE)
# Possessive throughout, so that no text makes these expressions try again and again.
_TARGET: Final = r"\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+(?:\s++(?:\"[^\"]*+\"|'[^']*+'))?\s*+\)"
_IMAGE: Final = re.compile(rf"!\[[^\[\]]*\]{_TARGET}")
_LINK: Final = re.compile(rf"\[([^\[\]]*)\]{_TARGET}")
_FENCE: Final = re.compile(r"^([ \t>]*+(?:`{3,}+|~{3,}+))[^\n`]++$", re.MULTILINE)
_CHECKBOX: Final = re.compile(r"(?<!\S)\[[xX]\](?!\S)")
# The number first, because scanning for a digit is what the expression engine does fast; what stands in front is
# looked at afterwards.
_ENUMERATOR: Final = re.compile(r"[0-9](?<![^\s*_~|>#-][0-9])[0-9]{0,8}+\\?[.)](?=[*_~]*+(?:\s|\Z))")
_DIGITS: Final = "1234567890"
_INDENT: Final = 16
"""Furthest from the start of its line that the number of a list stands, in code points."""

_ENCODED_AT_MOST: Final = 8
"""Nobody encodes entities more often; a bound, because text may be hostile."""

_RULE: Final = re.compile(
    r"^[ \t]*+(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+|={3,}+)$\n?", re.MULTILINE
)
_FENCE_LINE: Final = re.compile(r"^[ \t>]*+(?:`{3,}+|~{3,}+)[^\n`]*+$\n?", re.MULTILINE)
_TABLE_CELL: Final = r"[ \t]*+:?-++:?[ \t]*+"
_TABLE_RULE: Final = re.compile(rf"^[ \t]*+\|?{_TABLE_CELL}(?:\|{_TABLE_CELL})++\|?[ \t]*+$\n?", re.MULTILINE)
_LINE_START: Final = re.compile(
    r"^[ \t]*+(?:(?:>|[-*+](?=[ \t]))[ \t]*+)*+(?:#{1,6}+(?=[ \t]|$)[ \t]*+)?", re.MULTILINE
)
_HEADING_END: Final = re.compile(r"(?<![ \t])[ \t]++#++[ \t]*+$", re.MULTILINE)
# An escaped sign neither opens nor closes; underscores only around whole words, because names have them inside.
_STARS: Final = re.compile(r"(?<!\\)(\*{1,3}|~~)(?=\S)([^*~\n]+?)(?<=[^\s\\])\1")
_UNDERSCORES: Final = re.compile(r"(?<![\w\\])(_{1,3})(?=\S)([^_\n]+?)(?<=[^\s\\])\1(?!\w)")
_CODE_SPAN: Final = re.compile(r"(`+)([^`\n]+)\1")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def without_vanishing_markup(text: str) -> str:
    """`text` without the markup that takes letters or digits with it when a screen renders it.

    Removed: entities (decoded), tags of HTML, images, targets of links, languages of code fences, ticks of check boxes,
    numbers of lists. Linear in the length of `text`; costs about a microsecond for 2 kB in which there is none of it.
    """
    if "&" in text:
        text = _without_entities(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "[" in text:
        text = _CHECKBOX.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    if "`" in text or "~" in text:
        text = _FENCE.sub(r"\1", text)
    return _without_enumerators(text) if _has_digit(text) else text


def _without_entities(text: str) -> str:
    """Decode entities until none is left: what was encoded twice is shown once decoded, and then pasted."""
    for _ in range(_ENCODED_AT_MOST):
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    return text


def _has_digit(text: str) -> bool:
    """Ten quick scans: a tenth of what one regular expression costs on a text without digits."""
    for digit in _DIGITS:  # noqa: SIM110 - any() with a generator takes four times as long
        if digit in text:
            return True
    return False


def _without_enumerators(text: str) -> str:
    """Drop numbers of lists: at the start of a line, or counting up from 1 anywhere, as screens lose line ends, too.

    Other numbers that end a sentence stay: "It was 42." and "It was 43." are different answers.
    """
    pieces: list[str] = []
    done = counted = 0
    for match in _ENUMERATOR.finditer(text):
        number = int(match[0].rstrip(".)\\"))
        if number not in {1, counted + 1} and not _starts_line(text, match.start()):
            continue
        pieces.append(text[done : match.start()])
        done, counted = match.end(), number
    return text if not done else "".join([*pieces, text[done:]])


def _starts_line(text: str, position: int) -> bool:
    """Whether at most a few characters of markup stand between the start of the line and `position`."""
    before = text[max(0, position - _INDENT) : position]
    _, newline, indent = before.rpartition("\n")
    return (bool(newline) or position <= _INDENT) and not any(map(str.isalnum, indent))


def strip_markdown(text: str) -> str:
    r"""Plain text as a screen would show the Markdown of `text`.

        >>> strip_markdown("## Result\n1. **Water** is [wet](https://example.org).\n> Said `who`?")
        'Result\nWater is wet.\nSaid who?'

    An approximation for looking things up, not a renderer: what is no Markdown comes through unchanged.
    """
    text = without_vanishing_markup(text.replace("\r\n", "\n"))
    for expression in (_TABLE_RULE, _RULE, _FENCE_LINE, _LINE_START, _HEADING_END):
        text = expression.sub("", text)
    text = _CODE_SPAN.sub(r"\2", text)
    for _ in range(3):  # bold in italic in struck-out text: three deep is as deep as people write
        text = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", text))
    text = _ESCAPE.sub(r"\1", text)
    return _BLANK_LINES.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()
