"""A report as a table for spreadsheets, and as one page that needs nothing else."""

import csv
import io
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from tracemark.query.events import iso
from tracemark.query.obligations.pack import CHECKED, Lang, Text
from tracemark.query.obligations.report import Answer, Offender, Report, Result

__all__ = ["RESULTS", "to_csv", "to_html"]

RESULTS: Final[Mapping[Result, Text]] = {
    "pass": {"en": "pass", "zh": "符合"},
    "fail": {"en": "fail", "zh": "违反"},
    "no_evidence": {"en": "no evidence", "zh": "无证据"},
}

_COLUMNS: Final = ("duty", "law", "checked", "result", "judged", "breaches", "open", "reason", "at")
_IDS: Final = ("tenant_id", "service_id", "event_id", "request_id", "content_id", "case_id", "trace")

_WORDS: Final[Mapping[str, Text]] = {
    "judged": {"en": "judged", "zh": "已判断"},
    "breaches": {"en": "breaches", "zh": "违反"},
    "open": {"en": "cannot be judged", "zh": "无法判断"},
    "checked": {"en": "How far the reading was checked", "zh": "条文核对程度"},
    "limits": {"en": "What a pass does not prove", "zh": "“符合”不能证明"},
    "deadline": {"en": "Deadline", "zh": "期限"},
    "received": {"en": "Received", "zh": "接收时间"},
    "as_of": {"en": "as of", "zh": "截至"},
    "calendar": {"en": "Working days", "zh": "工作日历"},
    "not_advice": {"en": "Not legal advice.", "zh": "不构成法律意见。"},
    "scope": {"en": "Tenant and service", "zh": "租户与服务"},
    "all": {"en": "all", "zh": "全部"},
}

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}td,th{border-bottom:1px solid #ddd;padding:.3rem .6rem;
text-align:left;vertical-align:top}code{font-size:.85em;word-break:break-all}.pass{color:#0a6b2d}.fail{color:#b00020;font-weight:700}
.no_evidence{color:#6b6b6b}section{border-top:2px solid #eee;padding-top:.5rem}small{color:#555}
"""


def to_csv(report: Report, lang: Lang = "en") -> str:
    """A line for each offender, and one for each duty without any; values that a spreadsheet would run begin with a quote."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*_COLUMNS, *_IDS, "sentence"))
    for answer in report.answers:
        for row in _lines(answer, lang):
            writer.writerow(["'" + cell if cell[:1] in tuple("=+-@") else cell for cell in map(str, row)])
    return text.getvalue()


def _lines(answer: Answer, lang: Lang) -> Iterator[tuple[object, ...]]:
    duty = answer.obligation
    head = (
        duty.id,
        duty.law,
        duty.checked,
        answer.result,
        answer.denominator,
        answer.offending,
        answer.unusable,
    )
    for offender in answer.offenders:
        yield (*head, offender.reason, iso(offender.at), *(getattr(offender, name) for name in _IDS), duty.duty[lang])
    if not answer.offenders:
        yield (*head, "", "", *("" for _ in _IDS), duty.duty[lang])


def to_html(report: Report, lang: Lang = "en") -> str:
    """One page without scripts or outside parts: every duty links to its offenders, every offender says how to trace it."""
    title = escape(report.pack.title[lang])
    rows = "\n".join(_summary(answer, lang) for answer in report.answers)
    details = "\n".join(_section(answer, report, lang) for answer in report.answers)
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
<p>{_head(report, lang)}</p>
<table><thead><tr><th></th><th>id</th><th></th><th>{_word("judged", lang)}</th><th>{_word("breaches", lang)}</th>
<th>{_word("open", lang)}</th></tr></thead><tbody>
{rows}
</tbody></table>
{details}
<p><small>{_word("not_advice", lang)} {_word("calendar", lang)}: {escape(report.calendar_note)}</small></p>
</body></html>
"""


def _head(report: Report, lang: Lang) -> str:
    scope = f"{report.tenant or _word('all', lang)} / {report.service or _word('all', lang)}"
    return (
        f"{_result(report.result, lang)} · {_word('received', lang)} {iso(report.window.since)} – {iso(report.window.until)}, "
        f"{_word('as_of', lang)} {iso(report.as_of)} · {_word('scope', lang)}: {escape(scope)}"
    )


def _summary(answer: Answer, lang: Lang) -> str:
    duty = answer.obligation
    link = f'<a href="#{escape(duty.id)}">{escape(duty.id)}</a>'
    numbers = f"<td>{answer.denominator}</td><td>{answer.offending}</td><td>{answer.unusable}</td>"
    return f"<tr><td>{_result(answer.result, lang)}</td><td>{link}</td><td>{escape(duty.duty[lang])}</td>{numbers}</tr>"


def _section(answer: Answer, report: Report, lang: Lang) -> str:
    duty = answer.obligation
    laws = "; ".join(
        escape(name[lang]) for key, name in report.pack.instruments.items() if key in duty.law.replace(";", " ").split()
    )
    reasons = ", ".join(f"{escape(reason.code)} {reason.rows}" for reason in answer.reasons)
    offenders = "\n".join(_offender(each) for each in answer.offenders)
    deadline = f"<br>{_word('deadline', lang)}: {escape(duty.deadline)}" if duty.deadline else ""
    return f"""<section id="{escape(duty.id)}"><h2>{escape(duty.id)} {_result(answer.result, lang)}</h2>
<p>{escape(duty.duty[lang])}<br><small>{escape(duty.law)} ({laws})<br>
{_word("checked", lang)}: [{duty.checked}] {escape(CHECKED[duty.checked][lang])}<br>
{_word("limits", lang)}: {escape(duty.limits[lang])}{deadline}</small></p>
<p>{_word("judged", lang)}: {answer.denominator} ({escape(duty.denominator[lang])}). {reasons}{escape(answer.why[lang])}</p>
{f"<table><tbody>{offenders}</tbody></table>" if offenders else ""}</section>"""


def _offender(offender: Offender) -> str:
    ids = " / ".join(escape(part) for part in (offender.tenant_id, offender.service_id) if part)
    lead = offender.trace or offender.event_id
    return (
        f"<tr><td>{escape(offender.reason)}</td><td>{iso(offender.at)}</td><td>{ids}</td>"
        f"<td><code>{escape(lead)}</code><br><code>{escape(offender.event_id)}</code></td></tr>"
    )


def _result(result: Result, lang: Lang) -> str:
    return f'<span class="{result}">{RESULTS[result][lang]}</span>'


def _word(name: str, lang: Lang) -> str:
    return _WORDS[name][lang]
