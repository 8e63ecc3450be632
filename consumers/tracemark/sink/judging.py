"""Is a record an event that may be stored? Decoding and every check that needs nothing but the record itself."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, NamedTuple

from tracemark.schemas import (
    HEADER_REPLAY,
    HEADER_SCHEMA,
    EventCodec,
    FrameError,
    InvalidEvent,
    Row,
    UnknownSchema,
    decode,
    schema_by_id,
)
from tracemark.schemas.checking import FORMATS, check_number, fail_format
from tracemark.schemas.columns import raw_value
from tracemark.schemas.definitions import EventSchema
from tracemark.schemas.framing import frame_header
from tracemark.schemas.reading import UNUSUAL, Reader, Values
from tracemark.schemas.registry import readers
from tracemark.schemas.topics import CONTROL_TOPIC, JOURNAL_TOPIC
from tracemark.sink.records import StreamRecord

__all__ = ["CLOCK_AHEAD_US", "CLOCK_BEHIND_US", "Accepted", "ErrorCode", "Judge", "Rejected"]

ErrorCode = Literal[
    "no_value",
    "frame_broken",
    "schema_unknown",
    "schema_mismatch",
    "wrong_topic",
    "event_invalid",
    "hash_mismatch",
    "identity_conflict",
    "store_refused",
]
"""Why a record became a dead letter; docs/dead-letters.md tells what to do about each."""

CLOCK_AHEAD_US: Final = 5 * 60 * 1_000_000
"""An event may have happened this long after the broker received it before its clock is suspect."""

CLOCK_BEHIND_US: Final = 31 * 24 * 3600 * 1_000_000
"""And this long before: longer than a journal may have waited for its broker."""

_DIGESTS = ("salt", "content_commitment", "token_exact", "token_loose", "private_commitment", "event_hash")
_FRAME_BYTES: Final = 5
_OCCURRED_AT: Final = 3
_UUID = FORMATS["uuid"]
_SUBJECT = FORMATS["subject_ref"]
_ID = FORMATS["id"]


class Accepted(NamedTuple):
    """An event to store.

    Attributes:
        record: Where it came from.
        schema: Of its frame.
        values: Its fields in the order of the schema, each as its column takes it.
        is_replay: Whether it may have been sent before.
        clock_suspect: Whether its time cannot be.
    """

    record: StreamRecord
    schema: EventSchema
    values: Values
    is_replay: bool
    clock_suspect: bool

    @property
    def event_id(self) -> str:
        """The first field of every event."""
        return self.values[0]  # type: ignore[no-any-return]  # of fields by position

    @property
    def event_hash(self) -> bytes:
        """The last field of every event."""
        return self.values[-1]  # type: ignore[no-any-return]  # of fields by position


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record to put aside.

    Attributes:
        record: Where it came from.
        code: Why.
        path: The field to blame, or empty.
        schema_id: Of its frame, 0 when it has none.
    """

    record: StreamRecord
    code: ErrorCode
    path: str = ""
    schema_id: int = 0


class _Ordinary(NamedTuple):
    """What it takes to accept an ordinary event of one schema."""

    read: Reader
    schema: EventSchema
    fingerprint: bytes
    is_control: bool


