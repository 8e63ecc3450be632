"""How a report is put: what the terminal, the table for spreadsheets and the page have in common, and that table."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from tracemark.query.events import iso
from tracemark.query.obligations.pack import Obligation
from tracemark.query.obligations.report import Answer, Offender, Report
from tracemark.query.obligations.words import Lang, Text, words

__all__ = ["RESULTS", "cited", "left_out", "local", "to_csv"]

RESULTS: Final[Mapping[str, Text]] = words("results")

_BETWEEN: Final[Text] = {"en": "; ", "zh": "；"}
_DUTY: Final = ("duty", "law", "checked", "result", "judged", "breaches", "open")
_ROW: Final = ("finding", "reason", "why", "at")
_IDS: Final = ("tenant_id", "service_id", "event_id", "request_id", "content_id", "case_id")


def cited(duty: Obligation, lang: Lang, *, short: bool = False) -> str:
    """What a duty cites, each text with how far its reading was checked: `IM 15 [A]; DS 12 [A]`, in words unless `short`."""
    return _BETWEEN[lang].join(f"{c.law if short else c.words[lang]} [{c.checked}]" for c in duty.citations)


def local(report: Report, moment: datetime) -> str:
    """An instant by the clocks of the law, to the second."""
    return f"{moment.astimezone(report.pack.calendar.zone):%Y-%m-%d %H:%M:%S}"


def left_out(listed: int, there_are: int, lang: Lang) -> str:
    """That a list is cut, and how to have the rest; empty when it is whole."""
    return words("page")["left_out"][lang].format(listed=listed, all=there_are) if listed < there_are else ""


def to_csv(report: Report, lang: Lang = "en", where: str = "") -> str:
    """A line for each offender and each thing that cannot be judged, and one for each duty without any.

    Values that a spreadsheet would run begin with a quote; instants are UTC. `where` stands behind every command. Lines of duties
    that are due by a published limit say how far the calendar was checked in which its working days are counted.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*_DUTY, *_ROW, *_IDS, "trace", "sentence", "calendar"))
    for answer in report.answers:
        for row in _lines(answer, report, lang, where):
            writer.writerow(["'" + cell if cell[:1] in tuple("=+-@") else cell for cell in map(str, row)])
    return text.getvalue()


def _lines(answer: Answer, report: Report, lang: Lang, where: str) -> Iterator[tuple[object, ...]]:
    duty = answer.obligation
    numbers = (answer.denominator, answer.offending, answer.unusable)
    head = (duty.id, cited(duty, lang, short=lang == "en"), duty.checked, answer.result, *numbers)
    for finding, found in (("breach", answer.offenders), ("cannot be judged", answer.unjudged)):
        for one in found:
            counted = _counted_in(answer, one.at, report, lang)
            yield (*head, finding, *_found(one, lang, where), duty.duty[lang], counted)
    if not answer.offenders and not answer.unjudged:
        counted = _counted_in(answer, answer.earliest, report, lang)
        yield (*head, "", "", answer.why[lang], "", *("" for _ in _IDS), "", duty.duty[lang], counted)


def _counted_in(answer: Answer, start: datetime | None, report: Report, lang: Lang) -> str:
    return report.pack.calendar.note(start, report.as_of)[lang] if start and answer.obligation.has_limit else ""


def _found(one: Offender, lang: Lang, where: str) -> tuple[object, ...]:
    ids = (getattr(one, name) for name in _IDS)
    return (one.reason, one.words[lang], iso(one.at), *ids, f"{one.trace}{where}" if one.trace else "")
