"""Same-idea controls from the command line to a case that is verified."""

from __future__ import annotations

import json
import shutil

import pytest
from support.footage import write_video
from support.small_case import RATE, checks_of, failures, make_case, pan

from similarity.absence import NotMeasured
from similarity.report.folder import read_report

NUMBERS = ("report.numbers",)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Cups of coffee by another hand, and a file that is no video."""
    folder = tmp_path_factory.mktemp("controls")
    write_video(folder / "cup.mp4", [frame[::-1] for frame in pan("coffee.png", 4)], rate=RATE)
    (folder / "notes.mp4").write_bytes(b"no video")
    return folder


@pytest.fixture(scope="module")
def case(small_footage, small_library, clips, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases") / "case"
    return make_case(folder, small_library, small_footage["suspect"], controls=(clips,))


def test_controls_are_listed_and_the_standing_is_not_stated_for_few(case):
    report = read_report(case / "report")
    cup, notes = report.controls
    assert (cup.name, notes.name) == ("cup.mp4", "notes.mp4")
    assert not isinstance(cup.matches, NotMeasured)
    assert isinstance(notes.matches, NotMeasured)
    beside = report.matches[0].beside
    assert all(isinstance(one.rank, NotMeasured) for one in beside.controls)
    assert beside.sensitivity.num_items == 1
    page = (case / "report" / "report.html").read_text(encoding="utf-8")
    assert cup.sha256 in page
    assert "Among same-idea controls" in page


def test_the_custody_log_names_the_controls(case):
    lines = [json.loads(line) for line in (case / "custody.jsonl").read_text(encoding="utf-8").splitlines()]
    (compared,) = [line["details"] for line in lines if line["action"] == "compared"]
    assert [one["name"] for one in compared["controls"]] == ["cup.mp4", "notes.mp4"]


def test_what_controls_reach_is_derived_again(case):
    assert failures(case, *NUMBERS) == []


def test_controls_that_can_be_reached_are_described_again(case):
    deep = [check for check in checks_of(case, "deep", deep=True) if "C1" in check.what]
    assert [check.state for check in deep] == ["passed"]


@pytest.mark.parametrize("place", ["figure", "hash", "archive"])
def test_a_control_that_was_edited_is_noticed(case, tmp_path, place):
    edited = shutil.copytree(case, tmp_path / "case")
    name = "report/report.json" if place == "figure" else "evidence/run.json"
    stored = json.loads((edited / name).read_bytes())
    if place == "figure":
        stored["controls"][0]["duration_seconds"] += 1.0
    elif place == "hash":
        stored["controls"][0]["sha256"] = "0" * 64
    else:
        (edited / "evidence" / "C1.npz").unlink()
    indent = 2 if place == "figure" else 1
    (edited / name).write_text(json.dumps(stored, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")
    assert failures(edited, *NUMBERS)
