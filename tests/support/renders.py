"""Pictures and shots rendered for tests: textured like photographs, told apart by their seed."""

from __future__ import annotations

import cv2
import numpy as np


def textured(seed: int, *, height: int = 108, width: int = 192) -> np.ndarray:
    """A picture with detail at every scale, all of it decided by `seed`."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 7, 15, 40):
        noise = rng.uniform(-1, 1, (cells, cells * 2, 3)).astype(np.float32)
        picture += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) * (75 / cells**0.4)
    return np.clip(picture + 118, 0, 255).astype(np.uint8)


def shot(seed: int, num_frames: int, *, height: int = 108, width: int = 192, step_pixels: int = 1) -> list[np.ndarray]:
    """A camera that pans slowly to the right over one textured picture."""
    wide = textured(seed, height=height, width=width + step_pixels * num_frames)
    return [
        np.ascontiguousarray(wide[:, step_pixels * number : step_pixels * number + width])
        for number in range(num_frames)
    ]


def recompressed(picture: np.ndarray, quality: int) -> np.ndarray:
    """The picture after a JPEG of this quality."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def resized(picture: np.ndarray, factor: float) -> np.ndarray:
    """The picture made smaller or larger."""
    size = round(picture.shape[1] * factor), round(picture.shape[0] * factor)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


def recoloured(picture: np.ndarray, seed: int = 0) -> np.ndarray:
    """Every colour replaced by a random mix of the three."""
    mix = np.random.default_rng(seed).dirichlet((2, 2, 2), 3).astype(np.float32)
    return cv2.transform(picture, mix)


def repainted(picture: np.ndarray, seed: int = 0) -> np.ndarray:
    """Each of four regions of like brightness with a paint and a contrast of its own, some turned to their negative."""
    rng = np.random.default_rng(seed)
    regions = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) // 64
    paint, gain = rng.uniform(40, 215, (4, 3)), rng.uniform(0.4, 1.5, 4) * rng.choice([-1, 1], 4)
    painted = (picture - 128.0) * gain[regions][..., None] + paint[regions]
    return np.clip(painted, 0, 255).astype(np.uint8)


def wobbled(picture: np.ndarray, amount: float, seed: int = 0) -> np.ndarray:
    """Places pushed about by a smooth random field, by about `amount` of the width."""
    rng, (height, width) = np.random.default_rng(seed), picture.shape[:2]
    coarse = rng.standard_normal((5, 5, 2)).astype(np.float32) * amount * width
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    places = across + field[..., 0], down + field[..., 1]
    return cv2.remap(picture, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
