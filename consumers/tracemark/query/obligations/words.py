"""What a report says beside its pack, in both languages, as data: `words.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

__all__ = ["Lang", "Text", "reason_words", "words"]

Lang = Literal["en", "zh"]
Text = Mapping[Lang, str]

_BETWEEN: Text = {"en": "; ", "zh": "；"}


@cache
def words(kind: str) -> Mapping[str, Text]:
    """The words of one kind (`results`, `why`, `reasons`, …) by their name."""
    text = (resources.files("tracemark.query.obligations") / "words.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text)[kind])


def reason_words(reason: str) -> Text:
    """A reason in words: a code of a query, or several joined by commas. A code without words stands for itself."""
    known = words("reasons")
    return {
        lang: between.join(known[code][lang] if code in known else code for code in reason.split(","))
        for lang, between in _BETWEEN.items()
    }
