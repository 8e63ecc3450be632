"""Judge every duty of a regime and write the verdicts where the boards read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tracemark.query.obligations.pack import Obligation, Pack
from tracemark.store import Store, StoreError

__all__ = ["Judgement", "judge", "judge_duty"]

BREACHES_KEPT: Final = 1000
"""Breaches that are written down one by one for a duty; all are counted, by reason."""

_WHO: Final = """
    {judged_at:DateTime64(6, 'UTC')}, {regime:String}, {obligation:String}"""

_ABOUT: Final = (
    _WHO
    + """, {law:String}, {checked:String}, {severity:String},
    {duty_en:String}, {duty_zh:String}, {window_from:DateTime64(6, 'UTC')}"""
)

_INTO_RESULTS: Final = """
INSERT INTO duty_results (judged_at, regime, obligation, law, checked, severity, duty_en, duty_zh, window_from,
    tenant_id, service_id, denominator, offending, unusable, reasons)"""

_NOTHING: Final = f"{_INTO_RESULTS} SELECT {_ABOUT}, '', '', 0, 0, 0, map()"

_RESULTS: Final = f"""{_INTO_RESULTS} SELECT {_ABOUT},
    tenant_id, service_id, count(), countIf(reason != '' AND usable), countIf(reason != '' AND NOT usable),
    sumMapIf(map(reason, toUInt64(1)), reason != '' AND usable)
FROM (
__judged__
)
GROUP BY tenant_id, service_id"""

_BREACHES: Final = f"""
INSERT INTO duty_breaches SELECT {_WHO}, {{severity:String}},
    tenant_id, service_id, toString(event_id), request_id, content_id, case_id, at, reason
FROM (
__judged__
)
WHERE reason != '' AND usable
ORDER BY at DESC
LIMIT {BREACHES_KEPT}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was judged.

    Attributes:
        regime: Whose rules.
        judged_at: As of when.
        duties: How many duties were judged.
        unasked: Ids of those that no query can answer yet; the boards show them as no evidence.
        trouble: What the store said, by the id of each duty that could not be judged; the boards show its last verdict, which grows
            older.
    """

    regime: str
    judged_at: datetime
    duties: int
    unasked: tuple[str, ...]
    trouble: Mapping[str, str]


def judge(store: Store, pack: Pack, as_of: datetime, *, days: float = 31.0) -> Judgement:
    """Judge the events received in the `days` before `as_of`; the results replace nothing, they are added.

    The store does the work: no event leaves it. A judgement that was interrupted is incomplete; the boards then show, for each duty
    that is missing in it, the one before.

    Args:
        store: Who may write.
        pack: The regime.
        as_of: The moment of the verdicts, aware: deadlines are overdue as of then, and nothing received later is looked at.
        days: How far back.

    Raises:
        StoreError: no duty could be judged.
    """
    failed = dict[str, StoreError]()
    for obligation in pack.obligations:
        try:
            judge_duty(store, pack, obligation, as_of, days=days)
        except StoreError as error:
            failed[obligation.id] = error
    if len(failed) == len(pack.obligations):
        raise next(iter(failed.values()))
    return Judgement(
        regime=pack.regime,
        judged_at=as_of,
        duties=len(pack.obligations) - len(failed),
        unasked=tuple(obligation.id for obligation in pack.obligations if not obligation.query),
        trouble={name: str(error) for name, error in failed.items()},
    )


def judge_duty(
    store: Store,
    pack: Pack,
    obligation: Obligation,
    as_of: datetime,
    *,
    days: float = 31.0,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Judge one duty of `pack`, as `judge` does; `settings` are those of its statements. Raises `StoreError`."""
    given = _parameters(pack, obligation, as_of, days)
    if obligation.query and given["from"] < given["to"]:
        judged = obligation.sql("judged")
        store.command(_BREACHES.replace("__judged__", judged), given, settings=settings)
        store.command(_RESULTS.replace("__judged__", judged), given, settings=settings)
    # Last: by itself it says that nothing was found to judge, and a query that failed has said no such thing.
    store.command(_NOTHING, given, settings=settings)


def _parameters(pack: Pack, obligation: Obligation, as_of: datetime, days: float) -> Mapping[str, Any]:
    since = max(as_of - timedelta(days=days), obligation.begins)
    return {
        "judged_at": _text(as_of),
        "regime": pack.regime,
        "obligation": obligation.id,
        "law": obligation.law,
        "checked": obligation.checked,
        "severity": obligation.severity,
        "duty_en": obligation.duty["en"],
        "duty_zh": obligation.duty["zh"],
        "window_from": _text(since),
        "from": _text(since),
        "to": _text(as_of - timedelta(minutes=pack.settle_minutes)),
        "as_of": _text(as_of),
        "tenant": "",
        "service": "",
    }


def _text(moment: datetime) -> str:
    """As the store reads it: the driver would cut the microseconds of a datetime."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
