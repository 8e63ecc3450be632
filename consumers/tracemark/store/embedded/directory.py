"""The data directory: who holds it, which format it has, and where its server answers.

```
DIR/store/            the engine's own data
DIR/version.json      format of this directory, engine that created it
DIR/lock              flock'ed by the one process that may use it; holds its pid and URL
DIR/credentials.json  the writer's and the reader's password, mode 0600
DIR/endpoint.json     the URL being served now; gone when the server stops
```
"""

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.store.embedded.errors import DirectoryInUse, DirectoryOfAnotherVersion, EngineError

__all__ = ["FORMAT_VERSION", "DataDirectory", "Endpoint"]

FORMAT_VERSION = 1
"""The format this release writes and reads."""

_LOCK_TRIES = 10
_LOCK_PAUSE_S = 0.03


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a directory's server answers, as read from `endpoint.json`."""

    url: str
    pid: int

    @classmethod
    def read(cls, directory: Path) -> Self | None:
        """The endpoint now served from `directory`, or None when nobody serves it."""
        found = _read_json(directory / "endpoint.json")
        if found is None or not _is_held(directory):
            return None
        return cls(url=str(found.get("url", "")), pid=int(found.get("pid", 0)))


class DataDirectory:
    """A directory held by this process. Close it to let another process in; the kernel does so after a kill."""

    def __init__(self, path: Path, lock: int) -> None:
        """Private: use `hold`."""
        self.path = path
        self.store = path / "store"
        self._lock = lock

    @staticmethod
    def check_name(path: Path) -> None:
        """Refuse a path that the engine would cut off, for it takes what follows a ? for settings. Raises EngineError."""
        if "?" in str(path):
            raise EngineError(f"data directory {path}: the engine takes no ? in a path; choose another name")

    @classmethod
    def hold(cls, path: Path, *, engine_version: str, clock: Clock | None = None) -> Self:
        """Create `path` if need be and take it for this process.

        Raises:
            DirectoryInUse: another process holds it.
            DirectoryOfAnotherVersion: it is in another format; nothing was changed.
            EngineError: it cannot be written, or has a name that the engine cannot take.
        """
        cls.check_name(path)
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            _check_format(path)
            lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EngineError(
                f"data directory {path} cannot be used: {error.strerror}: check owner and mode"
            ) from error
        if not _take(lock):
            os.close(lock)
            raise _in_use(path)
        directory = cls(path, lock)
        directory._start(engine_version, clock or SystemClock())
        return directory

    def publish(self, url: str) -> None:
        """Say in `endpoint.json`, and in the lock, that `url` is served from here."""
        found = {"url": url, "pid": os.getpid()}
        self._write_lock(found)
        write_json(self.path / "endpoint.json", found)

    def withdraw(self) -> None:
        """Take the endpoint back: nothing is served from here any more."""
        (self.path / "endpoint.json").unlink(missing_ok=True)
        self._write_lock({"pid": os.getpid()})

    def close(self) -> None:
        """Let go of the directory. May be called twice."""
        if self._lock >= 0:
            self.withdraw()
            os.close(self._lock)
            self._lock = -1

    def _start(self, engine_version: str, clock: Clock) -> None:
        self.store.mkdir(exist_ok=True, mode=0o700)
        self.withdraw()  # a process that was killed left its endpoint behind
        if not (self.path / "version.json").exists():
            created = {"format": FORMAT_VERSION, "engine": engine_version, "created_us": clock.now_us()}
            write_json(self.path / "version.json", created)

    def _write_lock(self, content: dict[str, Any]) -> None:
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, json.dumps(content).encode(), 0)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace `path` by `content` in one step, readable by its owner alone, and on disk when this returns."""
    new = path.with_suffix(".new")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


def _check_format(path: Path) -> None:
    version = path / "version.json"
    if not version.exists():
        if (path / "store").exists() and any((path / "store").iterdir()):
            raise DirectoryOfAnotherVersion(path, found="unknown (version.json is missing)", wanted=str(FORMAT_VERSION))
        return
    found = (_read_json(version) or {}).get("format", "unknown (version.json is unreadable)")
    if found != FORMAT_VERSION:
        raise DirectoryOfAnotherVersion(path, found=str(found), wanted=str(FORMAT_VERSION))


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # absent or half written: the caller says what that means to it
    return cast("dict[str, Any]", content) if isinstance(content, dict) else None


def _take(lock: int) -> bool:
    # Tried for a moment: `Endpoint.read` looks for microseconds, and a killed owner holds it until the kernel is done with it.
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE_S)
        else:
            return True
    return False


def _in_use(path: Path) -> DirectoryInUse:
    holder = _read_json(path / "lock") or {}
    return DirectoryInUse(path, pid=holder.get("pid"), url=holder.get("url"))


def _is_held(path: Path) -> bool:
    try:
        lock = os.open(path / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)
