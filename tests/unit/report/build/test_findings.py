"""What is found comes first whatever its score; footage that stands elsewhere too is said to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from similarity.measure.filtration import SuggestedRange
from similarity.phrases import phrase
from similarity.report.build.findings import common_sources, named_matches

ELSEWHERE = phrase("the same pictures stand elsewhere")


class Judge:
    """Finds what it is told to, on the propositions told."""

    def __init__(self, found, *, max_weaker_matches=50):
        self.found = found
        self.rows = SimpleNamespace(of_one_origin=lambda work_id: {work_id})
        self.config = SimpleNamespace(report=SimpleNamespace(max_weaker_matches=max_weaker_matches))

    def judged(self, matches):
        return tuple(
            SimpleNamespace(match=match, finding=f"finding of {match.name}", found_by=self.found.get(match.name, ()))
            for match in matches
        )


def aligned(*names):
    return SimpleNamespace(
        matches=tuple(
            SimpleNamespace(name=name, work_id=name, suspect_start_seconds=0.0, suspect_end_seconds=2.0)
            for name in names
        )
    )


def test_a_repainted_match_is_never_listed_below_a_weaker_copy():
    named = named_matches(
        aligned("copy", "chance", "repainted"), Judge({"copy": ("copy",), "repainted": ("adaptation",)})
    )
    assert [(one.match_id, one.aligned.name, one.found_by) for one in named] == [
        ("m1", "copy", ("copy",)),
        ("m2", "repainted", ("adaptation",)),
        ("m3", "chance", ()),
    ]
    assert named[1].finding == "finding of repainted"


def test_only_so_many_weaker_matches_are_listed_and_none_that_was_found_is_left_out():
    names = [f"chance {number}" for number in range(9)]
    named = named_matches(aligned(*names, "repainted"), Judge({"repainted": ("adaptation",)}, max_weaker_matches=2))
    assert [one.aligned.name for one in named] == ["repainted", "chance 0", "chance 1"]


def stretch(start, end, *, work_id="film", kind="licensed", grounds=ELSEWHERE):
    return SuggestedRange(
        work_id=work_id, start_seconds=start, end_seconds=end, kind=kind, grounds=grounds, num_samples=4
    )


@pytest.mark.parametrize(
    ("suggestions", "expected"),
    [
        ([stretch(10.0, 16.0)], (ELSEWHERE,)),
        ([stretch(10.0, 13.0), stretch(14.0, 17.0)], (ELSEWHERE,)),  # together more than half
        ([stretch(10.0, 14.0)], ()),
        ([stretch(0.0, 30.0, kind="other")], (ELSEWHERE,)),
        ([stretch(0.0, 30.0, kind="black")], ()),
        ([stretch(0.0, 30.0, work_id="another")], ()),
        ([stretch(10.0, 14.0), stretch(14.0, 18.0, grounds=phrase("other grounds"))], ()),
    ],
)
def test_a_common_source_is_said_where_most_of_the_stretch_stands_elsewhere(suggestions, expected):
    match = SimpleNamespace(work_id="film", work_start_seconds=10.0, work_end_seconds=20.0)
    assert common_sources(match, suggestions) == expected
