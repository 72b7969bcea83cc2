"""One contract for everything that turns pictures into descriptors: pdq, compact, composition, clip, and the fake."""

from __future__ import annotations

import re

import numpy as np
import pytest
from support.fake_describer import FakeDescriber
from support.renders import textured
from support.tiny_clip import write_tiny_clip

from index.records import DescriptorSet
from similarity.describe.descriptors.clip import load_clip
from similarity.describe.descriptors.compact import CompactDescriber
from similarity.describe.descriptors.composition import CompositionDescriber
from similarity.describe.descriptors.pdq import PdqDescriber

SIZES = ((108, 192), (192, 108), (64, 64), (33, 47), (5, 300), (1, 1), (400, 30))
ROUNDING = 1e-5
HALF_PRECISION = 1e-3
"""The bundled networks round their unit rows to the stored fp16."""


@pytest.fixture(scope="module", params=["pdq", "compact", "composition", "clip", "fake"])
def make(request, tmp_path_factory):
    """A function that makes a fresh describer."""
    if request.param == "clip":
        config = write_tiny_clip(tmp_path_factory.mktemp("clip"))
        return lambda: load_clip(config)
    return {
        "pdq": PdqDescriber,
        "compact": CompactDescriber,
        "composition": CompositionDescriber,
        "fake": FakeDescriber,
    }[request.param]


@pytest.fixture(scope="module")
def describer(make):
    return make()


@pytest.fixture(scope="module")
def pictures():
    return [textured(seed, height=height, width=width) for seed, (height, width) in enumerate(SIZES)]


def agree(left, right, *, apart=ROUNDING):
    """Bits must be equal; floats may differ by the rounding of another order of summation."""
    return np.array_equal(left, right) if left.dtype == np.uint8 else np.allclose(left, right, rtol=0, atol=apart)


def test_the_identity_says_everything(describer):
    identity = describer.identity
    assert isinstance(identity, DescriptorSet)
    assert identity.name in {"pdq", "compact", "composition", "clip"}
    assert identity.version
    assert identity.kind in {"float", "binary"}
    assert identity.dimensions > 0
    if identity.weights_sha256 is not None:
        assert re.fullmatch("[0-9a-f]{64}", identity.weights_sha256)


def test_the_identity_is_the_same_every_time(make, describer, pictures):
    before = describer.identity
    describer.describe(pictures[:1])
    assert describer.identity == before == make().identity


def test_rows_have_the_shape_and_type_that_the_identity_promises(describer, pictures):
    described, identity = describer.describe(pictures), describer.identity
    if identity.kind == "binary":
        assert described.descriptors.shape == (len(pictures), identity.dimensions // 8)
        assert described.descriptors.dtype == np.uint8
    else:
        assert described.descriptors.shape == (len(pictures), identity.dimensions)
        assert described.descriptors.dtype == np.float32


def test_float_rows_are_unit_vectors(describer, pictures):
    rows = describer.describe(pictures).descriptors
    if describer.identity.kind == "float":
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(rows)), abs=HALF_PRECISION)


def test_quality_runs_from_0_to_100(describer, pictures):
    quality = describer.describe(pictures).quality
    assert quality.shape == (len(pictures),)
    assert quality.dtype == np.uint8
    assert quality.max() <= 100


def test_no_pictures_give_no_rows(describer, pictures):
    nothing, something = describer.describe([]), describer.describe(pictures[:1])
    assert nothing.descriptors.shape == (0, *something.descriptors.shape[1:])
    assert nothing.descriptors.dtype == something.descriptors.dtype
    assert nothing.quality.shape == (0,)


def test_the_same_pictures_give_the_same_rows(make, describer, pictures):
    first, again, fresh = describer.describe(pictures), describer.describe(pictures), make().describe(pictures)
    assert agree(first.descriptors, again.descriptors)
    assert agree(first.descriptors, fresh.descriptors)
    assert np.array_equal(first.quality, again.quality)


def test_a_row_does_not_depend_on_its_neighbours_in_the_batch(describer, pictures):
    together = describer.describe(pictures).descriptors
    alone = np.concatenate([describer.describe([picture]).descriptors for picture in pictures])
    turned = describer.describe(pictures[::-1]).descriptors[::-1]
    apart = HALF_PRECISION if describer.identity.name in {"compact", "composition"} else ROUNDING
    assert agree(together, alone, apart=apart)
    assert agree(together, turned, apart=apart)


def test_a_cut_out_is_described_like_its_copy(describer, pictures):
    whole = pictures[0]
    for view in (whole[10:90, 20:150], whole[:, ::-1], whole[::2, ::2]):
        copy = np.ascontiguousarray(view)
        assert agree(describer.describe([view]).descriptors, describer.describe([copy]).descriptors)


def test_pictures_are_left_as_they_are(describer, pictures):
    copies = [picture.copy() for picture in pictures]
    for picture in copies:
        picture.setflags(write=False)
    describer.describe(copies)
    assert all(np.array_equal(picture, copy) for picture, copy in zip(pictures, copies, strict=True))


def test_different_pictures_give_different_rows(describer):
    rows = describer.describe([textured(seed) for seed in range(6)]).descriptors
    assert len(np.unique(rows, axis=0)) == 6


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_a_finite_row(describer, level):
    rows = describer.describe([np.full((60, 80, 3), level, dtype=np.uint8)]).descriptors
    assert np.isfinite(rows).all()
