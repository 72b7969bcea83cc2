"""PDQ against the published algorithm, written out slowly here, and what it promises about edits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.renders import recompressed, resized, textured

from similarity.describe.descriptors.pdq import PdqDescriber, distance_bits

MATCH_DISTANCE_BITS = 31  # published with the algorithm


def slow_pdq(picture):
    """Bits and quality after `hashing.pdf` (Facebook, 2019): luma, Jarosz filter, 64 x 64, DCT, median."""
    luma = picture.astype(np.float64) @ [0.299, 0.587, 0.114]
    for _ in range(2):
        luma = box_means(box_means(luma).T).T
    rows, columns = (((np.arange(64) + 0.5) * size / 64).astype(int) for size in luma.shape)
    small = luma[np.ix_(rows, columns)]
    frequency, place = np.arange(1, 17)[:, None], np.arange(64)[None, :]
    basis = np.sqrt(2 / 64) * np.cos(np.pi / 128 * frequency * (2 * place + 1))
    transformed = basis @ small @ basis.T
    middle = np.sort(transformed.ravel())[127]
    steps = [np.trunc(np.diff(small, axis=axis) * 100 / 255) for axis in (0, 1)]
    quality = min(100, int(sum(np.abs(step).sum() for step in steps) / 90))
    return (transformed > middle).ravel()[::-1], quality


def box_means(lines):
    """Each row under a sliding mean whose window is a 128th of its length, cut off at the ends."""
    length = lines.shape[1]
    window = (length + 127) // 128
    ahead = (window + 2) // 2
    behind = window - ahead
    return np.stack(
        [lines[:, max(0, at - behind) : min(length, at + ahead)].mean(axis=1) for at in range(length)], axis=1
    )


def distance(left, right):
    described = PdqDescriber().describe([left, right]).descriptors
    return int(distance_bits(described[:1], described[1:])[0, 0])


@pytest.mark.parametrize("size", [(108, 192), (64, 64), (300, 511), (257, 90)])
@pytest.mark.parametrize("seed", [1, 2])
def test_hashes_are_those_of_the_published_algorithm(seed, size):
    picture = textured(seed, height=size[0], width=size[1])
    described = PdqDescriber().describe([picture])
    bits, quality = slow_pdq(picture)
    assert np.count_nonzero(np.unpackbits(described.descriptors[0]) != bits) <= 2  # single against double precision
    assert abs(int(described.quality[0]) - quality) <= 1


def test_a_hash_has_as_many_ones_as_zeros():
    hashes = PdqDescriber().describe([textured(seed) for seed in range(8)]).descriptors
    assert np.unpackbits(hashes, axis=1).sum(axis=1) == pytest.approx(np.full(8, 128), abs=1)


@pytest.mark.parametrize("quality", [90, 60, 30])
@pytest.mark.parametrize("seed", range(4))
def test_recompressed_pictures_are_within_the_published_distance(seed, quality):
    picture = textured(seed)
    assert distance(picture, recompressed(picture, quality)) <= MATCH_DISTANCE_BITS


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.6])
def test_resized_pictures_are_within_the_published_distance(factor):
    picture = textured(5, height=216, width=384)
    assert distance(picture, resized(picture, factor)) <= MATCH_DISTANCE_BITS


def test_different_pictures_are_far_apart():
    hashes = PdqDescriber().describe([textured(seed) for seed in range(12)]).descriptors
    apart = distance_bits(hashes, hashes)[~np.eye(12, dtype=bool)]
    assert apart.min() > 2 * MATCH_DISTANCE_BITS
    assert apart.mean() == pytest.approx(128, abs=8)


def test_a_flat_picture_has_no_quality():
    assert PdqDescriber().describe([np.full((90, 160, 3), 99, dtype=np.uint8)]).quality[0] == 0


hashes = st.integers(0, 4).flatmap(lambda rows: arrays(np.uint8, (rows, 32)))


@settings(max_examples=50)
@given(hashes, hashes)
def test_distances_are_the_bits_that_differ(left, right):
    expected = [[int(np.unpackbits(one ^ other).sum()) for other in right] for one in left]
    assert distance_bits(left, right).tolist() == expected


@settings(max_examples=50)
@given(arrays(np.uint8, (3, 32)))
def test_distance_is_a_metric(rows):
    apart = distance_bits(rows, rows).astype(int)
    assert not apart.diagonal().any()
    assert np.array_equal(apart, apart.T)
    assert apart[0, 2] <= apart[0, 1] + apart[1, 2]
