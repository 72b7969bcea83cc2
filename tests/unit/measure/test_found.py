"""Found is one rule over propositions: a repainted match is found as surely as a copied one."""

from __future__ import annotations

import pytest

from similarity.measure.found import found_by
from similarity.measure.values import Reading


@pytest.mark.parametrize(
    ("score", "reading", "expected"),
    [
        (9.0, "reproduction", ("copy", "adaptation")),
        (9.0, "nothing_found", ("copy",)),
        (5.0, "not_enough_to_say", ("copy",)),
        (1.0, "adaptation", ("adaptation",)),
        (4.9, "shared_subject_or_style", ()),
        (4.9, "part", ()),
    ],
)
def test_either_gate_opens_and_says_which(score, reading, expected):
    assert found_by(score, Reading(name=reading, reasons=()), threshold=5.0) == expected
