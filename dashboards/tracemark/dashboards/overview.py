"""Board *Compliance overview*: is anything wrong now."""

from functools import partial

from tracemark.dashboards import annotations, links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.obligations import duty_table
from tracemark.dashboards.panels import ORANGE, TIME, Json, age_stat, count_stat, table, text, time_bars, zero_is_good
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["overview"]

_CHOICES = ("regime", "tenant", "service", "model")


def overview(language: Language) -> Json:
    """The board in one language."""
    words = Words("overview", language)
    leads = links.leads(words, _CHOICES)
    led = partial(links.leading_to, words=words, chosen=_CHOICES)
    return assemble(
        words,
        variables=[
            variables.datasource(words),
            *(variables.choice(words, name) for name in _CHOICES),
        ],
        annotations=annotations.changes(words),
        refresh="1m",
        rows=[
            [text(words, "note", height=3)],
            [
                led("obligations", age_stat(words, "judgement_age", late_s=1800, dead_s=86_400)),
                led("obligations", zero_is_good(words, "failing")),
                led("obligations", zero_is_good(words, "critical")),
                led("obligations", zero_is_good(words, "unknown", colour=ORANGE)),
                led("obligations", count_stat(words, "passing")),
                led("obligations", zero_is_good(words, "breaches")),
            ],
            [
                led("pipeline", age_stat(words, "freshness", late_s=120, dead_s=900)),
                led("pipeline", zero_is_good(words, "unexplained")),
                led("pipeline", zero_is_good(words, "dead_letters")),
                led("moderation", zero_is_good(words, "complaints_in_breach")),
                led("moderation", zero_is_good(words, "requests_in_breach")),
                led("labels", zero_is_good(words, "delivered_without")),
            ],
            [duty_table(words, "not_passing", height=10)],
            [time_bars(words, "volume"), time_bars(words, "measures")],
            [
                table(
                    words,
                    "services",
                    height=8,
                    units={"newest_event": TIME},
                    links={"service_id": leads["service_id"]},
                    bad=("lost_labels",),
                )
            ],
        ],
    )
