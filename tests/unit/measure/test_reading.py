"""The reading: monotone in the axes of expression, deaf to ideas, and always with its reasons."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.absence import not_measured
from similarity.measure.reading import propose_reading
from similarity.measure.values import AxisValue

ABSENT = not_measured("not measured in this test")
ORDER = ("nothing_found", "part", "adaptation", "reproduction")


def axis(name, value, percentile=50.0):
    return AxisValue(axis=name, value=value, background_percentile=percentile, num_samples=3)


def read(
    *,
    verbatim=0.0,
    region=ABSENT,
    kept=0.0,
    copy=-1.0,
    adaptation=-1.0,
    concept=50.0,
    style=50.0,
    num_samples=3,
    **more,
):
    axes = (
        AxisValue(axis="copied", value=2.0, background_percentile=50.0, num_samples=num_samples),
        axis("verbatim", verbatim),
        axis("region", region),
        axis("concept", 0.5, concept),
        axis("style", 0.5, style),
    )
    return propose_reading(axes, kept_share=kept, copy_log10=copy, adaptation_log10=adaptation, **more)


@pytest.mark.parametrize(
    ("evidence", "name"),
    [
        ({"verbatim": 0.9, "copy": 3.0, "kept": 0.9, "adaptation": 4.0}, "reproduction"),
        ({"kept": 0.8, "copy": 3.0, "adaptation": 4.0}, "reproduction"),
        ({"kept": 0.3, "copy": 3.0, "adaptation": 4.0}, "adaptation"),
        ({"kept": 0.0, "copy": 0.0, "adaptation": 2.0}, "adaptation"),
        ({"kept": 0.3, "region": 0.4, "adaptation": 0.0}, "part"),
        ({"concept": 99.9}, "shared_subject_or_style"),
        ({"style": 99.5}, "shared_subject_or_style"),
        ({}, "nothing_found"),
        ({"adaptation": ABSENT, "copy": ABSENT, "kept": ABSENT}, "not_enough_to_say"),
    ],
)
def test_each_reading_has_its_evidence(evidence, name):
    found = read(**evidence)
    assert found.name == name
    assert all(found.reasons)


def test_hashes_alone_make_no_reproduction():
    assert read(verbatim=1.0, copy=-1.0).name != "reproduction"


@given(st.floats(0, 100), st.floats(0, 100))
def test_subject_and_style_never_lead_to_a_reading_of_taking(concept, style):
    assert read(concept=concept, style=style).name in {"nothing_found", "shared_subject_or_style"}


LEVELS = {"verbatim": (0.0, 0.9), "kept": (0.0, 0.3, 0.9), "copy": (-1.0, 3.0), "adaptation": (-1.0, 3.0)}


@pytest.mark.parametrize("grown", sorted(LEVELS))
def test_more_of_an_axis_never_leads_away_from_reproduction(grown):
    others = [name for name in LEVELS if name != grown]
    for levels in itertools.product(*(LEVELS[name] for name in others)):
        rest = dict(zip(others, levels, strict=True))
        ranks = [ORDER.index(read(region=0.4, **rest, **{grown: level}).name) for level in LEVELS[grown]]
        assert ranks == sorted(ranks), (rest, grown)


def test_the_words_hold_no_verdict():
    said = " ".join(
        str(reason)
        for evidence in ({"copy": 3.0, "kept": 0.9}, {"adaptation": 3.0})
        for reason in read(**evidence).reasons
    )
    assert not {"infring", "copied by", "guilty", "illegal"} & set(said.lower().split())


def test_one_sample_of_a_moving_picture_is_not_enough():
    strong = {"verbatim": 1.0, "copy": 4.0, "kept": 1.0, "adaptation": 4.0, "num_samples": 1}
    assert read(**strong).name == "not_enough_to_say"
    assert read(**strong, is_still=True).name == "reproduction"
