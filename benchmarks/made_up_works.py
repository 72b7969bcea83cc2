"""Works of made-up rows that lie as real rows do: clustered by work and by shot, alike from sample to sample.

A row is a direction of the shipped background pictures' covariance, put together of three parts whose shares of the
variance were measured over 78 openly licensed films (4,970 samples, 809 shots): what the work has in common (compact
0.19, composition 0.20), what the shot has in common (0.49, 0.47), and the rest (0.32, 0.34), which goes on from sample
to sample (first-order autoregression, 0.4).  Shots move more or less: their rest is weighted by a beta distribution, so
that the cosine of consecutive samples of one shot has about the measured quartiles (0.73, 0.90, 0.98).  A wide middle
is next to the whole, as of a 16:9 film; the square and the tall one share 0.8 with it.  Bits are the signs of
projections of the compact row; motion is a direction by shot, and none in four of ten samples.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt

from index.records import Descriptors, NewEntry, SampleTable, SceneTable

SAMPLES_PER_SECOND = 2
_WORK_SHARE, _SHOT_SHARE, _REST_SHARE = 0.19, 0.49, 0.32
_GOES_ON = 0.4
_SHOT_SAMPLES = 8
"""Samples of a shot, on average."""
_STILL = 0.4
"""Share of samples without motion."""
_SHARED_MIDDLE = {"wide": 0.995, "square": 0.8, "tall": 0.8}

Rows = npt.NDArray[np.float32]


@cache
def _spread(name: str) -> Rows:
    """(dimensions, dimensions) what turns white noise into differences of unrelated pictures."""
    from similarity.describe.descriptors.compact import bundled_background
    from similarity.describe.descriptors.composition import composition_background

    if name == "motion":
        return np.eye(24, dtype=np.float32)
    rows = bundled_background() if name == "compact" else composition_background()
    return np.linalg.cholesky(np.cov(rows.T.astype(np.float64)) + 1e-9 * np.eye(rows.shape[1])).T.astype(np.float32)


def _noise(random: np.random.Generator, count: int, name: str) -> Rows:
    return random.standard_normal((count, len(_spread(name))), dtype=np.float32) @ _spread(name)


def unit(rows: Rows) -> Rows:
    """The rows at length one."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def shots(random: np.random.Generator, count: int) -> npt.NDArray[np.int32]:
    """(count,) shot of each sample."""
    return np.cumsum(random.random(count) < 1 / _SHOT_SAMPLES, dtype=np.int32)


def _rows(random: np.random.Generator, shot: npt.NDArray[np.int32], name: str) -> Rows:
    count, num_shots = len(shot), int(shot[-1]) + 1
    rest = _noise(random, count, name)
    for number in range(1, count):
        rest[number] = _GOES_ON * rest[number - 1] + np.sqrt(1 - _GOES_ON**2) * rest[number]
    moving = random.beta(0.5, 1.0, num_shots).astype(np.float32)[shot, None]
    common = (
        np.sqrt(_WORK_SHARE) * _noise(random, 1, name) + np.sqrt(_SHOT_SHARE) * _noise(random, num_shots, name)[shot]
    )
    return unit(common + np.sqrt(3 * _REST_SHARE * moving) * rest)


@cache
def _projections() -> Rows:
    return np.random.default_rng(11).standard_normal((256, 256), dtype=np.float32)


def described(random: np.random.Generator, shot: npt.NDArray[np.int32]) -> dict[str, Descriptors]:
    """Rows of every set that a library holds, of one film."""
    compact, whole = _rows(random, shot, "compact"), _rows(random, shot, "composition")
    middles: dict[str, Descriptors] = {
        f"composition-{shape}": unit(
            share * whole + np.float32(np.sqrt(1 - share**2)) * _rows(random, shot, "composition")
        )
        for shape, share in _SHARED_MIDDLE.items()
    }
    motion = _rows(random, shot, "motion")
    motion[random.random(len(shot)) < _STILL] = 0
    bits = np.packbits(compact @ _projections() > 0, axis=1)
    return {"compact": compact, "composition": whole, "motion": motion, "pdq": bits, **middles}


def edited(random: np.random.Generator, rows: Descriptors, *, cosine: float = 0.75, bits: int = 24) -> Descriptors:
    """Rows as an edited copy shows them: turned away by noise, or with some bits changed."""
    if rows.dtype == np.uint8:
        return np.asarray(
            np.packbits(np.unpackbits(rows, axis=1) ^ (random.random((len(rows), 256)) < bits / 256), axis=1)
        )
    noise = unit(random.standard_normal(rows.shape, dtype=np.float32))
    return unit(np.float32(cosine) * rows.astype(np.float32) + np.float32(np.sqrt(1 - cosine**2)) * noise)


def made_up_work(number: int, *, num_samples: int) -> NewEntry:
    """One film; the same number gives the same rows."""
    random = np.random.default_rng([7, number])
    shot = shots(random, num_samples)
    ticks = np.arange(num_samples, dtype=np.int64)
    starts = np.flatnonzero(np.diff(shot, prepend=-1)).astype(np.int64)
    zeros = np.zeros(num_samples, dtype=np.uint8)
    return NewEntry(
        entry_id=f"made-up-{number:06}",
        role="work",
        source_path="made-up",
        sha256=f"{number:064x}",
        size_bytes=1,
        duration_seconds=num_samples / SAMPLES_PER_SECOND,
        facts_json="{}",
        catalogue={},
        samples=SampleTable(
            time_base=Fraction(1, SAMPLES_PER_SECOND),
            start_pts=0,
            pts=ticks,
            scene=np.cumsum(np.diff(shot, prepend=shot[0]) > 0).astype(np.int32),
            reason=zeros,
            gate=zeros,
            quality=np.full(num_samples, 100, dtype=np.uint8),
            box=np.tile(np.array([0, 0, 1000, 1000], dtype=np.int16), (num_samples, 1)),
        ),
        scenes=SceneTable(
            start_pts=starts,
            end_pts=np.append(starts[1:], num_samples),
            is_gradual=np.zeros(len(starts), dtype=np.bool_),
        ),
        descriptors=described(random, shot),
    )
