"""Board *Who read the audit data*: every recorded read, by whom, through which door, for what; and what the door itself saw."""

from tracemark.dashboards import annotations, links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.panels import (
    ORANGE,
    TIME,
    Json,
    age_stat,
    count_stat,
    in_words,
    table,
    text,
    time_bars,
    zero_is_good,
)
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["access"]

_CHOICES = ("tenant", "service")


def access(language: Language) -> Json:
    """The board in one language."""
    words = Words("access", language)
    of_read = {
        name: lead for name, lead in links.leads(words, _CHOICES).items() if name not in ("model_id", "event_id")
    }
    return assemble(
        words,
        variables=[variables.datasource(words), *(variables.choice(words, name) for name in _CHOICES)],
        annotations=annotations.changes(words),
        since="now-7d",
        refresh="5m",
        rows=[
            [text(words, "note", height=3)],
            [
                age_stat(words, "freshness", late_s=86_400, dead_s=604_800),
                count_stat(words, "reads"),
                count_stat(words, "readers"),
                zero_is_good(words, "anonymous"),
                zero_is_good(words, "purposeless", colour=ORANGE),
                zero_is_good(words, "unapproved_exports"),
            ],
            [time_bars(words, "by_interface"), time_bars(words, "rows_over_time")],
            [
                table(
                    words,
                    "by_reader",
                    height=8,
                    units={"first_read": TIME, "last_read": TIME},
                    bad=("without_purpose",),
                )
            ],
            [table(words, "latest", height=10, units={"occurred_at": TIME}, links=of_read)],
            [
                age_stat(words, "door_age", late_s=86_400, dead_s=604_800),
                zero_is_good(words, "unrecorded"),
                zero_is_good(words, "reused"),
                count_stat(words, "door_reads"),
                count_stat(words, "door_statements"),
                count_stat(words, "door_rows"),
            ],
            [time_bars(words, "seen_over_time"), time_bars(words, "statements_over_time")],
            [table(words, "by_door", height=8, units={"last_seen": TIME}, bad=("without_record",))],
            [_unrecorded(words)],
        ],
    )


def _unrecorded(words: Words) -> Json:
    panel = table(words, "unrecorded_reads", height=8, units={"seen_at": TIME})
    panel["fieldConfig"]["overrides"].append(in_words("state", words.values("read_states")))
    return panel
