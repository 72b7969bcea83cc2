"""Works in parts of a suspect's frame, as they are and turned: found at their place, through the right view."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.footage import write_video

from index.local.library import Library
from similarity.compare.engine import compare_described
from similarity.compare.promising import promising_samples
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.demo.camera import Shot, View, shoot
from similarity.describe.conditions import common_area_share
from similarity.ingest.add import add_files

RATE = 25
FIRST, NUM_FRAMES = 110, 125
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})


def moving(photograph, seconds, *, size=(320, 180)):
    start, end = View(x=0.3, y=0.45, width=0.55), View(x=0.7, y=0.55, width=0.5)
    shot, number = Shot(photograph=photograph, seconds=seconds, start=start, end=end), round(seconds * RATE)
    return [shoot(shot, step / number, size) for step in range(number)]


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    frames = [*moving("astronaut.png", 4), *moving("coffee.png", 6), *moving("chelsea.png", 3)]
    return write_video(tmp_path_factory.mktemp("works") / "film.mp4", frames, rate=RATE), frames


@pytest.fixture(scope="module")
def library(tmp_path_factory, work):
    with Library.create(tmp_path_factory.mktemp("library") / "lib") as library:
        add_files([work[0]], library, config=CONFIG)
        yield library


@pytest.fixture(scope="module")
def others():
    names = ("coins.png", "rocket.jpg", "grass.png", "brick.png", "gravel.png", "hubble_deep_field.jpg")
    return [moving(name, NUM_FRAMES / RATE) for name in names[:3]]


def composed(size, parts):
    """Frames of footage laid into boxes (left, top, width, height) of a frame, the last on top."""
    found = []
    for number in range(NUM_FRAMES):
        canvas = np.zeros((size[1], size[0], 3), np.uint8)
        for frames, (left, top, width, height) in parts:
            laid = cv2.resize(frames[number], (width, height), interpolation=cv2.INTER_AREA)
            canvas[top : top + height, left : left + width] = laid
        found.append(canvas)
    return found


def above_60(taken, others):
    return composed((320, 450), [(taken, (0, 0, 320, 180)), (others[0], (0, 180, 320, 270))])


def middle_of_nine(taken, others):
    cells = [(column * 214, row * 120, 214, 120) for row in range(3) for column in range(3)]
    content = [taken if number == 4 else others[number % 3] for number in range(9)]
    return composed((642, 360), list(zip(content, cells, strict=True)))


def small_inset(taken, others):
    return composed((640, 360), [(others[1], (0, 0, 640, 360)), (taken, (440, 230, 176, 100))])


LAYOUTS = {
    "40 above 60": (above_60, (0, 0, 1000, 400)),
    "the middle of nine": (middle_of_nine, (333, 333, 667, 667)),
    "a small inset": (small_inset, (688, 639, 963, 917)),
}


def strongest(tmp_path, library, frames):
    suspect = write_video(tmp_path / "suspect.mp4", frames, rate=RATE)
    session = open_session(library, CONFIG)
    video = session.describe(suspect)
    found = compare_described(video, session.rows, config=CONFIG, verifier=session.verifier)
    return session.placer.placed(video, found).matches[0]


def assert_in_place(match):
    assert match.score > CONFIG.align.operating_threshold
    assert match.suspect_start_seconds == pytest.approx(0.0, abs=0.1)
    assert match.work_start_seconds == pytest.approx(FIRST / RATE, abs=0.1)
    assert match.fit.speed_factor == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_work_in_a_pane_is_found_at_its_place(tmp_path, library, work, others, layout):
    compose, box = LAYOUTS[layout]
    match = strongest(tmp_path, library, compose(work[1][FIRST : FIRST + NUM_FRAMES], others))
    assert_in_place(match)
    assert match.view.region == "pane"
    assert common_area_share(match.view.box, box) >= 0.85


@pytest.mark.parametrize(
    ("turned", "degrees", "is_mirrored"),
    [
        (lambda frame: frame[::-1], 180, True),
        (lambda frame: frame[::-1, ::-1], 180, False),
    ],
    ids=["upside down", "half a turn"],
)
def test_a_work_turned_in_a_pane_is_found_at_its_place(tmp_path, library, work, others, turned, degrees, is_mirrored):
    taken = [np.ascontiguousarray(turned(frame)) for frame in work[1][FIRST : FIRST + NUM_FRAMES]]
    match = strongest(tmp_path, library, above_60(taken, others))
    assert_in_place(match)
    assert (match.view.turn_degrees, match.view.is_mirrored) == (degrees, is_mirrored)


@pytest.mark.parametrize("way", ["transpose", "transverse"])
def test_a_work_laid_over_along_a_diagonal_is_found_at_its_place(tmp_path, library, work, way):
    taken = [frame.transpose(1, 0, 2) for frame in work[1][FIRST : FIRST + NUM_FRAMES]]
    taken = taken if way == "transpose" else [frame[::-1, ::-1] for frame in taken]
    match = strongest(tmp_path, library, [np.ascontiguousarray(frame) for frame in taken])
    assert_in_place(match)
    assert match.view.is_mirrored
    assert match.view.turn_degrees in (90, 270)
    assert match.verification.change.is_mirrored


def test_a_turned_scene_shorter_than_the_probes_lie_apart_is_found(tmp_path, library, work, others):
    taken = [np.ascontiguousarray(frame[::-1]) for frame in work[1][FIRST : FIRST + 33]]
    match = strongest(tmp_path, library, [*others[0][:60], *taken, *others[1][:60]])
    assert match.suspect_start_seconds == pytest.approx(60 / RATE, abs=0.1)
    assert match.work_start_seconds == pytest.approx(FIRST / RATE, abs=0.1)


def test_panes_of_unrelated_footage_are_not_looked_at_closer(tmp_path, library, others):
    suspect = write_video(tmp_path / "suspect.mp4", above_60(others[2], others), rate=RATE)
    session = open_session(library, CONFIG)
    video = session.describe(suspect)
    assert any(view.region == "pane" for view in video.probes)
    assert promising_samples(video, session.rows) == {}
