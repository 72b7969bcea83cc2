"""Stills put together of tiles, as phones write them: boxes of ISO/IEC 23008-12 around pictures that Pillow coded."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

__all__ = ["write_avif_of_tiles", "write_heic_of_tiles"]


def box(kind: bytes, *content: bytes, version: int | None = None, flags: int = 0) -> bytes:
    """A box; a full box where it has a version."""
    head = b"" if version is None else bytes([version]) + flags.to_bytes(3, "big")
    body = head + b"".join(content)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def number(value: int, num_bytes: int) -> bytes:
    """Big-endian."""
    return value.to_bytes(num_bytes, "big")


def write_avif_of_tiles(path: Path, picture: np.ndarray, *, rows: int, columns: int) -> Path:
    """A picture cut into equal tiles, each coded alone, with a `grid` item that puts them together."""
    tiles = [
        _coded(tile) for band in np.split(picture, rows) for tile in np.split(np.ascontiguousarray(band), columns, 1)
    ]
    config, height, width = tiles[0][0], picture.shape[0], picture.shape[1]
    return _written(path, b"avif", b"av01", [data for _, data in tiles], config, grid=(rows, columns, width, height))


def write_heic_of_tiles(path: Path) -> Path:
    """The boxes of a HEIC of 2 x 2 tiles, without pictures in them."""
    return _written(path, b"heic", b"hvc1", [bytes(64)] * 4, box(b"hvcC", bytes(23)), grid=(2, 2, 128, 128))


def _coded(tile: np.ndarray) -> tuple[bytes, bytes]:
    """Configuration box and data of a picture that Pillow codes as AVIF."""
    out = io.BytesIO()
    Image.fromarray(tile).save(out, "AVIF", quality=90, subsampling="4:4:4")
    content = out.getvalue()
    at = content.index(b"av1C") - 4
    data = content.index(b"mdat") + 4
    return content[at : at + int.from_bytes(content[at : at + 4], "big")], content[data:]


def _written(
    path: Path, brand: bytes, item_type: bytes, data: list[bytes], config: bytes, *, grid: tuple[int, int, int, int]
) -> Path:
    rows, columns, width, height = grid
    layout = bytes([0, 0, rows - 1, columns - 1]) + number(width, 2) + number(height, 2)
    parts = [layout, *data]
    ids = range(1, len(parts) + 1)
    infos = [
        box(b"infe", number(one, 2), bytes(2), b"grid" if one == 1 else item_type, b"\0", version=2) for one in ids
    ]
    refers = box(b"dimg", number(1, 2), number(len(data), 2), *(number(one, 2) for one in ids[1:]))
    properties = [
        box(b"ispe", number(width, 4), number(height, 4), version=0),
        box(b"ispe", number(width // columns, 4), number(height // rows, 4), version=0),
        config,
        box(b"pixi", b"\3\10\10\10", version=0),
    ]
    uses = [number(1, 2) + b"\2\1\4", *(number(one, 2) + b"\3\2\x83\4" for one in ids[1:])]
    ftyp = box(b"ftyp", brand, bytes(4), b"mif1", brand, b"miaf")

    def meta(start: int) -> bytes:
        places, position = [], start
        for one, part in zip(ids, parts, strict=True):
            places.append(number(one, 2) + bytes(2) + number(1, 2) + number(position, 4) + number(len(part), 4))
            position += len(part)
        return box(
            b"meta",
            box(b"hdlr", bytes(4), b"pict", bytes(13), version=0),
            box(b"pitm", number(1, 2), version=0),
            box(b"iloc", b"\x44\0", number(len(parts), 2), *places, version=0),
            box(b"iinf", number(len(parts), 2), *infos, version=0),
            box(b"iref", refers, version=0),
            box(b"iprp", box(b"ipco", *properties), box(b"ipma", number(len(parts), 4), *uses, version=0)),
            version=0,
        )

    start = len(ftyp) + len(meta(0)) + 8
    path.write_bytes(ftyp + meta(start) + box(b"mdat", *parts))
    return path
