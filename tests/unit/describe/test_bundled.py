"""Both bundled networks have the values they had when their versions were named."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

import pytest
from support.paths import GOLDEN
from support.renders import textured

from similarity.describe.descriptors import compact, composition


@pytest.fixture(
    scope="module",
    params=[(compact.CompactDescriber, compact.WEIGHTS), (composition.CompositionDescriber, composition.WEIGHTS)],
    ids=["compact", "composition"],
)
def bundled(request):
    """A describer, its weight file and its stored values."""
    describer, weights = request.param[0](), request.param[1]
    golden = json.loads((GOLDEN / f"{describer.identity.name}.json").read_text(encoding="utf-8"))
    return describer, weights, golden


def test_the_stored_value_belongs_to_this_version(bundled):
    describer, _, golden = bundled
    identity = describer.identity
    assert (golden["version"], golden["weights_sha256"]) == (identity.version, identity.weights_sha256), (
        f"the describer has changed; if that is meant: {golden['made_by']}"
    )


def test_a_rendered_picture_has_its_stored_value(bundled):
    describer, _, golden = bundled
    row = describer.describe([textured(20)]).descriptors[0]
    assert row[:32] == pytest.approx(golden["first_components"], abs=2e-4)
    assert row.sum() == pytest.approx(golden["sum_of_all_components"], abs=5e-3)


def test_the_weight_hash_is_that_of_the_shipped_file(bundled):
    describer, weights, _ = bundled
    content = (files("similarity.describe.descriptors") / "data" / weights).read_bytes()
    assert describer.identity.weights_sha256 == hashlib.sha256(content).hexdigest()
