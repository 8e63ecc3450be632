"""What a command says when it cannot answer: one or two lines with the remedy, never a traceback.

Every portion has its own root error whose text already names the remedy; this module only decides what may be shown.
"""

import errno
import traceback
from collections.abc import Mapping
from enum import IntEnum
from typing import Final

__all__ = ["EXTRAS", "CommandError", "ExitCode", "explain"]


class ExitCode(IntEnum):
    """What the shell learns."""

    FINE = 0
    NO = 1
    """The question was asked and the answer is no: not found, behind, broken."""
    COULD_NOT_ASK = 2
    INTERRUPTED = 130
    """Ctrl-C, or Ctrl-D at a question: 128 and the number of SIGINT, which no answer has."""
    NOBODY_READS = 141
    """Whoever read the output has left, as `head` does: 128 and the number of SIGPIPE, which no answer has."""


class CommandError(Exception):
    """A command cannot do what was asked; the text says why and what to do instead."""


EXTRAS = {
    "typer": "cli",
    "rich": "cli",
    "clickhouse_connect": "sink",
    "cryptography": "sink",
    "kafka": "sink",
    "chdb": "embedded",
    "cheroot": "embedded",
    "clickhouse_cityhash": "embedded",
    "zstandard": "embedded",
    "lz4": "embedded",
    "grafana_client": "dashboards",
    "lxml": "labels",
    "pikepdf": "labels",
}
"""Top-level module to the extra of `tracemark` that brings it."""

_REMEDIES: Final[Mapping[int, str]] = {
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "check the path",
    errno.EISDIR: "name a file",
    errno.EACCES: "check its owner and mode",
    errno.EPERM: "check its owner and mode",
    errno.EROFS: "name a place that may be written to",
    errno.ENOSPC: "make room, then run it again",
    errno.EDQUOT: "make room, then run it again",
}
"""What to do when the operating system says no."""


def explain(error: Exception) -> str:
    """The text for people. Errors nobody foresaw show only their kind and place: their text may hold somebody's words."""
    if isinstance(error, ModuleNotFoundError) and (name := (error.name or "").partition(".")[0]) in EXTRAS:
        return f"this command needs {name}: pip install 'tracemark[{EXTRAS[name]}]'"
    if type(error).__module__.startswith("tracemark."):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        remedy = _REMEDIES.get(error.errno or 0, "check that it exists and that you may use it")
        return f"{where}{error.strerror}; {remedy}"
    return f"unexpected {type(error).__name__} in {_place(error)}; run again as `tracemark --debug …` for the traceback"


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name} ({frames[-1].filename}:{frames[-1].lineno})" if frames else "an unknown place"
