"""JPEGs that hold several pictures: each of them is where the index says, after labelling, too."""

import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from support.labelled_files import LABEL, OTHER, exiftool, xmp
from tracemark.labels import NotWritable, read_labels, write_label
from tracemark.labels.pictures import PictureIndex

MARKER = b"MPF\x00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three pictures of different sizes in one file."""
    path = tmp_path / "a.jpg"
    first, *more = (Image.effect_noise((60 + 10 * number, 40), 90).convert("RGB") for number in range(3))
    first.save(path, format="MPO", save_all=True, append_images=more)
    return path


def pictures(path: Path) -> list[bytes]:
    """The pixels of every picture in the file."""
    with Image.open(path) as opened:
        return [frame.tobytes() for frame in ImageSequence.Iterator(opened)]


def entries(path: Path) -> Sequence[tuple[int, int]]:
    """Size and place in the file of every picture but that the first has place 0, as the index says."""
    content = path.read_bytes()
    header = content.index(MARKER) + 4
    order = "<" if content[header : header + 2] == b"II" else ">"
    at = content.index(struct.pack(order + "HH", 0xB002, 7), header)
    count, offset = struct.unpack_from(order + "II", content, at + 4)
    found = [struct.unpack_from(order + "II", content, header + offset + 16 * n + 4) for n in range(count // 16)]
    return [(size, place and header + place) for size, place in found]


def leave(_: Path) -> None:
    """As Pillow has written it."""


def comment_in_front(path: Path) -> None:
    """A record in front of the index, which goes: the pictures keep their distance from it."""
    _put(path, 0xFE, OTHER.to_json().encode(), behind=False)


def comment_behind(path: Path) -> None:
    """A record between the index and the scan, which goes: the pictures come nearer to the index."""
    _put(path, 0xFE, OTHER.to_json().encode())


def xmp_behind(path: Path) -> None:
    """Properties between the index and the scan, which the label joins."""
    _put(path, 0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + xmp())


def big_endian(path: Path) -> None:
    """The index as cameras write it."""
    content = path.read_bytes()
    header = content.index(MARKER) + 4
    size = int.from_bytes(content[header - 6 : header - 4], "big") - 6
    values = [value for entry in entries(path) for value in (0, entry[0], entry[1] and entry[1] - header, 0)]
    tags = [(0xB000, 7, 4, int.from_bytes(b"0100", "big")), (0xB001, 4, 1, 3), (0xB002, 7, 48, 50)]
    index = b"MM\x00*" + struct.pack(">IH", 8, 3) + b"".join(struct.pack(">HHII", *tag) for tag in tags)
    index += bytes(4) + struct.pack(">12I", *values)
    path.write_bytes(content[:header] + index.ljust(size, b"\x00") + content[header + size :])


def _put(path: Path, marker: int, payload: bytes, *, behind: bool = True) -> None:
    """A segment in front of the index or right behind it; the index is made true."""
    segment = bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload
    before = entries(path)
    content = path.read_bytes()
    header = content.index(MARKER) + 4
    at = header - 6 + int.from_bytes(content[header - 6 : header - 4], "big") if behind else 2
    for size, place in before:
        offset = place and place - header
        grown = (size, offset + len(segment) * behind) if place else (size + len(segment), 0)
        content = content.replace(struct.pack("<II", size, offset), struct.pack("<II", *grown), 1)
    path.write_bytes(content[:at] + segment + content[at:])


@pytest.mark.parametrize("change", [leave, comment_in_front, comment_behind, xmp_behind, big_endian])
def test_every_picture_is_found_after_labelling(path: Path, change: Callable[[Path], None]) -> None:
    """All pictures are read as before, and the index tells the size of the first and the place of each other one."""
    before = pictures(path)
    assert len(before) == 3
    change(path)
    write_label(path, LABEL)
    assert pictures(path) == before
    content = path.read_bytes()
    (first, _), *others = entries(path)
    assert first == others[0][1]
    assert all(
        content[place : place + 2] == b"\xff\xd8" and content[: place + size][-2:] == b"\xff\xd9"
        for size, place in others
    )
    assert [record.values for record in read_labels(path).records] == [LABEL]
    assert not [key for key in exiftool(path, "-validate") if "Warning" in key or "Error" in key]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"MPF\x00II*\x00", b"MPF\x00XX*\x00"),
        (struct.pack("<HHI", 0xB002, 7, 48), struct.pack("<HHI", 0xB002, 7, 4800)),
        (struct.pack("<HHI", 0xB002, 7, 48), struct.pack("<HHI", 0xB002, 4, 48)),
    ],
    ids=["order", "size", "type"],
)
def test_a_senseless_index_is_left_alone(path: Path, old: bytes, new: bytes) -> None:
    """A file whose index cannot be read keeps its pictures where they are."""
    content = path.read_bytes().replace(old, new, 1)
    path.write_bytes(content)
    with pytest.raises(NotWritable, match="several pictures"):
        write_label(path, LABEL)
    assert path.read_bytes() == content


def test_a_picture_in_front_of_the_scan_is_left_alone(path: Path) -> None:
    """An index that points into what may move is not followed."""
    place = entries(path)[1][1] - path.read_bytes().index(MARKER) - 4
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", place), struct.pack("<I", 9), 1))
    with pytest.raises(NotWritable, match="several pictures"):
        write_label(path, LABEL)


@given(
    payload=st.binary(max_size=80) | st.binary(max_size=60).map(lambda rest: b"MPF\x00MM\x00*\x00\x00\x00\x08" + rest),
    read_at=st.integers(0, 2**20),
    written_at=st.integers(0, 2**20),
)
def test_any_index_is_moved_or_refused(payload: bytes, read_at: int, written_at: int) -> None:
    """No bytes make it raise anything else, and none change its length."""
    index = PictureIndex(payload=payload, read_at=read_at, written_at=written_at)
    with suppress(NotWritable):
        assert len(index.moved(read_at + 100, written_at + 200)) == len(payload)
