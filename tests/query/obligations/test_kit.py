"""The kit against the queries: everything planted is found, and nothing else."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from support.stored import Tables
from tracemark.query.obligations import Obligation, Report, Scope, Window, evaluate, load_pack
from tracemark.query.testing import AS_OF, SINCE, Plant, World, plants, score
from tracemark.store import Store

PACK = load_pack("cn")
CANNOT = {"INV-12"}
"""Nothing is sealed."""

Ask = Callable[..., Report]


@pytest.fixture
def ask(reader: Store, tables: Tables) -> Ask:
    """Fill the empty tables with a world, and judge it."""

    def asked(world: World, about: frozenset[str] = frozenset()) -> Report:
        tables.fill(world)
        only = [duty.id for duty in PACK.obligations if not about or duty.id in about]
        return evaluate(reader, PACK, Window(since=SINCE, until=AS_OF), AS_OF, scope=Scope(limit=10_000), only=only)

    return asked


def test_every_planted_violation_is_found_and_nothing_else(ask: Ask) -> None:
    """In a world of a thousand requests with every violation and near miss planted twice: recall 100 %, no false alarm."""
    world = World(requests=1000, plants=plants("violation", "near_miss", regime="cn"), copies=2)
    scored = score(ask(world), world.expected)
    assert (scored.missed, scored.false_alarms) == ((), ())
    assert scored.perfect
    untouched = {duty.duty for duty in scored.duties if not duty.planted}
    assert untouched == {*CANNOT, "ROW-34"}, "every duty that can fail has a planted violation"


def test_near_misses_pass(ask: Ask) -> None:
    """Clean traffic with every near miss in it passes every duty that can be judged."""
    report = ask(World(requests=300, plants=plants("near_miss", regime="cn")))
    results = {answer.obligation.id: answer.result for answer in report.answers}
    assert {duty for duty, result in results.items() if result != "pass"} == CANNOT
    assert set(results.values()) == {"pass", "no_evidence"}


def test_an_empty_world_passes_nothing(ask: Ask) -> None:
    """Where nothing was recorded, every duty lacks evidence."""
    report = ask(World(requests=0))
    assert {answer.result for answer in report.answers} == {"no_evidence"}
    assert report.result == "no_evidence"
    assert all(answer.why["en"] and answer.why["zh"] for answer in report.answers)


@pytest.mark.parametrize("plant", plants("unknown", regime="cn"), ids=lambda plant: plant.name)
def test_what_cannot_be_judged_is_no_evidence(ask: Ask, plant: Plant) -> None:
    """One thing that cannot be judged turns its duty to no evidence, with the reason, among clean traffic that passes."""
    world = World(requests=100, plants=(plant,))
    list(world.blocks())
    about, world = (
        frozenset(expected.duty for expected in world.expected),
        replace(world, expected=[], events=Counter()),
    )
    report = ask(world, about)
    assert world.expected
    for expected in world.expected:
        answer = report[expected.duty]
        assert (answer.result, answer.offending, answer.unusable) == ("no_evidence", 0, 1)
        assert [reason.code for reason in answer.reasons if not reason.usable] == [expected.reason]


def test_a_breach_outweighs_what_is_unknown(ask: Ask) -> None:
    """A duty with a breach fails even when another part of it cannot be judged."""
    chosen = [plant for plant in plants() if plant.name in {"nobody-looked", "download-without-label"}]
    answer = ask(World(requests=0, plants=chosen), frozenset({"INV-3"}))["INV-3"]
    assert (answer.result, answer.offending, answer.unusable) == ("fail", 1, 1)


def test_reads_belong_to_no_tenant(reader: Store, ask: Ask) -> None:
    """The duty to record every read is about the store as a whole: narrowed to a tenant or a service it lacks evidence."""
    chosen = [plant for plant in plants() if plant.name == "claim-never-kept"]
    answer = ask(World(requests=100, plants=chosen), frozenset({"INV-17"}))["INV-17"]
    assert (answer.result, answer.denominator, answer.offending) == ("fail", 4, 1)
    assert [(one.event_id, one.trace) for one in answer.offenders] == [("read-claim-never-kept-0", "")]
    window = Window(since=SINCE, until=AS_OF)
    for scope in (Scope(tenant="t-a"), Scope(service="tracemark")):
        narrowed = evaluate(reader, PACK, window, AS_OF, scope=scope, only=["INV-17"])["INV-17"]
        assert (narrowed.result, narrowed.denominator) == ("no_evidence", 0)


def test_nothing_received_after_the_moment_asked_for_counts(reader: Store, tables: Tables) -> None:
    """As of a moment before the first event there is no evidence, however much is stored."""
    tables.fill(World(requests=100))
    report = evaluate(reader, PACK, Window(since=SINCE.replace(month=1), until=SINCE), SINCE)
    assert {answer.result for answer in report.answers} == {"no_evidence"}


def test_one_service_and_one_tenant_can_be_asked_for(reader: Store, ask: Ask) -> None:
    """Narrowed to a service, only its outputs are judged."""
    whole = ask(World(requests=160), frozenset({"INV-2"}))["INV-2"].denominator
    window = Window(since=SINCE, until=AS_OF)
    scope = Scope(tenant="t-a", service="svc-chat")
    part = evaluate(reader, PACK, window, AS_OF, scope=scope, only=["INV-2"])["INV-2"]
    assert 0 < part.denominator < whole
    none = evaluate(reader, PACK, window, AS_OF, scope=Scope(service="o'brien"), only=["INV-2"])["INV-2"]
    assert none.result == "no_evidence"


def test_a_world_repeats() -> None:
    """The same arguments give the same rows; another seed gives others."""
    rows = [list(World(requests=50, plants=plants(), seed=seed).blocks()) for seed in (1, 1, 2)]
    assert rows[0] == rows[1]
    assert rows[0] != rows[2]


NARROWED = (
    Scope(tenant="t-plants-cured-at-another-tenant-0-a"),
    Scope(service="svc-chat"),
    Scope(tenant="t-plants", service="svc-image"),
    Scope(tenant="o'brien", service="服务"),
)


def test_a_part_of_the_world_is_judged_as_in_the_whole(reader: Store, tables: Tables) -> None:
    """Narrowed to a tenant or a service, a duty holds exactly the rows that it holds of them in the whole world: what other
    services of the tenant did about a case or a user still counts, and what other tenants did never."""
    tables.fill(World(requests=0, plants=plants("violation", "near_miss", regime="cn")))
    for duty in PACK.obligations:
        if duty.query and duty.id != "INV-17":
            whole = judged(reader, duty, Scope())
            assert whole
            for scope in NARROWED:
                part = [row for row in whole if scope.tenant in {"", row[0]} and scope.service in {"", row[1]}]
                assert judged(reader, duty, scope) == part, (duty.id, scope)


def judged(reader: Store, duty: Obligation, scope: Scope) -> list[tuple[str, ...]]:
    """What a duty says of each thing that it judges, in order."""
    given = {"from": SINCE, "to": AS_OF, "as_of": AS_OF, "tenant": scope.tenant, "service": scope.service}
    names = ("tenant_id", "service_id", "request_id", "content_id", "case_id", "reason", "usable")
    rows = reader.query(duty.sql(), {name: text(value) for name, value in given.items()})
    return sorted(tuple(str(row[name]) for name in names) for row in rows)


def text(value: object) -> object:
    """An instant as the store reads it."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value
