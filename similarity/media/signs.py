"""What a file is, from its first bytes: whether a reader could see pictures or hear sound in it."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["has_media_sign"]

_NUM_BYTES = 4096
_PACKET_BYTES = 188
"""Of an MPEG transport stream; Blu-ray puts four bytes before each."""
_NUM_PACKETS = 5
_SIGNS = re.compile(
    rb"""
      \xff\xd8\xff | \x89PNG\r\n\x1a\n | GIF8[79]a | II\*\0 | MM\0\*            # JPEG, PNG, GIF, TIFF
    | RIFF....(WEBP|AVI\x20|WAVE) | BM....\0\0\0\0                              # WebP, AVI, WAV, Windows bitmap
    | OggS | fLaC | ID3[\2-\4] | FORM....AIF[FC]                                # Ogg, FLAC, MP3, AIFF
    | \0\0\0\x0cjP\x20\x20\r\n\x87\n | \xff\x4f\xff\x51                      # JPEG 2000
    | 8BPS\0\x01 | qoif | P[1-6]\s+\d                                           # Photoshop, QOI, Netpbm
    | ....(moov|mdat|wide|free|skip|pnot)                                       # QuickTime before `ftyp` came
    | \x1a\x45\xdf\xa3 | \x30\x26\xb2\x75\x8e\x66\xcf\x11 | FLV\x01 | \.RMF     # Matroska, ASF, Flash, RealMedia
    | \0\0\x01[\xb3\xba] | \x06\x0e\x2b\x34\x02\x05\x01\x01 | YUV4MPEG2 | DKIF  # MPEG-1/2, MXF, raw video, IVF
    """,
    re.VERBOSE | re.DOTALL,
)
_BRANDS_NOT_READ = frozenset({b"M4P ", b"crx "})
"""Protected sound, and raw pictures of Canon cameras."""


def has_media_sign(path: Path) -> bool:
    """Whether a file begins as one that holds pictures or sound; False where it can't be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_NUM_BYTES)
    except OSError:
        return False
    if head[4:8] == b"ftyp":
        return head[8:12] not in _BRANDS_NOT_READ
    return bool(_SIGNS.match(head)) or _is_transport_stream(head)


def _is_transport_stream(head: bytes) -> bool:
    """Whether five packets begin with the sync byte one after the other, wherever the first begins."""
    for step in (_PACKET_BYTES, _PACKET_BYTES + 4):
        for first in range(step):
            syncs = head[first::step][:_NUM_PACKETS]
            if syncs == b"G" * _NUM_PACKETS:
                return True
    return False
