"""Two videos of one set: what never moves is alike, what moves is not; that is told, shown, and found as no copy."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data
from support.footage import write_video

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.cli.words import compared_in_words
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.report.build.report import compare_to_folder

RATE = 12
SIZE = (320, 180)
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
ROOM = cv2.resize(data.stereo_motorcycle()[0], SIZE)
WHO = {"monday": data.astronaut()[:300, 110:330], "tuesday": data.chelsea()[:, 80:380]}


def day(name, *, seconds=5):
    """One room on one day: somebody of that day crosses it, under the light of that day."""
    person = cv2.resize(WHO[name], (80, 95))
    mask = cv2.ellipse(np.zeros((95, 80), np.uint8), (40, 47), (38, 45), 0, 0, 360, 1, -1)[..., None]
    light = 1.0 if name == "monday" else 0.8
    for number in range(seconds * RATE):
        picture = np.clip(255 * (ROOM / 255.0) ** light, 0, 255).astype(np.uint8)
        left, top = (10 + 3 * number, 70) if name == "monday" else (225 - 3 * number, 55)
        there = picture[top : top + 95, left : left + 80]
        there[:] = np.where(mask[:, : there.shape[1]], person[:, : there.shape[1]], there)
        yield picture


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rooms")
    film = write_video(folder / "monday.mp4", day("monday"), rate=RATE)
    with Library.create(folder / "lib") as library:
        add_files([film], library, config=CONFIG)
        yield open_session(library, CONFIG)


@pytest.fixture
def compared(session, tmp_path):
    def run(frames):
        suspect = write_video(tmp_path / "suspect.mp4", frames, rate=RATE)
        report, files = compare_to_folder(suspect, session, tmp_path / "report")
        return report, compared_in_words(report, files)

    return run


def test_one_room_on_two_days_is_found_as_no_copy_and_shown(compared, tmp_path):
    report, said = compared(day("tuesday"))
    assert report.matches == ()
    match = report.weaker_matches[0]
    assert match.score > CONFIG.align.operating_threshold
    assert match.finding.reading.name == "shared_setting"
    for ratio in (match.finding.copy_ratio, match.finding.adaptation_ratio):
        assert isinstance(ratio, NotMeasured)
        assert "support lies only in what never moves in either" in ratio.reason.text
    assert not match.finding.envelope.is_inside
    support = match.finding.support
    assert support.standing_agreement > 0.9
    assert support.moving_agreement < 0.45
    assert support.others
    for name in (match.regions.suspect_picture, match.regions.work_picture):
        assert (tmp_path / "report" / name).read_bytes().startswith(b"\xff\xd8")
    assert "monday: set aside, support lies only in what never moves in either" in said
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "Regions of the suspect video&#39;s frame" in page or "in which something moves and the two show" in page


def test_a_copy_of_the_same_shot_is_found(compared):
    darker = [np.clip(0.8 * picture, 0, 255).astype(np.uint8) for picture in day("monday")]
    report, _ = compared(darker[RATE : 4 * RATE])
    match = report.matches[0]
    assert "copy" in match.found_by
    assert match.finding.support.kind == "moving"
    assert match.finding.copy_ratio.log10_lr > 1


def test_a_copy_in_which_nothing_moves_is_found_and_that_is_said(session, tmp_path):
    with Library.create(tmp_path / "lib") as library:
        add_files([write_video(tmp_path / "still.mp4", [ROOM] * 4 * RATE, rate=RATE)], library, config=CONFIG)
        suspect = write_video(tmp_path / "suspect.mp4", [cv2.convertScaleAbs(ROOM, alpha=0.9)] * 3 * RATE, rate=RATE)
        report, _ = compare_to_folder(suspect, open_session(library, CONFIG), tmp_path / "report")
    match = report.matches[0]
    assert "copy" in match.found_by
    assert match.finding.support.kind == "nothing moves"
