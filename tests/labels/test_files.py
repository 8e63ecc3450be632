"""Labels in real files: written once, whatever was there, and read back by tools that are not ours."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from support.labelled_files import (
    LABEL,
    NAMES,
    OTHER,
    add_jpeg_segment,
    add_png_chunk,
    content_of,
    exiftool,
    make,
    pdfinfo,
    png_chunk,
    write_with_exiftool,
    xmp,
)
from tracemark.labels import NotWritable, read_labels, write_label

JSON = OTHER.to_json()
XMP_CHUNK = b"XML:com.adobe.xmp" + bytes(5)
ELEMENT = f'<t:AIGC xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0/">{JSON.replace(chr(34), "&quot;")}</t:AIGC>'
ATTRIBUTE = f' xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0/" t:AIGC="{JSON.replace(chr(34), "&quot;")}"'


def shown_records(path: Path) -> list[dict[str, str]]:
    """The seven keys of every record, as ExifTool shows them."""
    shown = exiftool(path)
    found = [value for name, value in shown.items() if "aigc" in name.lower() or '"AIGC"' in str(value)]
    texts = [text for value in found for text in (value if isinstance(value, list) else [value])]
    return [json.loads(text)["AIGC"] for text in texts]


@pytest.mark.parametrize("name", NAMES)
def test_exiftool_reads_the_seven_keys(tmp_path: Path, name: str) -> None:
    """What was written is what ExifTool shows, key by key."""
    path = make(tmp_path, name)
    write_label(path, LABEL)
    assert shown_records(path) == [LABEL.to_dict()]


def test_pdfinfo_reads_the_seven_keys(tmp_path: Path) -> None:
    """What was written is what pdfinfo shows, beside the title that was there."""
    path = make(tmp_path, "paper.pdf")
    write_label(path, LABEL)
    shown = pdfinfo(path)
    assert json.loads(shown["AIGC"]) == {"AIGC": LABEL.to_dict()}
    assert shown["Title"] == "a title"


@pytest.mark.parametrize("packet", [None, xmp()], ids=["bare", "with XMP"])
@pytest.mark.parametrize("name", NAMES)
def test_writing_keeps_everything_else(tmp_path: Path, name: str, packet: bytes | None) -> None:
    """Content, other metadata and the file's mode are those from before."""
    path = make(tmp_path, name, packet=packet)
    path.chmod(0o640)
    content, before = content_of(path), exiftool(path)
    write_label(path, LABEL)
    assert content_of(path) == content
    assert path.stat().st_mode & 0o7777 == 0o640
    after = exiftool(path)
    of_the_file = ("System:", "ExifTool:", "PDF:Linearized", "XMP-x:XMPToolkit")
    lost = {key for key, value in before.items() if after.get(key) != value and not key.startswith(of_the_file)}
    assert not lost


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pixels_of_every_png_mode_stay(tmp_path: Path, mode: str) -> None:
    """Palettes, transparency and depth included, byte for byte."""
    path = tmp_path / "a.png"
    Image.effect_noise((40, 30), 99).convert(mode).save(path, transparency=3 if mode == "P" else None)
    _stays(path)


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}, {"cmyk": True}]
)
def test_pixels_of_every_jpeg_kind_stay(tmp_path: Path, options: dict[str, bool]) -> None:
    """Progressive, restarted and CMYK pictures, byte for byte."""
    path = tmp_path / "a.jpg"
    picture = Image.effect_noise((40, 30), 99).convert("CMYK" if options.pop("cmyk", False) else "RGB")
    saved: dict[str, Any] = {**options}
    picture.save(path, **saved)
    _stays(path)


