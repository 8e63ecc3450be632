"""Board *Trace*: one request, content, case or event, from the prompt to the last measure. It ignores the time range on purpose."""

from tracemark.dashboards import links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.panels import (
    COUNT,
    ORANGE,
    RED,
    TIME,
    Json,
    age_stat,
    count_stat,
    stat,
    table,
    text,
    trace_view,
    zero_is_good,
)
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["trace"]

_CHOICES = ("tenant",)

_OCCURRED = {"occurred_at": TIME}


def trace(language: Language) -> Json:
    """The board in one language."""
    words = Words("trace", language)
    leads = links.leads(words, _CHOICES)
    ids = {name: leads[name] for name in ("request_id", "content_id", "case_id", "event_id")}
    # A chain may be older than the time range: what its services and models did then is shown around their events.
    of_request = links.leads(words, _CHOICES, around="first_received")
    of_event = links.leads(words, _CHOICES, around="_broker_ts")
    return assemble(
        words,
        variables=[
            variables.datasource(words),
            *(variables.choice(words, name) for name in _CHOICES),
            *(variables.typed(words, name) for name in ids),
        ],
        refresh="",
        rows=[
            [text(words, "note", height=3)],
            [
                age_stat(words, "freshness", late_s=300, dead_s=3600),
                count_stat(words, "chain_events"),
                count_stat(words, "outputs"),
                zero_is_good(words, "unlabelled", colour=ORANGE),
                count_stat(words, "measures"),
                stat(words, "tenants", unit=COUNT, steps=((2, RED),)),
            ],
            [
                table(
                    words,
                    "about",
                    height=5,
                    units={"first_occurred": TIME, "last_occurred": TIME, "first_received": TIME},
                    links={"request_id": ids["request_id"], "service_id": of_request["service_id"]},
                )
            ],
            [trace_view(words, "spans", height=8)],
            [
                table(
                    words,
                    "events",
                    height=9,
                    units={**_OCCURRED, "_broker_ts": TIME},
                    links={**ids, **{name: of_event[name] for name in ("service_id", "model_id")}},
                )
            ],
            [table(words, "labels", height=6, units=_OCCURRED, links={"content_id": ids["content_id"]})],
            [
                table(
                    words,
                    "moderation",
                    height=6,
                    units={**_OCCURRED, "detected_at": TIME, "finding_to_action": "s"},
                    links={"case_id": ids["case_id"], "content_id": ids["content_id"]},
                )
            ],
            [
                table(
                    words,
                    "integrity",
                    height=8,
                    units={**_OCCURRED, "_broker_ts": TIME},
                    links={"event_id": ids["event_id"]},
                )
            ],
        ],
    )
