"""Colours of HDR and wide-gamut footage brought to those of an ordinary screen, so that like is compared with like.

PQ and HLG are turned into light (ITU-R BT.2100; HLG for a screen of 1000 cd/m2), from the primaries of the file to
those of BT.709, and into the levels of a BT.1886 screen whose white is 100 cd/m2 (BT.2035).  Light up to 60 % of that
white stays as it is; what is brighter is rolled off towards full level by an exponential shoulder of the brightest of
R, G and B, which keeps hues, in the manner of BT.2390.  SDR in the primaries of BT.2020 or P3 is brought to those of
BT.709 alike.  The transform is fixed: nothing is measured on a frame, so scenes are not brightened or dimmed from
frame to frame.  Where HDR was graded to another white, pictures come out lighter or darker than its SDR version: so
no change of brightness or contrast is claimed of it.  Dolby Vision without a base layer of PQ, HLG or SDR is not
known.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from similarity.media.types import UNTAGGED, ColourTags, Picture

__all__ = ["colour_tags", "is_brought_to_sdr", "to_sdr"]

_PRIMARIES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
_TRANSFERS = {
    1: "bt709", 4: "gamma22", 5: "gamma28", 6: "smpte170m", 8: "linear", 13: "srgb", 14: "bt2020-10", 15: "bt2020-12",
    16: "pq", 18: "hlg",
}  # fmt: skip
_MATRICES = {0: "rgb", 1: "bt709", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
_RANGES = {1: "limited", 2: "full"}

_WHITE = (0.3127, 0.3290)
_CHROMATICITIES = {
    "bt709": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte432": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
"""x and y of R, G and B (BT.709, BT.2020; P3 with the white of D65), whose white is D65."""
_SDR = frozenset({"bt709", "smpte170m", "bt2020-10", "bt2020-12", "gamma22", "srgb", UNTAGGED.transfer})

_WHITE_LIGHT, _HLG_PEAK = 100.0, 1000.0
"""Light of an SDR screen's white, and peak of the screen that HLG is shown on, cd/m2."""
_SCREEN_GAMMA, _HLG_GAMMA = 2.4, 1.2
_KNEE = 0.6
"""Light, share of white, up to which nothing changes."""

Light = npt.NDArray[np.float32]


def colour_tags(frame: VideoFrame) -> ColourTags:
    """What a decoded frame says of its colours, by the code points of ITU-T H.273."""
    return ColourTags(
        primaries=_PRIMARIES.get(int(frame.color_primaries), UNTAGGED.primaries),
        transfer=_TRANSFERS.get(int(frame.color_trc), UNTAGGED.transfer),
        matrix=_MATRICES.get(int(frame.colorspace), UNTAGGED.matrix),
        range="full" if frame.format.name.startswith("yuvj") else _RANGES.get(int(frame.color_range), UNTAGGED.range),
    )


def is_brought_to_sdr(tags: ColourTags) -> bool:
    """Whether pictures with these tags are brought to SDR and BT.709 when they are read."""
    is_wide = tags.primaries in _CHROMATICITIES and tags.primaries != "bt709"
    return tags.is_hdr or (is_wide and tags.transfer in _SDR)


def to_sdr(levels: npt.NDArray[np.uint16], tags: ColourTags) -> Picture:
    """An RGB picture as an ordinary screen would show it.

    Args:
        levels: (height, width, 3) full-range RGB of 16 bits, of the file's own transfer and primaries.
        tags: these.
    """
    light = np.take(_light_of_levels(tags.transfer), levels)
    if tags.transfer == "hlg":
        luminance = light @ np.array([0.2627, 0.6780, 0.0593], np.float32)
        light = light * (np.maximum(luminance, 1e-6) ** np.float32(_HLG_GAMMA - 1) * np.float32(_HLG_PEAK))[..., None]
    if tags.is_hdr:
        light = light / np.float32(_WHITE_LIGHT)
    primaries = tags.primaries if tags.primaries in _CHROMATICITIES else "bt2020" if tags.is_hdr else "bt709"
    light = np.maximum(light @ _to_bt709(primaries).T, 0)
    if tags.is_hdr:
        light = _rolled_off(light)
    signal = np.minimum(light, 1) ** np.float32(1 / _SCREEN_GAMMA)
    return np.asarray(signal * np.float32(255) + np.float32(0.5), np.uint8)


def _rolled_off(light: Light) -> Light:
    """Light with what lies above the knee brought below 1, hues kept."""
    brightest = light.max(axis=2, keepdims=True)
    room = np.float32(1 - _KNEE)
    rolled = _KNEE + room * (1 - np.exp(-np.maximum(brightest - _KNEE, 0) / room))
    scale = np.where(brightest > _KNEE, rolled / np.maximum(brightest, 1e-6), 1)
    return np.asarray(light * scale, np.float32)


@lru_cache(maxsize=4)
def _light_of_levels(transfer: str) -> Light:
    """(65536,) light of each level: cd/m2 for PQ, 0 to 1 of the scene for HLG, 0 to 1 of the screen for SDR."""
    signal = np.arange(65536) / 65535
    if transfer == "pq":  # BT.2100: SMPTE ST 2084
        power = signal ** (32 / 2523)
        light = 10000 * (np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
    elif transfer == "hlg":  # BT.2100: ARIB STD-B67
        bent = (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
        light = np.where(signal <= 0.5, signal**2 / 3, bent)
    else:
        light = signal**_SCREEN_GAMMA
    return light.astype(np.float32)


@lru_cache(maxsize=4)
def _to_bt709(primaries: str) -> Light:
    """(3, 3) from light in some primaries to light in those of BT.709."""
    return (np.linalg.inv(_to_xyz("bt709")) @ _to_xyz(primaries)).astype(np.float32)


def _to_xyz(primaries: str) -> npt.NDArray[np.float64]:
    """(3, 3) from light in some primaries to CIE XYZ (SMPTE RP 177)."""
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in _CHROMATICITIES[primaries]]).T
    x, y = _WHITE
    return np.asarray(columns * np.linalg.solve(columns, np.array([x / y, 1.0, (1 - x - y) / y])), np.float64)
