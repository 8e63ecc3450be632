"""The documentation is true: its code runs, its links lead somewhere, and what it names exists."""

import ast
import importlib
import inspect
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import tracemark.sdk.broker.config as broker_config
import tracemark.sdk.config as sdk_config
import tracemark.sink.config as sink_config
from support.pages import ROOT, Page, pages
from tracemark.cli._commands import COMMANDS, load
from tracemark.schemas import schemas
from tracemark.schemas.columns import table_columns
from tracemark.sdk.keyring import Keyring

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
FOLDERS = (
    "benchmarks",
    "consumers",
    "dashboards",
    "deploy",
    "docs",
    "examples",
    "producers",
    "schemas",
    "scripts",
    "tests",
)
VARIABLE = re.compile(r"\bTRACEMARK_[A-Z0-9_]*[A-Z0-9]\b")
TEST = re.compile(r"`(test_\w+)`")
DIAGRAMS = ("flowchart", "sequenceDiagram", "stateDiagram-v2", "erDiagram", "timeline")

PRESUMED = """
import datetime, pathlib
question, answer, user = "为什么天空是蓝色的？", "瑞利散射。", "u-42"
shown = answer + "（AI生成）"
found_at = datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.UTC)
def model(question): return answer
def model_stream(question): return iter(answer)
def send(chunk): assert chunk in answer
provider_code, content_id, event_hash, path = "001191110108MA01KX2A0000000", "c-1", bytes(32), pathlib.Path("picture.png")
"""
"""What a reader of the pages has, and the pages do not define."""

KAFKAS_OWN = [
    f"-Wignore:{name} is deprecated. Use files() instead:DeprecationWarning" for name in ("read_text", "open_text")
]
"""kafka-python reads its protocol files this way; Python 3.13 took the deprecation back."""

NEEDS_A_SERVER = re.compile(r"clickhouses?://|https?://")
"""A block that names an address of a server which is not there is compiled, and its imports are resolved; it is not run."""


# -- code -----------------------------------------------------------------------------------------------------------


