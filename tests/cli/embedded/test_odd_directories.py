"""Embedded mode in a directory whose name holds signs that a URL gives a meaning."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from support.up import Up, tracemark
from support.waiting import eventually
from tracemark.cli.canary import CANARY_AT_MOST_S
from tracemark.dashboards.alerts import RULES
from tracemark.schemas.urls import embedded_url
from tracemark.sdk import AuditClient, ClientConfig


def test_a_directory_may_be_called_anything(tmp_path: Path) -> None:
    """Service, store, canary, records and reads all go to that directory, and none beside it is made."""
    data = tmp_path / "50%41 #1 审计"
    with Up(data, canary_every=0.2) as up:
        config = ClientConfig(url=embedded_url(data), service_id="svc-1", service_scope="public_mainland")
        with AuditClient(config) as audit, audit.generation(model="m-1", request_id="r-1") as gen:
            gen.output("an answer")
        tracemark(
            "record", "complaint", "--service-id", "svc-1", "--kind", "complaint", "--case-id", "c-1",
            "--owner-role", "support", "--state", "received", data=data, check=0,
        )  # fmt: skip
        told = "SELECT DISTINCT toString(event_type) AS type FROM events"
        wanted = {"output.generated", "complaint.transition", "producer.session", "audit.accessed"}
        assert "svc-1" in tracemark("trace", "--request", "r-1", data=data, check=0).stdout
        eventually(lambda: wanted <= {row["type"] for row in up.rows(told)}, what="everything is stored there")
        canaries = "SELECT count() AS n FROM events WHERE service_id = 'tracemark-canary'"
        eventually(lambda: up.rows(canaries)[0]["n"], what="the canary sings there")
    assert [found.name for found in tmp_path.iterdir() if found.is_dir()] == [data.name]


def test_a_name_that_the_engine_would_cut_off_is_refused(tmp_path: Path) -> None:
    """The tables would be made in another directory, beside the keys; nothing is made."""
    told = tracemark("up", data=tmp_path / "why?", check=2).stderr
    assert f"data directory {tmp_path}/why?: the engine takes no ? in a path; choose another name" in told
    assert list(tmp_path.iterdir()) == []


def test_the_ready_line_can_be_pasted(tmp_path: Path) -> None:
    """What `up` says that services use is quoted for a shell."""
    command = [
        sys.executable,
        "-m",
        "tracemark.cli.main",
        "up",
        "--listen",
        "127.0.0.1:0",
        "--data",
        f"{tmp_path}/a b#c",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as up:
        assert up.stdout is not None
        *_, assignment = shlex.split(up.stdout.readline())
        up.terminate()
    assert assignment == f"TRACEMARK_URL=embedded://{tmp_path}/a b%23c"


@pytest.mark.parametrize("seconds", ["inf", "nan", "86401"])
@pytest.mark.parametrize(
    "command",
    [("up", "--judge-every"), ("up", "--canary-every"), ("canary", "--every"), ("dashboards", "judge", "--every")],
    ids=" ".join,
)
def test_a_chore_that_would_never_be_done_is_refused(tmp_path: Path, command: tuple[str, ...], seconds: str) -> None:
    """Boards would turn grey, or an alert fire, and nobody would know why."""
    data = None if command[0] == "canary" else tmp_path
    told = tracemark(*command, seconds, data=data, check=2).stderr
    assert f"Invalid value for '{command[-1]}'" in told
    assert list(tmp_path.iterdir()) == []


def test_a_canary_sings_more_often_than_its_alert_waits() -> None:
    """One that is late by one turn does not set the alert off."""
    (rule,) = (rule for rule in RULES if rule.name == "canary")
    assert rule.above > 2 * CANARY_AT_MOST_S
    assert f"pass seconds, {CANARY_AT_MOST_S} at most" in tracemark("canary", "--every", "121", check=2).stderr
