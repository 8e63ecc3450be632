"""Embedded mode with real processes: services, `tracemark up`, and SIGKILL for either."""

import json
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from support.events import make_event
from support.journals import meta
from support.up import Service, Up, tracemark
from support.waiting import eventually
from tracemark.query.accounting import account
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.sdk.journal import Entry, JournalLimits, JournalWriter, Kind, Priority

SECRET = b"what a user said and nobody may see"
SESSION: dict[str, str | int | list[str]] = {
    "service_id": "svc-chat",
    "service_scope": "undetermined",
    "provider_role": "provider_direct",
    "audience_class": "unknown",
    "jurisdiction": ["cn"],
    "tenant_id": "t-1",
}
COUNTS = "SELECT count() AS n, uniqExact(event_id) AS unique FROM events"
PRODUCERS = """
SELECT toString(producer_id) AS producer, count() AS n, uniqExact(producer_seq) AS seqs, max(producer_seq) AS last,
       anyIf(closed_by, session_state = 'close') AS closed_by
FROM events GROUP BY producer_id ORDER BY producer
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def journals(data: Path) -> list[str]:
    """Journals that are still there."""
    root = data / "journals"
    return [path.name for path in root.iterdir() if not path.name.startswith(".")] if root.exists() else []


def assert_stored_once(up: Up, services: list[Service]) -> None:
    """Every event whose `emit` returned has exactly one row, and no producer has a gap."""
    accepted = [event_id for service in services for event_id in service.accepted()]
    stored = [
        row["id"] for row in up.rows("SELECT toString(event_id) AS id FROM events WHERE event_type = 'prompt.received'")
    ]
    assert len(stored) == len(set(stored))
    assert set(accepted) <= set(stored)
    for producer in up.rows(PRODUCERS):
        assert producer["n"] == producer["seqs"] == producer["last"], producer


def test_an_event_is_visible_soon_and_its_journal_goes_with_its_service(data: Path, tmp_path: Path) -> None:
    """What a living service emits is stored while it lives; once it has closed its journal is removed."""
    with Up(data) as up:
        service = Service(data, tmp_path / "accepted", count=50)
        eventually(lambda: up.rows(COUNTS)[0]["n"] >= 51, what="50 prompts and the session")
        service.finish()
        eventually(lambda: not journals(data), what="the journal is gone")
        assert_stored_once(up, [service])
        (producer,) = up.rows(PRODUCERS)
        assert producer["closed_by"] == "owner"


def test_a_killed_service_loses_nothing_it_accepted(data: Path, tmp_path: Path) -> None:
    """After SIGKILL its journal is adopted: every accepted event once, and a closing record in the dead producer's name."""
    with Up(data) as up:
        services = [Service(data, tmp_path / f"accepted-{number}", pause_s=0.0005) for number in range(3)]
        eventually(lambda: all(len(service.accepted()) > 200 for service in services))
        for service in services:
            service.kill()
        eventually(lambda: not journals(data), what="the journals are adopted")
        assert_stored_once(up, services)
        assert {row["closed_by"] for row in up.rows(PRODUCERS)} == {"adopter"}


@pytest.mark.slow
def test_killing_the_drain_anywhere_leaves_one_row_per_event(data: Path, tmp_path: Path) -> None:
    """`up` is killed again and again under load: afterwards each event has one row, and the offsets of each lane are whole."""
    services = [Service(data, tmp_path / f"accepted-{number}", pause_s=0.0005) for number in range(2)]
    luck = random.Random(11)  # noqa: S311 - the same points in every run
    up = Up(data)
    for _ in range(6):
        up.start()
        time.sleep(luck.uniform(0.05, 1.0))  # a random point of its work, not a synchronisation
        up.kill()
    services[0].kill()
    with up:
        services[1].finish()
        eventually(lambda: not journals(data), within=60, what="every journal is drained")
        assert_stored_once(up, services)
        for lane in up.rows(
            "SELECT count() AS n, min(_offset) AS first, max(_offset) AS last FROM events GROUP BY _partition"
        ):
            assert (lane["first"], lane["last"]) == (0, lane["n"] - 1)
        (ledger,) = up.rows("SELECT sum(rows_traffic + rows_records) AS stored FROM ledger WHERE state = 'done'")
        assert ledger["stored"] == up.rows(COUNTS)[0]["n"]


