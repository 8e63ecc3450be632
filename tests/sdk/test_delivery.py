"""What becomes of accepted events when brokers and disks misbehave."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.waiting import eventually
from tracemark.schemas import HEADER_REPLAY
from tracemark.sdk import AuditClient, AuditNotDurable, ClientConfig
from tracemark.sdk.broker import Failed
from tracemark.sdk.journal import JournalUnavailable, find_journals
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.testing import MemoryBroker, Recorder


@pytest.fixture
def no_disk(tmp_path: Path) -> Path:
    """A journal directory that cannot be made: a file stands in its way."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "journals"


def emit(recorder: Recorder, count: int) -> list[str]:
    """Emit `count` verdicts and return their identities."""
    return [
        recorder.client.moderation(action="pass", detector="classifier", content_id="c-1").event_id
        for _ in range(count)
    ]


def arrived(recorder: Recorder) -> list[str]:
    """Identities of the verdicts that the broker has, in the producer's order."""
    return [row["event_id"] for row in recorder.delivered(lambda row: row["event_type"] == "moderation.action")]


def closes(recorder: Recorder) -> bool:
    """Whether the accounting identity holds."""
    now = recorder.client.accounting()
    return now.emitted == now.acknowledged + now.waiting + sum(now.dropped.values())


def test_nothing_is_lost_while_the_broker_is_away(recorder: Recorder) -> None:
    """Events accepted during an outage arrive in order afterwards; meanwhile flush says how many wait."""
    before = emit(recorder, 3)
    assert recorder.client.flush(60).complete
    recorder.broker.go_away()
    during = emit(recorder, 50)
    report = recorder.client.flush(0.05)
    assert report.remaining > 0
    assert closes(recorder)
    recorder.broker.come_back()
    after = emit(recorder, 3)
    assert recorder.client.flush(60).complete
    assert arrived(recorder) == before + during + after


def test_a_lost_acknowledgement_makes_a_marked_replay(recorder: Recorder) -> None:
    """What may have arrived is sent again with `tm-replay`, so that the sink can look it up."""
    recorder.client.flush(10)
    recorder.broker.lose_ack_once()
    emit(recorder, 2)
    assert recorder.client.flush(60).complete
    records = [r for r in recorder.broker.records(recorder.config.topic) if (HEADER_REPLAY, b"1") in r.headers]
    assert len(records) >= 1
    assert len(set(arrived(recorder))) == 2


def test_a_record_that_the_broker_never_takes_is_counted(recorder: Recorder) -> None:
    """A permanent refusal concerns that event alone: it is dropped by reason, and the rest goes on."""
    recorder.client.flush(10)
    recorder.broker.refuse(
        lambda record: b"c-refused" in record.key, Failed("message_too_large", retriable=False, ambiguous=False)
    )
    refused = recorder.client.moderation(action="pass", detector="classifier", case_id="c-refused")
    taken = recorder.client.moderation(action="pass", detector="classifier", case_id="c-taken")
    assert taken.wait(60)
    assert not refused.wait(10)
    assert refused.dropped == "too_large"
    assert recorder.client.accounting().dropped == {"too_large": 1}
    assert closes(recorder)


def test_a_receipt_tells_accepted_from_acknowledged(recorder: Recorder) -> None:
    """With the broker paused an event is accepted and not acknowledged; afterwards it is both."""
    recorder.client.flush(10)
    recorder.broker.pause()
    receipt = recorder.client.moderation(action="pass", detector="classifier", content_id="c-1")
    assert receipt.accepted
    assert not receipt.wait(0.05)
    recorder.broker.resume()
    assert receipt.wait(60)


def test_a_full_journal_drops_and_counts(tmp_path: Path) -> None:
    """At the bound standard events are dropped by reason, visibly in receipt and accounting; critical ones still fit."""
    recorder = Recorder(tmp_path, journal_max_bytes=256 * 1024, full_wait_s=0.0, heartbeat_s=3600)
    recorder.broker.go_away()
    receipts = [recorder.client.moderation(action="pass", detector="classifier", content_id="c-1") for _ in range(2000)]
    dropped = [receipt for receipt in receipts if not receipt.accepted]
    assert dropped
    assert {receipt.dropped for receipt in dropped} == {"journal_full"}
    assert recorder.client.moderation(action="remove", detector="human", content_id="c-1").accepted
    assert closes(recorder)
    recorder.broker.come_back()
    report = recorder.client.flush(30)
    assert report.remaining == 0
    assert report.dropped["journal_full"] == len(dropped)
    [last] = [row for row in recorder.delivered() if row["event_type"] == "moderation.action"][-1:]
    assert last["action"] == "remove"
    recorder.close()


def test_without_a_disk_events_wait_in_memory_and_the_session_says_so(no_disk: Path) -> None:
    """The service goes on; `producer.session` declares durability=memory, and everything arrives."""
    recorder = Recorder(no_disk)
    recorder.broker.go_away()
    expected = emit(recorder, 20)
    recorder.broker.come_back()
    [opened] = recorder.events("producer.session")[:1]
    assert opened["durability"] == "memory"
    assert arrived(recorder) == expected
    assert recorder.client.accounting().durability == "memory"
    recorder.close()


