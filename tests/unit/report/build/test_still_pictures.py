"""Still pictures: one scene, axes, a reading and ratios, and words without seconds, whichever side the still is on."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from skimage import data
from support.footage import write_gif, write_still, write_video

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.cli.words import compared_in_words
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.report.build.report import compare_to_folder

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
COFFEE, CAT = (cv2.resize(picture, (480, 320)) for picture in (data.coffee(), data.chelsea()))
SECONDS = re.compile(r"\d(?:\.\d+)? s\b|\d:\d\d")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stills")
    works = [
        write_still(folder / "photograph.png", COFFEE),
        write_video(folder / "film.mp4", [CAT] * 30 + [COFFEE] * 30, rate=10),
    ]
    with Library.create(folder / "lib") as library:
        add_files(works, library, config=CONFIG)
        yield open_session(library, CONFIG)


@pytest.fixture(scope="module")
def compared(session, tmp_path_factory):
    """The report of a suspect, and what stands in the terminal."""
    known = {}

    def run(name, write):
        if name not in known:
            folder = tmp_path_factory.mktemp("suspect")
            report, files = compare_to_folder(write(folder / name), session, folder / "report")
            known[name] = (
                report,
                compared_in_words(report, files),
                (folder / "report" / "report.html").read_text("utf-8"),
            )
        return known[name]

    return run


def photograph(path):
    return write_still(path, np.clip(COFFEE * 0.9 + 10, 0, 255).astype(np.uint8))


def one_frame(path):
    return write_video(path, [COFFEE], rate=25)


def one_gif(path):
    return write_gif(path, [COFFEE])


@pytest.mark.parametrize(
    ("name", "write"), [("photograph.jpg", photograph), ("one.mp4", one_frame), ("one.gif", one_gif)]
)
def test_a_picture_is_one_scene_with_all_that_a_scene_has(compared, name, write):
    report, said, _ = compared(name, write)
    assert report.suspect.is_still
    assert {one.work.video_id for one in report.works} == {"photograph", "film"}
    (scene,) = report.scenes
    assert set(scene.match_ids) == {match.match_id for match in report.matches}
    assert {one.finding.work_id for one in scene.works} == {"photograph", "film"}
    for one in scene.works:
        axes = {axis.axis: axis.value for axis in one.finding.axes}
        assert axes["verbatim"] == 1.0
        assert axes["structure"] > 0.9
        assert one.finding.reading.name == "reproduction"
        assert one.finding.conditions.kind == "still"
        assert one.finding.copy_ratio.log10_lr > 1
        assert one.taking.suspect.kept > 0.9
    film = next(one.finding for one in scene.works if one.finding.work_id == "film")
    assert film.work_start_seconds < film.work_end_seconds
    assert "the picture resembles 2 of 2 works" in said
    assert "photograph: the picture of the suspect, the picture of the work" in said
    assert not re.search(r"\b0\.0 s", said)


def test_a_still_is_spoken_of_without_seconds(compared):
    report, _, page = compared("photograph.jpg", photograph)
    assert isinstance(report.suspect_coverage.fraction, NotMeasured)
    assert all(match.placement.reason.text.startswith("a still picture has no time") for match in report.matches)
    section = page[page.index('id="scene-by-scene"') :]
    named = re.sub(r"<[^>]+>", " ", section[: section.index("</section>")])
    assert "the picture against the picture" in named
    assert "0:00.0" not in named


def test_a_film_that_shows_a_photograph_is_found_where_it_does(compared):
    report, said, _ = compared("film.mp4", lambda path: write_video(path, [CAT] * 20 + [COFFEE] * 30, rate=10))
    match = next(match for match in report.matches if match.work_id == "photograph")
    assert (match.work_start_seconds, match.work_end_seconds) == (0, 0)
    assert match.suspect_start_seconds == pytest.approx(2.0, abs=0.3)
    of_photograph = [
        (scene.scene_number, one.match_id)
        for scene in report.scenes
        for one in scene.works
        if one.finding.work_id == "photograph"
    ]
    assert of_photograph == [(2, match.match_id)]
    assert "of the suspect, the picture of the work" in said


def test_two_stills_step_back_before_the_stronger(session, tmp_path):
    """A moment is a stretch too: of two works that a picture resembles the less alike steps back."""
    with Library.create(tmp_path / "lib") as library:
        near = np.clip(cv2.GaussianBlur(COFFEE, (0, 0), 6) * 0.7, 0, 255).astype(np.uint8)
        near[100:300, 150:400] = CAT[100:300, 150:400]
        add_files(
            [write_still(tmp_path / "same.png", COFFEE), write_still(tmp_path / "near.png", near)],
            library,
            config=CONFIG,
        )
        report, _ = compare_to_folder(
            photograph(tmp_path / "photograph.jpg"), open_session(library, CONFIG), tmp_path / "report"
        )
    steps = {match.work_id: match.score_steps for match in report.matches + report.weaker_matches}
    assert steps["same"].rival is None
    assert steps["near"].rival.work_id == "same"
    assert steps["near"].rival_factor < 1
