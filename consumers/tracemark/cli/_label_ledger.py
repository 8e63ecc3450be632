"""What the ledger says about a file's label: the output it must come from, and the label that was put on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tracemark.cli.errors import CommandError
from tracemark.labels import AIGC_KEYS, Aigc, Claim, InvalidLabel, Record, event_hash_in
from tracemark.store import Store

__all__ = ["AIGC_COLUMNS", "AIGC_LABELS", "Known", "by_content", "by_hash", "by_records"]

AIGC_LABELS: Final = {"1": "is_generated", "2": "may_be_generated", "3": "suspected_generated"}
"""Value of `Label` to that of `aigc_label`."""

AIGC_COLUMNS: Final = (
    "aigc_label",
    "aigc_content_producer",
    "aigc_produce_id",
    "aigc_reserved_code1",
    "aigc_content_propagator",
    "aigc_propagate_id",
    "aigc_reserved_code2",
)
"""In the order of the seven keys."""

_OUTPUT: Final = """
    SELECT content_id, request_id, tenant_id, model_id, model_version, modality, duty_basis, event_hash
    FROM events_traffic WHERE event_type = 'output.generated' AND {condition}
    ORDER BY occurred_at LIMIT 1"""
# A subselect, so that the set is made once and of the column's own type.
_BY_HASH: Final = "event_hash IN (SELECT toFixedString(unhex({value:String}), 32))"
_BY_CONTENT: Final = "content_id = {value:String}"
_LABEL: Final = f"""
    SELECT {", ".join(AIGC_COLUMNS)}
    FROM events_traffic WHERE event_type = 'label.applied' AND content_id = {{content:String}}
        AND label_kind = 'implicit' AND label_carrier = 'file_metadata' AND aigc_label != ''
    ORDER BY aigc_produce_id = {{produce_id:String}} DESC, occurred_at DESC LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An output in the ledger, as a claim about the files made of it.

    Attributes:
        claim: Its event hash, and the label last put on a file of it, if one was recorded.
        output: Its ids and codes, by column; absent ones are empty.
    """

    claim: Claim
    output: dict[str, Any]


def by_hash(store: Store, event_hash: bytes, produce_id: str = "") -> Known | None:
    """The output with this event hash; of its labels the one with this ProduceID, else the last."""
    return _known(store, _BY_HASH, event_hash.hex(), produce_id)


def by_content(store: Store, content_id: str) -> Known:
    """The output with this content id. Raises `CommandError` when the ledger has none."""
    known = _known(store, _BY_CONTENT, content_id, "")
    if known is None:
        raise CommandError(
            "the ledger knows no output with this content id: check the id and --store, or wait a moment"
        )
    return known


def by_records(store: Store, records: Sequence[Record]) -> Known | None:
    """The output that a file's own records lead to by ReservedCode1, if any does."""
    for record in records:
        fields = record.fields or {}
        event_hash = event_hash_in(fields.get("ReservedCode1", ""))
        if event_hash is not None and (known := by_hash(store, event_hash, fields.get("ProduceID", ""))) is not None:
            return known
    return None


def _known(store: Store, condition: str, value: str, produce_id: str) -> Known | None:
    outputs = store.query(_OUTPUT.replace("{condition}", condition), {"value": value})
    if not outputs:
        return None
    output = outputs[0]
    content_id = output["content_id"]
    labels = store.query(_LABEL, {"content": content_id, "produce_id": produce_id}) if content_id else []
    values = _values(labels[0]) if labels else None
    # A label that was written without ReservedCode1 is bound by producer and ProduceID.
    bound = values is None or bool(values.reserved_code1)
    return Known(claim=Claim(event_hash=output["event_hash"] if bound else None, values=values), output=output)


def _values(label: dict[str, Any]) -> Aigc | None:
    """The label that was claimed; None when the event does not tell all of it."""
    codes = {name: code for code, name in AIGC_LABELS.items()}
    texts = [codes.get(label["aigc_label"], ""), *(label[column] for column in AIGC_COLUMNS[1:])]
    try:
        return Aigc.of(dict(zip(AIGC_KEYS, texts, strict=True)))
    except InvalidLabel:
        return None
