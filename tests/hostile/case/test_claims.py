"""What a dishonest holder of a case states otherwise: evidence, report and custody log edited to agree, sealed anew."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shutil
import zipfile

import pytest
from PIL import Image
from pydantic import TypeAdapter
from support.small_case import checks_of, failures, make_key

from similarity.case.acts import seal
from similarity.case.audit.files import verify_files
from similarity.case.custody.log import append_entry, read_log
from similarity.case.disk.hashing import sha256_of_file
from similarity.case.disk.stills import read_stills, write_stills
from similarity.case.evidence import RUN_FILE, MissingFrames, RunRecord, evidence_root, read_run
from similarity.case.exhibits import read_exhibits, write_exhibits
from similarity.phrases import as_it_is
from similarity.report.folder import render_filing, render_report
from similarity.report.schema.json_form import from_json, to_json


@pytest.fixture
def case(plain_case, tmp_path):
    shutil.copytree(plain_case, tmp_path / "case")
    return tmp_path / "case"


def write_run(case, run):
    (case / RUN_FILE).write_bytes(TypeAdapter(RunRecord).dump_json(run, indent=1) + b"\n")


def edit_report(case, change):
    path = case / "report" / "report.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(to_json(from_json(json.dumps(content))), encoding="utf-8")


def cover_up(case, tmp_path):
    """Render the forms anew, log the comparison anew, seal with a key of one's own."""
    render_report(case / "report")
    log_and_seal(case, tmp_path)


def log_and_seal(case, tmp_path):
    entered, details = (
        json.loads([one for one in read_log(case).entries if one.action == action][-1].details_json)
        for action in ("search entered", "compared")
    )
    details["report_sha256"]["report.json"] = sha256_of_file(case / "report" / "report.json")[0]
    append_entry(case, actor="X", action="search entered", details=entered)
    append_entry(case, actor="X", action="compared", details=details | {"evidence_root": evidence_root(case)})
    seal(case, make_key(tmp_path), actor="X")


def replaced(items, number, **changes):
    items = list(items)
    items[number] = dataclasses.replace(items[number], **changes)
    return tuple(items)


def test_the_cover_up_itself_raises_no_alarm(case, tmp_path):
    """Else the tests below could not fail."""
    cover_up(case, tmp_path)
    assert not failures(case)


def other_work_file(case, run):
    facts = json.loads(run.entries[0].facts_json) | {"sha256": "0" * 64}
    edit_report(case, lambda report: report["works"][0]["work"].update(sha256="0" * 64))
    return dataclasses.replace(
        run, entries=replaced(run.entries, 0, facts_json=json.dumps(facts, separators=(",", ":")))
    )


def other_suspect_file(case, run):
    digest = dataclasses.replace(run.suspect.digest, sha256="1" * 64)
    frames = tuple(
        dataclasses.replace(one, sha256="1" * 64) if one.sha256 == run.suspect.digest.sha256 else one
        for one in run.frames
    )
    edit_report(case, lambda report: report["suspect"].update(sha256="1" * 64))
    write_stills(case, ())
    return dataclasses.replace(run, suspect=dataclasses.replace(run.suspect, digest=digest), frames=frames)


def nothing_was_left_unmeasured(case, run):
    edit_report(case, lambda report: report.update(not_measured=[]))
    return dataclasses.replace(run, statement=dataclasses.replace(run.statement, not_measured=()))


def more_background(case, run):
    edit_report(case, lambda report: report["library"].update(num_background=900))
    library = dataclasses.replace(run.statement.library, num_background=900)
    return dataclasses.replace(run, statement=dataclasses.replace(run.statement, library=library))


def suspect_stands_in_the_library(case, run):
    from similarity.compare.values import IndexedAs

    edit_report(case, lambda report: report.update(suspect_is_indexed_as=[{"entry_id": "film", "role": "work"}]))
    indexed = (IndexedAs(entry_id="film", role="work"),)
    return dataclasses.replace(run, statement=dataclasses.replace(run.statement, suspect_is_indexed_as=indexed))


def other_descriptor(case, run):
    edit_report(case, lambda report: report["describers"][0].update(version="99"))
    describers = replaced(run.statement.describers, 0, version="99")
    return dataclasses.replace(run, statement=dataclasses.replace(run.statement, describers=describers))


def other_place(case, run):
    edit_report(case, lambda report: report["suspect"].update(path="/from/the/defendant.mp4"))
    return run


def generous_calibration(case, run):
    path = case / "evidence" / "calibrations" / "copy.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"name"', ' "name"', 1), encoding="utf-8")
    return run


