"""Small media files, damaged in the ways in which an attacker damages them; the same ones for the same seed."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from support.footage import moving_pattern, write_gif, write_still, write_video

BOXES = (b"ftyp", b"moov", b"mvhd", b"trak", b"tkhd", b"mdia", b"mdhd", b"minf", b"stbl", b"stsd", b"stts", b"stsc")
BOXES += (b"stsz", b"stco", b"ctts", b"avc1", b"avcC", b"mdat", b"hdlr", b"elst", b"udta", b"IHDR", b"IDAT")


def bases(folder: Path) -> list[Path]:
    """Whole files of several forms."""
    folder.mkdir(parents=True, exist_ok=True)
    films = {
        "h264.mp4": {},
        "h264.mkv": {},
        "mpeg4.avi": {"codec": "mpeg4"},
        "vp9.webm": {"codec": "libvpx-vp9"},
        "mjpeg.mov": {"codec": "mjpeg"},
    }
    made = [write_video(folder / name, moving_pattern(10, 96, 64), **more) for name, more in films.items()]
    picture = moving_pattern(1, 96, 64)[0]
    made += [write_still(folder / name, picture) for name in ("still.png", "still.jpg", "still.webp")]
    return [*made, write_gif(folder / "moving.gif", moving_pattern(4, 96, 64))]


def _flipped(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 16, 256))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _flipped_head(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 16))):
        content[chance.randrange(min(512, len(content)))] ^= 1 << chance.randrange(8)


def _cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(1, len(content)) :]


def _cut_out(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    del content[start : start + chance.choice((1, 16, 1000))]


def _repeated(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    piece = content[start : start + chance.choice((8, 64, 1024))]
    content[start:start] = piece * chance.choice((2, 100, 1000))


def _other_lengths(content: bytearray, chance: random.Random) -> None:
    """Sizes before the names of boxes: none, all, one that is negative, one beyond the end."""
    places = [place for name in BOXES if (place := content.find(name)) >= 4]
    for place in chance.sample(places, min(len(places), chance.choice((1, 2, 5)))):
        length = chance.choice((0, 1, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.randrange(1 << 32)))
        content[place - 4 : place] = struct.pack(">I", length)
    if not places:
        _flipped_head(content, chance)


def _huge_numbers(content: bytearray, chance: random.Random) -> None:
    """Widths, heights, counts: runs of bytes in the first part that say as much as they can."""
    for _ in range(chance.choice((1, 3, 8))):
        start = chance.randrange(min(2000, len(content)))
        content[start : start + chance.choice((2, 4, 8))] = b"\xff" * chance.choice((2, 4, 8))


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flipped,
    _flipped_head,
    _cut,
    _cut_out,
    _repeated,
    _other_lengths,
    _huge_numbers,
)


def mutated(whole: list[Path], folder: Path, number: int, *, seed: int = 0) -> Iterator[tuple[str, Path]]:
    """Damaged files, one at a time: how, and where it lies until the next is asked for.

    Args:
        whole: files that are damaged, each in every way in turn.
        folder: where they are written.
        number: how many.
        seed: of everything that is drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for one in range(number):
        chance = random.Random(f"{seed} {one}")
        base = whole[one % len(whole)]
        mutation = MUTATIONS[one // len(whole) % len(MUTATIONS)]
        content = bytearray(base.read_bytes())
        mutation(content, chance)
        path = folder / f"{one}{base.suffix}"
        path.write_bytes(content)
        yield f"{mutation.__name__.strip('_')} {base.name}", path
        path.unlink(missing_ok=True)
