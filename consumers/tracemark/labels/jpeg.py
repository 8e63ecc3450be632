"""JPEG (ISO 10918-1, CIPA DC-008, ISO 16684-3): the record is the XMP property of an APP1 segment; the scan is copied as it is.

Read, and replaced on writing, are also comments and the text of Exif and IPTC. Extended XMP is read; a record in it cannot be
replaced. An index of further pictures in the file is kept true.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from tracemark.labels.blocks import MAX_BLOCK_BYTES, copy, exactly
from tracemark.labels.errors import MalformedFile, NotWritable, TooMuchMetadata
from tracemark.labels.exif import blanked, exif_records
from tracemark.labels.iptc import iptc_records, without_iptc_records
from tracemark.labels.pictures import PREFIX, PictureIndex
from tracemark.labels.records import Record, collected, record_in
from tracemark.labels.xmp import relabelled, xmp_records

__all__ = ["MEDIA_TYPE", "SIGNATURE", "read", "write"]

MEDIA_TYPE: Final = "image/jpeg"
SIGNATURE: Final = b"\xff\xd8"

_APP0, _APP1, _APP2, _APP11, _APP13, _COMMENT, _SCAN, _END = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xFE, 0xDA, 0xD9
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_EXIF: Final = b"Exif\x00\x00"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\x00"
_XMP_EXTENSION: Final = b"http://ns.adobe.com/xmp/extension/\x00"
_PHOTOSHOP: Final = b"Photoshop 3.0\x00"
_MAX_PAYLOAD: Final = 65_533
_MAX_SEGMENTS: Final = 100_000


class _Segment(NamedTuple):
    marker: int
    payload: bytes


def read(stream: BinaryIO) -> list[Record]:
    """Every record. Raises `MalformedFile` or `TooMuchMetadata`."""
    return collected(_found(stream))


def write(source: BinaryIO, target: BinaryIO, text: str) -> None:
    """Copy the file with this record as its only one.

    Raises:
        MalformedFile, TooMuchMetadata: As `read` does.
        NotWritable: XMP has no room for it, a record stands where it cannot be replaced, the picture is signed, or an index
            of further pictures cannot be kept true.
    """
    target.write(SIGNATURE)
    to_write: str | None = text
    spread = _Spread()
    index: PictureIndex | None = None
    has_xmp = _has_xmp(source)
    for segment in _segments(source):
        _refuse_signed(segment)
        if to_write is not None and not has_xmp and not _stands_first(segment):
            target.write(_xmp_segment(relabelled(None, to_write)))
            to_write = None
        if _is(segment, _XMP) and (to_write is not None or _records(segment)):
            target.write(_xmp_segment(relabelled(segment.payload[len(_XMP) :], to_write)))
            to_write = None
            continue
        if (kept := _without_records(segment)) is None:
            continue
        spread.add(kept)
        target.write(_segment(kept))
        if _is(kept, PREFIX, _APP2):
            index = _only(index, kept, source.tell(), target.tell())
    spread.refuse_records()
    if index is not None:
        _mend(index, source, target)
    copy(source, target, None)


def _refuse_signed(segment: _Segment) -> None:
    if segment.marker == _APP11 and b"c2pa" in segment.payload:
        raise NotWritable(
            "a C2PA manifest signs this picture, and a label would break it: label it before it is signed"
        )


def _only(index: PictureIndex | None, segment: _Segment, read_to: int, written_to: int) -> PictureIndex:
    if index is not None:
        raise NotWritable("the JPEG holds two indexes of its pictures: label the picture by itself")
    size = len(segment.payload)
    return PictureIndex(payload=segment.payload, read_at=read_to - size, written_at=written_to - size)


def _mend(index: PictureIndex, source: BinaryIO, target: BinaryIO) -> None:
    """Make the index true for what stands behind the metadata, up to which both files have come."""
    end = target.tell()
    target.seek(index.written_at)
    target.write(index.moved(source.tell(), end))
    target.seek(end)


def _found(stream: BinaryIO) -> Iterator[list[Record]]:
    spread = _Spread()
    for segment in _segments(stream):
        yield _records(segment)
        spread.add(segment)
    yield spread.records()


def _has_xmp(source: BinaryIO) -> bool:
    found = any(_is(segment, _XMP) for segment in _segments(source))
    source.seek(0)
    return found


def _segments(stream: BinaryIO) -> Iterator[_Segment]:
    """Segments up to and with the start of the first scan, behind which the stream then stands."""
    if stream.read(2) != SIGNATURE:
        raise MalformedFile("this is no JPEG: the signature is damaged")
    for _ in range(_MAX_SEGMENTS):
        marker = _marker(stream)
        if marker in _BARE:
            yield _Segment(marker, b"")
            continue
        if marker == _END:
            raise MalformedFile("the JPEG ends before its picture: get the file again")
        length = int.from_bytes(exactly(stream, 2), "big")
        if length < 2:  # noqa: PLR2004 - the length counts itself
            raise MalformedFile("a JPEG segment is shorter than its own length field: get the file again")
        yield _Segment(marker, exactly(stream, length - 2))
        if marker == _SCAN:
            return
    raise TooMuchMetadata(f"the JPEG has more than {_MAX_SEGMENTS} segments: look at the file by hand")


def _marker(stream: BinaryIO) -> int:
    if exactly(stream, 1) != b"\xff":
        raise MalformedFile("a JPEG marker is missing: get the file again")
    marker = b"\xff"
    for _ in range(_MAX_PAYLOAD):  # any number of fill bytes may stand in front
        marker = exactly(stream, 1)
        if marker != b"\xff":
            break
    return marker[0]


def _is(segment: _Segment, prefix: bytes, marker: int = _APP1) -> bool:
    return segment.marker == marker and segment.payload.startswith(prefix)


def _stands_first(segment: _Segment) -> bool:
    """JFIF and Exif come before everything else."""
    return segment.marker == _APP0 or _is(segment, _EXIF)


def _records(segment: _Segment) -> list[Record]:
    if _is(segment, _EXIF):
        return exif_records(segment.payload[len(_EXIF) :])
    if _is(segment, _XMP):
        return xmp_records(segment.payload[len(_XMP) :])
    if segment.marker == _COMMENT:
        record = record_in("jpeg_comment", "Comment", segment.payload.decode("utf-8", "replace").rstrip("\x00"))
        return [] if record is None else [record]
    return []


def _without_records(segment: _Segment) -> _Segment | None:
    """The same without a record; None when it was nothing else. Of XMP it is left as it is."""
    if _is(segment, _PHOTOSHOP, _APP13):
        block = without_iptc_records(segment.payload[len(_PHOTOSHOP) :])
        return _Segment(_APP13, _PHOTOSHOP + block) if block else None
    if not _records(segment) or _is(segment, _XMP):
        return segment
    if _is(segment, _EXIF):
        return _Segment(_APP1, _EXIF + blanked(segment.payload[len(_EXIF) :]))
    return None


class _Spread:
    """What may be spread over several segments: extended XMP, and Photoshop's block, which has no order of its own.

    Extended XMP is a packet in pieces, each with the digest of the whole, its length and its own offset.
    """

    _HEAD: Final = len(_XMP_EXTENSION) + 32 + 4

    def __init__(self) -> None:
        """Nothing yet."""
        self._pieces: list[tuple[bytes, bytes, bytes]] = []
        self._block = bytearray()
        self._size = 0

    def add(self, segment: _Segment) -> None:
        """Keep a piece. Raises `TooMuchMetadata`."""
        payload = segment.payload
        if _is(segment, _XMP_EXTENSION):
            digest = payload[len(_XMP_EXTENSION) : len(_XMP_EXTENSION) + 32]
            self._pieces.append((digest, payload[self._HEAD : self._HEAD + 4], payload[self._HEAD + 4 :]))
        elif _is(segment, _PHOTOSHOP, _APP13):
            self._block += payload[len(_PHOTOSHOP) :]
        else:
            return
        self._size += len(payload)
        if self._size > MAX_BLOCK_BYTES:
            raise TooMuchMetadata(
                f"metadata over several segments are larger than {MAX_BLOCK_BYTES >> 20} MiB: look at the file by hand"
            )

    def records(self) -> list[Record]:
        """Those of everything put together. Raises `MalformedFile`."""
        packets: dict[bytes, bytes] = {}
        for digest, _, piece in sorted(self._pieces):
            packets[digest] = packets.get(digest, b"") + piece
        extended = [record for packet in packets.values() for record in xmp_records(packet, "xmp_extended")]
        return extended + iptc_records(bytes(self._block))

    def refuse_records(self) -> None:
        """Raises `NotWritable` when there are any: what is spread cannot be replaced."""
        if self.records():
            raise NotWritable(
                "a record stands in extended XMP, or in IPTC over several segments: remove that record with another tool, "
                "then write the label"
            )


def _xmp_segment(packet: bytes) -> bytes:
    if len(_XMP) + len(packet) > _MAX_PAYLOAD:
        raise NotWritable("the XMP of this JPEG has no room for a label (64 KiB): remove other properties first")
    return _segment(_Segment(_APP1, _XMP + packet))


def _segment(segment: _Segment) -> bytes:
    marker = bytes((0xFF, segment.marker))
    if segment.marker in _BARE:
        return marker
    return marker + (len(segment.payload) + 2).to_bytes(2, "big") + segment.payload
