"""Labels in still pictures, read with Pillow: XMP packets, EXIF, and text chunks of writing programs.

Places as Pillow knows them: XMP in JPEG APP1, PNG `iTXt` with the keyword `XML:com.adobe.xmp`, WebP `XMP `, AVIF items
and TIFF tag 700 (XMP Specification Part 3, tables for these formats); EXIF after CIPA DC-008 (Exif 3.0) section 4.6.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from similarity.phrases import Phrase, phrase
from similarity.provenance.found import Looked, quoted
from similarity.provenance.values import LabelField

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["PICTURE_FORMATS", "LookedAtPicture", "look_through_picture"]

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP")
"""Formats that are opened, by Pillow's names."""
_XMP_PLACES = {
    "JPEG": "APP1 XMP",
    "PNG": "iTXt XML:com.adobe.xmp",
    "WEBP": "XMP chunk",
    "TIFF": "tag 700",
    "AVIF": "XMP item",
}
_TIFF_XMP_TAG = 700
_EXIF_IFD = 0x8769
_EXIF_NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x013B: "Artist",
    0x013C: "HostComputer",
    0x8298: "Copyright",
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    0x9286: "UserComment",
    0xA420: "ImageUniqueID",
    0xA430: "CameraOwnerName",
    0xA431: "BodySerialNumber",
    0xA433: "LensMake",
    0xA434: "LensModel",
}
_COMMENT_CODES = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16"}
_MAX_TEXTS = 64
_MAX_PIXELS = 100_000_000
_FAULTS = (
    OSError,
    EOFError,
    ValueError,
    ArithmeticError,
    SyntaxError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on files that are not what they say."""


@dataclass(slots=True, kw_only=True)
class LookedAtPicture(Looked):
    """A picture's labels, with its EXIF."""

    format: str = ""
    """Pillow's name of the format; empty where it could not be opened."""
    has_xmp_place: bool = False
    """Whether this reader knows where XMP stands in the format."""
    exif: list[LabelField] = field(default_factory=list)
    """EXIF tags that speak of origin."""
    exif_problems: list[Phrase] = field(default_factory=list)
    """Why EXIF that is there does not parse."""


def look_through_picture(file: BinaryIO) -> LookedAtPicture:
    """Labels of a picture; an unknown or broken file gives a problem."""
    from PIL import Image

    looked = LookedAtPicture()
    with warnings.catch_warnings(record=True, action="always") as warned:
        try:
            with Image.open(file, formats=PICTURE_FORMATS) as image:
                looked.format = image.format or ""
                _read(image, looked)
        except (*_FAULTS, Image.DecompressionBombError) as error:
            looked.problem(phrase("Pillow can't open it as a picture: {reason}", reason=quoted(str(error))))
    if any("exif" in str(one.message).lower() for one in warned):
        looked.exif_problems.append(phrase("the EXIF data is damaged; what could be read of it is shown"))
    return looked


def _read(image: Image.Image, looked: LookedAtPicture) -> None:
    if image.format == "PNG" and image.width * image.height > _MAX_PIXELS:
        looked.problem(
            phrase("has more than {number} pixels: what stands behind them was not looked at", number=_MAX_PIXELS)
        )
    elif image.format == "PNG":
        try:
            image.load()  # texts may stand behind the pixels
        except (*_FAULTS, MemoryError) as error:
            looked.problem(
                phrase("what stands behind the pixels could not be read: {reason}", reason=quoted(str(error)))
            )
    content = image.info.get("xmp")
    if content is None and image.format == "TIFF":
        content = getattr(image, "tag_v2", {}).get(_TIFF_XMP_TAG)
    place = _XMP_PLACES.get(image.format or "", "")
    if isinstance(content, bytes | str):
        looked.add("xmp", place, content.encode("utf-8", "replace") if isinstance(content, str) else content)
    looked.has_xmp_place = bool(place)
    _read_exif(image, looked)
    _read_texts(image, looked)


def _read_exif(image: Image.Image, looked: LookedAtPicture) -> None:
    try:
        exif = image.getexif()
        tags = dict(exif) | exif.get_ifd(_EXIF_IFD)
    except _FAULTS as error:
        looked.exif_problems.append(phrase("the EXIF data does not parse: {reason}", reason=quoted(str(error))))
        return
    for number, name in _EXIF_NAMES.items():
        if number in tags:
            looked.exif.append(LabelField(name=name, value=quoted(_exif_text(tags[number]))))


def _exif_text(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    code = _COMMENT_CODES.get(value[:8])
    text = value[8:] if code is not None or value[:8] == bytes(8) else value
    return text.decode(code or "utf-8", "replace").rstrip("\0 ")


def _read_texts(image: Image.Image, looked: LookedAtPicture) -> None:
    """Texts beside the picture: many generators write their settings there; one called AIGC is a label."""
    texts = [(key, value) for key, value in image.info.items() if isinstance(key, str)]
    for key, value in texts:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) and key == "comment" else value
        if not isinstance(text, str) or key == "XML:com.adobe.xmp" or len(looked.tags) >= _MAX_TEXTS:
            continue
        if key == "AIGC":
            looked.add("aigc", f"{image.format} text AIGC", text.encode("utf-8", "replace"))
        elif image.format == "PNG" or key == "comment":
            looked.tags.append(LabelField(name=f"{image.format} text {quoted(key[:80])}", value=quoted(text)))
