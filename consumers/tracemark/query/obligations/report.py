"""What `evaluate` answers, and its JSON.

```json
{"regime": "cn", "zone": "Asia/Shanghai", "since": "…Z", "until": "…Z", "as_of": "…Z", "tenant": "", "service": "",
 "result": "fail", "counts": {"pass": 20, "fail": 2, "no_evidence": 10}, "calendar": {"en": "2026: [B] …", "zh": "…"},
 "obligations": [
   {"id": "INV-8", "row": "25", "law": "IM 15; DS 12", "checked": "A", "severity": "high", "in_force": "2023-08-15",
    "citations": [{"law": "IM 15", "words": {"en": "…", "zh": "…"}, "checked": "A"}, …],
    "duty": {"en": "…", "zh": "…"}, "denominator_of": {"en": "…", "zh": "…"}, "deadline": {"en": "…", "zh": "…"},
    "limits": {"en": "…", "zh": "…"}, "note": {"en": "…", "zh": "…"},
    "result": "fail", "denominator": 812, "offending": 2, "unusable": 0,
    "trouble": "", "why": {"en": "", "zh": ""},
    "reasons": [{"code": "overdue", "words": {"en": "…", "zh": "…"}, "rows": 2, "usable": true}],
    "offenders": [{"reason": "overdue", "at": "…Z", "tenant_id": "…", "service_id": "…", "event_id": "…", "request_id": "",
                   "content_id": "", "case_id": "c-9", "trace": "tracemark trace --case c-9"}],
    "unjudged": []}]}
```

`in_force` is null for a duty that always was. Every instant is UTC.

`result` of the whole is `fail` when any duty failed, else `no_evidence` when any lacks evidence, else `pass`.
"""

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from tracemark.query.events import iso
from tracemark.query.obligations.pack import Obligation, Pack
from tracemark.query.obligations.words import Text, reason_words, words

__all__ = ["Answer", "Offender", "Reason", "Report", "Result", "Window"]

Result = Literal["pass", "fail", "no_evidence"]

