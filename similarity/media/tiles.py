"""A still put together of tiles, each of which FFmpeg shows as a stream of its own."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame

from similarity.errors import UnreadableMediaError
from similarity.media.heif import PictureGrid

__all__ = ["assembled"]

_MAX_PIXELS = 1 << 29
"""Larger pictures are refused: a header alone could claim any size."""


def assembled(container: InputContainer, grid: PictureGrid, path: Path) -> VideoFrame:
    """The whole picture, RGB, as stored (not turned).

    Args:
        container: an open file, at its start.
        grid: how the tiles lie.
        path: the file, for messages.

    Raises:
        UnreadableMediaError: a tile is missing or does not decode, or tiles do not fill the picture.
    """
    if grid.width * grid.height > _MAX_PIXELS:
        raise UnreadableMediaError(f"{path}: claims {grid.width} x {grid.height} pixels; scale it down")
    tiles = _decoded_tiles(container, frozenset(grid.tile_ids))
    missing = [one for one in grid.tile_ids if one not in tiles]
    if missing:
        raise UnreadableMediaError(
            f"{path}: {len(missing)} of its {len(grid.tile_ids)} tiles do not decode; get another copy"
        )
    height, width = tiles[grid.tile_ids[0]].shape[:2]
    whole = np.zeros((grid.rows * height, grid.columns * width, 3), np.uint8)
    for number, one in enumerate(grid.tile_ids):
        if tiles[one].shape[:2] != (height, width):
            raise UnreadableMediaError(f"{path}: its tiles are of different sizes; save it as PNG or JPEG")
        row, column = divmod(number, grid.columns)
        whole[row * height : (row + 1) * height, column * width : (column + 1) * width] = tiles[one]
    if whole.shape[0] < grid.height or whole.shape[1] < grid.width:
        raise UnreadableMediaError(f"{path}: its tiles do not fill the picture; save it as PNG or JPEG")
    return VideoFrame.from_ndarray(np.ascontiguousarray(whole[: grid.height, : grid.width]), "rgb24")


def _decoded_tiles(container: InputContainer, wanted: frozenset[int]) -> dict[int, np.ndarray]:
    """Item number -> (height, width, 3) RGB."""
    tiles: dict[int, np.ndarray] = {}
    streams = [stream for stream in container.streams.video if stream.id in wanted]
    try:
        for packet in container.demux(streams) if streams else ():
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    tiles.setdefault(packet.stream.id, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    except av.error.FFmpegError:
        return tiles  # the tiles that are missing are counted
    return tiles
