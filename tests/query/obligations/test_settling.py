"""What is too young to be judged is said, and can be judged all the same."""

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from support.stored import NOON, StoredEvents
from tracemark.cli._app import app
from tracemark.query.obligations import Scope, Window, load_pack
from tracemark.query.obligations.settling import count_unsettled
from tracemark.store import Store, StoreConfig

PACK = load_pack("cn")
NOW = NOON + timedelta(minutes=20)
WINDOW = Window(since=NOON - timedelta(days=1), until=NOW)


@pytest.fixture
def told(story: StoredEvents) -> None:
    """Outputs of two tenants: three twenty minutes old, two a minute old, and a sign of life."""
    own: dict[str, Any] = {"finish": "complete", "service_id": "svc-1", "tenant_id": "t-1"}
    for number in range(3):
        story.tell("output.generated", content_id=f"c-old-{number}", **own)
    for tenant in ("t-1", "t-2"):
        young: dict[str, Any] = {**own, "tenant_id": tenant, "content_id": f"c-{tenant}"}
        story.tell("output.generated", at=19 * 60, **young)
    story.tell("producer.session", at=19 * 60, last_seq=1, session_state="heartbeat")
    story.save()


@pytest.mark.usefixtures("told")
def test_young_events_are_counted_within_window_and_scope(reader: Store) -> None:
    """Fifteen minutes are left to settle; signs of life, other tenants and what lies outside the window do not count."""
    assert count_unsettled(reader, PACK, WINDOW, NOW) == 2
    assert count_unsettled(reader, PACK, WINDOW, NOW, scope=Scope(tenant="t-2")) == 1
    assert count_unsettled(reader, PACK, WINDOW, NOW, scope=Scope(service="svc-9")) == 0
    earlier = Window(since=WINDOW.since, until=NOON + timedelta(minutes=10))
    assert count_unsettled(reader, PACK, earlier, NOW) == 0
    assert count_unsettled(reader, PACK, WINDOW, NOW + timedelta(minutes=30)) == 0


@pytest.mark.usefixtures("told", "reader")
def test_the_command_says_so_and_settle_judges_them(store_config: StoreConfig) -> None:
    """`obligations` tells how many events it left for later; with --settle 0 it judges them, too, and says nothing."""
    arguments = ["obligations", "--data", str(store_config.directory), "--as-of", NOW.isoformat(), "--json"]
    usual = CliRunner().invoke(app, arguments)
    at_once = CliRunner().invoke(app, [*arguments, "--settle", "0"])
    assert "2 events are younger than 15 minutes" in usual.stderr
    assert "younger" not in at_once.stderr
    judged = [_judged(run.stdout, "INV-15") for run in (usual, at_once)]
    assert judged == [3, 6]


def _judged(report: str, duty: str) -> int:
    return next(int(found["denominator"]) for found in json.loads(report)["obligations"] if found["id"] == duty)
