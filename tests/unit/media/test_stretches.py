"""Every frame of a stretch, small and grey: the same frames and times as a pass over the film gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support.footage import moving_pattern, write_video

from similarity.errors import MediaError
from similarity.media.open import open_video
from similarity.media.stretches import grey_stretch

RATE, NUM_FRAMES = 25, 100
WHOLE = (0.0, NUM_FRAMES / RATE)


@pytest.fixture(scope="module", params=["film.mp4", "film.mkv", "film.avi"])
def film(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("films") / request.param
    return write_video(path, moving_pattern(NUM_FRAMES), rate=RATE, keyframe_every=12, b_frames=2)


@pytest.fixture(scope="module")
def shown(film):
    """Seconds and grey pictures of a pass from the start."""
    reader = open_video(film).reader
    seen = [
        (float(frame.time), cv2.cvtColor(reader.picture(frame, max_side=96), cv2.COLOR_RGB2GRAY))
        for frame in reader.frames()
    ]
    reader.close()
    return seen


@pytest.mark.parametrize("span", [WHOLE, (1.0, 2.0), (1.23, 1.77), (0.0, 0.04), (3.5, 99.0), (-1.0, 0.5)])
def test_a_stretch_is_what_a_pass_over_the_film_shows_there(film, shown, span):
    found = grey_stretch(film, span, max_side=96)
    there = [one for one in shown if span[0] <= one[0] < span[1] - 1e-9]
    assert found.seconds.tolist() == pytest.approx([seconds for seconds, _ in there])
    assert found.pictures.shape == (len(there), 54, 96)
    assert np.array_equal(found.pictures, np.stack([picture for _, picture in there]))


def test_the_end_is_exclusive(film):
    assert len(grey_stretch(film, (1.0, 2.0), max_side=64).pts) == RATE


@pytest.mark.parametrize("span", [(2.0, 2.0), (50.0, 60.0)])
def test_where_no_frame_begins_there_is_none(film, span):
    assert len(grey_stretch(film, span, max_side=64).pts) == 0


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(MediaError):
        grey_stretch(tmp_path / "none.mp4", WHOLE, max_side=64)
