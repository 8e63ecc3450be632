"""`tracemark obligations`: is every duty met, by which events, and what is not known."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from tracemark.cli._trace_ask import instant
from tracemark.cli.access import AccessorOption, PurposeOption, audited
from tracemark.cli.errors import CommandError, ExitCode
from tracemark.cli.options import DataOption, JsonOption, StoreOption
from tracemark.cli.output import Mark, emit, mark, note, progress, say, table
from tracemark.cli.stores import same_store, store_config
from tracemark.query.obligations import Answer, Report, Scope, Window, evaluate, load_pack
from tracemark.query.obligations.page import to_html
from tracemark.query.obligations.render import RESULTS, cited, left_out, local, to_csv
from tracemark.query.obligations.settling import count_unsettled
from tracemark.query.obligations.words import Lang, words
from tracemark.schemas.clock import Clock, SystemClock
from tracemark.store import Store, StoreRefused

__all__ = ["obligations"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SPAN: Final = timedelta(days=30)
_LACKING: Final = frozenset({47, 60, 81})
_MARKS: Final[dict[str, Mark]] = {"pass": "ok", "fail": "fail", "no_evidence": "warn"}
_A_YEAR: Final = 525_600.0
"""In minutes."""
_LISTED: Final = 100
"""Breaches of each duty in a document, and things that cannot be judged, unless somebody says otherwise."""
_SHOWN: Final = 3
"""The same on a terminal."""
_COLUMNS: Final = ("verdict", "id", "law", "duty", "judged", "breaches", "reason")


def obligations(
    *,
    regime: Annotated[str, typer.Option("--regime", metavar="NAME", help="The pack of duties.")] = "cn",
    tenant: Annotated[str, typer.Option("--tenant", metavar="ID", help="This tenant only.")] = "",
    service: Annotated[str, typer.Option("--service", metavar="ID", help="This service only.")] = "",
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="WHEN",
            help="Judge what was received since: 30d, 12h, 2026-01-31. A day begins where the law is: for cn in Asia/Shanghai.",
        ),
    ] = "30d",
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="And before; by default the moment of the answer.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="WHEN", help="Answer as it would have been then; by default now.")
    ] = None,
    settle: Annotated[
        float | None,
        typer.Option(
            "--settle",
            metavar="MINUTES",
            help="Leave what is younger for the next report; the pack's own time, 15 minutes for cn.",
            min=0,
            max=_A_YEAR,
        ),
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the report.")] = "en",
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            help="List at most so many breaches of each duty, and as many things that cannot be judged. By default 100, "
            "on the terminal 3.",
            min=1,
            max=100_000,
        ),
    ] = None,
    csv: Annotated[
        bool,
        typer.Option(
            "--csv", help="Print one line for each breach, for what cannot be judged, and for each other duty."
        ),
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a page of its own.", dir_okay=False)
    ] = None,
    store: StoreOption = None,
    data: DataOption = None,
    accessor: AccessorOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Judge every duty of a regime: pass, fail with the offending events, or no evidence.

    Exit code 1 when a duty failed; else 2 when the question, or that of some duty, could not be asked; else 0. No evidence is not a
    pass: read it.
    """
    if csv and json:
        raise CommandError("pass --csv or --json, not both")
    _check_place(html)
    clock = SystemClock()
    pack = load_pack(regime) if settle is None else replace(load_pack(regime), settle_minutes=settle)
    moment, window = _period(clock, pack.calendar.zone, since=since, until=until, as_of=as_of)
    scope = Scope(tenant=tenant, service=service, limit=limit or _LISTED)
    config = store_config(store, data).as_reader()
    try:
        with (
            audited("obligations", config, accessor=accessor, purpose=purpose) as read,
            Store(read.config, clock) as asked,
            progress(len(pack.obligations), "duties judged") as advance,
        ):
            report = evaluate(asked, pack, window, moment, scope=scope, heard=lambda _: advance(1))
            young = count_unsettled(asked, pack, window, moment, scope=scope)
            read.rows = sum(len(answer.offenders) + len(answer.unjudged) for answer in report.answers)
    except StoreRefused as error:
        if error.code not in _LACKING:
            raise
        raise CommandError(
            "the store lacks tables or columns of this release: run `tracemark store migrate`"
        ) from error
    _tell(report, young)
    where = same_store(store, data)
    try:
        if html is not None:
            html.write_text(to_html(report, lang, where), encoding="utf-8")
            note(f"written: {html}")
    finally:  # a full disk takes nobody's answer away
        if csv:
            typer.echo(to_csv(report, lang, where), nl=False)
        else:
            emit(report.to_dict(), json=json, human=lambda: _show(report, lang, where, limit or _SHOWN))
        if csv or json:
            _tell_left_out(report)
    raise typer.Exit(_exit_code(report))


