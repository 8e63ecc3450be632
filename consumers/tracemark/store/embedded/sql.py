"""ClickHouse's tokens, as its own lexer cuts them.

Only what this layer needs in order to *find* things in a statement: where `FORMAT` stands, which identifiers are named. What a
statement means is asked of the engine, never guessed here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Token", "tokens"]

Kind = Literal["word", "quoted", "string", "number", "punct", "odd"]

_SKIPPED = re.compile(
    r"""(?: \s+ | --[^\n]* | //[^\n]* | \#[ !][^\n]* | /\*.*?(?:\*/|\Z) )+""",
    re.VERBOSE | re.DOTALL,
)
_TOKEN = re.compile(
    r"""
      (?P<word>    [A-Za-z_][A-Za-z0-9_$]* )
    | (?P<number>  [0-9][A-Za-z0-9_]*(?:\.[0-9][A-Za-z0-9_]*)? )
    | (?P<string>  '(?:[^'\\]|\\.|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<quoted>  `(?:[^`\\]|\\.|``)*` | "(?:[^"\\]|\\.|"")*" )
    | (?P<punct>   ->|::|<=>|<=|>=|!=|<>|==|\|\||[-+*/%=<>(),.;\[\]{}:?@^|&~!\\] )
    | (?P<odd>     . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: what it is, how it is written, and where."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The identifier it stands for, without its quotes; empty for anything else.

        Escapes inside quotes are left as they are: whoever decides by name refuses backslashes first.
        """
        if self.kind == "word":
            return self.text
        if self.kind == "quoted":
            quote = self.text[0]
            return self.text[1:-1].replace(quote * 2, quote)
        return ""

    def says(self, *words: str) -> bool:
        """Whether this is one of these bare words, in any case."""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens of `text` from `start`, lazily: the data behind an INSERT's head is never looked at."""
    position = start
    while True:
        if skipped := _SKIPPED.match(text, position):
            position = skipped.end()
        found = _TOKEN.match(text, position)
        if found is None:
            return
        kind = found.lastgroup
        if kind == "tag" or kind is None:
            kind = "string"
        yield Token(_KINDS[kind], found.group(), found.start(), found.end())
        position = found.end()


_KINDS: dict[str, Kind] = {
    "word": "word",
    "number": "number",
    "string": "string",
    "quoted": "quoted",
    "punct": "punct",
    "odd": "odd",
}
