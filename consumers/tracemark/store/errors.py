"""What can go wrong at the store, by what the caller should do.

StoreError
├── StoreUnavailable   it cannot answer now, and nothing was done: try again later
├── AmbiguousInsert    the insert may or may not have happened: look, then insert what is missing
├── StoreDenied        it does not let this user in, or not do this: mend the credentials or the grants
├── StoreRefused       it says no to the statement or its data, and always will: mend that
│   ├── StoreTooNew    a newer release has been here: upgrade this one
│   └── StoreDrifted   a column is there with another type: mend it by hand
├── StoreNotReady      it has not been migrated: run `tracemark store migrate`
├── MigrationBusy      somebody else is migrating: wait for them
└── StoreConfigError   the URL or the environment names no store: mend it

No text of these errors holds a value of a row, a password or a bound parameter.
"""

__all__ = [
    "AmbiguousInsert",
    "MigrationBusy",
    "StoreConfigError",
    "StoreDenied",
    "StoreDrifted",
    "StoreError",
    "StoreNotReady",
    "StoreRefused",
    "StoreTooNew",
    "StoreUnavailable",
]


class StoreError(Exception):
    """Root of everything this portion raises.

    Attributes:
        code: ClickHouse's error code, 0 when the error is not ClickHouse's.
        name: ClickHouse's name of that code, or empty.
    """

    def __init__(self, text: str, *, code: int = 0, name: str = "") -> None:
        """Keep ClickHouse's code and name for those who decide by them."""
        super().__init__(text)
        self.code = code
        self.name = name


class StoreUnavailable(StoreError):
    """The store cannot answer now: it is away, overloaded, or out of time, memory or disk."""


class AmbiguousInsert(StoreError):
    """The request may have reached the store, and its answer never came or leaves the outcome open.

    Attributes:
        query_id: The insert's query id: end it with `Store.kill` before looking.
    """

    def __init__(self, text: str, *, query_id: str, code: int = 0, name: str = "") -> None:
        """Name the insert."""
        super().__init__(text, code=code, name=name)
        self.query_id = query_id


class StoreDenied(StoreError):
    """Wrong user or password, or a grant is missing."""


class StoreRefused(StoreError):
    """The store refuses the statement or its data, and would refuse it again.

    Attributes:
        is_about_data: Whether some row is to blame, and not the statement or the tables.
    """

    def __init__(self, text: str, *, code: int = 0, name: str = "", is_about_data: bool = False) -> None:
        """Say whether rows are to blame."""
        super().__init__(text, code=code, name=name)
        self.is_about_data = is_about_data


class StoreTooNew(StoreRefused):
    """A newer release has migrated this store; this one does not know what it holds."""


class StoreDrifted(StoreRefused):
    """A column of the store has another type than the schemas say."""


class StoreNotReady(StoreError):
    """The store lacks tables or columns that this release needs."""


class MigrationBusy(StoreError):
    """Another process holds the migration lock."""


class StoreConfigError(StoreError):
    """What was configured names no store that can be asked."""
