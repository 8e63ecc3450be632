"""Write or check everything that is generated from the `.avsc` files."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tracemark.schemas.codegen._classes import render_classes
from tracemark.schemas.codegen._codecs import render_codecs
from tracemark.schemas.codegen._examples import render_examples
from tracemark.schemas.codegen._readers import render_readers
from tracemark.schemas.codegen._reference import render_lock, render_reference
from tracemark.schemas.codegen._rules import violations
from tracemark.schemas.codegen._tables import render_tables
from tracemark.schemas.definitions import load_schemas

PORTION = Path(__file__).resolve().parents[1]
ROOT = PORTION.parents[2]
LOCK = PORTION / "ids.lock.json"


def render() -> dict[Path, str]:
    """Every generated file by path."""
    schemas = load_schemas()
    return {
        PORTION / "_generated" / "__init__.py": '"""Generated code; see `tracemark.schemas.codegen`."""\n',
        PORTION / "events.py": formatted(render_classes(schemas)),
        PORTION / "_generated" / "codecs.py": formatted(render_codecs(schemas)),
        PORTION / "_generated" / "readers.py": formatted(render_readers(schemas)),
        PORTION / "_generated" / "tables.sql": render_tables(schemas),
        LOCK: render_lock(schemas),
        ROOT / "docs" / "events.md": render_reference(schemas),
    }


def formatted(source: str) -> str:
    """Python as the project's formatter lays it out."""
    command = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own tool


def main() -> int:
    """Run the command; the exit code is 1 when rules are broken or files are stale."""
    parser = argparse.ArgumentParser(prog="python -m tracemark.schemas.codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    parser.add_argument("--new", metavar="EVENT_TYPE", help="start a new event type from the envelope")
    parser.add_argument("--seal", action="store_true", help="only compute the hashes of the example payloads")
    arguments = parser.parse_args()
    if arguments.seal:
        return update(dict(render_examples()))
    if arguments.new:
        return start(arguments.new)
    broken = violations(load_schemas(), LOCK)
    if broken:
        sys.stderr.write("\n".join(broken) + "\n")
        return 1
    return check() if arguments.check else write()


def write() -> int:
    """Write what has changed; the examples last, by a new process that has the new codecs."""
    update(render())
    command = [sys.executable, "-m", "tracemark.schemas.codegen", "--seal"]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - ourselves


def update(rendered: dict[Path, str]) -> int:
    """Write the files whose text differs."""
    for path, text in rendered.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


def check() -> int:
    """Name the stale files."""
    rendered = render() | dict(render_examples())
    stale = [path for path, text in rendered.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        sys.stderr.write(f"{path.relative_to(ROOT)} is stale; run python -m tracemark.schemas.codegen\n")
    return 1 if stale else 0


def start(event_type: str) -> int:
    """Write a new `.avsc` with the envelope, the subject and the seal; its own fields go between."""
    path = PORTION / "avro" / f"{event_type}.v1.avsc"
    model = json.loads((PORTION / "avro" / "moderation.action.v1.avsc").read_text(encoding="utf-8"))
    envelope = json.loads((PORTION / "avro" / "envelope.v1.avsc").read_text(encoding="utf-8"))
    head = {
        "type": "record",
        "name": "".join(part.title() for part in event_type.replace("_", ".").split(".")),
        "namespace": "tracemark.events",
        "doc": "",
        "event_type": event_type,
        "schema_version": 1,
        "table": "records",
        "topic": "events",
        "retention_class": "CASE",
        "delivery": "standard",
    }
    fields = [*envelope["fields"], *model["fields"][-4:]]
    body = ",\n".join("    " + json.dumps(field, ensure_ascii=False) for field in fields)
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    path.write_text("{\n" + "\n".join(lines) + '\n  "fields": [\n' + body + "\n  ]\n}\n", encoding="utf-8")
    sys.stdout.write(
        f"wrote {path.relative_to(ROOT)}: say what it means in doc, add its fields before subject_ref, run again\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