def test_frames_of_an_animation_stay(tmp_path: Path) -> None:
    """Every frame of an animated PNG."""
    path = tmp_path / "a.png"
    frames = [Image.effect_noise((20, 20), 10 * n).convert("RGB") for n in range(1, 4)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    _stays(path)
    with Image.open(path) as picture:
        assert getattr(picture, "n_frames", 1) == 3


def _stays(path: Path) -> None:
    """The picture is the same bytes, and the file raises no warning of an independent reader."""
    content, picture = content_of(path), path.read_bytes()
    write_label(path, LABEL)
    assert content_of(path) == content
    scan = b"IDAT" if path.suffix == ".png" else b"\xff\xda"
    assert picture[picture.index(scan) :] == (after := path.read_bytes())[after.index(scan) :]
    assert not [key for key in exiftool(path) if "Warning" in key or "Error" in key]


def test_a_labelled_pdf_is_sound(tmp_path: Path) -> None:
    """The document's own checker has nothing to say."""
    path = make(tmp_path, "a.pdf", packet=xmp())
    write_label(path, LABEL)
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("name", NAMES)
def test_overwriting_leaves_one_record(tmp_path: Path, name: str) -> None:
    """Written three times, a file carries one record, the last, and tells which one it replaced."""
    path = make(tmp_path, name)
    assert write_label(path, OTHER).records == ()
    assert [record.values for record in write_label(path, replace(LABEL, label="2")).records] == [OTHER]
    size = path.stat().st_size
    write_label(path, LABEL)
    assert [record.values for record in read_labels(path).records] == [LABEL]
    assert shown_records(path) == [LABEL.to_dict()]
    assert abs(path.stat().st_size - size) < 16


def spoil_png_text(path: Path) -> None:
    add_png_chunk(path, b"tEXt", b"AIGC\x00" + JSON.encode())
    add_png_chunk(path, b"tEXt", b"Comment\x00" + JSON.encode())


def spoil_comment(path: Path) -> None:
    add_jpeg_segment(path, 0xFE, JSON.encode())


def spoil_exif(path: Path) -> None:
    with Image.open(path) as picture:
        exif = picture.getexif()
        exif[0x010E] = JSON
        exif[0x8769] = {0x9286: b"UNICODE\x00" + JSON.encode("utf-16-le")}
        block = exif.tobytes()
    if path.suffix == ".png":
        content = path.read_bytes()
        at = content.index(b"eXIf") - 4
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        path.write_bytes(content[:at] + content[end:])
        add_png_chunk(path, b"eXIf", block.removeprefix(b"Exif\x00\x00"))
    else:
        add_jpeg_segment(path, 0xE1, block)


def spoil_iptc(path: Path) -> None:
    write_with_exiftool(path, f"-IPTC:Caption-Abstract={JSON}", f"-IPTC:SpecialInstructions={JSON}")


@pytest.mark.parametrize(
    ("name", "spoil", "carriers"),
    [
        ("a.png", spoil_png_text, ["png_text", "png_text"]),
        ("a.png", spoil_exif, ["exif", "exif"]),
        ("a.jpg", spoil_exif, ["exif", "exif"]),
        ("a.jpg", spoil_comment, ["jpeg_comment"]),
        ("a.jpg", spoil_iptc, ["iptc", "iptc"]),
    ],
)
def test_records_are_found_and_replaced_wherever_they_stand(
    tmp_path: Path, name: str, spoil: Callable[[Path], None], carriers: list[str]
) -> None:
    """A record in a comment, a text chunk, Exif or IPTC is read, and gone once a label is written."""
    path = make(tmp_path, name)
    spoil(path)
    found = read_labels(path).records
    assert [record.carrier for record in found] == carriers
    assert all(record.fields == OTHER.to_dict() for record in found)
    write_label(path, LABEL)
    assert [record.values for record in read_labels(path).records] == [LABEL]
    assert shown_records(path) == [LABEL.to_dict()]


@pytest.mark.parametrize("packet", [xmp(elements=ELEMENT), xmp(attributes=ATTRIBUTE)], ids=["element", "attribute"])
@pytest.mark.parametrize("name", NAMES)
def test_a_record_in_foreign_xmp_is_replaced(tmp_path: Path, name: str, packet: bytes) -> None:
    """Both spellings of an XMP property are read and replaced; the packet's other properties stay."""
    path = make(tmp_path, name, packet=packet)
    assert [record.values for record in read_labels(path).records] == [OTHER]
    write_label(path, LABEL)
    assert shown_records(path) == [LABEL.to_dict()]
    assert exiftool(path)["XMP-dc:Creator"] == "Ann"
    assert exiftool(path)["XMP-dc:Format"] == "kept"


@pytest.mark.parametrize("behind", [False, True], ids=["in front of the picture", "behind it"])
def test_a_png_has_one_xmp_chunk(tmp_path: Path, *, behind: bool) -> None:
    """The label joins the properties that are there, wherever they stand: readers look at one chunk only."""
    path = make(tmp_path, "a.png", packet=None if behind else xmp())
    if behind:
        content, end = path.read_bytes(), len(png_chunk(b"IEND", b""))
        path.write_bytes(content[:-end] + png_chunk(b"iTXt", XMP_CHUNK + xmp()) + content[-end:])
    validated = exiftool(path, "-validate")["ExifTool:Validate"]
    for _ in range(2):
        write_label(path, LABEL)
        assert path.read_bytes().count(XMP_CHUNK) == 1
        with Image.open(path) as picture:
            picture.load()
            assert all(told in picture.info["xmp"] for told in (b"Ann", LABEL.produce_id.encode()))
        assert exiftool(path, "-validate")["ExifTool:Validate"] == validated


def test_what_stands_behind_the_picture_stays(tmp_path: Path) -> None:
    """Bytes behind the end of a PNG or JPEG, such as a second picture, are copied."""
    for name in ("a.png", "a.jpg"):
        path = make(tmp_path, name)
        path.write_bytes(path.read_bytes() + b"more" * 1000)
        write_label(path, LABEL)
        assert path.read_bytes().endswith(b"more" * 1000)


def signed_by_flags(flags: int) -> Callable[[pikepdf.Pdf], pikepdf.Dictionary]:
    return lambda _: pikepdf.Dictionary(SigFlags=flags, Fields=pikepdf.Array())


def signed_field(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"signature"))
    field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="a signature", V=value))
    return pikepdf.Dictionary(Fields=[field])


