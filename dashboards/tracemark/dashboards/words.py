"""What the boards say, in every language: one TOML file per board under `catalogue/`.

    [panels.events]
    title.en = "Events in order"
    shows.en = "Every event of the chain."
    read.en = "Top to bottom by occurred_at."
    limits.en = "Clocks of two producers may differ."

A panel's description is made of *shows*, *read* and *limits* (what it does not prove): none may be missing. The article stands in
*shows*, or in `law` of the panel or of the whole board.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from tracemark.dashboards.errors import BoardInvalid
from tracemark.dashboards.versions import Language
from tracemark.schemas.laws import laws

__all__ = ["Words"]

_HEADINGS: dict[Language, tuple[str, str, str]] = {
    "en": ("Article", "How to read it", "What it does not prove"),
    "zh": ("依据条文", "如何阅读", "不能证明什么"),
}


class Words:
    """The words of one board in one language."""

    def __init__(self, board: str, language: Language) -> None:
        """Read the board's file and the one that all boards share.

        Raises:
            BoardInvalid: there is no such file.
        """
        self.board = board
        self.language: Language = language
        self._entries = {**_catalogue("common"), **_catalogue(board)}

    def say(self, *path: str) -> str:
        """The text at `path`.

        Raises:
            BoardInvalid: it is missing in this language.
        """
        entry: Any = self._entries
        for part in (*path, self.language):
            entry = entry.get(part) if isinstance(entry, Mapping) else None
        if not isinstance(entry, str) or not entry.strip():
            raise BoardInvalid(f"catalogue/{self.board}.toml lacks {'.'.join(path)}.{self.language}")
        return entry.strip()

    def heading(self, column: str) -> str | None:
        """What stands above a column instead of its name; None for a column that keeps it."""
        found = _catalogue("headings")[self.language].get(column)
        return found if isinstance(found, str) else None

    def values(self, kind: str) -> Mapping[str, str]:
        """What the values of one kind are called, such as the severities."""
        return {value: self.say(kind, value) for value in self._entries[kind]}

    def laws(self) -> Mapping[str, str]:
        """Articles in words, by the short form in which duties cite them."""
        return {short: words[self.language] for short, words in laws().items()}

    def title(self, panel: str) -> str:
        """The title of a panel."""
        return self.say("panels", panel, "title")

    def description(self, panel: str) -> str:
        """What a panel shows, for which article, how to read it, and what it does not prove."""
        article, read, limits = _HEADINGS[self.language]
        law = self._law(panel)
        parts = [self.say("panels", panel, part) for part in ("shows", "read", "limits")]
        about = f"{parts[0]}\n\n**{article}** {law}" if law else parts[0]
        return f"{about}\n\n**{read}** {parts[1]}\n\n**{limits}** {parts[2]}"

    def _law(self, panel: str) -> str | None:
        """The panel's own article, else the board's; None where `shows` names it."""
        for path in (("panels", panel), ("board",)):
            entry: Any = self._entries
            for part in path:
                entry = entry[part]
            if "law" in entry:
                return self.say(*path, "law")
        return None


@cache
def _catalogue(name: str) -> Mapping[str, Any]:
    path = resources.files("tracemark.dashboards") / "catalogue" / f"{name}.toml"
    if not path.is_file():
        raise BoardInvalid(f"there is no catalogue/{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
