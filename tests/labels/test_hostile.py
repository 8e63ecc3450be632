"""Files and metadata that somebody made to break a reader: a verdict or an error of ours, within bounded memory."""

import json
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.labelled_files import (
    EVENT_HASH,
    LABEL,
    NAMES,
    add_jpeg_segment,
    add_png_chunk,
    make,
    png_chunk,
    xmp,
)
from tracemark.labels import (
    AIGC_KEYS,
    Claim,
    LabelError,
    MalformedFile,
    TooMuchMetadata,
    UnsupportedFormat,
    check,
    meaning,
    read_labels,
    write_label,
)
from tracemark.labels.aigc import parse

VALUES = LABEL.to_dict()


def wrapped(**changes: Any) -> str:
    """The record with these values instead."""
    return json.dumps({"AIGC": {**VALUES, **changes}})


def without(key: str, instead: str | None = None) -> str:
    """The record without a key, or with it spelled otherwise."""
    values = {name: value for name, value in VALUES.items() if name != key}
    return json.dumps({"AIGC": values | ({instead: VALUES[key]} if instead else {})})


HOSTILE = {
    "{": "not_json",
    "": "not_json",
    "\x00\x01": "not_json",
    "[" * 10_000: "not_json",
    '{"AIGC":' * 2000: "not_json",
    "9" * 16_000: "not_object",
    "[]": "not_object",
    '{"AIGC": "1"}': "not_object",
    '{"AIGC": null}': "not_object",
    json.dumps({"AIGC": VALUES})[:-1]: "not_json",
    "x" * 20_000: "too_large",
    json.dumps({"aigc": VALUES}): "outer_key_case",
    json.dumps(VALUES): "outer_key_missing",
    json.dumps({"AIGC": VALUES, "more": 1}): "outer_key_unknown",
    json.dumps({"AIGC": VALUES})[:-2] + ',"Label":"2"}}': "duplicate_key",
    wrapped(Label=1): "not_string:Label",
    wrapped(Label="4"): "label_value",
    wrapped(Label=""): "label_value",
    wrapped(ProduceID=["a"]): "not_string:ProduceID",
    wrapped(ReservedCode1=None): "not_string:ReservedCode1",
    wrapped(ContentProducer=""): "empty:ContentProducer",
    wrapped(ContentProducer="某公司"): "characters:ContentProducer",
    wrapped(ProduceID="a b"): "characters:ProduceID",
    wrapped(ProduceID='a"b'): "characters:ProduceID",
    wrapped(ProduceID="a\\b"): "characters:ProduceID",
    wrapped(ProduceID="\ud800"): "characters:ProduceID",
    wrapped(ProduceID="a\n"): "characters:ProduceID",
    wrapped(ProduceID="a" * 257): "too_long:ProduceID",
    wrapped(Extra="a"): "key_unknown",
    without("PropagateID"): "key_missing:PropagateID",
    without("PropagateID", "propagateid"): "key_case:PropagateID",
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.items(), ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["a.png", "a.pdf"])
def test_each_broken_rule_has_its_code(tmp_path: Path, name: str, text: str, code: str) -> None:
    """Whatever stands where a label belongs, the file gets a verdict that names the rule broken, and can be labelled."""
    path = make(tmp_path, name)
    if name == "a.png":
        add_png_chunk(path, b"tEXt", b"AIGC\x00" + text.encode("latin-1", "replace"))
    else:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            pdf.docinfo["/AIGC"] = text.encode("utf-8", "replace").decode()
            pdf.save(path, fix_metadata_version=False)
    found = read_labels(path).records
    verdict = check(found, Claim(event_hash=EVENT_HASH))
    assert verdict.state == "altered"
    assert code in verdict.errors
    assert all(len(error) <= 64 and meaning(error) for error in verdict.errors)
    json.dumps(verdict.to_dict(), ensure_ascii=False).encode()
    write_label(path, LABEL)
    assert [record.values for record in read_labels(path).records] == [LABEL]


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.text() | st.integers() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["AIGC", *AIGC_KEYS]) | st.text(), inner),
    ).map(json.dumps)
)
def test_any_text_parses_to_values_or_codes(text: str) -> None:
    """No text makes the parser raise; it has errors exactly when it has no values."""
    parsed = parse(text)
    assert (parsed.values is None) == bool(parsed.errors)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_a_damaged_file_gives_records_or_our_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Cut anywhere, or with any bytes overwritten, a file is read, or refused by a `LabelError`; never anything else."""
    directory = tmp_path_factory.getbasetemp() / "damaged"
    directory.mkdir(exist_ok=True)
    good = directory / name
    if not good.exists():
        write_label(make(directory, name, packet=xmp()), LABEL)
    content = bytearray(good.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    spoilt = data.draw(st.binary(min_size=1, max_size=40))
    content[at : at + len(spoilt)] = spoilt
    cut = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    path = directory / f"spoilt-{name}"
    path.write_bytes(content[:cut])
    for act in (read_labels, partial(write_label, label=LABEL, output=directory / "out")):
        with suppress(LabelError):
            act(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", UnsupportedFormat),
        (b"GIF89a", UnsupportedFormat),
        (b"\x89PNG\r\n\x1a\n", MalformedFile),
        (b"\xff\xd8\xff", MalformedFile),
        (b"\xff\xd8\xff\xe1\x00\x01", MalformedFile),
        (b"\xff\xd8\xff\xd9", MalformedFile),
        (b"%PDF-1.7\n", MalformedFile),
    ],
)
def test_what_is_no_whole_file_is_refused(tmp_path: Path, content: bytes, kind: type[LabelError]) -> None:
    """Files of another kind, and mere beginnings, are told apart."""
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(kind):
        read_labels(path)


@pytest.mark.parametrize(
    ("packet", "text"),
    [
        (b"<no xml", "well-formed"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"<a>" * 100_000, "well-formed"),
    ],
)
@pytest.mark.parametrize("name", ["a.png", "a.pdf"])
def test_hostile_xmp_is_refused(tmp_path: Path, name: str, packet: bytes, text: str) -> None:
    """Broken, deep and entity-bearing XML is refused by name, never expanded."""
    path = make(tmp_path, name, packet=packet)
    with pytest.raises(MalformedFile, match=text):
        read_labels(path)


@pytest.mark.parametrize("place", ["/Info", "/Metadata", "/FT"])
def test_a_pdf_with_names_of_any_bytes_is_labelled_or_refused(tmp_path: Path, place: str) -> None:
    """Names that are no UTF-8 are no reason for an error of anybody else's."""
    path = make(tmp_path, "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if place == "/Info":
            pdf.docinfo["/Odd"] = "a"
        elif place == "/Metadata":
            pdf.Root.Metadata = pdf.make_stream(xmp())
            pdf.Root.Metadata.Filter = pikepdf.Name.Odd
        else:
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Odd))])
        pdf.save(path, fix_metadata_version=False)
    content = path.read_bytes()
    assert b"/Odd" in content
    path.write_bytes(content.replace(b"/Odd", b"/O\xff\xfe"))
    for act in (read_labels, partial(write_label, label=LABEL)):
        with suppress(MalformedFile):
            act(path)


