"""Reading XMP packets: the properties that speak of origin, and the `AIGC` label of GB 45438-2025.

Packets after the XMP Specification Part 1 (ISO 16684-1:2019) section 7: RDF/XML whose properties are elements or
attributes of `rdf:Description`.  A packet needs no document type; one that declares one, and with it entities that
could grow without bound, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from similarity.phrases import Phrase, phrase
from similarity.provenance.found import Found, quoted
from similarity.provenance.values import LabelField

__all__ = ["AIGC_NAMESPACE", "XmpPacket", "read_packet"]

AIGC_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
"""Namespace of the property `AIGC` (TC260 practice guides on GB 45438-2025)."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIXES = {
    AIGC_NAMESPACE: "TC260",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.google.com/photos/1.0/container/": "Container",
}
_MAX_DEPTH = 64
_MAX_PROPERTIES = 256
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"


@dataclass(slots=True, kw_only=True)
class XmpPacket:
    """What one packet holds."""

    fields: list[LabelField] = field(default_factory=list)
    """Properties with text, named with their usual prefixes, in the order of the packet."""
    aigc: list[str] = field(default_factory=list)
    """Values of `TC260:AIGC`."""
    problems: list[Phrase] = field(default_factory=list)
    """Why the packet, or the rest of it, does not parse."""
    limits: list[Phrase] = field(default_factory=list)
    """What was left out."""
    names_aigc: bool = False
    """Whether the bytes name the AIGC namespace, whether or not they parse."""


class _RefusedError(ValueError):
    """The packet asks for something that no packet needs."""


class _Properties:
    """Receives the events of the XML parser."""

    def __init__(self, packet: XmpPacket) -> None:
        self.packet = packet
        self.path: list[str] = []
        self.text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= _MAX_DEPTH:
            raise _RefusedError(phrase("elements are nested deeper than {depth}", depth=_MAX_DEPTH))
        self.path.append(name)
        self.text = []
        for key, value in attributes.items():
            if key != _LANGUAGE and not key.startswith(f"{_RDF} ") and " " in key:
                self.keep(key, value)
            elif key == f"{_RDF} resource":
                self.keep(self.property_name(), value)

    def characters(self, text: str) -> None:
        self.text.append(text)

    def end(self, _name: str) -> None:
        value = "".join(self.text).strip()
        if value:
            self.keep(self.property_name(), value)
        self.text = []
        self.path.pop()

    def property_name(self) -> str:
        """The nearest element that is no part of RDF itself: `rdf:Seq` and `rdf:li` hold a property's values."""
        return next((name for name in reversed(self.path) if not name.startswith(f"{_RDF} ")), "")

    def keep(self, name: str, value: str) -> None:
        namespace, _, local = name.rpartition(" ")
        if (namespace, local) == (AIGC_NAMESPACE, "AIGC"):
            self.packet.aigc.append(value)
        if len(self.packet.fields) >= _MAX_PROPERTIES:
            note = phrase("only the first {number} properties are quoted", number=_MAX_PROPERTIES)
            if note not in self.packet.limits:
                self.packet.limits.append(note)
            return
        prefix = _PREFIXES.get(namespace, namespace)
        self.packet.fields.append(LabelField(name=quoted(f"{prefix}:{local}"), value=quoted(value)))


def read_packet(found: Found) -> XmpPacket:
    """Properties of a packet; what stood before the first fault is kept, the fault is said."""
    from xml.parsers import expat

    packet = XmpPacket(names_aigc=AIGC_NAMESPACE.encode() in found.content)
    if found.is_cut:
        packet.problems.append(found.cut_note)
    properties = _Properties(packet)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = properties.start
    parser.EndElementHandler = properties.end
    parser.CharacterDataHandler = properties.characters
    parser.StartDoctypeDeclHandler = _refuse_document_type
    content = found.content
    if b"\0" not in content[:4]:  # zeros may fill up the place of a packet; those of UTF-16 belong to it
        content = content.rstrip(b"\0 \t\r\n").lstrip(b" \t\r\n")
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the parser takes it by position alone
    except (expat.ExpatError, _RefusedError, ValueError, LookupError) as error:
        reason = error.args[0] if isinstance(error, _RefusedError) else str(error)
        packet.problems.append(phrase("{place}: the packet does not parse: {reason}", place=found.place, reason=reason))
    if any(one.name == "xmpNote:HasExtendedXMP" for one in packet.fields):
        packet.limits.append(
            phrase(
                "{place}: the packet names an extended one, which this reader does not join to it", place=found.place
            )
        )
    return packet


def _refuse_document_type(*_: object) -> None:
    raise _RefusedError(phrase("it declares a document type, which may hold entities that grow without bound"))
