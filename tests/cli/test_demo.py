"""`tracemark demo` and the examples, as a visitor runs them."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from support.up import Up, tracemark
from support.waiting import eventually
from tracemark.sdk.journal import find_journals
from tracemark.store.embedded import Endpoint

ROOT = Path(__file__).parents[2]
FINISHES = (
    "SELECT finish, count() AS n FROM events WHERE event_type = 'output.generated' GROUP BY finish ORDER BY finish"
)


def run_example(name: str, data: Path) -> str:
    environment = {**os.environ, "TRACEMARK_URL": f"embedded://{data}", "TRACEMARK_SERVICE_ID": "svc-example"}
    command = [sys.executable, str(ROOT / "examples" / name)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.slow
def test_the_demo_traces_its_text_and_its_account_closes(tmp_path: Path) -> None:
    """One JSON document, exit 0: the right chain, an account that closes, every modality, also when run twice in one place."""
    for _ in range(2):
        done = tracemark("demo", "--json", "--events", "120", data=tmp_path / "demo", check=0)
        result = json.loads(done.stdout)
        assert result["ok"]
        assert [chain["request_id"] for chain in result["trace"]["chains"]] == [result["featured"]["request_id"]]
        assert result["accounting"]["closes"]
        assert result["accounting"]["emitted"] == result["accounting"]["stored"] >= 120
        assert "INV-2" in result["duties"]["failing"]
        assert result["duties"]["pass"] >= 8
    with Up(tmp_path / "demo") as up:
        modalities = up.rows(
            "SELECT DISTINCT arrayJoin(modality) AS m FROM events WHERE event_type = 'output.generated' ORDER BY m"
        )
        assert [row["m"] for row in modalities] == ["audio", "image", "text"]
        closed_by = up.rows("SELECT DISTINCT closed_by FROM events WHERE session_state = 'close' ORDER BY closed_by")
        assert [row["closed_by"] for row in closed_by] == ["adopter", "owner"]


@pytest.mark.slow
def test_the_commands_it_recommends_work(tmp_path: Path) -> None:
    """What the demo prints to try next can be typed as it stands."""
    done = tracemark("demo", "--events", "60", data=tmp_path / "demo", check=0)
    recommended = [line.strip() for line in done.stdout.partition("What to try next:")[2].splitlines() if line.strip()]
    assert recommended[0].endswith("&")
    with Up(tmp_path / "demo"):
        for line in recommended[1:]:
            done = subprocess.run(shlex.split(line), check=False, capture_output=True, text=True, timeout=60)
            assert done.returncode == ("obligations" in line), done.stderr  # 1: some duties fail there, on purpose


@pytest.mark.slow
def test_a_demo_that_serves_says_what_to_try_meanwhile(tmp_path: Path) -> None:
    """With --serve its server is there to be asked while the commands to try stand on the screen, without another server."""
    command = [sys.executable, "-m", "tracemark.cli.main", "demo", "--events", "60", "--serve", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("What to try next, in another terminal:" in line for line in lines)
        trace = next(lines).strip()
        done = subprocess.run(shlex.split(trace), check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        process.terminate()
        assert process.wait(60) == 0


def test_a_directory_that_is_in_use_is_said_so(tmp_path: Path) -> None:
    """The demo on a directory that another process serves: exit 2, and the text names that process."""
    with Up(tmp_path / "data") as up:
        refused = tracemark("demo", "--events", "60", data=up.data, check=2)
        assert str(up.ready["pid"]) in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_demo_that_is_ended_leaves_no_process(tmp_path: Path) -> None:
    """SIGTERM in the middle ends the services and the server, too, and the directory can be used again."""
    data = tmp_path / "data"
    command = [sys.executable, "-m", "tracemark.cli.main", "demo", "--data", str(data), "--events", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: len(find_journals(data / "journals")) == 3, what="three services at work")
        process.terminate()
        assert process.wait(60) == 130
    assert not any(journal.owner_alive for journal in find_journals(data / "journals"))
    assert Endpoint.read(data) is None


def test_the_examples_run(tmp_path: Path) -> None:
    """Five lines are enough for an event, and a reader who leaves makes the answer partial."""
    with Up(tmp_path / "data") as up:
        assert "0 waiting" in run_example("five_lines.py", up.data)
        assert "characters were shown" in run_example("streaming.py", up.data)
        expected = [{"finish": "complete", "n": 2}, {"finish": "partial", "n": 1}]
        eventually(lambda: up.rows(FINISHES) == expected, what="three outputs")
