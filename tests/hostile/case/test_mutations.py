"""Whatever is changed in a case is found, and the file and the claim are named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.small_case import failures, make_key

from similarity.case.acts import seal
from similarity.case.audit import kept
from similarity.case.audit.files import verify_files
from similarity.case.audit.rederive import rederived
from similarity.case.audit.trust import signer_named
from similarity.report.folder import render_report


@pytest.fixture
def copy(sealed, tmp_path):
    """A copy to change; how often it may be sealed anew by somebody with another key is up to the test."""
    shutil.copytree(sealed[0], tmp_path / "case")
    return tmp_path / "case"


def test_the_case_itself_raises_no_alarm(sealed):
    case, key_id = sealed
    assert not failures(case, signers=[signer_named(key_id)])


def every_file(case):
    return sorted(path.relative_to(case).as_posix() for path in case.rglob("*") if path.is_file())


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def one_of_each_kind(case):
    """A file of every folder and suffix."""
    kinds = {(Path(name).parent.as_posix(), Path(name).suffix or name): name for name in every_file(case)}
    kinds = {kind: name for kind, name in kinds.items() if not name.endswith(".lock")}
    assert {".npz", ".png", ".json", ".jsonl", ".yaml", ".pdf", ".docx", ".html", ".csv", ".jpg", ".mp4", ".sig"} <= {
        kind[1] for kind in kinds
    }
    return sorted(kinds.values())


def test_one_byte_flipped_in_any_kind_of_file_names_the_file(sealed, copy):
    case, key_id = sealed
    for name in one_of_each_kind(case):
        for place in {0, (case / name).stat().st_size // 2}:
            flip(copy / name, place)
            found = [check for check in verify_files(copy, signers=[signer_named(key_id)]) if check.state == "failed"]
            assert any(name in check.files or name in check.what for check in found), f"{name}: byte {place}: {found}"
            flip(copy / name, place)
    assert not [check for check in verify_files(copy, signers=[signer_named(key_id)]) if check.state == "failed"]


def test_a_file_taken_away_or_put_there_is_named(sealed, copy):
    case, key_id = sealed
    for name in one_of_each_kind(case):
        content = (copy / name).read_bytes()
        (copy / name).unlink()
        found = [check for check in verify_files(copy, signers=[signer_named(key_id)]) if check.state == "failed"]
        assert any(name in check.files or name in check.what for check in found), name
        (copy / name).write_bytes(content)
    (copy / "report" / "more.txt").write_text("new")
    found = [check for check in verify_files(copy, signers=[signer_named(key_id)]) if check.state == "failed"]
    assert any("report/more.txt" in check.files or "report/more.txt" in check.what for check in found)


def lines_of(case):
    return (case / "custody.jsonl").read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:1], *lines[2:]],
        lambda lines: [*lines[:-1], lines[-1][:-5]],
    ],
    ids=["last dropped", "first dropped", "two swapped", "one repeated", "one dropped", "last cut"],
)
def test_a_custody_log_that_was_meddled_with_is_named(copy, change):
    (copy / "custody.jsonl").write_bytes(b"".join(change(lines_of(copy))))
    found = [check for check in verify_files(copy) if check.state == "failed"]
    assert any("custody.jsonl" in check.files for check in found)


def edit(path: Path, change) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def set_score(report):
    report["matches"][0]["score"] += 1.0


def set_ratio(report):
    work = next(work for scene in report["scenes"] for work in scene["works"])
    work["finding"]["adaptation_score"] += 0.5


def set_coverage(report):
    report["works"][0]["suspect_coverage"]["covered_seconds"] += 0.25


def set_time(report):
    report["matches"][0]["work_start_seconds"] -= 0.1


def set_owner(report):
    report["works"][0]["work"]["title"] = "Another film"


def drop_weaker(report):
    report["weaker_matches"] = []
    report["closest_unrelated"] = {"reason": "none"}


def set_axis(report):
    report["matches"][0]["finding"]["axes"][1]["background_percentile"] = 99.99


def set_range(report):
    report["matches"][0]["beside"]["sensitivity"]["copy"]["lowest"] += 0.5


def set_decoy(report):
    report["matches"][0]["beside"]["decoys"]["score"] += 0.5


LIES = {
    set_score: "matches[0].score",
    set_ratio: "finding.adaptation_score",
    set_coverage: "works[0].suspect_coverage.covered_seconds",
    set_time: "matches[0].work_start_seconds",
    set_owner: "works[0].work.title",
    drop_weaker: "closest_unrelated",
    set_range: "matches[0].beside.sensitivity.copy",
    set_decoy: "matches[0].beside.decoys.score",
    set_axis: "matches[0].finding.axes[1].background_percentile",
}


@pytest.fixture(scope="module")
def derived(sealed):
    """What the evidence gives, which no lie about the report changes."""
    return rederived(sealed[0])


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_number_that_does_not_follow_is_named(copy, derived, monkeypatch, lie):
    monkeypatch.setattr(kept, "rederived", lambda folder, *, run, frames: derived)
    edit(copy / "report" / "report.json", lie)
    found = failures(copy, "report.numbers")
    assert any(LIES[lie] in check.what and "report/report.json" in check.files for check in found), [
        check.what for check in found
    ]


def test_a_number_that_does_not_follow_is_named_even_under_a_new_seal(copy, tmp_path):
    """Whoever edits the report and its findings, renders it anew and seals it with another key."""
    edit(copy / "report" / "report.json", set_score)
    render_report(copy / "report")
    seal(copy, make_key(tmp_path), actor="Somebody")
    assert {check.name: LIES[set_score] in check.what for check in failures(copy)} == {
        "custody.comparison": False,
        "report.numbers": True,
    }


def test_descriptors_of_another_film_do_not_carry_the_report(copy, tmp_path):
    work, background = copy / "evidence" / "W1.npz", copy / "evidence" / "B1.npz"
    shutil.copy(background, work)
    seal(copy, make_key(tmp_path), actor="Somebody")
    assert failures(copy, "report.numbers")


def test_a_frame_put_in_the_place_of_another_does_not_carry_the_report(copy, tmp_path):
    frames = sorted((copy / "evidence" / "frames").glob("W1-512-*.png"))
    shutil.copy(frames[0], frames[-1])
    seal(copy, make_key(tmp_path), actor="Somebody")
    assert any(check.name == "stills" for check in verify_files(copy) if check.state == "failed")
    assert {check.name for check in failures(copy, "report.numbers")} & {"report.numbers", "report.pictures"}


def test_a_form_that_says_otherwise_than_the_report_is_named(copy, tmp_path):
    names = {f"report/{name}" for name in ("report.html", "report.pdf", "report.docx", "matches.csv", "findings.json")}
    for name in names:
        (copy / name).write_bytes((copy / name).read_bytes() + b"\n")
    seal(copy, make_key(tmp_path), actor="Somebody")
    found = failures(copy, "report.findings", "report.renderings")
    assert names <= {name for check in found for name in check.files}


def test_facts_and_exhibits_that_were_edited_since_are_named(copy, tmp_path):
    text = (copy / "case.yaml").read_text(encoding="utf-8")
    (copy / "case.yaml").write_text(text.replace("2026-7", "2026-8"), encoding="utf-8")
    seal(copy, make_key(tmp_path), actor="Somebody")
    assert any("case.yaml" in check.files for check in failures(copy, "report.circumstances"))


def test_a_seal_of_another_key_is_told_apart_by_the_key_id(sealed, copy, tmp_path):
    seal(copy, make_key(tmp_path), actor="Somebody")
    assert not failures(copy)
    assert failures(copy, signers=[signer_named(sealed[1])])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report/report.json", b"["),
        ("report/report.json", b"[" * 100_000),
        ("report/report.json", b'{"schema_version": "3.1"}'),
        ("evidence/run.json", b"null"),
        ("evidence/run.json", b'{"entries": 5}'),
        ("exhibits.json", b"\xff\xfe"),
        ("stills.json", b"{}"),
        ("case.yaml", b"case_id: &a [*a]"),
        ("custody.jsonl", b"\n\n"),
        ("evidence/suspect.npz", b"PK\x03\x04"),
    ],
)
def test_hostile_content_fails_a_check_and_never_the_command(copy, name, content):
    (copy / name).write_bytes(content)
    assert any(name in check.files or Path(name).name in check.what for check in failures(copy))
