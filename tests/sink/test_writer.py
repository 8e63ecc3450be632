"""Writing ranges on a real engine: exactly once, whatever goes wrong between the steps."""

import os
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.sinks import KEY, Sent, event, events, range_of, stored_offsets
from tracemark.schemas import codec_by_id, schemas
from tracemark.schemas.columns import from_column
from tracemark.sink import (
    DeadLetterKey,
    DeadLettersUnavailable,
    Position,
    Range,
    RangeOutcome,
    RangeWriter,
    SinkError,
    StreamRecord,
)
from tracemark.sink.testing import MemoryDeadLetters
from tracemark.store import AmbiguousInsert, Store, StoreRefused, StoreUnavailable, merkle_root

TOPIC = "tracemark.events"


class FlakyStore(Store):
    """A real store whose inserts fail before or after they happen, as told."""

    plan: Sequence[str] = ()

    def insert(self, table: str, *args: Any, **kwargs: Any) -> None:
        """Do as the next word of the plan says: `ok`, `lost` (before), `unanswered` (after)."""
        word, self.plan = (self.plan[0], self.plan[1:]) if self.plan else ("ok", ())
        if word == "lost":
            raise StoreUnavailable("told to fail")
        super().insert(table, *args, **kwargs)
        if word == "unanswered":
            raise AmbiguousInsert("told to fail", query_id=kwargs["query_id"])


@pytest.fixture
def letters() -> MemoryDeadLetters:
    """Dead letters in memory."""
    return MemoryDeadLetters()


@pytest.fixture
def flaky(migrated_store: Store) -> FlakyStore:
    """A store that fails as told."""
    return FlakyStore(migrated_store.config)


def _writer(store: Store, letters: MemoryDeadLetters | None = None) -> RangeWriter:
    return RangeWriter(store, letters or MemoryDeadLetters(), DeadLetterKey(KEY))


def _ledger(store: Store) -> list[dict[str, Any]]:
    return store.query("SELECT * FROM ledger WHERE state = 'done' ORDER BY topic_id, partition, first_offset")


def _rows(store: Store) -> dict[int, list[int]]:
    return stored_offsets(store, TOPIC)


def _until_written(writer: RangeWriter, range_: Range) -> RangeOutcome:
    """Write as a lane does: again until it works."""
    for _ in range(20):
        try:
            return writer.write(range_)
        except (StoreUnavailable, AmbiguousInsert, DeadLettersUnavailable):
            continue
    message = "it never worked"
    raise AssertionError(message)


@pytest.mark.parametrize("event_type", sorted({schema.event_type for schema in schemas()}))
def test_a_stored_row_gives_its_event_back(migrated_store: Store, event_type: str) -> None:
    """For every event type, the values of the stored row are the values sent, and rebuild the event's hash."""
    control = any(s.avro.get("topic") == "control" for s in schemas() if s.event_type == event_type)
    range_ = range_of([event(event_type)], topic="tracemark.control" if control else TOPIC)
    assert _writer(migrated_store).write(range_).stored == 1
    schema = next(s for s in reversed(schemas()) if s.event_type == event_type)
    (row,) = migrated_store.query(f"SELECT * FROM events_{schema.table}")
    back = {f.name: from_column(f, row[f.name]) for f in schema.fields}
    codec = codec_by_id(row["_schema_id"])
    assert codec.is_intact(back)
    assert codec.seal(back, back["salt"]).value == range_.records[0].value


