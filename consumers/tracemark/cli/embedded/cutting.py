"""From entries of a journal to a range: which numbers it covers, how many events it holds, what was dropped."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tracemark.cli.embedded.model import LaneRange
from tracemark.sdk.journal import Entry, Kind, Position

__all__ = ["Cut", "EntryReader", "cut_again", "cut_next"]

_ANY_BYTES = 1 << 40


class EntryReader(Protocol):
    """The part of `JournalReader` that cutting needs."""

    def read(self, max_entries: int, max_bytes: int) -> list[tuple[Position, Entry]]:
        """The next entries, and where each ends."""
        ...

    def rewind(self) -> None:
        """Read again from the cursor."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Entries read together; they are acknowledged together.

    Attributes:
        through: The position to acknowledge.
        events: The events among them.
        first_seq: First sequence number they account for.
        last_seq: Last one.
        dropped: Numbers without an event, by reason; lost ones are `journal_damaged`.
    """

    through: Position
    events: tuple[Entry, ...]
    first_seq: int
    last_seq: int
    dropped: dict[str, int]


def cut_next(reader: EntryReader, after_seq: int, *, max_entries: int, max_bytes: int) -> Cut | None:
    """What can be read now, behind `after_seq`; None when there is nothing new."""
    return _cut(reader.read(max_entries, max_bytes), after_seq)


def cut_again(reader: EntryReader, known: LaneRange) -> Cut | None:
    """Exactly the entries of a range that was written down; None when they are no longer all there, and nothing was read then."""
    found: list[tuple[Position, Entry]] = []
    while (not found or found[-1][1].last_seq < known.last_seq) and (more := reader.read(1, _ANY_BYTES)):
        found += more
    cut = _cut(found, known.first_seq - 1)
    if cut is not None and cut.last_seq == known.last_seq and len(cut.events) == known.events:
        return cut
    reader.rewind()
    return None


def _cut(found: Sequence[tuple[Position, Entry]], after_seq: int) -> Cut | None:
    if not found:
        return None
    dropped: Counter[str] = Counter()
    expected = after_seq + 1
    for _, entry in found:
        if entry.seq > expected:
            dropped["journal_damaged"] += entry.seq - expected
        if entry.kind is Kind.DROP:
            dropped[entry.reason] += entry.last_seq - entry.seq + 1
        expected = entry.last_seq + 1
    return Cut(
        through=found[-1][0],
        events=tuple(entry for _, entry in found if entry.kind is Kind.EVENT),
        first_seq=after_seq + 1,
        last_seq=expected - 1,
        dropped=dict(dropped),
    )
