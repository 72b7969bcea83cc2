"""From alignment to the final score: support, contradiction, rivals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.absence import not_measured
from similarity.align.fit import LineFit
from similarity.align.rescoring import MOST_SUPPORT, SILENCE, SILENT_SCORE, against_rivals, verified_score
from similarity.align.values import AlignedMatch, PairAlignment
from similarity.describe.views import AS_IS
from similarity.geometry.verification import Verification

UNKNOWN = not_measured("not made in this test")


def verification(*, measured=5, confirmed=0, strength=0.0):
    return Verification(
        num_pairs_tried=5,
        num_pairs_measured=measured,
        num_pairs_confirmed=confirmed,
        num_pairs_agreeing=confirmed,
        strength=strength,
        is_negative=UNKNOWN,
        change=UNKNOWN,
    )


def match(work_id, score, start=0.0, end=10.0):
    return AlignedMatch(
        work_id=work_id,
        suspect_start_seconds=start,
        suspect_end_seconds=end,
        work_start_seconds=0.0,
        work_end_seconds=end - start,
        alignment_score=score,
        score=score,
        fit=LineFit(speed_factor=UNKNOWN, offset_seconds=UNKNOWN, residual_seconds=UNKNOWN),
        view=AS_IS,
        suspect_samples=np.arange(2),
        work_samples=np.arange(2),
        zscores=np.full(2, score, dtype=np.float32),
        pdq_distance_bits=np.zeros(2, dtype=np.int64),
        pdq_quality=np.full(2, 100, dtype=np.uint8),
        num_samples_supporting=2,
        num_samples_available=2,
    )


def alignment(*matches):
    return PairAlignment(work_id=matches[0].work_id, score=matches[0].score, matches=matches)


class TestVerifiedScore:
    def test_confirmed_pairs_raise_it_by_their_strength(self):
        assert verified_score(3.0, verification(confirmed=3, strength=2.5)) == 5.5

    def test_by_no_more_than_the_stated_points(self):
        assert verified_score(3.0, verification(confirmed=5, strength=9.0)) == 3.0 + MOST_SUPPORT

    @pytest.mark.parametrize("score", [1.0, 3.0, SILENT_SCORE])
    def test_silence_takes_nothing_off_a_low_score_for_a_repainted_picture_has_other_features(self, score):
        assert verified_score(score, verification()) == score

    def test_silence_takes_up_to_its_points_off_a_high_score(self):
        assert verified_score(SILENT_SCORE + 0.5, verification()) == SILENT_SCORE
        assert verified_score(9.0, verification()) == 9.0 - SILENCE

    @pytest.mark.parametrize("measured", [0, 1])
    def test_one_bad_frame_never_vetoes(self, measured):
        assert verified_score(9.0, verification(measured=measured)) == 9.0

    @given(st.floats(0, 12), st.floats(0, 12))
    def test_a_higher_alignment_never_scores_less(self, first, second):
        low, high = sorted((first, second))
        assert verified_score(low, verification()) <= verified_score(high, verification())

    @given(st.floats(0, 12), st.floats(0, 12))
    def test_more_strength_never_means_less(self, first, second):
        low, high = sorted((first, second))
        weaker, stronger = (verified_score(3.0, verification(confirmed=1, strength=value)) for value in (low, high))
        assert weaker <= stronger


class TestRivals:
    def test_a_weaker_match_with_another_work_is_lowered_and_says_why(self):
        film, trailer = against_rivals([alignment(match("film", 9.0)), alignment(match("trailer", 6.0))])
        assert (film.work_id, film.score, film.matches[0].rival) == ("film", 9.0, None)
        assert trailer.matches[0].rival.work_id == "film"
        assert trailer.score == trailer.matches[0].score == pytest.approx(6.0 * (6 / 9) ** 4)

    def test_that_a_suspect_matches_its_own_file_explains_nothing_away(self):
        pairs = [alignment(match("the suspect itself", 12.0)), alignment(match("film", 8.0))]
        settled = against_rivals(pairs, suspect_itself=["the suspect itself"])
        assert [one.score for one in settled] == [12.0, 8.0]

    def test_equal_explanations_are_left_alone(self):
        settled = against_rivals([alignment(match("one", 9.0)), alignment(match("two", 9.0))])
        assert [one.score for one in settled] == [9.0, 9.0]

    def test_another_stretch_of_the_suspect_is_no_rival(self):
        settled = against_rivals([alignment(match("one", 9.0, 0, 10)), alignment(match("two", 6.0, 6, 16))])
        assert [one.score for one in settled] == [9.0, 6.0]

    def test_another_take_in_the_same_work_is_lowered_too(self):
        (settled,) = against_rivals([alignment(match("one", 9.0), match("one", 5.0))])
        assert [one.score for one in settled.matches] == [9.0, pytest.approx(5.0 * (5 / 9) ** 4)]

    def test_several_stronger_matches_explain_a_stretch_together(self):
        pieces = [match("film", 10.0, 0, 5), match("film", 8.0, 5, 10)]
        (settled,) = against_rivals([alignment(*pieces, match("film", 6.0, 0, 10))])
        assert settled.matches[-1].score == pytest.approx(6.0 * (6 / 9) ** 4)
        assert settled.matches[-1].rival.work_id == "film"

    def test_a_weak_match_is_nobodys_rival(self):
        settled = against_rivals([alignment(match("one", 2.9)), alignment(match("two", 2.0))])
        assert [one.score for one in settled] == [2.9, 2.0]

    def test_the_order_of_works_does_not_matter(self):
        pairs = [alignment(match(name, score)) for name, score in (("a", 4.0), ("b", 8.0), ("c", 6.0))]
        settled, backwards = (
            [(one.work_id, one.score, one.matches[0].rival) for one in found]
            for found in (against_rivals(pairs), against_rivals(pairs[::-1]))
        )
        assert settled == backwards

    def test_a_score_below_zero_is_left_alone(self):
        below = replace(match("two", 1.0), score=-0.5)
        settled = against_rivals([alignment(match("one", 9.0)), alignment(below)])
        assert settled[1].matches[0].score == -0.5
