"""The small parts: error texts, spools, codings, credentials, the data directory."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.store.embedded import Credentials, DirectoryInUse, EngineError, Limits, QueryFailed, ServerConfig
from tracemark.store.embedded.compression import chosen_coding, compressor, decompressor
from tracemark.store.embedded.connection import as_identifier, as_literal
from tracemark.store.embedded.directory import DataDirectory
from tracemark.store.embedded.errors import translated
from tracemark.store.embedded.replies import StreamedRows
from tracemark.store.embedded.spool import Spool
from tracemark.store.embedded.sql import tokens

CODINGS = ["gzip", "deflate", "zstd", "lz4", "clickhouse"]
# Python's reader of lz4 frames hands out one piece when it is given the next one.
READ_AT_ONCE = ["gzip", "deflate", "zstd", "clickhouse"]


@pytest.mark.parametrize(
    ("text", "code", "name", "message"),
    [
        (
            (
                "Code: 73. DB::Exception: Code: 73. DB::Exception: Unknown format Foo. (UNKNOWN_FORMAT) (version 26.9.2.1). "
                "(UNKNOWN_FORMAT)"
            ),
            73,
            "UNKNOWN_FORMAT",
            "Unknown format Foo",
        ),
        (
            "Code: 60. DB::Exception: Table a.b (x) does not exist. (UNKNOWN_TABLE)",
            60,
            "UNKNOWN_TABLE",
            "Table a.b (x) does not exist",
        ),
        (
            "Code: 62. DB::Exception: Syntax error. (SYNTAX_ERROR) (version 26.9.2.1 (official build))",
            62,
            "SYNTAX_ERROR",
            "Syntax error",
        ),
        ("something else went wrong", 1001, "STD_EXCEPTION", "something else went wrong"),
    ],
)
def test_the_engines_text_is_unwrapped(text: str, code: int, name: str, message: str) -> None:
    """Code, name and text come out once, however often the engine wrapped them."""
    error = translated(text, version="26.9.2.1")
    assert (error.code, error.name, error.message) == (code, name, message)
    assert str(error) == f"Code: {code}. DB::Exception: {message}. ({name}) (version 26.9.2.1)"


@given(st.text())
def test_any_error_text_is_translated(text: str) -> None:
    """No text of the engine breaks the translation."""
    assert isinstance(translated(text), QueryFailed)


@pytest.mark.parametrize(
    ("code", "status"),
    [(223, 400), (376, 400), (511, 404), (229, 413), (209, 503), (497, 403), (241, 500), (159, 408), (48, 501)],
)
def test_an_errors_status_is_the_servers(code: int, status: int) -> None:
    """Clients decide by it whether asking again could help."""
    assert QueryFailed(code, "ANY", "text").http_status == status


@given(st.text())
def test_quoted_text_is_one_token(text: str) -> None:
    """A literal and an identifier made from any text are one token each: nothing breaks out of the quotes."""
    assert [token.kind for token in tokens(as_literal(text))] == ["string"]
    assert [token.kind for token in tokens(as_identifier(text))] == ["quoted"]


@pytest.mark.parametrize("coding", CODINGS)
@given(pieces=st.lists(st.binary(max_size=5000), max_size=8), cut=st.integers(1, 3000))
def test_what_was_compressed_is_decompressed(coding: str, pieces: list[bytes], cut: int) -> None:
    """Every coding gives back what it was given, however the bytes were cut on the way."""
    packing = compressor(coding)
    packed = b"".join(packing.feed(piece) for piece in pieces) + packing.finish()
    unpacking = decompressor(coding)
    plain = b"".join(part for at in range(0, len(packed), cut) for part in unpacking.feed(packed[at : at + cut]))
    unpacking.finish()
    assert plain == b"".join(pieces)


@pytest.mark.parametrize("coding", READ_AT_ONCE)
@given(pieces=st.lists(st.binary(max_size=5000), max_size=8))
def test_what_was_flushed_can_be_read(coding: str, pieces: list[bytes]) -> None:
    """After a flush the reader has all that was fed so far, and may be fed more."""
    packing, unpacking = compressor(coding), decompressor(coding)
    for piece in pieces:
        assert b"".join(unpacking.feed(packing.feed(piece) + packing.flush())) == piece
    _drain(unpacking.feed(packing.finish()))
    unpacking.finish()


@pytest.mark.parametrize("coding", READ_AT_ONCE)
def test_an_error_after_rows_is_a_piece_of_its_own(coding: str) -> None:
    """Clients look for the error at the end of a piece: it is neither cut in two nor hidden behind rows still in the compressor."""

    def broken() -> Iterator[bytes]:
        yield b"row\n" * 5000
        raise QueryFailed(395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", "no")

    unpacking = decompressor(coding)
    rows = StreamedRows(broken(), coding=coding, tag="0123456789abcdef", failed=lambda error: error)
    pieces = [plain for piece in rows if (plain := b"".join(unpacking.feed(piece)))]
    assert b"".join(pieces[:-1]) == b"row\n" * 5000
    assert pieces[-1].startswith(b"\r\n__exception__\r\n0123456789abcdef\r\nCode: 395.")
    assert pieces[-1].endswith(b" 0123456789abcdef\r\n__exception__\r\n")


@pytest.mark.parametrize("coding", CODINGS)
@given(rubbish=st.binary(min_size=1, max_size=200))
def test_rubbish_is_refused(coding: str, rubbish: bytes) -> None:
    """Bytes that are no compressed data raise QueryFailed, and are never taken for some."""
    unpacking = decompressor(coding)
    with pytest.raises(QueryFailed):
        _drain(unpacking.feed(b"\x00" + rubbish))
        unpacking.finish()


def _drain(pieces: Iterator[bytes]) -> None:
    for _ in pieces:
        pass


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("lz4, zstd", "zstd"),
        ("gzip;q=0, deflate", "deflate"),
        ("br", None),
        ("", None),
    ],
)
def test_a_coding_is_chosen(accepted: str, coding: str | None) -> None:
    """The best of the codings the client accepts is taken."""
    assert chosen_coding(accepted) == coding


@given(pieces=st.lists(st.binary(max_size=300), max_size=12), limit=st.integers(0, 600), prefix=st.integers(0, 200))
def test_a_spool_gives_back_what_it_took(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], limit: int, prefix: int
) -> None:
    """In memory or on disk, with or without its beginning, the bytes are the same; nothing is left behind."""
    directory = tmp_path_factory.getbasetemp() / "spools"
    directory.mkdir(exist_ok=True)
    whole = b"".join(pieces)
    with Spool(directory, memory_limit=limit) as spool:
        for piece in pieces:
            spool.write(piece)
        assert (spool.size, b"".join(spool.pieces())) == (len(whole), whole)
        assert Path(spool.path).read_bytes() == whole
        with spool.without_prefix(min(prefix, len(whole))) as rest:
            assert b"".join(rest.pieces()) == whole[prefix:]
    assert list(directory.iterdir()) == []


def test_passwords_are_made_once(tmp_path: Path) -> None:
    """A directory keeps its passwords; a damaged file is refused with the remedy instead of being replaced."""
    first = Credentials.in_directory(tmp_path)
    assert Credentials.in_directory(tmp_path) == first
    (tmp_path / "credentials.json").write_text(json.dumps({"writer": {}}))
    with pytest.raises(EngineError, match="restore it, or delete it"):
        Credentials.in_directory(tmp_path)


@pytest.mark.parametrize("user", ["tracemark", "reader", "default", ""])
def test_a_password_fits_its_own_user_alone(tmp_path: Path, user: str) -> None:
    """The reader's password does not open the writer's account, nor the other way round."""
    passwords = Credentials.in_directory(tmp_path)
    fits = {"tracemark": passwords.writer_password, "reader": passwords.reader_password}
    for password in (passwords.writer_password, passwords.reader_password, ""):
        if fits.get(user) == password:
            assert passwords.login(user, password).is_reader is (user == "reader")
        else:
            with pytest.raises(QueryFailed) as failure:
                passwords.login(user, password)
            assert failure.value.code == 516


def test_a_directory_is_held_once(tmp_path: Path) -> None:
    """A second holder is told who has it; after a close it gets in."""
    first = DataDirectory.hold(tmp_path, engine_version="1")
    first.publish("http://127.0.0.1:1")
    with pytest.raises(DirectoryInUse, match=r"http://127\.0\.0\.1:1"):
        DataDirectory.hold(tmp_path, engine_version="1")
    first.close()
    first.close()
    DataDirectory.hold(tmp_path, engine_version="1").close()


def test_a_path_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    """A file where the directory should be is a clear error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot be used"):
        DataDirectory.hold(tmp_path / "file", engine_version="1")


def test_threads_are_left_over_for_kill() -> None:
    """A configuration in which running statements could take every thread is refused."""
    with pytest.raises(EngineError, match="threads must be more"):
        ServerConfig(threads=8, limits=Limits(readers=4, writers=4))
