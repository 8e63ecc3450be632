"""What the formats have in common: bounded reading, and copying what is not looked at."""

import zlib
from typing import BinaryIO, Final

from tracemark.labels.errors import MalformedFile, TooMuchMetadata

__all__ = ["MAX_BLOCK_BYTES", "copy", "exactly", "inflated"]

MAX_BLOCK_BYTES: Final = 4 << 20
"""The largest block of metadata that is read into memory, also after decompression."""

_PIECE: Final = 1 << 20


def exactly(stream: BinaryIO, size: int) -> bytes:
    """The next `size` bytes. Raises `MalformedFile` when the file ends before, `TooMuchMetadata` when it is too many."""
    if size > MAX_BLOCK_BYTES:
        raise TooMuchMetadata(
            f"a block of metadata is larger than {MAX_BLOCK_BYTES >> 20} MiB: look at the file by hand"
        )
    read = stream.read(size)
    if len(read) < size:
        raise MalformedFile("the file ends in the middle of a block: get it again")
    return read


def copy(source: BinaryIO, target: BinaryIO, size: int | None) -> None:
    """Copy `size` bytes, or everything to the end, in pieces. Raises `MalformedFile` when the file ends before."""
    while size is None or size > 0:
        piece = source.read(_PIECE if size is None else min(size, _PIECE))
        if not piece:
            if size is None:
                return
            raise MalformedFile("the file ends in the middle of a block: get it again")
        target.write(piece)
        size = None if size is None else size - len(piece)


def inflated(packed: bytes) -> bytes:
    """Zlib data, unpacked up to the limit. Raises `MalformedFile` or `TooMuchMetadata`."""
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(packed, MAX_BLOCK_BYTES)
    except zlib.error:
        raise MalformedFile("a compressed block of metadata is damaged: get the file again") from None
    if unpacking.unconsumed_tail:
        raise TooMuchMetadata(f"metadata unpacks to more than {MAX_BLOCK_BYTES >> 20} MiB: look at the file by hand")
    return whole
