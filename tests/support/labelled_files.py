"""Real PNG, JPEG and PDF files with metadata of their own, and the independent tools that read labels back."""

import json
import os
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tracemark.labels import Aigc

EVENT_HASH = bytes(range(32))
LABEL = Aigc.first(
    content_producer="001191110108MA01ABCDEF1M0001", produce_id="c-2026:1", reserved_code1=EVENT_HASH.hex()
)
OTHER = Aigc.first(content_producer="OTHER", produce_id="x-1", reserved_code1="ff" * 32)
NAMES = ("picture.png", "picture.jpg", "paper.pdf")
XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="kept"{attributes}><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li>'
    '</rdf:Seq></dc:creator>{elements}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def xmp(elements: str = "", attributes: str = "") -> bytes:
    """A packet that says who made the file, and these properties."""
    return XMP.format(elements=elements, attributes=attributes).encode()


def make(directory: Path, name: str, *, packet: bytes | None = None) -> Path:
    """A file of this name's kind, with a title or camera of its own."""
    path = directory / name
    if path.suffix == ".pdf":
        _make_pdf(path, packet)
        return path
    picture = Image.effect_noise((61, 37), 90).convert("RGB")
    exif = picture.getexif()
    exif[0x010F] = "Camera & Co"
    exif[0x0112] = 6
    if path.suffix == ".png":
        texts = PngInfo()
        texts.add_text("Title", "a title")
        if packet is not None:
            texts.add_itxt("XML:com.adobe.xmp", packet.decode())
        picture.save(path, pnginfo=texts, exif=exif, dpi=(300, 300))
    else:
        more: dict[str, Any] = {} if packet is None else {"xmp": packet}
        picture.save(path, quality=83, exif=exif, comment=b"a comment", **more)
    return path


def _make_pdf(path: Path, packet: bytes | None) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(b"0 0 m 100 100 l S")
        pdf.docinfo["/Title"] = "a title"
        if packet is not None:
            pdf.Root.Metadata = pdf.make_stream(packet, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        pdf.save(path, fix_metadata_version=False)


def content_of(path: Path) -> Any:
    """What people see of a file, to compare: pixels, or the drawing of a page."""
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            return [page.Contents.read_bytes() for page in pdf.pages]
    with Image.open(path) as picture:
        return picture.mode, picture.size, picture.tobytes()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def add_png_chunk(path: Path, kind: bytes, data: bytes) -> None:
    """Put a chunk behind the header of a PNG."""
    content = path.read_bytes()
    path.write_bytes(content[:33] + png_chunk(kind, data) + content[33:])


def add_jpeg_segment(path: Path, marker: int, payload: bytes) -> None:
    """Put a segment in front of all others of a JPEG."""
    content = path.read_bytes()
    segment = bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload
    path.write_bytes(content[:2] + segment + content[2:])


def exiftool(path: Path, *options: str) -> dict[str, Any]:
    """Everything that ExifTool shows, several values of one tag as a list: `Group:Tag` to value."""
    _need("exiftool", "libimage-exiftool-perl")
    command = ["exiftool", "-j", "-G1", "-a", "-s", *options, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)[0]
    return shown


def write_with_exiftool(path: Path, *tags: str) -> None:
    """Let ExifTool write these, each as `-Group:Tag=value`."""
    _need("exiftool", "libimage-exiftool-perl")
    subprocess.run(["exiftool", "-q", "-overwrite_original", *tags, str(path)], check=True)


def pdfinfo(path: Path) -> dict[str, str]:
    """Everything that pdfinfo shows of the document information."""
    _need("pdfinfo", "poppler-utils")
    done = subprocess.run(["pdfinfo", "-custom", str(path)], capture_output=True, text=True, check=True)
    pairs = (line.partition(":") for line in done.stdout.splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _need(command: str, package: str) -> None:
    """Skip, unless `TRACEMARK_REQUIRE_TOOLS=1` says that the tools must be there."""
    if shutil.which(command) is None:
        reason = f"{command} is missing: install the Debian package {package}"
        if os.environ.get("TRACEMARK_REQUIRE_TOOLS") == "1":
            pytest.fail(f"TRACEMARK_REQUIRE_TOOLS=1, but {reason}")
        pytest.skip(reason)
