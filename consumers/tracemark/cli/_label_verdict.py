"""What a file or a text carries, held against what it must carry: a verdict, as answer and as event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import typer

from tracemark.cli._behind import Arrivals
from tracemark.cli._label_events import text_verified, verified
from tracemark.cli._label_ledger import Known, by_content, by_hash, by_records
from tracemark.cli._trace_ask import read_text
from tracemark.cli.errors import CommandError
from tracemark.labels import Claim, Record, Verdict, check, check_text_label, event_hash_in, parse, read_labels
from tracemark.query.answer import Remark
from tracemark.schemas.clock import SystemClock
from tracemark.schemas.events import LabelVerified
from tracemark.store import Store, StoreConfig

__all__ = ["Judged", "Question", "judged_file", "judged_text", "parsed_hash"]

_UNKNOWN: Final = "the ledger knows no output with this event hash: check it and --store, or wait a moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict, as answer and as event."""

    intact: bool
    answer: dict[str, Any]
    event: LabelVerified
    output: Mapping[str, Any]
    content: Path | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a file must carry, by what was asked; of a text, which output it is."""

    content: str | None
    event_hash: str | None
    claim: Path | None
    case_id: str | None
    store: StoreConfig

    @property
    def names_output(self) -> bool:
        """Is an output of the ledger named?"""
        return self.content is not None or self.event_hash is not None

    def output(self) -> dict[str, Any]:
        """The output named, by column; empty when none is. Raises `CommandError` when the ledger has none such."""
        if not self.names_output:
            return {}
        with Store(self.store.as_reader(), SystemClock()) as ledger:
            return self._named(ledger).output

    def verdict(self, records: Sequence[Record]) -> "Answer":
        """Judge a file's records.

        A store that is behind is waited for before it speaks against a file. Raises `CommandError` when nothing can be said.
        """
        if self.claim is not None:
            claim = _claimed(self.claim)
            return Answer(verdict=check(records, claim), known=Known(claim=claim, output={}))
        if not self.names_output and not records:
            return Answer(verdict=check(records, None), known=None)  # missing, whatever the ledger knows
        clock = SystemClock()
        with Store(self.store.as_reader(), clock) as ledger:
            answer = self._asked(ledger, records)
            if answer.verdict.intact or not any(map(_leads_on, records)):
                return answer
            doubts = Arrivals(store=ledger, config=self.store, clock=clock).doubts()
            answer = self._asked(ledger, records)
        if doubts and answer.known is None:
            reasons = "; ".join(remark.text for remark in doubts)
            raise CommandError(f"the ledger does not know this label, and may not know it yet: {reasons}")
        return answer if answer.verdict.intact else replace(answer, doubts=doubts)

    def _asked(self, ledger: Store, records: Sequence[Record]) -> "Answer":
        known = self._named(ledger) if self.names_output else by_records(ledger, records)
        return Answer(verdict=check(records, known.claim if known else None), known=known)

    def _named(self, ledger: Store) -> Known:
        if self.content is not None:
            return by_content(ledger, self.content)
        known = by_hash(ledger, parsed_hash(self.event_hash or ""))
        if known is None:
            raise CommandError(_UNKNOWN)
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict, what it was held against, and why more may become known."""

    verdict: Verdict
    known: Known | None
    doubts: tuple[Remark, ...] = ()


def judged_file(file: Path, media_type: str, question: Question) -> Judged:
    """Read a file's label and judge it. Raises `LabelError`, or `CommandError` when the ledger cannot say."""
    answer = question.verdict(read_labels(file).records)
    verdict, known = answer.verdict, answer.known
    claim, output = (known.claim, known.output) if known else (None, {})
    claimed = {
        "content_id": output.get("content_id"),
        "request_id": output.get("request_id"),
        "event_hash": claim.event_hash if claim else None,
        "aigc": claim.values.to_dict() if claim and claim.values else None,
    }
    return Judged(
        intact=verdict.intact,
        answer={
            "media_type": media_type,
            **verdict.to_dict(),
            "claim": claimed if known else None,
            "warnings": [remark.to_dict() for remark in answer.doubts],
        },
        event=verified(verdict, claim, media_type, output, case_id=question.case_id),
        output=output,
        content=file,
    )


def judged_text(text: str, question: Question) -> Judged:
    """Look for a text's label, for the output that is named. Raises `CommandError` for a claim, which no text can carry."""
    if question.claim is not None:
        raise CommandError(
            "--claim: a text carries no AIGC record; name the output with --content or --event-hash, or none"
        )
    output = question.output()
    verdict = check_text_label(text)
    return Judged(
        intact=verdict.state == "verified",
        answer={"media_type": "text/plain", **verdict.to_dict()},
        event=text_verified(verdict, output, case_id=question.case_id),
        output=output,
        content=text,
    )


def parsed_hash(text: str) -> bytes:
    """The value of `--event-hash`."""
    found = event_hash_in(text)
    if found is None:
        raise typer.BadParameter("use 64 hex digits", param_hint="--event-hash")
    return found


def _leads_on(record: Record) -> bool:
    """Does a record name an entry of the ledger?"""
    return event_hash_in((record.fields or {}).get("ReservedCode1", "")) is not None


def _claimed(path: Path) -> Claim:
    values = parse(read_text(path, "--claim")).values
    if values is None:
        raise CommandError('--claim: no AIGC label; use {"AIGC": {…}} with the seven keys, as `label read` shows it')
    return Claim.of_values(values)
