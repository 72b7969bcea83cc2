"""Frames of a case: the verified pairs, in order of time, with the points that correspond."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from index.local.library import Library
from similarity.absence import NotMeasured, not_measured
from similarity.compare import engine as comparing
from similarity.compare.geometric import pairs_to_verify
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.geometry.fit import CONFIRMED_FROM, PairPoints
from similarity.report.build import pictures
from similarity.report.build.findings import named_matches
from similarity.report.build.pictures import make_pictures
from similarity.report.build.report import compare_to_folder
from similarity.report.folder import read_report


def config_of(**report):
    return load_profile("standard", {"align": {"search_device": "cpu"}, "report": report})


@pytest.fixture(scope="module")
def library(demo_library, tmp_path_factory):
    with Library.open(shutil.copytree(demo_library, tmp_path_factory.mktemp("pictures") / "library")) as library:
        yield library


@pytest.fixture(scope="module")
def session(library):
    return open_session(library, config_of())


@pytest.fixture(scope="module")
def case(session, demo, tmp_path_factory):
    """A suspect with matches, and its case folder."""
    folder = tmp_path_factory.mktemp("case")
    suspect = {row.query_id for row in demo.copied}
    path = next(path for path in demo.paths("suspect") if path.stem in suspect)
    report, _ = compare_to_folder(path, session, folder)
    return report, folder, path


@pytest.fixture(scope="module")
def compared(session, case):
    video = session.describe(case[2])
    found = comparing.compare_described(video, session.rows, config=session.config, verifier=session.verifier)
    return video, found, named_matches(found, session.measurer(video, found.suspect))


def test_the_frames_shown_are_pairs_that_were_verified(case, compared):
    report, _, _ = case
    _, found, matches = compared
    assert report.matches
    for shown, named in zip(report.matches, matches, strict=False):
        places = pairs_to_verify(named.aligned, config_of())
        seconds = found.suspect.seconds[named.aligned.suspect_samples[places]]
        times = [pair.suspect_seconds for pair in shown.frames]
        assert times == sorted(times)
        assert len(times) == min(config_of().report.max_frame_pairs_per_match, len(places))
        assert all(np.isclose(seconds, time, atol=1e-6).any() for time in times)


def test_confirmed_pairs_have_a_picture_of_points_and_others_have_none(case):
    report, folder, _ = case
    seen = [(pair.points, pair.points_picture) for match in report.matches for pair in match.frames]
    assert any(isinstance(points, PairPoints) and points.is_confirmed for points, _ in seen)
    for points, picture in seen:
        if isinstance(points, NotMeasured):
            continue
        assert points.is_confirmed == (points.chance_exponent >= CONFIRMED_FROM)
        assert isinstance(picture, str) == points.is_confirmed
        if points.is_confirmed:
            assert picture.endswith("-points.jpg")
            assert Image.open(io.BytesIO((folder / picture).read_bytes())).size[1] == 270


def test_the_report_is_complete_and_reads_back(case):
    report, folder, _ = case
    assert read_report(folder) == report
    for match in report.matches + report.weaker_matches:
        steps = match.score_steps
        assert (steps.alignment_score + steps.verification_points) * steps.rival_factor == pytest.approx(match.score)
        assert len(match.signals) == 3
        assert {str(row.aspect) for row in match.differences} >= {"left and right", "part shown", "speed", "bars"}
    assert "corresponding points" in (folder / "report.html").read_text(encoding="utf-8")


def test_unconfirmed_and_unmeasured_pairs_come_after_confirmed_ones(compared):
    _, _, matches = compared
    strongest = matches[0].aligned
    plain = not_measured("too plain")
    fits = (plain, *strongest.fits[1:])
    few = config_of(max_frame_pairs_per_match=len(fits) - 1)
    chosen = pictures._chosen(replace(strongest, fits=fits), few)
    assert plain not in [pair.fit for pair in chosen]
    assert [pair.index for pair in chosen] == sorted(pair.index for pair in chosen)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_no_more_pairs_are_shown_than_asked(compared, session, most):
    video, found, matches = compared
    config = config_of(max_frame_pairs_per_match=most)
    made = make_pictures(video, found, session.rows, matches=matches[:1], config=config, frames=session.frames)
    assert len(made.matches[matches[0].match_id].frames) == most


def test_without_verification_the_frames_are_shown_and_say_why(compared, session):
    video, found, matches = compared
    gone = not_measured("the file is gone")
    aligned = replace(matches[0].aligned, verification=gone, fits=())
    named = replace(matches[0], aligned=aligned)
    made = make_pictures(video, found, session.rows, matches=[named], config=config_of(), frames=session.frames)
    pair = made.matches[named.match_id].frames[0]
    assert pair.points == gone
    assert Image.open(io.BytesIO(made.files[pair.work_picture])).format == "JPEG"
    assert made.matches[named.match_id].colours == ()


def test_every_scene_that_a_found_match_covers_has_maps_of_its_own(case):
    report, folder, _ = case
    matches = {match.match_id: match for match in report.matches}
    covered = [(scene, one) for scene in report.scenes for one in scene.works if one.match_id in matches]
    assert len({(scene.scene_number, one.match_id) for scene, one in covered}) > len(matches)
    for scene, one in covered:
        maps = [matches[one.match_id].taking.pairs[number] for number in one.taking.pairs]
        assert maps
        assert all(scene.start_seconds <= pair.suspect_seconds < scene.end_seconds for pair in maps)
        assert all((folder / pair.suspect_picture).is_file() for pair in maps)
    placed = [match for match in report.matches if not isinstance(match.placement, NotMeasured)]
    assert placed
    assert {pair.laid_by for match in placed for pair in match.taking.pairs} == {"placement"}
    assert all(match.taking.suspect.kept > 0.6 for match in placed)  # one has a caption and is cropped
