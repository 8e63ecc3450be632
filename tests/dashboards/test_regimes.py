"""Boards show every regime that is judged, and one alone when it is chosen."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

from support.board_world import board_queries, open_store
from support.up import LongRunning, tracemark
from support.waiting import eventually
from tracemark.cli._judgement import judge
from tracemark.dashboards.macros import TimeRange
from tracemark.query.obligations import load_pack
from tracemark.query.testing import AS_OF, World, plants
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig

DUTIES = {regime: {duty.id for duty in load_pack(regime).obligations} for regime in ("cn", "eu", "us-ca")}


def board_query(name: str) -> str:
    """A query of a board."""
    (found,) = (each.query["rawSql"] for each in board_queries() if str(each) == name)
    return str(found)


def test_one_command_judges_several_regimes(tmp_path: Path) -> None:
    """Each regime named gets a judgement of its own, as of the same moment; one that is unknown is refused before anything."""
    data = tmp_path / "store"
    for store in open_store(data):
        where = {**os.environ, "TRACEMARK_STORE": f"embedded://{data}"}
        command = [sys.executable, "-m", "tracemark.cli.main", "dashboards", "judge"]

        def asked(*regimes: str) -> subprocess.CompletedProcess[str]:
            named = [part for regime in regimes for part in ("--regime", regime)]
            return subprocess.run([*command, *named], env=where, capture_output=True, text=True, check=False)  # noqa: B023

        assert asked("eu", "atlantis").returncode == 2
        assert store.writer.query("SELECT count() AS n FROM duty_results")[0]["n"] == 0
        done = asked("eu", "us-ca")
        assert done.returncode == 0, done.stderr
        rows = store.writer.query("SELECT regime, obligation, judged_at FROM duty_results")
        assert {(row["regime"], row["obligation"]) for row in rows} == {
            (regime, duty) for regime in ("eu", "us-ca") for duty in DUTIES[regime]
        }
        assert len({row["judged_at"] for row in rows}) == 1


def test_boards_tell_regimes_apart(tmp_path: Path) -> None:
    """Every regime judged is offered, and choosing one leaves its duties and breaches alone."""
    for store in open_store(tmp_path / "store"):
        for table in ("duty_results", "duty_breaches"):
            store.writer.command(f"ALTER TABLE {table} REMOVE TTL")  # the story is older than what they keep
        chosen = [
            plant for plant in plants("violation") if plant.name in {"text-without-a-mark", "complaint-forgotten"}
        ]
        for block in World(requests=100, plants=chosen).blocks():
            store.writer.insert(block.table, block.column_names, block.columns, query_id=uuid.uuid4().hex)
        for regime in DUTIES:
            judge(store.writer, load_pack(regime), AS_OF, days=60)
        at_ms = round(AS_OF.timestamp() * 1000)
        time = TimeRange(from_ms=at_ms - 60 * 86_400_000, to_ms=at_ms + 60_000, interval_ms=60_000)

        def shown(name: str, column: str, *regimes: str) -> list[str]:
            variables = {"regime": regimes} if regimes else {}
            frame = store.run({"rawSql": board_query(name)}, variables, time=time)  # noqa: B023
            return [str(value) for value in frame.column(column)]

        assert shown("obligations:variable:regime", "regime") == sorted(DUTIES)
        assert set(shown("obligations:panel:duties", "obligation")) == set().union(*DUTIES.values())
        for regime, duties in DUTIES.items():
            assert set(shown("obligations:panel:duties", "obligation", regime)) == duties
        assert set(shown("obligations:panel:offenders", "obligation", "eu")) == {"EU-50-2-MARK"}
        assert set(shown("obligations:panel:offenders", "obligation")) == {"EU-50-2-MARK", "INV-8"}


def test_embedded_mode_judges_the_regimes_it_is_told(tmp_path: Path) -> None:
    """`tracemark up --regime` judges those named and no others; an unknown one is refused before anything is made."""
    data = tmp_path / "data"
    assert tracemark("up", "--regime", "atlantis", data=data).returncode == 2
    assert not data.exists()
    chores = ["--judge-every", "0.5", "--canary-every", "0", "--regime", "eu", "--regime", "us-ca"]
    with (
        LongRunning(["up", "--data", data, "--listen", "127.0.0.1:0", *chores], tmp_path / "up.log") as up,
        Store(StoreConfig.embedded(data).as_reader(), SystemClock()) as store,
    ):
        named = "SELECT DISTINCT regime, obligation FROM duty_results"
        wanted = {(regime, duty) for regime in ("eu", "us-ca") for duty in DUTIES[regime]}
        eventually(
            lambda: {(row["regime"], row["obligation"]) for row in store.query(named)} == wanted, what="both are judged"
        )
        assert up.stop() == 0
