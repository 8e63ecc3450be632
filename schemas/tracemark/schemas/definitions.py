"""An `.avsc` file, read into values that the generators, the store and the docs share.

The `.avsc` is the only source: names, documentation, privacy classes, retention and delivery are its attributes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, cast

from tracemark.schemas.errors import SchemaDefinitionError

__all__ = ["REQUIRED", "EventSchema", "Field", "Kind", "load_envelope", "load_schemas", "parse_schema", "schema_id"]

Kind = Literal["string", "enum", "int", "long", "double", "boolean", "timestamp", "fixed", "array", "map"]
Avro = dict[str, Any]

REQUIRED = object()
"""The default of a field that has none."""

_PRIVACY_CLASSES = frozenset({"public", "pseudonym", "digest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an event.

    Attributes:
        name: The same in Avro, Python, SQL and on the boards.
        kind: Shape of the value; for arrays and maps, `item` has the shape of what they hold.
        nullable: Whether it may be absent.
        doc: What it means.
        privacy: `public`, `pseudonym` or `digest`; nothing else can be registered.
        personal: Whether erasure clears it.
        filled_by: `caller`, `session` (constant for a producer) or `sdk`.
        format: Name of the pattern its text must match.
        enum_name: Name of the enumeration, for enums and arrays of enums.
        symbols: Its values.
        size: Bytes, for fixed.
        keys: Allowed keys, for maps.
        low_cardinality: Whether few distinct values are expected.
        maximum: Largest number allowed.
        default: The Avro default, `REQUIRED` when there is none.
    """

    name: str
    kind: Kind
    nullable: bool
    doc: str
    privacy: str
    personal: bool = False
    filled_by: str = "caller"
    format: str = "id"
    item: Kind | None = None
    enum_name: str = ""
    symbols: tuple[str, ...] = ()
    size: int = 0
    keys: tuple[str, ...] = ()
    low_cardinality: bool = False
    maximum: float | None = None
    default: Any = REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSchema:
    """One version of one event type.

    Attributes:
        event_type: E.g. `output.generated`.
        version: From 1; released versions never change.
        name: Record name in Avro and class name in Python.
        doc: What the event says.
        table: `traffic` or `records`.
        topic: `events`, or `control` for governance events.
        retention_class: The default class, and `retention_class_when` by the value of another field.
        delivery: The default policy (`standard`, `heartbeat`, `protective`, `permissive`), likewise.
        fields: In wire order.
        avro: The parsed file.
        fingerprint: SHA-256 of the Avro parsing canonical form.
    """

    event_type: str
    version: int
    name: str
    doc: str
    table: str
    topic: str
    retention_class: str
    retention_class_when: Mapping[str, Mapping[str, str]]
    delivery: str
    delivery_when: Mapping[str, Mapping[str, str]]
    fields: tuple[Field, ...]
    avro: Avro
    fingerprint: bytes

    @property
    def schema_id(self) -> int:
        """Id in the Confluent frame."""
        return schema_id(self.fingerprint)

    @property
    def public(self) -> tuple[Field, ...]:
        """Fields under `event_hash` alone: neither personal nor part of the seal."""
        return tuple(f for f in self.fields[:-3] if not f.personal)

    @property
    def personal(self) -> tuple[Field, ...]:
        """Fields under `private_commitment`, cleared by erasure."""
        return tuple(f for f in self.fields if f.personal)

    @property
    def has_tokens(self) -> bool:
        """Whether the event identifies a content."""
        return any(f.name == "token_exact" for f in self.fields)


def schema_id(fingerprint: bytes) -> int:
    """`0x40000000` with the first 30 bits of the fingerprint: an id that needs no registry."""
    return 0x40000000 | int.from_bytes(fingerprint[:4], "big") >> 2