_NONE: Final[Text] = {"en": "", "zh": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Receipt from `since` up to but not including `until`, both aware."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How often one reason was found; `usable` is False for reasons that leave no evidence either way."""

    code: str
    rows: int
    usable: bool

    @property
    def words(self) -> Text:
        """The code in words."""
        return reason_words(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offender:
    """Something that breaches a duty, or that nobody can judge. Ids that do not apply are empty.

    Attributes:
        tenant_id: Its customer.
        service_id: The service.
        event_id: The event that shows it; for a case its first event, or the first about the content at fault; for a service the
            first that proves the breach.
        request_id: The generation.
        content_id: The content.
        case_id: The case.
        at: When it happened.
        reason: A code, or several joined by commas.
    """

    tenant_id: str
    service_id: str
    event_id: str
    request_id: str
    content_id: str
    case_id: str
    at: datetime
    reason: str

    @property
    def words(self) -> Text:
        """The reason in words."""
        return reason_words(self.reason)

    @property
    def trace(self) -> str:
        """The command that shows everything about it; empty when no id leads on."""
        # What belongs to no service is a read that nobody recorded: its id is of the event that is missing.
        event_id = self.event_id if self.service_id else ""
        ids = {"case": self.case_id, "content": self.content_id, "request": self.request_id, "event": event_id}
        return next((f"tracemark trace --{option} {shlex.quote(value)}" for option, value in ids.items() if value), "")

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        ids = ("tenant_id", "service_id", "event_id", "request_id", "content_id", "case_id")
        return {
            "reason": self.reason,
            "at": iso(self.at),
            **{name: getattr(self, name) for name in ids},
            "trace": self.trace,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One obligation, judged.

    Attributes:
        obligation: What was asked.
        result: Pass needs something judged and nothing left open.
        denominator: Things judged.
        offending: Those in breach; `offenders` shows at most as many as were asked for.
        unusable: Those that cannot be judged: a suspect clock, a label that nobody checked.
        earliest: When the first of those judged happened; None when nothing was judged.
        reasons: Why, counted.
        offenders: The newest of the offending.
        unjudged: The newest of the unusable.
        not_yet: Nothing was judged, for the duty came into force after the window.
        trouble: What the store said when it could not answer this duty's query; empty when it could.
    """

    obligation: Obligation
    result: Result
    denominator: int = 0
    offending: int = 0
    unusable: int = 0
    earliest: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    offenders: tuple[Offender, ...] = ()
    unjudged: tuple[Offender, ...] = ()
    not_yet: bool = False
    trouble: str = ""

    @property
    def why(self) -> Text:
        """Why there is no evidence, in words; empty otherwise."""
        if self.result != "no_evidence":
            return _NONE
        if self.trouble:
            return {lang: f"{said}{self.trouble}" for lang, said in words("why")["trouble"].items()}
        if self.not_yet:
            return {lang: f"{said}{self.obligation.in_force}" for lang, said in words("why")["not_yet"].items()}
        if self.denominator:
            return words("why")["unusable"]
        return self.obligation.unanswered if self.obligation.unanswered["en"] else words("why")["nothing"]

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        duty = self.obligation
        return {
            **{name: getattr(duty, name) for name in ("id", "row", "law", "checked", "severity")},
            "in_force": duty.in_force.isoformat() if duty.in_force else None,
            "citations": [{"law": c.law, "words": dict(c.words), "checked": c.checked} for c in duty.citations],
            "duty": dict(duty.duty),
            "denominator_of": dict(duty.denominator),
            **{name: dict(getattr(duty, name)) for name in ("deadline", "limits", "note")},
            **{name: getattr(self, name) for name in ("result", "denominator", "offending", "unusable", "trouble")},
            "why": dict(self.why),
            "reasons": [
                {"code": r.code, "words": dict(r.words), "rows": r.rows, "usable": r.usable} for r in self.reasons
            ],
            "offenders": [offender.to_dict() for offender in self.offenders],
            "unjudged": [one.to_dict() for one in self.unjudged],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Every obligation of a regime over one window, as of one moment."""

    pack: Pack
    window: Window
    as_of: datetime
    tenant: str
    service: str
    answers: tuple[Answer, ...]

    def __getitem__(self, obligation_id: str) -> Answer:
        """The answer of one obligation; raises KeyError when it was not asked."""
        return {answer.obligation.id: answer for answer in self.answers}[obligation_id]

    @property
    def counts(self) -> Mapping[Result, int]:
        """Obligations by result."""
        found = Counter(answer.result for answer in self.answers)
        return {"pass": found["pass"], "fail": found["fail"], "no_evidence": found["no_evidence"]}

    @property
    def result(self) -> Result:
        """The worst of them; without answers there is no evidence."""
        counts = self.counts
        if counts["fail"]:
            return "fail"
        return "no_evidence" if counts["no_evidence"] or not self.answers else "pass"

    @property
    def calendar_note(self) -> Text:
        """How far the working-day calendar was checked, from the first year that a limit of those judged began to run in."""
        started = [a.earliest for a in self.answers if a.earliest is not None and a.obligation.has_limit]
        return self.pack.calendar.note(min([self.window.since, *started]), self.as_of)

    def to_dict(self) -> dict[str, Any]:
        """For `--json`; see the module's docstring."""
        return {
            "regime": self.pack.regime,
            "zone": self.pack.calendar.zone.key,
            "since": iso(self.window.since),
            "until": iso(self.window.until),
            "as_of": iso(self.as_of),
            "tenant": self.tenant,
            "service": self.service,
            "result": self.result,
            "counts": dict(self.counts),
            "calendar": dict(self.calendar_note),
            "obligations": [answer.to_dict() for answer in self.answers],
        }
