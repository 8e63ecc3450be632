"""Other regimes by the same mechanism: the Union's and California's packs, their plants, and what they do not claim."""

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.stored import Tables, column_row
from tracemark.cli._app import app
from tracemark.query.obligations import Obligation, Report, Scope, Window, evaluate, list_packs, load_pack
from tracemark.query.obligations.page import to_html
from tracemark.query.obligations.render import to_csv
from tracemark.query.testing import AS_OF, SINCE, Plant, Plot, World, asked_at, plants, score
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR
from tracemark.schemas import schemas
from tracemark.schemas.clock import FixedClock
from tracemark.schemas.columns import table_columns
from tracemark.sdk.testing import Recorder
from tracemark.store import Store, StoreConfig

UNASKED: Mapping[str, set[str]] = {"eu": {"EU-12", "EU-50-4-TEXT"}, "us-ca": {"CA-VISIBLE", "CA-LICENCE", "CA-TOOL"}}
"""Duties about which no event says anything."""

NEVER_FAIL: Mapping[str, set[str]] = {"eu": {"EU-50-1", "EU-50-4"}, "us-ca": set()}
"""Duties that pass or lack evidence: their events show that something was done, never that it was not."""

ROOT = Path(__file__).parents[3]
LATE = datetime(2026, 12, 10, 12, tzinfo=UTC)
"""When the rule on marking reaches every system, of whatever age."""
LATER = LATE + timedelta(days=1)

Judged = Callable[..., Report]

abroad = pytest.mark.parametrize("regime", sorted(UNASKED))
each = pytest.mark.parametrize(
    "obligation", [duty for name in UNASKED for duty in load_pack(name).obligations], ids=lambda duty: duty.id
)


@pytest.fixture
def judged(reader: Store, tables: Tables) -> Judged:
    """Fill the empty tables with a world, and judge it by a pack, after the last of its stories."""

    def judge(world: World, regime: str, as_of: datetime | None = None, about: frozenset[str] = frozenset()) -> Report:
        tables.fill(world)
        moment = as_of or asked_at(regime)
        pack = load_pack(regime)
        only = [duty.id for duty in pack.obligations if not about or duty.id in about]
        return evaluate(reader, pack, Window(since=SINCE, until=moment), moment, scope=Scope(limit=10_000), only=only)

    return judge


# -- the kit --------------------------------------------------------------------------------------------------------


@abroad
def test_every_planted_violation_is_found_and_nothing_else(judged: Judged, regime: str) -> None:
    """In a world of a thousand requests under all regimes, with every story of all of them: recall 100 %, no false alarm."""
    world = World(requests=1000, plants=plants("violation", "near_miss"), copies=2)
    report = judged(world, regime)
    duties = {answer.obligation.id for answer in report.answers}
    scored = score(report, [expected for expected in world.expected if expected.duty in duties])
    assert (scored.missed, scored.false_alarms) == ((), ())
    assert scored.perfect
    untouched = {duty.duty for duty in scored.duties if not duty.planted}
    assert untouched == UNASKED[regime] | NEVER_FAIL[regime], "every duty that can fail has a planted violation"


@abroad
def test_near_misses_pass(judged: Judged, regime: str) -> None:
    """Clean traffic with every near miss in it passes every duty that can be judged."""
    report = judged(World(requests=300, plants=plants("near_miss")), regime)
    results = {answer.obligation.id: answer.result for answer in report.answers}
    assert {duty for duty, result in results.items() if result != "pass"} == UNASKED[regime]
    assert set(results.values()) == {"pass", "no_evidence"}


@abroad
def test_an_empty_world_passes_nothing(judged: Judged, regime: str) -> None:
    """Where nothing was recorded, every duty lacks evidence and says why."""
    report = judged(World(requests=0), regime)
    assert {answer.result for answer in report.answers} == {"no_evidence"}
    assert all(answer.why["en"] and answer.why["zh"] for answer in report.answers)


