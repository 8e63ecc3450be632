"""Board *Pipeline and integrity*: does every event that was emitted arrive, how far behind is the store, and is it sealed."""

from tracemark.dashboards import annotations, links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.panels import (
    COUNT,
    GREEN,
    ORANGE,
    RED,
    TIME,
    Json,
    age_stat,
    count_stat,
    stat,
    table,
    text,
    time_bars,
    time_lines,
    zero_is_good,
)
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["pipeline"]

_CHOICES = ("tenant", "service")


def pipeline(language: Language) -> Json:
    """The board in one language."""
    words = Words("pipeline", language)
    leads = links.leads(words, _CHOICES)
    ids = {name: leads[name] for name in ("request_id", "content_id", "case_id")}
    of_service = {"service_id": leads["service_id"]}
    return assemble(
        words,
        annotations=annotations.changes(words),
        variables=[
            variables.datasource(words),
            *(variables.choice(words, name) for name in _CHOICES),
        ],
        rows=[
            [text(words, "note", height=3)],
            [
                age_stat(words, "canary", late_s=120, dead_s=300),
                age_stat(words, "freshness", late_s=120, dead_s=900),
                count_stat(words, "stored"),
                zero_is_good(words, "unexplained"),
                zero_is_good(words, "dead_letters"),
                zero_is_good(words, "dropped"),
            ],
            [
                age_stat(words, "sink_report", late_s=60, dead_s=300),
                stat(words, "lag", unit=COUNT, steps=((10_000, ORANGE), (1_000_000, RED))),
                zero_is_good(words, "halted"),
                zero_is_good(words, "unaccounted"),
                count_stat(words, "sessions_open"),
                zero_is_good(words, "silent", colour=ORANGE),
            ],
            [
                age_stat(words, "sealed_age", late_s=300, dead_s=900),
                stat(words, "sealed_share", unit="percentunit", steps=((1, GREEN),), base=RED),
                zero_is_good(words, "unsealed"),
                zero_is_good(words, "breaks", colour=ORANGE),
                zero_is_good(words, "hash_mismatch"),
                zero_is_good(words, "clock_suspect", bad_from=0.000001, colour=ORANGE, unit="percentunit"),
            ],
            [time_bars(words, "stored_by_type"), time_lines(words, "lag_by_lane")],
            [
                table(
                    words,
                    "producers",
                    height=8,
                    units={"last_seen": TIME, "counted_at": TIME},
                    bad=("dropped", "missing"),
                )
            ],
            [
                table(words, "dead_letters_by_code", width=10, height=7, units={"first_seen": TIME, "last_seen": TIME}),
                table(words, "lanes", width=14, height=7, units={"report_age": "s", "rows_per_second": "ops"}),
            ],
            [
                table(
                    words,
                    "ledger",
                    height=6,
                    units={"last_settled": TIME},
                    bad=("unaccounted", "dead_letters", "unsealed"),
                )
            ],
            [table(words, "roots", height=8, units={"recorded_at": TIME})],
            [
                table(
                    words,
                    "latest",
                    height=9,
                    units={"_broker_ts": TIME, "occurred_at": TIME},
                    links={**ids, **of_service},
                )
            ],
        ],
    )
