"""`tracemark dashboards judge`: the verdicts stand where the boards read them."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.board_world import open_store
from tracemark.cli._judgement import judge_duty
from tracemark.query.obligations import load_pack
from tracemark.store import Store, StoreUnavailable


def test_the_command_judges_every_duty_once(tmp_path: Path) -> None:
    """On a store without events each duty has one row, judged now, and none of them passes."""
    data = tmp_path / "store"
    for store in open_store(data):
        command = [sys.executable, "-m", "tracemark.cli.main", "dashboards", "judge", "--json"]
        where = {**os.environ, "TRACEMARK_STORE": f"embedded://{data}"}
        done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["duties"] == len(load_pack("cn").obligations)
        rows = store.writer.query("SELECT obligation, denominator, judged_at FROM duty_results")
        assert sorted(row["obligation"] for row in rows) == sorted(o.id for o in load_pack("cn").obligations)
        assert {row["denominator"] for row in rows} == {0}
        assert len({row["judged_at"] for row in rows}) == 1


class Overloaded(Store):
    """A real store that has no time for long statements."""

    def command(self, sql: str, *args: Any, **kwargs: Any) -> None:
        """Run it, unless it reads events."""
        if "FROM (" in sql:
            raise StoreUnavailable("told to fail")
        super().command(sql, *args, **kwargs)


def test_a_duty_whose_query_fails_keeps_its_last_verdict(tmp_path: Path) -> None:
    """A judgement that breaks off writes nothing about the duty: no *no evidence* takes the place of what was found before."""
    pack = load_pack("cn")
    (duty,) = (obligation for obligation in pack.obligations if obligation.id == "INV-1")
    for store in open_store(tmp_path / "store"):
        with pytest.raises(StoreUnavailable):
            judge_duty(Overloaded(store.writer.config), pack, duty, datetime.now(UTC))
        assert store.writer.query("SELECT count() AS n FROM duty_results") == [{"n": 0}]
        judge_duty(store.writer, pack, duty, datetime.now(UTC))
        assert store.writer.query("SELECT count() AS n FROM duty_results") == [{"n": 1}]
