"""Forms of use: proposed from the matches of real short videos, and from structures that stand on a border."""

from __future__ import annotations

import numpy as np
import pytest
from support.footage import write_still, write_video
from support.small_case import LIGHT, RATE, SIZE, pan

from index.local.library import Library
from similarity.compare.frames import DecodedFrames
from similarity.compare.session import open_session
from similarity.demo.camera import Shot, View, shoot
from similarity.ingest.add import add_files
from similarity.measure.use_forms import UsedStretch, forms_of_use
from similarity.report.build.pictures import frames_of_report
from similarity.report.build.report import compared, report_of, statement_of


def move(photograph, *, start, end, seconds):
    """A camera that goes over a photograph, from one view to another."""
    shot = Shot(photograph=photograph, seconds=seconds, start=view(*start), end=view(*end))
    number = round(seconds * RATE)
    return [shoot(shot, step / number, SIZE) for step in range(number)]


def view(x, y, width):
    return View(x=x, y=y, width=width)


def made_suspects(film, other, still, mast):
    halves = zip(film[:15], mast, strict=True)
    return {
        "repost": film,
        "slice": film[15:45],
        "stills": [frame for number in (52, 37, 22) for frame in [film[number]] * 15],
        "mash_up": [*film[45:58], *other[:8], *film[15:28], *other[15:22], *film[0:12], *film[30:44]],
        "extension": move("coffee.png", start=(0.42, 0.45, 0.5), end=(0.74, 0.65, 0.5), seconds=6),
        "still_in_motion": move("retina.jpg", start=(0.5, 0.5, 0.9), end=(0.55, 0.45, 0.6), seconds=4),
        "blend": [((one.astype(int) + other.astype(int)) // 2).astype(np.uint8) for one, other in halves],
        "one still, shown": [still] * 20,
        "other footage": other,
    }


@pytest.fixture(scope="module")
def proposed(once):
    """Suspect -> forms proposed; of a film of four shots, a shot of a cup and a still as works."""

    def make(folder):
        film = [*pan("astronaut.png"), *pan("coffee.png"), *pan("chelsea.png"), *pan("rocket.jpg")]
        other = [*pan("coins.png"), *pan("page.png")]
        still = move("retina.jpg", start=(0.5, 0.5, 0.9), end=(0.5, 0.5, 0.9), seconds=0.2)[0]
        cup = move("coffee.png", start=(0.42, 0.45, 0.5), end=(0.58, 0.55, 0.5), seconds=3)
        works = [write_video(folder / "film.mp4", film, rate=RATE), write_video(folder / "cup.mp4", cup, rate=RATE)]
        mast = pan("camera.png")
        works += [write_still(folder / "eye.png", still), write_video(folder / "mast.mp4", mast, rate=RATE)]
        street = write_video(folder / "street.mp4", other, rate=RATE)
        with Library.create(folder / "library") as library:
            add_files(works, library, config=LIGHT)
            add_files([street], library, config=LIGHT, role="background")
        with Library.open(folder / "library") as library:
            session = open_session(library, LIGHT)
            return {
                name: forms(session, write_video(folder / f"s {name}.mp4", frames, rate=RATE))
                for name, frames in made_suspects(film, other, still, mast).items()
            }

    return once("use_forms", make)


def forms(session, path):
    video = session.describe(path)
    frames = DecodedFrames(LIGHT.sample.reader, report=frames_of_report(video, LIGHT))
    found = compared(video, session.with_frames(frames))
    return report_of(found, statement_of(found)).use_forms


@pytest.mark.parametrize(
    ("name", "expected", "works"),
    [
        ("repost", ["repost"], ("film",)),
        ("slice", ["slice"], ("film",)),
        ("stills", ["stills"], ("film",)),
        ("mash_up", ["mash_up"], ("film",)),
        ("extension", ["extension"], ("cup",)),
        ("still_in_motion", ["still_in_motion"], ("eye",)),
        ("blend", ["slice", "blend"], ("film", "film", "mast")),
        ("one still, shown", [], ()),
        ("other footage", [], ()),
    ],
)
def test_real_videos_of_each_form(proposed, name, expected, works):
    found = proposed[name]
    assert [one.form for one in found] == expected, found
    assert tuple(work for one in found for work in one.work_ids) == works
    assert all(one.match_ids for one in found)


def stretch(start, end, at=None, *, name="m1", work="w1", **more):
    """A match of the whole picture at one speed; `at` is its place in the work, else the same as in the suspect."""
    there = start if at is None else at
    given = {"is_held": False, "is_whole_picture": True, "has_common_source": False, "distances_bits": (10, 12)}
    return UsedStretch(
        match_id=name,
        work_id=work,
        suspect_span=(start, end),
        work_span=(there, there + end - start),
        **given | more,
    )


def names(*stretches, suspect_seconds=10.0, works=(("w1", 10.0), ("w2", 10.0)), scenes=((0.0, 10.0),)):
    found = forms_of_use(stretches, suspect_seconds=suspect_seconds, work_seconds=dict(works), scenes=scenes)
    return [one.form for one in found]


def held(start, end, bits, **more):
    return stretch(start, end, is_held=True, distances_bits=bits, **more)


def test_nothing_found_and_a_still_suspect_look_like_no_form():
    assert names() == []
    assert names(stretch(0, 10), suspect_seconds=0.0) == []


def test_a_repost_needs_most_of_both_and_a_slice_most_of_the_suspect():
    assert names(stretch(0, 9.5)) == ["repost"]
    assert names(stretch(0, 9.5), works=[("w1", 100.0)]) == ["slice"]
    assert names(stretch(0, 7.9), scenes=[(0.0, 7.9), (7.9, 10.0)]) == []


def test_pieces_far_apart_in_the_work_are_no_slice():
    pieces = stretch(0, 5), stretch(5, 10, 50, name="m2")
    assert names(*pieces, works=[("w1", 100.0)], scenes=[(0, 5), (5, 10)]) == []
    near = stretch(0, 5), stretch(5, 10, 5.5, name="m2")
    assert names(*near, works=[("w1", 100.0)], scenes=[(0, 5), (5, 10)]) == ["slice"]


def test_three_pieces_in_order_without_other_footage_are_no_mash_up():
    pieces = [stretch(3 * n, 3 * n + 3, name=f"m{n}") for n in range(3)]
    assert "mash_up" not in names(*pieces, suspect_seconds=9.0)
    rearranged = [stretch(3 * n, 3 * n + 3, 30 - 3 * n, name=f"m{n}") for n in range(3)]
    assert "mash_up" in names(*rearranged, suspect_seconds=9.0)
    two_works = [stretch(3 * n, 3 * n + 3, name=f"m{n}", work=f"w{1 + n % 2}") for n in range(3)]
    assert "mash_up" in names(*two_works, suspect_seconds=9.0)


def test_a_shot_that_ends_with_the_match_or_goes_on_with_another_is_no_extension():
    assert names(stretch(0, 3), scenes=[(0, 3.2), (3.2, 10)]) == []
    assert names(stretch(0, 3), scenes=[(0, 6), (6, 10)]) == ["extension"]
    assert names(stretch(3, 6), scenes=[(0, 6), (6, 10)]) == ["extension"]
    assert names(stretch(0, 3), stretch(4, 5, 40, name="m2"), scenes=[(0, 5), (5, 10)]) == []


def test_a_held_picture_moves_or_stands():
    assert names(held(0, 3, (2, 40))) == ["still_in_motion"]
    assert names(held(0, 3, (2, 4)), held(4, 7, (30, 31), name="m2")) == ["stills"]
    assert names(held(0, 3, (2, 4))) == []
    assert names(held(0, 0.5, (2, 40))) == []


def test_a_blend_may_have_a_fainter_half_that_is_no_match_of_its_own():
    left = stretch(0, 4, distances_bits=(40, 60))
    cuts = [(0.0, 4.0), (4.0, 10.0)]

    def proposed_with(*bits):
        weaker = [stretch(0, 4, name="m2", work="w2", distances_bits=bits)]
        found = forms_of_use([left], weaker, suspect_seconds=10.0, work_seconds={"w1": 10.0}, scenes=cuts)
        return [one.form for one in found]

    assert proposed_with(70, 80) == ["blend"]
    assert proposed_with(104, 120) == []


def test_a_blend_is_the_very_picture_of_neither_work():
    whole = {"distances_bits": (40, 60)}
    both = stretch(0, 4, **whole), stretch(0, 4, name="m2", work="w2", **whole)
    cuts = [(0, 4), (4, 10)]
    assert names(*both, scenes=cuts) == ["blend"]
    assert names(both[0], stretch(0, 4, name="m2", work="w2"), scenes=cuts) == []
    assert names(both[0], stretch(0, 4, name="m2", work="w2", has_common_source=True, **whole), scenes=cuts) == []
    assert names(both[0], stretch(0, 4, name="m2", work="w2", is_whole_picture=False, **whole), scenes=cuts) == []
    assert names(both[0], stretch(3, 8, name="m2", work="w2", **whole), scenes=[(0, 8), (8, 10)]) == []
