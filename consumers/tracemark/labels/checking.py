"""What a file's records prove, held against what was claimed: no input or output, so every case can be tested.

>>> label = Aigc.first(content_producer="ACME", produce_id="c-1", reserved_code1="ab" * 32)
>>> record = Record.found("xmp", "AIGC", label.to_json())
>>> claim = Claim(event_hash=bytes.fromhex("ab" * 32), values=label)
>>> check([record], claim).state, check([], claim).state, check([record], None).state
('verified', 'missing', 'forged')
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from tracemark.labels.aigc import AIGC_KEYS, Aigc
from tracemark.labels.errors import InvalidLabel
from tracemark.labels.records import Record

__all__ = ["Claim", "State", "Verdict", "check", "event_hash_in"]

State = Literal["verified", "rewritten_by_platform", "missing", "altered", "forged"]
"""A part of the events' `label_state`."""

_OF_THE_PROPAGATOR: Final = frozenset({"ContentPropagator", "PropagateID", "ReservedCode2"})
_INTACT: Final = frozenset({"verified", "rewritten_by_platform"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the ledger (or whoever asks) says a file must carry.

    Attributes:
        event_hash: Of `output.generated`, 32 bytes, which ReservedCode1 must carry; None when the label that was written
            carries none, and then producer and ProduceID bind the file.
        values: The label that was written; None when only the hash is known.
    """

    event_hash: bytes | None = None
    values: Aigc | None = None

    def __post_init__(self) -> None:
        """A claim must say something."""
        if self.event_hash is None and self.values is None:
            raise InvalidLabel("a claim needs the event hash, the values, or both")

    @classmethod
    def of_values(cls, values: Aigc) -> "Claim":
        """The claim that a label makes by itself; ReservedCode1 is taken as the event hash if it can be one."""
        return cls(event_hash=event_hash_in(values.reserved_code1), values=values)

    def binds(self, record: Record) -> bool:
        """Is this record about the claimed content, whatever else it says?"""
        fields = record.fields or {}
        if self.event_hash is not None:
            return event_hash_in(fields.get("ReservedCode1", "")) == self.event_hash
        return self.values is not None and (fields.get("ContentProducer"), fields.get("ProduceID")) == (
            self.values.content_producer,
            self.values.produce_id,
        )

    def differences(self, record: Record) -> set[str]:
        """The keys whose values are not those claimed."""
        if self.values is None:
            fields = record.fields or {}
            same = self.event_hash is None or fields.get("ReservedCode1") == self.event_hash.hex()
            return set() if same else {"ReservedCode1"}
        claimed = self.values.to_dict()
        return {key for key in AIGC_KEYS if (record.fields or {}).get(key) != claimed[key]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        state: `verified`: one record, as claimed. `rewritten_by_platform`: likewise, but for the propagator's keys, which a
            platform fills in (Labelling Measures art. 6). `missing`: no record. `altered`: the content's own record
            differs from the claim, or what is there breaks the rules. `forged`: a record in good form that the ledger
            does not know, or not for this content.
        errors: Codes of what is wrong, sorted; empty exactly when the label stands.
        rewritten: The keys that a platform has filled in, when that is all that differs.
        records_found: How many records the file holds; one is right (GB 45438-2025, 6.1 c).
        record: The record that was judged: the content's own, else the first.
    """

    state: State
    errors: tuple[str, ...]
    records_found: int
    record: Record | None
    rewritten: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Does the label stand?"""
        return self.state in _INTACT

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "state": self.state,
            "intact": self.intact,
            "errors": list(self.errors),
            "rewritten": list(self.rewritten),
            "records_found": self.records_found,
            "record": None if self.record is None else self.record.to_dict(),
        }


def event_hash_in(code: str) -> bytes | None:
    """The event hash that a ReservedCode1 carries, or None when it carries something else."""
    is_hex = len(code) == 64 and all(character in "0123456789abcdefABCDEF" for character in code)  # noqa: PLR2004 - 32 bytes
    return bytes.fromhex(code) if is_hex else None


def check(records: Sequence[Record], claim: Claim | None) -> Verdict:
    """Judge a file's records.

    Args:
        records: All that the file holds.
        claim: What it must carry; None when the ledger knows nothing about what it carries.
    """
    if not records:
        return Verdict(state="missing", errors=("no_record",), records_found=0, record=None)
    own = [record for record in records if claim is not None and claim.binds(record)]
    judged = (own or list(records))[0]
    errors = {code for record in records for code in record.errors}
    if len(records) > 1:
        errors.add("several_records")
    if claim is not None and own:
        return _of_own(judged, claim.differences(judged), errors, len(records))
    errors.add("unknown_to_ledger" if claim is None else "other_content")
    state: State = "forged" if any(not record.errors for record in records) else "altered"
    return Verdict(state=state, errors=tuple(sorted(errors)), records_found=len(records), record=judged)


def _of_own(judged: Record, differing: set[str], errors: set[str], found: int) -> Verdict:
    """The verdict on the content's own record; a platform may fill in its keys, and breaks no rule by that."""
    if not errors and differing <= _OF_THE_PROPAGATOR:
        rewritten = tuple(key for key in AIGC_KEYS if key in differing)
        state: State = "rewritten_by_platform" if rewritten else "verified"
        return Verdict(state=state, errors=(), records_found=found, record=judged, rewritten=rewritten)
    codes = {*errors, *(f"differs:{key}" for key in differing)}
    return Verdict(state="altered", errors=tuple(sorted(codes)), records_found=found, record=judged)