def test_a_disk_that_comes_back_takes_what_waits_in_memory(no_disk: Path) -> None:
    """A session that began without a disk goes on with one: its events move there, in order, and it says so at once."""
    recorder = Recorder(no_disk, heartbeat_s=3600)
    recorder.broker.go_away()
    expected = emit(recorder, 20)
    no_disk.parent.unlink()
    eventually(lambda: recorder.client.accounting().durability == "journal", what="the journal was created")
    [journal] = find_journals(no_disk)
    assert journal.last_seq >= 21
    assert closes(recorder)
    recorder.broker.come_back()
    eventually(lambda: len(recorder.events("producer.session")) >= 2, what="the session says where its events wait")
    assert [row["durability"] for row in recorder.events("producer.session")][:2] == ["memory", "journal"]
    assert arrived(recorder) == expected
    recorder.close()
    assert find_journals(no_disk) == []


def test_an_embedded_client_without_a_disk_refuses_to_start_and_its_child_goes_on(tmp_path: Path) -> None:
    """At the start nothing is lost yet, so it is an error; in a forked worker a request is, so its events wait in memory."""
    config = ClientConfig(url=f"embedded://{tmp_path}", service_id="svc", journal_dir=tmp_path / "file" / "journals")
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnavailable):
        AuditClient(config)
    (tmp_path / "file").unlink()
    client = AuditClient(config)
    child = os.fork()
    if child == 0:
        (tmp_path / "file").rename(tmp_path / "elsewhere")
        (tmp_path / "file").write_text("")
        client.moderation(action="pass", detector="classifier", content_id="c-1")
        waits = client.accounting().durability
        (tmp_path / "file").unlink()
        eventually(lambda: client.accounting().durability == "journal")
        os._exit(0 if waits == "memory" else 1)
    assert os.waitpid(child, 0)[1] == 0
    [left] = find_journals(tmp_path / "file" / "journals")
    assert left.events_pending >= 2
    client.close(0)


def test_memory_is_bounded(no_disk: Path) -> None:
    """Without a disk and a broker the queue in memory stops growing at its bound, and the drops are counted."""
    recorder = Recorder(no_disk, memory_max_bytes=20_000, full_wait_s=0.0, heartbeat_s=3600)
    recorder.broker.go_away()
    emit(recorder, 100)
    now = recorder.client.accounting()
    assert now.dropped["memory_full"] > 50
    assert closes(recorder)
    recorder.broker.come_back()
    assert recorder.client.flush(60).remaining == 0
    recorder.close()


def test_a_critical_event_without_disk_or_broker_fails_closed(no_disk: Path) -> None:
    """A removal that nobody can keep raises with its identity; emitting again with it is idempotent and marked."""
    recorder = Recorder(no_disk, critical_wait_s=0.05)
    recorder.broker.go_away()
    with pytest.raises(AuditNotDurable) as caught:
        recorder.client.moderation(action="remove", detector="human", content_id="c-1")
    assert caught.value.protective
    with pytest.raises(AuditNotDurable) as permissive:
        recorder.client.moderation(action="restore", detector="human", content_id="c-1")
    assert not permissive.value.protective
    recorder.broker.come_back()
    event_id = caught.value.event_id
    recorder.client.moderation(action="remove", detector="human", content_id="c-1", event_id=event_id)
    assert recorder.client.flush(60).remaining == 0
    copies = [r for r in recorder.broker.records(recorder.config.topic) if event_id.encode() in r.value]
    assert [(HEADER_REPLAY, b"1") in copy.headers for copy in copies] == [False, True]
    recorder.close()


