"""Every label of a file: which container it is by its bytes, which readers can look into it, and what they say."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from similarity.phrases import Phrase, phrase
from similarity.provenance.aigc_label import aigc_reading
from similarity.provenance.avi import look_through_avi
from similarity.provenance.c2pa_reading import c2pa_reading
from similarity.provenance.encoder_tags import LookedByLibrary, look_through_library
from similarity.provenance.flv import look_through_flv
from similarity.provenance.found import Found, Looked
from similarity.provenance.matroska import look_through_matroska
from similarity.provenance.mp4 import look_through_mp4
from similarity.provenance.pictures import LookedAtPicture, look_through_picture
from similarity.provenance.values import KINDS, LabelField, LabelKind, LabelReading, LabelState
from similarity.provenance.xmp import XmpPacket, read_packet

__all__ = ["read_labels"]

_Container = Literal["mp4", "mov", "matroska", "avi", "flv", "picture", "heic", "other"]

_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_STARTS: tuple[tuple[int, tuple[bytes, ...], _Container], ...] = (
    (4, (b"ftypavif", b"ftypavis"), "picture"),
    (4, tuple(b"ftyp" + brand for brand in _HEIC_BRANDS), "heic"),
    (4, (b"ftypqt  ",), "mov"),
    (4, (b"ftyp",), "mp4"),
    (4, _QUICKTIME_BOXES, "mov"),
    (0, (b"\x1a\x45\xdf\xa3",), "matroska"),
    (8, (b"AVI ",), "avi"),
    (8, (b"WEBP",), "picture"),
    (0, (b"FLV",), "flv"),
    (0, (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\0", b"MM\0*", b"BM"), "picture"),
)
"""Where in the first bytes, which of them, and what container they open; the first that fits counts."""
_AIGC_PLACES: dict[_Container, str] = {
    "mp4": "moov.udta.meta keys and ilst; XMP",
    "mov": "moov.udta.meta keys and ilst; XMP",
    "matroska": "Segment.Tags.Tag.SimpleTag",
    "avi": "LIST INFO; XMP",
    "flv": "onMetaData; XMP",
    "picture": "XMP; text chunks",
}
_XMP_PLACES: dict[_Container, str] = {
    "mp4": "uuid boxes; moov.udta.XMP_",
    "mov": "uuid boxes; moov.udta.XMP_",
    "avi": "_PMX chunk",
    "flv": "onXMPData.liveXML",
    "picture": "XMP",
}
_ENCODER_PLACE = "tags of the container and its streams; first pictures of the stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the readers of one file brought home."""

    container: _Container
    looked: Looked
    """By this product's own walk, or Pillow; empty where neither knows the container."""
    library: LookedByLibrary | None
    """By FFmpeg; None for pictures."""
    packets: tuple[tuple[Found, XmpPacket], ...]


def read_labels(path: Path, *, trust_list_pem: str | None = None) -> tuple[LabelReading, ...]:
    """What a file says of its own origin: one reading per kind, in the order of `KINDS`.

    A file that can't be read gives `unreadable` readings with the reason; nothing is fetched from a network.

    Args:
        path: a video or a still picture.
        trust_list_pem: certificates of C2PA trust anchors, PEM; None leaves trust unchecked, and the reading says so.

    Raises:
        AccessError: the trust list holds no certificate.
    """
    reason = _why_not(path)
    if reason is None:
        try:
            seen = _look(path)
        except OSError as error:
            reason = phrase("the file can't be read: {reason}", reason=str(error.strerror or error))
        else:
            return (
                _c2pa(path, seen, trust_list_pem),
                _aigc(seen),
                _xmp(seen),
                _exif(seen),
                _encoder(seen),
            )
    return tuple(LabelReading(kind=kind, state="unreadable", place="", fields=(), problems=(reason,)) for kind in KINDS)


def _why_not(path: Path) -> Phrase | None:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return phrase("the file can't be read: {reason}", reason=reason)
    if not stat.S_ISREG(status.st_mode):
        return phrase("is no regular file")
    return None if status.st_size else phrase("the file is empty")


def _look(path: Path) -> _Seen:
    with path.open("rb") as file:
        container = _container_of(file.read(16))
        num_bytes = path.stat().st_size
        file.seek(0)
        looked: Looked
        match container:
            case "mp4" | "mov":
                looked = look_through_mp4(file, num_bytes)
            case "matroska":
                looked = look_through_matroska(file, num_bytes)
            case "avi":
                looked = look_through_avi(file, num_bytes)
            case "flv":
                looked = look_through_flv(file, num_bytes)
            case "picture":
                looked = look_through_picture(file)
            case _:
                looked = Looked()
    library = None
    if looked.is_too_large_for_ffmpeg:
        cut_off = phrase("the tags are cut off or too large, and are not given to FFmpeg")
        library = LookedByLibrary(problems=[cut_off])
    elif container not in {"picture", "heic"}:
        library = look_through_library(path)
    packets = tuple((found, read_packet(found)) for found in looked.found if found.kind == "xmp")
    return _Seen(container=container, looked=looked, library=library, packets=packets)


