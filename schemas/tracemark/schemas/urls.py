"""The URL of embedded mode, as services, the store and the commands read it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["embedded_directory", "embedded_url", "refusal_of"]

_ENCODED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "%#?\t\n\r"})


def embedded_url(directory: Path) -> str:
    """`embedded://` and the absolute directory: what `TRACEMARK_URL` and `TRACEMARK_STORE` are for `tracemark up --data DIRECTORY`.

    Signs that would end a URL's path, or vanish from it, are encoded; every other letter stays as people know it.
    """
    return f"embedded://{str(directory.absolute()).translate(_ENCODED)}"


def embedded_directory(url: str) -> Path | None:
    """The directory that such a URL names; None for another scheme. Raises ValueError for what is no URL."""
    parts = urlsplit(url)
    return Path(unquote(parts.netloc + parts.path)) if parts.scheme == "embedded" else None


def refusal_of(url: str) -> str:
    """Why such a URL cannot be used, for people; empty when it can. Raises ValueError for what is no URL."""
    directory = embedded_directory(url)
    if directory is None:
        return ""
    if "#" in url:
        return "holds a #, which ends a URL's path; in the name of a directory write %23"
    if "?" in url or "?" in str(directory):
        return "names a directory with a ? in it, which the engine takes for settings; choose another name"
    return ""
