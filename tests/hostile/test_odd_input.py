"""Footage that repeats itself, or hardly shows anything: loops, slideshows, still cameras, bars, leaders, credits."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

import cv2
import numpy as np
import pytest
from support.footage import write_video

from index.local.library import Library
from similarity.align.lines import LineRules
from similarity.align.normalise import Backgrounds
from similarity.align.pair import BLOCK_BINS, align_pair
from similarity.align.usual import shipped_ground
from similarity.align.values import BiasedTrack, SuspectTrack, ViewTrack, WorkTrack
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.demo.camera import Shot, View, shoot
from similarity.describe.views import AS_IS
from similarity.ingest.add import add_files
from similarity.intervals import union_seconds

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
THRESHOLD = CONFIG.align.operating_threshold
RATE, WIDTH, HEIGHT = 5, 192, 108
SAMPLE_SECONDS = 1 / CONFIG.sample.samples_per_second
WHITE, YELLOW, CYAN, GREEN = (235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16)
MAGENTA, RED, BLUE, BLACK = (235, 16, 235), (235, 16, 16), (16, 16, 235), (16, 16, 16)


def pan(photograph: str, seconds: float) -> list[np.ndarray]:
    """A slow pan over a photograph."""
    start, end = View(x=0.42, y=0.45, width=0.7), View(x=0.58, y=0.55, width=0.7)
    shot, num_frames = Shot(photograph=photograph, seconds=seconds, start=start, end=end), round(seconds * RATE)
    return [shoot(shot, number / num_frames, (WIDTH, HEIGHT)) for number in range(num_frames)]


def held(photograph: str, seconds: float) -> list[np.ndarray]:
    """The same picture, unmoved."""
    return pan(photograph, 1)[:1] * round(seconds * RATE)


def slides(*photographs: str) -> list[np.ndarray]:
    return [frame for photograph in photographs for frame in held(photograph, 2)]


def still_camera(photograph: str, seconds: float, *, seed: int) -> list[np.ndarray]:
    """A camera on a stand: nothing moves but the noise."""
    rng = np.random.default_rng(seed)
    frames = held(photograph, seconds)
    return [np.clip(frame + rng.normal(0, 6, frame.shape), 0, 255).astype(np.uint8) for frame in frames]


def upright_bars(*colours: tuple[int, int, int]) -> np.ndarray:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for number, colour in enumerate(colours):
        picture[:, number * WIDTH // len(colours) : (number + 1) * WIDTH // len(colours)] = colour
    return picture


def bars_with_a_foot() -> np.ndarray:
    """Seven bars over a row of reversed bars and a row of reference patches."""
    picture = upright_bars(WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE) // 4 * 3
    picture[72:82] = upright_bars(BLUE, BLACK, MAGENTA, BLACK, CYAN, BLACK, WHITE)[72:82] // 2
    picture[82:] = upright_bars((16, 40, 80), WHITE, (60, 16, 90), BLACK, (30, 30, 30), BLACK)[82:]
    return picture


def leader(seconds: float, *, is_dark: bool) -> list[np.ndarray]:
    """A countdown: digits in circles, a cross, a hand that turns once a second."""
    frames = []
    paper, ink, inner = (90, (230,) * 3, 38) if is_dark else (200, (20,) * 3, 30)
    for number in range(round(seconds * RATE)):
        picture = np.full((HEIGHT, WIDTH, 3), paper, np.uint8)
        angle = 2 * np.pi * (number % RATE) / RATE
        tip = int(96 + 90 * np.sin(angle)), int(54 - 90 * np.cos(angle))
        cv2.circle(picture, (96, 54), 44, ink, 2)
        cv2.circle(picture, (96, 54), inner, ink, 1)
        for start, end in (((0, 54), (191, 54)), ((96, 0), (96, 107)), ((96, 54), tip)):
            cv2.line(picture, start, end, ink, 1)
        font = cv2.FONT_HERSHEY_DUPLEX if is_dark else cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(picture, str(9 - number // RATE % 8), (78, 72), font, 1.9, ink, 4)
        frames.append(picture)
    return frames


def rolling_credits(seconds: float, *, seed: int) -> list[np.ndarray]:
    """Centred lines of random letters that scroll up over black."""
    rng, font, frames = np.random.default_rng(seed), cv2.FONT_HERSHEY_SIMPLEX, []
    lines = ["".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVW"), rng.integers(5, 16))) for _ in range(60)]
    for number in range(round(seconds * RATE)):
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        for place, line in enumerate(lines):
            (width, _), _ = cv2.getTextSize(line, font, 0.45, 1)
            cv2.putText(picture, line, ((WIDTH - width) // 2, HEIGHT + 16 * place - 3 * number), font, 0.45, WHITE, 1)
        frames.append(picture)
    return frames


FILM = [*pan("astronaut.png", 4), *pan("coffee.png", 4), *pan("chelsea.png", 4), *pan("rocket.jpg", 4)]
WORKS = {
    "film": lambda: FILM,
    "slides": lambda: slides("page.png", "coins.png", "brick.png", "cell.png"),
    "still_camera": lambda: still_camera("camera.png", 30, seed=1),
    "bars": lambda: [*[bars_with_a_foot()] * 40, *pan("ihc.png", 3)],
    "leader": lambda: [*leader(8, is_dark=False), *pan("retina.jpg", 3)],
    "credits": lambda: [*pan("motorcycle_left.png", 3), *rolling_credits(12, seed=1)],
    "alike": lambda: held("logo.png", 30),
}
SUSPECTS = {
    "loop": lambda: FILM[6 * RATE : 9 * RATE] * 5,
    "slides that share two": lambda: slides("grass.png", "cell.png", "coins.png", "horse.png", "phantom.png"),
    "slides that share two around another": lambda: slides("grass.png", "coins.png", "horse.png", "cell.png"),
    "slides that share none": lambda: slides("grass.png", "gravel.png", "horse.png", "phantom.png"),
    "another still camera": lambda: still_camera("hubble_deep_field.jpg", 30, seed=2),
    "other bars": lambda: [*[upright_bars(WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE, BLACK)] * 40],
    "bars in another order": lambda: [*[upright_bars(BLACK, BLUE, RED, MAGENTA, GREEN, CYAN, YELLOW, WHITE)] * 40],
    "another leader": lambda: leader(8, is_dark=True),
    "other credits": lambda: rolling_credits(12, seed=2),
    "black": lambda: [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 40,
    "alike": lambda: held("logo.png", 30),
}


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A function that compares one of the suspects with all the works, once."""
    folder, known = tmp_path_factory.mktemp("odd"), {}
    works = [write_video(folder / f"{name}.mp4", frames(), rate=RATE) for name, frames in WORKS.items()]
    with Library.create(folder / "library") as library:
        add_files(works, library, config=CONFIG)
        session = open_session(library, CONFIG)

        def compare(name):
            if name not in known:
                path = write_video(folder / f"suspect {name}.mp4", SUSPECTS[name](), rate=RATE)
                known[name] = compare_described(
                    session.describe(path), session.rows, config=CONFIG, verifier=session.verifier
                )
            return known[name]

        yield compare


