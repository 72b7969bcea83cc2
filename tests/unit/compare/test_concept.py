"""Subjects (CLIP) find works and are shown; they never count as taking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.footage import write_video
from support.renders import shot
from support.tiny_clip import write_tiny_clip

from index import open_library
from similarity.absence import NotMeasured
from similarity.align.candidates import candidate_works
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.compare.works import suspect_track
from similarity.config import AlignConfig, Config, DescribeConfig
from similarity.ingest.add import add_files
from similarity.ingest.later_sets import describe_entries

NUM_BACKGROUND = 20


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    clip = write_tiny_clip(tmp_path_factory.mktemp("clip"))
    describe = DescribeConfig(use_clip="always", clip=clip)
    return Config(describe=describe, align=AlignConfig(turns=False), verify=replace(Config().verify, max_matches=0))


@pytest.fixture(scope="module")
def libraries(config, tmp_path_factory):
    """The same three works and twenty short background items, without CLIP and with it."""
    folder = tmp_path_factory.mktemp("libraries")
    for name, seeds in (("works", range(3)), ("background", range(100, 100 + NUM_BACKGROUND))):
        (folder / name).mkdir()
        for seed in seeds:
            write_video(folder / name / f"{name}{seed}.mp4", shot(seed, 24 if name == "works" else 8), rate=8)
    plain = replace(config, describe=DescribeConfig(use_clip="never"))
    paths = folder / "without", folder / "with"
    for path, one in zip(paths, (plain, config), strict=True):
        with open_library(path, create=True) as library:
            add_files([folder / "works"], library, config=one)
            add_files([folder / "background"], library, config=one, role="background")
    return paths


@pytest.fixture(scope="module")
def suspect(tmp_path_factory):
    """Work 1 in the left half of a split screen, and by its side something else."""
    split = [np.concatenate(pair, axis=1) for pair in zip(shot(1, 24), shot(50, 24), strict=True)]
    return write_video(tmp_path_factory.mktemp("suspect") / "split.mp4", split, rate=8)


def findings(library, config, suspect):
    session = open_session(library, config)
    video = session.describe(suspect)
    comparison = compare_described(video, session.rows, config=config)
    return session.measurer(video, comparison.suspect).judged(comparison.matches)


def concept(judged):
    return next(axis for axis in judged.finding.axes if axis.axis == "concept")


def test_a_pane_has_its_own_subject_and_the_percentile_is_among_best_alignments(libraries, config, suspect):
    with open_library(libraries[1]) as library:
        best = findings(library, config, suspect)[0]
    assert (best.match.work_id, best.match.view.region) == ("works1", "pane")
    axis = concept(best)
    assert axis.value > 0.9
    assert axis.num_samples == len(best.match.suspect_samples)
    assert axis.background_percentile == pytest.approx(100 * NUM_BACKGROUND / (NUM_BACKGROUND + 1))


def test_a_subject_changes_no_score_no_ratio_and_nothing_that_is_found(libraries, config, suspect):
    plain = replace(config, describe=DescribeConfig(use_clip="never"))
    with open_library(libraries[0]) as without, open_library(libraries[1]) as library:
        one, other = findings(without, plain, suspect), findings(library, config, suspect)
    assert [(j.match.work_id, j.match.score, j.found_by) for j in one] == [
        (j.match.work_id, j.match.score, j.found_by) for j in other
    ]
    for left, right in zip(one, other, strict=True):
        assert isinstance(concept(left).value, NotMeasured)
        assert left.finding.copy_ratio == right.finding.copy_ratio
        assert left.finding.adaptation_ratio == right.finding.adaptation_ratio
        taking = {"reproduction", "adaptation", "part"}
        assert (left.finding.reading.name in taking) == (right.finding.reading.name in taking)


def test_a_work_without_rows_is_compared_by_what_both_sides_have(libraries, config, suspect, tmp_path):
    with open_library(libraries[1]) as library:
        library.remove("works2")
        library.drop_set("clip")
        library.declare_set(open_describer(config), is_optional=True)
        best = findings(library, config, suspect)[0]
        assert "no CLIP descriptors" in str(concept(best).value.reason)
        describe_entries(library, "clip", config=config)
        assert concept(findings(library, config, suspect)[0]).value > 0.9


def open_describer(config):
    from similarity.describe.choose import optional_describer

    return optional_describer("clip", config.describe).identity


def test_a_subject_names_a_work_as_worth_aligning(libraries, config, suspect):
    with open_library(libraries[1]) as library:
        session = open_session(library, config)
        video = session.describe(suspect)
        track = suspect_track(video, session.rows.background)
        found = candidate_works(library, track, tuple(session.rows.works), config=AlignConfig(max_candidate_works=1))
    assert found.voting.routes == ("copies", "composition", "motion", "concept")
    assert "concept" in {one.route for one in found.routes["works1"]}
