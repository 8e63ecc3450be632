"""Finds any piece of known texts in anything that a system wrote.

Every window of `PIECE` characters holds a whole gram of `_GRAM` characters that begins at a multiple of `_STEP`, so it is enough to
index those grams of the texts and to slide over the haystack; a hit is then extended as far as text and haystack agree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["PIECE", "Leak", "LeakScanner"]

PIECE = 24
"""A shorter common run may be chance; this long it is somebody's words."""

_GRAM = 12
_STEP = PIECE - _GRAM + 1


@dataclass(frozen=True, slots=True)
class Leak:
    """A piece of a text was found. The piece itself is not repeated here."""

    where: str
    text_index: int
    length: int


class LeakScanner:
    """Knows the texts; scans one haystack after the other."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._grams: dict[str, tuple[int, int]] = {}
        for index, text in enumerate(self._texts):
            for at in range(0, len(text) - _GRAM + 1, _STEP):
                gram = text[at : at + _GRAM]
                if len(set(gram)) > 2:
                    self._grams.setdefault(gram, (index, at))

    def scan(self, where: str, haystack: str | bytes) -> list[Leak]:
        """Every place in `haystack` that holds `PIECE` characters or more of a text."""
        content = haystack.decode(errors="replace") if isinstance(haystack, bytes) else haystack
        return list(self._leaks(where, content))

    def _leaks(self, where: str, content: str) -> Iterator[Leak]:
        grams = self._grams
        for at in range(len(content) - _GRAM + 1):
            found = grams.get(content[at : at + _GRAM])
            if found is not None:
                length = self._extent(content, at, *found)
                if length >= PIECE:
                    yield Leak(where, found[0], length)

    def _extent(self, content: str, at: int, index: int, offset: int) -> int:
        """How many characters around a hit agree."""
        text = self._texts[index]
        left = right = 0
        while min(at, offset) > left and content[at - left - 1] == text[offset - left - 1]:
            left += 1
        room = min(len(content) - at, len(text) - offset)
        while right < room and content[at + right] == text[offset + right]:
            right += 1
        return left + right
