"""What an explicit label says, in Chinese or English: that a text was generated or synthesised by AI, naming both.

Phrases are closed: what may stand between the words is listed, so that no denial passes for a label. Advice that services add
(for reference only, please verify) may follow; anything else makes the sentence one about something else.
"""

import re
import unicodedata
from typing import Final, Literal

from tracemark.labels import chinese, english

__all__ = ["denies", "folded", "is_advice", "label_in", "spoken_of"]

_LONGEST: Final = 200
"""A longer sentence is content; in code points."""

_ALIKE: Final = {
    **dict.fromkeys(map(ord, "*_`~\u00ad\u180e\ufeff")),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]),
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-"),
    **{ord(pair[0]): pair[1] for pair in chinese.TRADITIONAL.split()},
}
"""Emphasis and what has no width vanish; hyphens are alike, and so are traditional and simplified characters."""

_blanks = re.compile(r"\s+")
_blank_beside_chinese = re.compile(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])")
_made = re.compile(f"{chinese.MADE}|{english.MADE}", re.IGNORECASE).search
"""Which no label lacks: the quick answer for ordinary sentences."""
_in_chinese = re.compile(chinese.LABEL, re.IGNORECASE).fullmatch
_in_english = re.compile(english.LABEL, re.IGNORECASE).fullmatch
_in_both = re.compile(f"{chinese.LABEL}[ ,;/|·-]*{english.LABEL.replace('?P<which>', '?:')}", re.IGNORECASE).fullmatch
_advice = re.compile(f"(?:[,;、 ]*(?:{chinese.ADVICE}|{english.ADVICE}))+", re.IGNORECASE).fullmatch
_denial = re.compile(f"{chinese.DENIAL}|{english.DENIAL}", re.IGNORECASE).search
_announced = re.compile(f"(?:{chinese.ANNOUNCED}|{english.ANNOUNCED})$", re.IGNORECASE).search
_called = re.compile(
    rf"\W*(?:{chinese.CALLED}|{english.CALLED})|\s*(?:[、/和与或及]|and |or )\s*[【\[(“\"「]", re.IGNORECASE
).match


def folded(text: str) -> str:
    """`text` as it is read aloud: full-width and half-width, traditional and simplified, bold and plain are alike."""
    plain = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return _blank_beside_chinese.sub("", _blanks.sub(" ", plain)).strip()


def label_in(phrase: str) -> Literal["named", "bare"] | None:
    """Is this folded phrase a label: one that names what it labels ("this text …"), a bare one ("AI-generated"), or none?"""
    bare = _bare(phrase)
    if len(bare) > _LONGEST or _made(bare) is None:
        return None
    match = _in_chinese(bare) or _in_english(bare) or _in_both(bare)
    if match is None:
        return None
    return "bare" if match["which"] is None else "named"


def is_advice(phrase: str) -> bool:
    """Is this folded phrase nothing but what services add to a label?"""
    return len(phrase) <= _LONGEST and _advice(_bare(phrase)) is not None


def denies(phrase: str) -> bool:
    """Would this folded remark within a label take it back? Advice does not."""
    return _denial(phrase) is not None and not is_advice(phrase)


def spoken_of(before: str, after: str) -> bool:
    """Is a bracketed label only spoken of, by the folded words beside it?

    So it is where one is told to write it, where the word for it follows, and where it stands behind a picture's name.
    """
    return _announced(_bare(before)) is not None or _called(after) is not None


def _bare(phrase: str) -> str:
    """Without brackets, quotes and pictures around it; empty when there is nothing else."""
    start, end = 0, len(phrase)
    while start < end and not phrase[start].isalnum():
        start += 1
    while end > start and not phrase[end - 1].isalnum():
        end -= 1
    return phrase[start:end]
