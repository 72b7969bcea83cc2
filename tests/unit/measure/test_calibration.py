"""A calibration: bounds bind and say so, nothing is said outside the envelope, and the stored form keeps its hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import subprocess
import sys

import numpy as np
import pytest

from similarity.absence import NotMeasured, not_measured
from similarity.errors import ConfigurationError
from similarity.measure.alarms import Alarms, count_alarms
from similarity.measure.bounds import Bounds, fit_bounds
from similarity.measure.calibration import (
    AxisQuantiles,
    Calibration,
    from_json,
    likelihood_ratio,
    likelihood_ratio_under,
    to_json,
)
from similarity.measure.calibrators import CALIBRATOR_KINDS, LogisticCalibrator, fit_calibrator
from similarity.measure.data_card import DataCard, data_row, stored_curves
from similarity.measure.envelope import ConditionRange, Conditions, Envelope, check_envelope, fit_envelope
from similarity.measure.fitting import (
    AxisWeights,
    ScoredPairs,
    bootstrap_interval,
    choose_calibrator,
)

MANY = 10_000
"""Comparisons of the planted calibration."""
INSIDE = Conditions.of("moving picture", {"height_pixels": 720, "seconds": 12.0})


def made(kind="logistic"):
    """A small calibration of planted scores."""
    generator = np.random.default_rng(4)
    first, second = (side.ravel() for side in np.meshgrid(np.arange(20), np.arange(20), indexing="ij"))
    is_taken = first == second
    scores = np.where(is_taken, 2.0, -2.0) + generator.normal(0, 1, len(first))
    pairs = ScoredPairs(
        scores=scores,
        is_taken=is_taken,
        suspect_groups=first,
        work_groups=second,
        populations=np.full(len(first), "films"),
    )
    held = choose_calibrator(pairs)
    taken, independent = held.log10_lrs[is_taken], held.log10_lrs[~is_taken]
    row = data_row("all", taken, log10_lr_independent=independent)
    return Calibration(
        name="planted",
        proposition="copy",
        axis_weights=AxisWeights(
            axes=("copied",), weights=(1.0,), neutral=(0.0,), scale=(1.0,), ceiling=(9.0,), intercept=0.0
        ),
        axis_quantiles=(AxisQuantiles(axis="copied", values=(0.0, 1.0, 2.0), num_pairs=3),),
        calibrator=fit_calibrator(kind, scores, is_taken=is_taken, weights=pairs.weights()),
        bounds=fit_bounds(held.log10_lrs, is_taken=is_taken, weights=pairs.weights()),
        interval=bootstrap_interval(pairs, kind, num_draws=20),
        envelope=fit_envelope(
            {
                "height_pixels": [360, 720, 1080, 2160, 480, 1000],
                "seconds": [5.0, 20.0, 60.0, 10.0, math.nan, math.nan],
            },
            kinds=["moving picture"] * 4 + ["still"] * 2,
        ),
        num_comparisons=10_000.0,
        alarms=Alarms(populations=(count_alarms("films", [-1.0, 0.5], [10_000.0] * 2),)),
        data_card=DataCard(
            date="2026-01-31",
            versions=(("similarity", "1"),),
            num_groups=20,
            num_families=1,
            whole=row,
            cllr_by_kind=held.cllrs,
            families=(dataclasses.replace(row, name="crop"),),
            tiers=(),
            curves=stored_curves(taken, independent),
        ),
    )


@pytest.fixture(scope="module")
def calibration():
    return made()


def test_a_ratio_within_the_bounds_stands_with_its_interval_and_words(calibration):
    score = 0.3
    got = likelihood_ratio(calibration, score, num_comparisons=MANY)
    assert got.log10_lr == float(calibration.calibrator.log10_lr(score))
    assert got.lower <= got.log10_lr <= got.upper
    assert (got.is_capped, got.cap_reason) == (False, None)
    assert got.calibration_sha256 == calibration.sha256


def test_the_bound_binds_and_says_which_it_is(calibration):
    high = likelihood_ratio(calibration, calibration.interval.scores[-1], num_comparisons=MANY)
    assert (high.log10_lr, high.is_capped) == (calibration.bounds.upper, True)
    assert "independent pairs" in str(high.cap_reason)
    assert high.upper is None
    assert high.lower <= high.log10_lr
    assert high.band.favours == "first"
    low = likelihood_ratio(calibration, calibration.interval.scores[0], num_comparisons=MANY)
    assert (low.log10_lr, low.lower, low.is_capped) == (calibration.bounds.lower, None, True)
    assert "taken pairs" in str(low.cap_reason)


@pytest.mark.parametrize(("rule", "words"), [("count", "the effective number of 100"), ("elub", "Vergeer")])
def test_each_rule_is_named(calibration, rule, words):
    bounds = Bounds(lower=-1.0, upper=1.0, lower_rule="count", upper_rule=rule, num_taken=10, num_independent=100)
    steep = dataclasses.replace(calibration, bounds=bounds, calibrator=LogisticCalibrator(slope=9.0, intercept=0.0))
    got = likelihood_ratio(steep, 2.0, num_comparisons=MANY)
    assert got.log10_lr == 1.0
    assert words in str(got.cap_reason)


def test_a_score_beyond_the_data_is_read_at_their_end(calibration):
    wide = Bounds(lower=-99.0, upper=99.0, lower_rule="elub", upper_rule="elub", num_taken=9, num_independent=9)
    free = dataclasses.replace(calibration, bounds=wide)
    last = free.interval.scores[-1]
    beyond, there = (likelihood_ratio(free, score, num_comparisons=MANY) for score in (last + 50, last))
    assert (beyond.log10_lr, beyond.is_capped, there.is_capped) == (there.log10_lr, True, False)
    assert beyond.upper is None
    assert "outside the calibration data" in str(beyond.cap_reason)


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_ratios_rise_with_the_score_and_lie_in_their_interval(kind):
    calibration = made(kind)
    got = [likelihood_ratio(calibration, float(score), num_comparisons=MANY) for score in np.linspace(-8, 8, 65)]
    for name in ("log10_lr", "lower", "upper"):
        stated = [getattr(ratio, name) for ratio in got if getattr(ratio, name) is not None]
        assert (np.diff(stated) >= 0).all()
    assert all(ratio.lower is None or ratio.lower <= ratio.log10_lr for ratio in got)
    assert all(ratio.upper is None or ratio.log10_lr <= ratio.upper for ratio in got)
    assert not any(ratio.lower == ratio.upper for ratio in got)


def test_more_comparisons_than_those_of_the_data_divide_the_ratio(calibration):
    wide = Bounds(lower=-99.0, upper=99.0, lower_rule="elub", upper_rule="elub", num_taken=9, num_independent=9)
    free = dataclasses.replace(calibration, bounds=wide)
    few, as_many, ten_times = (likelihood_ratio(free, 0.3, num_comparisons=number) for number in (1, 1e4, 1e5))
    assert few == as_many
    assert ten_times.log10_lr == pytest.approx(as_many.log10_lr - 1)
    assert ten_times.lower == pytest.approx(as_many.lower - 1)


def test_a_score_that_is_none_is_refused(calibration):
    with pytest.raises(ValueError, match="finite score"):
        likelihood_ratio(calibration, math.nan, num_comparisons=MANY)


def test_inside_the_envelope_the_ratio_is_given(calibration):
    alone = likelihood_ratio(calibration, 0.3, num_comparisons=MANY)
    assert likelihood_ratio_under(calibration, 0.3, conditions=INSIDE, num_comparisons=MANY) == alone


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (Conditions.of("drawing", {}), "kind of material: got drawing, expected moving picture or still"),
        (
            Conditions.of("moving picture", {"height_pixels": 90, "seconds": 12.0}),
            "height pixels: got 90, expected 370.8 to 2127.6",
        ),
        (
            Conditions.of("moving picture", {"height_pixels": 720}),
            "seconds: got no value (nothing), expected at least 5.15",
        ),
        (
            Conditions.of("moving picture", {"height_pixels": 720, "seconds": not_measured("live")}),
            "seconds: got no value (live)",
        ),
        (
            Conditions.of("moving picture", {"height_pixels": math.nan, "seconds": 12.0}),
            "height pixels: got nan",
        ),
    ],
)
def test_outside_the_envelope_the_ratio_is_withheld_by_name(calibration, conditions, words):
    got = likelihood_ratio_under(calibration, 0.3, conditions=conditions, num_comparisons=MANY)
    assert isinstance(got, NotMeasured)
    assert words in str(got.reason)
    assert "withheld" in str(got.reason)


def test_every_reason_is_given_and_the_ends_belong_to_the_range():
    limits = [ConditionRange(kind="still", name=name, low=1.0, high=2.0, num_values=3) for name in ("a", "b")]
    envelope = Envelope(kinds=("still",), ranges=tuple(limits))
    assert check_envelope(envelope, Conditions.of("still", {"a": 1.0, "b": 2.0, "c": 99.0})).is_inside
    assert len(check_envelope(envelope, Conditions.of("still", {"a": 0.9, "b": 2.1})).reasons) == 2


def test_what_is_easier_than_the_data_is_inside():
    observed = {"seconds": [2.0, 5.0], "bars_share": [0.0, 0.3], "height_pixels": [240, 720]}
    envelope = fit_envelope(observed, kinds=["moving picture"] * 2)

    def is_inside(**changed):
        numbers = {"seconds": 4.0, "bars_share": 0.1, "height_pixels": 500.0, **changed}
        return check_envelope(envelope, Conditions.of("moving picture", numbers)).is_inside

    assert is_inside()
    assert is_inside(seconds=3600.0, bars_share=0.0)
    assert not is_inside(seconds=1.0)
    assert not is_inside(bars_share=0.5)
    assert not is_inside(height_pixels=4000.0)


def test_a_still_is_not_asked_for_its_seconds(calibration):
    still = Conditions.of("still", {"height_pixels": 700})
    assert check_envelope(calibration.envelope, still).is_inside


def test_an_envelope_needs_one_value_per_item():
    with pytest.raises(ValueError, match="one value per item"):
        fit_envelope({"seconds": [1.0]}, kinds=["still", "still"])
    with pytest.raises(ValueError, match="needs kinds"):
        fit_envelope({}, kinds=[])


@pytest.mark.parametrize("kind", CALIBRATOR_KINDS)
def test_what_is_stored_comes_back_with_the_same_hash(kind):
    calibration = made(kind)
    text = to_json(calibration)
    back = from_json(text)
    assert back == calibration
    assert to_json(back) == text
    assert back.sha256 == calibration.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert type(back.calibrator) is type(calibration.calibrator)


def test_without_axis_weights_it_comes_back_too(calibration):
    plain = dataclasses.replace(calibration, axis_weights=None)
    assert from_json(to_json(plain)) == plain
    assert plain.sha256 != calibration.sha256


def test_numbers_of_other_types_are_stored_alike(calibration):
    card = dataclasses.replace(calibration.bounds, lower=-1, upper=1)
    same = dataclasses.replace(calibration.bounds, lower=-1.0, upper=np.float64(1.0))
    assert to_json(dataclasses.replace(calibration, bounds=card)) == to_json(
        dataclasses.replace(calibration, bounds=same)
    )


def test_another_process_writes_the_same_bytes(calibration, request):
    script = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('again', {str(request.path)!r})\n"
        "module = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\n"
        "sys.stdout.write(module.made().sha256)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == calibration.sha256


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("bounds"),
        lambda content: content.update(verdict="copied"),
        lambda content: content["calibrator"].update(slope=-1.0),
        lambda content: content["calibrator"].update(kind="platt"),
        lambda content: content["interval"].update(seed="now"),
        lambda content: content.update(schema_version="1"),
        lambda content: content.update(name=" "),
        lambda content: content["data_card"].update(date="yesterday"),
    ],
)
def test_a_spoilt_file_is_refused(calibration, spoil):
    content = json.loads(to_json(calibration))
    spoil(content)
    with pytest.raises(ConfigurationError, match="can't be read"):
        from_json(json.dumps(content))


def test_what_can_not_be_stored_is_refused(calibration):
    with pytest.raises(ConfigurationError, match="can't be stored"):
        to_json(dataclasses.replace(calibration, proposition="x"))
    with pytest.raises(ConfigurationError, match="can't be read"):
        from_json("{")


def test_curves_are_thin_and_reach_both_ends(calibration):
    generator = np.random.default_rng(2)
    taken, independent = generator.normal(2, 1, 300), generator.normal(-2, 1, 3_000)
    curves = stored_curves(taken, independent)
    assert [curve.name for curve in curves] == ["tippett_taken", "tippett_independent", "calibration"]
    for curve in curves:
        assert len(curve.log10_lr) == len(curve.value) <= 201
        assert curve.log10_lr[-1] == max(taken.max(), independent.max())
    assert sum(value > 1.5 for value in curves[0].log10_lr) > 40
    assert stored_curves(taken, []) == ()