def other_counts(case, run):
    exhibits = read_exhibits(case)
    content = dataclasses.replace(exhibits[0].content, num_decode_failures=7)
    write_exhibits(case, replaced(exhibits, 0, content=content))
    edit_report(case, lambda report: report["exhibits"][0]["content"].update(num_decode_failures=7))
    return run


def later_still(case, run):
    stills = read_stills(case)
    write_stills(case, replaced(stills, 0, seconds=stills[0].seconds + 5))
    return run


LIES = {
    other_work_file: ("report.numbers", "facts_json speaks of another file"),
    other_suspect_file: ("report.circumstances", "no exhibit is the file that was compared"),
    nothing_was_left_unmeasured: ("report.numbers", "not_measured"),
    more_background: ("report.numbers", "library.num_background"),
    suspect_stands_in_the_library: ("report.numbers", "suspect_is_indexed_as"),
    other_descriptor: ("report.circumstances", "descriptors: the report says otherwise"),
    other_place: ("report.circumstances", "place of the suspect"),
    generous_calibration: ("report.circumstances", "is not the calibration that release"),
    other_counts: ("report.circumstances", "counted figures"),
    later_still: ("report.circumstances", "exhibit, time or hash"),
}
"""Lie -> the check that finds it, and what that says."""


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_on_which_report_evidence_and_log_agree_is_named(case, tmp_path, lie):
    check, words = LIES[lie]
    write_run(case, lie(case, read_run(case)))
    log_and_seal(case, tmp_path)
    found = failures(case, check)
    assert any(words in one.what for one in found), [one.what for one in found]


@pytest.mark.parametrize("lie", [more_background, other_counts], ids=lambda lie: lie.__name__)
def test_a_lie_that_is_covered_up_is_the_only_thing_that_a_whole_verification_names(case, tmp_path, lie):
    write_run(case, lie(case, read_run(case)))
    cover_up(case, tmp_path)
    found = {one.name: one.what for one in failures(case)}
    assert set(found) - {"search.library"} == {LIES[lie][0]}  # counts of the library are also held against the list
    assert LIES[lie][1] in found[LIES[lie][0]]


def test_what_the_custody_log_did_not_see_is_named(case):
    """A figure of the whole library is held against the list that was entered and the log of the comparison."""
    run = read_run(case)
    library = dataclasses.replace(run.statement.library, num_works=50)
    write_run(case, dataclasses.replace(run, statement=dataclasses.replace(run.statement, library=library)))
    edit_report(case, lambda report: report["library"].update(num_works=50))
    edit_report(case, lambda report: report["limits"].update(num_works=50))
    edit_report(case, lambda report: [one["beside"]["decoys"].update(num_works=50) for one in report["matches"]])
    render_report(case / "report")
    found = {one.name: one.files for one in failures(case)}
    assert set(found) == {"custody.comparison", "search.library"}
    assert {"report/report.json", "evidence"} <= set(found["custody.comparison"])


def test_an_exhibit_that_was_exchanged_with_its_record_is_named(case, tmp_path):
    exhibits = read_exhibits(case)
    reference = next(one for one in exhibits if one.role == "reference")
    path = case / reference.path
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    from similarity.case.disk.hashing import hash_file

    hashes = dataclasses.asdict(hash_file(path))
    number = exhibits.index(reference)
    write_exhibits(case, replaced(exhibits, number, **hashes))
    edit_report(case, lambda report: report["exhibits"][number].update(hashes))
    log_and_seal(case, tmp_path)
    found = failures(case, "custody.comparison")
    assert any(check.name == "custody.exhibits" and reference.number in check.what for check in found)


def test_an_exhibit_that_came_later_is_no_fault(case, tmp_path):
    from similarity.case.acts import take_in

    paper = tmp_path / "reply.txt"
    paper.write_text("We deny it.", encoding="utf-8")
    exhibit = dataclasses.replace(*take_in(case, [paper], role="document", copies=True, actor="B"))
    others = [one for one in read_exhibits(case) if one.number != exhibit.number]
    write_exhibits(case, (*others, dataclasses.replace(exhibit, added_utc="2999-01-01T00:00:00.000000Z")))
    assert not failures(case)


def test_a_file_that_only_looks_like_part_of_the_report_is_named(case, tmp_path):
    shutil.copy(case / "report" / "report.pdf", case / "report" / "report-final.pdf")
    cover_up(case, tmp_path)
    (found,) = failures(case)
    assert (found.name, found.files) == ("report.other_files", ("report/report-final.pdf",))


def test_a_document_for_another_forum_is_held_against_the_report_too(case, tmp_path):
    made = render_filing(case / "report", "eu", "zh", is_draft_wanted=True)
    assert not failures(case)
    for path in made:
        path.write_bytes(path.read_bytes() + b"\n")
    log_and_seal(case, tmp_path)
    found = failures(case, "report.renderings")
    assert {name for check in found for name in check.files} == {f"report/{path.name}" for path in made}


