"""Found matches placed to the frame: from both files, read again; where one can't be, the sample grid's times stand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.footage import write_video

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.demo.camera import Shot, View, shoot
from similarity.ingest.add import add_files

RATE = 25
FRAME = 1 / RATE
CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})


def fast_pan(photograph, seconds, *, left=0.3, right=0.7):
    start, end = View(x=left, y=0.45, width=0.55), View(x=right, y=0.55, width=0.5)
    shot, number = Shot(photograph=photograph, seconds=seconds, start=start, end=end), round(seconds * RATE)
    return [shoot(shot, step / number, (320, 180)) for step in range(number)]


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    frames = [*fast_pan("astronaut.png", 4), *fast_pan("coffee.png", 6), *fast_pan("chelsea.png", 4)]
    return write_video(tmp_path_factory.mktemp("works") / "film.mp4", frames, rate=RATE), frames


@pytest.fixture(scope="module")
def library(tmp_path_factory, work):
    with Library.create(tmp_path_factory.mktemp("library") / "lib") as library:
        add_files([work[0]], library, config=CONFIG)
        yield library


@pytest.fixture
def place(tmp_path, library):
    """The strongest match of a suspect made of these frames, as the sample grid has it and as placed."""

    def run(frames, *, config=CONFIG, meanwhile=lambda: None):
        suspect = write_video(tmp_path / "suspect.mp4", frames, rate=RATE)
        session = open_session(library, config)
        video = session.describe(suspect)
        found = compare_described(video, session.rows, config=config, verifier=session.verifier)
        meanwhile()
        return found.matches[0], session.placer.placed(video, found).matches[0]

    return run


def cropped(frame):
    return cv2.resize(frame[10:170, 20:300], (320, 180), interpolation=cv2.INTER_AREA)


def brighter_and_mirrored(frame):
    return np.clip(frame[:, ::-1].astype(float) * 0.7 + 60, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "edit", [lambda frame: frame, cropped, brighter_and_mirrored], ids=["as it is", "crop", "turn"]
)
def test_a_copy_is_placed_to_the_frame(place, work, edit):
    _, frames = work
    taken = [edit(frame) for frame in frames[107:231]]  # from 4.28 s to 9.24 s
    _, match = place([*fast_pan("coins.png", 2.2), *taken, *fast_pan("rocket.jpg", 2)])
    assert match.suspect_start_seconds == pytest.approx(2.2, abs=FRAME + 1e-6)
    assert match.suspect_end_seconds == pytest.approx(2.2 + 124 * FRAME, abs=FRAME + 1e-6)
    assert match.work_start_seconds == pytest.approx(107 * FRAME, abs=2.5 * FRAME)
    assert match.work_end_seconds == pytest.approx(231 * FRAME, abs=2.5 * FRAME)
    assert match.fit.speed_factor == pytest.approx(1.0, abs=0.01)
    placed = match.placement
    assert (placed.starts_at_cut, placed.ends_at_cut) == (True, True)
    assert placed.speed_interval[0] <= 1.0 <= placed.speed_interval[1]
    assert placed.work_start_interval_seconds[0] <= 107 * FRAME <= placed.work_start_interval_seconds[1]
    assert placed.agreement > 0.8


def test_the_one_change_of_the_picture_is_that_of_the_dense_look(place, work):
    _, match = place([*fast_pan("coins.png", 2), *map(cropped, work[1][110:230])])
    part = match.verification.change.work_part
    edges = (part.left, part.top, part.right, part.bottom)
    assert edges == pytest.approx((20 / 320, 10 / 180, 300 / 320, 170 / 180), abs=0.02)


def test_another_speed_is_measured(place, work):
    taken = [work[1][110 + round(1.3 * number)] for number in range(90)]
    _, match = place([*fast_pan("coins.png", 2), *taken])
    assert match.fit.speed_factor == pytest.approx(1.3, abs=0.013)
    assert match.placement.speed_interval[0] <= 1.3 <= match.placement.speed_interval[1]
    assert match.placement.speed_interval[0] > 1.2


def test_a_still_shot_is_not_said_to_be_placed_in_time(place, tmp_path):
    still = fast_pan("coffee.png", 4)[0]
    film = write_video(tmp_path / "still.mp4", [still] * 150, rate=RATE)
    with Library.create(tmp_path / "lib") as library:
        add_files([film], library, config=CONFIG)
        session = open_session(library, CONFIG)
        suspect = write_video(tmp_path / "copy.mp4", [*fast_pan("coins.png", 2), *([still] * 90)], rate=RATE)
        video = session.describe(suspect)
        config = load_profile("standard", {"align": {"search_device": "cpu", "operating_threshold": 0.5}})
        session = open_session(library, config)
        found = compare_described(video, session.rows, config=config, verifier=session.verifier)
        match = session.placer.placed(video, found).matches[0]
    assert match.suspect_start_seconds == pytest.approx(2.0, abs=FRAME + 1e-6)
    assert isinstance(match.placement.speed_interval, NotMeasured)
    assert isinstance(match.placement.work_start_interval_seconds, NotMeasured)


def test_a_painting_of_the_work_keeps_the_times_of_the_sample_grid(place, work):
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 255, (180, 320, 3))
    taken = [
        (0.25 * frame + 0.75 * np.roll(noise, 7 * number, axis=1)).astype(np.uint8)
        for number, frame in enumerate(work[1][110:230])
    ]
    config = load_profile("standard", {"align": {"search_device": "cpu", "operating_threshold": -9.0}})
    coarse, match = place([*fast_pan("coins.png", 2), *taken], config=config)
    if isinstance(match.placement, NotMeasured):
        assert match.suspect_start_seconds == coarse.suspect_start_seconds
        assert match.fit == coarse.fit
    else:
        assert match.suspect_start_seconds == pytest.approx(2.0, abs=0.1)


def test_a_work_whose_file_is_gone_leaves_the_times_of_the_sample_grid(place, work):
    path, frames = work
    content = path.read_bytes()
    try:
        coarse, match = place([*fast_pan("coins.png", 2), *frames[110:230]], meanwhile=path.unlink)
    finally:
        path.write_bytes(content)
    assert "no longer where it was indexed" in str(match.placement.reason)
    assert (match.suspect_start_seconds, match.fit) == (coarse.suspect_start_seconds, coarse.fit)


def test_nothing_is_placed_where_none_is_asked_for(place, work):
    config = load_profile("standard", {"align": {"search_device": "cpu"}, "place": {"max_matches": 0}})
    coarse, match = place([*fast_pan("coins.png", 2), *work[1][110:230]], config=config)
    assert isinstance(match.placement, NotMeasured)
    assert match.fit == coarse.fit


@pytest.mark.parametrize("edit", [cropped, brighter_and_mirrored], ids=["crop", "mirror"])
def test_what_both_show_is_the_same_picture(place, work, edit):
    _, frames = work
    coarse, match = place([*fast_pan("coins.png", 2.2), *map(edit, frames[107:231]), *fast_pan("rocket.jpg", 2)])
    assert len(match.placement.pairs) == len(match.visible) == 4
    for pair in match.placement.pairs:
        assert pair.pdq_distance_bits <= 31 < pair.pdq_distance_bits_as_shown
        assert pair.structure > 0.9
    assert coarse.visible == ()


def test_axes_of_a_placed_match_are_measured_through_the_fit(tmp_path, library, work):
    _, frames = work
    taken = [cropped(frame) for frame in frames[107:231]]
    suspect = write_video(tmp_path / "suspect.mp4", [*fast_pan("coins.png", 2.2), *taken], rate=RATE)
    session = open_session(library, CONFIG)
    video = session.describe(suspect)
    coarse = compare_described(video, session.rows, config=CONFIG, verifier=session.verifier)
    placed = session.placer.placed(video, coarse)
    measurer = session.measurer(video, placed.suspect)
    before, after = ({axis.axis: axis for axis in measurer.finding(one.matches[0]).axes} for one in (coarse, placed))
    assert (before["verbatim"].is_through_fit, after["verbatim"].is_through_fit) == (False, True)
    assert before["verbatim"].value <= 0.5
    assert after["verbatim"].value == 1.0
    assert after["structure"].is_through_fit
    assert [after[name].is_through_fit for name in ("copied", "composition", "motion")] == [False] * 3


@pytest.mark.parametrize(
    ("turned", "degrees", "is_mirrored"),
    [(lambda frame: np.rot90(frame, -1), 90, False), (lambda frame: frame[::-1], 180, True)],
    ids=["clockwise", "upside down"],
)
def test_a_turned_copy_is_found_and_placed(place, work, turned, degrees, is_mirrored):
    _, frames = work
    taken = [np.ascontiguousarray(turned(frame)) for frame in frames[107:231]]
    around = [np.ascontiguousarray(turned(frame)) for frame in fast_pan("coins.png", 2.2)]
    _, match = place([*around, *taken])
    assert match.score > CONFIG.align.operating_threshold
    assert match.suspect_start_seconds == pytest.approx(2.2, abs=FRAME + 1e-6)
    assert match.work_start_seconds == pytest.approx(107 * FRAME, abs=2.5 * FRAME)
    assert match.fit.speed_factor == pytest.approx(1.0, abs=0.01)
    change = match.verification.change
    assert (round(change.rotation_degrees) % 360, change.is_mirrored) == (degrees, is_mirrored)
    assert all(pair.pdq_distance_bits <= 31 for pair in match.placement.pairs)


def ramp(frames, *, first, start, end, seconds):
    """Frames of a work whose speed goes evenly from one to another, and the time in the work at each of them."""
    times = np.arange(round(seconds * RATE)) / RATE
    there = first + start * times + (end - start) / (2 * seconds) * times**2
    return [frames[round(one * RATE)] for one in there], there


@pytest.mark.parametrize(("start", "end"), [(1.0, 1.5), (1.4, 0.8)], ids=["faster", "slower"])
def test_a_ramp_is_placed_piece_by_piece(place, work, start, end):
    taken, there = ramp(work[1], first=4.6, start=start, end=end, seconds=4.2)
    _, match = place([*fast_pan("coins.png", 2), *taken, *fast_pan("rocket.jpg", 2)])
    pieces = match.placement.pieces
    assert len(pieces) >= 2
    assert match.suspect_start_seconds == pytest.approx(2.0, abs=FRAME + 1e-6)
    assert match.suspect_end_seconds == pytest.approx(6.2, abs=FRAME + 1e-6)
    edges = [pieces[0].suspect_start_seconds, *(piece.suspect_end_seconds for piece in pieces)]
    places = [pieces[0].work_start_seconds, *(piece.work_end_seconds for piece in pieces)]
    found = np.interp(np.arange(len(taken)) / RATE + 2.0, edges, places)
    assert np.abs(found - there).max() <= 2 * FRAME
    assert (pieces[-1].speed > pieces[0].speed) == (end > start)
    assert match.work_start_seconds == pytest.approx(4.6, abs=2 * FRAME)
    assert match.work_end_seconds == pytest.approx(there[-1] + FRAME * end, abs=2 * FRAME)