def bomb_png_text(directory: Path) -> Path:
    path = make(directory, "a.png")
    add_png_chunk(path, b"zTXt", b"AIGC\x00\x00" + zlib.compress(bytes(1 << 30), 9))
    return path


def bomb_png_international(directory: Path) -> Path:
    path = make(directory, "a.png")
    add_png_chunk(path, b"iTXt", b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + zlib.compress(bytes(1 << 30), 9))
    return path


def huge_png_text(directory: Path) -> Path:
    path = make(directory, "a.png")
    content = path.read_bytes()
    with path.open("wb") as stream:
        stream.write(content[:33] + (1 << 30).to_bytes(4, "big") + b"tEXt")
        stream.seek((1 << 30) + 4, 1)
        stream.write(content[33:])
    return path


def bomb_pdf(directory: Path) -> Path:
    path = make(directory, "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.Metadata = pdf.make_stream(b"")
        pdf.Root.Metadata.write(zlib.compress(bytes(1 << 30), 9), filter=pikepdf.Name.FlateDecode)
        pdf.save(path, fix_metadata_version=False)
    return path


def bomb_pdf_references(directory: Path) -> Path:
    packed = zlib.compress(bytes(1 << 30), 9)
    head = b"%PDF-1.5\n1 0 obj\n<</Type/XRef/Size 9/W[1 1 1]/Root 2 0 R/Filter/FlateDecode/Length "
    path = directory / "a.pdf"
    body = head + b"%d" % len(packed) + b">>\nstream\n" + packed + b"\nendstream\nendobj\n"
    path.write_bytes(body + b"startxref\n9\n%%EOF\n")
    return path


def crowded_exif(directory: Path) -> Path:
    entries = b"".join(struct.pack("<HHII", 0x010E, 2, 1 << 20, 8) for _ in range(60_000))
    path = make(directory, "a.png")
    add_png_chunk(path, b"eXIf", b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 60_000) + entries + bytes(1 << 20))
    return path


