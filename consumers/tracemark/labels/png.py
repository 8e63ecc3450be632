"""PNG (ISO 15948): the record is the XMP property of an `iTXt` chunk; pixels are copied byte by byte.

Read, and replaced on writing, are also text chunks of any keyword that names or holds a record, and Exif.
"""

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from tracemark.labels.blocks import copy, exactly, inflated
from tracemark.labels.errors import MalformedFile, NotWritable
from tracemark.labels.exif import blanked, exif_records
from tracemark.labels.records import Record, collected, record_in
from tracemark.labels.xmp import relabelled, xmp_records

__all__ = ["MEDIA_TYPE", "SIGNATURE", "read", "write"]

MEDIA_TYPE: Final = "image/png"
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_C2PA: Final = b"caBX"
_XMP_KEYWORD: Final = "XML:com.adobe.xmp"
_MAX_LENGTH: Final = 2**31 - 1


class _Chunk(NamedTuple):
    kind: bytes
    length: int
    data: bytes | None
    """Of metadata; None of what is only copied."""


class _Text(NamedTuple):
    keyword: str
    text: bytes
    encoding: str


def read(stream: BinaryIO) -> list[Record]:
    """Every record. Raises `MalformedFile` or `TooMuchMetadata`."""
    return collected(_found(stream))


def write(source: BinaryIO, target: BinaryIO, text: str) -> None:
    """Copy the file with this record as its only one. Raises what `read` does, and `NotWritable` for a signed picture."""
    has_xmp = _has_xmp(source)
    target.write(SIGNATURE)
    to_write: str | None = text
    for chunk in _chunks(source):
        if chunk.kind == _C2PA:
            raise NotWritable(
                "a C2PA manifest signs this picture, and a label would break it: label it before it is signed"
            )
        if chunk.data is None:
            if to_write is not None and not has_xmp and chunk.kind != b"IHDR":
                target.write(_xmp_chunk(relabelled(None, to_write)))
                to_write = None
            target.write(chunk.length.to_bytes(4, "big") + chunk.kind)
            copy(source, target, chunk.length + 4)
        elif _is_xmp(chunk.kind, chunk.data) and (to_write is not None or _records(chunk.kind, chunk.data)):
            target.write(_xmp_chunk(relabelled(_text(chunk.kind, chunk.data).text, to_write)))
            to_write = None
        elif not _records(chunk.kind, chunk.data):
            target.write(_chunk(chunk.kind, chunk.data))
        elif chunk.kind == b"eXIf":
            target.write(_chunk(chunk.kind, blanked(chunk.data)))
    copy(source, target, None)


def _found(stream: BinaryIO) -> Iterator[list[Record]]:
    return (_records(kind, data) for kind, data in _metadata(stream))


def _has_xmp(source: BinaryIO) -> bool:
    """Readers see one XMP chunk only, so the label joins the one that is there, which may stand behind the picture."""
    found = any(_is_xmp(kind, data) for kind, data in _metadata(source))
    source.seek(0)
    return found


def _metadata(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of every chunk of metadata."""
    for chunk in _chunks(stream):
        if chunk.data is None:
            stream.seek(chunk.length + 4, 1)
        else:
            yield chunk.kind, chunk.data


def _chunks(stream: BinaryIO) -> Iterator[_Chunk]:
    """Chunks up to IEND; whoever gets one without data moves the stream behind its checksum."""
    if stream.read(len(SIGNATURE)) != SIGNATURE:
        raise MalformedFile("this is no PNG: the signature is damaged")
    end = _size(stream)
    kind = b""
    while kind != b"IEND":
        first = not kind
        head = exactly(stream, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if length > _MAX_LENGTH or stream.tell() + length + 4 > end or first != (kind == b"IHDR"):
            raise MalformedFile("a PNG chunk is out of place or longer than the file: get the file again")
        if kind not in _TEXTS and kind != b"eXIf":
            yield _Chunk(kind, length, None)
            continue
        data = exactly(stream, length)
        if int.from_bytes(exactly(stream, 4), "big") != zlib.crc32(kind + data):
            raise MalformedFile("the checksum of a PNG metadata chunk is wrong: get the file again")
        yield _Chunk(kind, length, data)


def _size(stream: BinaryIO) -> int:
    here = stream.tell()
    end = stream.seek(0, 2)
    stream.seek(here)
    return end


def _records(kind: bytes, data: bytes) -> list[Record]:
    if kind == b"eXIf":
        return exif_records(data)
    keyword, text, encoding = _text(kind, data)
    if keyword == _XMP_KEYWORD:
        return xmp_records(text)
    record = record_in("png_text", keyword, text.decode(encoding, "replace"))
    return [] if record is None else [record]


def _is_xmp(kind: bytes, data: bytes) -> bool:
    return kind in _TEXTS and data.startswith(_XMP_KEYWORD.encode() + b"\x00")


def _text(kind: bytes, data: bytes) -> _Text:
    keyword, separator, rest = data.partition(b"\x00")
    if not separator:
        raise MalformedFile("a PNG text chunk has no keyword: get the file again")
    name = keyword.decode("latin-1")
    if kind == b"tEXt":
        return _Text(name, rest, "latin-1")
    if kind == b"zTXt":
        return _Text(name, inflated(rest[1:]), "latin-1")
    compressed, text = rest[:1] == b"\x01", rest[2:].split(b"\x00", 2)
    if len(text) != 3:  # noqa: PLR2004 - language, translated keyword, text
        raise MalformedFile("a PNG international text chunk is incomplete: get the file again")
    return _Text(name, inflated(text[2]) if compressed else text[2], "utf-8")


def _xmp_chunk(packet: bytes) -> bytes:
    return _chunk(b"iTXt", _XMP_KEYWORD.encode() + bytes(5) + packet)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
