"""Compression on the way: HTTP content codings, and ClickHouse's own block framing (`compress=1`, `decompress=1`)."""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import lz4.block
import lz4.frame
import zstandard
from clickhouse_cityhash.cityhash import CityHash128

from tracemark.store.embedded.errors import QueryFailed

__all__ = ["Compressor", "Decompressor", "chosen_coding", "compressor", "decompressor"]

_CODINGS = ("zstd", "lz4", "gzip", "deflate")
_HEADER = struct.Struct("<BII")
_CHECKSUM_BYTES = 16
_METHOD_NONE, _METHOD_LZ4, _METHOD_ZSTD = 0x02, 0x82, 0x90
_MAX_BLOCK = 1 << 30
_BLOCK = 1 << 20
_SLICE = 1 << 13


class Compressor(Protocol):
    """Turns pieces of a response into pieces of its compressed form."""

    def feed(self, data: bytes) -> bytes:
        """What can be sent after `data`; may be empty."""
        ...

    def flush(self) -> bytes:
        """What is missing for a reader to see all of what was fed so far."""
        ...

    def finish(self) -> bytes:
        """What is left."""
        ...


class Decompressor(Protocol):
    """Turns pieces of a compressed body into pieces of the body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` brings.

        Raises:
            QueryFailed: it is not what its header says.
        """
        ...

    def finish(self) -> None:
        """Say that the body has ended.

        Raises:
            QueryFailed: it ended in the middle.
        """
        ...


def chosen_coding(accepted: str) -> str | None:
    """The coding to answer with, for an `Accept-Encoding` header; None for a plain answer."""
    offered = {
        part.split(";")[0].strip().lower()
        for part in accepted.split(",")
        if "q=0" not in part.replace(" ", "").split(";")
    }
    return next((coding for coding in _CODINGS if coding in offered), None)


def compressor(coding: str) -> Compressor:
    """A compressor for one response; `clickhouse` is the block framing."""
    match coding:
        case "gzip":
            return _Zlib(wbits=31)
        case "deflate":
            return _Zlib(wbits=15)
        case "zstd":
            return _Zstd()
        case "lz4":
            return _Lz4()
        case _:
            return _Blocks()


def decompressor(coding: str) -> Decompressor:
    """A decompressor for one body.

    Raises:
        QueryFailed: 36, an unknown coding.
    """
    match coding:
        case "gzip" | "x-gzip":
            return _Inflate(coding, lambda: zlib.decompressobj(wbits=31))
        case "deflate":
            return _Inflate(coding, lambda: zlib.decompressobj(wbits=15))
        case "zstd":
            return _Inflate(coding, zstandard.ZstdDecompressor().decompressobj)
        case "lz4":
            return _Inflate(coding, lz4.frame.LZ4FrameDecompressor)
        case "clickhouse":
            return _Unblock()
        case _:
            raise QueryFailed(36, "BAD_ARGUMENTS", "Content-Encoding must be gzip, deflate, zstd, lz4 or identity")


class _Zlib:
    def __init__(self, wbits: int) -> None:
        self._raw = zlib.compressobj(level=3, wbits=wbits)

    def feed(self, data: bytes) -> bytes:
        return self._raw.compress(data)

    def flush(self) -> bytes:
        return self._raw.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._raw.flush()


class _Zstd:
    def __init__(self) -> None:
        self._raw = zstandard.ZstdCompressor(level=1).compressobj()

    def feed(self, data: bytes) -> bytes:
        return self._raw.compress(data)

    def flush(self) -> bytes:
        return self._raw.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def finish(self) -> bytes:
        return self._raw.flush()


class _Lz4:
    def __init__(self) -> None:
        # Nothing is kept back, so there is nothing to flush: ending the frame would be the only other way to see it all.
        self._raw: Any = lz4.frame.LZ4FrameCompressor(auto_flush=True)
        self._begin: bytes = self._raw.begin()

    def feed(self, data: bytes) -> bytes:
        begin, self._begin = self._begin, b""
        return begin + bytes(self._raw.compress(data))

    def flush(self) -> bytes:
        return b""

    def finish(self) -> bytes:
        return self._begin + bytes(self._raw.flush())


