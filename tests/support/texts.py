"""Texts for property tests: any text, and texts dense with what the canonical forms have rules for."""

from hypothesis import strategies as st

__all__ = ["any_text", "markdown_like", "prose"]

any_text = st.text(st.characters(exclude_categories=["Cs"]))
"""Every Unicode text without lone surrogates."""

_PIECES = (
    *"aZ5 \n\t\r*_~`#>|-<>()[]!&;.:\\\"'/x",
    "1.",
    "2)",
    "3\\.",
    "12. ",
    "123456789. ",
    "1234567890. ",
    "\r\n",
    "```py",
    "~~~",
    "<b>",
    "</B >",
    "<br/>",
    "<h1 id=x>",
    "<name>",
    "<\u0130>",
    "<\u017f\u3000>",
    "<b\u3000>",
    "\r\u2028",
    "\x1c",
    "](u)",
    "[a](b(c)d 't')",
    "![i](j)",
    "[x]",
    " [X] ",
    "&amp;",
    "&lt;",
    "&#769;",
    "&nbsp",
    "e\u0301",
    "\u0301\u0323" * 9,
    "\u034f",
    "\u200d",
    "\ufe0f",
    "👩🏽",
    "\u2028",
    "\u3000",
    "\uff0c",
    "“",
    "中文",
    "ﬁ",
    "ẞ",
    "İ",
    "ΐ",
    "\uff9e",
    "\u0345",
    "\u0f73",
    "क़",
    "한",
    "\u1112\u1161",
    "½",
    "\u00b4",
    "\ufdfa",
)
markdown_like = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
"""Texts made of the pieces that the rules are about, in every combination."""

_WORDS = ("today", "Wetter", "coat", "今天天气很好", "明天", "Ответ", "नमस्ते", "naïve", "x2", "GPT")
prose = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)
"""Plain words of several scripts, with nothing that could be taken for markup."""
