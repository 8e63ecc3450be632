"""Which settings of a request reach the engine, and which bounds they cannot pass."""

from tracemark.store.embedded.config import Limits
from tracemark.store.embedded.errors import QueryFailed
from tracemark.store.embedded.request import QueryRequest

__all__ = ["readonly_level", "session_settings"]

# What a reader's client may set. Everything else is dropped without a word: every client sends some, none of it needed to read.
_READERS = frozenset(
    {
        "max_execution_time", "max_result_rows", "max_result_bytes", "result_overflow_mode", "max_memory_usage", "max_threads",
        "max_block_size", "max_rows_to_read", "max_bytes_to_read", "session_timezone", "date_time_output_format", "join_use_nulls",
        "group_by_use_nulls", "prefer_column_name_to_alias", "extremes", "limit", "offset", "max_columns_to_read",
    }
)  # fmt: skip
_READERS_PREFIXES = (
    "output_format_json_", "output_format_csv_", "output_format_tsv_", "output_format_native_", "output_format_arrow_",
    "output_format_parquet_", "output_format_pretty_", "output_format_write_", "output_format_decimal_",
)  # fmt: skip


def session_settings(request: QueryRequest, limits: Limits) -> dict[str, str]:
    """The settings for one request's connection, without `readonly`, which comes last."""
    found = {name: value for name, value in request.settings.items() if name != "readonly"}
    if request.user.is_reader:
        found = {name: value for name, value in found.items() if name in _READERS or name.startswith(_READERS_PREFIXES)}
        _bound(found, "max_execution_time", limits.reader_seconds)
    _bound(found, "max_memory_usage", limits.query_memory_bytes)
    found["log_comment"] = request.query_id
    return found


def readonly_level(request: QueryRequest) -> int:
    """0 for everything, 1 for reading, 2 for reading with settings inside the statement, as GET is on a server.

    Raises:
        QueryFailed: 36, `readonly` is something else.
    """
    if request.user.is_reader:
        return 1
    asked = request.settings.get("readonly", "0")
    if asked not in {"0", "1", "2"}:
        raise QueryFailed(36, "BAD_ARGUMENTS", "the setting readonly is 0, 1 or 2")
    return int(asked) or (2 if request.method == "GET" else 0)


def _bound(settings: dict[str, str], name: str, most: float) -> None:
    most = float(most)
    if not most:
        return
    try:
        asked = float(settings.get(name, "0"))
    except ValueError:
        asked = 0.0
    bounded = min(asked, most) if asked > 0 else most
    settings[name] = str(int(bounded)) if bounded.is_integer() else str(bounded)
