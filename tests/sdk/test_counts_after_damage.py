"""Whatever becomes of a journal, and of who adopts it, each number is counted once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from support.waiting import eventually
from tracemark.schemas import codec_for, decode
from tracemark.schemas.clock import SystemClock
from tracemark.schemas.events import AuditAccessed
from tracemark.sdk import ClientConfig
from tracemark.sdk.adoption import Adoption
from tracemark.sdk.courier import Delivered
from tracemark.sdk.ids import RandomIds
from tracemark.sdk.journal import (
    Entry,
    JournalLimits,
    JournalMeta,
    JournalReader,
    JournalWriter,
    Kind,
    Priority,
    journal_ids,
)
from tracemark.sdk.sessions import DropTally, session_row
from tracemark.sdk.testing import Recorder

PRODUCER = "0198c0de-0000-7000-8000-000000000001"
ADOPTER = "0198c0de-0000-7000-8000-000000000002"
BASE = ClientConfig(url="kafka://memory:9092", service_id="svc").session_row()


def drop(seq: int, covers: int) -> Entry:
    """A declaration."""
    return Entry(seq, Kind.DROP, Priority.CRITICAL, b"", b"", "journal_full", covers=covers)


def event(seq: int) -> Entry:
    """Any event."""
    return Entry(seq, Kind.EVENT, Priority.STANDARD, b"k", b"v")


@pytest.fixture
def orphan(tmp_path: Path) -> Path:
    """A journal of a dead process: nine events and a run of six drops, of which four were declared."""
    meta = JournalMeta(
        producer_id=PRODUCER,
        service_id="svc",
        tenant_id="default",
        sdk_version="1",
        started_us=1,
        pid=1,
        hostname="h",
        boot_id="b",
        mode="kafka",
        session=BASE,
    )
    writer = JournalWriter.create(tmp_path, meta, JournalLimits(reserve_free_bytes=0))
    for entry in (*map(event, range(1, 6)), drop(6, 4), *map(event, range(12, 16))):
        writer.append(entry)
    writer.close()
    return tmp_path


class Broker:
    """Takes everything."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.taken: list[Entry] = []

    def deliver(self, entries: Sequence[Entry]) -> Delivered:
        """As a courier does."""
        self.taken.extend(entry for entry in entries if entry.kind is Kind.EVENT)
        return Delivered()


def adoption(root: Path) -> Adoption:
    """A process that takes over what it finds."""
    return Adoption(root, producer_id=ADOPTER, clock=SystemClock(), ids=RandomIds())


def test_an_adopter_that_stops_halfway_leaves_the_whole_count(orphan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second adopter delivers the closing event of the first: the drops are in it, also those that were never declared."""
    monkeypatch.setattr("tracemark.sdk.adoption._BATCH_ENTRIES", 7)
    broker, first, second = Broker(), adoption(orphan), adoption(orphan)
    assert first.step(broker.deliver)
    first.close()
    assert [entry.seq for entry in broker.taken] == [1, 2, 3, 4, 5, 12]
    while second.step(broker.deliver):
        pass
    closing = decode(broker.taken[-1].value)[1]
    assert [entry.seq for entry in broker.taken] == [1, 2, 3, 4, 5, 12, 13, 14, 15, 16]
    assert closing["dropped"] == {"journal_full": 6}
    assert (closing["last_seq"], closing["emitted_total"]) == (16, 10)
    assert journal_ids(orphan) == []


def test_drops_that_were_delivered_before_the_death_are_counted(orphan: Path) -> None:
    """The owner's own sender had passed the declaration: the closing event has it all the same."""
    reader = JournalReader.open(orphan, PRODUCER)
    reader.acknowledge(reader.read(6, 1 << 20)[-1][0])
    reader.close()
    broker, adopter = Broker(), adoption(orphan)
    while adopter.step(broker.deliver):
        pass
    assert decode(broker.taken[-1].value)[1]["dropped"] == {"journal_full": 6}


@pytest.mark.parametrize(
    ("total", "expected"), [(3, {"journal_full": 3}), (1, {"journal_full": 1, "journal_damaged": 2})]
)
def test_a_session_event_explains_the_numbers_missing_before_it(total: int, expected: dict[str, int]) -> None:
    """A refused declaration is not counted as damage as well; what the totals do not cover is."""
    row = session_row(
        {**BASE, "producer_id": PRODUCER},
        state="heartbeat",
        seq=6,
        emitted=3,
        dropped={"journal_full": total},
        durability="journal",
        now_us=1,
        event_id="e-1",
    )
    tally = DropTally(row["producer_id"])
    tally.see(event(1))
    tally.see(event(5), missing=3)
    key = row["producer_id"].encode()
    tally.see(Entry(6, Kind.EVENT, Priority.HEARTBEAT, key, codec_for("producer.session").seal(row, b"s" * 16).value))
    assert tally.counts == expected


def test_a_damaged_parking_journal_holds_up_no_flush(tmp_path: Path) -> None:
    """Parked events that cannot be read again are counted as dropped, and nobody waits for them."""
    recorder = Recorder(tmp_path, heartbeat_s=3600, adopt=False)
    parked = [
        recorder.client.emit(
            AuditAccessed(access_kind="trace", access_interface="cli", access_ok=True, rows_read=number)
        )
        for number in range(3)
    ]
    assert recorder.client.moderation(action="pass", detector="classifier", content_id="c-1").wait(10)
    [segment] = [found for found in tmp_path.rglob("*.segment") if found.parent.name.endswith(".parked")]
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF  # in the second of three
    segment.write_bytes(content)
    recorder.broker.create_topic("tracemark.control")
    assert all(parked[number].wait(30) for number in (0, 2))
    eventually(lambda: recorder.client.flush(1).remaining == 0, what="nothing waits any more")
    assert [receipt.dropped for receipt in parked] == [None, "journal_damaged", None]
    recorder.close()


def test_damage_in_a_living_journal_is_counted(tmp_path: Path) -> None:
    """An event that became unreadable before it was sent is dropped by reason, not taken for acknowledged."""
    recorder = Recorder(tmp_path, heartbeat_s=3600, adopt=False)
    recorder.client.flush(10)
    recorder.broker.pause()
    first = recorder.client.moderation(action="pass", detector="classifier", content_id="c-1")
    eventually(lambda: len(recorder.delivered()) == 2, what="the sender holds the first")
    [segment] = tmp_path.rglob("*.segment")
    start = segment.stat().st_size
    second = recorder.client.moderation(action="pass", detector="classifier", content_id="c-1")
    end = segment.stat().st_size
    third = recorder.client.moderation(action="pass", detector="classifier", content_id="c-1")
    with segment.open("r+b") as file:
        file.seek((start + end) // 2)
        byte = file.read(1)
        file.seek((start + end) // 2)
        file.write(bytes([byte[0] ^ 0xFF]))
    recorder.broker.resume()
    assert third.wait(10)
    assert (first.dropped, second.dropped) == (None, "journal_damaged")
    assert recorder.client.accounting().dropped == {"journal_damaged": 1}
    recorder.close()