def test_a_directory_has_one_server(data: Path) -> None:
    """A second `up` on the directory is refused with the process and the address of the first, and the first goes on."""
    with Up(data) as up:
        refused = tracemark("up", "--listen", "127.0.0.1:0", data=data, check=2)
        assert str(up.ready["pid"]) in refused.stderr
        assert up.ready["url"] in refused.stderr
        assert "Traceback" not in refused.stderr
        assert up.rows(COUNTS)[0]["n"] == 0


def test_it_stops_when_asked(data: Path) -> None:
    """SIGTERM ends it with exit code 0, and nothing is served from the directory any more."""
    up = Up(data).start()
    assert up.stop() == 0
    assert not (data / "endpoint.json").exists()


def test_a_lost_keyring_is_not_replaced_in_silence(data: Path) -> None:
    """A directory with data and without its keyring is refused: a new keyring would find nothing that is stored."""
    Up(data).start().stop()
    (data / "keyring.json").unlink()
    refused = tracemark("up", "--listen", "127.0.0.1:0", data=data, check=2)
    assert "tracemark keys init" in refused.stderr
    assert not (data / "keyring.json").exists()


def test_a_directory_of_another_release_is_left_alone(data: Path) -> None:
    """A directory in another format is refused before anything in it is changed."""
    Up(data).start().stop()
    (data / "version.json").write_text('{"format": 99}')
    before = sorted(data.iterdir())
    refused = tracemark("up", "--listen", "127.0.0.1:0", data=data, check=2)
    assert "99" in refused.stderr
    assert sorted(data.iterdir()) == before


def test_the_ready_line_is_one_line_of_json(data: Path) -> None:
    """Scripts wait for one line that names the address, the directory and the passwords' file."""
    with Up(data) as up:
        assert up.ready["data"] == str(data)
        assert up.ready["url"].startswith("http://127.0.0.1:")
        assert json.loads(Path(up.ready["credentials"]).read_text())["reader"]["user"] == "reader"


@pytest.mark.parametrize("listen", ["8123", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"])
def test_a_bad_address_is_refused(data: Path, listen: str) -> None:
    """`--listen` that is no HOST:PORT exits 2 before anything is created."""
    refused = tracemark("up", "--listen", listen, data=data, check=2)
    assert "HOST:PORT" in refused.stderr
    assert not data.exists()


def test_what_cannot_be_stored_is_put_aside_and_the_rest_goes_on(data: Path) -> None:
    """Bytes that are no event become a sealed dead letter; the events around them are stored, and the account closes."""
    producer_id = "0198a3c2-0000-7000-8000-000000000001"
    limits = JournalLimits()
    with Up(data) as up:
        writer = JournalWriter.create(data / "journals", replace(meta(producer_id), session=SESSION), limits)
        for seq in (1, 2, 3):
            _, value = make_event("prompt.received", producer_id=producer_id, producer_seq=seq)
            broken = seq == 2
            writer.append(Entry(seq, Kind.EVENT, Priority.STANDARD, b"r-1", SECRET if broken else value))
        writer.abandon_after_fork()  # its owner is gone
        eventually(lambda: not journals(data), what="the journal is drained")
        assert [row["error_code"] for row in up.rows("SELECT error_code FROM dead_letters")] == ["frame_broken"]
        with up.store() as store:
            found = account(store)
        assert (found.emitted, found.stored, found.dead_lettered, found.closes) == (4, 3, 1, True)
    (file,) = (data / "dead-letters").iterdir()
    assert SECRET not in file.read_bytes()


def test_a_measure_that_is_emitted_again_is_stored_once(data: Path) -> None:
    """A caller who does not know whether a measure survived emits it again under its event_id: one row."""
    with Up(data) as up, AuditClient(ClientConfig(url=f"embedded://{data}", service_id="svc-1")) as audit:
        first = audit.moderation(action="remove", detector="human", content_id="c-1")
        audit.moderation(action="remove", detector="human", content_id="c-2")
        for _ in range(3):
            again = audit.moderation(action="remove", detector="human", content_id="c-1", event_id=first.event_id)
            assert again.wait(60)
        rows = up.rows("SELECT content_id, count() AS n FROM events_records GROUP BY content_id ORDER BY content_id")
        assert rows == [{"content_id": "c-1", "n": 1}, {"content_id": "c-2", "n": 1}]
