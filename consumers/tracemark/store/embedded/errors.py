"""What can go wrong in embedded mode, split by what the caller should do about it.

```
EmbeddedError
├── DirectoryInUse             stop the other process, or talk to it over its URL
├── DirectoryOfAnotherVersion  use the release that wrote the directory
├── EngineError                the engine is missing, or cannot open its directory
└── QueryFailed                one statement failed: ClickHouse's code, its name and an HTTP status
```
"""

import re
from pathlib import Path

__all__ = [
    "DirectoryInUse",
    "DirectoryOfAnotherVersion",
    "EmbeddedError",
    "EngineError",
    "QueryFailed",
    "translated",
]

# The engine wraps its own text once per layer it passes; clients want the innermost.
_HEAD = re.compile(r"\s*Code: (\d+)\. (?:\w+::)*\w*(?:Exception|Error)?: ")
_VERSION_TAIL = re.compile(r"\s*\(version [^()]*(?:\([^()]*\))?\)\.?\s*$")
_NAME_TAIL = re.compile(r"\.?\s*\(([A-Z][A-Z0-9_]{2,})\)\.?\s*$")

# What a client wrote cannot be parsed, or does not fit together.
_REFUSED = (
    6, 8, 15, 16, 20, 25, 26, 27, 33, 36, 37, 38, 41, 42, 43, 44, 53, 62, 69, 70, 72, 117, 123, 130, 167, 168, 223, 321, 376, 386,
    427, 441, 456, 457, 675, 676,
)  # fmt: skip
# Where ClickHouse's HTTP handler answers with something else than 500.
_STATUS = {
    **dict.fromkeys((192, 193, 497, 512, 516, 164), 403),
    **dict.fromkeys((194,), 401),
    **dict.fromkeys((46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 135, 152, 336, 372, 511), 404),
    **dict.fromkeys(_REFUSED, 400),
    159: 408,
    381: 411,
    229: 413,
    1009: 413,
    1: 501,
    48: 501,
    **dict.fromkeys((76, 202, 209, 439), 503),
    # Asked again, the statement may well succeed: another request of the session is still running.
    373: 423,
}


class EmbeddedError(Exception):
    """The root of everything embedded mode raises on purpose."""


class DirectoryInUse(EmbeddedError):
    """Another process holds the data directory: the engine allows one process per directory."""

    def __init__(self, directory: Path, *, pid: int | None, url: str | None) -> None:
        """Name the holder (`pid`) and, when it serves, the `url` to use instead of opening the directory."""
        self.directory = directory
        self.pid = pid
        self.url = url
        holder = f"process {pid}" if pid else "another process"
        remedy = f"use the server it runs at {url}" if url else "use the server it runs"
        super().__init__(f"data directory {directory} is in use by {holder}: stop that process, or {remedy}")


class DirectoryOfAnotherVersion(EmbeddedError):
    """The directory was written in a format this release does not know. Nothing in it was touched."""

    def __init__(self, directory: Path, *, found: str, wanted: str) -> None:
        """Keep both formats, so that the reader of the message knows which release to take."""
        self.directory = directory
        self.found = found
        self.wanted = wanted
        super().__init__(
            f"data directory {directory} has format {found}, this release reads format {wanted}: "
            "open it with the release that wrote it, or name another directory"
        )


class EngineError(EmbeddedError):
    """The engine is not installed, or could not open its directory."""


class QueryFailed(EmbeddedError):
    """One statement failed. `str()` is the line that ClickHouse clients parse."""

    def __init__(self, code: int, name: str, message: str, *, version: str = "") -> None:
        """`code` and `name` are ClickHouse's; `message` is the text without either."""
        self.code = code
        self.name = name
        self.message = message
        self.version = version
        super().__init__(message)

    @property
    def http_status(self) -> int:
        """The status a ClickHouse server would answer with."""
        return _STATUS.get(self.code, 500)

    def __str__(self) -> str:
        """`Code: 60. DB::Exception: … (UNKNOWN_TABLE) (version 26.9.2.1)`, as the server writes it."""
        stop = "" if self.message.endswith((".", "!", "?")) else "."
        version = f" (version {self.version})" if self.version else ""
        return f"Code: {self.code}. DB::Exception: {self.message}{stop} ({self.name}){version}"


def translated(text: str, *, version: str = "") -> QueryFailed:
    """The engine's error text as a `QueryFailed`, without the wrapping it repeats."""
    code, name = 0, ""
    while head := _HEAD.match(text):
        code = code or int(head.group(1))
        text = text[head.end() :]
    while True:
        shorter = _VERSION_TAIL.sub("", text)
        if tail := _NAME_TAIL.search(shorter):
            name = name or tail.group(1)
            shorter = shorter[: tail.start()]
        if shorter == text:
            break
        text = shorter
    return QueryFailed(code or 1001, name or "STD_EXCEPTION", text.strip(), version=version)
