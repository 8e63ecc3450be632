"""The module of readers: one pass from the wire to the values of columns, per schema version; see `tracemark.schemas.reading`."""

import sys
from collections.abc import Iterable, Mapping, Sequence

from tracemark.schemas.columns import raw_value
from tracemark.schemas.definitions import EventSchema, Field, load_envelope
from tracemark.schemas.errors import SchemaDefinitionError

__all__ = ["render_readers"]

_HEAD = '''"""Readers of ordinary events. Generated from the .avsc files by `python -m tracemark.schemas.codegen`; do not edit.

`data` is a whole framed value, `at` the place reached in it. A text is `data[at + 1 : (at := at + STEP[data[at]])]`: what
follows its length byte, up to where the next field begins. An absent value is its branch byte alone, a zero.
"""

import struct
from collections.abc import Mapping

from tracemark.schemas.checking import FORMATS
from tracemark.schemas.reading import (
    BOOLEANS,
    HEX,
    ID,
    SMALL,
    STEP,
    Known,
    Reader,
    SymbolLists,
    Unusual,
    Values,
    instant,
    long_id,
    number,
    number_map,
    prove,
    shape,
    text,
    text_list,
    text_map,
)

DOUBLE = struct.Struct("<d").unpack_from
ZERO_16, ZERO_32 = bytes(16), bytes(32)
_SESSIONS: dict[bytes, tuple[bytes, Values]] = {}
_SESSIONS_KEPT = 10_000
'''

_SHAPES: Mapping[str, tuple[int, ...]] = {
    "uuid": (8, 4, 4, 4, 12),
    "uuid_text": (8, 4, 4, 4, 12),
    "trace_id": (32,),
    "span_id": (16,),
    "subject_ref": (32,),
}
_LIMITS: Mapping[str, int] = {"int": 2**31 - 1, "long": 2**63 - 1}
_LONG_TEXTS = frozenset({"aigc", "media_type"})
_FIRST = ("event_id", "event_type", "schema_version", "occurred_at", "producer_id", "producer_seq")
_TEXT = "data[at + 1 : (at := at + STEP[data[at]])]"


def render_readers(schemas: Sequence[EventSchema]) -> str:
    """The whole module."""
    envelope = load_envelope()
    for schema in schemas:
        if [f.name for f in schema.fields[: len(envelope)]] != [f.name for f in envelope]:
            raise SchemaDefinitionError(
                f"{schema.event_type}: its first fields must be those of the envelope, in order"
            )
    fields = [f for schema in schemas for f in schema.fields]
    parts = [
        _HEAD,
        *_tables(fields),
        _session([f for f in envelope if f.filled_by == "session"]),
        _envelope(envelope),
        *(_reader(schema, len(envelope)) for schema in schemas),
        "\n\nREADERS: Mapping[int, Reader] = {\n",
        *(f"    {schema.schema_id:#x}: _read_{_slug(schema)},\n" for schema in schemas),
        "}\n",
    ]
    return "".join(parts)


def _slug(schema: EventSchema) -> str:
    return f"{schema.event_type.replace('.', '_')}_v{schema.version}"


def _tables(fields: Sequence[Field]) -> list[str]:
    """What the readers look up: shapes and known texts by format, values by enumeration, keys by map."""
    formats = sorted({f.format for f in fields if "string" in {f.kind, f.item}})
    enums = {f.enum_name: f.symbols for f in fields if f.enum_name}
    maps = {f.name: f.keys for f in fields if f.kind == "map"}
    lines = [f"{name.upper()} = shape({', '.join(map(str, _SHAPES[name]))})\n" for name in formats if name in _SHAPES]
    lines += [f'{name.upper()} = FORMATS["{name}"]\n' for name in formats if name in _LONG_TEXTS]
    lines += [f'KNOWN_{name.upper()} = Known("{name}")\n' for name in formats if name not in _SHAPES]
    for name in sorted(enums):
        entries = "".join(f'    {2 * index}: "{symbol}",\n' for index, symbol in enumerate(enums[name]))
        lines.append(f"\n{name.upper()} = {{\n{entries}}}\n{name.upper()}_LISTS = SymbolLists({name.upper()})\n")
    for name in sorted(maps):
        entries = "".join(f'    b"{key}": "{key}",\n' for key in maps[name])
        lines.append(f"\n{name.upper()}_KEYS = {{\n{entries}}}\n")
    return lines