def crowded_records(directory: Path) -> Path:
    path = make(directory, "a.png")
    content = path.read_bytes()
    path.write_bytes(content[:33] + png_chunk(b"tEXt", b"AIGC\x00{}") * 100_000 + content[33:])
    return path


def long_jpeg_extension(directory: Path) -> Path:
    path = make(directory, "a.jpg")
    for _ in range(80):
        add_jpeg_segment(path, 0xE1, b"http://ns.adobe.com/xmp/extension/\x00" + bytes(60_000))
    return path


BOMBS = [
    bomb_png_text,
    bomb_png_international,
    huge_png_text,
    bomb_pdf,
    bomb_pdf_references,
    crowded_exif,
    crowded_records,
    long_jpeg_extension,
]
READ = """
import resource, sys
from pathlib import Path
from tracemark.labels import LabelError, limit_pdf_memory, read_labels
limit_pdf_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_labels(Path(sys.argv[1]))
except LabelError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("make_bomb", BOMBS)
def test_memory_stays_bounded(tmp_path: Path, make_bomb: Any) -> None:
    """A gigabyte packed into a few bytes, or named a thousand times, is refused before it is unpacked or read."""
    path = make_bomb(tmp_path)
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 256 << 10, done.stderr  # KiB


def test_a_large_picture_is_streamed(tmp_path: Path) -> None:
    """Labelling a picture of 300 MB takes a few megabytes of memory."""
    path = make(tmp_path, "a.png")
    content = path.read_bytes()
    at = content.index(b"IDAT") - 4
    with path.open("wb") as stream:
        stream.write(content[:at])
        stream.write(png_chunk(b"teST", bytes(1 << 20)) * 300)
        stream.write(content[at:])
    write = READ.replace(
        "    read_labels(", "    from tracemark.labels import Aigc, write_label\n    write_label("
    ).replace(
        "(Path(sys.argv[1]))",
        "(Path(sys.argv[1]), Aigc.first(content_producer='A', produce_id='b'))\n    raise LabelError",
    )
    done = subprocess.run([sys.executable, "-c", write, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 64 << 10
    assert len(read_labels(path).records) == 1


def test_too_much_is_its_own_error(tmp_path: Path) -> None:
    """What is refused for its size alone is told from what is broken, for reading and writing."""
    path = bomb_png_text(tmp_path)
    for act in (read_labels, partial(write_label, label=LABEL)):
        with pytest.raises(TooMuchMetadata, match="by hand"):
            act(path)
