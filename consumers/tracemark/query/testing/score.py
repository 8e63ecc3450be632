"""How well a report found what was planted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tracemark.query.obligations.report import Answer, Offender, Report
from tracemark.query.testing.plot import Expected

__all__ = ["DutyScore", "Score", "score"]

_IDS: Final = ("event_id", "request_id", "content_id", "case_id", "service_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyScore:
    """One duty: what was planted, what was found, what was flagged though it is in order."""

    duty: str
    result: str
    denominator: int
    planted: int
    missed: tuple[Expected, ...]
    false_alarms: tuple[Offender, ...]
    unlisted: int

    def to_dict(self) -> dict[str, Any]:
        """For a campaign's JSON."""
        return {
            "duty": self.duty,
            "result": self.result,
            "denominator": self.denominator,
            "planted": self.planted,
            "found": self.planted - len(self.missed),
            "false_alarms": len(self.false_alarms) + self.unlisted,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Every duty of a report."""

    duties: tuple[DutyScore, ...]

    @property
    def missed(self) -> tuple[Expected, ...]:
        """Planted and not found."""
        return tuple(each for duty in self.duties for each in duty.missed)

    @property
    def false_alarms(self) -> tuple[Offender, ...]:
        """Found and not planted."""
        return tuple(each for duty in self.duties for each in duty.false_alarms)

    @property
    def recall(self) -> float:
        """Share of what was planted that was found; 1 when nothing was planted."""
        planted = sum(duty.planted for duty in self.duties)
        return 1.0 if not planted else 1 - len(self.missed) / planted

    @property
    def perfect(self) -> bool:
        """All found, nothing else, and every offender listed."""
        return not self.missed and not self.false_alarms and not any(duty.unlisted for duty in self.duties)


def score(report: Report, expected: Iterable[Expected]) -> Score:
    """Set a report against what was planted as violations. Ask it with a `limit` above the number of plants."""
    wanted: dict[str, list[Expected]] = {}
    for each in expected:
        wanted.setdefault(each.duty, []).append(each)
    return Score(duties=tuple(_duty(answer, wanted.get(answer.obligation.id, [])) for answer in report.answers))


def _duty(answer: Answer, wanted: list[Expected]) -> DutyScore:
    found = {(getattr(row, name), row.reason) for row in answer.offenders for name in _IDS}
    keys = {(each.key, each.reason) for each in wanted}
    return DutyScore(
        duty=answer.obligation.id,
        result=answer.result,
        denominator=answer.denominator,
        planted=len(wanted),
        missed=tuple(each for each in wanted if (each.key, each.reason) not in found),
        false_alarms=tuple(
            row for row in answer.offenders if not any((getattr(row, name), row.reason) in keys for name in _IDS)
        ),
        unlisted=answer.offending - len(answer.offenders),
    )
