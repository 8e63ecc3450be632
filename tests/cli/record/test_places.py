"""Where `tracemark record` records to: a store that is there, with its keys; nothing is made by mistake."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.up import new_store, tracemark

SERVICE = ("--service-id", "svc-1")
COMPLAINT = ("complaint", *SERVICE, "--kind", "complaint", "--case-id", "c-1", "--owner-role", "support")


@pytest.mark.parametrize("place", ["dta", "empty"])
def test_a_mistyped_directory_is_refused(tmp_path: Path, place: str) -> None:
    """Nothing is made where no store is, neither a directory nor keys, and nobody is asked for anything."""
    (tmp_path / "empty").mkdir()
    told = tracemark("record", "complaint", *SERVICE, data=tmp_path / place, check=2).stderr
    assert f"--data: {tmp_path / place} is no store with the keyring" in told
    assert f"`tracemark up --data {tmp_path / place}`" in told
    assert [found.name for found in tmp_path.rglob("*")] == ["empty"]


def test_a_mistyped_keyring_is_not_made(tmp_path: Path) -> None:
    """Pseudonyms under keys that nobody else has would lead nowhere."""
    data = new_store(tmp_path / "data")
    ring = tmp_path / "kyring.json"
    told = tracemark("record", *COMPLAINT, "--state", "received", "--keyring", ring, data=data, check=2).stderr
    assert f"the keyring {ring}: check both paths" in told
    assert not ring.exists()


def test_a_keyring_elsewhere_is_one(tmp_path: Path) -> None:
    """A store's directory needs no keys of its own, and may be called anything."""
    data = tmp_path / "50%41 #1"
    data.mkdir()
    ring = new_store(tmp_path / "keys") / "keyring.json"
    done = tracemark(
        "record", *COMPLAINT, "--state", "received", "--wait", "0", "--keyring", ring, data=data, check=0
    )  # fmt: skip
    assert "accepted" in done.stdout
    assert [found.name for found in data.iterdir()] == ["journals"]


def test_where_a_service_begins_a_store_recording_does_too(tmp_path: Path) -> None:
    """TRACEMARK_URL is what services are started with; the first to use its directory makes it."""
    command = [sys.executable, "-m", "tracemark.cli.main", "record", *COMPLAINT, "--state", "received", "--wait", "0"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRACEMARK_")}
    environ["TRACEMARK_URL"] = f"embedded://{tmp_path}/data"
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environ)
    assert "accepted" in done.stdout
    assert (tmp_path / "data" / "keyring.json").exists()
