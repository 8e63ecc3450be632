"""Several processes at one journal: killed owners, forked children, drainers and rival adopters."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from support.journals import PRODUCER, SMALL, drain, event, meta, next_line, read_all, say, worker
from support.waiting import eventually
from tracemark.sdk.journal import (
    JournalMisuse,
    JournalReader,
    JournalWriter,
    adopt,
    find_journals,
    journal_ids,
)


def kill_in_full_flow(root: Path, after: int) -> list[int]:
    """Kill a writing process when it has told of `after` appends; every number whose append had returned."""
    with worker("write", root, "100000") as process:
        told = [int(next_line(process)) for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        while line := next_line(process):
            told.append(int(line))
        process.wait()
    return told


def check_nothing_lost(root: Path, told: list[int]) -> None:
    adopted = adopt(root, PRODUCER)
    assert adopted is not None
    entries = drain(adopted.reader)
    seqs = [entry.seq for entry in entries]
    assert told == list(range(1, len(told) + 1))
    assert seqs in (told, [*told, len(told) + 1]), "one more may be written than its owner could tell"
    assert entries == [event(seq, size=100 + seq * 37 % 900) for seq in seqs]
    assert adopted.reader.damage == ()
    adopted.finish()
    assert list(root.iterdir()) == []


def test_what_append_returned_for_survives_a_kill(tmp_path: Path) -> None:
    """Killed in full flow, a journal holds every entry whose append had returned, whole and in order."""
    for after in (1, 30, 700):
        check_nothing_lost(tmp_path, kill_in_full_flow(tmp_path, after))


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    """The same a hundred times, at random moments."""
    moments = random.Random(7)  # noqa: S311  moments to kill at, no secrets
    for _ in range(100):
        check_nothing_lost(tmp_path, kill_in_full_flow(tmp_path, moments.randint(1, 400)))


def test_a_drainer_keeps_up_with_a_living_owner(tmp_path: Path) -> None:
    """Another process reads and acknowledges while the owner appends: everything once, in order, nothing damaged."""
    count = 3000
    with worker("write", tmp_path, str(count)) as owner:
        assert next_line(owner) == "1"
        with worker("drain", tmp_path, str(count)) as drainer:
            told = [next_line(owner) for _ in range(2, count + 1)]
            lines = [next_line(drainer) for _ in range(count + 1)]
        assert told == [str(seq) for seq in range(2, count + 1)]
        assert lines == [*map(str, range(1, count + 1)), "sound"]
        (info,) = find_journals(tmp_path)
        assert (info.owner_alive, info.events_pending, info.last_seq) == (True, 0, count)


def test_a_reader_at_its_writers_heels_sees_no_damage(tmp_path: Path) -> None:
    """However often a reader looks while records and segments come into being, it never takes the unfinished for lost."""
    count = 30_000
    seqs: list[int] = []
    with worker("write-fast", tmp_path, str(count)) as owner:
        assert next_line(owner) == "created"
        reader = JournalReader.open(tmp_path, PRODUCER)
        deadline = time.monotonic() + 120
        while len(seqs) < count and time.monotonic() < deadline:
            batch = reader.read(1000, 64 * 1024)
            seqs += [entry.seq for _, entry in batch]
            if batch:
                reader.acknowledge(batch[-1][0])
    assert seqs == list(range(1, count + 1))
    assert reader.damage == ()


def test_a_drainer_that_dies_is_replaced(tmp_path: Path) -> None:
    """The next drainer goes on from the cursor: nothing is lost, the numbers go on from a point already told."""
    with worker("write", tmp_path, "500") as owner:
        for _ in range(500):
            next_line(owner)
        with worker("drain", tmp_path, "1000") as drainer:
            first = [int(next_line(drainer)) for _ in range(200)]
            drainer.kill()
            first += [int(line) for line in iter(lambda: next_line(drainer), "")]
            drainer.wait()
        reader = JournalReader.open(tmp_path, PRODUCER)
        assert reader.owner_alive()
        rest = [entry.seq for entry in drain(reader)]
    assert rest == list(range(501 - len(rest), 501))
    assert first + [seq for seq in rest if seq > first[-1]] == list(range(1, 501))


def test_a_living_owners_journal_is_not_adopted(tmp_path: Path) -> None:
    """Neither in another process nor in this one; looking at it does not loosen its lock."""
    with worker("write", tmp_path, "1") as owner:
        next_line(owner)
        assert adopt(tmp_path, PRODUCER) is None
        assert find_journals(tmp_path)[0].owner_alive
    adopted = adopt(tmp_path, PRODUCER)
    assert adopted is not None

    own = JournalWriter.create(tmp_path, meta("own"), SMALL)
    own.append(event(1))
    assert adopt(tmp_path, "own") is None
    assert [info.owner_alive for info in find_journals(tmp_path)] == [True, True]
    assert journal_ids(tmp_path) == [PRODUCER, "own"]
    with worker("adopt-on-cue", tmp_path) as rival:
        next_line(rival)
        say(rival, "go")
        assert next_line(rival) == "lost"


def test_a_journal_that_is_gone_is_not_adopted(tmp_path: Path) -> None:
    """No journal, or no root at all, is nobody's error."""
    assert adopt(tmp_path, "nobody") is None
    assert adopt(tmp_path / "nowhere", "nobody") is None
    assert find_journals(tmp_path / "nowhere") == []
    assert journal_ids(tmp_path / "nowhere") == []