class _Inflate:
    """zlib, zstd and lz4 share one shape; each raises something of its own on bytes that are not its."""

    def __init__(self, coding: str, begin: Callable[[], Any]) -> None:
        self._coding = coding
        self._begin = begin
        self._raw: Any = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        # In small slices: a few bytes of zstd can stand for megabytes, and the caller's bound is checked between two pieces.
        for at in range(0, len(data), _SLICE):
            yield from self._feed(data[at : at + _SLICE])

    def finish(self) -> None:
        if self._raw is not None and not self._raw.eof:
            raise _damaged(self._coding)

    def _feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                if self._raw is None or self._raw.eof:  # the first frame, or one more behind it
                    self._raw = self._begin()
                if out := self._raw.decompress(data):
                    yield bytes(out)
                data = bytes(self._raw.unused_data or b"") if self._raw.eof else b""
        except (zlib.error, zstandard.ZstdError, RuntimeError, EOFError) as error:
            raise _damaged(self._coding) from error


class _Blocks:
    """ClickHouse's framing: CityHash128, method, two sizes, data. LZ4 inside, as the server does by default."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> bytes:
        self._waiting += data
        out = bytearray()
        while len(self._waiting) >= _BLOCK:
            out += _block(bytes(self._waiting[:_BLOCK]))
            del self._waiting[:_BLOCK]
        return bytes(out)

    def flush(self) -> bytes:
        waiting, self._waiting = bytes(self._waiting), bytearray()
        return _block(waiting) if waiting else b""

    def finish(self) -> bytes:
        return self.flush()


class _Unblock:
    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._waiting += data
        while len(self._waiting) >= _CHECKSUM_BYTES + _HEADER.size:
            method, packed, plain = _HEADER.unpack_from(self._waiting, _CHECKSUM_BYTES)
            if not _HEADER.size <= packed <= _MAX_BLOCK or plain > _MAX_BLOCK:
                raise _damaged("clickhouse")
            end = _CHECKSUM_BYTES + packed
            if len(self._waiting) < end:
                return
            yield _unpacked(bytes(self._waiting[:end]), method, plain)
            del self._waiting[:end]

    def finish(self) -> None:
        if self._waiting:
            raise _damaged("clickhouse")


def _block(plain: bytes) -> bytes:
    packed: bytes = lz4.block.compress(plain, store_size=False)
    framed = _HEADER.pack(_METHOD_LZ4, len(packed) + _HEADER.size, len(plain)) + packed
    return _checksum(framed) + framed


def _checksum(framed: bytes) -> bytes:
    number: int = CityHash128(framed)
    # The high half is written first, each half little-endian.
    return (number >> 64).to_bytes(8, "little") + (number & (1 << 64) - 1).to_bytes(8, "little")


def _unpacked(block: bytes, method: int, plain_size: int) -> bytes:
    if _checksum(block[_CHECKSUM_BYTES:]) != block[:_CHECKSUM_BYTES]:
        raise QueryFailed(40, "CHECKSUM_DOESNT_MATCH", "Checksum doesn't match: corrupted data in a compressed block")
    packed = block[_CHECKSUM_BYTES + _HEADER.size :]
    try:
        if method == _METHOD_LZ4:
            return bytes(lz4.block.decompress(packed, uncompressed_size=plain_size))
        if method == _METHOD_ZSTD:
            return zstandard.ZstdDecompressor().decompress(packed, max_output_size=plain_size)
    except (lz4.block.LZ4BlockError, zstandard.ZstdError) as error:
        raise _damaged("clickhouse") from error
    if method == _METHOD_NONE:
        return bytes(packed)
    raise QueryFailed(89, "UNKNOWN_COMPRESSION_METHOD", f"Unknown compression method {method:#x} in a compressed block")


def _damaged(coding: str) -> QueryFailed:
    return QueryFailed(
        354, "ZLIB_INFLATE_FAILED", f"the request body is not complete, valid {coding} data: nothing was inserted"
    )