def load_schemas() -> tuple[EventSchema, ...]:
    """Every released version of every event type, in order of type and version."""
    folder = files("tracemark.schemas") / "avro"
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".avsc")), key=lambda p: p.name)
    avros = (json.loads(p.read_text(encoding="utf-8")) for p in paths)
    schemas = (parse_schema(avro) for avro in avros if avro["name"] != "Envelope")
    return tuple(sorted(schemas, key=lambda s: (s.event_type, s.version)))


def load_envelope() -> tuple[Field, ...]:
    """The fields that every event type begins with."""
    text = (files("tracemark.schemas") / "avro" / "envelope.v1.avsc").read_text(encoding="utf-8")
    return _fields(json.loads(text))


def parse_schema(avro: Avro) -> EventSchema:
    """Read one `.avsc` document; raises `SchemaDefinitionError` naming the attribute to mend."""
    try:
        return EventSchema(
            event_type=avro["event_type"],
            version=avro["schema_version"],
            name=avro["name"],
            doc=avro["doc"],
            table=avro["table"],
            topic=avro.get("topic", "events"),
            retention_class=avro["retention_class"],
            retention_class_when=avro.get("retention_class_when", {}),
            delivery=avro["delivery"],
            delivery_when=avro.get("delivery_when", {}),
            fields=_fields(avro),
            avro=avro,
            fingerprint=fingerprint(avro),
        )
    except KeyError as error:
        raise SchemaDefinitionError(f"schema {avro.get('name')}: attribute {error} is missing; add it") from error


def fingerprint(avro: Avro) -> bytes:
    """SHA-256 of the parsing canonical form (Avro specification, "Schema Fingerprints")."""
    from fastavro.schema import to_parsing_canonical_form  # noqa: PLC0415 - a producer never needs it: ids are generated

    return hashlib.sha256(to_parsing_canonical_form(avro).encode()).digest()


def _fields(avro: Avro) -> tuple[Field, ...]:
    named: dict[str, Avro] = {}
    return tuple(_field(raw, named) for raw in avro["fields"])


def _field(raw: Avro, named: dict[str, Avro]) -> Field:
    if raw["privacy"] not in _PRIVACY_CLASSES:
        raise SchemaDefinitionError(f"{raw['name']}: privacy class must be one of {sorted(_PRIVACY_CLASSES)}")
    type_, nullable = raw["type"], False
    if isinstance(type_, list):
        branches: list[Any] = type_
        if len(branches) != 2 or branches[0] != "null":  # noqa: PLR2004 - null and one type
            raise SchemaDefinitionError(f"{raw['name']}: a union must be null and one type")
        type_, nullable = branches[1], True
    shape = _shape(type_, named)
    return Field(
        name=raw["name"],
        nullable=nullable,
        doc=raw["doc"],
        privacy=raw["privacy"],
        personal=raw.get("personal", False),
        filled_by=raw.get("filled_by", "caller"),
        format=raw.get("format", "id"),
        keys=tuple(raw.get("keys", ())),
        low_cardinality=raw.get("cardinality") == "low" or shape.get("kind") == "enum",
        maximum=raw.get("maximum"),
        default=raw.get("default", REQUIRED),
        **shape,
    )


def _shape(type_: Any, named: dict[str, Avro]) -> dict[str, Any]:
    if isinstance(type_, str):
        return _shape(named[type_], named) if type_ in named else {"kind": type_}
    avro = cast("Avro", type_)
    kind = avro["type"]
    if kind in {"enum", "fixed"}:
        named[avro["name"]] = avro
    if kind == "enum":
        return {"kind": "enum", "enum_name": avro["name"], "symbols": tuple(avro["symbols"])}
    if kind == "fixed":
        return {"kind": "fixed", "size": avro["size"]}
    if kind in {"array", "map"}:
        item = _shape(avro["items" if kind == "array" else "values"], named)
        return {**item, "kind": kind, "item": item["kind"]}
    return {"kind": "timestamp" if avro.get("logicalType") == "timestamp-micros" else kind}
