"""SQL files as statements, and the generated tables as parts that can be added one by one."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = [
    "EVENT_TABLES",
    "Migration",
    "Part",
    "bootstrap",
    "event_parts",
    "event_statements",
    "events_view",
    "numbered",
]

EVENT_TABLES = ("events_traffic", "events_records")

_BOOTSTRAP = (
    """
CREATE TABLE IF NOT EXISTS migrations
(
    `version` UInt32 COMMENT 'Number of the migration; 0 for a reconciliation with the schemas.',
    `name` String COMMENT 'What it was about.',
    `release` String COMMENT 'Release of TraceMark that applied it.',
    `applied_at` DateTime64(6, 'UTC') COMMENT 'When.'
)
ENGINE = MergeTree
ORDER BY (version, applied_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What was done to this database.'
""",
    """
CREATE TABLE IF NOT EXISTS migration_claims
(
    `owner` String COMMENT 'Who wants to migrate: host, process and a random number.',
    `turn` UInt64 COMMENT 'Number of this row among the owner\\'s; the last one counts.',
    `expires_at` DateTime64(6, 'UTC') COMMENT 'Until when the claim holds, by the store\\'s clock; a crashed owner loses it then.',
    `is_released` Bool COMMENT 'Whether the owner gave it back.'
)
ENGINE = MergeTree
ORDER BY (owner, turn)
TTL toDateTime(expires_at) + INTERVAL 7 DAY
COMMENT 'Who is migrating: at most one owner has a claim that is neither released nor expired.'
""",
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    version: int
    name: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A column, projection or index of an events table: `kind` is as ALTER TABLE spells it."""

    table: str
    kind: str
    name: str
    definition: str

    @property
    def statement(self) -> str:
        """The ALTER that adds it where it is missing."""
        return f"ALTER TABLE {self.table} ADD {self.kind} IF NOT EXISTS {self.definition}"


def bootstrap() -> tuple[str, ...]:
    """What must be there before anything can be locked or recorded."""
    return _BOOTSTRAP


@cache
def numbered() -> tuple[Migration, ...]:
    """Every migration of this release, in order."""
    folder = files("tracemark.store.migrations")
    return tuple(
        _migration(file) for file in sorted(folder.iterdir(), key=lambda f: f.name) if file.name.endswith(".sql")
    )


@cache
def event_statements() -> tuple[str, ...]:
    """CREATE statements of the events tables, as generated from the schemas; the view is not among them."""
    return tuple(s for s in _generated() if s.startswith("CREATE TABLE"))


def events_view() -> str:
    """CREATE statement of the view over both tables."""
    (view,) = (s for s in _generated() if s.startswith("CREATE OR REPLACE VIEW"))
    return view


@cache
def event_parts() -> tuple[Part, ...]:
    """Everything the events tables are made of, by the generated statements."""
    return tuple(part for statement in event_statements() for part in _parts(statement))


def _migration(file: Traversable) -> Migration:
    version, _, name = file.name.removesuffix(".sql").partition("_")
    return Migration(int(version), name, _statements(file.read_text(encoding="utf-8")))


@cache
def _generated() -> tuple[str, ...]:
    file = files("tracemark.schemas") / "_generated" / "tables.sql"
    return _statements(file.read_text(encoding="utf-8"))


def _statements(text: str) -> tuple[str, ...]:
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return tuple(s.strip() for s in re.split(r";\n", "\n".join(lines) + "\n") if s.strip())


def _parts(statement: str) -> list[Part]:
    table = statement.split("(", 1)[0].rsplit(maxsplit=1)[-1]
    body = statement.split("\n(\n", 1)[1].rsplit("\n)\nENGINE", 1)[0]
    return [_part(table, line.strip().removesuffix(",")) for line in body.splitlines()]


def _part(table: str, line: str) -> Part:
    if line.startswith("`"):
        return Part(table, "COLUMN", line.split("`")[1], line)
    kind, name, _ = line.split(maxsplit=2)
    return Part(table, kind, name, line.removeprefix(kind).strip())
