"""One SQL statement, cut where this layer has to put something in: the FORMAT clause, and where an INSERT's data begin."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.sql import Token, tokens

__all__ = ["MAX_STATEMENT_CHARS", "Insert", "Statement", "parse"]

MAX_STATEMENT_CHARS = 1 << 20
"""A statement without its data may be this long; ClickHouse's own default is a quarter of it."""

_SELECT_WORDS = ("SELECT", "WITH", "FROM")
# `SELECT a format FROM x`: a column of that name, not the clause.
_NOT_A_FORMAT = ("FROM", "AS", "ASC", "DESC", "AND", "OR", "IN", "NOT", "LIKE", "IS", "WHERE", "LIMIT", "BETWEEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement other than an INSERT with data. `text` has no trailing semicolon."""

    text: str
    tokens: tuple[Token, ...]
    format: str | None = None
    head: str
    """`text` up to its FORMAT clause (all of it when there is none)."""
    tail: str = ""
    """What follows the FORMAT clause: `SETTINGS …` or nothing."""

    @property
    def words(self) -> tuple[str, ...]:
        """The first few tokens in upper case: what kind of statement this is."""
        return tuple(token.text.upper() for token in self.tokens[:6])

    @property
    def yields_select_rows(self) -> bool:
        """Whether it is a SELECT, which the engine can hand out block by block."""
        return bool(self.tokens) and (self.tokens[0].says(*_SELECT_WORDS) or self.tokens[0].text == "(")

    def says(self, *sequence: str) -> bool:
        """Whether these bare words stand somewhere, one after the other."""
        count = len(sequence)
        return any(
            all(token.says(word) for token, word in zip(self.tokens[at : at + count], sequence, strict=True))
            for at in range(len(self.tokens) - count + 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert(Statement):
    """An INSERT. Its data are not part of it: they lie behind `data_start` in the text it was parsed from, or in the body."""

    target: str
    """`INSERT INTO t (a, b)`."""
    settings: str = ""
    """`SETTINGS …` between target and data, or nothing."""
    data_start: int
    selects: bool = False
    """INSERT … SELECT, whose rows come from tables, or from the data through `input('structure')`."""
    input_call: tuple[int, int, str] | None = None
    """Start and end of `input('structure')` in `head`, and the structure's literal."""

    @property
    def takes_data(self) -> bool:
        """Whether it needs data at all."""
        return not self.selects or self.input_call is not None


def parse(text: str) -> Statement:
    """The statement in `text`, which may go on with an INSERT's data.

    Raises:
        QueryFailed: 62, it is empty, too long, or an INSERT that does not begin like one.
    """
    reader = _Reader(text)
    first = reader.peek()
    if first is None:
        raise QueryFailed(62, "SYNTAX_ERROR", "Empty query")
    if first.says("INSERT"):
        return _InsertParser(reader).parse()
    return _whole(text, list(reader))


def _whole(text: str, found: list[Token]) -> Statement:
    while found and found[-1].text == ";":
        found.pop()
    if not found:
        raise QueryFailed(62, "SYNTAX_ERROR", "Empty query")
    end = found[-1].end
    text = text[:end]
    at = _format_clause(found)
    if at is None:
        return Statement(text=text, tokens=tuple(found), head=text)
    return Statement(
        text=text,
        tokens=tuple(found),
        format=found[at + 1].name,
        head=text[: found[at].start],
        tail=text[found[at + 1].end :],
    )


def _format_clause(found: list[Token]) -> int | None:
    for at in range(len(found) - 2, 0, -1):
        behind = found[at + 2] if at + 2 < len(found) else None
        if found[at].says("FORMAT") and found[at + 1].name and (behind is None or behind.says("SETTINGS")):
            return at
    return None


class _Reader:
    """Tokens one by one, with one of look-ahead and everything read so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.read: list[Token] = []
        self._tokens = tokens(text)
        self._next = next(self._tokens, None)

    def peek(self) -> Token | None:
        return self._next

    def take(self) -> Token:
        token = self._next
        if token is None:
            raise QueryFailed(62, "SYNTAX_ERROR", "Syntax error: the statement ends too early")
        if token.end > MAX_STATEMENT_CHARS:
            raise QueryFailed(
                62, "SYNTAX_ERROR", f"Max query size exceeded: a statement may have {MAX_STATEMENT_CHARS} characters"
            )
        self._next = next(self._tokens, None)
        self.read.append(token)
        return token

    def take_group(self) -> list[Token]:
        """Everything from an opening parenthesis to the closing one."""
        group = [self.take()]
        depth = 1
        while depth:
            token = self.take()
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            group.append(token)
        return group

    def __iter__(self) -> Iterator[Token]:
        while self._next is not None:
            yield self.take()

    def next_says(self, *words: str) -> bool:
        return self._next is not None and self._next.says(*words)

    def next_is(self, text: str) -> bool:
        return self._next is not None and self._next.text == text


class _InsertParser:
    """`INSERT INTO [TABLE] target [(columns)] [SETTINGS …] [VALUES | FORMAT name | SELECT …]`."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def parse(self) -> Insert:
        reader = self._reader
        reader.take()
        for word in ("INTO", "TABLE"):
            if reader.next_says(word):
                reader.take()
        self._target()
        if reader.next_is("(") and self._columns_or_select():
            return self._select(reader.read[-1].end if reader.read else 0)
        target_end = reader.read[-1].end
        if reader.next_says("SETTINGS"):
            while reader.peek() is not None and not reader.next_says("FORMAT", "VALUES", *_SELECT_WORDS):
                reader.take()
        if reader.next_says("SELECT", "WITH") or reader.next_is("("):
            return self._select(target_end)
        return self._data(target_end)

    def _target(self) -> None:
        reader = self._reader
        if reader.next_says("FUNCTION"):
            reader.take()
        reader.take()
        while reader.next_is("."):
            reader.take()
            reader.take()
        if reader.read[-2].says("FUNCTION"):
            if reader.next_is("("):
                reader.take_group()
            if reader.next_says("PARTITION"):
                self._partition()

    def _partition(self) -> None:
        reader = self._reader
        while reader.peek() is not None and not reader.next_says("FORMAT", "VALUES", "SETTINGS", *_SELECT_WORDS):
            reader.take()

    def _columns_or_select(self) -> bool:
        group = self._reader.take_group()
        return group[1].says("SELECT", "WITH")

    def _data(self, target_end: int) -> Insert:
        reader, text = self._reader, self._reader.text
        settings = text[target_end : reader.read[-1].end]
        if reader.next_says("FROM"):
            raise QueryFailed(
                62, "SYNTAX_ERROR", "FROM INFILE names a file of the server: send the data in the request body"
            )
        name, start = "Values", reader.read[-1].end
        if reader.next_says("VALUES"):
            start = reader.take().end
        elif reader.next_says("FORMAT"):
            reader.take()
            name = reader.take().name
            start = _behind_format_name(text, reader.read[-1].end)
            if name.upper() == "VALUES":
                name = "Values"
        elif (odd := reader.peek()) is not None and odd.text != ";":
            raise QueryFailed(
                62,
                "SYNTAX_ERROR",
                f"Syntax error: failed at position {odd.start + 1}: expected VALUES, FORMAT or SELECT",
            )
        return Insert(
            text=text[:start],
            tokens=tuple(reader.read),
            format=name,
            head=text[: reader.read[-1].end],
            target=text[:target_end],
            settings=settings,
            data_start=start,
        )

    def _select(self, target_end: int) -> Insert:
        reader, text = self._reader, self._reader.text
        call: tuple[int, int, str] | None = None
        name: str | None = None
        end = start = target_end
        depth = 0
        for token in reader:
            if token.text == ";" and depth == 0:
                continue
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if call is None and token.name.lower() == "input" and reader.next_is("("):
                call = self._input_call(token)
            elif call and depth == 0 and token.says("FORMAT") and not reader.next_says(*_NOT_A_FORMAT):
                name = reader.take().name
                start = _behind_format_name(text, reader.read[-1].end)
                break
            end = start = reader.read[-1].end
        return Insert(
            text=text[:start],
            tokens=tuple(reader.read),
            format=name,
            head=text[:end],
            target=text[:target_end],
            data_start=start,
            selects=True,
            input_call=call,
        )

    def _input_call(self, name: Token) -> tuple[int, int, str]:
        group = self._reader.take_group()
        structure = group[1:-1]
        if len(structure) != 1 or structure[0].kind != "string":
            raise QueryFailed(
                48,
                "NOT_IMPLEMENTED",
                "input() needs its structure as one string literal here: input('a UInt64, b String')",
            )
        return name.start, group[-1].end, structure[0].text


def _behind_format_name(text: str, position: int) -> int:
    # As ClickHouse reads it: blanks, then one newline; or, without a newline, all the white space.
    while position < len(text) and text[position] in " \t\f;":
        position += 1
    for newline in ("\r", "\n"):
        if text.startswith(newline, position):
            position += 1
    return position
