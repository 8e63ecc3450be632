"""What a check says."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from tracemark.cli.output import Mark

__all__ = ["Check", "Finding", "fail", "ok", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor's.

    Attributes:
        about: What was looked at.
        verdict: `ok`; `warn`: works, but somebody should know; `fail`: does not work, or loses something soon.
        text: What was seen.
        remedy: What to do; empty when all is well.
    """

    about: str
    verdict: Mark
    text: str
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


Check = Callable[[], Iterable[Finding]]


def ok(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(about=about, verdict="ok", text=text)


def warn(about: str, text: str, remedy: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(about=about, verdict="warn", text=text, remedy=remedy)


def fail(about: str, text: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(about=about, verdict="fail", text=text, remedy=remedy)
