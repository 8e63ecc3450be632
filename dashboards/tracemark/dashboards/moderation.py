"""Board *Moderation*: from a finding to stop, removal, report and remedy; measures against users; complaints and requests."""

from tracemark.dashboards import annotations, links, variables
from tracemark.dashboards.board import assemble
from tracemark.dashboards.panels import TIME, Json, age_stat, count_stat, table, text, time_bars, zero_is_good
from tracemark.dashboards.versions import Language
from tracemark.dashboards.words import Words

__all__ = ["moderation"]

_CHOICES = ("tenant", "service", "model")

_STEPS = ("found_to_stop", "found_to_remove", "found_to_report", "found_to_remedy")


def moderation(language: Language) -> Json:
    """The board in one language."""
    words = Words("moderation", language)
    leads = links.leads(words, _CHOICES)
    of_case = {name: leads[name] for name in ("case_id", "service_id")}
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
            [text(words, "note", height=3)],
            [
                age_stat(words, "freshness", late_s=300, dead_s=3600),
                count_stat(words, "measures"),
                zero_is_good(words, "unreported"),
                zero_is_good(words, "measures_in_breach"),
                zero_is_good(words, "complaints_in_breach"),
                zero_is_good(words, "requests_in_breach"),
            ],
            [time_bars(words, "by_action"), time_bars(words, "by_reason")],
            [
                table(
                    words,
                    "cases",
                    height=9,
                    units={"found_at": TIME, **dict.fromkeys(_STEPS, "s")},
                    links={**of_case, "content_id": leads["content_id"]},
                    reasons=("reason",),
                )
            ],
            [
                table(
                    words,
                    "ladder",
                    height=7,
                    units={"last_measure": TIME},
                    links=of_case,
                    bad=("without_basis", "not_reported", "jump_without_reason"),
                )
            ],
            [
                table(
                    words,
                    "complaints",
                    height=7,
                    units={"received_at": TIME, "due_at": TIME, "feedback_at": TIME},
                    links=of_case,
                    reasons=("reason",),
                )
            ],
            [
                table(
                    words,
                    "rights",
                    height=7,
                    units={"received_at": TIME, "due_at": TIME, "feedback_at": TIME},
                    links=of_case,
                    reasons=("reason",),
                )
            ],
        ],
    )
