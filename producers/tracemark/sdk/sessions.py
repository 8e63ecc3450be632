"""The events in which a producer speaks of itself: open, heartbeat, close.

They carry the highest sequence number and the counts of drops, so that lost tails and silent producers can be found later.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Literal

from tracemark.schemas import codec_for
from tracemark.schemas.clock import Clock
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal.model import JournalMeta

__all__ = ["SDK_VERSION", "seal_close_for", "session_row"]

SDK_VERSION = version("tracemark")

State = Literal["open", "heartbeat", "close"]

_ABSENT = dict.fromkeys(
    ("request_id", "content_id", "case_id", "model_id", "model_version", "policy_version", "trace_id", "span_id"), None
)


def session_row(
    base: Mapping[str, Any],
    *,
    state: State,
    seq: int,
    emitted: int,
    dropped: Mapping[str, int],
    durability: str,
    now_us: int,
    event_id: str,
    closed_by: Literal["owner", "adopter"] | None = None,
    adopted_by: str | None = None,
) -> dict[str, Any]:
    """A complete row of `producer.session`, but for its seal; `base` holds the session's envelope fields and `producer_id`."""
    return {
        **_ABSENT,
        **base,
        "event_id": event_id,
        "event_type": "producer.session",
        "schema_version": 1,
        "occurred_at": now_us,
        "producer_seq": seq,
        "retention_class": "NET",
        "dimensions": {},
        "session_state": state,
        "last_seq": seq,
        "producer_time": now_us,
        "closed_by": closed_by,
        "durability": durability,
        "sdk_version": SDK_VERSION,
        "emitted_total": emitted,
        "dropped": dict(dropped),
        "adopted_by": adopted_by,
        "subject_ref": None,
    }


def seal_close_for(
    meta: JournalMeta, last_seq: int, *, dropped: Mapping[str, int], adopted_by: str | None, clock: Clock, ids: IdSource
) -> tuple[int, bytes, bytes]:
    """Sequence number, key and framed value of the event with which an adopter closes a dead producer's session."""
    now_us, seq = clock.now_us(), last_seq + 1
    row = session_row(
        {**meta.session, "producer_id": meta.producer_id},
        state="close",
        seq=seq,
        emitted=seq - sum(dropped.values()),
        dropped=dropped,
        durability="memory" if meta.durability == "memory" else "journal",
        now_us=now_us,
        event_id=ids.uuid(now_us),
        closed_by="adopter",
        adopted_by=adopted_by,
    )
    sealed = codec_for("producer.session").seal(row, ids.salt())
    return seq, meta.producer_id.encode(), sealed.value
