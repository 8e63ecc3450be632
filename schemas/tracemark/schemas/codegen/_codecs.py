"""The module of checks and encoders: straight-line code per schema version, about twice as fast as interpreting the schema."""

from collections.abc import Mapping, Sequence

from tracemark.schemas.definitions import EventSchema, Field, load_envelope

__all__ = ["render_codecs"]

_HEAD = '''"""Checks and encoders. Generated from the .avsc files by `python -m tracemark.schemas.codegen`; do not edit."""

from tracemark.schemas.checking import (
    FORMATS,
    check_array,
    check_fixed,
    check_map,
    check_number,
    fail_enum,
    fail_format,
    fail_type,
)
from tracemark.schemas.codec import Delivery, EventCodec, Row
from tracemark.schemas.writing import (
    VARINTS,
    write_array,
    write_double,
    write_long,
    write_map_long,
    write_map_string,
    write_string,
)

'''


def render_codecs(schemas: Sequence[EventSchema]) -> str:
    """The whole module."""
    enums = {f.enum_name: f.symbols for schema in schemas for f in schema.fields if f.enum_name}
    formats = sorted({f.format for schema in schemas for f in schema.fields})
    matchers = "".join(f'_{name.upper()} = FORMATS["{name}"]\n' for name in formats)
    tables = "".join(_enum_table(name, enums[name]) for name in sorted(enums))
    envelope = _check("_check_envelope", [f for f in load_envelope() if f.filled_by == "session"])
    codecs = "\nCODECS = (\n" + "".join(f"    _{_slug(schema).upper()},\n" for schema in schemas) + ")\n"
    return _HEAD + matchers + tables + envelope + "".join(map(_codec, schemas)) + codecs


def _slug(schema: EventSchema) -> str:
    return f"{schema.event_type.replace('.', '_')}_v{schema.version}"


def _enum_table(name: str, symbols: Sequence[str]) -> str:
    entries = "".join(f'    "{symbol}": VARINTS[{index}],\n' for index, symbol in enumerate(symbols))
    return f"\n_{name.upper()} = {{\n{entries}}}\n_{name.upper()}_SET = frozenset(_{name.upper()})\n"


def _codec(schema: EventSchema) -> str:
    slug = _slug(schema)
    own = [f for f in schema.public if f.filled_by == "caller"]
    # Fixed bytes need no check: Avro gives them their size.
    filled = [f for f in schema.fields if f.filled_by == "sdk" and f.kind != "fixed"]
    parts = [
        _check(f"_check_{slug}", own),
        _check(f"_check_filled_{slug}", filled),
        _encoder(f"_public_{slug}", schema.public),
        _encoder(f"_personal_{slug}", schema.personal),
        _choice(f"_retention_{slug}", "str", schema.retention_class, schema.retention_class_when),
        _choice(f"_delivery_{slug}", "Delivery", schema.delivery, schema.delivery_when),
        _instance(schema, slug),
    ]
    return "".join(parts)


def _instance(schema: EventSchema, slug: str) -> str:
    people = tuple(f.name for f in schema.personal if f.format == "subject_ref")
    return f"""
_{slug.upper()} = EventCodec(
    event_type="{schema.event_type}",
    version={schema.version},
    topic="{schema.topic}",
    schema_id={schema.schema_id:#x},
    fingerprint=bytes.fromhex("{schema.fingerprint.hex()}"),
    has_tokens={schema.has_tokens},
    people={people!r},
    check_own=_check_{slug},
    check_filled=_check_filled_{slug},
    check_envelope=_check_envelope,
    encode_public=_public_{slug},
    encode_personal=_personal_{slug},
    retention_class=_retention_{slug},
    delivery=_delivery_{slug},
)
"""


def _choice(function: str, type_: str, default: str, when: Mapping[str, Mapping[str, str]]) -> str:
    lines = [f"\n\ndef {function}(row: Row) -> {type_}:"]
    for name, values in when.items():
        lines.append(f'    value = row["{name}"]')
        for result in dict.fromkeys(values.values()):
            symbols = ", ".join(f'"{symbol}"' for symbol, wanted in values.items() if wanted == result)
            lines.append(f'    if value in {{{symbols}}}:\n        return "{result}"')
    if not when:
        lines.append("    del row")
    return "\n".join([*lines, f'    return "{default}"\n'])


def _check(function: str, fields: Sequence[Field]) -> str:
    lines = [f"\n\ndef {function}(row: Row) -> None:"]
    for f in fields:
        lines += [f'    value = row["{f.name}"]', *_check_lines(f)]
    return "\n".join(lines) + "\n"


def _check_lines(f: Field) -> list[str]:
    guard = "value is not None and " if f.nullable else ""
    if f.kind == "string":
        return [
            f"    if {guard}(type(value) is not str or not _{f.format.upper()}(value)):",
            f'        fail_format("{f.name}", value, "{f.format}")',
        ]
    if f.kind == "enum":
        table = f"_{f.enum_name.upper()}"
        return [
            f"    if {guard}(type(value) is not str or value not in {table}):",
            f'        fail_enum("{f.name}", value, tuple({table}))',
        ]
    if f.kind == "boolean":
        return [f"    if {guard}type(value) is not bool:", f'        fail_type("{f.name}", value, "True or False")']
    call = _check_call(f)
    return [f"    if {guard.removesuffix(' and ')}:", f"        {call}"] if f.nullable else [f"    {call}"]


def _check_call(f: Field) -> str:
    if f.kind == "array":
        symbols = f"_{f.enum_name.upper()}_SET" if f.enum_name else "None"
        return f'check_array("{f.name}", value, {symbols}, "{f.format}")'
    if f.kind == "fixed":
        return f'check_fixed("{f.name}", value, {f.size})'
    if f.kind == "map":
        keys = ", ".join(f'"{key}"' for key in f.keys)
        return f'check_map("{f.name}", value, ({keys},), "{f.item}")'
    maximum = "" if f.maximum is None else f", {f.maximum}"
    return f'check_number("{f.name}", value, "{f.kind}"{maximum})'


def _encoder(function: str, fields: Sequence[Field]) -> str:
    lines = [f"\n\ndef {function}(row: Row) -> bytes:", '    return b"".join(', "        ("]
    for f in fields:
        value = f'row["{f.name}"]'
        expression = _write(f, value)
        lines.append(
            f'            b"\\x00" if {value} is None else b"\\x02" + {expression},'
            if f.nullable
            else f"            {expression},"
        )
    return "\n".join([*lines, "        )", "    )\n"])


def _write(f: Field, value: str) -> str:
    if f.kind == "array":
        item = f"_{f.enum_name.upper()}.__getitem__" if f.enum_name else "write_string"
        return f"write_array({value}, {item})"
    if f.kind == "enum":
        return f"_{f.enum_name.upper()}[{value}]"
    return {
        "string": f"write_string({value})",
        "int": f"write_long({value})",
        "long": f"write_long({value})",
        "timestamp": f"write_long({value})",
        "double": f"write_double({value})",
        "boolean": f'(b"\\x01" if {value} else b"\\x00")',
        "fixed": value,
        "map": f"write_map_{f.item}({value})",
    }[f.kind]
