"""The demo's footage: what its truth says is what its files show."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise

import av
import numpy as np
import pytest
from PIL import Image
from support.recorded_progress import Recorded

from similarity.demo import photographs
from similarity.demo.camera import Shot
from similarity.demo.footage import render_tiny_demo
from similarity.demo.script import BACKGROUND, STILLS, SUSPECTS, WORKS
from similarity.errors import UnreadableMediaError


@pytest.fixture
def footage(demo):
    return demo


def frames(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24").astype(np.float32) for frame in container.decode(video=0)]


def film(footage, name):
    return next(film for film in footage.films if film.name == name)


def test_files_lie_where_they_should(footage):
    assert {path.name for path in (footage.folder / "works").iterdir()} >= {"garage.mp4", "poster.png"}
    assert [path.name for path in footage.paths("suspect")] == ["suspect_mixed.mp4", "suspect_original.mp4"]
    assert all(path.parent.name == "background" for path in footage.paths("background"))
    with Image.open(footage.folder / "works" / "poster.png") as still:
        assert still.size == (160, 90)


def test_every_film_is_as_long_as_said(footage):
    for truth in footage.films:
        if truth.seconds:
            assert len(frames(truth.path)) == round(truth.seconds * 25)


def test_pictures_change_at_the_known_cuts(footage):
    for truth in footage.films:
        shown = frames(truth.path) if truth.seconds else []
        changes = [np.abs(right - left).mean() for left, right in pairwise(shown)]
        for second in truth.cut_seconds:
            assert changes[round(second * 25) - 1] > 3 * np.median(changes)


def test_what_the_suspect_took_looks_like_the_work(footage):
    sped = next(stretch for stretch in footage.copied if "times" in stretch.edit)
    suspect, work = (frames(film(footage, name).path) for name in (sped.query_id, sped.ref_id))
    middle = (sped.query_start + sped.query_end) / 2
    there = sped.ref_start + (middle - sped.query_start) * 1.25
    taken, original = suspect[round(middle * 25)], work[round(there * 25)]
    assert np.abs(taken - original).mean() < 8
    assert {stretch.ref_id for stretch in footage.copied} == {"garage", "liftoff"}
    assert {stretch.query_id for stretch in footage.copied} == {"suspect_mixed"}


def test_truth_is_written_as_returned(footage):
    written = json.loads((footage.folder / "truth.json").read_text())
    assert [row["name"] for row in written["films"]] == [film.name for film in footage.films]
    assert [row["query_start"] for row in written["copied"]] == [stretch.query_start for stretch in footage.copied]


def test_rendering_twice_gives_the_same_bytes_and_reports_all_frames(footage, tmp_path):
    progress = Recorded()
    again = render_tiny_demo(tmp_path, progress=progress)
    done = [number - 1 for _, number, _ in progress.begun]
    assert done[-1] == progress.begun[-1][2]
    assert done == sorted(done)
    for ours, theirs in zip(footage.films, again.films, strict=True):
        digests = [hashlib.sha256(truth.path.read_bytes()).hexdigest() for truth in (ours, theirs)]
        assert digests[0] == digests[1]


def test_no_photograph_of_a_work_stands_in_a_suspects_own_footage_or_in_the_background():
    def shown(scripts):
        return {piece.photograph for script in scripts for piece in script.pieces if isinstance(piece, Shot)}

    protected = shown(WORKS) | {shot.photograph for _, shot in STILLS}
    assert not protected & shown(SUSPECTS)
    assert not protected & shown(BACKGROUND)
    assert not shown(SUSPECTS) & shown(BACKGROUND)


def test_a_photograph_that_is_not_shipped_is_named_with_the_next_step():
    with pytest.raises(UnreadableMediaError, match=r"nowhere\.png.*scikit-image"):
        photographs.load_photograph("nowhere.png")