def _container_of(head: bytes) -> _Container:
    """By the first bytes, never by the name of the file."""
    return next((container for at, starts, container in _STARTS if head[at:].startswith(starts)), "other")


def _c2pa(path: Path, seen: _Seen, trust_list_pem: str | None) -> LabelReading:
    """No manifest in a file that could not be looked through to its end is not the same as none."""
    container: str = "HEIC" if seen.container == "heic" else seen.container
    if isinstance(seen.looked, LookedAtPicture):
        container = seen.looked.format
    read = c2pa_reading(path, container, trust_list_pem=trust_list_pem)
    if read.state == "absent" and seen.looked.problems:
        return replace(read, state="unreadable", problems=tuple(seen.looked.problems))
    return read


def _knows_xmp(seen: _Seen) -> bool:
    if isinstance(seen.looked, LookedAtPicture):
        return seen.looked.has_xmp_place or not seen.looked.format
    return seen.container in _XMP_PLACES


def _aigc(seen: _Seen) -> LabelReading:
    """Labels of the walk, of XMP, and those that FFmpeg alone sees."""
    found = [one for one in seen.looked.found if one.kind == "aigc"]
    problems = [*seen.looked.problems]
    for packet_at, packet in seen.packets:
        for value in packet.aigc:
            content = value.encode("utf-8", "replace")
            place = f"XMP TC260:AIGC ({packet_at.place})"
            found.append(Found(kind="aigc", place=place, content=content, num_bytes=len(content)))
        if packet.problems:
            problems += packet.problems
            if packet.names_aigc and not packet.aigc:
                found.append(_packet_as_label(packet_at))
    if seen.library is not None and not found:
        found += seen.library.found
        problems += seen.library.problems if seen.container == "other" else ()
    if seen.container in {"other", "heic"} or (isinstance(seen.looked, LookedAtPicture) and not _knows_xmp(seen)):
        problems.append(phrase("this reader knows no place for the label in this container"))
    place = _AIGC_PLACES.get(seen.container, "")
    return aigc_reading(found, looked_at=place, problems=problems, limits=seen.looked.limits)


def _packet_as_label(packet: Found) -> Found:
    """A packet that names the label's namespace and does not parse, to be shown as the damaged label that it is."""
    return Found(kind="aigc", place=f"XMP ({packet.place})", content=packet.content, num_bytes=packet.num_bytes)


def _xmp(seen: _Seen) -> LabelReading:
    place = _XMP_PLACES.get(seen.container, "")
    if not _knows_xmp(seen):
        return _unreadable("xmp", phrase("this reader knows no place for XMP in this container"))
    faults = [problem for _, packet in seen.packets for problem in packet.problems]
    fields = [field for _, packet in seen.packets for field in packet.fields]
    limits = [limit for _, packet in seen.packets for limit in packet.limits]
    problems = [*faults, *seen.looked.problems]
    state: LabelState = "damaged" if faults else "present"
    if not seen.packets:
        state = "unreadable" if problems else "absent"
    return LabelReading(
        kind="xmp",
        state=state,
        place="; ".join(found.place for found, _ in seen.packets) or place,
        fields=tuple(fields),
        problems=tuple(problems),
        limits=(*limits, *seen.looked.limits),
    )


def _exif(seen: _Seen) -> LabelReading:
    looked = seen.looked
    if not isinstance(looked, LookedAtPicture):
        reason = phrase("this reader looks for EXIF in still pictures alone, and not in HEIC")
        return _unreadable("exif", reason)
    if not looked.format:
        return _unreadable("exif", *looked.problems)
    state: LabelState = "damaged" if looked.exif_problems else "present" if looked.exif else "absent"
    return LabelReading(
        kind="exif", state=state, place="EXIF", fields=tuple(looked.exif), problems=tuple(looked.exif_problems)
    )


def _encoder(seen: _Seen) -> LabelReading:
    by_library = seen.library or LookedByLibrary()
    is_read_twice = seen.container == "flv" and seen.looked.tags  # FFmpeg's reading of the same properties
    by_ffmpeg = [one for one in by_library.reads if not (is_read_twice and one.name.startswith("format."))]
    fields: Sequence[LabelField] = (*seen.looked.tags, *by_ffmpeg)
    problems = (*by_library.problems, *(seen.looked.problems if seen.library is None else ()))
    if seen.container == "heic":
        return _unreadable("encoder", phrase("this reader does not open HEIC"))
    place = "text chunks and comments" if seen.container == "picture" else _ENCODER_PLACE
    state: LabelState = "present" if fields else "unreadable" if problems else "absent"
    return LabelReading(
        kind="encoder",
        state=state,
        place=place,
        fields=tuple(fields),
        problems=problems,
        limits=tuple(by_library.limits),
    )


def _unreadable(kind: LabelKind, *reasons: Phrase) -> LabelReading:
    return LabelReading(kind=kind, state="unreadable", place="", fields=(), problems=reasons)