def test_figures_of_the_file_and_frames_left_out_show_when_the_originals_are_read(case, tmp_path):
    run = read_run(case)
    counts = dataclasses.replace(run.suspect.counts, num_irregular_timestamps=9)
    gone = [one for one in run.frames if one.sha256 == run.entries[0].sha256][:3]
    kept = tuple(one for one in run.frames if one not in gone)
    write_run(case, dataclasses.replace(run, suspect=dataclasses.replace(run.suspect, counts=counts), frames=kept))
    exhibits = read_exhibits(case)
    number = next(place for place, one in enumerate(exhibits) if one.role == "suspect")
    header = dataclasses.replace(exhibits[number].header, codec="prores")
    write_exhibits(case, replaced(exhibits, number, header=header))
    found = [check.what for check in failures(case, "deep", deep=True)]
    assert any("num_irregular_timestamps" in what for what in found)
    assert any("can be decoded and are not kept" in what for what in found)
    assert any("header figures or metadata" in what for what in found)


def bomb(size):
    out = io.BytesIO()
    Image.new("1", size).save(out, format="PNG")
    return out.getvalue()


def packed(compression):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("samples/pts.npy", b"\0" * 300_000_000)
    return out.getvalue()


def with_frame(case, run, content):
    name = run.frames[0].path
    (case / name).write_bytes(content)
    changes = {"path": name, "png_sha256": hashlib.sha256(content).hexdigest()}
    return dataclasses.replace(run, frames=tuple(dataclasses.replace(one, **changes) for one in run.frames))


def long_frame(case, run):
    return with_frame(case, run, bomb((20_000, 1_000)))


def frame_bomb(case, run):
    return with_frame(case, run, bomb((20_000, 20_000)))


def array_bomb(case, run):
    (case / "evidence" / "W1.npz").write_bytes(packed(zipfile.ZIP_DEFLATED))
    return run


def no_time(case, run):
    return dataclasses.replace(run, entries=replaced(run.entries, 0, time_base="1/0"))


def endless_time(case, run):
    return dataclasses.replace(run, entries=replaced(run.entries, 0, time_base="1e999999999"))


def frame_elsewhere(case, run):
    return dataclasses.replace(run, frames=tuple(dataclasses.replace(one, path="/dev/zero") for one in run.frames))


def name_elsewhere(case, run):
    return dataclasses.replace(run, entries=replaced(run.entries, 0, name="../../W1"))


def huge_number(case, run):
    return dataclasses.replace(run, entries=replaced(run.entries, 0, size_bytes=2**70))


HOSTILE = {
    long_frame: "20000 x 1000 pixels",
    frame_bomb: "could be decompression bomb",
    array_bomb: "unpacks to 300000000 bytes",
    no_time: "time base 1/0: expected a fraction",
    endless_time: "time base 1e999999999: expected a fraction",
    frame_elsewhere: "expected a path inside the case folder",
    name_elsewhere: "expected a path inside the case folder",
    huge_number: "facts_json speaks of another file",
}


@pytest.mark.parametrize("trap", HOSTILE, ids=lambda trap: trap.__name__)
def test_a_trap_in_the_evidence_fails_a_check_and_nothing_else(case, trap):
    write_run(case, trap(case, read_run(case)))
    found = {check.name: check.what for check in failures(case, "report.numbers", "deep", deep=True)}
    assert HOSTILE[trap] in found["report.numbers"]
    assert "deep" in found


def test_a_record_that_is_written_otherwise_is_refused(case):
    """Else a second value under the same key would hide behind the one that is read."""
    path = case / RUN_FILE
    path.write_bytes(
        path.read_bytes().replace(b'{\n "schema_version"', b'{\n "concept": {"reason": "x"},\n "schema_version"', 1)
    )
    assert any("not written as this version writes it" in check.what for check in failures(case))


def test_an_original_said_to_be_gone_and_at_hand_is_pointed_out(case):
    run = read_run(case)
    gone = MissingFrames(sha256=run.entries[0].sha256, max_side_pixels=99, reason=as_it_is("the file is gone"))
    write_run(case, dataclasses.replace(run, missing_frames=(gone,)))
    open_points = [check.what for check in checks_of(case, "deep", deep=True) if check.state == "not_checked"]
    assert any("the file is gone" in what and "at hand now:" in what for what in open_points)


def test_files_alone_verify_whatever_the_evidence_holds(case):
    (case / RUN_FILE).write_bytes(b"[" * 100_000)
    assert not [check for check in verify_files(case) if check.state == "failed"]
