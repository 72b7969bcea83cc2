"""Looking again at matches with local features: the files of suspect and work are read a second time."""

from __future__ import annotations

import numpy as np
import pytest
from footage import write_video

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.demo.camera import Shot, View, shoot
from similarity.ingest.add import add_files

RATE = 5
SIZE = (320, 180)


def pan(photograph, seconds=3):
    start, end = View(x=0.42, y=0.45, width=0.7), View(x=0.58, y=0.55, width=0.7)
    shot, num_frames = Shot(photograph=photograph, seconds=seconds, start=start, end=end), seconds * RATE
    return [shoot(shot, number / num_frames, SIZE) for number in range(num_frames)]


@pytest.fixture(scope="module")
def work_frames():
    return [*pan("astronaut.png"), *pan("coffee.png"), *pan("chelsea.png")]


@pytest.fixture(scope="module")
def mirrored_copy(tmp_path_factory, work_frames):
    frames = [*pan("coins.png"), *(np.ascontiguousarray(frame[:, ::-1]) for frame in work_frames[15:40])]
    return write_video(tmp_path_factory.mktemp("suspects") / "mirrored.mp4", frames, rate=RATE)


@pytest.fixture
def compare(tmp_path, work_frames, mirrored_copy):
    """Index the work, let something happen to its file, compare the mirrored copy."""
    work = write_video(tmp_path / "film.mp4", work_frames, rate=RATE)

    def run(meanwhile=lambda path: None, **verify):
        config = load_profile("standard", {"align": {"search_device": "cpu"}, "verify": verify})
        with Library.create(tmp_path / "lib") as library:
            add_files([work], library, config=config)
            meanwhile(work)
            session = open_session(library, config)
            video = session.describe(mirrored_copy)
            return compare_described(video, session.rows, config=config, verifier=session.verifier).matches[0]

    return run


def test_a_mirrored_copy_is_confirmed_and_scores_higher_for_it(compare):
    match = compare()
    found = match.verification
    assert found.num_pairs_tried == len(match.fits) == 5
    assert found.num_pairs_confirmed >= 4
    assert found.change.is_mirrored
    assert match.score > match.alignment_score
    confirmed = next(fit for fit in match.fits if not isinstance(fit, NotMeasured))
    assert ((confirmed.suspect_points > -0.01) & (confirmed.suspect_points < 1.01)).all()


def test_as_many_pairs_are_looked_at_as_asked(compare):
    assert compare(pairs_per_match=2).verification.num_pairs_tried == 2


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (lambda path: path.unlink(), "no longer where it was indexed"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "has changed since it was indexed"),
    ],
    ids=["gone", "changed"],
)
def test_a_work_whose_file_is_gone_or_changed_is_not_verified_and_says_so(compare, meanwhile, words):
    match = compare(meanwhile)
    assert isinstance(match.verification, NotMeasured)
    assert words in str(match.verification.reason)
    assert match.score == match.alignment_score


def test_nothing_is_verified_where_none_is_asked_for(compare):
    match = compare(max_matches=0)
    assert isinstance(match.verification, NotMeasured)
    assert match.fits == ()
