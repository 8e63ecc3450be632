"""The journal against a list: any run of operations, on any journal."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from support.journals import PRODUCER, SMALL, drop, event, meta
from tracemark.sdk.journal import (
    AdoptedJournal,
    Entry,
    JournalFull,
    JournalReader,
    JournalWriter,
    Position,
    Priority,
    adopt,
    find_journals,
)


class JournalAgainstList(RuleBasedStateMachine):
    """`expected` holds every entry that is not acknowledged; `read` says how many of them the reader has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.writer: JournalWriter | AdoptedJournal = JournalWriter.create(self.root, meta(), SMALL)
        self.reader: JournalReader = self.writer.reader()
        self.expected: list[Entry] = []
        self.seen: list[Position] = []

    def teardown(self) -> None:
        self.writer.close()
        self.reader.close()
        shutil.rmtree(self.root)

    @rule(size=st.integers(0, 5000), priority=st.sampled_from(Priority))
    def append_event(self, size: int, priority: Priority) -> None:
        self._append(event(self.writer.last_seq + 1, size=size, priority=priority))

    @rule(covers=st.integers(1, 9))
    def append_drop(self, covers: int) -> None:
        self._append(drop(self.writer.last_seq + 1, covers=covers))

    def _append(self, entry: Entry) -> None:
        try:
            self.writer.append(entry)
        except JournalFull:
            return
        self.expected.append(entry)

    @rule(max_entries=st.integers(1, 20), max_bytes=st.integers(1, 20_000))
    def read(self, max_entries: int, max_bytes: int) -> None:
        batch = self.reader.read(max_entries, max_bytes)
        unseen = self.expected[len(self.seen) :]
        assert [entry for _, entry in batch] == unseen[: len(batch)]
        assert len(batch) <= max_entries
        assert batch or not unseen
        self.seen += [position for position, _ in batch]

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, len(self.seen)))
        if count:
            self.reader.acknowledge(self.seen[count - 1])
            del self.expected[:count], self.seen[:count]

    @rule()
    def rewind(self) -> None:
        self.reader.rewind()
        self.seen.clear()

    @rule()
    def hand_over(self) -> None:
        """The owner goes; somebody adopts what is left, or nothing is left and a new journal begins."""
        self.reader.close()
        self.writer.close()
        self.seen.clear()
        adopted = adopt(self.root, PRODUCER)
        if adopted is not None:
            assert adopted.torn_bytes == 0
            self.writer, self.reader = adopted, adopted.reader
        else:
            assert not self.expected
            self.writer = JournalWriter.create(self.root, meta(), SMALL)
            self.reader = self.writer.reader()

    @invariant()
    def nothing_is_damaged(self) -> None:
        assert self.reader.damage == ()

    @invariant()
    def outsiders_see_what_is_pending(self) -> None:
        (info,) = find_journals(self.root)
        assert info.entries_pending == sum(entry.covers for entry in self.expected)
        assert info.last_seq == self.writer.last_seq


JournalAgainstList.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestJournalAgainstList = JournalAgainstList.TestCase