class Judge:
    """Decides record by record; pure, and safe to call from any thread.

    Ordinary events, as SDKs send them, are read in one pass. Every other record is decoded and checked step by step, which takes
    several times as long, and decides: both ways accept the same events with the same values.
    """

    def __init__(self, *, control_topic: str = CONTROL_TOPIC) -> None:
        """Governance events are taken from `control_topic` and from journals only."""
        self._control_topic = control_topic
        self._ordinary = {frame_header(schema_id): _ordinary(schema_id, read) for schema_id, read in readers().items()}

    def __call__(self, record: StreamRecord) -> Accepted | Rejected:
        """The event of a record, or why it is none."""
        value = record.value
        ordinary = self._ordinary.get(value[:_FRAME_BYTES]) if value else None
        if value is None or ordinary is None:
            return self.examine(record)
        try:
            values = ordinary.read(value)
        except UNUSUAL:
            return self.examine(record)
        replay, fingerprint = _headers(record)
        if (fingerprint is not None and fingerprint != ordinary.fingerprint) or not self._belongs(
            ordinary.is_control, record.topic
        ):
            return self.examine(record)
        suspect = is_clock_suspect(values[_OCCURRED_AT], record.broker_ts_ms)
        return Accepted(record, ordinary.schema, values, replay, suspect)

    def examine(self, record: StreamRecord) -> Accepted | Rejected:
        """The same, step by step, whatever the record is."""
        try:
            return self._accepted(record)
        except _Unfit as unfit:
            return Rejected(record, unfit.code, unfit.path, _frame_id(record.value))

    def _accepted(self, record: StreamRecord) -> Accepted:
        codec, row = _decoded(record.value)
        schema = _schema(codec.schema_id)
        replay, fingerprint = _headers(record)
        if fingerprint is not None and fingerprint != codec.fingerprint:
            raise _Unfit("schema_mismatch", HEADER_SCHEMA)
        if not self._belongs(schema.topic == "control", record.topic):
            raise _Unfit("wrong_topic", "event_type")
        try:
            codec.check_envelope(row)
            codec.check_own(row)
            _check_filled(codec, row)
        except InvalidEvent as error:
            raise _Unfit("event_invalid", error.field) from None
        if not codec.is_intact(row):
            raise _Unfit("hash_mismatch", "event_hash")
        values = tuple(raw_value(f, row[f.name]) for f in schema.fields)
        return Accepted(record, schema, values, replay, is_clock_suspect(row["occurred_at"], record.broker_ts_ms))

    def _belongs(self, is_control: bool, topic: str) -> bool:
        return topic == JOURNAL_TOPIC or is_control == (topic == self._control_topic)


def _ordinary(schema_id: int, read: Reader) -> _Ordinary:
    schema = _schema(schema_id)
    return _Ordinary(read, schema, schema.fingerprint, schema.topic == "control")


class _Unfit(Exception):
    """Ends the examination of a record."""

    def __init__(self, code: ErrorCode, path: str = "") -> None:
        super().__init__(code)
        self.code: ErrorCode = code
        self.path = path


def _decoded(value: bytes | None) -> tuple[EventCodec, dict[str, Any]]:
    if value is None:
        raise _Unfit("no_value")
    try:
        return decode(value)
    except UnknownSchema:
        raise _Unfit("schema_unknown") from None
    except FrameError:
        raise _Unfit("frame_broken") from None


@cache
def _schema(schema_id: int) -> EventSchema:
    return schema_by_id(schema_id)


def is_clock_suspect(occurred_at_us: int, broker_ts_ms: int) -> bool:
    """Whether an event's time disagrees with its receipt by more than any waiting explains."""
    ahead = occurred_at_us - broker_ts_ms * 1000
    return not -CLOCK_BEHIND_US <= ahead <= CLOCK_AHEAD_US


def _frame_id(value: bytes | None) -> int:
    return int.from_bytes(value[1:5], "big") if value and len(value) >= _FRAME_BYTES and value[0] == 0 else 0


def _headers(record: StreamRecord) -> tuple[bool, bytes | None]:
    replay, fingerprint = False, None
    for name, value in record.headers:
        if name == HEADER_SCHEMA:
            fingerprint = value
        elif name == HEADER_REPLAY:
            replay = value == b"1"
    return replay, fingerprint


def _check_filled(codec: EventCodec, row: Row) -> None:
    """What an SDK fills in and a caller cannot get wrong; somebody else's producer can."""
    if row["event_type"] != codec.event_type or row["schema_version"] != codec.version:
        raise InvalidEvent("event_type", "disagrees with the schema", "send the frame of its own schema")
    for name in ("event_id", "producer_id"):
        if not _UUID(row[name]):
            fail_format(name, row[name], "uuid")
    check_number("occurred_at", row["occurred_at"], "timestamp")
    if row["producer_seq"] < 1:
        raise InvalidEvent("producer_seq", "is below 1", "number from 1")
    if row["retention_class"] != codec.retention_class(row):
        raise InvalidEvent("retention_class", "is not the schema's", "leave it to the SDK")
    if row["subject_ref"] is not None and not _SUBJECT(row["subject_ref"]):
        fail_format("subject_ref", row["subject_ref"], "subject_ref")
    key_id = row.get("token_key_id")
    if key_id is not None and not _ID(key_id):
        fail_format("token_key_id", key_id, "id")
    _check_digests(row)


def _check_digests(row: Row) -> None:
    if row["salt"] is None:
        raise InvalidEvent("salt", "is missing", "send it: only erasure may take it away")
    for name in _DIGESTS:
        value = row.get(name)
        # All zeros mean absent in the store, and no digest is ever that.
        if value is not None and not any(value):
            raise InvalidEvent(name, "is all zeros", "send the digest, or nothing")
