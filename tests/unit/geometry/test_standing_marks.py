"""Bars, captions and logos over several aligned pairs: found where they were put, and not where nothing stands."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.composites import SAME_PLACE, resurfaced, scene, with_bars, with_caption, with_logo

from similarity.absence import NotMeasured
from similarity.geometry.change_map import change_map
from similarity.geometry.standing_marks import MappedPair, standing_marks

SEEDS = (11, 12, 13, 14)
"""Frames that have nothing to do with each other, as after cuts."""


def pairs(edit_suspect, edit_work=lambda picture, _: (picture, None, SAME_PLACE), transform=SAME_PLACE):
    """The same edit over each of several frames."""
    found = []
    for seed in SEEDS:
        work, suspect = edit_work(scene(seed), 1)[0], edit_suspect(scene(seed), 1)[0]
        found.append(MappedPair(suspect=suspect, work=work, found=change_map(suspect, work, transform=transform)))
    return found


def untouched(picture, _):
    return picture, None, SAME_PLACE


def anew(picture, _):
    """Another paint for every picture."""
    return resurfaced(picture, int(picture[0, 0, 0])), None, SAME_PLACE


def told(marks):
    return {(mark.kind, mark.fate, mark.side) for mark in marks}


def overlap(part, mask):
    """Intersection over union of a box with the box around a mask."""
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    box = (columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height)
    across = max(0.0, min(part.right, box[2]) - max(part.left, box[0]))
    down = max(0.0, min(part.bottom, box[3]) - max(part.top, box[1]))
    areas = (part.right - part.left) * (part.bottom - part.top) + (box[2] - box[0]) * (box[3] - box[1])
    return across * down / (areas - across * down)


@pytest.mark.parametrize("edit", [with_logo, with_caption], ids=["logo", "caption"])
def test_an_overlay_that_stands_is_found_in_its_box(edit):
    (mark,) = standing_marks(pairs(edit))
    assert (mark.kind, mark.fate, mark.side) == ("overlay", "added", "suspect")
    assert mark.num_pairs == len(SEEDS)
    assert overlap(mark.part, edit(scene(11), 1)[1]) > 0.6


def test_bars_are_found_on_both_edges():
    _, _, transform = with_bars(scene(11), 0)
    marks = standing_marks(pairs(with_bars, transform=transform))
    assert told(marks) == {("bars", "added", "suspect")}
    assert sorted((round(mark.part.top, 1), round(mark.part.bottom, 1)) for mark in marks) == [(0.0, 0.1), (0.9, 1.0)]


def test_a_caption_in_a_bar_is_told_from_the_bar():
    def captioned(picture, seed):
        suspect, mask, transform = with_bars(picture, seed)
        cv2.putText(suspect, "BEST OF", (190, 258), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
        return suspect, mask, transform

    _, _, transform = with_bars(scene(11), 0)
    marks = standing_marks(pairs(captioned, transform=transform))
    assert told(marks) == {("bars", "added", "suspect"), ("overlay", "added", "suspect")}
    (caption,) = [mark.part for mark in marks if mark.kind == "overlay"]
    assert caption.top > 0.8
    assert 0.3 < caption.left < caption.right < 0.75


def test_a_logo_of_the_work_is_kept_or_gone():
    kept = standing_marks(pairs(with_logo, with_logo))
    assert told(kept) == {("overlay", "kept", "suspect")}
    gone = standing_marks(pairs(untouched, with_logo))
    assert told(gone) == {("overlay", "gone", "work")}
    mask = with_logo(scene(11), 1)[1]
    assert overlap(max(gone, key=lambda mark: mark.part.area_share).part, mask) > 0.6


def test_bars_of_the_work_are_kept_or_gone():
    kept = standing_marks(pairs(with_bars, with_bars))
    assert told(kept) == {("bars", "kept", "suspect")}
    gone = standing_marks(pairs(untouched, with_bars))
    assert {("bars", "gone", "work")} <= told(gone)


def test_nothing_stands_where_nothing_was_put():
    assert standing_marks(pairs(untouched)) == ()
    assert (
        standing_marks(pairs(lambda picture, _: (resurfaced(picture, int(picture[0, 0, 0])), None, SAME_PLACE))) == ()
    )


def test_a_shot_that_stands_still_has_no_marks_of_the_work():
    still = MappedPair(suspect=scene(11), work=scene(11), found=change_map(scene(11), scene(11), transform=SAME_PLACE))
    assert standing_marks([still] * 4) == ()


def test_few_pairs_cannot_tell():
    found = standing_marks(pairs(with_logo)[:2])
    assert isinstance(found, NotMeasured)
    assert "2 frame pairs" in str(found.reason)