def test_threads_share_one_gapless_sequence(recorder: Recorder) -> None:
    """Sixteen threads emitting at once leave numbers without gaps, in the order in which they were drawn."""
    threads = [threading.Thread(target=emit, args=(recorder, 100)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = recorder.events()
    assert [row["producer_seq"] for row in rows] == list(range(1, 1602))
    assert closes(recorder)


@pytest.fixture
def loner(tmp_path: Path) -> Iterator[Recorder]:
    """A client that leaves other journals alone, so that a test may look at them."""
    made = Recorder(tmp_path / "loner", adopt=False)
    yield made
    made.close()


def test_a_forked_child_is_a_producer_of_its_own(loner: Recorder) -> None:
    """A child records under a new producer id from 1; the parent's sequence goes on untouched."""
    recorder = loner
    [before] = emit(recorder, 1)
    recorder.client.flush(10)
    recorder.broker.go_away()  # the child's copy of it, too: what the child emits stays in its journal
    child = os.fork()
    if child == 0:
        receipt = recorder.client.moderation(action="pass", detector="classifier", case_id="from-child")
        os._exit(0 if receipt.seq == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0
    recorder.broker.come_back()
    [after] = emit(recorder, 1)
    assert recorder.client.flush(60).complete
    assert arrived(recorder)[:2] == [before, after]
    journals = find_journals(recorder.config.journal_root)
    assert len(journals) == 2
    assert [info.events_pending for info in journals if not info.owner_alive] == [2]


@pytest.fixture
def orphan(loner: Recorder) -> Path:
    """The journal of a process that died with three events in it."""
    recorder = loner
    recorder.client.flush(10)
    recorder.broker.go_away()
    child = os.fork()
    if child == 0:
        emit(recorder, 3)
        os._exit(0)
    os.waitpid(child, 0)
    recorder.broker.come_back()
    recorder.close()
    return recorder.config.journal_root


def test_a_dead_process_is_adopted(orphan: Path, recorder: Recorder) -> None:
    """Another process delivers what a dead one left, marked as replays under its id, and closes its session."""
    broker = MemoryBroker({recorder.config.topic: 2})
    config = ClientConfig(url="kafka://memory:9092", service_id="svc-2", journal_dir=orphan)
    with AuditClient(config, keyring=Keyring.create(), broker=broker.client) as adopter:
        own = adopter.accounting().producer_id
        eventually(lambda: len(find_journals(orphan)) == 1, what="the orphan's journal is gone")
        adopter.flush(10)
        recorder.broker = broker
        rows = [row for row in recorder.delivered() if row["producer_id"] != own]
    assert [row["producer_seq"] for row in rows] == [1, 2, 3, 4, 5]
    assert (rows[-1]["session_state"], rows[-1]["closed_by"], rows[-1]["adopted_by"]) == ("close", "adopter", own)
    assert rows[-1]["service_id"] == "svc-test"
    replays = [r for r in broker.records(recorder.config.topic) if (HEADER_REPLAY, b"1") in r.headers]
    assert len(replays) == 5


def test_drops_of_a_dead_process_are_in_its_closing_event(tmp_path: Path, recorder: Recorder) -> None:
    """What the dead producer declared as dropped is told by reason, and the totals agree with the numbers."""
    loner = Recorder(tmp_path / "loner", adopt=False, journal_max_bytes=256 * 1024, full_wait_s=0.0, heartbeat_s=3600)
    loner.client.flush(10)
    loner.broker.go_away()
    child = os.fork()
    if child == 0:
        emit(loner, 1500)
        os._exit(0)
    os.waitpid(child, 0)
    loner.close()
    root = loner.config.journal_root
    broker = recorder.broker = MemoryBroker({recorder.config.topic: 2})
    config = ClientConfig(url="kafka://memory:9092", service_id="svc-2", journal_dir=root)
    with AuditClient(config, keyring=Keyring.create(), broker=broker.client) as adopter:
        own = adopter.accounting().producer_id
        eventually(lambda: len(find_journals(root)) == 1, what="the orphan's journals are gone")
        adopter.flush(10)
        rows = [row for row in recorder.delivered() if row["producer_id"] != own]
    [closing] = [row for row in rows if row.get("closed_by") == "adopter"]
    assert closing["dropped"]["journal_full"] > 0
    assert closing["emitted_total"] == closing["last_seq"] - sum(closing["dropped"].values())


def test_damage_in_an_adopted_journal_is_declared(orphan: Path, recorder: Recorder) -> None:
    """Events that can no longer be read are counted in the closing event of their session, by reason."""
    [segment] = [p for p in orphan.rglob("*.segment") if p.parent.name != recorder.client.accounting().producer_id]
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.write_bytes(content)
    broker = MemoryBroker({recorder.config.topic: 1})
    config = ClientConfig(url="kafka://memory:9092", service_id="svc-2", journal_dir=orphan)
    with AuditClient(config, keyring=Keyring.create(), broker=broker.client) as adopter:
        own = adopter.accounting().producer_id
        eventually(lambda: len(find_journals(orphan)) == 1, what="the orphan's journal is gone")
        adopter.flush(10)
        recorder.broker = broker
        rows = [row for row in recorder.delivered() if row["producer_id"] != own]
    closing = rows[-1]
    missing = set(range(1, closing["last_seq"] + 1)) - {row["producer_seq"] for row in rows}
    assert len(missing) == 1
    assert closing["dropped"] == {"journal_damaged": 1}
    assert closing["emitted_total"] == closing["last_seq"] - 1


def test_heartbeats_tell_the_last_sequence(tmp_path: Path) -> None:
    """A quiet producer shows that it lives, and up to which number it has emitted."""
    recorder = Recorder(tmp_path, heartbeat_s=0.05)
    emit(recorder, 2)
    eventually(lambda: len(recorder.events("producer.session")) >= 3)
    beats = [row for row in recorder.events("producer.session") if row["session_state"] == "heartbeat"]
    assert all(row["last_seq"] == row["producer_seq"] for row in beats)
    recorder.close()


def test_closing_says_how_the_session_ended(recorder: Recorder) -> None:
    """The last event of a closed client is its session's end, with the totals."""
    emit(recorder, 4)
    recorder.client.close(10)
    last = recorder.delivered()[-1]
    assert (last["session_state"], last["closed_by"], last["last_seq"], last["emitted_total"]) == (
        "close",
        "owner",
        6,
        6,
    )
    assert find_journals(recorder.config.journal_root) == []
