"""`tracemark dashboards judge`: the verdicts stand where the boards read them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from support.board_world import open_store
from tracemark.query.obligations import load_pack


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
