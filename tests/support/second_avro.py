"""A second implementation of the event hash, from the written definitions alone: standard library, nothing of ours.

Parsing canonical form and binary encoding follow the Avro specification; the hashes follow `docs/event-hash.md`.
"""

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

KEPT = ("name", "type", "fields", "symbols", "items", "values", "size")


def canonical_form(node: Any, space: str = "") -> str:
    """Avro's parsing canonical form, as far as these schemas need it."""
    if isinstance(node, str):
        primitive = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
        return json.dumps(node if node in primitive or "." in node or not space else f"{space}.{node}")
    if isinstance(node, list):
        return "[" + ",".join(canonical_form(item, space) for item in node) + "]"
    if node["type"] in {"int", "long", "string", "double", "boolean"} and "fields" not in node and "name" not in node:
        return json.dumps(node["type"])
    space = node.get("namespace", space)
    parts = [f'"{key}":{_attribute(key, node, space)}' for key in KEPT if key in node]
    return "{" + ",".join(parts) + "}"


def _attribute(key: str, node: dict[str, Any], space: str) -> str:
    if key == "name":
        return json.dumps(f"{space}.{node['name']}")
    if key == "fields":
        fields = (
            f'{{"name":{json.dumps(f["name"])},"type":{canonical_form(f["type"], space)}}}' for f in node["fields"]
        )
        return "[" + ",".join(fields) + "]"
    if key == "type":
        return json.dumps(node["type"])
    if key in {"items", "values"}:
        return canonical_form(node[key], space)
    return json.dumps(node[key], separators=(",", ":"))


def long(n: int) -> bytes:
    """A zig-zag varint of a number that is not negative."""
    n, out = n * 2, b""
    while n >= 128:
        out, n = out + bytes([n % 128 + 128]), n // 128
    return out + bytes([n])


def text(value: str) -> bytes:
    """Length and UTF-8."""
    return long(len(value.encode())) + value.encode()


def encode(type_: Any, value: Any, names: dict[str, Any]) -> bytes:
    """Avro's binary encoding of one value; bytes are given as hex text."""
    if isinstance(type_, list):
        branches: list[Any] = type_
        return b"\x00" if value is None else b"\x02" + encode(branches[1], value, names)
    node: dict[str, Any] = names.get(type_, {"type": type_}) if isinstance(type_, str) else type_
    _remember(node, names)
    return ENCODERS.get(node["type"], _number)(node, value, names)


def _number(node: dict[str, Any], value: Any, names: dict[str, Any]) -> bytes:
    return long(value)


def _array(node: dict[str, Any], value: Any, names: dict[str, Any]) -> bytes:
    _remember(node["items"], names)
    items = b"".join(encode(node["items"], item, names) for item in value)
    return long(len(value)) + items + b"\x00" if value else b"\x00"


def _map(node: dict[str, Any], value: Any, names: dict[str, Any]) -> bytes:
    entries = b"".join(text(key) + encode(node["values"], value[key], names) for key in sorted(value))
    return long(len(value)) + entries + b"\x00" if value else b"\x00"


ENCODERS: dict[str, Callable[[dict[str, Any], Any, dict[str, Any]], bytes]] = {
    "enum": lambda node, value, names: long(node["symbols"].index(value)),
    "fixed": lambda node, value, names: bytes.fromhex(value),
    "string": lambda node, value, names: text(value),
    "boolean": lambda node, value, names: b"\x01" if value else b"\x00",
    "double": lambda node, value, names: struct.pack("<d", value),
    "array": _array,
    "map": _map,
}


def _remember(type_: Any, names: dict[str, Any]) -> None:
    branches: list[Any] = type_ if isinstance(type_, list) else [type_]
    names.update({branch["name"]: branch for branch in branches if isinstance(branch, dict) and "name" in branch})


def hashes(schema_path: Path, event: dict[str, Any]) -> dict[str, str]:
    """Fingerprint, private commitment and event hash, as hex."""
    schema = json.loads(schema_path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    public, personal = b"", b""
    for field in schema["fields"][:-3]:
        _remember(field["type"], names)
        encoded = encode(field["type"], event[field["name"]], names)
        if field.get("personal"):
            personal += encoded
        else:
            public += encoded
    fingerprint = hashlib.sha256(canonical_form(schema).encode()).digest()
    commitment = hashlib.sha256(b"\x01" + bytes.fromhex(event["salt"]) + personal).digest()
    event_hash = hashlib.sha256(b"\x00" + fingerprint + public + commitment).digest()
    return {
        "fingerprint": fingerprint.hex(),
        "private_commitment": commitment.hex(),
        "event_hash": event_hash.hex(),
    }
