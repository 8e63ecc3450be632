"""The panels that read the producers' accounts, where the accounts themselves are the story."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.board_world import BoardQuery, BoardStore, board_queries, open_store
from support.stored import micros
from tracemark.dashboards.macros import TimeRange

NOW = datetime.now(tz=UTC)
AN_HOUR = timedelta(hours=1)
COLUMNS = (
    *("producer_id", "tenant_ids", "service_ids", "session_state", "durability"),
    *("emitted", "stored", "dropped", "first_seen", "last_seen", "counted_at"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Tables whose accounts are written by hand."""
    yield from open_store(tmp_path_factory.mktemp("boards-accounts"))


@pytest.fixture
def accounts(store: BoardStore) -> BoardStore:
    """No account yet."""
    store.writer.command("TRUNCATE TABLE producer_accounts")
    return store


def _write(store: BoardStore, *, counted_at: datetime, stored: int, **other: Any) -> None:
    row: dict[str, Any] = {
        "producer_id": uuid.uuid4(),
        "tenant_ids": ["t-1"],
        "service_ids": ["svc-1"],
        "session_state": "heartbeat",
        "durability": "disk",
        "emitted": 10,
        "stored": stored,
        "dropped": 1,
        "first_seen": NOW - 3 * AN_HOUR,
        "last_seen": NOW - AN_HOUR / 60,
        "counted_at": counted_at,
        **other,
    }
    store.insert("producer_accounts", COLUMNS, [[row[name]] for name in COLUMNS])


def _unexplained(store: BoardStore, **variables: Any) -> Any:
    now_ms = micros(NOW) // 1000
    last_6_h = TimeRange(from_ms=now_ms - 6 * 3_600_000, to_ms=now_ms, interval_ms=60_000)
    return store.run(_panel("unexplained").query, variables, time=last_6_h).value


def _panel(name: str) -> BoardQuery:
    return next(query for query in board_queries() if str(query) == f"pipeline:panel:{name}")


def test_a_fresh_count_shows_its_gap(accounts: BoardStore) -> None:
    """Of ten numbers one was dropped and seven are stored: two are unexplained."""
    _write(accounts, counted_at=NOW, stored=7)
    assert _unexplained(accounts) == 2


def test_a_count_that_nobody_renewed_is_no_evidence(accounts: BoardStore) -> None:
    """When the newest count is over an hour old, the tile is grey and never zero."""
    _write(accounts, counted_at=NOW - 1.1 * AN_HOUR, stored=9)
    assert _unexplained(accounts) is None


def test_whole_producers_are_counted(accounts: BoardStore) -> None:
    """Choosing one of the tenants that a producer serves shows the producer's whole account; others show nothing."""
    _write(accounts, counted_at=NOW, stored=6, tenant_ids=["t-1", "t-2"], service_ids=["svc-1", "svc-1"])
    assert [_unexplained(accounts, tenant=(name,)) for name in ("t-1", "t-2", "t-3")] == [3, 3, None]


def test_a_producer_is_shown_with_all_whom_it_serves(accounts: BoardStore) -> None:
    """A process that emits for two services and two tenants is one producer, whichever of them was chosen."""
    _write(
        accounts, counted_at=NOW, stored=9, tenant_ids=["t-2", "t-1", "t-1"], service_ids=["svc-b", "svc-b", "svc-a"]
    )
    now_ms = micros(NOW) // 1000
    for chosen in ({}, {"service": ("svc-b",)}, {"tenant": ("t-2",)}):
        time = TimeRange(from_ms=now_ms - 6 * 3_600_000, to_ms=now_ms)
        (row,) = accounts.run(_panel("producers").query, chosen, time=time).records()
        assert (list(row["services"]), list(row["tenants"])) == (["svc-a", "svc-b"], ["t-1", "t-2"])


def test_producers_outside_the_range_do_not_count(accounts: BoardStore) -> None:
    """A producer whose last event came before the range is left out."""
    _write(accounts, counted_at=NOW, stored=2, first_seen=NOW - 9 * AN_HOUR, last_seen=NOW - 7 * AN_HOUR)
    _write(accounts, counted_at=NOW, stored=9)
    assert _unexplained(accounts) == 0
