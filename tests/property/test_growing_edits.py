"""The more of a picture is edited, the less of it is kept."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.composites import SAME_PLACE, scene

from similarity.geometry.change_map import change_map
from similarity.geometry.map_labels import suspect_shares, work_shares

SLACK = 0.02
"""Cells at the border of an edit may fall either way."""
seeds = st.integers(0, 20)


def kept(suspects, work):
    """Share of each suspect's picture, and of the work's, that is kept."""
    maps = [change_map(suspect, work, transform=SAME_PLACE) for suspect in suspects]
    here = [suspect_shares([one]) for one in maps]
    there = [work_shares([one]) for one in maps]
    return (
        [share.kept * share.can_tell for share in here],
        [share.kept * share.can_tell for share in there],
        [share.added * share.can_tell for share in here],
    )


def falls(values):
    return all(later <= earlier + SLACK for earlier, later in pairwise(values))


@settings(max_examples=15, deadline=None)
@given(seed=seeds, left=st.integers(0, 200), top=st.integers(0, 80))
def test_a_growing_patch_keeps_less_and_adds_more(seed, left, top):
    work, other, suspects = scene(seed), scene(seed + 50), []
    for side in (0, 40, 80, 120, 180):
        suspect = work.copy()
        suspect[top : top + side, left : left + side] = other[top : top + side, left : left + side]
        suspects.append(suspect)
    here, there, added = kept(suspects, work)
    assert falls(here)
    assert falls(there)
    assert falls([-share for share in added])
    assert here[0] > here[-1] + 0.1


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_growing_noise_keeps_less(seed):
    work, noise = scene(seed), np.random.default_rng(seed).standard_normal((270, 480, 3))
    suspects = [np.clip(work + amount * noise, 0, 255).astype(np.uint8) for amount in (0, 20, 60, 120, 250)]
    here, there, _ = kept(suspects, work)
    assert falls(here)
    assert falls(there)


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_growing_blur_keeps_less(seed):
    work = scene(seed)
    suspects = [work, *(cv2.GaussianBlur(work, (0, 0), sigma) for sigma in (2, 6, 15, 40))]
    here, there, _ = kept(suspects, work)
    assert falls(here)
    assert falls(there)
