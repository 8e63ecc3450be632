"""Adding up who reads through the embedded server's door, with a clock and a recorder of the test's own."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.cli.claims import claimed_read, read_claim
from tracemark.cli.embedded.accesses import EVERY_S, MOST, AccessLog
from tracemark.schemas.clock import FixedClock
from tracemark.schemas.events import AuditAccessed
from tracemark.sdk import InvalidEvent, Receipt
from tracemark.sdk.progress import Progress
from tracemark.store.embedded import Credentials, QueryAudit
from tracemark.store.reads_seen import SeenRead

PASSWORDS = Credentials(writer_password="w", reader_password="r")  # noqa: S106 - of nobody
GRAFANA = "grafana-clickhouse-datasource/4.20.0 clickhouse-go/2.40"
OURS = "tracemark clickhouse-connect/1.12.0 (lv:py/3.11)"


@dataclass(slots=True)
class Heard:
    """A recorder that keeps what it is told, or fails while told to."""

    events: list[tuple[str, AuditAccessed]] = field(default_factory=list[tuple[str, AuditAccessed]])
    closed: int = 0
    broken: bool = False

    def emit(self, event: AuditAccessed, *, accessor: str) -> Receipt:
        if self.broken:
            raise InvalidEvent("journal", "is away", "wait")
        self.events.append((accessor, event))
        return Receipt(str(uuid.uuid4()), len(self.events), None, Progress())

    def close(self, timeout: float) -> None:
        assert timeout >= 0
        self.closed += 1


@dataclass(slots=True)
class Rig:
    """A log under test."""

    clock: FixedClock = field(default_factory=FixedClock)
    heard: Heard = field(default_factory=Heard)
    opened: int = 0
    seen: list[SeenRead] = field(default_factory=list[SeenRead])
    is_full: bool = False

    def log(self) -> AccessLog:
        return AccessLog(PASSWORDS, self.open, self.note, self.clock)

    def open(self) -> Heard:
        self.opened += 1
        return self.heard

    def note(self, reads: Sequence[SeenRead]) -> None:
        assert reads
        if self.is_full:
            raise OSError("no room")
        self.seen += reads


def read(
    *, user: str = "reader", client: str = "curl/8", kind: str = "SELECT", rows: int = 1, ok: bool = True
) -> QueryAudit:
    return QueryAudit(user=user, client=client, query_id="q", kind=kind, duration_s=0.1, rows=rows, ok=ok)


def test_a_minute_of_reads_is_one_for_each_user_door_and_outcome() -> None:
    """Rows are added up, noted and recorded under one id; nothing happens before the minute is over, and nothing twice."""
    rig = Rig()
    log = rig.log()
    for one in (
        read(rows=3),
        read(rows=4),
        read(client=GRAFANA, rows=5),
        read(ok=False, rows=0),
        read(user="tracemark"),
    ):
        log.heard(one)
    rig.clock.advance(EVERY_S - 1)
    log.record_due()
    assert (rig.opened, rig.seen) == (0, [])
    rig.clock.advance(1)
    for _ in range(2):
        log.record_due()
    found = {(who, e.access_kind, e.access_interface, e.rows_read, e.access_ok) for who, e in rig.heard.events}
    assert len(rig.heard.events) == 4
    assert found == {
        ("reader", "query", "http", 7, True),
        ("reader", "dashboard", "grafana", 5, True),
        ("reader", "query", "http", 0, False),
        ("tracemark", "query", "http", 1, True),
    }


def test_who_sits_before_a_board_is_recorded_and_never_noted() -> None:
    """Grafana's own words give the board to what is noted, and the person, as a pseudonym, to the record alone."""
    rig = Rig()
    log = rig.log()
    for person in ("li", "wang"):
        log.heard(read(client=f"{GRAFANA} (grafana_user:{person}; grafana_dashboard:tracemark-trace)"))
    log.close()
    assert {who for who, _ in rig.heard.events} == {"li", "wang"}
    assert {(one.reader, one.board, one.statements) for one in rig.seen} == {("reader", "tracemark-trace", 1)}
    assert not any(person in str(rig.seen) for person in ("li;", "wang"))