@pytest.mark.parametrize(
    "plant", [*plants("unknown", regime="eu"), *plants("unknown", regime="us-ca")], ids=lambda plant: plant.name
)
def test_what_cannot_be_judged_is_no_evidence(judged: Judged, plant: Plant) -> None:
    """One thing that cannot be judged turns its duty to no evidence, with the reason, among clean traffic that passes."""
    world = World(requests=100, plants=(plant,))
    list(world.blocks())
    about, world = (
        frozenset(expected.duty for expected in world.expected),
        replace(world, expected=[], events=Counter()),
    )
    report = judged(world, plant.regime, about=about)
    assert world.expected
    for expected in world.expected:
        answer = report[expected.duty]
        assert (answer.result, answer.offending, answer.unusable) == ("no_evidence", 0, 1)
        assert [reason.code for reason in answer.reasons if not reason.usable] == [expected.reason]


@abroad
def test_every_story_is_about_a_duty_of_its_regime(regime: str) -> None:
    """What a plant expects is judged by the pack that it names."""
    world = World(requests=0, plants=plants("violation", "unknown", regime=regime))
    assert list(world.blocks())
    assert {expected.duty for expected in world.expected} <= {duty.id for duty in load_pack(regime).obligations}


# -- whose traffic, and since when ----------------------------------------------------------------------------------


def test_traffic_of_another_regime_is_not_judged(tables: Tables, reader: Store) -> None:
    """A world of Chinese services alone is no evidence of anything abroad."""
    tables.fill(World(requests=100))
    for regime in UNASKED:
        window = Window(since=SINCE, until=AS_OF)
        report = evaluate(reader, load_pack(regime), window, AS_OF, scope=Scope(service="svc-image"))
        assert {answer.denominator for answer in report.answers} == {0}


def test_one_event_is_judged_by_every_regime_it_names(tables: Tables, reader: Store) -> None:
    """A picture without any mark breaches the Union's rule and California's, each by its own pack, and no Chinese one."""

    def told(p: Plot) -> None:
        p.request(p.producer("svc-world-image"), without=["implicit", "digital_watermark", "c2pa_manifest"])

    tables.fill(World(requests=0, plants=[Plant(name="unmarked", kind="violation", tell=told)]))
    window = Window(since=SINCE, until=AS_OF)
    for regime, duty in (("eu", "EU-50-2-MARK"), ("us-ca", "CA-LATENT")):
        answer = evaluate(reader, load_pack(regime), window, AS_OF, only=[duty])[duty]
        assert [offender.content_id for offender in answer.offenders] == ["o-unmarked-0-2"]
    assert evaluate(reader, load_pack("cn"), window, AS_OF, only=["INV-1"])["INV-1"].result == "no_evidence"


@pytest.mark.parametrize(("regime", "duty", "hour"), [("eu", "EU-50-2-MARK", 22), ("us-ca", "CA-LATENT", 31)])
def test_nothing_made_before_the_rule_is_judged(
    tables: Tables, reader: Store, regime: str, duty: str, hour: int
) -> None:
    """Of two unmarked pictures that arrive together, one of the last microsecond before 2 August and one of its first, only the
    second is judged; the day begins in the zone of the law."""
    begins = micros(datetime(2026, 8, 1, tzinfo=UTC)) + hour * HOUR
    received = (begins + 12 * HOUR) // 1000
    without = ["implicit", "digital_watermark", "c2pa_manifest", "delivery", "readback"]

    def told(p: Plot) -> None:
        producer = p.producer("svc-world-image")
        for at in (begins - 1, begins):
            p.request(producer, without=without, output={"occurred_at": at, "_broker_ts": received})

    tables.fill(World(requests=0, plants=[Plant(name="early", kind="violation", tell=told)]))
    window = Window(since=datetime(2026, 8, 1, tzinfo=UTC), until=AS_OF)
    answer = evaluate(reader, load_pack(regime), window, AS_OF, only=[duty])[duty]
    assert (answer.denominator, [offender.content_id for offender in answer.offenders]) == (1, ["o-early-0-4"])


