"""What the schemas have gained since the tables were made. Things are added, never dropped and never changed."""

from dataclasses import dataclass

from tracemark.schemas import schemas
from tracemark.schemas.columns import table_columns
from tracemark.store.client import Store
from tracemark.store.errors import StoreDrifted, StoreTooNew
from tracemark.store.migrations._ddl import EVENT_TABLES, Part, event_parts, events_view

__all__ = ["Gap", "gap"]

_SYSTEM = {"COLUMN": "columns", "PROJECTION": "projections", "INDEX": "data_skipping_indices"}


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing: parts of tables, and whether the view must be made anew."""

    parts: tuple[Part, ...]
    view: bool

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements that close it, in order."""
        return (
            *(part.statement for part in self.parts),
            # A new projection or index would otherwise serve new rows only. It runs in the background.
            *(f"ALTER TABLE {p.table} MATERIALIZE {p.kind} {p.name}" for p in self.parts if p.kind != "COLUMN"),
            *((events_view(),) if self.view else ()),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What is missing, for people."""
        parts = [f"{part.kind.lower()} {part.table}.{part.name}" for part in self.parts]
        return (*parts, *(("view events",) if self.view else ()))


def gap(store: Store) -> Gap:
    """Compare the database with the schemas of this release.

    Raises:
        StoreTooNew: It has columns that this release does not know.
        StoreDrifted: A column has another type than the schemas say.
    """
    have = {kind: _names(store, kind) for kind in _SYSTEM}
    for table in EVENT_TABLES:
        _check_columns(table, have["COLUMN"].get(table, {}))
    parts = tuple(p for p in event_parts() if p.name not in have[p.kind].get(p.table, {}))
    wanted = {part.name for part in event_parts() if part.kind == "COLUMN"}
    return Gap(parts, view=set(have["COLUMN"].get("events", {})) != wanted)


def _names(store: Store, kind: str) -> dict[str, dict[str, str]]:
    type_ = "type" if kind == "COLUMN" else "''"
    rows = store.query(
        f"SELECT table, name, {type_} AS type FROM system.{_SYSTEM[kind]} WHERE database = {{database:String}}",
        {"database": store.config.database},
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["table"], {})[row["name"]] = row["type"]
    return found


def _check_columns(table: str, have: dict[str, str]) -> None:
    wanted = {column.name: column.type for column in table_columns(schemas(), table.removeprefix("events_"))}
    if unknown := sorted(have.keys() - wanted.keys()):
        raise StoreTooNew(
            f"{table} has columns that this release does not know ({', '.join(unknown)}): upgrade tracemark"
        )
    for name, type_ in have.items():
        if type_ != wanted[name]:
            raise StoreDrifted(f"{table}.{name} is {type_}, the schemas say {wanted[name]}: mend the column by hand")
