"""The URL of embedded mode, as services, the store and the commands read it."""

from pathlib import Path
from urllib.parse import SplitResult, unquote

__all__ = ["embedded_directory", "embedded_url"]

_ENCODED = str.maketrans({"%": "%25", "#": "%23", "?": "%3F"})


def embedded_url(directory: Path) -> str:
    """`embedded://` and the absolute directory: what `TRACEMARK_URL` and `TRACEMARK_STORE` are for `tracemark up --data DIRECTORY`.

    Signs that would end a URL's path are encoded; every other letter stays as people know it.
    """
    return f"embedded://{str(directory.absolute()).translate(_ENCODED)}"


def embedded_directory(parts: SplitResult) -> Path | None:
    """The directory that such a URL, split by `urllib.parse.urlsplit`, names; None for another scheme."""
    return Path(unquote(parts.netloc + parts.path)) if parts.scheme == "embedded" else None
