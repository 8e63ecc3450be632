"""XMP packets (ISO 16684-1): find, remove and set the property `TC260:AIGC`; everything else stays.

The namespace is the one that implementers of the standard's practice guides use, and that ExifTool shows as `XMP-TC260`.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from tracemark.labels.errors import MalformedFile, TooMuchMetadata
from tracemark.labels.records import Carrier, Record, record_in

__all__ = ["MAX_PACKET_BYTES", "relabelled", "xmp_records"]

_Element = etree._Element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - lxml's type has no public name

MAX_PACKET_BYTES: Final = 4 << 20

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TC260: Final = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_PROPERTY: Final = f"{{{_TC260}}}AIGC"
_ABOUT: Final = f"{{{_RDF}}}about"
_DESCRIPTION: Final = f"{{{_RDF}}}Description"
_EMPTY: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{_RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()


def xmp_records(packet: bytes, carrier: Carrier = "xmp") -> list[Record]:
    """Every record of a packet.

    Raises:
        MalformedFile: It is no XML, or XML with a document type, which XMP forbids.
        TooMuchMetadata: It is larger than `MAX_PACKET_BYTES`.
    """
    return [record for _, _, record in _properties(_parsed(packet), carrier)]


def relabelled(packet: bytes | None, text: str | None) -> bytes:
    """The packet (or a new one) without any record, then with this one, if any. Raises what `xmp_records` does."""
    root = _parsed(packet or _EMPTY)
    for element, attribute, _ in list(_properties(root, "xmp")):
        if attribute is not None:
            del element.attrib[attribute]
        elif (parent := element.getparent()) is not None:
            parent.remove(element)
    if text is not None:
        etree.SubElement(_description(root), _PROPERTY, nsmap={"TC260": _TC260}).text = text
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=False)


def _parsed(packet: bytes) -> _Element:
    if len(packet) > MAX_PACKET_BYTES:
        raise TooMuchMetadata(f"the XMP packet is larger than {MAX_PACKET_BYTES >> 20} MiB: look at the file by hand")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packet.strip(b"\x00 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise MalformedFile("the XMP packet is no well-formed XML: make the file anew, or remove the packet") from None
    if root.getroottree().docinfo.doctype:
        raise MalformedFile("the XMP packet declares a document type, which XMP forbids: remove the packet")
    return root


def _properties(root: _Element, carrier: Carrier) -> Iterator[tuple[_Element, str | None, Record]]:
    """Elements (or attributes of elements) that hold a record; what stands inside one is part of it."""
    pending = [root]
    while pending:
        element = pending.pop()
        if not isinstance(element.tag, str):
            continue  # a comment or processing instruction
        text = "".join(str(piece) for piece in element.itertext()) if _is_leaf(element) else ""
        record = record_in(carrier, _local(element.tag), text)
        if record is not None:
            yield element, None, record
            continue
        for name, value in element.attrib.items():
            record = record_in(carrier, _local(str(name)), str(value))
            if record is not None and not str(name).startswith(f"{{{_RDF}}}"):
                yield element, str(name), record
        pending.extend(reversed(list(element)))


def _is_leaf(element: _Element) -> bool:
    """Only values are read as text: of a container that would be the text of every property."""
    return "AIGC" in _local(str(element.tag)).upper() or not len(element)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _description(root: _Element) -> _Element:
    """A new description of the file itself, so that nobody's element is touched."""
    rdf = root if root.tag == f"{{{_RDF}}}RDF" else root.find(f".//{{{_RDF}}}RDF")
    if rdf is None:
        raise MalformedFile("the XMP packet holds no rdf:RDF: remove the packet")
    present = rdf.find(_DESCRIPTION)
    about = "" if present is None else str(present.get(_ABOUT, ""))
    for description in rdf.findall(_DESCRIPTION):
        if not len(description) and all(str(name).startswith(f"{{{_RDF}}}") for name in description.attrib):
            return description  # what removing a record has emptied
    return etree.SubElement(rdf, _DESCRIPTION, {_ABOUT: about})
