"""Labelled files in their folder: what stays of the old one, what gives way to the new one, and what is no file at all."""

import os
import struct
from pathlib import Path

import pytest

from support.labelled_files import LABEL, NAMES, OTHER, make
from tracemark.labels import NotWritable, UnsupportedFormat, media_type_of, read_labels, write_label


@pytest.mark.parametrize("name", NAMES)
def test_another_output_leaves_the_file_alone(tmp_path: Path, name: str) -> None:
    """With an output, the labelled file stands beside the old one, with its mode."""
    path = make(tmp_path, name)
    path.chmod(0o604)
    before = path.read_bytes()
    write_label(path, LABEL, output=tmp_path / "labelled")
    assert path.read_bytes() == before
    assert (tmp_path / "labelled").stat().st_mode & 0o7777 == 0o604
    assert [record.values for record in read_labels(tmp_path / "labelled").records] == [LABEL]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file behind a symbolic link is labelled, not the link replaced."""
    path = make(tmp_path, "a.png")
    link = tmp_path / "link.png"
    link.symlink_to(path)
    write_label(link, LABEL)
    assert link.is_symlink()
    assert len(read_labels(path).records) == 1


def test_a_file_keeps_its_owner_its_access_list_and_its_attributes(tmp_path: Path) -> None:
    """Whoever labels a file in place takes nothing away from others; a copy is the caller's own."""
    path = make(tmp_path, "a.png")
    if os.geteuid() == 0:
        os.chown(path, 12_345, 23_456)
    path.chmod(0o640)
    access = _set_attributes(path)
    owner = path.stat().st_uid, path.stat().st_gid
    write_label(path, LABEL)
    assert (path.stat().st_uid, path.stat().st_gid) == owner
    copy = tmp_path / "copy.png"
    write_label(path, OTHER, output=copy)
    assert (copy.stat().st_uid, copy.stat().st_gid) == (os.geteuid(), os.getegid())
    for each in (path, copy):
        assert os.getxattr(each, "user.origin") == b"somewhere"
        assert os.getxattr(each, "system.posix_acl_access") == access


def _set_attributes(path: Path) -> bytes:
    """An attribute, and an access list that lets one more user read; skips where the file system has neither."""
    anybody = 2**32 - 1
    rights = ((0x01, 6, anybody), (0x02, 4, 34_567), (0x04, 4, anybody), (0x10, 4, anybody), (0x20, 0, anybody))
    access = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *right) for right in rights)
    try:
        os.setxattr(path, "user.origin", b"somewhere")
        os.setxattr(path, "system.posix_acl_access", access)
    except OSError as error:
        pytest.skip(f"no attributes here: {error.strerror}")
    return access


def test_other_names_keep_the_old_file(tmp_path: Path) -> None:
    """A hard link is another name of the file as it was."""
    path = make(tmp_path, "a.png")
    (tmp_path / "b.png").hardlink_to(path)
    before = path.read_bytes()
    write_label(path, LABEL)
    assert (tmp_path / "b.png").read_bytes() == before


def test_a_name_may_be_as_long_as_names_are(tmp_path: Path) -> None:
    """The file that is written on the way has a short name of its own."""
    path = make(tmp_path, "a" * 251 + ".png")
    write_label(path, LABEL)
    assert len(read_labels(path).records) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_neither_read_nor_replaced(tmp_path: Path, kind: str) -> None:
    """Neither a pipe, nor a device, nor a folder is opened, or gives way to a labelled file."""
    path, other = make(tmp_path, "a.png"), tmp_path / "other"
    if kind == "pipe":
        os.mkfifo(other)
    elif kind == "folder":
        other.mkdir()
    else:
        other.symlink_to("/dev/null")
    before = other.stat().st_mode
    with pytest.raises(NotWritable, match="name a file"):
        write_label(path, LABEL, output=other)
    with pytest.raises(UnsupportedFormat, match="save what comes from it"):
        read_labels(other)
    assert other.stat().st_mode == before
    assert set(tmp_path.iterdir()) == {path, other}


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n  ", b"HTTP/1.1 200 OK\r\n\r\n", b"\x00\x80" * 400])
def test_a_pdf_may_begin_late(tmp_path: Path, before: bytes) -> None:
    """What mail and web servers leave in front of a PDF does not hide it."""
    path = make(tmp_path, "a.pdf")
    write_label(path, LABEL)
    path.write_bytes(before + path.read_bytes())
    assert media_type_of(path) == "application/pdf"
    assert [record.values for record in read_labels(path).records] == [LABEL]


@pytest.mark.parametrize(
    "text", ["PDF 的签名是 %PDF-1.7。\n", "It begins with %PDF-1.7.\n" * 100, "“%PDF-” " + "字" * 1000]
)
def test_a_text_about_pdf_is_a_text(tmp_path: Path, text: str) -> None:
    """The signature somewhere in a text makes no PDF of it."""
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    assert media_type_of(path) is None


def test_a_failed_write_leaves_no_trace(tmp_path: Path) -> None:
    """When the folder cannot take the new file, the error names it, the old one is whole and nothing lies beside it."""
    path = make(tmp_path, "a.png")
    before = path.read_bytes()
    if os.geteuid() == 0:
        with pytest.raises(OSError, match="No such file") as raised:
            write_label(path, LABEL, output=tmp_path / "gone" / "b.png")
        assert raised.value.filename == str(tmp_path / "gone")
    else:
        tmp_path.chmod(0o500)
        with pytest.raises(PermissionError) as raised:
            write_label(path, LABEL)
        assert raised.value.filename == str(tmp_path)
        tmp_path.chmod(0o700)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