def signed_kid(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    """The type stands in the parent, and a loop leads back to it."""
    parent = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="signatures"))
    kid = pikepdf.Dictionary(T="a signature", V=pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=b"signature"))
    parent.Kids = pikepdf.Array([parent, pdf.make_indirect(kid)])
    return pikepdf.Dictionary(SigFlags=0, Fields=[parent])


@pytest.mark.parametrize("form", [signed_by_flags(3), signed_by_flags(1), signed_by_flags(2), signed_field, signed_kid])
def test_a_signed_pdf_is_refused_unchanged(tmp_path: Path, form: Callable[[pikepdf.Pdf], pikepdf.Dictionary]) -> None:
    """A label would break the signature, whatever says that there is one: the error says when to label instead."""
    path = make(tmp_path, "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.AcroForm = form(pdf)
        pdf.save(path)
    assert read_labels(path).records == ()
    _refused(path, "before it is signed")


def test_a_pdf_with_a_form_is_labelled(tmp_path: Path) -> None:
    """A form that nobody signed, with a place for a signature or without, takes a label."""
    path = make(tmp_path, "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        fields = [
            pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name", V="Ann"),
            pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="b"),
        ]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field) for field in fields]))
        pdf.save(path)
    write_label(path, LABEL)
    assert shown_records(path) == [LABEL.to_dict()]


