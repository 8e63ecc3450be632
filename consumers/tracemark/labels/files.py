"""Labels of files: read, and written so that a file is either as it was or labelled, never half."""

import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from tracemark.labels import jpeg, pdf, png
from tracemark.labels.aigc import Aigc
from tracemark.labels.errors import NotWritable, UnsupportedFormat
from tracemark.labels.records import Record

__all__ = ["FileLabels", "media_type_of", "read_labels", "write_label"]

_PDF_MAY_START: Final = 1024
"""Readers accept that much in front of a PDF's signature."""


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    read: Callable[[BinaryIO], list[Record]]
    write: Callable[[BinaryIO, BinaryIO, str], None]


_PNG: Final = _Format(png.MEDIA_TYPE, png.read, png.write)
_JPEG: Final = _Format(jpeg.MEDIA_TYPE, jpeg.read, jpeg.write)
_PDF: Final = _Format(pdf.MEDIA_TYPE, pdf.read, pdf.write)


@dataclass(frozen=True, slots=True)
class FileLabels:
    """What a file carries.

    Attributes:
        media_type: By its content, never by its name.
        records: Every AIGC record, in the order of the file.
    """

    media_type: str
    records: tuple[Record, ...]

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "media_type": self.media_type,
            "records_found": len(self.records),
            "records": [record.to_dict() for record in self.records],
        }


def media_type_of(path: Path) -> str | None:
    """The media type of a file that can carry a label, by its first bytes; None for others."""
    with path.open("rb") as stream:
        known = _format_of(stream)
    return known.media_type if known else None


def read_labels(path: Path) -> FileLabels:
    """Every AIGC record of a PNG, JPEG or PDF, whoever wrote it and wherever it stands.

    Pictures are streamed: memory holds one block of metadata (4 MiB) at a time.

    Raises:
        UnsupportedFormat: It is of another kind.
        MalformedFile, TooMuchMetadata: It cannot be read to the end.
        OSError: It cannot be opened.
    """
    with path.open("rb") as stream:
        known = _known_format(stream)
        records = known.read(stream)
    return FileLabels(known.media_type, tuple(records))


def write_label(path: Path, label: Aigc, *, output: Path | None = None) -> FileLabels:
    """Give a file this record as its only one, in place or as `output`; gives what was there before.

    Pixels and pages are not encoded again, other metadata and the file's mode stay, and the new file is read back before
    it takes the place of the old one.

    Raises:
        UnsupportedFormat, MalformedFile, TooMuchMetadata: As `read_labels`.
        NotWritable: A label would spoil the file; it is as it was.
        OSError: It cannot be read, or not be replaced.
    """
    before = read_labels(path)
    with path.open("rb") as source, _replacing((output or path).resolve(), os.fstat(source.fileno()).st_mode) as target:
        known = _known_format(source)
        known.write(source, target, label.to_json())
        target.seek(0)
        if [record.values for record in known.read(target)] != [label]:
            raise NotWritable("the label could not be read back after writing: the file was left as it was")
    return before


def _known_format(stream: BinaryIO) -> _Format:
    known = _format_of(stream)
    if known is None:
        raise UnsupportedFormat("the file is no PNG, JPEG or PDF: convert it, or label it with a tool for its kind")
    return known


def _format_of(stream: BinaryIO) -> _Format | None:
    start = stream.read(_PDF_MAY_START)
    stream.seek(0)
    if start.startswith(png.SIGNATURE):
        return _PNG
    if start.startswith(jpeg.SIGNATURE):
        return _JPEG
    return _PDF if pdf.SIGNATURE in start else None


@contextmanager
def _replacing(path: Path, mode: int) -> Generator[BinaryIO]:
    """A new file that takes the place of `path` when all went well, and vanishes otherwise."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as target:
            yield target
            target.flush()
            os.fchmod(target.fileno(), mode & 0o7777)
            os.fsync(target.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
