"""Labels as events: what was put on a file, and what was read back, beside each other in the ledger."""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

from tracemark.cli._label_ledger import AIGC_COLUMNS, AIGC_LABELS
from tracemark.cli.errors import CommandError
from tracemark.cli.output import note
from tracemark.labels import AIGC_KEYS, Aigc, Claim, TextVerdict, Verdict, legal_value
from tracemark.schemas import Event
from tracemark.schemas.events import LabelApplied, LabelVerified, Modality
from tracemark.sdk import AuditClient

__all__ = ["record", "recorder", "text_verified", "verified", "written"]

_E = TypeVar("_E", bound=Event)

_MEDIA: Final[Mapping[str, Sequence[Modality]]] = {
    "image/png": ("image",),
    "image/jpeg": ("image",),
    "application/pdf": ("text",),
}
_NEEDED: Final = ("TRACEMARK_URL", "TRACEMARK_SERVICE_ID")
"""What a client cannot do without; nothing else says where to record, and for whom."""
_IDS: Final = ("content_id", "request_id", "case_id", "model_id", "model_version")
_MAX_CONTENT_BYTES: Final = 64 << 20
"""Of files whose tokens are recorded with the label, so that they are found by their bytes, too."""


@contextmanager
def recorder(*, wanted: bool) -> Generator[AuditClient | None]:
    """A client configured by the environment, when one is wanted. Raises before anything was done when it cannot be."""
    if not wanted:
        yield None
        return
    if lacking := [name for name in _NEEDED if not os.environ.get(name)]:
        raise CommandError(
            f"--record: {' and '.join(lacking)} {'are' if len(lacking) > 1 else 'is'} not set: set what the service that made the "
            "content has, or leave --record out"
        )
    with AuditClient.from_env() as audit:
        yield audit


def record(audit: AuditClient, event: Event, output: Mapping[str, Any], content: Path | str | None = None) -> str:
    """Record an event for the tenant of the output it is about; gives its id. Raises `CommandError` when it was dropped."""
    about = _content(content) if isinstance(content, Path) else content
    receipt = audit.emit(event, content=about, tenant=output.get("tenant_id") or None)
    if not receipt.accepted:
        raise CommandError(f"the event was dropped ({receipt.dropped}): make room for the journal and run this again")
    return receipt.event_id


def written(label: Aigc, media_type: str, output: Mapping[str, Any], duty_basis: str) -> LabelApplied:
    """The claim that a file now carries this label."""
    return _event(
        LabelApplied,
        label_kind="implicit",
        label_carrier="file_metadata",
        duty_basis=duty_basis,
        modality=output.get("modality") or _MEDIA[media_type],
        media_type=media_type,
        **_aigc(label.to_dict()),
        **_ids(output),
    )


def verified(
    verdict: Verdict, claim: Claim | None, media_type: str, output: Mapping[str, Any], *, case_id: str | None
) -> LabelVerified:
    """What was found in a file. Values that no label may have are left out: `label_errors` names them."""
    fields = verdict.record.fields if verdict.record is not None else None
    return _event(
        LabelVerified,
        label_kind="implicit",
        label_carrier="file_metadata",
        label_state=verdict.state,
        records_found=verdict.records_found,
        label_errors=verdict.errors,
        expected_hash=claim.event_hash if claim is not None else None,
        media_type=media_type,
        modality=output.get("modality") or _MEDIA[media_type],
        **_aigc(fields or {}),
        **_verifier(),
        **_ids({**output, "case_id": case_id}),
    )


def text_verified(verdict: TextVerdict, output: Mapping[str, Any], *, case_id: str | None) -> LabelVerified:
    """What was found in a text; it can hold no AIGC record."""
    return _event(
        LabelVerified,
        label_kind="explicit",
        label_carrier="text_prompt",
        label_positions=verdict.positions,
        label_state=verdict.state,
        records_found=0,
        label_errors=verdict.errors,
        media_type="text/plain",
        modality=("text",),
        **_verifier(),
        **_ids({**output, "case_id": case_id}),
    )


def _event(kind: type[_E], **fields: Any) -> _E:
    """The SDK checks every field when it is emitted."""
    return kind(**fields)


def _verifier() -> dict[str, str]:
    return {"verifier": "tracemark-label", "verifier_version": version("tracemark")}


def _ids(output: Mapping[str, Any]) -> dict[str, str]:
    return {name: output[name] for name in _IDS if output.get(name)}


def _aigc(values: Mapping[str, str]) -> dict[str, str]:
    legal = {key: values[key] for key in AIGC_KEYS if key in values and legal_value(key, values[key])}
    named = {column: legal[key] for key, column in zip(AIGC_KEYS, AIGC_COLUMNS, strict=True) if key in legal}
    return named | ({"aigc_label": AIGC_LABELS[legal["Label"]]} if "Label" in legal else {})


def _content(path: Path) -> bytes | None:
    if path.stat().st_size > _MAX_CONTENT_BYTES:
        note(f"the file is larger than {_MAX_CONTENT_BYTES >> 20} MiB: it will be found by its label, not by its bytes")
        return None
    return path.read_bytes()
