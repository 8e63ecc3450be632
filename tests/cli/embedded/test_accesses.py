"""Adding up who reads through the embedded server's door, with a clock and a recorder of the test's own."""

import uuid
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.cli.claims import is_claimed, read_claim
from tracemark.cli.embedded.accesses import EVERY_S, AccessLog
from tracemark.schemas.clock import FixedClock
from tracemark.schemas.events import AuditAccessed
from tracemark.sdk import InvalidEvent, Receipt
from tracemark.sdk.progress import Progress
from tracemark.store.embedded import Credentials, QueryAudit

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

    def log(self) -> AccessLog:
        return AccessLog(PASSWORDS, self.open, self.clock)

    def open(self) -> Heard:
        self.opened += 1
        return self.heard


def read(
    *, user: str = "reader", client: str = "curl/8", kind: str = "SELECT", rows: int = 1, ok: bool = True
) -> QueryAudit:
    return QueryAudit(user=user, client=client, query_id="q", kind=kind, duration_s=0.1, rows=rows, ok=ok)


def test_a_minute_of_reads_is_one_event_for_each_user_door_and_outcome() -> None:
    """Rows are added up; nothing is recorded before the minute is over, and nothing twice."""
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
    assert rig.opened == 0
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


@pytest.mark.parametrize(
    "one",
    [
        read(user="tracemark", client=OURS),
        read(client=f"{read_claim(str(uuid.uuid4()), 'w')} {OURS}"),
        read(kind="INSERT"),
        read(kind="KILL"),
        read(kind=""),
    ],
)
def test_what_reads_nothing_or_records_itself_is_left_out(one: QueryAudit) -> None:
    """The machinery's own work, claimed reads and statements that are no reads open no session."""
    rig = Rig()
    log = rig.log()
    log.heard(one)
    log.close()
    assert rig.opened == 0


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


def test_a_read_that_cannot_be_recorded_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    """While the journal is away reads are added up further, and recorded once it is back; the server never hears of it."""
    rig = Rig()
    log = rig.log()
    log.heard(read(rows=2))
    rig.heard.broken = True
    log.record()
    assert "could not be recorded" in caplog.text
    log.heard(read(rows=3))
    rig.heard.broken = False
    log.close()
    log.close()
    assert [(who, event.rows_read) for who, event in rig.heard.events] == [("reader", 5)]
    assert rig.heard.closed == 1


@given(st.text(max_size=300), st.text(max_size=20))
def test_only_who_has_the_secret_can_claim(client: str, secret: str) -> None:
    """No text is a claim by chance, and a claim is one under its own secret alone."""
    assert not is_claimed(client, "w")
    claim = read_claim(str(uuid.UUID(int=7)), secret) + " clickhouse-connect"
    assert is_claimed(claim, secret)
    assert not is_claimed(claim, secret + "x")
