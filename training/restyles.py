"""Restyled views of a picture: the same layout under another surface, as a grey square for the network.

Two views of one picture share a frame (crop and mirror).  Each is nudged a little, and passes through a random chain:
grey mix, detail taken away, segments repainted, texture laid over, subject or setting put in another's place, light,
drawing, what an edit lays over or cuts off, wear.  `strength`, 0 to 1, scales the chance of every step, so that a
training can begin with plain pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from similarity.describe.descriptors.bundled import SIDE_PIXELS

__all__ = ["Frame", "pair_frame", "restyled_view", "segments_of"]

NUM_SEGMENTS, SEGMENT_SIDE_PIXELS, SEGMENT_PLACE_WEIGHT = 12, 48, 1.2
"""Regions of like colour and place, and how much place counts beside colour."""

CROP, MIRROR = 0.6, 0.5
"""Chance that the frame of a pair is cropped, and that it is mirrored."""

GREY_MIX, LESS_DETAIL, REPAINT, TEXTURE, EXCHANGE = 0.6, 0.35, 0.5, 0.5, 0.45
UNEVEN_LIGHT, CLOUDS, NEGATIVE, GAMMA = 0.4, 0.2, 0.2, 0.4
PENCIL_BELOW, POSTER_BELOW, OUTLINE_BELOW = 0.12, 0.22, 0.3
CONTRAST, NOISE, BLUR, COMPRESS, WOBBLE = 0.4, 0.25, 0.25, 0.15, 0.5
"""Chance of each step at strength 1; pencil, poster and outline exclude one another, and share one roll."""

REFRAME, BARS, MARKS, COVER = 0.35, 0.2, 0.3, 0.12
"""Chance that a view is cut off a little, and that bars, captions or signs, or another picture lie over it."""

WILD_MIX, NEW_TEXTURE, PARTLY_TEXTURED, BY_SEGMENTS, AROUND, DARK_OUTLINE = 0.4, 0.6, 0.5, 0.5, 0.35, 0.5
"""Chance of a kind once its step is taken: weights below 0, texture of the other picture and not of its own, texture
on some segments only, segments and not an ellipse exchanged, all but the ellipse, bright lines on dark."""

IN_PLACE = 0.5 / 12
"""Shift, as a share of the view, up to which a cell of it is asked to be its own cell of the other view."""

MOST_EXCHANGED = 0.65
"""Share of the view up to which anything is exchanged: the layout must stay to be known again."""

_LUMA = (0.299, 0.587, 0.114)
_NUM_ROLLS = 28

Picture = npt.NDArray[np.uint8]
"""RGB, or grey without a third axis."""
Values = npt.NDArray[np.floating]
Kept = npt.NDArray[np.bool_]


class Frame(NamedTuple):
    """What both views of a pair show of the picture: fractions of its width and height."""

    left: float
    top: float
    width: float
    height: float
    is_mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chance:
    """The source of chance of one view, with its rolls for what happens at all."""

    rng: np.random.Generator
    roll: npt.NDArray[np.float64]
    strength: float

    def hits(self, number: int, chance: float) -> bool:
        """Whether a step of this chance is taken."""
        return bool(self.roll[number] < chance * self.strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """What a view is made of."""

    own: Values
    """(side, side, 3) the picture in its frame."""
    other: Values
    """(side, side, 3) another picture, whole."""
    labels: Picture
    """(side, side) segment of each dot."""

    def marked(self, chosen: Kept) -> Values:
        """(side, side) 1 on the chosen segments."""
        return np.asarray(chosen[self.labels], np.float32)

    @property
    def num_labels(self) -> int:
        """One more than the highest label in sight."""
        return int(self.labels.max()) + 1


def segments_of(picture: Picture) -> Picture:
    """(48, 48) uint8 labels of an RGB picture: regions of like colour and place, by k-means."""
    side = SEGMENT_SIDE_PIXELS
    small = cv2.resize(cv2.GaussianBlur(picture, (0, 0), 1.5), (side, side), interpolation=cv2.INTER_AREA)
    colours = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    down, across = np.mgrid[0:side, 0:side].astype(np.float32) * np.float32(SEGMENT_PLACE_WEIGHT)
    features = np.dstack([colours, down, across]).reshape(-1, 5)
    cv2.setRNGSeed(1)
    ends = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 8, 1.0)
    _, labels, _ = cv2.kmeans(features, NUM_SEGMENTS, None, ends, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(cv2.medianBlur(labels.reshape(side, side).astype(np.uint8), 3), np.uint8)


def pair_frame(rng: np.random.Generator) -> Frame:
    """A frame of half of the picture or more, stretched a little, mirrored or not."""
    keep = rng.uniform(0.5, 1) ** 0.5 if rng.random() < CROP else 1.0
    stretch = np.exp(rng.uniform(-0.2, 0.2))
    width, height = min(1, keep * stretch), min(1, keep / stretch)
    left, top = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    return Frame(left, top, width, height, rng.random() < MIRROR)


def restyled_view(
    rng: np.random.Generator, picture: Picture, segments: Picture, other: Picture, frame: Frame, *, strength: float
) -> tuple[Picture, Kept]:
    """(96, 96) uint8 view of `picture` under another surface, and (96, 96) where it still shows the picture.

    Args:
        rng: source of chance; one seed gives one view.
        picture: RGB.
        segments: its `segments_of`.
        other: RGB of something else, for texture and for what is put in another's place.
        frame: what the view shows of the picture.
        strength: 0 to 1, scales every chance.
    """
    chance = _Chance(rng=rng, roll=rng.random(_NUM_ROLLS), strength=strength)
    across, down = _places(chance, frame)
    size = (SIDE_PIXELS, SIDE_PIXELS)
    own = _seen(picture, frame, across, down, cv2.INTER_LINEAR).astype(np.float32)
    labels = _seen(segments, frame, across, down, cv2.INTER_NEAREST)
    whole = cv2.resize(other, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    sources = _Sources(own=own, other=whole, labels=labels)
    view = _repainted(chance, _less_detail(chance, _grey(chance, own)), sources)
    view, kept = _exchanged(chance, _textured(chance, view, sources), sources)
    view, uncovered = _covered(chance, _drawn(chance, _relit(chance, view)), sources)
    return _worn(chance, view), kept & uncovered & _in_place(frame, across, down)


def _places(chance: _Chance, frame: Frame) -> tuple[Values, Values]:
    """Where in the frame each dot of the view looks: nudged, zoomed, stretched and wobbled a little."""
    rng, strength = chance.rng, chance.strength
    field = None
    if rng.random() < WOBBLE * strength:
        cells = int(rng.integers(3, 7))
        amplitude = rng.uniform(0.005, 0.03) * strength
        coarse = (rng.standard_normal((cells, cells, 2)) * amplitude).astype(np.float32)
        field = cv2.resize(coarse, (SIDE_PIXELS, SIDE_PIXELS), interpolation=cv2.INTER_CUBIC)
    right, lower = rng.normal() * 0.015 * strength, rng.normal() * 0.015 * strength
    zoom, stretch = np.exp(rng.normal() * 0.03 * strength), np.exp(rng.normal() * 0.02 * strength)
    if chance.hits(24, REFRAME):
        zoom *= rng.uniform(0.82, 1.0)
        stretch *= np.exp(rng.normal() * 0.04)
        right, lower = right + rng.normal() * 0.02, lower + rng.normal() * 0.02
    steps = (np.arange(SIDE_PIXELS, dtype=np.float32) + 0.5) / SIDE_PIXELS
    grid_across, grid_down = np.meshgrid(steps, steps)
    across = (grid_across - 0.5) * zoom * stretch + 0.5 + right
    down = (grid_down - 0.5) * zoom / stretch + 0.5 + lower
    if field is not None:
        across, down = across + field[..., 0], down + field[..., 1]
    return (1 - across if frame.is_mirrored else across), down


def _in_place(frame: Frame, across: Values, down: Values) -> Kept:
    """(96, 96) where a dot of the view looks at its own place in the frame, to half a cell of 12."""
    steps = (np.arange(SIDE_PIXELS, dtype=np.float32) + 0.5) / SIDE_PIXELS
    own_across, own_down = np.meshgrid(1 - steps if frame.is_mirrored else steps, steps)
    return np.asarray(np.maximum(np.abs(across - own_across), np.abs(down - own_down)) < IN_PLACE)


def _seen(picture: Picture, frame: Frame, across: Values, down: Values, interpolation: int) -> Picture:
    height, width = picture.shape[:2]
    columns = ((frame.left + across * frame.width) * width - 0.5).astype(np.float32)
    rows = ((frame.top + down * frame.height) * height - 0.5).astype(np.float32)
    return np.asarray(cv2.remap(picture, columns, rows, interpolation, borderMode=cv2.BORDER_REFLECT), np.uint8)


def _grey(chance: _Chance, own: Values) -> Values:
    """Grey; often by a random mix of the colours, brought to one brightness and contrast."""
    if not chance.hits(0, GREY_MIX):
        return np.asarray(own @ np.array(_LUMA, np.float32))
    weights = chance.rng.dirichlet((1, 1, 1))
    if chance.roll[1] < WILD_MIX:
        weights = weights + chance.rng.normal(0, 0.35, 3)
    grey = own @ weights.astype(np.float32)
    return np.asarray((grey - grey.mean()) / (grey.std() + 8) * 50 + 128)


def _less_detail(chance: _Chance, view: Values) -> Values:
    """Detail away, outlines kept: by an edge-keeping filter, a median, a blur, or a low size."""
    if not chance.hits(2, LESS_DETAIL):
        return view
    rng = chance.rng
    kind = rng.integers(4)
    dots = np.clip(view, 0, 255).astype(np.uint8)
    if kind == 0:
        return cv2.bilateralFilter(dots, 7, rng.uniform(30, 90), 4).astype(np.float32)
    if kind == 1:
        return cv2.medianBlur(dots, int(rng.choice([3, 5, 7]))).astype(np.float32)
    if kind == 2:
        return np.asarray(cv2.GaussianBlur(view, (0, 0), rng.uniform(0.8, 2.2)))
    low = int(rng.integers(24, 60))
    small = cv2.resize(dots, (low, low), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (SIDE_PIXELS, SIDE_PIXELS), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def _repainted(chance: _Chance, view: Values, sources: _Sources) -> Values:
    """Each segment with a brightness and a contrast of its own, some turned to their negative."""
    if not chance.hits(3, REPAINT):
        return view
    rng, labels, count = chance.rng, sources.labels, sources.num_labels
    gain = np.exp(rng.normal(0, 0.5, count)) * np.where(rng.random(count) < 0.25, -1, 1)
    mean = np.array([view[labels == i].mean() if (labels == i).any() else 0 for i in range(count)])
    share = rng.uniform(0.3, 1)
    paint = mean * (1 - share) + rng.uniform(20, 235, count) * share
    painted = gain[labels] * (view - mean[labels]) + paint[labels]
    return np.asarray(cv2.GaussianBlur(painted.astype(np.float32), (0, 0), 0.7))


def _textured(chance: _Chance, view: Values, sources: _Sources) -> Values:
    """Texture by random convolution, of the other picture laid over, or of the picture itself in its own place."""
    if not chance.hits(4, TEXTURE):
        return view
    rng = chance.rng
    is_new = chance.roll[5] < NEW_TEXTURE
    picture = sources.other if is_new else sources.own
    side = int(rng.choice([1, 3, 5]))
    filters = rng.normal(0, 1, (3, side, side)).astype(np.float32)
    texture = sum(cv2.filter2D(picture[..., channel], -1, filters[channel]) for channel in range(3))
    texture = (texture - texture.mean()) / (texture.std() + 1e-3) * rng.uniform(10, 35)
    if is_new:
        texture = texture - cv2.GaussianBlur(texture, (0, 0), rng.uniform(2, 6))
    where = sources.marked(rng.random(sources.num_labels) < 0.6) if chance.roll[6] < PARTLY_TEXTURED else 1.0
    return np.asarray(view * (1 if is_new else rng.uniform(0.3, 0.8)) + texture * where)


def _exchanged(chance: _Chance, view: Values, sources: _Sources) -> tuple[Values, Kept]:
    """The subject or the setting with the other picture in its place; and where the view still shows its own."""
    if not chance.hits(7, EXCHANGE):
        return view, np.ones(view.shape, np.bool_)
    rng = chance.rng
    if chance.roll[8] < BY_SEGMENTS:
        mask = sources.marked(rng.random(sources.num_labels) < rng.uniform(0.15, 0.5))
    else:
        mask = _ellipse(rng)
        if chance.roll[9] < AROUND:
            mask = 1 - mask
    if mask.mean() >= MOST_EXCHANGED:
        return view, np.ones(view.shape, np.bool_)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.2)
    fill = sources.other @ np.array(_LUMA, np.float32)
    kind = chance.roll[10]
    if kind >= 0.5:
        rolled = np.roll(fill, int(rng.integers(10, 80)), 1)
        fill = cv2.GaussianBlur(fill, (0, 0), rng.uniform(2, 8)) if kind > 0.75 else rolled
    bright = np.clip(view, 0, 255).mean()
    fill = (fill - fill.mean()) * rng.uniform(0.4, 1.1) + bright + rng.normal() * 30
    return np.asarray(view * (1 - soft) + fill * soft), mask < 0.5


def _ellipse(rng: np.random.Generator) -> Values:
    """(96, 96) 1 inside an ellipse somewhere in the middle."""
    mask = np.zeros((SIDE_PIXELS, SIDE_PIXELS), np.float32)
    centre = (rng.uniform(0.25, 0.75, 2) * SIDE_PIXELS).astype(int).tolist()
    axes = (rng.uniform(0.15, 0.42, 2) * SIDE_PIXELS).astype(int).tolist()
    cv2.ellipse(mask, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    return mask


def _relit(chance: _Chance, view: Values) -> Values:
    """Uneven light, clouds of brightness, negative, gamma."""
    rng = chance.rng
    if chance.hits(11, UNEVEN_LIGHT):
        cells, darkest, brightest = int(rng.integers(2, 5)), rng.uniform(0.2, 0.8), rng.uniform(1, 1.6)
        view = np.clip(view, 0, 255) * _smooth_noise(rng, cells, darkest, brightest)
    if chance.hits(12, CLOUDS):
        view = view + _smooth_noise(rng, int(rng.integers(3, 8)), -50, 50)
    view = np.clip(view, 0, 255)
    if chance.hits(13, NEGATIVE):
        view = 255 - view
    if chance.hits(14, GAMMA):
        view = 255 * (view / 255) ** np.exp(rng.uniform(-0.9, 0.9))
    return view


def _smooth_noise(rng: np.random.Generator, cells: int, lowest: float, highest: float) -> Values:
    coarse = rng.uniform(lowest, highest, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIDE_PIXELS, SIDE_PIXELS), interpolation=cv2.INTER_CUBIC))


def _drawn(chance: _Chance, view: Values) -> Values:
    """Pencil, poster or outlines."""
    rng = chance.rng
    dots = view.astype(np.uint8)
    if chance.hits(15, PENCIL_BELOW):
        soft = 255 - cv2.GaussianBlur(255 - dots, (0, 0), rng.uniform(1.5, 4))
        return cv2.divide(dots, soft, scale=235).astype(np.float32)
    if chance.hits(15, POSTER_BELOW):
        step = 256 // int(rng.integers(3, 8))
        return (dots // step * step + step // 2).astype(np.float32)
    if chance.hits(15, OUTLINE_BELOW):
        lines = cv2.GaussianBlur(cv2.Canny(dots, 40, 120), (0, 0), 0.8).astype(np.float32)
        drawn = lines if chance.roll[16] < DARK_OUTLINE else 255 - lines
        return np.asarray(view * rng.uniform(0, 0.6) + drawn * 0.8)
    return view


def _covered(chance: _Chance, view: Values, sources: _Sources) -> tuple[Values, Kept]:
    """Bars, captions and signs, or another picture, laid over; and where the view still shows what it showed."""
    rng, side = chance.rng, SIDE_PIXELS
    view, uncovered = np.array(view, np.float32), np.ones((side, side), np.bool_)
    if chance.hits(25, BARS):
        edge = round(side * rng.uniform(0.04, 0.18))
        blurred = cv2.GaussianBlur(view, (0, 0), 8) if chance.roll[25] < 0.3 * BARS else np.zeros_like(view)
        for bar in (np.s_[:edge], np.s_[-edge:]) if rng.random() < 0.7 else (np.s_[:, :edge], np.s_[:, -edge:]):
            view[bar], uncovered[bar] = blurred[bar], False
    if chance.hits(26, COVER):
        height, width = (round(side * rng.uniform(0.2, 0.4)) for _ in range(2))
        box = np.s_[
            (top := rng.integers(0, side - height)) : top + height,
            (left := rng.integers(0, side - width)) : left + width,
        ]
        other = sources.other @ np.array(_LUMA, np.float32)
        view[box], uncovered[box] = cv2.resize(other, (width, height), interpolation=cv2.INTER_AREA), False
    if chance.hits(27, MARKS):
        for _ in range(rng.integers(1, 4)):
            height, width = round(side * rng.uniform(0.03, 0.12)), round(side * rng.uniform(0.1, 0.7))
            box = np.s_[
                (top := rng.integers(0, side - height)) : top + height,
                (left := rng.integers(0, side - width)) : left + width,
            ]
            letters = cv2.resize(
                rng.integers(0, 2, (2, max(2, width // 3))).astype(np.float32),
                (width, height),
                interpolation=cv2.INTER_NEAREST,
            )
            dark, bright = rng.uniform(0, 90), rng.uniform(150, 255)
            view[box] = dark + (bright - dark) * letters
            uncovered[box] = False
    return view, uncovered


def _worn(chance: _Chance, view: Values) -> Picture:
    """Contrast, noise, blur, compression."""
    rng = chance.rng
    if chance.hits(17, CONTRAST):
        contrast = rng.uniform(0.35, 1.2)
        view = (view - view.mean()) * contrast + np.clip(view.mean() + rng.normal() * 25, 30, 225)
    if chance.hits(18, NOISE):
        view = view + rng.standard_normal(view.shape) * rng.uniform(3, 18)
    if chance.hits(19, BLUR):
        view = cv2.GaussianBlur(np.asarray(view, np.float32), (0, 0), rng.uniform(0.3, 1.2))
    dots = np.clip(view, 0, 255).astype(np.uint8)
    if chance.hits(20, COMPRESS):
        _, data = cv2.imencode(".jpg", dots, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(10, 50))])
        dots = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return dots
