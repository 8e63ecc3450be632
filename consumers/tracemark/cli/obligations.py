"""`tracemark obligations`: is every duty met, by which events, and what is not known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from tracemark.cli._trace_ask import instant
from tracemark.cli.access import AccessorOption, PurposeOption, audited
from tracemark.cli.errors import CommandError, ExitCode
from tracemark.cli.options import DataOption, JsonOption, StoreOption
from tracemark.cli.output import Mark, emit, mark, note, progress, say, table
from tracemark.cli.stores import same_store, store_config
from tracemark.query.obligations import Answer, Offender, Report, Scope, Window, evaluate, load_pack
from tracemark.query.obligations.render import RESULTS, to_csv, to_html
from tracemark.query.obligations.settling import count_unsettled
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreRefused

__all__ = ["obligations"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SPAN: Final = timedelta(days=30)
_LACKING: Final = frozenset({47, 60, 81})
_MARKS: Final[dict[str, Mark]] = {"pass": "ok", "fail": "fail", "no_evidence": "warn"}
_SHOWN: Final = 3
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "en": ("verdict", "id", "law", "duty", "judged", "breaches", "why"),
    "zh": ("结论", "编号", "依据", "义务", "已判断", "违反", "原因"),
}

Lang = Literal["en", "zh"]


def obligations(
    *,
    regime: Annotated[str, typer.Option("--regime", metavar="NAME", help="The pack of duties.")] = "cn",
    tenant: Annotated[str, typer.Option("--tenant", metavar="ID", help="This tenant only.")] = "",
    service: Annotated[str, typer.Option("--service", metavar="ID", help="This service only.")] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="Judge what was received since: 30d, 12h, 2026-01-31.")
    ] = "30d",
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="And before; the moment of asking.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="WHEN", help="Answer as it would have been then; now.")
    ] = None,
    settle: Annotated[
        float | None,
        typer.Option(
            "--settle",
            metavar="MINUTES",
            help="Leave what is younger for the next report; the pack's own time, 15 minutes for cn.",
            min=0,
        ),
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Language of the report.")] = "en",
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", help="List at most so many offenders for each duty.", min=1, max=100_000),
    ] = 100,
    csv: Annotated[bool, typer.Option("--csv", help="Print one line for each duty and offender.")] = False,
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

    Exit code 0 when no duty failed, 1 when one did, 2 when the question could not be asked. No evidence is not a pass: read it.
    """
    if csv and json:
        raise CommandError("pass --csv or --json, not both")
    clock = SystemClock()
    now = _EPOCH + timedelta(microseconds=clock.now_us())
    moment = _reached(as_of, now, "--as-of") if as_of else now
    window = Window(
        since=instant(since, moment, "--since"),
        until=_reached(until, moment, "--until") if until else moment,
    )
    pack = load_pack(regime)
    if settle is not None:
        pack = replace(pack, settle_minutes=settle)
    scope = Scope(tenant=tenant, service=service, limit=limit)
    config = store_config(store, data).as_reader()
    try:
        with (
            audited("obligations", config, accessor=accessor, purpose=purpose) as read,
            Store(read.config, clock) as asked,
            progress(len(pack.obligations), "duties judged") as advance,
        ):
            report = evaluate(asked, pack, window, moment, scope=scope, heard=lambda _: advance(1))
            young = count_unsettled(asked, pack, window, moment, scope=scope)
            read.rows = sum(len(answer.offenders) for answer in report.answers)
    except StoreRefused as error:
        if error.code not in _LACKING:
            raise
        raise CommandError(
            "the store lacks tables or columns of this release: run `tracemark store migrate`"
        ) from error
    if young:
        note(
            f"{young} events are younger than {pack.settle_minutes:g} minutes and not judged yet; --settle 0 judges them, too"
        )
    if not any(answer.denominator for answer in report.answers):
        note("nothing was judged: check --tenant, --service, the period, and that the services record")
    if html is not None:
        html.write_text(to_html(report, lang), encoding="utf-8")
        note(f"written: {html}")
    if csv:
        typer.echo(to_csv(report, lang), nl=False)
    else:
        emit(report.to_dict(), json=json, human=lambda: _show(report, lang, same_store(store, data)))
    raise typer.Exit(ExitCode.NO if report.counts["fail"] else ExitCode.FINE)


def _reached(text: str, now: datetime, option: str) -> datetime:
    """An instant that is not later than `now`: over what has not happened yet, nothing fails."""
    moment = instant(text, now, option)
    if moment > now:
        raise CommandError(
            f"{option}: lies in the future of the answer; pass an instant up to {now:%Y-%m-%d %H:%M} UTC"
        )
    return moment


def _show(report: Report, lang: Lang, where: str) -> None:
    table(
        _COLUMNS[lang],
        [_row(answer, lang) for answer in report.answers],
        title=report.pack.title[lang],
    )
    counts = report.counts
    say(" · ".join(f"{RESULTS[result][lang]} {counts[result]}" for result in ("pass", "fail", "no_evidence")))
    for answer in report.answers:
        for offender in answer.offenders[:_SHOWN]:
            say(f"{answer.obligation.id}: {offender.reason}: {_next(offender, where)}")
        if (more := answer.offending - _SHOWN) > 0:
            say(f"{answer.obligation.id}: + {more}")


def _next(offender: Offender, where: str) -> str:
    """The command that shows the whole chain, as it can be pasted into this shell; the event where no chain leads to it."""
    return f"{offender.trace}{where}" if offender.trace else offender.event_id


def _row(answer: Answer, lang: Lang) -> tuple[object, ...]:
    duty = answer.obligation
    reasons = ", ".join(f"{reason.code} {reason.rows}" for reason in answer.reasons)
    return (
        mark(_MARKS[answer.result], RESULTS[answer.result][lang]),
        duty.id,
        f"{duty.law} [{duty.checked}]",
        duty.duty[lang],
        answer.denominator,
        answer.offending,
        reasons or answer.why[lang],
    )
