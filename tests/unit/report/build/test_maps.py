"""Maps of the frame pairs of a match: pictures by name, letters, shares by scene, frames laid as the match saw them."""

from __future__ import annotations

import numpy as np
import pytest
from support.composites import scene, with_logo
from support.made_report import build_report

from similarity.absence import NotMeasured, not_measured
from similarity.describe.views import AS_IS, MIRRORED
from similarity.report.build.maps import SeenPair, laying, taking_of, with_takings

WHOLE = (0, 0, 1000, 1000)
NO_FIT = not_measured("too plain")


def seen(suspect, work, seconds=1.0, *, view=AS_IS, suspect_box=WHOLE):
    transform, laid_by = laying(NO_FIT, (suspect_box, WHOLE), view)
    return SeenPair(
        suspect_seconds=seconds,
        work_seconds=seconds + 10,
        suspect=suspect,
        work=work,
        transform=transform,
        laid_by=laid_by,
    )


class Kept(dict):
    def __call__(self, name, picture):
        assert picture.dtype == np.uint8
        self[name] = picture
        return name


def test_a_match_is_mapped_pair_by_pair_with_every_picture_kept():
    kept = Kept()
    pairs = [seen(with_logo(scene(seed), 1)[0], scene(seed), float(seed)) for seed in range(4)]
    taking = taking_of("m7", pairs, kept)
    assert [pair.suspect_seconds for pair in taking.pairs] == [0, 1, 2, 3]
    named = [
        name
        for pair in taking.pairs
        for name in (
            pair.suspect_frame,
            pair.work_frame,
            pair.suspect_picture,
            pair.work_picture,
            pair.checkerboard_picture,
            pair.difference_picture,
        )
    ] + [one.picture for one in taking.marks]
    assert sorted(named) == sorted(kept)
    assert all(name.startswith("pictures/m7-") for name in named)
    assert [one.mark.kind for one in taking.marks] == ["overlay"]
    assert (taking.marks[0].start_seconds, taking.marks[0].end_seconds) == (0, 3)
    assert taking.suspect.kept > 0.85
    letters = set("".join(taking.pairs[0].suspect_cells))
    assert {"K", "A"} <= letters <= set("KMCA.")


@pytest.mark.parametrize(
    ("view", "suspect"), [(AS_IS, scene(1)), (MIRRORED, scene(1)[:, ::-1])], ids=["as is", "mirrored"]
)
def test_frames_without_a_fit_are_laid_as_the_match_saw_them(view, suspect):
    taking = taking_of("m1", [seen(np.ascontiguousarray(suspect), scene(1), view=view)], Kept())
    assert taking.pairs[0].laid_by == "view"
    assert taking.suspect.kept > 0.95
    assert isinstance(taking.marks, NotMeasured)


def test_frames_without_a_fit_are_laid_inside_their_bars():
    framed = np.zeros((360, 480, 3), np.uint8)
    framed[45:315] = scene(2)
    taking = taking_of("m1", [seen(framed, scene(2), suspect_box=(0, 125, 1000, 875))], Kept())
    assert taking.work.kept > 0.9
    assert taking.suspect.added == pytest.approx(0.25, abs=0.06)


def test_a_match_without_frames_says_why():
    assert isinstance(taking_of("m1", [], Kept()), NotMeasured)


def test_a_scene_has_the_shares_of_its_own_pairs():
    report = build_report(num_scenes=3, num_matches=2, num_weaker=1)
    first = next(one for one in report.scenes if one.works)
    at = (first.start_seconds + first.end_seconds) / 2
    alike, other = seen(scene(1), scene(1), at), seen(scene(2), scene(3), first.end_seconds + 1)
    taking = taking_of("m1", [alike, other], Kept())
    takings = {one.match_id: taking for one in first.works}
    found = with_takings([first], takings)[0].works[0].taking
    assert found.pairs == (0,)
    assert found.suspect == taking.pairs[0].suspect
    assert found.work == taking.pairs[0].work
    assert isinstance(with_takings([first], {})[0].works[0].taking, NotMeasured)