@abroad
def test_before_its_day_a_regime_has_no_evidence(tables: Tables, reader: Store, regime: str) -> None:
    """Asked about July, every duty says from when it applies, whatever was recorded."""
    tables.fill(World(requests=50))
    july = Window(since=datetime(2026, 7, 1, tzinfo=UTC), until=datetime(2026, 8, 1, tzinfo=UTC))
    report = evaluate(reader, load_pack(regime), july, AS_OF)
    assert {answer.result for answer in report.answers} == {"no_evidence"}
    for answer in report.answers:
        assert str(answer.obligation.in_force) in answer.why["en"]
        assert str(answer.obligation.in_force) in answer.why["zh"]


def test_ordinary_traffic_passes_no_duty_of_high_risk_systems(judged: Judged, reader: Store) -> None:
    """Before December 2027 they are not in force; afterwards, however much is recorded, nothing of it is evidence, and neither is
    the deletion of ordinary records."""
    at = micros(datetime(2028, 10, 1, tzinfo=UTC))
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 9, "retention_class": "REG"}

    def told(p: Plot) -> None:
        own = Plot(p.teller, p.name, p.tenant, at)
        producer = own.producer("svc-world-image")
        own.tell(p.teller.event(producer, "retention.applied", at, cutoff=at - HOUR, newest_at=at - HOUR, **dropped))
        p.tell(own.finish())

    world = World(requests=200, plants=[Plant(name="dropped", kind="near_miss", tell=told)])
    now = judged(world, "eu", AS_OF, frozenset({"EU-19"}))
    assert "2027-12-02" in now["EU-19"].why["en"]
    later = asked_at("eu")
    report = evaluate(reader, load_pack("eu"), Window(since=SINCE, until=later), later, only=["EU-12", "EU-19"])
    assert {answer.result for answer in report.answers} == {"no_evidence"}
    assert "high-risk" in report["EU-12"].why["en"]
    assert "EU_HR" in report["EU-19"].why["en"]


# -- the catalogue --------------------------------------------------------------------------------------------------


def test_ids_are_unique_across_packs() -> None:
    """A board that shows several regimes names each duty once."""
    ids = [duty.id for name in list_packs() for duty in load_pack(name).obligations]
    assert len(ids) == len(set(ids))


@each
def test_every_duty_says_what_it_is(obligation: Obligation) -> None:
    """Both languages, a law of the pack, real event types, and how far the reading was checked."""
    regime = obligation.rules.regime
    for name in ("duty", "denominator", "deadline", "limits", "note", "unanswered"):
        assert set(getattr(obligation, name)) == {"en", "zh"}
    assert obligation.duty["en"].endswith(".")
    assert obligation.duty["zh"].endswith("。")
    assert obligation.limits["en"]
    keys = set(re.findall(r"[A-Za-z]{3,}", obligation.law))
    assert keys
    assert keys <= set(load_pack(regime).instruments)
    assert set(obligation.event_types) <= {schema.event_type for schema in schemas()}
    assert bool(obligation.query) == (obligation.id not in UNASKED[regime])
    assert obligation.query or obligation.unanswered["en"]
    assert obligation.checked in {"B", "C"}, "nothing of these was read at the regulator's own page"


@each
def test_every_query_is_complete(obligation: Obligation) -> None:
    """No place is left open, only the documented parameters remain, and only traffic that names the regime is looked at."""
    if not obligation.query:
        assert obligation.sql() == ""
        return
    sql = obligation.sql("offenders")
    assert "{{" not in sql
    parameters = {"from", "to", "as_of", "tenant", "service", "limit"}
    assert set(re.findall(r"\{(\w+):", sql)) <= parameters
    assert f"has(jurisdiction, '{obligation.rules.regime}')" in sql
    assert "empty(jurisdiction)" not in sql


def test_two_regimes_share_a_query() -> None:
    """Where the rules have the same shape the query is one, and what differs is the packs' data."""
    europe, california = load_pack("eu")["EU-50-2-MARK"], load_pack("us-ca")["CA-LATENT"]
    assert europe.query == california.query
    assert europe.sql() != california.sql()


# -- reports --------------------------------------------------------------------------------------------------------


