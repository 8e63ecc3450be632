"""Board *Labels*: are outputs labelled, and does the label survive until it is handed over."""

from tracemark.dashboards import annotations, links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.panels import TIME, Json, age_stat, table, text, time_bars, time_lines, zero_is_good
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["labels"]

_CHOICES = ("tenant", "service", "model")


def labels(language: Language) -> Json:
    """The board in one language."""
    words = Words("labels", language)
    leads = links.leads(words, _CHOICES)
    return assemble(
        words,
        variables=[
            variables.datasource(words),
            *(variables.choice(words, name) for name in _CHOICES),
        ],
        annotations=annotations.changes(words),
        refresh="5m",
        rows=[
            [text(words, "note", height=3)],
            [
                age_stat(words, "freshness", late_s=3600, dead_s=86_400),
                age_stat(words, "summary_age", late_s=1200, dead_s=7200),
                zero_is_good(words, "without_explicit"),
                zero_is_good(words, "without_implicit"),
                zero_is_good(words, "delivered_without"),
                zero_is_good(words, "broken"),
            ],
            [time_lines(words, "coverage_over_time", unit="percentunit"), time_bars(words, "applied_by_carrier")],
            [
                table(
                    words,
                    "coverage",
                    height=8,
                    units={"explicit_coverage": "percentunit", "implicit_coverage": "percentunit"},
                    links={"service_id": leads["service_id"]},
                    bad=("without_explicit", "without_implicit"),
                )
            ],
            [
                table(
                    words,
                    "survival",
                    height=6,
                    units={"explicit_survival": "percentunit"},
                    bad=("explicit_missing", "implicit_missing"),
                )
            ],
            [
                table(
                    words,
                    "read_back",
                    height=6,
                    bad=("missing", "altered", "forged", "hidden", "more_than_one_record"),
                )
            ],
            [
                table(
                    words,
                    "lost",
                    height=9,
                    units={"_broker_ts": TIME, "occurred_at": TIME},
                    links={name: leads[name] for name in ("request_id", "content_id", "service_id")},
                )
            ],
        ],
    )