def test_the_ledger_accounts_for_a_range(migrated_store: Store, letters: MemoryDeadLetters) -> None:
    """The ledger row of a range has its records by what became of them, its digest, and the root over its stored hashes."""
    first = event("output.generated")
    sent: list[Sent] = [
        first,
        event("moderation.action"),
        (b"garbage", ()),
        (first[0], [*first[1], ("tm-replay", b"1")]),
    ]
    range_ = range_of(sent, first=10, topic_id="incarnation-1")
    outcome = _writer(migrated_store, letters).write(range_)
    assert outcome == RangeOutcome(rows_traffic=1, rows_records=1, dead=1, duplicates=1)
    (row,) = _ledger(migrated_store)
    counts = ("records", "rows_traffic", "rows_records", "dead_letters", "duplicates", "first_offset", "last_offset")
    assert [row[name] for name in counts] == [4, 1, 1, 1, 1, 10, 13]
    assert (row["topic"], row["topic_id"], row["partition"], row["digest"]) == (
        TOPIC,
        "incarnation-1",
        0,
        range_.digest(),
    )
    hashes = migrated_store.query("SELECT event_hash AS h FROM events ORDER BY _offset")
    assert row["merkle_root"] == merkle_root(found["h"] for found in hashes)


def test_a_range_written_again_changes_nothing(migrated_store: Store, letters: MemoryDeadLetters) -> None:
    """The same range, written again by this process and by another one, stores, accounts and puts aside nothing more."""
    range_ = range_of([*events(20), (b"garbage", ())])
    writer = _writer(migrated_store, letters)
    outcomes = {writer.write(range_), writer.write(range_), _writer(migrated_store, letters).write(range_)}
    assert len(outcomes) == 1
    assert _rows(migrated_store) == {0: list(range(20))}
    assert len(_ledger(migrated_store)) == len(letters.letters) == 1


def test_a_range_cut_otherwise_after_a_crash_is_stored_once(migrated_store: Store) -> None:
    """When a sink died after inserting and before committing, the next one cuts otherwise, and the ledger still fits together."""
    sent = events(30)
    records = range_of(sent).records
    _writer(migrated_store).write(range_of(sent[:10]))
    after = _writer(migrated_store)
    for part in (records[:5], records[5:25], records[25:]):
        after.write(Range(topic=TOPIC, partition=0, records=part))
    assert _rows(migrated_store) == {0: list(range(30))}
    assert [(row["first_offset"], row["last_offset"]) for row in _ledger(migrated_store)] == [
        (0, 9),
        (10, 24),
        (25, 29),
    ]


PLANS = st.lists(st.sampled_from(["ok", "lost", "unanswered"]), max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=PLANS, sizes=st.lists(st.integers(1, 8), min_size=1, max_size=3), restart=st.booleans())
def test_no_failure_loses_or_doubles_a_row(flaky: FlakyStore, plan: list[str], sizes: list[int], restart: bool) -> None:
    """Whatever inserts fail, before or after they happened, and whether or not the sink restarts, every row is there once."""
    topic_id, partition = uuid.uuid4().hex, int.from_bytes(os.urandom(2), "big")
    writer, first = _writer(flaky), 0
    flaky.plan = plan
    for size in sizes:
        range_ = range_of([*events(size), (b"garbage", ())], first, partition=partition, topic_id=topic_id)
        assert _until_written(writer, range_).stored == size
        first += size + 1
        writer = _writer(flaky) if restart else writer
    flaky.plan = ()
    dead = {sum(sizes[: i + 1]) + i for i in range(len(sizes))}
    assert _rows(flaky)[partition] == [offset for offset in range(first) if offset not in dead]
    rows = [row for row in _ledger(flaky) if row["topic_id"] == topic_id]
    assert [row["records"] for row in rows] == [size + 1 for size in sizes]
    sql = "SELECT offset FROM dead_letters WHERE topic_id = {id:String} ORDER BY offset"
    assert [row["offset"] for row in flaky.query(sql, {"id": topic_id})] == sorted(dead)


def test_half_of_an_insert_is_completed(migrated_store: Store, flaky: FlakyStore) -> None:
    """When the rows of one table arrived and those of the other did not, only the missing ones are inserted."""
    flaky.plan = ["ok", "ok", "lost"]  # the claim of the lane comes first
    range_ = range_of([event(), event("moderation.action")])
    with pytest.raises(StoreUnavailable):
        _writer(flaky).write(range_)
    assert _rows(migrated_store) == {0: [0]}
    assert _writer(flaky).write(range_) == RangeOutcome(rows_traffic=1, rows_records=1, dead=0, duplicates=0)
    assert _rows(migrated_store) == {0: [0, 1]}


