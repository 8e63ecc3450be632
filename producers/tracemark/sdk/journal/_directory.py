"""Where the files of a journal lie, how a journal comes into being whole, and how it goes.

A journal is prepared under a dotted name with its owner's lock already held, and renamed into place: whoever sees it
sees it complete and locked. It goes the same way back: renamed to a dotted name, then deleted.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tracemark.sdk.journal._cursor import new_cursor_file
from tracemark.sdk.journal._format import HEADER_SIZE, SegmentHeader, marker_of
from tracemark.sdk.journal._locks import ProcessLock
from tracemark.sdk.journal.errors import JournalFormatError, JournalMisuse, JournalUnavailable
from tracemark.sdk.journal.model import FORMAT_VERSION, JournalMeta

__all__ = ["JournalDirectory", "create_directory", "journal_ids", "read_boot_id", "refusals_as_unavailable"]

_PRODUCER_ID = re.compile(r"[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,63}")
_SEGMENT_NAME = re.compile(r"[0-9]{10}\.segment")
_STAGED = ".new-"
_GONE = ".gone-"
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "fuse.glusterfs", "fuse.sshfs"})
"""File systems whose locks do not reliably end with their holder, or do not reach other hosts."""


@dataclass(frozen=True, slots=True)
class JournalDirectory:
    """The names inside one journal's directory."""

    path: Path
    producer_id: str

    @classmethod
    def at(cls, root: Path, producer_id: str) -> "JournalDirectory":
        """The directory of a producer; a producer id that is no plain name is a `JournalMisuse`."""
        if sys.platform == "win32":
            raise JournalUnavailable("journals need POSIX file locks, which Windows lacks; run with durability=memory")
        if not _PRODUCER_ID.fullmatch(producer_id):
            raise JournalMisuse("producer_id must be 1 to 64 of A-Z a-z 0-9 . _ : - and not begin with a dot")
        return cls(root / producer_id, producer_id)

    @property
    def owner_lock(self) -> Path:
        """Locked by the process that appends."""
        return self.path / "owner.lock"

    @property
    def drain_lock(self) -> Path:
        """Locked by the process that reads and moves the cursor."""
        return self.path / "drain.lock"

    @property
    def cursor(self) -> Path:
        """The acknowledged position."""
        return self.path / "cursor"

    @property
    def ballast(self) -> Path:
        """Space to give up on a full disk."""
        return self.path / "ballast"

    @property
    def meta(self) -> Path:
        """Who writes here."""
        return self.path / "meta.json"

    @property
    def marker(self) -> bytes:
        """What every record begins with."""
        return marker_of(self.producer_id)

    def segment(self, number: int) -> Path:
        """The file of one segment."""
        return self.path / f"{number:010}.segment"

    def segments(self) -> list[int]:
        """The numbers of the segments that exist, in order; empty when the directory is gone."""
        try:
            names = [path.name for path in self.path.iterdir()]
        except FileNotFoundError:
            return []
        return sorted(int(name.partition(".")[0]) for name in names if _SEGMENT_NAME.fullmatch(name))

    def new_segment(self, number: int, base: int) -> None:
        """Make an empty segment appear whole."""
        staged = self.path / ".segment"
        _write_file(staged, SegmentHeader(segment=number, base=base).encode())
        staged.rename(self.segment(number))

    def read_header(self, number: int) -> SegmentHeader | None:
        """A segment's header; `None` when it is damaged or the segment is gone."""
        try:
            with self.segment(number).open("rb") as file:
                return SegmentHeader.decode(file.read(HEADER_SIZE))
        except FileNotFoundError:
            return None

    def read_meta(self) -> JournalMeta:
        """Who writes here.

        Raises:
            JournalFormatError: no journal, a damaged one, or one of another format version.
        """
        try:
            content = json.loads(self.meta.read_bytes())
        except FileNotFoundError as error:
            raise JournalFormatError(f"{self.path} holds no meta.json; it is no journal") from error
        except ValueError as error:
            raise JournalFormatError(
                f"{self.meta} is no JSON; move the directory away and look at it by hand"
            ) from error
        return _parse_meta(content, self.meta)

    def sync(self) -> None:
        """Make the names in this directory survive the host."""
        _sync_directory(self.path)

    def remove(self) -> None:
        """Make the journal disappear at once, and then its files."""
        gone = self.path.with_name(_GONE + self.path.name)
        with refusals_as_unavailable("remove", self.path):
            self.path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)  # what remains is swept when the next journal is created


