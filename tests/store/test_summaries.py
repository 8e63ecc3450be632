"""What is counted beforehand equals what a fresh count of the events gives, whatever happened to them."""

from typing import Any

import pytest

from support.stored import StoredEvents, Tables
from tracemark.store import SUMMARIES, Store, StoreError, refresh_summaries

_PRODUCER = "00000000-0000-0000-0000-0000000000aa"
_LONE = "00000000-0000-0000-0000-0000000000bb"


@pytest.fixture
def story(migrated_store: Store) -> StoredEvents:
    """Events in a store of the test's own."""
    return StoredEvents(Tables(writer=migrated_store, reader=migrated_store).insert)


def _coverage(store: Store) -> list[tuple[Any, ...]]:
    refresh_summaries(store)
    names = "service_id, modality, duty_basis, outputs, with_explicit, waived, with_implicit"
    rows = store.query(f"SELECT {names} FROM label_coverage ORDER BY service_id, modality")
    return [tuple(row.values()) for row in rows]


def _accounts(store: Store) -> dict[str, tuple[int, int, int]]:
    refresh_summaries(store)
    rows = store.query("SELECT producer_id, emitted, stored, dropped FROM producer_accounts")
    return {str(row["producer_id"]): (row["emitted"], row["stored"], row["dropped"]) for row in rows}


def _output(story: StoredEvents, number: int, **fields: Any) -> None:
    given: dict[str, Any] = {
        "service_id": "svc",
        "duty_basis": "none",
        "modality": ["text"],
        "media_type": None,
        **fields,
    }
    story.tell("output.generated", content_id=f"c-{number}", request_id=f"r-{number}", finish="complete", **given)


def _label(story: StoredEvents, number: int, **fields: Any) -> None:
    given: dict[str, Any] = {
        "label_kind": "explicit",
        "label_carrier": "text_prompt",
        "label_state": "applied",
        **fields,
    }
    story.tell("label.applied", content_id=f"c-{number}", request_id=f"r-{number}", service_id="svc", **given)


def test_a_late_label_counts_for_the_output_it_belongs_to(migrated_store: Store, story: StoredEvents) -> None:
    """An output without a label counts as such until its label arrives, hours later or before."""
    _output(story, 1)
    _output(story, 2)
    _label(story, 2, at=-7200)
    story.save()
    assert _coverage(migrated_store) == [("svc", "text", "none", 2, 1, 0, 0)]
    _label(story, 1, at=7200)
    story.save()
    assert _coverage(migrated_store) == [("svc", "text", "none", 2, 2, 0, 0)]


def test_a_granted_output_counts_as_waived(migrated_store: Store, story: StoredEvents) -> None:
    """An output whose label was waived by a grant is no output without one, with or without a label event that says so."""
    waived = {"label_state": "waived_by_grant"}
    for number in (1, 2, 3):
        _output(story, number)
    story.tell("unlabelled.granted", content_id="c-1", service_id="svc", grant_id="g-1")
    _label(story, 2, **waived)
    story.tell("unlabelled.granted", content_id="c-2", service_id="svc", grant_id="g-2")
    story.tell("unlabelled.granted", content_id="c-of-nobody", service_id="svc", grant_id="g-3")
    story.save()
    assert _coverage(migrated_store) == [("svc", "text", "none", 3, 0, 2, 0)]


def test_outputs_that_the_rules_do_not_reach_are_counted_apart(migrated_store: Store, story: StoredEvents) -> None:
    """The same service makes pictures for the public and for its staff: both are counted, and told apart."""
    for number, audience in enumerate(("public_mainland", "unknown", "staff_or_member")):
        _output(story, number, audience_class=audience)
        _label(story, number, audience_class="public_mainland")
    story.save()
    refresh_summaries(migrated_store)
    rows = migrated_store.query("SELECT reached_by_cn, outputs, with_explicit FROM label_coverage ORDER BY outputs")
    assert [tuple(row.values()) for row in rows] == [(False, 1, 1), (True, 2, 2)]