@PAGES
def test_python_of_a_page_runs(page: Page, tmp_path: Path) -> None:
    """The Python blocks of a page run one after the other, in a process with the environment that the pages describe."""
    blocks = page.blocks("python", "py")
    for block in blocks:
        compile(block.body, f"{page.name}:{block.line}", "exec")
    runnable = [block for block in blocks if not NEEDS_A_SERVER.search(block.body)]
    for block in blocks:
        if block not in runnable:
            assert_imports(block.body)
    if not runnable:
        return
    script = PRESUMED + "\n".join(block.body for block in runnable)
    Keyring.create().save(tmp_path / "keyring.json")
    Image.new("RGB", (8, 8)).save(tmp_path / "picture.png")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRACEMARK_")},
        "TRACEMARK_URL": f"embedded://{tmp_path / 'data'}",
        "TRACEMARK_SERVICE_ID": "svc-docs",
    }
    command = [sys.executable, "-W", "error", *KAFKAS_OWN, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def assert_imports(code: str) -> None:
    """What a block imports can be imported."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            assert [one.name for one in node.names if not hasattr(module, one.name)] == []


@PAGES
def test_diagrams_are_plausible(page: Page) -> None:
    """A diagram says which kind it is, its blocks are closed and its brackets match."""
    for block in page.blocks("mermaid"):
        where = f"{page.name}:{block.line}"
        assert block.body.split()[0] in DIAGRAMS, where
        words = [line.split()[0] for line in block.body.splitlines() if line.strip()]
        opened = sum(word in {"subgraph", "alt", "loop", "opt", "par"} for word in words)
        assert words.count("end") == opened, where
        text = re.sub(r'"[^"\n]*"', "", block.body)
        for left, right in ("()", "[]", "{}"):
            assert text.count(left) == text.count(right), where


# -- links and names ------------------------------------------------------------------------------------------------


@PAGES
def test_links_lead_somewhere(page: Page) -> None:
    """Every relative link names a file that is there, and a heading that it has."""
    broken = [
        target for target in page.links() if not target.startswith(("http://", "https://")) and not leads(page, target)
    ]
    assert broken == []


def leads(page: Page, target: str) -> bool:
    """Whether a link has a file and a heading."""
    file, _, anchor = target.partition("#")
    path = (page.path.parent / file).resolve() if file else page.path
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or anchor in Page(path).anchors()


@PAGES
def test_files_that_a_page_names_exist(page: Page) -> None:
    """Inline code that looks like a path from the root of the repository is one."""
    named = {
        code.split("::")[0] for code in page.inline() if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./-]+(::\w+)?", code)
    }
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@PAGES
def test_tests_that_a_page_cites_exist(page: Page) -> None:
    """A promise is shown by a test that is there."""
    assert set(TEST.findall(page.prose)) - test_names() == set()


@cache
def test_names() -> frozenset[str]:
    """Every test function."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    return frozenset(found)


# test_names is a helper, whatever its name says to pytest.
test_names.__test__ = False  # type: ignore[attr-defined]  # read by pytest


def test_every_page_can_be_found_from_the_readme() -> None:
    """No page is an orphan."""
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = Page(waiting.pop())
        if page.path not in reached:
            reached.add(page.path)
            files = {target.partition("#")[0] for target in page.links() if "://" not in target}
            waiting += [path for file in files if (path := (page.path.parent / file).resolve()).suffix == ".md"]
    assert {page.path for page in pages()} - reached == set()


# -- commands -------------------------------------------------------------------------------------------------------


@PAGES
def test_commands_that_a_page_shows_exist(page: Page) -> None:
    """Every `tracemark …` line has a command, a subcommand and options that the command line knows."""
    assert [f"{line}: {wrong}" for line in command_lines(page) if (wrong := mistake_in(line))] == []


def test_commands_that_the_code_recommends_exist() -> None:
    """What an error text, a docstring or a help text tells people to type can be typed."""
    roots = ("producers", "consumers", "dashboards", "schemas", "examples")
    texts = {path: path.read_text(encoding="utf-8") for root in roots for path in (ROOT / root).rglob("*.py")}
    found = {(path, line) for path, text in texts.items() for line in re.findall(r"`(tracemark [a-z][^`\n]*)`", text)}
    wrong = {f"{path.relative_to(ROOT)}: {line}": why for path, line in found if (why := mistake_in(line))}
    assert wrong == {}


def command_lines(page: Page) -> Iterator[str]:
    """Command lines in fenced blocks and in inline code, one alternative each."""
    fenced = [
        line
        for block in page.blocks("", "sh", "bash", "console")
        for line in block.body.replace("\\\n", " ").splitlines()
    ]
    for text in [*fenced, *page.inline()]:
        line = re.split(r"\s#\s|\s\s+[^-\s\[]|\s─|\s\|\s+jq", text.strip().removeprefix("$ "))[0]
        line = re.sub(r"^(\.venv/bin/|[A-Z_]+=\S+ )+", "", line)
        if re.match(r"tracemark [a-z]", line):
            yield line


def mistake_in(line: str) -> str:
    """What is wrong with a command line; empty when nothing is."""
    words = shlex.split(line.replace("[", " ").replace("]", " ").replace("…", " ").replace("'", ""))
    name, rest = words[1].rstrip(","), words[2:]
    if name not in COMMANDS:
        return f"there is no command {name}"
    command: Any = load(name)
    subcommands: dict[str, Any] = getattr(command, "commands", {})
    chosen: list[Any] = []
    while subcommands and rest and not rest[0].startswith("-"):
        word = rest.pop(0)
        if word.rstrip(",") not in subcommands:
            return f"{name} has no subcommand {word}"
        chosen.append(subcommands[word.rstrip(",")])
        if not word.endswith(","):
            break
    return mistake_in_arguments(chosen or [command], rest)


def mistake_in_arguments(commands: Sequence[Any], words: list[str]) -> str:
    """Options that none of the commands has, or more words than they have places for."""
    parameters = [parameter for command in commands for parameter in command.params]
    options = {name: parameter for parameter in parameters for name in parameter.opts if name.startswith("-")}
    places = sum(
        1 if parameter.nargs > 0 else 99 for parameter in parameters if parameter.param_type_name == "argument"
    )
    waiting = [word for word in words if word != "|"]
    while waiting:
        word = waiting.pop(0)
        name, has_value, _ = word.partition("=")
        if word.startswith("--") and name != "--help":
            if name not in options:
                return f"no option {name}"
            if not options[name].is_flag and not has_value and waiting:
                waiting.pop(0)
        elif word != "--help":
            places -= 1
    return "too many words" if places < 0 else ""


# -- variables ------------------------------------------------------------------------------------------------------


def test_variables_that_pages_name_are_read_somewhere() -> None:
    """No page tells people to set what nothing reads."""
    named = {name: page.name for page in pages() for name in VARIABLE.findall(page.text)}
    assert {name: where for name, where in named.items() if name not in known_variables()} == {}


def test_variables_of_the_code_are_documented() -> None:
    """Whatever a service, a sink or the store reads is on a page under its full name."""
    maps = (sdk_config.ENVIRONMENT, broker_config.ENVIRONMENT, sink_config.ENVIRONMENT)
    read = {name for one in maps for name in one} | {"TRACEMARK_STORE", "TRACEMARK_STORE_PASSWORD", "TRACEMARK_DATA"}
    told = {name for page in pages() for name in VARIABLE.findall(page.text)}
    assert read - told == set()


@cache
def known_variables() -> frozenset[str]:
    """Every variable that a string literal of the code, the tests, the scripts or the compose file names."""
    roots = ("producers", "consumers", "schemas", "dashboards", "tests", "scripts", "deploy", ".ci")
    files = [path for root in roots for path in (ROOT / root).rglob("*") if path.suffix in {".py", "", ".yaml"}]
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in files
        if path.is_file() and path != Path(__file__)
    ]
    texts += [(ROOT / name).read_text(encoding="utf-8") for name in ("docker-compose.yml", ".env.example")]
    return frozenset(name for text in texts for name in VARIABLE.findall(text))


