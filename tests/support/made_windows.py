"""Frames held against frames as footage of some kind would give them."""

from __future__ import annotations

import numpy as np

from similarity.align.dense_window import DenseWindow

NOISE = 0.02


def made_window(
    *,
    speed: float = 1.0,
    at: float = 10.0,
    span: tuple[float, float] = (2.0, 6.0),
    seconds: float = 8.0,
    rates: tuple[float, float] = (15.0, 25.0),
    width_seconds: float = 0.08,
    level: float = 0.9,
    seed: int = 0,
) -> DenseWindow:
    """A suspect that shows the work's time `at + speed * (t - span[0])` within a span, and other footage around it.

    Args:
        speed: work seconds per suspect second.
        at: time in the work where the span begins.
        span: what of the suspect is taken from the work.
        seconds: length of the suspect.
        rates: frames per second of suspect and work.
        width_seconds: how far in the work the agreement with a frame reaches; large for still pictures.
        level: agreement with the right frame.
        seed: of the noise.
    """
    here = np.arange(round(seconds * rates[0])) / rates[0]
    ends = sorted((at, at + speed * (span[1] - span[0])))
    first, last = max(0.0, ends[0] - 2.0), ends[1] + 2.0
    there = np.arange(round(first * rates[1]), round(last * rates[1])) / rates[1]
    taken = (here >= span[0] - 1e-9) & (here < span[1] - 1e-9)
    # each frame was taken from the frame of the work that stood at its moment
    moment = np.floor((at + speed * (here - span[0])) * rates[1] + 1e-6) / rates[1]
    gaps = there[None, :] - moment[:, None]
    values = level * np.exp(-((gaps / width_seconds) ** 2)) * taken[:, None]
    values += np.random.default_rng(seed).normal(0, NOISE, values.shape)
    return DenseWindow(
        suspect_seconds=here,
        work_seconds=there,
        agreement=values.astype(np.float32),
        contrast=np.ones(len(here)),
    )
