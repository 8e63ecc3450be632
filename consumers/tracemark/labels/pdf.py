"""PDF (ISO 32000): the record is the entry `AIGC` of the document information dictionary; contents are copied as they are.

Read, and replaced on writing, are also entries of other names that hold a record, and the document's XMP.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import pikepdf

from tracemark.labels.blocks import MAX_BLOCK_BYTES, inflated
from tracemark.labels.errors import MalformedFile, NotWritable, TooMuchMetadata
from tracemark.labels.records import Record, collected, record_in
from tracemark.labels.xmp import relabelled, xmp_records

__all__ = ["MEDIA_TYPE", "SIGNATURE", "limit_pdf_memory", "read", "write"]

MEDIA_TYPE: Final = "application/pdf"
SIGNATURE: Final = b"%PDF-"

_ENTRY: Final = "/AIGC"
_MAX_ENTRIES: Final = 10_000
_UNPACKED: Final = 64 << 20
_MAX_FIELDS: Final = 100_000
_SIGNED: Final = 0b11
"""Bits of SigFlags: the document has signatures, and it may only be appended to."""


def limit_pdf_memory() -> None:
    """Refuse PDFs whose inner streams unpack to more than 64 MiB. For the whole process: call it once, when a program starts."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_UNPACKED, run_length_max_memory=_UNPACKED, png_max_memory=_UNPACKED
    )


def read(stream: BinaryIO) -> list[Record]:
    """Every record. Raises `MalformedFile`, `TooMuchMetadata`, or `NotWritable` when it needs a password."""
    with _opened(stream) as pdf:
        try:
            packet = _packet(pdf)
            return collected([[*_entries(pdf).values()], [] if packet is None else xmp_records(packet)])
        except (pikepdf.PdfError, UnicodeDecodeError):  # names may be any bytes
            raise _damaged() from None


def write(source: BinaryIO, target: BinaryIO, text: str) -> None:
    """Copy the document with this record as its only one.

    Raises:
        MalformedFile, TooMuchMetadata: As `read` does.
        NotWritable: It is signed or encrypted, which writing would undo.
    """
    with _opened(source, recover=False) as pdf:
        try:
            _refuse_sealed(pdf)
            for name in _entries(pdf):
                del pdf.docinfo[name]
            pdf.docinfo[_ENTRY] = pikepdf.String(text)
            packet = _packet(pdf)
            if packet is not None and xmp_records(packet):
                pdf.Root.Metadata.write(relabelled(packet, None))
            pdf.save(target, linearize=pdf.is_linearized, fix_metadata_version=False)
        except (pikepdf.PdfError, UnicodeDecodeError):  # names may be any bytes
            raise _damaged() from None


def _opened(stream: BinaryIO, *, recover: bool = True) -> pikepdf.Pdf:
    try:
        return pikepdf.open(stream, attempt_recovery=recover)
    except pikepdf.PasswordError:
        raise NotWritable("the PDF needs a password: take the label's copy from before it was encrypted") from None
    except pikepdf.PdfError:
        raise _damaged() from None


def _damaged() -> MalformedFile:
    return MalformedFile("the PDF is damaged: get it again, or repair it with another tool")


def _refuse_sealed(pdf: pikepdf.Pdf) -> None:
    if _signed(pdf):
        raise NotWritable("the PDF is signed, and a label would break the signature: label it before it is signed")
    if pdf.is_encrypted:
        raise NotWritable("the PDF is encrypted, and writing would undo that: label it before it is encrypted")


def _signed(pdf: pikepdf.Pdf) -> bool:
    """By its permissions, by the flags of its form, or by a signature in a field, whatever the flags say."""
    if "/Perms" in pdf.Root:
        return True
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    flags = form.get("/SigFlags", 0)
    return (isinstance(flags, int) and flags & _SIGNED != 0) or any(
        is_signature and "/V" in field for field, is_signature in _fields(form.get("/Fields"))
    )


def _fields(fields: Any) -> Iterator[tuple[pikepdf.Dictionary, bool]]:
    """Every field below these, and whether it is for a signature, by itself or by its parent. Raises `TooMuchMetadata`."""
    pending = [(field, False) for field in _listed(fields)]
    seen: set[tuple[int, int]] = set()
    while pending:
        field, inherited = pending.pop()
        if not isinstance(field, pikepdf.Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen)
        is_signature = field.get("/FT") == pikepdf.Name.Sig if "/FT" in field else inherited
        yield field, is_signature
        pending += [(kid, is_signature) for kid in _listed(field.get("/Kids"))]
        if len(seen) + len(pending) > _MAX_FIELDS:
            raise TooMuchMetadata(f"the PDF has a form of more than {_MAX_FIELDS} fields: look at it by hand")


def _listed(objects: Any) -> Iterator[Any]:
    return iter(objects) if isinstance(objects, pikepdf.Array) else iter(())


def _entries(pdf: pikepdf.Pdf) -> dict[str, Record]:
    """Entries of the information dictionary that hold a record, by name."""
    info = pdf.trailer.get("/Info")
    if not isinstance(info, pikepdf.Dictionary):
        return {}
    if len(info) > _MAX_ENTRIES:
        raise TooMuchMetadata(f"the PDF has more than {_MAX_ENTRIES} entries of information: look at it by hand")
    found: dict[str, Record] = {}
    for name, value in info.items():
        text = str(value) if isinstance(value, pikepdf.String) else ""
        record = record_in("pdf_info", name.removeprefix("/"), text)
        if record is not None:
            found[name] = record
    return found


def _packet(pdf: pikepdf.Pdf) -> bytes | None:
    """The document's XMP, unpacked within the limit."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return None
    raw = stream.read_raw_bytes()
    if len(raw) > MAX_BLOCK_BYTES:
        raise TooMuchMetadata(f"the XMP is larger than {MAX_BLOCK_BYTES >> 20} MiB: look at the file by hand")
    filters = stream.get("/Filter")
    names = (
        [] if filters is None else [str(filters)] if isinstance(filters, pikepdf.Name) else [str(f) for f in filters]
    )
    if not names:
        return raw
    if names != ["/FlateDecode"] or "/DecodeParms" in stream:
        raise MalformedFile("the XMP of the PDF is packed in an unusual way: save it with plain XMP")
    return inflated(raw)