def _exit_code(report: Report) -> ExitCode:
    if report.counts["fail"]:
        return ExitCode.NO
    return ExitCode.COULD_NOT_ASK if any(answer.trouble for answer in report.answers) else ExitCode.FINE


def _check_place(html: Path | None) -> None:
    """Before the store is asked: an answer that took minutes has to have a place to go to."""
    if html is None:
        return
    if not html.parent.is_dir():
        raise CommandError(f"--html: there is no folder {html.parent}; make it first")
    if not os.access(html if html.exists() else html.parent, os.W_OK):
        raise CommandError(f"--html: you may not write {html}; name another place")


def _period(
    clock: Clock, zone: ZoneInfo, *, since: str, until: str | None, as_of: str | None
) -> tuple[datetime, Window]:
    """The moment of the answer, and what was received before it."""
    now = _EPOCH + timedelta(microseconds=clock.now_us())
    moment = _reached(as_of, now, "--as-of", zone) if as_of else now
    last = _reached(until, moment, "--until", zone) if until else moment
    return moment, Window(since=instant(since, moment, "--since", zone), until=last)


def _reached(text: str, now: datetime, option: str, zone: ZoneInfo) -> datetime:
    """An instant that is not later than `now`: over what has not happened yet, nothing fails."""
    moment = instant(text, now, option, zone)
    if moment > now:
        latest = f"{now.astimezone(zone):%Y-%m-%d %H:%M} in {zone.key}"
        raise CommandError(f"{option}: lies in the future of the answer; pass an instant up to {latest}")
    return moment


def _tell(report: Report, young: int) -> None:
    """What to know about an answer, on standard error."""
    if young:
        settled = f"younger than {report.pack.settle_minutes:g} minutes"
        note(f"{young} events are {settled} and not judged yet; --settle 0 judges them, too")
    if not any(answer.denominator for answer in report.answers):
        note("nothing was judged: check --tenant, --service, the period, and that the services record")
    for answer in report.answers:
        if answer.trouble:
            note(f"{answer.obligation.id} could not be asked: {answer.trouble}; see `tracemark doctor`")


def _show(report: Report, lang: Lang, where: str, shown: int) -> None:
    said = words("page")
    table(
        [said[column][lang] for column in _COLUMNS],
        [_row(answer, lang) for answer in report.answers],
        title=report.pack.title[lang],
    )
    counts = report.counts
    say(" · ".join(f"{RESULTS[result][lang]} {counts[result]}" for result in ("pass", "fail", "no_evidence")))
    window = f"{local(report, report.window.since)} – {local(report, report.window.until)}"
    moment = f"{said['as_of'][lang]} {local(report, report.as_of)}"
    say(f"{said['received'][lang]} {window} · {moment} · {report.pack.calendar.zone.key}")
    for answer in report.answers:
        for line in _findings(answer, lang, where, shown):
            say(f"{answer.obligation.id}: {line}")


def _findings(answer: Answer, lang: Lang, where: str, shown: int) -> Iterator[str]:
    """What breaches a duty, and what cannot be judged, each with the command that shows the whole chain in this shell."""
    cannot = f"{words('page')['unjudged'][lang]}: "
    for prefix, found, there_are in (
        ("", answer.offenders, answer.offending),
        (cannot, answer.unjudged, answer.unusable),
    ):
        for one in found[:shown]:
            yield (
                f"{prefix}{one.words[lang]}: {one.trace}{where}"
                if one.trace
                else f"{prefix}{one.words[lang]}: {one.event_id}"
            )
        if rest := left_out(min(shown, len(found)), there_are, lang):
            yield f"{prefix}{rest}"


def _tell_left_out(report: Report) -> None:
    """Say on standard error what a document leaves out, in the language of notes."""
    for answer in report.answers:
        for what, found, there_are in (
            ("breaches", answer.offenders, answer.offending),
            ("things that cannot be judged", answer.unjudged, answer.unusable),
        ):
            if rest := left_out(len(found), there_are, "en"):
                note(f"{answer.obligation.id}, {what}: {rest}")


def _row(answer: Answer, lang: Lang) -> tuple[object, ...]:
    duty = answer.obligation
    reasons = " · ".join(f"{reason.words[lang]}: {reason.rows}" for reason in answer.reasons)
    return (
        mark(_MARKS[answer.result], RESULTS[answer.result][lang]),
        duty.id,
        cited(duty, lang, short=lang == "en"),
        duty.duty[lang],
        answer.denominator,
        answer.offending,
        reasons or answer.why[lang],
    )
