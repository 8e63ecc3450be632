"""The documentation as data: its pages, code blocks, links, anchors and inline code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "Block", "Page", "pages"]

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        language: First word behind the fence; empty when there is none.
        body: What stands in it.
        line: Where it begins.
    """

    language: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """From the root of the repository."""
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """Without fenced blocks."""
        return _FENCE.sub("", self.text)

    def blocks(self, *languages: str) -> list[Block]:
        """Fenced blocks in one of `languages`."""
        text = self.text
        found = [
            Block(
                language=(match["info"].split() or [""])[0],
                body=match["body"],
                line=text[: match.start()].count("\n") + 1,
            )
            for match in _FENCE.finditer(text)
        ]
        return [block for block in found if block.language in languages]

    def links(self) -> list[str]:
        """Targets of its links and pictures."""
        return _LINK.findall(_INLINE.sub("", self.prose))

    def anchors(self) -> set[str]:
        """What `#…` may name here, as GitHub makes it of headings."""
        found: dict[str, int] = {}
        return {_numbered(_slug(title), found) for title in _HEADING.findall(self.prose)}

    def inline(self) -> Iterator[str]:
        """Inline code."""
        yield from _INLINE.findall(self.prose)

    def tables(self) -> Iterator[list[str]]:
        """The cells of every row of every table, without separators."""
        for line in self.prose.splitlines():
            if line.startswith("|") and not set(line) <= set("|-: "):
                cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
                yield [cell.strip().replace("\\|", "|") for cell in cells]


@cache
def pages() -> tuple[Page, ...]:
    """Every page that people read."""
    top = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
    found = [ROOT / name for name in top] + sorted((ROOT / "docs").rglob("*.md"))
    return tuple(Page(path) for path in found)


def _slug(title: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def _numbered(slug: str, found: dict[str, int]) -> str:
    found[slug] = found.get(slug, -1) + 1
    return f"{slug}-{found[slug]}" if found[slug] else slug
