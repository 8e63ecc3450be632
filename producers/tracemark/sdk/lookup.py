r"""From a text or file that somebody holds to the tokens under which it may be stored.

What people paste differs from what was recorded: a label stands in front, a line of the screen around it came along.
`variants` undoes the usual differences; the loose form takes care of markup, spacing and case by itself.

    >>> [variant.name for variant in variants("本内容由AI生成\n今天天气很好。明天会下雨。")]
    ['as_given', 'label_cut', 'last_line_cut', 'last_sentence_cut', 'first_two_sentences_cut', 'both_sentences_cut']
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple

from tracemark.sdk.canonical import Canonical, canonicalise, exact_text
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.markup import strip_markdown
from tracemark.sdk.tokens import ContentTokens, Purpose

__all__ = ["LookupToken", "Variant", "file_lookup_tokens", "text_lookup_tokens", "variants"]

VariantName = Literal[
    "as_given",
    "label_cut",
    "first_line_cut",
    "last_line_cut",
    "both_lines_cut",
    "first_sentence_cut",
    "last_sentence_cut",
    "both_sentences_cut",
    "first_two_sentences_cut",
    "markdown_stripped",
]

_LONGEST_LABEL: Final = 240
"""A longer first line or sentence is content; in code points."""

# A label names both the machine and the making, in this order or the other, within one sentence.
_MACHINE_ZH: Final = r"(?:人工智能|生成式\s*AI|AI|AIGC|机器|大模型|智能助手)"
_MAKING_ZH: Final = r"(?:辅助)?(?:(?:生成|合成|创作|撰写|制作)[或、]?)++"
_MACHINE_EN: Final = (
    r"(?:AI|A\.I\.|artificial\s+intelligence|generative\s+AI|(?:a\s+|an\s+AI\s+)?language\s+model|machine)"
)
_MAKING_EN: Final = r"(?:generated|created|written|produced|synthesi[sz]ed|made|composed)"
_OPEN: Final = r"[\s\[【（(「『《〔<*_#>|~`—–-]*+"
# Only what closes: a back-quote or an opening bracket here would be the content's own markup.
_CLOSE: Final = r"[\s\]】）)」』》〕>*_。．.!！:：,，;；—–-]*+"
_WHAT_ZH: Final = r"(?:内容|文本|回答|回复|文章|文字|信息|结果)"
_WHAT_EN: Final = r"(?:content|text|answer|response|message|reply)"
_ADVICE_ZH: Final = r"(?:[,，]?\s*(?:仅供参考|请(?:仔细|谨慎|注意)?(?:甄别|核实|辨别)))"
_LEAD_EN: Final = rf"(?:the\s+following\s+|this\s+|the\s+)?(?:{_WHAT_EN}\s+)?(?:(?:is|was|has\s+been)\s+)?"
_PHRASE_ZH: Final = (
    rf"(?:本|此|该|以下|以上|上述)?{_WHAT_ZH}?(?:均|皆)?(?:系|为|是)?由?\s*{_MACHINE_ZH}\s*{_MAKING_ZH}"
    rf"(?:的?{_WHAT_ZH})?{_ADVICE_ZH}?"
)
_PHRASE_EN: Final = (
    rf"{_LEAD_EN}(?:{_MACHINE_EN}[\s-]*{_MAKING_EN}(?:\s+{_WHAT_EN})?|"
    rf"{_MAKING_EN}\s+(?:by|with|using)\s+(?:an?\s+)?{_MACHINE_EN})(?![A-Za-z])"
)
_PHRASES: Final = f"{_PHRASE_ZH}|{_PHRASE_EN}"
_LABEL_IN_FRONT: Final = re.compile(rf"{_OPEN}(?P<label>{_PHRASES}){_CLOSE}", re.IGNORECASE)
_LABEL_AT_END: Final = re.compile(rf"{_OPEN}(?:{_PHRASES}){_CLOSE}\Z", re.IGNORECASE)

_SENTENCE_END: Final = re.compile(r"[。！？：；…]+[”’）】」』]*|[.!?:]+[\"'”’)\]]*(?=\s)|\n|:(?=\S)|[】\]](?=\s*\S)")


class Variant(NamedTuple):
    """A text to look for, and what was done to the pasted one to get it."""

    name: VariantName
    text: str


class LookupToken(NamedTuple):
    """One token to look for.

    Attributes:
        token: 32 bytes.
        form: `exact` or `loose`; for files `exact`.
        key_id: The key that made it: names purpose and epoch.
        variant: What was done to the text before.
    """

    token: bytes
    form: Literal["exact", "loose"]
    key_id: str
    variant: VariantName


def variants(text: str) -> list[Variant]:
    """What may have been recorded, likeliest first: the text as it is, then without a label; at most ten, no two alike.

    Take the first that is found: a later variant has lost more, and may be another content by itself.
    """
    whole = exact_text(text)
    label_cut = _without_label(whole)
    no_first_line, no_last_line = _without_first_line(whole), _without_last_line(whole)
    no_first, no_last = _without_first_sentence(whole), _without_last_sentence(whole)
    found: list[Variant] = [
        Variant("as_given", whole),
        Variant("label_cut", label_cut),
        Variant("first_line_cut", no_first_line),
        Variant("last_line_cut", no_last_line),
        Variant("both_lines_cut", _without_last_line(no_first_line)),
        Variant("first_sentence_cut", no_first),
        Variant("last_sentence_cut", no_last),
        Variant("first_two_sentences_cut", _without_first_sentence(no_first)),
        Variant("both_sentences_cut", _without_last_sentence(no_first)),
        Variant("markdown_stripped", strip_markdown(whole)),
    ]
    unique = {variant.text: variant for variant in reversed(found) if variant.text}
    return sorted(unique.values(), key=found.index)


def text_lookup_tokens(ring: Keyring, purpose: Purpose, tenant_id: str, text: str) -> list[LookupToken]:
    """Every token under which `text` may be stored: of each variant, of each form, of each epoch held, newest first.

    Empty for a blank text, which has no token.

    Raises:
        CanonicalError: the text holds a lone surrogate.
        KeyMissing: the ring holds no key of this purpose for the tenant.
    """
    keys = ring.all_epochs(purpose, tenant_id)
    canonical: list[tuple[VariantName, Canonical]] = [(name, canonicalise(each)) for name, each in variants(text)]
    return _unique(token for name, each in canonical for key in keys for token in _tokens(name, key.tokens(each)))


def file_lookup_tokens(
    ring: Keyring, purpose: Purpose, tenant_id: str, chunks: Callable[[], Iterable[bytes]]
) -> list[LookupToken]:
    """Every token under which a file may be stored, newest epoch first; `chunks` reads it from the start, once per epoch.

    Raises:
        KeyMissing: the ring holds no key of this purpose for the tenant.
    """
    keys = ring.all_epochs(purpose, tenant_id)
    return _unique(token for key in keys for token in _tokens("as_given", key.file_tokens_of_chunks(chunks())))


def _tokens(name: VariantName, tokens: ContentTokens) -> Iterator[LookupToken]:
    if tokens.exact is not None:
        yield LookupToken(tokens.exact, "exact", tokens.key_id, name)
    if tokens.loose is not None:
        yield LookupToken(tokens.loose, "loose", tokens.key_id, name)


def _unique(tokens: Iterable[LookupToken]) -> list[LookupToken]:
    found: dict[bytes, LookupToken] = {}
    for token in tokens:
        found.setdefault(token.token, token)
    return list(found.values())


def _without_label(text: str) -> str:
    """Without known label phrases at either end; the text itself when there is none, or nothing else."""
    front = _LABEL_IN_FRONT.match(text)
    start = front.end() if front and front.end() <= _LONGEST_LABEL else 0
    if front and not any(map(str.isalnum, text[start:])):  # a content of punctuation, taken for the label's own
        start = front.end("label")
    tail_at = max(start, len(text) - _LONGEST_LABEL)
    tail = _LABEL_AT_END.search(text, tail_at)
    return text[start : tail.start() if tail else len(text)].strip() or text


def _without_first_line(text: str) -> str:
    line, newline, rest = text.partition("\n")
    return rest.strip() if newline and len(line) <= _LONGEST_LABEL else text


def _without_last_line(text: str) -> str:
    rest, newline, line = text.rpartition("\n")
    return rest.strip() if newline and len(line) <= _LONGEST_LABEL else text


def _without_first_sentence(text: str) -> str:
    end = _SENTENCE_END.search(text, 0, _LONGEST_LABEL)
    return text[end.end() :].strip() if end else text


def _without_last_sentence(text: str) -> str:
    tail_at = max(0, len(text) - _LONGEST_LABEL)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, tail_at) if text[match.end() :].strip()]
    return text[: ends[-1]].strip() if ends else text
