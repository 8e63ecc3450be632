"""What the demo's world says about the duties, and the board that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from tracemark.cli._judgement import judge
from tracemark.query.obligations import Report, Result, Window, evaluate, load_pack
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig, refresh_summaries

__all__ = ["Duties", "judged_duties"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SPAN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """The verdicts.

    Attributes:
        counts: How many duties pass, fail, or lack evidence.
        failing: For each that fails: id, sentence, breaches, things judged, and the command that shows one.
    """

    counts: Mapping[Result, int]
    failing: tuple[tuple[str, str, int, int, str], ...]

    @classmethod
    def of(cls, report: Report) -> Self:
        """What a report says, shortened."""
        failing = [answer for answer in report.answers if answer.result == "fail"]
        return cls(
            counts=dict(report.counts),
            failing=tuple(
                (
                    answer.obligation.id,
                    answer.obligation.duty["en"],
                    answer.offending,
                    answer.denominator,
                    answer.offenders[0].trace,
                )
                for answer in failing
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            **{str(result): count for result, count in self.counts.items()},
            "failing": [duty for duty, *_ in self.failing],
        }


def judged_duties(data: Path) -> Duties:
    """Judge the world at once, although its events are young, and leave the verdicts where the boards read them."""
    clock = SystemClock()
    now = _EPOCH + timedelta(microseconds=clock.now_us())
    at_once = replace(load_pack("cn"), settle_minutes=0.0)
    with Store(StoreConfig.embedded(data), clock) as store:
        refresh_summaries(store)
        judge(store, at_once, now)
        report = evaluate(store, at_once, Window(since=now - _SPAN, until=now), now)
    return Duties.of(report)
