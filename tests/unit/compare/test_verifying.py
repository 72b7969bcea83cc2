"""Looking again at matches with local features: the files of suspect and work are read a second time."""

from __future__ import annotations

import numpy as np
import pytest
from support.footage import write_video
from support.small_case import CONFIG, RATE, pan

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    frames = [*pan("astronaut.png"), *pan("coffee.png"), *pan("chelsea.png")]
    return write_video(tmp_path_factory.mktemp("works") / "film.mp4", frames, rate=RATE)


@pytest.fixture(scope="module")
def mirrored_copy(tmp_path_factory):
    taken = [*pan("coffee.png"), *pan("chelsea.png")][:25]
    frames = [*pan("coins.png"), *(np.ascontiguousarray(frame[:, ::-1]) for frame in taken)]
    return write_video(tmp_path_factory.mktemp("suspects") / "mirrored.mp4", frames, rate=RATE)


@pytest.fixture(scope="module")
def library(tmp_path_factory, work):
    with Library.create(tmp_path_factory.mktemp("library") / "lib") as library:
        add_files([work], library, config=CONFIG)
        yield library


@pytest.fixture(scope="module")
def video(library, mirrored_copy):
    return open_session(library, CONFIG).describe(mirrored_copy)


@pytest.fixture
def compare(work, library, video):
    """Let something happen to the file of the indexed work, and compare the mirrored copy."""
    content = work.read_bytes()

    def run(meanwhile=lambda path: None, **verify):
        config = load_profile("standard", {"align": {"search_device": "cpu"}, "verify": verify})
        meanwhile(work)
        session = open_session(library, config)
        return compare_described(video, session.rows, config=config, verifier=session.verifier).matches[0]

    yield run
    work.write_bytes(content)


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