def create_directory(root: Path, meta: JournalMeta, ballast_bytes: int) -> tuple[JournalDirectory, ProcessLock]:
    """Make a journal with one empty segment, on disk before this returns, and take its owner's lock.

    Raises:
        JournalUnavailable: the system refuses, the file system is unsuitable, or the journal exists.
    """
    final = JournalDirectory.at(root, meta.producer_id)
    staged = JournalDirectory(root / (_STAGED + meta.producer_id), meta.producer_id)
    with refusals_as_unavailable("create", final.path):
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_network(root)
        remove_leftovers(root)
        staged.path.mkdir(mode=0o700)
        _write_file(staged.owner_lock, b"")
        lock = ProcessLock.acquire(staged.owner_lock)
        if lock is None:
            raise JournalUnavailable(f"{staged.path} was taken by another process; try again")
        try:
            _fill(staged, meta, ballast_bytes)
            staged.path.rename(final.path)
            _sync_directory(root)
        except BaseException:
            shutil.rmtree(staged.path, ignore_errors=True)
            lock.release()
            raise
    return final, lock


def _fill(directory: JournalDirectory, meta: JournalMeta, ballast_bytes: int) -> None:
    _write_file(directory.drain_lock, b"")
    _write_file(directory.meta, json.dumps(asdict(meta), ensure_ascii=False, indent=1).encode(), durable=True)
    _write_file(directory.cursor, new_cursor_file(), durable=True)
    _write_file(directory.ballast, bytes(ballast_bytes))
    directory.new_segment(1, base=0)
    directory.sync()


def remove_leftovers(root: Path) -> None:
    """Delete what processes that died while creating or removing a journal have left. Never touches a live one."""
    for path in root.glob(f"{_GONE}*"):
        shutil.rmtree(path, ignore_errors=True)
    # meta.json is written under the lock: without one, the lock may be just about to be taken.
    for path in root.glob(f"{_STAGED}*/meta.json"):
        _remove_staged(path.parent)


def _remove_staged(path: Path) -> None:
    if lock := ProcessLock.acquire(path / "owner.lock"):
        shutil.rmtree(path, ignore_errors=True)
        lock.release()


def journal_ids(root: Path) -> list[str]:
    """The producer ids of all journals under `root`, sorted; `[]` if there is no such directory.

    Cheap: for a process that looks for work every second, and tries `JournalReader.open` or `adopt` on what it finds.

    Raises:
        JournalUnavailable: the directory cannot be read, for instance as another user.
    """
    with refusals_as_unavailable("look into", root):
        if not root.exists():
            return []
        return sorted(path.name for path in root.iterdir() if _PRODUCER_ID.fullmatch(path.name) and path.is_dir())


def read_boot_id() -> str:
    """The running kernel's boot id, for `JournalMeta.boot_id`; empty on systems without one."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


@contextmanager
def refusals_as_unavailable(doing: str, path: Path) -> Generator[None]:
    """Translate the operating system's refusals, at this one edge."""
    try:
        yield
    except OSError as error:
        raise JournalUnavailable(
            f"cannot {doing} {path}: {error.strerror}; give the journal a writable local disk"
        ) from error


def _write_file(path: Path, content: bytes, *, durable: bool = False) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(descriptor)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parse_meta(content: object, path: Path) -> JournalMeta:
    if not isinstance(content, dict) or not isinstance(content.get("session"), dict):
        raise JournalFormatError(f"{path} is no JSON object with a session; the directory is no journal")
    version = content.get("format_version")
    if version != FORMAT_VERSION:
        raise JournalFormatError(
            f"{path} has format_version {version!r}, this SDK reads {FORMAT_VERSION};"
            " drain it with the SDK version that wrote it"
        )
    known = {field.name: content[field.name] for field in fields(JournalMeta) if field.name in content}
    try:
        return JournalMeta(**known)
    except TypeError as error:
        raise JournalFormatError(f"{path} lacks a field: {error}") from error


def _refuse_network(root: Path) -> None:
    """Refuse file systems shared between hosts, where a lock says nothing about a process elsewhere."""
    mounts = Path("/proc/self/mountinfo")
    if not mounts.exists():
        return
    status = root.stat()
    device = f"{os.major(status.st_dev)}:{os.minor(status.st_dev)}"
    for line in mounts.read_text().splitlines():
        mount, _, source = line.partition(" - ")
        if mount.split()[2] == device and source.split()[0] in _NETWORK:
            raise JournalUnavailable(f"{root} lies on {source.split()[0]}; a journal needs a local disk")