def test_acknowledged_rows_that_are_not_there_are_inserted_again(migrated_store: Store) -> None:
    """When a deduplication token swallowed a first insert after a restart, looking shows it, and the rows go in under a new one."""
    range_ = range_of(events(5))
    _writer(migrated_store).write(range_)
    for table in ("events_traffic", "events_records"):
        migrated_store.command(f"ALTER TABLE {table} DELETE WHERE 1 SETTINGS mutations_sync = 2")  # keeps the tokens
    assert _rows(migrated_store) == {}
    assert _writer(migrated_store).write(range_).stored == 5
    assert _rows(migrated_store) == {0: list(range(5))}


def test_a_replay_is_skipped_wherever_the_event_is(migrated_store: Store) -> None:
    """A replay of an event stored in an earlier range, in the same range, or on another partition is a duplicate."""
    one, two, three = event("output.generated"), event("moderation.action"), event()
    writer = _writer(migrated_store)
    writer.write(range_of([one, two]))
    replays = [(value, [*headers, ("tm-replay", b"1")]) for value, headers in (one, two, three, three)]
    assert writer.write(range_of(replays, first=2)).duplicates == 3
    assert writer.write(range_of(replays[:1], partition=1)).duplicates == 1
    assert _rows(migrated_store) == {0: [0, 1, 4]}


def test_a_record_that_is_no_replay_is_not_looked_up(migrated_store: Store) -> None:
    """The same event at two offsets without the header is two rows: the producer promises to mark what it sends again."""
    one = event()
    _writer(migrated_store).write(range_of([one, one]))
    assert _rows(migrated_store) == {0: [0, 1]}


def test_a_replay_that_is_another_event_is_put_aside(migrated_store: Store, letters: MemoryDeadLetters) -> None:
    """A replay with the id of a stored event and other content is a conflict, not a duplicate."""
    identity = str(uuid.uuid4())
    writer = _writer(migrated_store, letters)
    writer.write(range_of([event(event_id=identity)]))
    writer.write(range_of([event(event_id=identity, replay=True)], first=1))
    assert [letter.error_code for letter in letters.letters] == ["identity_conflict"]
    assert _rows(migrated_store) == {0: [0]}


def test_an_event_dropped_for_erasure_is_known_by_its_hash(migrated_store: Store) -> None:
    """After a subject was erased the row keeps its hash, so a replay of the event does not bring the person back."""
    one = event(subject_ref="ab" * 16)
    writer = _writer(migrated_store)
    writer.write(range_of([one]))
    migrated_store.command(
        "ALTER TABLE events_traffic UPDATE subject_ref = '', erased_by = 'o-1' WHERE 1 SETTINGS mutations_sync = 2"
    )
    assert writer.write(range_of([(one[0], [("tm-replay", b"1")])], first=1)).duplicates == 1
    assert _writer(migrated_store).write(range_of([one])).stored == 1
    assert migrated_store.query("SELECT subject_ref AS s, count() AS n FROM events GROUP BY s") == [{"s": "", "n": 1}]


def test_a_record_the_store_refuses_is_found_and_put_aside(migrated_store: Store, letters: MemoryDeadLetters) -> None:
    """Rows that the store refuses are found by halving; all others are stored."""
    migrated_store.command("ALTER TABLE events_traffic ADD CONSTRAINT odd CHECK tenant_id != 'refused'")
    sent = [event(tenant_id="refused" if number in {3, 17} else "t-1") for number in range(20)]
    assert _writer(migrated_store, letters).write(range_of(sent)) == RangeOutcome(
        rows_traffic=18, rows_records=0, dead=2, duplicates=0
    )
    assert [(letter.position.offset, letter.error_code) for letter in letters.letters] == [
        (3, "store_refused"),
        (17, "store_refused"),
    ]
    assert _rows(migrated_store) == {0: [n for n in range(20) if n not in {3, 17}]}


