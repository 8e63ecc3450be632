"""A report as one page that needs nothing else: to be read on a screen, printed, and handed to whoever asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Final

from tracemark.query.obligations.pack import Obligation
from tracemark.query.obligations.render import RESULTS, cited, left_out, local
from tracemark.query.obligations.report import Answer, Offender, Report, Result
from tracemark.query.obligations.words import Lang, words

__all__ = ["to_html"]

_SUMMARY: Final = ("verdict", "id", "duty", "severity", "judged", "breaches", "open")
_LISTED: Final = ("reason", "at", "whose", "event")


def to_html(report: Report, lang: Lang = "en", where: str = "") -> str:
    """One page without scripts or outside parts: every duty links to its offenders, every offender says how to trace it.

    `where` stands behind every command, so that it finds the same store: ` --data DIR`. Times are those of the law's zone.
    """
    return "\n".join(_Page(report, lang, where).parts())


@dataclass(frozen=True, slots=True)
class _Page:
    """One report in one language."""

    report: Report
    lang: Lang
    where: str

    def parts(self) -> Iterator[str]:
        style = (resources.files("tracemark.query.obligations") / "page.css").read_text(encoding="utf-8")
        title = escape(self.report.pack.title[self.lang])
        yield f'<!doctype html>\n<html lang="{self.lang}"><head><meta charset="utf-8"><title>{title}</title>'
        yield f"<style>\n{style}</style></head><body>\n<h1>{title}</h1>\n<p>{self._say('report')}</p>"
        yield self._head()
        yield f"<p>{self._say('answers').replace('*', '')}</p>"
        yield self._table(_SUMMARY, [self._summary(answer) for answer in self.report.answers])
        yield from map(self._section, self.report.answers)
        yield from self._foot()
        yield "</body></html>\n"

    def _head(self) -> str:
        report, counts = self.report, self.report.counts
        counted = " · ".join(f"{RESULTS[result][self.lang]} {count}" for result, count in counts.items())
        window = report.window
        return self._facts(
            ("outcome", f"{self._result(report.result)} ({counted})"),
            ("received", f"{local(report, window.since)} – {local(report, window.until)}"),
            ("as_of", local(report, report.as_of)),
            ("zone", escape(report.pack.calendar.zone.key)),
            ("tenant", escape(report.tenant) or self._say("all")),
            ("service", escape(report.service) or self._say("all")),
        )

    def _summary(self, answer: Answer) -> Sequence[str]:
        duty = answer.obligation
        link = f'<a href="#{escape(duty.id)}">{escape(duty.id)}</a>'
        law = f"{escape(duty.duty[self.lang])}<br><small>{escape(cited(duty, self.lang))}</small>"
        severity = words("severities")[duty.severity][self.lang]
        numbers = (str(number) for number in (answer.denominator, answer.offending, answer.unusable))
        return self._result(answer.result), link, law, severity, *numbers

    def _section(self, answer: Answer) -> str:
        duty = answer.obligation
        reasons = [f"{escape(reason.words[self.lang])}: {reason.rows}" for reason in answer.reasons]
        why = " · ".join([*reasons, *filter(None, [escape(answer.why[self.lang])])])
        return f"""<section id="{escape(duty.id)}"><h2>{escape(duty.id)} {self._result(answer.result)}</h2>
<p>{escape(duty.duty[self.lang])}</p>
{self._about(duty, answer, why)}
{self._list("breaches_listed", answer.offenders, answer.offending)}
{self._list("open_listed", answer.unjudged, answer.unusable)}</section>"""

    def _about(self, duty: Obligation, answer: Answer, why: str) -> str:
        return self._facts(
            ("counted", f"{answer.denominator} ({escape(duty.denominator[self.lang])})"),
            ("reason", why),
            ("cited", escape(cited(duty, self.lang))),
            ("since", str(duty.in_force or "")),
            ("deadline", escape(duty.deadline[self.lang])),
            ("limits", escape(duty.limits[self.lang])),
            ("note", escape(duty.note[self.lang])),
        )

    def _list(self, heading: str, found: Sequence[Offender], there_are: int) -> str:
        if not found:
            return ""
        rest = left_out(len(found), there_are, self.lang)
        table = self._table(_LISTED, [self._found(one) for one in found])
        return f"<h3>{self._say(heading)}</h3>\n{table}" + (f'\n<p class="rest">{rest}</p>' if rest else "")

    def _found(self, one: Offender) -> Sequence[str]:
        ids = " / ".join(escape(part) for part in (one.tenant_id, one.service_id) if part)
        reason = f"{escape(one.words[self.lang])}<br><small>{escape(one.reason)}</small>"
        lead = escape(one.trace + self.where) if one.trace else self._say("missing_event")
        event = f"<code>{escape(one.event_id)}</code><br><code>{lead}</code>"
        return reason, local(self.report, one.at), ids, event

    def _foot(self) -> Iterator[str]:
        instruments = self.report.pack.instruments.values()
        yield f"<footer><h3>{self._say('instruments')}</h3>"
        for one in instruments:
            apart = "".join(f"; {escape(article)} [{grade}]" for article, grade in one.checked_apart.items())
            yield f"<p>{escape(one.name[self.lang])} [{one.checked}]{apart}</p>"
        grades = words("checked").items()
        yield f"<p>{' · '.join(f'[{grade}] {escape(said[self.lang])}' for grade, said in grades)}</p>"
        yield f"<p>{self._say('calendar')}: {escape(self.report.calendar_note[self.lang])}</p>"
        yield f"<p>{self._say('commands')} {self._say('not_advice')}</p></footer>"

    def _facts(self, *facts: tuple[str, str]) -> str:
        """What is known, line by line; what is empty is left out."""
        lines = (f"<dt>{self._say(name)}</dt><dd>{value}</dd>" for name, value in facts if value)
        return f"<dl>{''.join(lines)}</dl>"

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        head = "".join(f"<th>{self._say(column)}</th>" for column in columns)
        body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"

    def _result(self, result: Result) -> str:
        return f'<span class="{result}">{RESULTS[result][self.lang]}</span>'

    def _say(self, name: str) -> str:
        return escape(words("page")[name][self.lang])
