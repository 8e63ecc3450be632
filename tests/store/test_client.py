"""The edge around clickhouse-connect: plain values out, each request sent once, errors in our own words."""

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from support.embedded import RunningServer
from support.kafka import free_port
from support.proxy import Proxy
from support.stores import store_config
from support.waiting import eventually
from tracemark.store import AmbiguousInsert, Store, StoreConfig, StoreDenied, StoreRefused, StoreUnavailable

SECRET = "the-users-own-words"  # noqa: S105 - a value that must not show up in errors


@pytest.fixture
def table(empty_store: Store) -> Store:
    """A store with a small table `t`."""
    empty_store.command(f"CREATE DATABASE {empty_store.config.database} ENGINE = Atomic", in_database=False)
    empty_store.command(
        "CREATE TABLE t (n UInt64, s String, CONSTRAINT short CHECK length(s) < 10) ENGINE = MergeTree ORDER BY n "
        "SETTINGS non_replicated_deduplication_window = 100"
    )
    return empty_store


def _insert(store: Store, rows: int, *, text: str = "x", **how: Any) -> None:
    columns: list[list[object]] = [list(range(rows)), [text] * rows]
    told: dict[str, Any] = {"query_id": f"q-{uuid.uuid4()}", **how}
    store.insert("t", ("n", "s"), columns, column_types=("UInt64", "String"), **told)


def _count(store: Store) -> int:
    return int(store.query("SELECT count() AS n FROM t")[0]["n"])


def _cut_once_stored(proxy: Proxy, store: Store) -> None:
    eventually(lambda: _count(store) == 10, within=90, what="the rows arrive")
    proxy.cut()


def test_values_are_plain_python(table: Store) -> None:
    """Timestamps come aware, digests as bytes, UUIDs as UUIDs, and parameters are bound by type."""
    (row,) = table.query(
        "SELECT {n:UInt8} AS n, toDateTime64(1, 6, 'UTC') AS t, toFixedString('ab', 2) AS f, {u:UUID} AS u",
        {"n": 7, "u": uuid.UUID(int=1)},
    )
    assert row == {"n": 7, "t": datetime.fromtimestamp(1, UTC), "f": b"ab", "u": uuid.UUID(int=1)}


def test_rows_can_be_streamed_and_taken_by_column(table: Store) -> None:
    """A stream and a column answer hold the same rows as a query."""
    sql = "SELECT number AS n, toString(number) AS s FROM numbers(1000)"
    rows = table.query(sql)
    assert list(table.stream(sql)) == rows
    answer = table.columns(sql)
    assert answer.names == ("n", "s")
    assert answer.row_count == len(rows)
    assert [dict(zip(answer.names, row, strict=True)) for row in zip(*answer.data, strict=True)] == rows


def test_an_insert_with_a_token_is_stored_once(table: Store) -> None:
    """The same rows under the same token are stored once, under another token twice."""
    for token in ("a", "a", "b"):
        _insert(table, 1000, token=token)
    assert _count(table) == 2000


def test_one_insert_is_one_part(table: Store) -> None:
    """Fifty thousand rows go in as one block and make one part."""
    _insert(table, 50_000)
    sql = "SELECT count() AS n FROM system.parts WHERE database = currentDatabase() AND table = 't' AND active"
    assert table.query(sql)[0]["n"] == 1


def test_refused_data_is_told_from_a_refused_statement(table: Store) -> None:
    """A row that breaks a constraint is data to blame, a missing table is not, and neither stores anything."""
    with pytest.raises(StoreRefused) as data:
        _insert(table, 3, text=SECRET)
    assert (data.value.is_about_data, data.value.name) == (True, "VIOLATED_CONSTRAINT")
    with pytest.raises(StoreRefused, match="UNKNOWN_TABLE") as statement:
        table.insert("nowhere", ("n",), [[1]], query_id="q", column_types=("UInt64",))
    assert not statement.value.is_about_data
    assert _count(table) == 0


