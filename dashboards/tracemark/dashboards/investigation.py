"""Board *Investigation*: what did this service, model, subject or case do."""

from tracemark.dashboards import annotations, links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.panels import BLUE, TIME, Json, age_stat, count_stat, stat, table, text, time_bars
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["investigation"]

_CHOICES = ("tenant", "service", "model")


def investigation(language: Language) -> Json:
    """The board in one language."""
    words = Words("investigation", language)
    leads = {name: lead for name, lead in links.leads(words, _CHOICES).items() if name != "event_id"}
    return assemble(
        words,
        variables=[
            variables.datasource(words),
            *(variables.choice(words, name) for name in _CHOICES),
            variables.typed(words, "subject_ref"),
            variables.typed(words, "case_id"),
        ],
        annotations=annotations.changes(words),
        refresh="",
        rows=[
            [text(words, "note", height=3)],
            [
                age_stat(words, "freshness", late_s=3600, dead_s=86_400),
                count_stat(words, "found"),
                count_stat(words, "requests"),
                count_stat(words, "outputs"),
                stat(words, "refused", unit="percentunit", steps=(), base=BLUE),
                count_stat(words, "measures"),
            ],
            [time_bars(words, "by_type"), time_bars(words, "by_audience")],
            [
                table(
                    words,
                    "models",
                    height=7,
                    units={"first_occurred": TIME, "last_occurred": TIME},
                    links={name: leads[name] for name in ("service_id", "model_id")},
                )
            ],
            [table(words, "events", height=12, units={"occurred_at": TIME}, links=leads)],
        ],
    )
