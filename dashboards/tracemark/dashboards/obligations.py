"""Board *Obligations*: every duty with its verdict, what was counted, and the events that break it."""

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
    time_lines,
    verdicts,
    zero_is_good,
)
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["duty_table", "obligations"]

_CHOICES = ("regime", "tenant", "service", "model", "obligation")


def obligations(language: Language) -> Json:
    """The board in one language."""
    words = Words("obligations", language)
    # Not the service: a breach may be older than the time range. Its trace leads to the service as it was then.
    leads = links.leads(words, _CHOICES)
    ids = {name: leads[name] for name in ("request_id", "content_id", "case_id", "event_id")}
    return assemble(
        words,
        variables=[
            variables.datasource(words),
            *(variables.choice(words, name) for name in _CHOICES),
        ],
        annotations=annotations.changes(words),
        since="now-7d",
        refresh="5m",
        rows=[
            [text(words, "note", height=4)],
            [
                age_stat(words, "freshness", late_s=1800, dead_s=86_400),
                zero_is_good(words, "failing"),
                zero_is_good(words, "unknown", colour=ORANGE),
                count_stat(words, "passing"),
                zero_is_good(words, "breaches"),
                count_stat(words, "judged"),
            ],
            [duty_table(words, "duties", height=20)],
            [time_lines(words, "trend"), time_bars(words, "trend_judged")],
            [table(words, "offenders", height=12, units={"at": TIME}, links=ids)],
        ],
    )


def duty_table(words: Words, key: str, *, height: int) -> Json:
    """A row per duty; a click on one shows its breaches. Of the two languages of a duty only the reader's is shown."""
    panel = table(
        words,
        key,
        height=height,
        units={"received_since": TIME, "as_of": TIME},
        links={
            "obligation": links.cell_link(
                words.say("links", "obligation"), "obligations", words.language, "obligation", chosen=_CHOICES
            )
        },
        bad=("offending",),
        wide={f"duty_{words.language}": 400, "law": 250},
    )
    other = "duty_zh" if words.language == "en" else "duty_en"
    panel["transformations"] = [
        {"id": "organize", "options": {"excludeByName": {other: True}, "indexByName": {}, "renameByName": {}}}
    ]
    panel["fieldConfig"]["overrides"] += [verdicts(words, "verdict"), in_words("law", words.laws())]
    return panel