@pytest.mark.parametrize("column", [["a-word"], [-1], [None]])
def test_a_value_that_cannot_be_written_is_data_to_blame(table: Store, column: list[object]) -> None:
    """A value of the wrong type is refused before anything is stored."""
    with pytest.raises(StoreRefused) as refused:
        table.insert("t", ("n",), [column], query_id="q", column_types=("UInt64",))
    assert refused.value.is_about_data
    assert _count(table) == 0


def test_errors_hold_no_values(table: Store, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the text of an error about data or a parameter nor any log line holds the value."""
    caplog.set_level("DEBUG")
    with pytest.raises(StoreRefused) as of_row:
        _insert(table, 1, text=SECRET)
    with pytest.raises(StoreRefused) as of_parameter:
        table.query("SELECT {p:UInt8}", {"p": SECRET})
    with pytest.raises(StoreRefused) as of_type:
        table.insert("t", ("n",), [[SECRET]], query_id="q", column_types=("UInt64",))
    assert SECRET not in f"{of_row.value}{of_parameter.value}{of_type.value}{caplog.text}"


def test_a_store_that_is_away_is_unavailable() -> None:
    """Nobody at the address means unavailable, for a question and for an insert alike: nothing was sent."""
    store = Store(StoreConfig.parse(f"clickhouse://me@127.0.0.1:{free_port()}"))
    with pytest.raises(StoreUnavailable, match="is it running"):
        store.query("SELECT 1")
    with pytest.raises(StoreUnavailable):
        store.insert("t", ("n",), [[1]], query_id="q", column_types=("UInt64",))


def test_a_wrong_password_is_denied(embedded_server: RunningServer) -> None:
    """A wrong password is a denial, whose text holds no password."""
    url = f"clickhouse://tracemark@127.0.0.1:{embedded_server.port}"
    with pytest.raises(StoreDenied) as denied:
        Store.connect(StoreConfig.parse(url, password="wrong-one"))  # noqa: S106 - wrong on purpose
    assert "wrong-one" not in str(denied.value)


def test_an_insert_that_is_not_confirmed_stores_nothing(table: Store) -> None:
    """What the question raises comes out as it is, the rows on their way are dropped, and the store goes on to work."""
    refusal = ValueError("somebody else's by now")

    def refuse() -> None:
        assert _count(table) == 0  # the same store answers while the insert is open
        raise refusal

    with pytest.raises(ValueError, match="by now") as raised:
        _insert(table, 2, confirm=refuse)
    assert raised.value is refusal
    assert _count(table) == 0
    asked: list[int] = []
    _insert(table, 2, confirm=lambda: asked.append(_count(table)))
    assert (asked, _count(table)) == ([0], 2)


def test_an_insert_is_known_to_the_store_when_it_is_confirmed(table: Store) -> None:
    """Whoever kills statements reaches an insert whose end has not been sent: it stores nothing."""
    other = Store(table.config)
    with pytest.raises(AmbiguousInsert), other:
        _insert(table, 1, query_id="q-lane-1", confirm=lambda: other.kill("q-lane-%"))
    assert _count(table) == 0


def test_an_insert_whose_answer_is_lost_is_ambiguous_and_sent_once(
    table: Store, embedded_server: RunningServer
) -> None:
    """When the connection breaks after the request, the insert is ambiguous, and the driver has not sent it again."""
    port = free_port()
    proxy = Proxy(listen=port, target=embedded_server.port)
    direct = store_config(embedded_server, table.config.database)
    config = replace(direct, url=direct.url.replace(str(embedded_server.port), str(port)))
    with Store.connect(config) as through:
        proxy.swallow_answers()
        cut = threading.Thread(target=_cut_once_stored, args=(proxy, table))
        cut.start()
        with pytest.raises(AmbiguousInsert) as ambiguous:
            _insert(through, 10)
        cut.join()
    proxy.close()
    assert ambiguous.value.query_id.startswith("q-")
    assert _count(table) == 10