def test_an_encrypted_pdf_is_refused_unchanged(tmp_path: Path) -> None:
    """Neither a readable encrypted file is decrypted on the way, nor one with a password opened."""
    path = make(tmp_path, "a.pdf")
    for user, text in (("", "before it is encrypted"), ("secret", "password")):
        with pikepdf.open(path) as pdf:
            pdf.save(tmp_path / "e.pdf", encryption=pikepdf.Encryption(owner="owner", user=user))
        _refused(tmp_path / "e.pdf", text)


def test_a_picture_with_a_signed_manifest_is_refused_unchanged(tmp_path: Path) -> None:
    """A C2PA manifest covers the whole file: a label would break it."""
    png, jpeg = make(tmp_path, "a.png"), make(tmp_path, "a.jpg")
    add_png_chunk(png, b"caBX", b"jumb")
    add_jpeg_segment(jpeg, 0xEB, b"JP\x00\x01\x00\x00\x00\x01....jumbc2pa")
    for path in (png, jpeg):
        assert read_labels(path).records == ()
        _refused(path, "before it is signed")


def test_a_jpeg_without_room_is_refused_unchanged(tmp_path: Path) -> None:
    """XMP of a JPEG ends at 64 KiB: a label that does not fit is not squeezed in."""
    packet = xmp(elements=f"<dc:source>{'x' * (65_200 - len(xmp()))}</dc:source>")
    _refused(make(tmp_path, "a.jpg", packet=packet), "no room")


def test_a_record_in_extended_xmp_is_read_but_not_replaced(tmp_path: Path) -> None:
    """Extended XMP is put together for reading, in the order of its offsets."""
    path = make(tmp_path, "a.jpg", packet=xmp())
    packet, head = xmp(elements=ELEMENT), b"http://ns.adobe.com/xmp/extension/\x00" + b"A" * 32
    size = len(packet).to_bytes(4, "big")
    for start, end in ((0, 500), (500, len(packet))):  # the second piece ends up in front of the first
        add_jpeg_segment(path, 0xE1, head + size + start.to_bytes(4, "big") + packet[start:end])
    assert [(record.carrier, record.values) for record in read_labels(path).records] == [("xmp_extended", OTHER)]
    _refused(path, "extended XMP")


def test_other_iptc_stays(tmp_path: Path) -> None:
    """Who made the picture stays beside the label, and the digest of the rest is true."""
    path = make(tmp_path, "a.jpg")
    write_with_exiftool(
        path, f"-IPTC:Caption-Abstract={JSON}", "-IPTC:By-line=Ann", "-IPTC:Keywords=sea", "-IPTCDigest=new"
    )
    write_label(path, LABEL)
    shown = exiftool(path)
    assert (shown["IPTC:By-line"], shown["IPTC:Keywords"]) == ("Ann", "sea")
    assert shown["Photoshop:IPTCDigest"] == shown["File:CurrentIPTCDigest"]
    assert shown_records(path) == [LABEL.to_dict()]


def test_a_record_in_iptc_over_two_segments_is_read_but_not_replaced(tmp_path: Path) -> None:
    """Photoshop cuts a long block wherever a segment ends: it is put together for reading."""
    path = make(tmp_path, "a.jpg")
    text = JSON.encode()
    data = b"\x1c\x02\x78" + len(text).to_bytes(2, "big") + text
    block = b"8BIM\x04\x04\x00\x00" + len(data).to_bytes(4, "big") + data
    for piece in (block[100:], block[:100]):  # the second one ends up in front of the first
        add_jpeg_segment(path, 0xED, b"Photoshop 3.0\x00" + piece)
    assert [(record.carrier, record.fields) for record in read_labels(path).records] == [("iptc", OTHER.to_dict())]
    _refused(path, "several segments")


def _refused(path: Path, text: str) -> None:
    before = path.read_bytes()
    beside = set(path.parent.iterdir())
    with pytest.raises(NotWritable, match=text):
        write_label(path, LABEL)
    assert path.read_bytes() == before
    assert set(path.parent.iterdir()) == beside