@abroad
def test_a_report_reads_in_both_languages(judged: Judged, regime: str) -> None:
    """JSON, CSV and the page name every duty, in English and Chinese."""
    report = judged(World(requests=50, plants=plants("violation", regime=regime)), regime)
    assert json.loads(json.dumps(report.to_dict()))["regime"] == regime
    for lang in ("en", "zh"):
        page, table = to_html(report, lang), to_csv(report, lang)
        for duty in load_pack(regime).obligations:
            assert escape(duty.duty[lang]) in page
            assert duty.id in table


@abroad
def test_the_command_knows_the_regime(
    tables: Tables, reader: Store, store_config: StoreConfig, tmp_path: Path, regime: str
) -> None:
    """`--regime` chooses the pack; what was planted makes it exit with 1."""
    if store_config.directory is None:
        pytest.skip("a server's password is in its URL: the command's own test of the store covers it")
    tables.fill(World(requests=0, plants=plants("violation", regime=regime)))
    asked = ["--regime", regime, "--since", SINCE.isoformat(), "--as-of", AS_OF.isoformat(), "--lang", "zh"]
    page = tmp_path / "report.html"
    where = ["--data", str(store_config.directory), "--html", str(page)]
    done = CliRunner().invoke(app, ["obligations", *where, *asked, "--json"])
    assert done.exit_code == 1, done.output
    found = json.loads(done.stdout)
    assert (found["regime"], found["result"]) == (regime, "fail")
    assert load_pack(regime).title["zh"] in page.read_text(encoding="utf-8")


# -- what services emit, and what the page says ---------------------------------------------------------------------


def test_what_the_sdk_emits_is_judged(reader: Store, tables: Tables, tmp_path: Path) -> None:
    """A picture recorded by the SDK with both layers, without a digest of its prompt, meets the Union's duties; with a digest it
    does not, and a plain one breaches the marking duties."""
    clock = FixedClock(micros(LATE))
    settings: dict[str, Any] = {
        "jurisdiction": ("eu",),
        "audience_class": "public_outside",
        "heartbeat_s": 365 * 86_400,
    }
    recorder = Recorder(
        tmp_path, clock=clock, prompt_digests=True, **settings
    )  # a service that keeps them all the same
    with recorder.client.generation(model="m-1", modality="image", request_id="r-good") as gen:
        gen.prompt(None, modality="text")
        gen.output(b"a picture", media_type="image/png")
        gen.label(kind="implicit", carrier="c2pa_manifest")
        gen.label(kind="implicit", carrier="digital_watermark")
        gen.deliver(channel="download", implicit="verified", media_type="image/png")
    with recorder.client.generation(model="m-1", modality="image", request_id="r-bad") as gen:
        gen.prompt("a question", modality="text")
        gen.output(b"another picture", media_type="image/png")
    recorder.client.flush(60)
    insert(recorder.delivered(), tables)
    recorder.close()
    report = evaluate(reader, load_pack("eu"), Window(since=LATE, until=LATER), LATER)
    found = {answer.obligation.id: (answer.denominator, answer.offenders) for answer in report.answers}
    for duty in ("EU-50-2-MARK", "EU-50-2-LAYERS", "EU-COP-PROMPTS"):
        denominator, offenders = found[duty]
        assert (denominator, [offender.request_id for offender in offenders]) == (2, ["r-bad"])
    assert report["EU-50-2-DETECT"].result == "pass"


def insert(rows: Iterable[dict[str, Any]], tables: Tables) -> None:
    """Store what the SDK emitted, as the sink would."""
    by_type: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_type.setdefault(row["event_type"], []).append(column_row(row))
    homes = {schema.event_type: schema.table for schema in schemas()}
    for event_type, block in by_type.items():
        known = {column.name for column in table_columns(schemas(), homes[event_type])}
        names = [name for name in block[0] if name in known]
        columns = [[row[name] for row in block] for name in names]
        tables.writer.insert(f"events_{homes[event_type]}", names, columns, query_id=uuid.uuid4().hex)


def test_the_page_counts_the_duties() -> None:
    """docs/regimes.md says of each pack how many duties it has."""
    page = (ROOT / "docs" / "regimes.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| (\d+) \| .*$", page, flags=re.MULTILINE))
    assert told == {regime: str(len(load_pack(regime).obligations)) for regime in list_packs()}
