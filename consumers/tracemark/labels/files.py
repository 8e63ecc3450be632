"""Labels of files: read, and written so that a file is either as it was or labelled, never half."""

import codecs
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from tracemark.labels import jpeg, pdf, png
from tracemark.labels.aigc import Aigc
from tracemark.labels.errors import NotWritable, UnsupportedFormat
from tracemark.labels.records import Record
from tracemark.labels.replacing import replacing

__all__ = ["FileLabels", "media_type_in_name", "media_type_of", "read_labels", "write_label"]

_PDF_MAY_START: Final = 1024
"""Readers accept that much in front of a PDF's signature, and look for its end in as much."""
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\f\x00"


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    read: Callable[[BinaryIO], list[Record]]
    write: Callable[[BinaryIO, BinaryIO, str], None]


_PNG: Final = _Format(png.MEDIA_TYPE, png.read, png.write)
_JPEG: Final = _Format(jpeg.MEDIA_TYPE, jpeg.read, jpeg.write)
_PDF: Final = _Format(pdf.MEDIA_TYPE, pdf.read, pdf.write)


_SUFFIXES: Final[Mapping[str, str]] = {
    ".png": png.MEDIA_TYPE,
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), jpeg.MEDIA_TYPE),
    ".pdf": pdf.MEDIA_TYPE,
}


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
    """The media type of a file that can carry a label, by its bytes; None for others. Raises `UnsupportedFormat` for a pipe."""
    with _opened(path) as stream:
        known = _format_of(stream)
    return known.media_type if known else None


def media_type_in_name(path: Path) -> str | None:
    """What a file's name says that it is; None where that is nothing that can carry a label."""
    return _SUFFIXES.get(path.suffix.lower())


def read_labels(path: Path) -> FileLabels:
    """Every AIGC record of a PNG, JPEG or PDF, whoever wrote it and wherever it stands.

    Pictures are streamed: memory holds one block of metadata (4 MiB) at a time.

    Raises:
        UnsupportedFormat: It is of another kind, or no file but a pipe.
        MalformedFile, TooMuchMetadata: It cannot be read to the end.
        OSError: It cannot be opened.
    """
    with _opened(path) as stream:
        known = _known_format(stream)
        records = known.read(stream)
    return FileLabels(known.media_type, tuple(records))


def write_label(path: Path, label: Aigc, *, output: Path | None = None) -> FileLabels:
    """Give a file this record as its only one, in place or as `output`; gives what was there before.

    Pixels and pages are not encoded again. Other metadata stay, and so do mode, access list and extended attributes; in
    place the owner, too, where the caller may give files away. The new file is read back before it takes the place of the
    old one; other names of that (hard links) keep the old content.

    Raises:
        UnsupportedFormat, MalformedFile, TooMuchMetadata: As `read_labels`.
        NotWritable: A label would spoil the file, or `output` is no file; everything is as it was.
        OSError: It cannot be read, or not be replaced.
    """
    before = read_labels(path)
    place = output or path
    in_place = place.exists() and place.samefile(path)
    with _opened(path) as source, replacing(place, source.fileno(), owned=in_place) as target:
        known = _known_format(source)
        known.write(source, target, label.to_json())
        target.seek(0)
        if [record.values for record in known.read(target)] != [label]:
            raise NotWritable("the label could not be read back after writing: the file was left as it was")
    return before


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    if path.exists() and not path.is_file():
        raise UnsupportedFormat("this is a pipe, a device or a folder: save what comes from it as a file first")
    with path.open("rb") as stream:
        yield stream


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
    return _PDF if _is_pdf(stream, start) else None


def _is_pdf(stream: BinaryIO, start: bytes) -> bool:
    """By its signature; behind something else that signature counts only where nobody could merely write about it."""
    if start.lstrip(_BLANK).startswith(pdf.SIGNATURE):
        return True
    return pdf.SIGNATURE in start and not (_is_text(start) and b"startxref" not in _end(stream))


def _is_text(start: bytes) -> bool:
    try:
        return "\x00" not in codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False


def _end(stream: BinaryIO) -> bytes:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _PDF_MAY_START))
    end = stream.read()
    stream.seek(0)
    return end
