"""Every schema this release holds, by id and by event type, and decoding of framed values."""

import io
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import fastavro

from tracemark.schemas.codec import EventCodec
from tracemark.schemas.definitions import EventSchema, load_schemas
from tracemark.schemas.errors import FrameError, UnknownSchema
from tracemark.schemas.framing import unframe

if TYPE_CHECKING:
    from tracemark.schemas.reading import Reader

__all__ = ["codec_by_id", "codec_for", "decode", "readers", "schema_by_id", "schemas"]


@cache
def _codecs() -> tuple[EventCodec, ...]:
    from tracemark.schemas._generated.codecs import CODECS  # noqa: PLC0415 - the generator must run without its own output

    return CODECS


@cache
def _by_id() -> Mapping[int, EventCodec]:
    return MappingProxyType({codec.schema_id: codec for codec in _codecs()})


@cache
def _by_type() -> Mapping[str, EventCodec]:
    return MappingProxyType({codec.event_type: codec for codec in _codecs()})


@cache
def schemas() -> tuple[EventSchema, ...]:
    """Every released version of every event type."""
    return load_schemas()


@cache
def schema_by_id(schema_id: int) -> EventSchema:
    """The definition behind an id; raises `UnknownSchema`."""
    for schema in schemas():
        if schema.schema_id == schema_id:
            return schema
    raise UnknownSchema(schema_id)


def codec_by_id(schema_id: int) -> EventCodec:
    """Checks and encoders of the schema with this id; raises `UnknownSchema`."""
    try:
        return _by_id()[schema_id]
    except KeyError:
        raise UnknownSchema(schema_id) from None


def codec_for(event_type: str) -> EventCodec:
    """Checks and encoders of the newest version of an event type; raises KeyError."""
    return _by_type()[event_type]


def readers() -> "Mapping[int, Reader]":
    """Readers of ordinary events by schema id, for whoever reads many; see `tracemark.schemas.reading`."""
    # A producer never needs them: they would be most of what it loads.
    from tracemark.schemas._generated.readers import READERS  # noqa: PLC0415

    return READERS


def decode(value: bytes) -> tuple[EventCodec, dict[str, Any]]:
    """Read a framed Kafka value: enums as text, timestamps as microseconds, digests as bytes.

    Raises:
        FrameError: The bytes are no framed event, or bytes are left over.
        UnknownSchema: The frame is fine, its schema is not in this release.
    """
    schema_id, datum = unframe(value)
    codec = codec_by_id(schema_id)
    stream = io.BytesIO(datum)
    try:
        row = cast("dict[str, Any]", fastavro.schemaless_reader(stream, _plain(schema_id), None))
    except Exception as error:  # noqa: BLE001 - fastavro lets IndexError, EOFError, struct.error and more out: broken bytes
        raise FrameError(f"the datum cannot be read as {codec.event_type}: {type(error).__name__}") from None
    if stream.tell() != len(datum):
        raise FrameError(f"{len(datum) - stream.tell()} bytes are left over after {codec.event_type}")
    return codec, row


@cache
def _plain(schema_id: int) -> Any:
    """The schema without logical types: decoding to plain values is half again as fast."""
    return fastavro.parse_schema(_without_logical_types(schema_by_id(schema_id).avro))


def _without_logical_types(node: Any) -> Any:
    if isinstance(node, dict):
        pairs = cast("dict[str, Any]", node).items()
        return {key: _without_logical_types(value) for key, value in pairs if key != "logicalType"}
    if isinstance(node, list):
        items: list[Any] = node
        return [_without_logical_types(item) for item in items]
    return node
