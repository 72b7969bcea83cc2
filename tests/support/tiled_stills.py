"""Stills put together of tiles, as phones write them: boxes of ISO/IEC 23008-12 around tiles that are coded alone."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
from PIL import Image

__all__ = ["box", "write_tiles"]


def box(kind: bytes, *content: bytes, version: int | None = None, flags: int = 0) -> bytes:
    """A box; a full box where it has a version."""
    head = b"" if version is None else bytes([version]) + flags.to_bytes(3, "big")
    body = head + b"".join(content)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def number(value: int, num_bytes: int) -> bytes:
    """Big-endian."""
    return value.to_bytes(num_bytes, "big")


def write_tiles(
    path: Path, picture: np.ndarray, *, rows: int, columns: int, turn: bytes = b"", item_type: bytes = b"av01"
) -> Path:
    """A picture cut into equal tiles, each coded alone (`av01` or `hvc1`), with a `grid` item that puts them together.

    Args:
        path: the file to write.
        picture: (height, width, 3) RGB.
        rows: tiles from top to bottom.
        columns: tiles from left to right.
        turn: boxes `irot` and `imir` of the whole.
        item_type: how tiles are coded.
    """
    code = {b"av01": _av1, b"hvc1": _hevc}[item_type]
    tiles = [
        code(np.ascontiguousarray(tile)) for band in np.split(picture, rows) for tile in np.split(band, columns, 1)
    ]
    grid = (rows, columns, picture.shape[1], picture.shape[0])
    data = [one for _, one in tiles]
    path.write_bytes(_written(data, config=tiles[0][0], grid=grid, turn=turn, item_type=item_type))
    return path


def _av1(tile: np.ndarray) -> tuple[bytes, bytes]:
    """Configuration box and data of a picture that Pillow codes as AVIF."""
    out = io.BytesIO()
    Image.fromarray(tile).save(out, "AVIF", quality=90, subsampling="4:4:4")
    content = out.getvalue()
    at, data = content.index(b"av1C") - 4, content.index(b"mdat") + 4
    return content[at : at + int.from_bytes(content[at : at + 4], "big")], content[data:]


def _hevc(tile: np.ndarray) -> tuple[bytes, bytes]:
    """The same of one frame of H.265."""
    out = io.BytesIO()
    with av.open(out, "w", "mp4") as container:
        stream = container.add_stream(
            "libx265", rate=1, options={"x265-params": "log-level=none:info=0:keyint=1:bframes=0", "crf": "8"}
        )
        stream.height, stream.width, stream.pix_fmt = *tile.shape[:2], "yuv444p"
        frame = av.VideoFrame.from_ndarray(tile, "rgb24")
        frame.pts = 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    with av.open(io.BytesIO(out.getvalue())) as container:
        (packet,) = (one for one in container.demux(video=0) if one.size)
        return box(b"hvcC", container.streams.video[0].codec_context.extradata), bytes(packet)


def _written(
    data: list[bytes], *, config: bytes, grid: tuple[int, int, int, int], turn: bytes, item_type: bytes
) -> bytes:
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
        *((turn[:9], turn[9:]) if len(turn) > 9 else (turn,)),
    ]
    turns = bytes(0x80 | 5 + one for one in range(len(turn) // 9))
    uses = [
        number(1, 2) + bytes([2 + len(turns)]) + b"\1\4" + turns,
        *(number(one, 2) + b"\3\2\x83\4" for one in ids[1:]),
    ]
    brand = {b"av01": b"avif", b"hvc1": b"heic"}[item_type]
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
    return ftyp + meta(start) + box(b"mdat", *parts)
