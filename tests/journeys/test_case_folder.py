"""A comparison as a case: complete by itself, the same every time, derived again from what it keeps."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil

import numpy as np
import pytest
from PIL import Image
from support.small_case import CONFIG, LIGHT, make_case, make_footage, make_key, make_library

from index.local.library import Library
from index.records import FilterRange
from similarity.case import audit
from similarity.case import compare as case_comparing
from similarity.case import folder as case_folder
from similarity.case.acts import add_note, export_case, open_case, seal, take_in
from similarity.case.audit import kept
from similarity.case.audit.claims import verify_case
from similarity.case.audit.trust import signer_named
from similarity.case.compare import CaseOptions, compare_in_case
from similarity.case.custody.log import read_log
from similarity.case.disk.stills import read_stills
from similarity.case.exhibits import read_exhibits
from similarity.case.folder import CaseFolder
from similarity.compare import frames
from similarity.compare.dense_fit import NUM_SHOWN_PAIRS
from similarity.compare.session import open_session
from similarity.errors import CaseError
from similarity.media.pictures import pictures_at
from similarity.report import folder as report_folder
from similarity.report.folder import read_report
from similarity.report.schema.case import CaseFacts

REPORT_FILES = {"report.json", "report.html", "report.pdf", "report.docx", "matches.csv", "findings.json"}


@pytest.fixture(scope="module")
def world(small_footage, small_library, plain_case):
    """Footage, library and a case made of them."""
    return {**small_footage, "library": small_library, "case": plain_case}


def states(checks):
    return {check.name: check.state for check in checks}


def failed(checks):
    return [check for check in checks if check.state == "failed"]


def test_the_folder_holds_everything_that_the_report_speaks_of(world):
    case = world["case"]
    report = read_report(case / "report")
    assert isinstance(report.case, CaseFacts)
    assert {path.name for path in (case / "report").iterdir() if path.is_file()} == REPORT_FILES
    by_role = {exhibit.role: exhibit for exhibit in report.exhibits}
    assert set(by_role) == {"suspect", "reference"}
    suspect = by_role["suspect"]
    assert suspect.sha256 == hashlib.sha256(world["suspect"].read_bytes()).hexdigest()
    assert hashlib.sha256((case / suspect.path).read_bytes()).hexdigest() == suspect.sha256
    assert suspect.content.num_frames == 35
    assert suspect.header.codec == "h264"
    for exhibit in report.exhibits:
        assert exhibit.checked_before.matches
        assert exhibit.checked_after.matches
    assert report.exhibits == read_exhibits(case)


def test_stills_are_frames_of_exhibits_with_their_exact_times(world):
    stills = read_stills(world["case"])
    numbers = {exhibit.number for exhibit in read_exhibits(world["case"])}
    assert {still.exhibit for still in stills} == numbers
    for still in stills[:5]:
        content = (world["case"] / still.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == still.sha256
        with Image.open(world["case"] / still.path) as picture:
            assert picture.format == "PNG"
            assert picture.size == (still.width, still.height)
        numerator, denominator = map(int, still.time_base.split("/"))
        assert still.seconds == pytest.approx(still.pts * numerator / denominator, abs=1e-9)


def test_custody_says_who_did_what_with_which_configuration(world):
    entries = read_log(world["case"]).entries
    assert entries[0].action == "case opened"
    compared = next(entry for entry in entries if entry.action == "compared")
    details = json.loads(compared.details_json)
    assert compared.actor == "A. Expert"
    assert details["config"]["align"]["search_device"] == "cpu"
    assert details["packages"]["numpy"] == np.__version__
    assert details["filtration"] == []
    stored = hashlib.sha256((world["case"] / "report" / "report.json").read_bytes()).hexdigest()
    assert details["report_sha256"]["report.json"] == stored


def test_every_number_follows_from_the_stored_evidence_without_the_originals(world, tmp_path):
    """Moved to another place, library and footage out of reach."""
    moved = tmp_path / "elsewhere"
    shutil.copytree(world["case"], moved)
    checks = verify_case(moved)
    assert not failed(checks)
    assert states(checks)["report.numbers"] == "passed"
    numbers = next(check for check in checks if check.name == "report.numbers")
    assert "to the last digit" in numbers.what


def test_a_second_run_on_the_same_inputs_finds_the_same_to_the_byte(world, tmp_path):
    again = make_case(tmp_path / "again", world["library"], world["suspect"])
    first, second = ((case / "report" / "findings.json").read_bytes() for case in (world["case"], again))
    assert first == second


@pytest.fixture(scope="module")
def deeply(once, world):
    """What a deep verification of the case says, and how often it read the evidence and worked out the report."""

    def verify(_):
        times = {"read_run": 0, "rederived": 0}
        with pytest.MonkeyPatch.context() as patch:
            for name in times:
                whole = getattr(kept, name)

                def counting(*args, whole=whole, name=name, **more):
                    times[name] += 1
                    return whole(*args, **more)

                patch.setattr(kept, name, counting)
            return verify_case(world["case"], deep=True), times

    return once("deep verification", verify)


def test_the_originals_described_again_give_the_evidence(deeply):
    checks, _ = deeply
    deep = [check for check in checks if check.name == "deep"]
    assert len(deep) == 5  # three files of evidence, the headers of two exhibits
    assert not failed(deep)


def test_the_evidence_is_read_and_worked_out_once_for_all_checks(deeply):
    checks, times = deeply
    assert not failed(checks)
    assert times == {"read_run": 1, "rederived": 1}


def test_every_check_is_explained_where_the_audit_begins(world, deeply, remembered, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(world["case"], case)
    seal(case, make_key(tmp_path), actor="A. Expert")
    add_note(case, "later", actor="A. Expert")
    checks = [*verify_case(case), *deeply[0]]
    explained = set(re.findall(r"^    ([a-z]+(?:\.\w+)*) ", audit.__doc__, flags=re.MULTILINE))
    assert {re.sub(r"\.E\d+", ".E1", check.name) for check in checks} <= explained


def test_another_file_in_the_place_of_an_original_is_named(world, remembered, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(world["case"], case)
    suspect = next(exhibit for exhibit in read_exhibits(case) if exhibit.role == "suspect")
    shutil.copy(world["film"], case / suspect.path)
    found = failed(verify_case(case, deep=True))
    assert any(check.name == f"exhibits.{suspect.number}" for check in found)
    assert any(check.name == "deep" and "another content" in check.what for check in found)


def test_a_case_that_was_compared_twice_keeps_the_second_and_knows_of_both(world, tmp_path):
    case = shutil.copytree(world["case"], tmp_path / "case")
    decision = FilterRange(
        work_id="film",
        start_seconds=0,
        end_seconds=1,
        reason="bought",
        decided_by="C",
        kind="licensed",
        decided_on="2026-01-02",
    )
    library = shutil.copytree(world["library"], tmp_path / "library")
    with Library.open(library) as opened:
        opened.set_filter_ranges("film", [decision])
        compare_in_case(
            world["street"],
            open_session(opened, CONFIG),
            case,
            options=CaseOptions(actor="B", copies=False),
        )
    assert not failed(verify_case(case))
    first, second = (entry for entry in read_log(case).entries if entry.action == "compared")
    assert (first.actor, second.actor) == ("A. Expert", "B")
    (logged,) = json.loads(second.details_json)["filtration"]
    assert (logged["work_id"], logged["decided_by"], logged["end_seconds"]) == ("film", "C", 1)
    assert read_report(case / "report").suspect.video_id == "street"


def test_exhibits_that_case_yaml_lists_bring_their_history(world, tmp_path):
    case = tmp_path / "case"
    path = open_case(case, case_id="1", profile="cn", language="zh", actor="甲")
    shutil.copy(world["film"], tmp_path / "film.mp4")
    path.write_text(
        "case_id: '1'\nprofile: cn\nlanguage: zh\nexhibits:\n"
        "  - {number: E1, role: reference, file: ../film.mp4, title: 影片, obtained_how: 自权利人处取得,"
        " obtained_when: '2026-03-01'}\n",
        encoding="utf-8",
    )
    (exhibit,) = take_in(case, role="document", copies=True, actor="甲")
    assert (exhibit.title, exhibit.obtained_how, exhibit.obtained_when) == ("影片", "自权利人处取得", "2026-03-01")
    assert take_in(case, role="document", copies=True, actor="甲") == ()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_note_is_refused(world, tmp_path, text):
    open_case(tmp_path / "case", case_id="1", profile="us", language="en", actor="A")
    with pytest.raises(CaseError, match="expected some text"):
        add_note(tmp_path / "case", text, actor="A")


def test_an_exported_case_verifies_where_it_is_unpacked_and_has_one_form(world, remembered, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(world["case"], case)
    with pytest.raises(CaseError, match="not sealed"):
        export_case(case, tmp_path / "case.zip")
    key = make_key(tmp_path)
    seal(case, key, actor="A. Expert")
    sums = {export_case(case, tmp_path / name) for name in ("one.zip", "two.zip")}
    assert len(sums) == 1
    shutil.unpack_archive(tmp_path / "one.zip", tmp_path / "unpacked")
    checks = verify_case(tmp_path / "unpacked" / "case", signers=[signer_named(key.key_id)])
    assert not failed(checks)
    with pytest.raises(CaseError, match="stands there already"):
        export_case(case, tmp_path / "one.zip")
    with pytest.raises(CaseError, match="lies in the case folder"):
        export_case(case, case / "inner.zip")
    (case / "link").symlink_to(tmp_path / "one.zip")
    with pytest.raises(CaseError, match="link: is a link"):
        export_case(case, tmp_path / "three.zip")
    assert not (tmp_path / "three.zip").exists()


def test_a_file_that_is_gone_leaves_a_case_that_says_so(world, tmp_path):
    footage = make_footage(tmp_path)
    library = make_library(tmp_path / "library", footage)
    footage["film"].unlink()
    case = make_case(tmp_path / "case", library, footage["suspect"], config=LIGHT)
    report = read_report(case / "report")
    assert [exhibit.role for exhibit in report.exhibits] == ["suspect"]
    assert report.matches
    assert "no longer where it was" in str(report.matches[0].frames[0].work_picture.reason)
    assert not failed(verify_case(case))


STEPS = [
    (case_folder, "write_exhibits", 1),  # what is compared is taken in
    (case_folder, "append_acts", 1),
    (case_folder, "append_acts", 2),  # the search is entered
    (case_comparing, "_take_in_works", 1),
    (case_folder, "write_exhibits", 2),  # what was found is taken in
    (case_folder, "append_acts", 3),
    (case_comparing, "_clear", 1),
    (case_comparing, "write_evidence", 1),
    (case_comparing, "write_report", 1),
    (case_folder, "append_acts", 4),  # what was compared is written down
]


CUTS = [("before", STEPS[0]), *(("after", step) for step in STEPS), ("before", STEPS[8])]
"""Before a step the folder is as it was after the one before, but for stills, which stand beside the evidence."""


@pytest.mark.parametrize(("when", "cut"), CUTS, ids=[f"{when}-{cut[1]}-{cut[2]}" for when, cut in CUTS])
def test_a_comparison_that_was_cut_short_is_completed_by_the_next(world, tmp_path, monkeypatch, cut, when):
    """Killed before or after any step, the folder takes the next comparison, and verifies."""
    forms = {"report.pdf": b"%PDF", "report.docx": b"PK"}  # no step hangs on what is in them
    monkeypatch.setattr(report_folder, "filing", lambda *_, **__: forms)
    case, (module, step, number) = tmp_path / "case", cut
    whole, calls, commit = getattr(module, step), itertools.count(1), CaseFolder.commit

    def cut_short(*args, **more):
        if next(calls) != number:
            return whole(*args, **more)
        if when == "after":
            whole(*args, **more)
        (tmp_path / "case" / ".stills.json.x1000000.part").write_bytes(b"half")
        patched.setattr(CaseFolder, "commit", lambda _: None)  # who is killed commits nothing any more
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, step, cut_short)
        with pytest.raises(KeyboardInterrupt):
            make_case(case, world["library"], world["suspect"], config=LIGHT)
    assert CaseFolder.commit is commit
    with Library.open(world["library"]) as opened:
        options = CaseOptions(actor="A. Expert", copies=True)
        compare_in_case(world["suspect"], open_session(opened, LIGHT), case, options=options)
    assert not failed(verify_case(case))
    assert len(read_exhibits(case)) == 2


def test_a_comparison_writes_its_exhibits_once_per_act(world, tmp_path, monkeypatch):
    """What is compared is taken in, the search entered, what was found taken in, and what came of it recorded."""
    counted = dict.fromkeys(("read_exhibits", "write_exhibits", "append_acts"), 0)
    for name in counted:
        whole = getattr(case_folder, name)

        def counting(*args, whole=whole, name=name, **more):
            counted[name] += 1
            return whole(*args, **more)

        monkeypatch.setattr(case_folder, name, counting)
    make_case(tmp_path / "case", world["library"], world["suspect"], config=LIGHT)
    assert counted == {"read_exhibits": 4, "write_exhibits": 2, "append_acts": 4}


def test_frames_are_decoded_once_for_the_later_looks_but_those_on_a_placed_line(world, tmp_path, monkeypatch):
    decoded = []

    def noting(path, wanted, **more):
        decoded.append((path, set(wanted)))
        return pictures_at(path, wanted, **more)

    monkeypatch.setattr(frames, "pictures_at", noting)
    case = make_case(tmp_path / "case", world["library"], world["suspect"])
    assert {path for path, _ in decoded} == {world["suspect"], world["film"]}
    for path in (world["suspect"], world["film"]):
        taken = [stamp for at, stamps in decoded if at == path for stamp in stamps]
        assert 0 < len(taken) <= len(set(taken)) + NUM_SHOWN_PAIRS
    assert len(decoded) <= 6  # one pass each; one for frames on the line of what was placed, one for those printed
    assert (case / "report" / "findings.json").read_bytes() == (world["case"] / "report" / "findings.json").read_bytes()


def test_an_act_that_others_overtook_is_refused(world, tmp_path):
    case = tmp_path / "case"
    open_case(case, case_id="1", profile="us", language="en", actor="A")
    first, second = CaseFolder.open(case), CaseFolder.open(case)
    first.take_in(world["film"], role="reference", copies=True)
    first.commit()
    second.take_in(world["street"], role="background", copies=False)
    with pytest.raises(CaseError, match="changed by another process meanwhile"):
        second.commit()
    assert [one.role for one in read_exhibits(case)] == ["reference"]


def test_what_others_take_in_during_a_comparison_stays_and_stands_in_its_report(world, tmp_path, monkeypatch):
    case = tmp_path / "case"
    whole = case_comparing.compared

    def meanwhile(*args, **more):
        take_in(case, [world["street"]], role="document", copies=False, actor="B")
        return whole(*args, **more)

    monkeypatch.setattr(case_comparing, "compared", meanwhile)
    make_case(case, world["library"], world["suspect"], config=LIGHT)
    assert not failed(verify_case(case))
    assert [one.role for one in read_exhibits(case)] == ["suspect", "document", "reference"]


def test_what_was_taken_in_before_a_file_that_can_not_be_stays(world, tmp_path):
    case = tmp_path / "case"
    open_case(case, case_id="1", profile="us", language="en", actor="A")
    with pytest.raises(CaseError, match="can't be found"):
        take_in(case, [world["film"], tmp_path / "none.mp4"], role="reference", copies=True, actor="A")
    assert [one.number for one in read_exhibits(case)] == ["E1"]
    assert not failed(verify_case(case))


def test_a_number_is_given_once(world, tmp_path):
    case = tmp_path / "case"
    open_case(case, case_id="1", profile="us", language="en", actor="A")
    listed = "exhibits:\n  - {number: E1, role: reference, file: ../film.mp4}\n"
    (case / "case.yaml").write_text(f"case_id: '1'\nprofile: us\nlanguage: en\n{listed}", encoding="utf-8")
    with CaseFolder.open(case) as folder:
        assert folder.take_in(world["film"], role="reference", copies=False).number == "E2"


def test_an_exhibit_that_changed_is_said_before_the_comparison_and_not_held_against_the_next(world, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(world["case"], case)
    exhibit = read_exhibits(case)[0]
    path = case / exhibit.path
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content + b"x")
    options = CaseOptions(actor="A. Expert", copies=True)
    with Library.open(world["library"]) as opened:
        with pytest.raises(CaseError, match=f"{exhibit.number}: changed since it was taken in"):
            compare_in_case(world["suspect"], open_session(opened, CONFIG), case, options=options)
        path.write_bytes(content)
        compare_in_case(world["suspect"], open_session(opened, CONFIG), case, options=options)
    assert not failed(verify_case(case))


def test_evidence_is_not_written_through_a_link(world, tmp_path):
    case = tmp_path / "case"
    open_case(case, case_id="1", profile="us", language="en", actor="A")
    (tmp_path / "elsewhere").mkdir()
    (case / "evidence").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    options = CaseOptions(actor="A", copies=True)
    with Library.open(world["library"]) as opened:
        session = open_session(opened, CONFIG)
        with pytest.raises(CaseError, match="plain folder"):
            compare_in_case(world["suspect"], session, case, options=options)
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("name", ["a\nb\x1b[2J<b>&amp;\u202e4pm.mp4", "\\xc3\\xa9.mp4"])
def test_a_suspect_of_any_name_makes_a_case_that_verifies_elsewhere(world, tmp_path, name):
    suspect = tmp_path / "in" / name
    suspect.parent.mkdir()
    shutil.copy(world["suspect"], suspect)
    case = make_case(tmp_path / "case", world["library"], suspect, config=LIGHT)
    suspect.unlink()
    assert not failed(verify_case(case))