def found(comparison):
    return [match for match in comparison.matches if match.score >= THRESHOLD]


def test_a_loop_is_placed_where_it_was_taken_and_at_most_once_in_the_mirror(compared):
    """Its shot is nearly symmetric: a mirrored place stands so near the threshold that machines differ (method.md)."""
    elsewhere = [
        match
        for match in found(compared("loop"))
        if match.work_start_seconds < 6 - SAMPLE_SECONDS or match.work_end_seconds > 9 + SAMPLE_SECONDS
    ]
    assert len(elsewhere) <= 1
    assert all(match.view.is_mirrored for match in elsewhere)


def test_a_loop_is_found_wherever_it_comes_round(compared):
    matches = found(compared("loop"))
    assert {match.work_id for match in matches} == {"film"}
    placed = [match for match in matches if 6 - SAMPLE_SECONDS <= match.work_start_seconds <= 9]
    assert len(placed) >= len(matches) - 1
    matches = placed
    assert union_seconds((match.suspect_start_seconds, match.suspect_end_seconds) for match in matches) > 0.9 * 15
    assert union_seconds((match.work_start_seconds, match.work_end_seconds) for match in matches) > 0.8 * 3


def test_a_slide_that_two_slideshows_share_is_found_and_no_other(compared):
    matches = found(compared("slides that share two"))
    assert {match.work_id for match in matches} == {"slides"}
    shown_at = sorted(
        (
            round(match.suspect_start_seconds),
            round(match.suspect_end_seconds),
            int((match.work_start_seconds + match.work_end_seconds) / 2 // 2 * 2),
        )
        for match in matches
    )
    assert shown_at == [(2, 4, 6), (4, 6, 2)]  # from, to, and where the slide begins in the work


def test_slides_that_two_slideshows_share_are_found_around_another(compared):
    assert {match.work_id for match in found(compared("slides that share two around another"))} == {"slides"}


@pytest.mark.parametrize(
    "name", ["slides that share none", "another still camera", "other bars", "bars in another order", "black"]
)
def test_what_only_keeps_still_or_carries_bars_matches_nothing(compared, name):
    assert [(match.work_id, match.score) for match in found(compared(name))] == []


def test_other_credits_match_nothing(compared):
    assert [(match.work_id, match.score) for match in found(compared("other credits"))] == []


@pytest.mark.xfail(strict=True, reason="the same circles and cross stand in both: named in docs/method.md")
def test_another_countdown_matches_nothing(compared):
    assert [(match.work_id, match.score) for match in found(compared("another leader"))] == []


def test_black_frames_are_gated_and_vote_for_nothing(compared):
    assert len(compared("black").suspect.seconds) == 0
    assert compared("black").matches == ()


def test_a_suspect_of_one_picture_gives_few_matches_with_a_work_of_that_picture(compared):
    comparison = compared("alike")
    assert {match.work_id for match in found(comparison)} == {"alike"}
    for alignment in comparison.alignments:
        assert len(alignment.matches) <= LineRules().max_runs
    for before, after in pairwise(comparison.matches):
        assert before.score >= after.score


def test_where_every_frame_looks_like_every_frame_matches_and_memory_are_bounded():
    num_suspect, num_work = 260, 900  # two blocks of the suspect
    background = Backgrounds(compact=shipped_ground("compact"), composition=shipped_ground("composition"))

    def biased(of, count):
        picture = of.rows[:1]
        return BiasedTrack(rows=picture.repeat(count, axis=0), bias=of.bias(picture).repeat(count))

    def rows(count):
        copies, layout = biased(background.compact, count), biased(background.composition, count)
        return copies.rows, np.zeros((count, 32), np.uint8), copies.bias, layout

    compact, pdq, bias, layout = rows(num_suspect)
    suspect = SuspectTrack(
        seconds=np.arange(num_suspect) * SAMPLE_SECONDS,
        duration_seconds=num_suspect * SAMPLE_SECONDS,
        cut_seconds=np.zeros(0),
        views={
            AS_IS: ViewTrack(
                samples=np.arange(num_suspect),
                compact=compact,
                pdq=pdq,
                bias=bias,
                quality=np.full(num_suspect, 100, np.uint8),
                composition=layout,
            )
        },
    )
    compact, pdq, bias, layout = rows(num_work)
    work = WorkTrack(
        work_id="work",
        seconds=np.arange(num_work) * SAMPLE_SECONDS,
        duration_seconds=num_work * SAMPLE_SECONDS,
        compact=compact,
        pdq=pdq,
        bias=bias,
        quality=np.full(num_work, 100, np.uint8),
        composition=layout,
    )
    tracemalloc.start()
    try:
        alignment = align_pair(suspect, work, background, rules=LineRules(), bin_seconds=SAMPLE_SECONDS)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    num_blocks = -(-num_suspect // BLOCK_BINS)
    assert 0 < len(alignment.matches) <= LineRules().max_runs * num_blocks
    assert peak_bytes < 150e6
