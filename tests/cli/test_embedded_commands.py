"""Commands around a running embedded server: store, doctor, journal, keys."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.up import Service, Up, tracemark
from support.waiting import eventually


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """An embedded server with a hundred prompts in it."""
    folder = tmp_path_factory.mktemp("embedded")
    with Up(folder / "data") as running:
        service = Service(running.data, folder / "accepted", count=100)
        service_is_stored(running, 100)
        service.finish()
        yield running


def service_is_stored(running: Up, count: int) -> None:
    sql = "SELECT count() AS n FROM events WHERE event_type = 'prompt.received'"
    eventually(lambda: running.rows(sql)[0]["n"] == count, what=f"{count} prompts are stored")


def verdicts(data: Path, *arguments: str | Path, code: int) -> dict[str, dict[str, Any]]:
    done = tracemark("doctor", "--json", *arguments, data=data, check=code)
    return {finding["about"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_the_doctor_finds_a_healthy_system_healthy(up: Up) -> None:
    """Exit 0, every finding ok, and each thing that matters is looked at."""
    found = verdicts(up.data, code=0)
    assert {"keyring", "data directory", "disk", "clock", "store", "events", "dead letters", "journals"} <= found.keys()
    assert {finding["verdict"] for finding in found.values()} == {"ok"}


def test_the_doctor_names_what_is_wrong_and_the_remedy(tmp_path: Path) -> None:
    """On a directory that nobody made yet: exit 1, and every failure comes with what to do."""
    found = verdicts(tmp_path / "nothing", code=1)
    failed = [finding for finding in found.values() if finding["verdict"] == "fail"]
    assert {finding["about"] for finding in failed} == {"keyring", "data directory", "store"}
    assert all("tracemark" in finding["remedy"] for finding in failed)


def test_the_doctor_looks_at_kafka_without_touching_it(up: Up) -> None:
    """A broker that is away is one failed finding; the others stand."""
    found = verdicts(up.data, "--kafka", "127.0.0.1:1", code=1)
    assert [about for about, finding in found.items() if finding["verdict"] == "fail"] == ["kafka"]


def test_the_doctor_finds_a_keyring_that_cannot_trace_what_is_stored(up: Up, tmp_path: Path) -> None:
    """With another keyring than the services', stored tokens cannot be found: that fails."""
    other = tmp_path / "other.json"
    tracemark("keys", "init", "--keyring", other, check=0)
    found = verdicts(up.data, "--keyring", other, code=1)
    assert found["keys of stored events"]["verdict"] == "fail"
    tracemark("keys", "check", "--stored", "--keyring", other, data=up.data, check=1)
    tracemark("keys", "check", "--stored", data=up.data, check=0)


def test_events_that_wait_are_seen(tmp_path: Path) -> None:
    """While nobody drains, `journal list` counts what waits, and whose it is."""
    data = tmp_path / "data"
    Up(data).start().stop()
    service = Service(data, tmp_path / "accepted", count=5)
    eventually(lambda: len(service.accepted()) == 5)
    service.kill()
    (found,) = json.loads(tracemark("journal", "list", "--json", data=data, check=0, fresh=True).stdout)["journals"]
    assert (found["service_id"], found["owner"]) == ("svc-test", "dead")
    assert found["events_pending"] >= 6


def test_migrating_again_changes_nothing(up: Up) -> None:
    """`store migrate` on a ready store applies nothing, and `--check` agrees."""
    assert (
        json.loads(tracemark("store", "migrate", "--json", data=up.data, check=0, fresh=True).stdout)["applied"] == []
    )
    assert json.loads(tracemark("store", "migrate", "--check", "--json", data=up.data, check=0).stdout)["ready"] is True


def test_a_store_that_is_away_is_exit_2(tmp_path: Path) -> None:
    """Not being able to ask is neither yes nor no."""
    refused = tracemark("store", "migrate", "--store", "clickhouse://127.0.0.1:1/tracemark", check=2)
    assert "cannot be reached" in refused.stderr
    assert "Traceback" not in refused.stderr
