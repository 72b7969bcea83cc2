"""Stretches of a suspect that stand in several works."""

from __future__ import annotations

import pytest

from similarity.measure.shared_footage import FoundStretch, shared_with


def stretch(work, start, end, *found_by):
    return FoundStretch(work_id=work, suspect_span=(start, end), found_by=found_by)


def shared(*stretches, groups=()):
    return shared_with(stretches, stretches, lambda work: next((one for one in groups if work in one), (work,)))


def test_an_opening_that_two_works_hold_is_shared_and_what_only_one_holds_is_not():
    film, opening = stretch("film", 0, 60, "copy"), stretch("trailer of another", 0, 5, "copy")
    assert shared(film, opening) == ((), ("film",))
    assert shared(stretch("b", 1, 5, "copy"), stretch("a", 0, 5, "copy")) == (("a",), ("b",))


def test_several_copies_of_one_work_count_together():
    assert shared(stretch("a", 0, 10, "copy"), stretch("b", 0, 4, "copy"), stretch("b", 5, 8, "copy"))[0] == ("b",)
    assert shared(stretch("a", 0, 10, "copy"), stretch("b", 0, 4, "copy"), stretch("c", 5, 8, "copy"))[0] == ()


@pytest.mark.parametrize(
    "other",
    [stretch("b", 0, 5), stretch("b", 0, 5, "adaptation"), stretch("a", 0, 5, "copy"), stretch("b", 5, 10, "copy")],
    ids=["a weaker match", "an adaptation", "the work itself", "elsewhere"],
)
def test_what_makes_no_footage_shared(other):
    assert shared(stretch("a", 0, 5, "copy"), other)[0] == ()


def test_a_film_and_its_trailer_share_their_own_footage():
    both = stretch("film", 0, 5, "copy"), stretch("trailer", 0, 5, "copy")
    assert shared(*both, groups=[("film", "trailer")]) == ((), ())


def test_a_still_is_shared_with_a_still_and_a_weaker_match_with_nothing():
    assert shared(stretch("a", 0, 0, "copy"), stretch("b", 0, 0, "copy")) == (("b",), ("a",))
    assert shared(stretch("a", 0, 5), stretch("b", 0, 5, "copy")) == ((), ())
