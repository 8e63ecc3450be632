"""Real processes, killed and starved with real signals: nothing accepted is lost, nothing is stored twice."""

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from support.system import System
from support.up import Service
from support.waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(600)]

KILLS = int(os.environ.get("TRACEMARK_TEST_KILLS", "20"))
OUTAGE_S = float(os.environ.get("TRACEMARK_TEST_OUTAGE_S", "60"))
"""Length of the broker's outage; campaigns make it longer."""


def stored(system: System) -> Counter[str]:
    """How often each event is stored, by identity."""
    rows = system.up.rows("SELECT toString(event_id) AS id, count() AS n FROM events GROUP BY id")
    return Counter({row["id"]: row["n"] for row in rows})


def assert_each_once(system: System, accepted: list[str]) -> None:
    """Every accepted event is stored, and nothing twice."""
    eventually(lambda: not set(accepted) - stored(system).keys(), within=120, what="every accepted event is stored")
    assert {event_id: n for event_id, n in stored(system).items() if n != 1} == {}


def out_of_order(system: System) -> list[dict[str, object]]:
    """Events of one producer and key that stand before an earlier one."""
    return system.up.rows("""
        SELECT producer_id, request_id, groupArray(producer_seq) AS seqs
        FROM (SELECT * FROM events_traffic WHERE request_id != '' ORDER BY _partition, _offset)
        GROUP BY producer_id, request_id HAVING seqs != arraySort(seqs)""")


def test_a_service_killed_in_full_flow_loses_nothing(system: System) -> None:
    """After kill -9 another process adopts the journal: every event whose emit returned is stored exactly once."""
    accepted: list[str] = []
    for round_ in range(KILLS):
        service = Service(system.up.data, system.folder / f"accepted-{round_}", kafka=system.kafka.bootstrap)
        eventually(_has_accepted(service, 50 + 37 * round_), what=f"round {round_}")
        service.kill()
        accepted += service.accepted()
    adopter = Service(system.up.data, system.folder / "accepted-last", kafka=system.kafka.bootstrap, count=1)
    eventually(lambda: len(list(_journals(system))) <= 1, within=120, what="the journals of the dead are gone")
    adopter.finish()
    assert_each_once(system, accepted)
    assert out_of_order(system) == []
    ends = system.up.rows("SELECT closed_by, count() AS n FROM events WHERE session_state = 'close' GROUP BY closed_by")
    assert {row["closed_by"]: row["n"] for row in ends} == {"adopter": KILLS, "owner": 1}


def _has_accepted(service: Service, count: int) -> Callable[[], bool]:
    return lambda: len(service.accepted()) >= count


def _journals(system: System) -> list[Path]:
    return [path for path in (system.folder / "journals").iterdir() if not path.name.startswith(".")]


def test_an_outage_of_the_broker_under_load_loses_nothing(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    """With the broker stopped the service goes on accepting; afterwards everything arrives once and in order."""
    service = Service(system.up.data, system.folder / "accepted", kafka=system.kafka.bootstrap, pause_s=0.002)
    eventually(lambda: len(service.accepted()) >= 200)
    system.kafka.stop()
    before, end = len(service.accepted()), time.monotonic() + OUTAGE_S
    eventually(lambda: time.monotonic() > end, within=OUTAGE_S + 10, every=0.5, what="the outage")
    after = len(service.accepted())
    assert after - before > OUTAGE_S * 20
    system.kafka.start()
    eventually(lambda: len(service.accepted()) >= after + 200)
    service.finish()
    assert_each_once(system, service.accepted())
    assert out_of_order(system) == []
    with capsys.disabled():  # a figure for whoever looks, no verdict
        print(f"\nemit through an outage of {OUTAGE_S:.0f} s:", (system.folder / "accepted.emit.json").read_text())