def _session(fields: Sequence[Field]) -> str:
    """What is the same in every event of a producer."""
    names = ", ".join(f.name for f in fields)
    lines = [
        "\n\ndef _session(data: bytes, at: int, producer: bytes) -> tuple[bytes, Values]:",
        '    """The fields that are constant for a producer: their bytes, and their values; remembered by producer."""',
        "    if producer.translate(HEX) != UUID:",
        "        raise Unusual",
        "    start = at",
        *_indented(line for f in fields for line in _field(f)),
        "    if at > len(data):  # a slice may be shorter than announced, and its value must not be remembered",
        "        raise Unusual",
        "    if len(_SESSIONS) >= _SESSIONS_KEPT:",
        "        _SESSIONS.clear()",
        f"    session = _SESSIONS[producer] = (data[start:at], ({names}))",
        "    return session\n",
    ]
    return "\n".join(lines)


def _envelope(fields: Sequence[Field]) -> str:
    """The fields that every event begins with, from `event_id` to `dimensions`."""
    names = [f.name for f in fields]
    if tuple(names[:6]) != _FIRST or [f.filled_by == "session" for f in fields[6:]] != sorted(
        (f.filled_by == "session" for f in fields[6:]), reverse=True
    ):
        raise SchemaDefinitionError("envelope: identity, then what is constant for a session, then the rest")
    rest = [f for f in fields[6:] if f.filled_by != "session"]
    values = "event_id.decode(), event_type, version, occurred_at, producer.decode(), producer_seq"
    lines = [
        "\n\ndef _envelope(data: bytes, kind: bytes, event_type: str, version: int) -> tuple[int, Values]:",
        '    """Where the envelope ends, and its values; `kind` is the encoding of `event_type` and `version`."""',
        "    event_id, at = data[6:42], 42 + len(kind)",
        "    if data[5] != 72 or event_id.translate(HEX) != UUID or data[42:at] != kind or data[at + 8] != 72:",
        "        raise Unusual",
        "    occurred_at = instant(data, at)",
        "    producer = data[at + 9 : at + 45]",
        "    at += 45",
        *_indented(_field(fields[5])),
        "    if not producer_seq:",
        "        raise Unusual",
        "    session = _SESSIONS.get(producer)",
        "    if session is None or not data.startswith(session[0], at):",
        "        session = _session(data, at, producer)",
        "    at += len(session[0])",
        *_indented(line for f in rest for line in _field(f)),
        f"    return at, ({values}, *session[1], {', '.join(f.name for f in rest)})\n",
    ]
    return "\n".join(lines)


def _reader(schema: EventSchema, skipped: int) -> str:
    slug = _slug(schema)
    kind = _varint(len(schema.event_type)) + schema.event_type.encode() + _varint(schema.version)
    own = schema.public[skipped:]
    names = "".join(f"{f.name}, " for f in (*own, *schema.personal))
    retention = [f.name for f in load_envelope()].index("retention_class")
    lines = [
        f'\n\n_KIND_{slug.upper()} = {kind!r}\n_PREFIX_{slug.upper()} = bytes.fromhex("00{schema.fingerprint.hex()}")',
        f"\n\ndef _read_{slug}(data: bytes) -> Values:",
        f'    at, envelope = _envelope(data, _KIND_{slug.upper()}, "{schema.event_type}", {schema.version})',
        *_indented(line for f in own for line in _field(f)),
        f"    if envelope[{retention}] != {_retention(schema)}:",
        "        raise Unusual",
        "    public = at",
        *_indented(line for f in schema.personal for line in _field(f)),
        f"    seal = prove(data, public, at, _PREFIX_{slug.upper()})",
        f"    return (*envelope, {names}*seal)\n",
    ]
    return "\n".join(lines)


