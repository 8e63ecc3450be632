"""A new file in the place of an old one: whole or not at all, with the old one's owner, rights and attributes."""

import os
import stat
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tracemark.labels.errors import NotWritable

__all__ = ["replacing"]


@contextmanager
def replacing(path: Path, like: int, *, owned: bool) -> Generator[BinaryIO]:
    """A new file that takes the place of `path` when all went well, and vanishes otherwise.

    Other names of the old file (hard links) keep the old one.

    Args:
        path: May be there already; what it links to is replaced, not the link.
        like: Descriptor of the file whose mode, access list and extended attributes the new one gets, as far as the file
            system and the caller's rights allow.
        owned: Does it get that file's owner and group, too?

    Raises:
        NotWritable: There is something that is no file.
        OSError: Of its folder, or of `path`.
    """
    if path.exists() and not path.is_file():
        raise NotWritable("the labelled file would take the place of a pipe, a device or a folder: name a file")
    target = path.resolve()
    handle, name = _beside(target)
    try:
        with os.fdopen(handle, "w+b") as new:
            yield new
            new.flush()
            _liken(new.fileno(), like, owned=owned)
            os.fsync(new.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _beside(target: Path) -> tuple[int, str]:
    """A temporary file, whose name is short, however long the other one is."""
    try:
        return tempfile.mkstemp(prefix=".tracemark-", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target.parent)) from error  # nobody knows the temporary name


def _liken(new: int, old: int, *, owned: bool) -> None:
    told = os.fstat(old)
    if owned:
        for user, group in ((-1, told.st_gid), (told.st_uid, -1)):
            with suppress(OSError):  # only root gives files away
                os.fchown(new, user, group)
    now = os.fstat(new)
    kept = 0o7777 if (now.st_uid, now.st_gid) == (told.st_uid, told.st_gid) else 0o777
    os.fchmod(new, stat.S_IMODE(told.st_mode) & kept)
    if sys.platform == "linux":
        _copy_attributes(new, old)


def _copy_attributes(new: int, old: int) -> None:
    """An access list is one of them, so they come after the mode; one that the folder gives to new files goes."""
    try:
        wanted, given = os.listxattr(old), os.listxattr(new)
    except OSError:  # a file system without any
        return
    for name in wanted:
        with suppress(OSError):
            os.setxattr(new, name, os.getxattr(old, name))
    for name in set(given).difference(wanted):
        with suppress(OSError):
            os.removexattr(new, name)
