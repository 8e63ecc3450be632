"""Ask a store whether the duties of a regime are met: pass, fail with the offending events, or no evidence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations.pack import Obligation, Pack
from tracemark.query.obligations.report import Answer, Offender, Reason, Report, Result, Window
from tracemark.query.reader import Reader

__all__ = ["Scope", "evaluate"]

_DEFAULT_LIMIT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a question is narrowed to.

    Attributes:
        tenant: One tenant, or empty for all.
        service: One service, or empty for all.
        limit: Offenders shown for each duty; all are counted.
    """

    tenant: str = ""
    service: str = ""
    limit: int = _DEFAULT_LIMIT


EVERYTHING: Final = Scope()


def evaluate(
    reader: Reader,
    pack: Pack,
    window: Window,
    as_of: datetime,
    *,
    scope: Scope = EVERYTHING,
    only: Iterable[str] | None = None,
    heard: Callable[[Answer], None] = lambda _: None,
) -> Report:
    """Judge every obligation of a pack; two short statements for each that fails, one for each that does not.

    Windows are over receipt (`_broker_ts`), so a late event is judged in the window in which it arrived
    and never falls between two.
    What belongs to a judged thing may have been received later, until `as_of`; nothing received after `as_of` is looked at.

    Args:
        reader: The store.
        pack: The regime.
        window: What to judge.
        as_of: The moment of the answer, aware: deadlines are overdue, and evidence is known, as of then.
        scope: Tenant, service, bounds.
        only: Ids to judge; all when not given.
        heard: Called with every answer as soon as it is there, for progress.

    Raises:
        InvalidQuestion: an instant has no zone, the window is empty, or `only` names an unknown id.
        StoreError: the store's own errors pass through: a duty that could not be asked is no answer.
    """
    if as_of.tzinfo is None or window.since.tzinfo is None or window.until.tzinfo is None:
        raise InvalidQuestion("since, until and as_of need a time zone")
    if window.since >= window.until:
        raise InvalidQuestion("the window is empty: since must be before until")
    asked = pack.obligations if only is None else tuple(pack[name] for name in only)
    desk = _Desk(reader, pack, window, as_of, scope)
    answers: list[Answer] = []
    for obligation in asked:
        answers.append(desk.answer(obligation))
        heard(answers[-1])
    return Report(
        pack=pack, window=window, as_of=as_of, tenant=scope.tenant, service=scope.service, answers=tuple(answers)
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one report is prepared."""

    reader: Reader
    pack: Pack
    window: Window
    as_of: datetime
    scope: Scope

    def answer(self, obligation: Obligation) -> Answer:
        given = self._parameters(obligation)
        if not obligation.query or given["from"] >= given["to"]:
            early = self._begun(obligation) >= self.window.until
            return Answer(obligation=obligation, result="no_evidence", not_yet=early)
        counted = self.reader.query(obligation.sql("summary"), given)[0]
        denominator, offending, unusable = (counted[name] for name in ("denominator", "offending", "unusable"))
        more = offending + unusable > 0
        return Answer(
            obligation=obligation,
            result=_result(denominator, offending, unusable),
            denominator=denominator,
            offending=offending,
            unusable=unusable,
            reasons=self._reasons(obligation, given) if more else (),
            offenders=self._offenders(obligation, given) if offending else (),
        )

    def _reasons(self, obligation: Obligation, given: Mapping[str, Any]) -> tuple[Reason, ...]:
        rows = self.reader.query(obligation.sql("reasons"), given)
        return tuple(Reason(code=row["reason"], rows=row["rows"], usable=bool(row["usable"])) for row in rows)

    def _offenders(self, obligation: Obligation, given: Mapping[str, Any]) -> tuple[Offender, ...]:
        rows = self.reader.query(obligation.sql("offenders"), {**given, "limit": self.scope.limit})
        return tuple(Offender(**row) for row in rows)

    def _begun(self, obligation: Obligation) -> datetime:
        return datetime.combine(obligation.in_force, time(), self.pack.calendar.zone)

    def _parameters(self, obligation: Obligation) -> dict[str, Any]:
        settled = self.as_of - timedelta(minutes=self.pack.settle_minutes)
        return {
            "from": _text(max(self.window.since, self._begun(obligation))),
            "to": _text(min(self.window.until, settled)),
            "as_of": _text(self.as_of),
            "tenant": self.scope.tenant,
            "service": self.scope.service,
        }


def _result(denominator: int, offending: int, unusable: int) -> Result:
    """A breach is one whatever else is unknown; and nothing passes while a part of it cannot be judged."""
    if offending:
        return "fail"
    return "no_evidence" if denominator == 0 or unusable else "pass"


def _text(moment: datetime) -> str:
    """As the store reads it: the driver would cut the microseconds of a datetime."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