def test_a_claimed_read_is_noted_and_left_to_its_command_to_record() -> None:
    """All statements of a claim are one read under the claim's id; the server opens no session for it."""
    rig = Rig()
    log = rig.log()
    claim = str(uuid.uuid4())
    for rows in (2, 3):
        log.heard(read(client=f"{read_claim(claim, 'w')} {OURS}", rows=rows))
    log.close()
    (one,) = rig.seen
    assert (one.read_id, one.door, one.statements, one.rows, rig.opened) == (claim, "cli", 2, 5, 0)


@pytest.mark.parametrize(
    "one",
    [
        read(user="tracemark", client=OURS),
        read(kind="INSERT"),
        read(kind="KILL"),
        read(kind=""),
    ],
)
def test_what_reads_nothing_is_left_out(one: QueryAudit) -> None:
    """The machinery's own work and statements that are no reads are neither noted nor recorded."""
    rig = Rig()
    log = rig.log()
    log.heard(one)
    log.close()
    assert (rig.opened, rig.seen) == (0, [])


@pytest.mark.parametrize(
    "client",
    [
        OURS,
        f"{read_claim(str(uuid.uuid4()), 'r')} {OURS}",
        f"tracemark-read/{uuid.uuid4()} {OURS}",
        f"x {read_claim(str(uuid.uuid4()), 'w')} {OURS}",
    ],
    ids=["ours", "claim-of-a-reader", "claim-without-proof", "claim-not-in-front"],
)
def test_a_reader_cannot_talk_itself_out_of_the_log(client: str) -> None:
    """A name alone, or a claim under the reader's own password, changes nothing."""
    rig = Rig()
    log = rig.log()
    log.heard(read(client=client))
    log.close()
    assert len(rig.heard.events) == 1
    assert [one.door for one in rig.seen] == ["http"]


def test_a_read_that_cannot_be_recorded_is_noted_and_kept(caplog: pytest.LogCaptureFixture) -> None:
    """While the journal is away reads are noted all the same, and recorded once it is back, under the ids they were noted with."""
    rig = Rig()
    log = rig.log()
    log.heard(read(rows=2))
    rig.heard.broken = True
    log.record()
    assert "could not be recorded" in caplog.text
    assert [one.rows for one in rig.seen] == [2]
    log.heard(read(rows=3))
    rig.heard.broken = False
    log.close()
    log.close()
    assert [(who, event.rows_read) for who, event in rig.heard.events] == [("reader", 2), ("reader", 3)]
    assert [event.request_id for _, event in rig.heard.events] == [one.read_id for one in rig.seen]
    assert rig.heard.closed == 1


def test_a_read_that_cannot_be_noted_is_recorded_and_kept(caplog: pytest.LogCaptureFixture) -> None:
    """While the store takes no rows reads are recorded all the same, and noted a minute later, each once."""
    rig = Rig(is_full=True)
    log = rig.log()
    log.heard(read(rows=2))
    log.record()
    assert "could not be noted" in caplog.text
    assert [event.rows_read for _, event in rig.heard.events] == [2]
    rig.is_full = False
    log.record_due()
    assert rig.seen == []
    rig.clock.advance(EVERY_S)
    log.record_due()
    log.close()
    assert [one.read_id for one in rig.seen] == [event.request_id for _, event in rig.heard.events]


def test_memory_is_bounded_and_no_read_is_lost() -> None:
    """However many claims and people there are, and however long nothing can be written, all is added up in so many sums."""
    rig = Rig(is_full=True)
    log = rig.log()
    rig.heard.broken = True
    for number in range(3 * MOST):
        client = (
            f"{read_claim(str(uuid.UUID(int=number)), 'w')} {OURS}"
            if number % 2
            else f"grafana (grafana_user:u{number})"
        )
        log.heard(read(client=client))
        if number % MOST == 0:
            log.record()
    rig.is_full = rig.heard.broken = False
    log.close()
    assert sum(one.statements for one in rig.seen) == 3 * MOST
    assert len(rig.seen) <= 2 * MOST + 4
    recorded = {event.request_id for _, event in rig.heard.events}
    assert {one.read_id for one in rig.seen if one.door != "cli"} == recorded


@given(st.text(max_size=300), st.text(max_size=20))
def test_only_who_has_the_secret_can_claim(client: str, secret: str) -> None:
    """No text is a claim by chance, and a claim is one under its own secret alone."""
    assert claimed_read(client, "w") == ""
    read_id = str(uuid.UUID(int=7))
    claim = read_claim(read_id, secret) + " clickhouse-connect"
    assert claimed_read(claim, secret) == read_id
    assert claimed_read(claim, secret + "x") == ""
