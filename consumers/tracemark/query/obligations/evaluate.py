"""Ask a store whether the duties of a regime are met: pass, fail with the offending events, or no evidence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tracemark.query.errors import InvalidQuestion
from tracemark.query.obligations.pack import Obligation, Pack
from tracemark.query.obligations.report import Answer, Offender, Reason, Report, Result, Window
from tracemark.query.obligations.statements import Form
from tracemark.query.reader import Reader
from tracemark.store.errors import StoreError

__all__ = ["Scope", "evaluate"]

_DEFAULT_LIMIT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a question is narrowed to.

    Attributes:
        tenant: One tenant, or empty for all.
        service: One service, or empty for all.
        limit: Offenders listed for each duty, and likewise things that cannot be judged; all are counted.
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
    """Judge every obligation of a pack: one short statement for each, and up to three more for one that does not pass.

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
        StoreError: no duty could be asked. Where only some could not, they are answered with no evidence, and `trouble` says why.
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
    if desk.failed and len(desk.failed) == sum(map(desk.can_ask, asked)):
        raise desk.failed[0]
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
    failed: list[StoreError] = field(default_factory=list[StoreError])

    def can_ask(self, obligation: Obligation) -> bool:
        """Whether there is a query, and a time to ask it about."""
        given = self._parameters(obligation)
        return bool(obligation.query) and given["from"] < given["to"]

    def answer(self, obligation: Obligation) -> Answer:
        """One duty judged; where the store cannot answer it, the others still can be asked."""
        if not self.can_ask(obligation):
            early = obligation.begins >= self.window.until
            return Answer(obligation=obligation, result="no_evidence", not_yet=early)
        try:
            return self._judged(obligation, self._parameters(obligation))
        except StoreError as error:
            self.failed.append(error)
            return Answer(obligation=obligation, result="no_evidence", trouble=_why_not(error))

    def _judged(self, obligation: Obligation, given: Mapping[str, Any]) -> Answer:
        counted = self.reader.query(obligation.sql("summary"), given)[0]
        denominator, offending, unusable = (counted[name] for name in ("denominator", "offending", "unusable"))
        return Answer(
            obligation=obligation,
            result=_result(denominator, offending, unusable),
            denominator=denominator,
            offending=offending,
            unusable=unusable,
            earliest=counted["earliest"],
            reasons=self._reasons(obligation, given) if offending or unusable else (),
            offenders=self._listed(obligation, "offenders", given) if offending else (),
            unjudged=self._listed(obligation, "unjudged", given) if unusable else (),
        )

    def _reasons(self, obligation: Obligation, given: Mapping[str, Any]) -> tuple[Reason, ...]:
        rows = self.reader.query(obligation.sql("reasons"), given)
        return tuple(Reason(code=row["reason"], rows=row["rows"], usable=bool(row["usable"])) for row in rows)

    def _listed(self, obligation: Obligation, form: Form, given: Mapping[str, Any]) -> tuple[Offender, ...]:
        rows = self.reader.query(obligation.sql(form), {**given, "limit": self.scope.limit})
        return tuple(Offender(**row) for row in rows)

    def _parameters(self, obligation: Obligation) -> dict[str, Any]:
        settled = self.as_of - timedelta(minutes=self.pack.settle_minutes)
        return {
            "from": _text(max(self.window.since, obligation.begins)),
            "to": _text(min(self.window.until, settled)),
            "as_of": _text(self.as_of),
            "tenant": self.scope.tenant,
            "service": self.scope.service,
        }


def _why_not(error: StoreError) -> str:
    """The store's name for what went wrong, which is the same in every language; else its words."""
    return f"{error.name} ({error.code})" if error.name else str(error)


def _result(denominator: int, offending: int, unusable: int) -> Result:
    """A breach is one whatever else is unknown; and nothing passes while a part of it cannot be judged."""
    if offending:
        return "fail"
    return "no_evidence" if denominator == 0 or unusable else "pass"


def _text(moment: datetime) -> str:
    """As the store reads it: the driver would cut the microseconds of a datetime."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
