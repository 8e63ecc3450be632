"""Where every event went."""

import uuid

from support.stored import StoredEvents, Tables
from tracemark.query import Reader
from tracemark.query.accounting import Accounting, Waiting, account

ONE, TWO = str(uuid.uuid4()), str(uuid.uuid4())


def tell_producer(story: StoredEvents, producer: str, *, stored: range, last_seq: int, **dropped: int) -> None:
    """Prompts with these numbers, and a session event that closes the producer with `last_seq`."""
    for seq in stored:
        story.tell("prompt.received", producer_id=producer, producer_seq=seq)
    story.tell(
        "producer.session",
        producer_id=producer,
        producer_seq=last_seq,
        session_state="close",
        last_seq=last_seq,
        dropped=dropped,
        emitted_total=last_seq - sum(dropped.values()),
    )


def test_equation_closes_when_everything_is_stored_or_dropped(reader: Reader, story: StoredEvents) -> None:
    """Numbers drawn are stored or dropped by reason; the line says so."""
    tell_producer(story, ONE, stored=range(1, 10), last_seq=10)
    tell_producer(story, TWO, stored=range(1, 6), last_seq=9, journal_full=2, encode_failed=1)
    story.save()
    found = account(reader)
    assert (found.emitted, found.stored, found.unexplained) == (19, 16, 0)
    assert found.dropped == {"encode_failed": 1, "journal_full": 2}
    assert found.closes
    assert found.line == (
        "19 emitted = 16 stored + 0 dead-lettered + 0 in journal + 0 in Kafka + 3 dropped (encode_failed 1, journal_full 2)"
    )
    assert all(producer.closed and producer.missing == 0 for producer in found.producers)


def test_missing_event_is_unexplained(reader: Reader, story: StoredEvents) -> None:
    """A number that was drawn, and is neither stored nor dropped nor waiting, is missing, with its producer."""
    tell_producer(story, ONE, stored=range(1, 9), last_seq=10)
    story.save()
    found = account(reader)
    assert (found.unexplained, found.closes) == (1, False)
    assert found.line.endswith("(1 unexplained)")
    assert found.producers[0].missing == 1


def test_what_waits_explains_what_is_missing(reader: Reader, story: StoredEvents) -> None:
    """Events in journals and in Kafka are on the right side, and a journal knows numbers that the store does not."""
    story.tell("prompt.received", producer_id=ONE, producer_seq=1)
    story.save()
    waiting = Waiting(in_journal=3, in_kafka=2, last_seqs={ONE: 7}, dropped={ONE: {"too_large": 1}})
    found = account(reader, waiting)
    assert (found.emitted, found.in_journal, found.in_kafka, found.dropped) == (7, 3, 2, {"too_large": 1})
    assert found.closes
    assert not found.producers[0].closed


def test_duplicate_breaks_the_equation(reader: Reader, story: StoredEvents) -> None:
    """An event stored twice is counted once and reported."""
    tell_producer(story, ONE, stored=range(1, 10), last_seq=10)
    story.tell("prompt.received", producer_id=ONE, producer_seq=3)
    story.save()
    found = account(reader)
    assert (found.stored, found.duplicates, found.unexplained, found.closes) == (10, 1, 0, False)
    assert found.line.endswith("(1 stored twice)")


def test_dead_letters_are_on_the_right_side(reader: Reader, story: StoredEvents, tables: Tables) -> None:
    """A record that was put aside, reported twice, explains one missing event."""
    tell_producer(story, ONE, stored=range(1, 9), last_seq=10)
    story.save()
    names = ["topic", "topic_id", "partition", "offset"]
    tables.insert("dead_letters", names, [["tracemark.events"] * 2, ["i-1"] * 2, [0, 0], [4, 4]])
    found = account(reader)
    assert (found.dead_lettered, found.closes) == (1, True)


def test_events_of_both_tables_count(reader: Reader, story: StoredEvents) -> None:
    """A producer's numbers run over both tables."""
    story.tell("prompt.received", producer_id=ONE, producer_seq=1)
    story.tell("moderation.action", producer_id=ONE, producer_seq=2)
    story.save()
    found = account(reader)
    assert (found.emitted, found.stored) == (2, 2)
    assert found.to_dict()["producers"][0]["stored"] == 2


def test_empty_store_accounts_for_nothing() -> None:
    """No producers, no events: the equation closes at zero."""
    empty = Accounting(producers=(), dead_lettered=0, in_journal=0, in_kafka=0)
    assert empty.closes
    assert empty.line == "0 emitted = 0 stored + 0 dead-lettered + 0 in journal + 0 in Kafka + 0 dropped"