def test_a_store_without_a_column_stops_the_lane_and_puts_nothing_aside(
    migrated_store: Store, letters: MemoryDeadLetters
) -> None:
    """A missing column is not the record's fault: nothing is stored, lost or put aside until it is there."""
    migrated_store.command("ALTER TABLE events_traffic DROP COLUMN finish")
    range_ = range_of([event("output.generated")])
    with pytest.raises(StoreRefused) as refused:
        _writer(migrated_store, letters).write(range_)
    assert (refused.value.name, refused.value.is_about_data) == ("NO_SUCH_COLUMN_IN_TABLE", False)
    assert (letters.letters, _ledger(migrated_store)) == ([], [])


def test_nothing_is_settled_before_dead_letters_are_safe(migrated_store: Store, letters: MemoryDeadLetters) -> None:
    """While dead letters cannot be kept, the range is not settled; afterwards it is, and every letter is kept."""
    range_ = range_of([event(), (b"garbage", ())])
    writer = _writer(migrated_store, letters)
    letters.is_away = True
    with pytest.raises(DeadLettersUnavailable):
        writer.write(range_)
    assert _ledger(migrated_store) == []
    letters.is_away = False
    assert writer.write(range_).dead == 1
    assert _rows(migrated_store) == {0: [0]}


def test_a_dead_letter_says_where_and_why_and_nothing_else(migrated_store: Store, letters: MemoryDeadLetters) -> None:
    """The row of a dead letter has position, code, path, sizes and a keyed digest; the value is under seal alone."""
    words = b"the users own words in no frame at all"
    _writer(migrated_store, letters).write(range_of([(words, ())], first=5))
    (row,) = migrated_store.query("SELECT * FROM dead_letters")
    assert (row["topic"], row["partition"], row["offset"], row["error_code"]) == (TOPIC, 0, 5, "frame_broken")
    assert (row["value_bytes"], row["key_bytes"], row["digest"]) == (len(words), 1, DeadLetterKey(KEY).digest(words))
    assert b"words" not in repr(row).encode()
    (letter,) = letters.letters
    assert DeadLetterKey(KEY).open(letter.sealed, Position(TOPIC, 0, 5)).value == words


def test_a_topic_made_anew_takes_no_row_from_the_old_one(migrated_store: Store) -> None:
    """Offsets of a new incarnation of a topic collide with those of the old one, and every event of both is stored."""
    _writer(migrated_store).write(range_of(events(5), topic_id="old"))
    new = range_of(events(5), topic_id="new")
    assert _writer(migrated_store).write(new).stored == 5
    assert _writer(migrated_store).write(new).stored == 5
    assert _rows(migrated_store) == {0: [n for n in range(5) for _ in range(2)]}
    assert [row["topic_id"] for row in _ledger(migrated_store)] == ["new", "old"]


def test_another_owner_of_the_lane_is_noticed_after_forgetting(migrated_store: Store) -> None:
    """A lane that went to another sink and came back is looked at anew."""
    sent = events(10)
    mine, other = _writer(migrated_store), _writer(migrated_store)
    mine.write(range_of(sent[:3]))
    mine.forget(TOPIC, 0, 0)
    other.write(range_of(sent[3:8], first=3))
    assert mine.write(range_of(sent[3:], first=3, epoch=1)).stored == 7
    assert _rows(migrated_store) == {0: list(range(10))}


def test_a_large_range_is_one_part_of_each_table(migrated_store: Store) -> None:
    """A range of 5,000 events goes in as one part per table and partition."""
    _writer(migrated_store).write(range_of([event() for _ in range(5000)]))
    sql = "SELECT count() AS n FROM system.parts WHERE database = currentDatabase() AND table = 'events_traffic' AND active"
    assert migrated_store.query(sql)[0]["n"] == 1


@pytest.mark.parametrize("offsets", [(), (1, 1), (2, 1)])
def test_what_is_no_range_is_refused(offsets: tuple[int, ...]) -> None:
    """No records, or offsets that do not rise, are no range."""
    records = tuple(StreamRecord(TOPIC, 0, offset, 0, None, b"", ()) for offset in offsets)
    with pytest.raises(SinkError):
        Range(topic=TOPIC, partition=0, records=records)