def _retention(schema: EventSchema) -> str:
    """An expression for the class that the schema demands, from the fields read before."""
    choices = [f"{dict(values)!r}.get({name})" for name, values in schema.retention_class_when.items()]
    return f"({' or '.join([*choices, repr(schema.retention_class)])})" if choices else repr(schema.retention_class)


def _varint(value: int) -> bytes:
    if not 0 <= value < 64:  # noqa: PLR2004 - what one byte holds
        raise SchemaDefinitionError(f"{value}: names of event types and versions must fit one byte")
    return bytes([2 * value])


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _field(f: Field) -> list[str]:
    if not f.nullable:
        return _present(f)
    return [
        "if data[at] == 2:",
        "    at += 1",
        *_indented(_present(f)),
        "elif data[at]:",
        "    raise Unusual",
        "else:",
        f"    {f.name} = {_absent(f)}",
        "    at += 1",
    ]


def _absent(f: Field) -> str:
    return f"ZERO_{f.size}" if f.kind == "fixed" else repr(raw_value(f, None))


def _present(f: Field) -> list[str]:
    if f.kind == "string":
        return _string(f)
    if f.kind in {"int", "long"}:
        return _number(f)
    if f.kind == "array":
        return _array(f)
    name, limit = f.name, f.maximum if f.maximum is not None else sys.float_info.max
    step, lines = 1, list[str]()
    if f.kind == "enum":
        lines = [f"{name} = {f.enum_name.upper()}[data[at]]"]
    elif f.kind == "boolean":
        lines = [f"{name} = BOOLEANS[data[at]]"]
    elif f.kind == "timestamp":
        step, lines = 8, [f"{name} = instant(data, at)"]
    elif f.kind == "double":
        step, lines = 8, [f"({name},) = DOUBLE(data, at)", f"if not 0 <= {name} <= {limit!r}:", "    raise Unusual"]
    elif f.kind == "fixed":
        lines = [f"{name} = data[at : at + {f.size}]", f"if {name} == ZERO_{f.size}:", "    raise Unusual"]
        step = f.size
    else:
        what = "KNOWN_ID" if f.item == "string" else str(_LIMITS["long"])
        reader = "text_map" if f.item == "string" else "number_map"
        many = f"{name}, at = {reader}(data, at, {name.upper()}_KEYS, {what})"
        return ["if data[at]:", f"    {many}", "else:", f"    {name} = {{}}", "    at += 1"]
    return [*lines, f"at += {step}"]


def _string(f: Field) -> list[str]:
    if f.format in _SHAPES:
        shape = f.format.upper()
        return [f"raw = {_TEXT}", f"if raw.translate(HEX) != {shape}:", "    raise Unusual", f"{f.name} = raw.decode()"]
    if f.format in _LONG_TEXTS:
        return [f"{f.name}, at = text(data, at, {f.format.upper()})"]
    if f.low_cardinality or f.format != "id":
        return [f"{f.name} = KNOWN_{f.format.upper()}[{_TEXT}]"]
    return [f"raw = {_TEXT}", f"{f.name} = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)"]


def _number(f: Field) -> list[str]:
    limit = _LIMITS[f.kind] if f.maximum is None else int(f.maximum)
    slow = f"{f.name}, at = number(data, at, {limit})"
    if f.maximum is not None:
        return [slow]
    return ["if data[at] < 128:", f"    {f.name} = SMALL[data[at]]", "    at += 1", "else:", f"    {slow}"]


def _array(f: Field) -> list[str]:
    if not f.enum_name:
        return [f"{f.name}, at = text_list(data, at, KNOWN_{f.format.upper()})"]
    # Count, one byte for each value, end mark; an empty list is its end mark alone.
    many = f"{f.name} = {f.enum_name.upper()}_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]"
    return ["if data[at]:", f"    {many}", "else:", f"    {f.name} = ()", "    at += 1"]
