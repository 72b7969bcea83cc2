"""Lists of phrases say what their parts say, however long they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.phrases import (
    as_it_is,
    joined_by_and,
    joined_by_commas,
    joined_by_or,
    joined_by_semicolons,
    joined_sentences,
)
from similarity.report.phrases.language import CHINESE

JOINS = {
    ", ": joined_by_commas,
    "; ": joined_by_semicolons,
    " and ": joined_by_and,
    " or ": joined_by_or,
    " ": joined_sentences,
}


@pytest.mark.parametrize("between", JOINS)
@given(parts=st.lists(st.text(), min_size=1, max_size=70))
def test_a_list_is_its_parts_with_the_same_between_each(between, parts):
    assert str(JOINS[between]([as_it_is(one) for one in parts])) == between.join(parts)


@pytest.mark.parametrize("between", JOINS)
def test_a_list_of_a_thousand_is_said_in_any_language(between):
    parts = [str(number) for number in range(1000)]
    joined = JOINS[between]([as_it_is(one) for one in parts])
    assert str(joined) == between.join(parts)
    in_chinese = CHINESE.fill(JOINS[between]([as_it_is("a"), as_it_is("b")]))
    assert CHINESE.fill(joined) == in_chinese.removeprefix("a").removesuffix("b").join(parts)
