"""Secret files: owner only, written as a whole or not at all, never over another file."""

import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final

from tracemark.sdk.keyring.document import MAX_BYTES
from tracemark.sdk.keyring.errors import KeyringExists, KeyringInsecure, KeyringMissing, KeyringUnreadable

__all__ = ["create", "read", "replace"]

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077


def read(path: Path) -> bytes:
    """The bytes of a secret file.

    Raises:
        KeyringMissing: there is none.
        KeyringInsecure: its mode lets other users in.
        KeyringUnreadable: the file system refuses, or it is no regular file.
    """
    try:
        with _opened(path) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused("read", path, error) from error


@contextlib.contextmanager
def _opened(path: Path) -> Generator[int]:
    """The checks are made on what was opened, not on what the path named a moment before."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        raise KeyringMissing(path) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeyringUnreadable(f"keyring {path} is no regular file: name the file itself")
        if status.st_mode & _OTHERS:
            raise KeyringInsecure(path, stat.S_IMODE(status.st_mode))
        yield descriptor
    finally:
        os.close(descriptor)


def create(path: Path, data: bytes) -> None:
    """Write a new file and make it survive a power cut.

    Raises:
        KeyringExists: there is a file already, even one that appeared a moment ago.
        KeyringUnreadable: the folder is missing or refuses.
    """
    try:
        with _temporary(path, data) as temporary:
            os.link(temporary, path)
            _sync_folder(path)
    except FileExistsError:
        raise KeyringExists(path) from None
    except OSError as error:
        raise _refused("write", path, error) from error


def replace(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Read, change and rewrite a file, one process at a time, so that no two changes swallow each other.

    Raises:
        KeyringError: as `read` and `create` do, or what `change` raises; the file is as it was then.
    """
    try:
        with _locked_folder(path):
            data = change(read(path))
            with _temporary(path, data) as temporary:
                temporary.replace(path)
                _sync_folder(path)
    except OSError as error:
        raise _refused("write", path, error) from error


@contextlib.contextmanager
def _temporary(path: Path, data: bytes) -> Generator[Path]:
    if not path.name:
        raise KeyringUnreadable(f"{path} names no file: add the name of the keyring, such as keyring.json")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked_folder(path: Path) -> Generator[None]:
    try:
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise KeyringMissing(path) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(act: str, path: Path, error: OSError) -> KeyringUnreadable:
    return KeyringUnreadable(
        f"cannot {act} keyring {path} ({error.strerror}): check that its folder exists and whose it is"
    )
