"""Every event type, the whole way: SDK, Kafka, sink, ClickHouse's HTTP interface, trace."""

import json

import pytest

from support.examples import example_events
from support.system import System
from support.up import tracemark
from support.waiting import eventually
from tracemark.query import trace_request
from tracemark.schemas import schemas

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def test_every_event_type_goes_the_whole_way(system: System) -> None:
    """What the SDK accepts of each type is stored intact, and traced from its request by the command line."""
    audit = system.client()
    with audit.generation(model="m-1", user="u-42") as gen:
        gen.prompt("为什么天空是蓝色的？")
        gen.output("瑞利散射。")
        for event, about in example_events(request_id=gen.request_id, content_id=gen.content_id):
            assert audit.emit(event, **about).accepted
    report = audit.close(60)
    assert (report.remaining, report.dropped) == (0, {})
    eventually(lambda: system.count() == report.sent, within=60, what="everything sent is stored")

    stored = {row["event_type"] for row in system.up.rows("SELECT DISTINCT event_type FROM events")}
    assert stored == {schema.event_type for schema in schemas()}
    with system.up.store() as store:
        [chain] = trace_request(store, gen.request_id).chains
    assert {event.integrity for event in chain.events} == {"intact"}
    answer = json.loads(tracemark("trace", "--request", gen.request_id, "--json", data=system.up.data, check=0).stdout)
    traced = {event["event_type"] for event in answer["chains"][0]["events"]}
    assert traced == stored - {"producer.session"}
