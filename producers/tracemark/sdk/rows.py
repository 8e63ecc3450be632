"""From what a caller says about an event to its row: everything but digests, number and seal."""

from typing import Any

from tracemark.schemas import Event, EventCodec, InvalidEvent, codec_for
from tracemark.schemas.checking import FORMATS, fail_format
from tracemark.schemas.clock import Clock
from tracemark.sdk.config import ClientConfig
from tracemark.sdk.digests import check_people
from tracemark.sdk.ids import IdSource

__all__ = ["Rows", "codec_of"]

_is_uuid = FORMATS["uuid"]


def codec_of(event: Event) -> EventCodec:
    """The checks and encoders of an event; raises `InvalidEvent` for what is none."""
    if not isinstance(event, Event):  # pyright: ignore[reportUnnecessaryIsInstance] - whatever callers pass
        raise InvalidEvent("event", f"is of type {type(event).__name__}", "pass one of tracemark.schemas.events")
    return codec_for(event.EVENT_TYPE)


class Rows:
    """Makes rows that keep every rule of their schema. Thread-safe; needs neither keys nor a journal."""

    def __init__(self, config: ClientConfig, clock: Clock, ids: IdSource) -> None:
        """What `config` says of the service is in every row."""
        self._session = config.session_row()
        self._policy_version = config.policy_version
        self._clock = clock
        self._ids = ids

    def make(
        self,
        event: Event,
        codec: EventCodec,
        *,
        tenant: str | None = None,
        audience_class: str | None = None,
        event_id: str | None = None,
    ) -> dict[str, Any]:
        """The row of an event that happens now; raises `InvalidEvent`."""
        now_us = self._clock.now_us()
        row = self._session | event.values()
        row["event_id"] = self._ids.uuid(now_us) if event_id is None else _checked_id(event_id)
        row["event_type"] = codec.event_type
        row["schema_version"] = codec.version
        row["occurred_at"] = now_us
        if tenant is not None:
            row["tenant_id"] = tenant
        if audience_class is not None:
            row["audience_class"] = audience_class
        if row["policy_version"] is None:
            row["policy_version"] = self._policy_version
        codec.check_own(row)
        if tenant is not None or audience_class is not None:
            codec.check_envelope(row)
        return row

    def check(
        self,
        event: Event,
        *,
        user: str | None = None,
        recipient: str | None = None,
        accessor: str | None = None,
        tenant: str | None = None,
        audience_class: str | None = None,
        event_id: str | None = None,
    ) -> None:
        """Raise the `InvalidEvent` that these arguments deserve; see `AuditClient.emit`."""
        codec = codec_of(event)
        self.make(event, codec, tenant=tenant, audience_class=audience_class, event_id=event_id)
        check_people(codec, {"subject_ref": user, "recipient_ref": recipient, "accessor_ref": accessor})


def _checked_id(event_id: str) -> str:
    """Taken as it is, never rewritten: an id in another spelling would be another event to whoever looks it up."""
    if type(event_id) is not str or not _is_uuid(event_id):
        fail_format("event_id", event_id, "uuid")
    return event_id
