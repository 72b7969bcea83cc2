"""Findings without circumstances, and how two reports differ."""

from __future__ import annotations

import copy
import json

import pytest

from similarity.report.schema.json_form import to_json
from similarity.report.writers.findings_form import TOLERANCE, differences, findings_json


@pytest.fixture
def plain(sample_report):
    return json.loads(to_json(sample_report()))


def differing(stated, derived, tolerance=TOLERANCE):
    return [one.claim for one in differences(stated, derived, tolerance=tolerance)]


def test_when_where_and_by_whom_are_no_findings(plain):
    other = copy.deepcopy(plain)
    other["created_utc"] = "2030-01-01T00:00:00+00:00"
    other["suspect"]["path"] = "/elsewhere/suspect.mp4"
    other["works"][0]["work"]["path"] = "/elsewhere/work.mp4"
    other["tool"]["platform"] = "another"
    assert findings_json(plain) == findings_json(other)
    assert differing(plain, other, 0.0) == []


@pytest.mark.parametrize(
    ("change", "claim"),
    [
        (lambda report: report["matches"][0].update(score=1e9), "matches[0].score"),
        (lambda report: report["works"].pop(), "works[1]"),
        (lambda report: report["scenes"][0].update(is_gradual=None), "scenes[0].is_gradual"),
        (lambda report: report.pop("limits"), "limits"),
        (lambda report: report["library"].update(extra=1), "library.extra"),
        (lambda report: report["suspect"].update(sha256="0" * 64), "suspect.sha256"),
        (lambda report: report["suspect"].update(title=3), "suspect.title"),
    ],
)
def test_what_was_found_is_named_where_it_differs(plain, change, claim):
    other = copy.deepcopy(plain)
    change(other)
    assert any(one.startswith(claim) for one in differing(plain, other))
    assert findings_json(plain) != findings_json(other)


def test_a_number_may_differ_by_the_stated_tolerance_and_no_more(plain):
    near, far = copy.deepcopy(plain), copy.deepcopy(plain)
    score = plain["matches"][0]["score"]
    near["matches"][0]["score"] = score * (1 + TOLERANCE / 2)
    far["matches"][0]["score"] = score * (1 + TOLERANCE * 3)
    assert differing(plain, near) == []
    assert differing(plain, near, 0.0) == ["matches[0].score"]
    assert differing(plain, far) == ["matches[0].score"]


def test_a_truth_value_is_no_number(plain):
    other = copy.deepcopy(plain)
    other["suspect"]["is_still"] = 0
    assert differing(plain, other) == ["suspect.is_still"]