def test_of_rival_adopters_exactly_one_wins(tmp_path: Path) -> None:
    """However many processes try at once, one gets the journal; when it dies, the next may have it."""
    for round_number in range(5):
        root = tmp_path / str(round_number)
        writer = JournalWriter.create(root, meta(), SMALL)
        writer.append(event(1))
        writer.close()
        with (
            worker("adopt-on-cue", root) as one,
            worker("adopt-on-cue", root) as two,
            worker("adopt-on-cue", root) as three,
        ):
            rivals = [one, two, three]
            for rival in rivals:
                assert next_line(rival) == "ready"
            for rival in rivals:
                say(rival, "go")
            assert sorted(next_line(rival) for rival in rivals) == ["lost", "lost", "won"]
        adopted = adopt(root, PRODUCER)
        assert adopted is not None
        assert read_all(adopted.reader) == [event(1)]
        adopted.close()


def test_a_forked_child_neither_writes_nor_keeps_the_lock(tmp_path: Path) -> None:
    """The child's append is refused; when the owner dies, its journal is free while the child lives on."""
    with worker("fork", tmp_path) as owner:
        assert next_line(owner) == "child refused"
        assert find_journals(tmp_path)[0].owner_alive, "the child's closing has not freed the parent's lock"
        owner.kill()
        owner.wait()
        adopted = eventually(lambda: adopt(tmp_path, PRODUCER), what="the dead owner's lock is free")
        assert adopted is not None
        assert drain(adopted.reader) == [event(1)]
        adopted.finish()


def test_a_child_forked_behind_pythons_back_keeps_no_lock(tmp_path: Path) -> None:
    """A library that forks in C leaves the lock's descriptor open in its child; the lock still ends with its owner."""
    with worker("fork-unseen", tmp_path) as owner:
        child = int(next_line(owner))
        try:
            owner.kill()
            owner.wait()
            adopted = eventually(lambda: adopt(tmp_path, PRODUCER), what="the dead owner's lock is free")
            assert adopted is not None
            assert drain(adopted.reader) == [event(1)]
            adopted.finish()
        finally:
            os.kill(child, signal.SIGKILL)
    assert list(tmp_path.iterdir()) == []


def test_a_fork_leaves_the_parents_journal_alone(tmp_path: Path) -> None:
    """A child that closes everything it inherited takes nothing from its parent, who goes on."""
    writer = JournalWriter.create(tmp_path, meta(), SMALL)
    writer.append(event(1))
    writer.sync()
    reader = writer.reader()
    child = os.fork()
    if child == 0:
        reader.close()
        writer.close()
        own = JournalWriter.create(tmp_path, meta("child"), SMALL)
        own.append(event(1))
        os._exit(0)
    assert os.waitpid(child, 0) == (child, 0)
    writer.append(event(2))
    writer.sync()
    assert [info.owner_alive for info in find_journals(tmp_path)] == [True, False]
    assert drain(reader) == [event(1), event(2)]


def test_an_adopter_closes_the_session_once(tmp_path: Path) -> None:
    """Who adopts after an adopter that died sees that the session is closed, and the numbers go on without a gap."""
    with worker("write", tmp_path, "5") as owner:
        for _ in range(5):
            next_line(owner)
    with worker("adopt-and-die", tmp_path) as adopter:
        assert next_line(adopter) == "appended"
    adopted = adopt(tmp_path, PRODUCER)
    assert adopted is not None
    assert (adopted.session_closed, adopted.last_seq, adopted.events_pending) == (True, 6, 6)
    assert adopted.meta == meta()
    with pytest.raises(JournalMisuse, match="not drained"):
        adopted.finish()
    assert [entry.seq for entry in drain(adopted.reader)] == [1, 2, 3, 4, 5, 6]
    adopted.finish()


def test_a_session_that_its_owner_closed_stays_closed(tmp_path: Path) -> None:
    """The adopter of a journal closed in good order learns so, before and after the closing entry is delivered."""
    with worker("write-closing", tmp_path, "3") as owner:
        assert next_line(owner) == "closed"
    for _ in range(2):
        adopted = adopt(tmp_path, PRODUCER)
        assert adopted is not None
        assert adopted.session_closed
        assert adopted.last_seq == 3
        drain(adopted.reader)
        adopted.close()


def test_a_fully_drained_journal_of_a_dead_owner_can_be_closed(tmp_path: Path) -> None:
    """With everything delivered before the owner died, the adopter still knows the last number."""
    with worker("write", tmp_path, "60") as owner:
        for _ in range(60):
            next_line(owner)
        reader = JournalReader.open(tmp_path, PRODUCER)
        drain(reader)
        reader.close()
    adopted = adopt(tmp_path, PRODUCER)
    assert adopted is not None
    assert (adopted.last_seq, adopted.session_closed, adopted.events_pending) == (60, False, 0)
    adopted.append(event(61, closes=True))
    assert drain(adopted.reader) == [event(61, closes=True)]
    adopted.finish()