# -- the glossary ---------------------------------------------------------------------------------------------------

GLOSSARY = Page(ROOT / "docs" / "glossary.md")
CODE = re.compile(r"`([^`]+)`")
CREATE = re.compile(r"CREATE TABLE IF NOT EXISTS `?(\w+)`?\s*\(\n(.*?)\n\)", re.DOTALL)


def entries() -> list[dict[str, set[str]]]:
    """Rows of the glossary's tables: the code of each column, by the column's name."""
    found: list[dict[str, set[str]]] = []
    header: list[str] = []
    for row in GLOSSARY.tables():
        if row[0] == "term":
            header = row
        elif header:
            found.append({name: set(CODE.findall(cell)) for name, cell in zip(header, row, strict=True)})
    return found


def test_fields_of_the_glossary_are_in_the_schemas() -> None:
    """What an entry calls a field is a field of an event, or a family of them (`aigc_*`)."""
    fields = {f.name for schema in schemas() for f in schema.fields}
    named = {name for entry in entries() for name in entry["Avro field"]}
    assert {name for name in named if not matching(name, fields)} == set()


def test_columns_of_the_glossary_are_in_the_tables() -> None:
    """What an entry calls a table or a column is one: of the event tables, or of the table that it names."""
    tables = created_tables()
    events = tables["events_traffic"] | tables["events_records"]
    qualified = {f"{table}.{column}" for table, columns in tables.items() for column in columns}
    known = events | qualified | tables.keys() | {"events"}
    assert {name for entry in entries() for name in entry["SQL"]} - known == set()


def created_tables() -> dict[str, set[str]]:
    """Columns of every table that the code creates."""
    roots = (ROOT / "schemas", ROOT / "consumers")
    files = [path for root in roots for path in root.rglob("*") if path.suffix in {".sql", ".py"}]
    found: dict[str, set[str]] = {}
    for path in files:
        text = path.read_text(encoding="utf-8")
        tables = CREATE.findall(text) + [(name, "") for name in re.findall(r'^_TABLE = "(\w+)"', text, re.MULTILINE)]
        for table, body in tables:
            found.setdefault(table, set()).update(re.findall(r"^\s+`?(\w+)`?\s+[A-Z]", body, re.MULTILINE))
    return found


def test_names_of_the_glossary_are_in_the_packages() -> None:
    """What an entry calls a Python name can be imported, or is an argument or attribute of what can."""
    named = {name for entry in entries() for name in entry["Python"]}
    assert {name for name in named if not is_importable(name)} == set()


def test_every_family_of_public_fields_is_in_the_glossary() -> None:
    """The envelope, the personal fields, the seal, the provenance, and every field that several event types share have an entry."""
    counts: dict[str, int] = {}
    for schema in schemas():
        for f in schema.fields:
            counts[f.name] = counts.get(f.name, 0) + 1
    shared = {name for name, count in counts.items() if count > 1}
    provenance = {c.name for c in table_columns(schemas(), "traffic")} - counts.keys()
    named = {name for entry in entries() for name in entry["Avro field"] | entry["SQL"]}
    assert {name for name in shared | provenance if not any(matching(one, {name}) for one in named)} == set()


def matching(pattern: str, names: set[str]) -> bool:
    """Whether a name, or a family written with a star, is among `names`."""
    expression = re.compile(re.escape(pattern).replace(r"\*", r"\w+"))
    return any(expression.fullmatch(name) for name in names)


def is_importable(name: str) -> bool:
    """Whether `package.module.Name.attribute` leads to something; without a package, `tracemark.sdk` is meant."""
    parts = name.removesuffix("()").split(".")
    if parts[0] != "tracemark":
        parts = ["tracemark", "sdk", *parts]
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part) and part not in inspect.signature(found).parameters:
                return False
            found = getattr(found, part, None)
        return True
    return False
