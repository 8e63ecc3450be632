"""A text as it meets the eye: what a screen does not show is hidden, and every character that stays keeps its place.

Nobody reads a comment, a target of a link, the words in place of a picture, or what is struck out; a label in there is none.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from tracemark.labels.wording import any_of

__all__ = ["HIDDEN", "shown"]

HIDDEN: Final = "\u200b"
"""Stands in for each character that nobody sees; it has no width itself."""

_begins_line = re.compile(
    any_of(
        "address article aside blockquote body br center d[dlt] details div figcaption figure footer h[1-6] head header hr html li "
        "main nav ol p pre section summary table t[dhr] tbody tfoot thead title ul"
    ),
    re.IGNORECASE,
).fullmatch

_UNSEEN: Final = re.compile(
    r"(?P<picture>!\[[^\[\]\n]*\]\([^()\n]*\))"
    r"|(?<=\])(?P<target>\((?=[^()\s]*[/.#:])[^()\s]*\))"
    r"|(?P<struck>~~[^~\n]+~~)"
    r"|</?(?P<tag>[a-z][a-z0-9]*)(?:[\s/][^<>\n]*)?>"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});)",
    re.IGNORECASE,
)


def shown(text: str) -> str:
    """`text` with as many characters, of which the unseen ones are `HIDDEN`, or ends of lines. Linear in its length."""
    return _UNSEEN.sub(_instead, _without_comments(text))


def _instead(match: re.Match[str]) -> str:
    size = len(match[0])
    if tag := match["tag"]:
        return ("\n" if _begins_line(tag) else HIDDEN) * size
    if match["entity"]:
        decoded = html.unescape(match[0])
        return decoded + HIDDEN * (size - len(decoded))
    return HIDDEN * size


def _without_comments(text: str) -> str:
    return "".join(_visible(text)) if "<!--" in text else text


def _visible(text: str) -> Iterator[str]:
    done = 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start)) >= 0:
        yield text[done:start]
        yield HIDDEN * (end + 3 - start)
        done = end + 3
    yield text[done:]