def test_an_event_that_is_stored_twice_counts_once(migrated_store: Store, story: StoredEvents) -> None:
    """A replayed label or event number changes no count."""
    for _ in range(2):
        _output(story, 1, producer_id=_PRODUCER, producer_seq=1)
        _label(story, 1, producer_id=_PRODUCER, producer_seq=2)
    story.save()
    assert _coverage(migrated_store) == [("svc", "text", "none", 1, 1, 0, 0)]
    assert _accounts(migrated_store) == {_PRODUCER: (2, 2, 0)}


def test_erasing_a_person_changes_no_count(migrated_store: Store, story: StoredEvents) -> None:
    """Erasure clears personal columns; outputs, labels and event numbers stay countable."""
    _output(story, 1, producer_id=_PRODUCER, producer_seq=1)
    _label(story, 1, producer_id=_PRODUCER, producer_seq=2)
    story.save()
    before = _coverage(migrated_store), _accounts(migrated_store)
    cleared = "subject_ref = '', salt = '', erased_by = 'order-1'"
    migrated_store.command(f"ALTER TABLE events_traffic UPDATE {cleared} WHERE true SETTINGS mutations_sync = 2")
    assert (_coverage(migrated_store), _accounts(migrated_store)) == before


def test_what_was_removed_is_no_longer_counted(migrated_store: Store, story: StoredEvents) -> None:
    """A removed output leaves the coverage, and a removed event shows as a gap; nothing of the count before remains."""
    for number in (1, 2, 3):
        _output(story, number, producer_id=_PRODUCER, producer_seq=number)
    _output(story, 4, producer_id=_LONE, producer_seq=1)
    story.save()
    assert _accounts(migrated_store) == {_PRODUCER: (3, 3, 0), _LONE: (1, 1, 0)}
    migrated_store.command(
        "ALTER TABLE events_traffic DELETE WHERE content_id IN ('c-2', 'c-4') SETTINGS mutations_sync = 2"
    )
    assert _coverage(migrated_store) == [("svc", "text", "none", 2, 0, 0, 0)]
    assert _accounts(migrated_store) == {_PRODUCER: (3, 2, 0)}


def test_the_account_of_a_producer(migrated_store: Store, story: StoredEvents) -> None:
    """Sessions tell of numbers, too, so a lost tail shows; drops are those declared; traffic and records count together."""
    session: dict[str, Any] = {"producer_id": _PRODUCER, "service_id": "svc", "tenant_id": "t-1"}
    story.tell("producer.session", producer_seq=1, last_seq=1, session_state="open", **session)
    story.tell("moderation.action", producer_seq=2, **session)
    story.tell("moderation.action", producer_seq=3, producer_id=_PRODUCER, service_id="svc", tenant_id="t-2")
    heartbeat: dict[str, Any] = {"session_state": "heartbeat", "dropped": {"queue_full": 2}}
    story.tell("producer.session", producer_seq=5, last_seq=8, **heartbeat, **session)
    story.save()
    assert _accounts(migrated_store) == {_PRODUCER: (8, 4, 2)}
    (row,) = migrated_store.query("SELECT tenant_ids, service_ids, session_state FROM producer_accounts")
    assert (sorted(row["tenant_ids"]), row["service_ids"], row["session_state"]) == (
        ["t-1", "t-2"],
        ["svc", "svc"],
        "heartbeat",
    )


def test_a_count_that_fails_is_told(migrated_store: Store, story: StoredEvents) -> None:
    """Refreshing raises when the store cannot count, and the counts before stay."""
    _output(story, 1)
    story.save()
    before = _coverage(migrated_store)
    migrated_store.command("RENAME TABLE events_traffic TO elsewhere")
    with pytest.raises(StoreError):
        refresh_summaries(migrated_store)
    migrated_store.command("RENAME TABLE elsewhere TO events_traffic")
    assert _coverage(migrated_store) == before


def test_every_summary_is_kept_up_to_date_by_the_store(migrated_store: Store) -> None:
    """Each table of counts has its refreshable view, which the store runs by the clock."""
    for table, view in SUMMARIES.items():
        (made,) = migrated_store.query("SHOW CREATE TABLE " + view)
        assert f".{table}" in made["statement"]
        assert "REFRESH EVERY" in made["statement"]
