"""Verification: an untouched case passes, any change names its file, and no folder makes it fail in an odd way."""

from __future__ import annotations

import json
import os
import shutil
import tracemalloc
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from similarity.case.audit.files import verify_files
from similarity.case.audit.trust import signer_named
from similarity.case.custody.log import append_entry, read_log
from similarity.case.disk.hashing import hash_file
from similarity.case.exhibits import read_exhibits, write_exhibits
from similarity.case.seal import sealing
from similarity.case.seal.sealing import seal_case
from similarity.signatures import create_key

COVERED = (
    "case.yaml",
    "custody.jsonl",
    "exhibits.json",
    "exhibits/E1/film.mp4",
    "notes/长城.txt",
    "report.json",
    "stills.json",
    "stills/E1_512.png",
)
SEAL_FILES = ("manifest.json", "manifest.sig", "public_key.pem", "timestamp.tsq", "timestamp.tsr")
FILES = (*COVERED, *(f"seal/{number}/{name}" for number in (1, 2) for name in SEAL_FILES))


def flip(at):
    def change(path):
        content = bytearray(path.read_bytes())
        content[int(at * (len(content) - 1))] ^= 1
        path.write_bytes(content)

    change.__name__ = f"flip_a_bit_at_{at}"
    return change


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1])


def halve(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty(path):
    path.write_bytes(b"")


def lengthen(path):
    path.write_bytes(path.read_bytes() + b"\n")


def delete(path):
    path.unlink()


def replace_by_link(path):
    path.rename(path.parent.parent.parent / "moved")
    path.symlink_to(path.parent.parent.parent / "moved")


def replace_by_folder(path):
    path.unlink()
    path.mkdir()


CHANGES = [flip(0), flip(0.25), flip(0.5), flip(0.77), flip(1), truncate, halve, empty, lengthen, delete]
CHANGES += [replace_by_link, replace_by_folder]


def failed(checks):
    return {check.name: check for check in checks if check.state == "failed"}


def at_fault(checks):
    return {file for check in checks if check.state == "failed" for file in check.files}


@pytest.fixture
def case(stamped_case, copy_of) -> Path:
    copied = copy_of(stamped_case)
    for path in copied.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copied


@pytest.fixture
def verify(authority, key):
    return lambda case: verify_files(case, signers=[signer_named(key.key_id)], roots=(authority.root,))


def test_an_untouched_case_passes_everything(case, verify):
    checks = verify(case)
    assert failed(checks) == {}
    names = [check.name for check in checks]
    assert len(names) == len(set(names))
    assert {check.name for check in checks if check.state == "not_checked"} == {"custody.after_seal"}
    passed = {check.name for check in checks if check.state == "passed"}
    assert passed >= {
        "folder",
        "case",
        "custody.chain",
        "exhibits.E1",
        "exhibits.E2",
        "stills",
        *(f"seal.{n}.{what}" for n in (1, 2) for what in ("manifest", "signature", "signer", "custody", "time_stamp")),
        "seal.2.files_missing",
        "seal.2.files_changed",
        "seal.2.files_unknown",
    }


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("file", FILES)
def test_any_change_of_any_file_names_it(case, verify, file, change):
    change(case / file)
    assert file in at_fault(verify(case))


@pytest.mark.parametrize(
    "file", ["new.txt", "exhibits/E1/second.mp4", "seal/2/note.txt", "seal/1/note.txt", "seal/note.txt", "seal/x/y"]
)
def test_a_file_that_was_added_is_named(case, verify, file):
    (case / file).parent.mkdir(exist_ok=True)
    (case / file).write_bytes(b"added")
    assert file in at_fault(verify(case))


def test_what_hides_in_the_lock_is_named(case, verify):
    (case / ".custody.lock").write_bytes(b"hidden")
    assert ".custody.lock" in at_fault(verify(case))


def change_log(case, change):
    lines = (case / "custody.jsonl").read_bytes().splitlines(keepends=True)
    (case / "custody.jsonl").write_bytes(b"".join(change(lines)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [lines[1], lines[0], *lines[2:]], "reordered"),
        (lambda lines: [*lines[:2], *lines[3:]], "missing"),
        (lambda lines: [*lines, lines[-1]], "reordered"),
        (lambda lines: [*lines, b'{"action":"x"}\n'], "altered"),
        (lambda lines: [*lines, b'{"action"'], "torn"),
    ],
    ids=["swapped", "dropped", "repeated", "invented", "torn"],
)
def test_a_broken_chain_says_how(case, verify, change, says):
    change_log(case, change)
    found = failed(verify(case))["custody.chain"]
    assert found.what.startswith(says)
    assert found.files == ("custody.jsonl",)


def test_last_lines_that_were_dropped_are_missed_by_the_seal(case, verify):
    change_log(case, lambda lines: lines[:-2])
    found = failed(verify(case))
    assert "custody.chain" not in found
    assert "custody.jsonl" in found["seal.2.custody"].files


def test_a_dropped_line_about_a_time_stamp_is_missed(case, verify):
    change_log(case, lambda lines: lines[:-1])
    assert "custody.jsonl" in failed(verify(case))["seal.2.time_stamp"].files


def test_entries_after_the_seal_are_said_to_rest_on_the_chain_alone(case, verify):
    append_entry(case, actor="A", action="handed over", details={})
    checks = verify(case)
    assert failed(checks) == {}
    after = next(check for check in checks if check.name == "custody.after_seal")
    assert after.state == "not_checked"
    assert "handed over" in after.what
    assert after.files == ("custody.jsonl",)


def test_a_log_written_anew_from_the_start_is_found(case, verify, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for entry in read_log(case).entries:
        append_entry(other, actor="Somebody", action=entry.action, details=json.loads(entry.details_json))
    shutil.copy(other / "custody.jsonl", case / "custody.jsonl")
    found = failed(verify(case))
    assert {"seal.1.custody", "seal.2.custody"} <= set(found)


def test_a_seal_that_was_taken_away_is_missed(case, verify):
    shutil.rmtree(case / "seal" / "2")
    assert "seal/2" in at_fault(verify(case))
    shutil.rmtree(case / "seal")
    assert {"seal/1", "seal/2"} <= at_fault(verify(case))


def test_another_key_fits_only_where_nobody_says_which_key_to_expect(case, key, authority, tmp_path):
    (case / "report.json").write_text('{"score": 0.9}')
    seal_case(case, create_key(tmp_path / "forger.pem"), case_id="2024-17", actor="A. Nalyst")
    states = {check.name: check.state for check in verify_files(case, roots=(authority.root,))}
    assert (states["seal.3.signature"], states["seal.3.signer"]) == ("passed", "not_checked")
    expected = failed(verify_files(case, signers=[signer_named(key.key_id.upper())], roots=(authority.root,)))
    assert set(expected) == {"seal.3.signer"}
    assert expected["seal.3.signer"].files == ("seal/3/public_key.pem",)


def test_a_stamp_from_before_the_seal_shows_that_the_clock_was_ahead(open_case, copy_of, key, authority, monkeypatch):
    case = copy_of(open_case)
    monkeypatch.setattr(sealing, "utc_now", lambda: "2099-01-01T00:00:00.000000Z")
    seal_case(case, key, case_id="2024-17", actor="A. Nalyst")
    sealing.attach_time_stamp(case, authority.answer((case / "seal/1/timestamp.tsq").read_bytes()), actor="A. Nalyst")
    checks = {check.name: check for check in verify_files(case, roots=(authority.root,))}
    assert checks["seal.1.time_stamp"].state == "passed"
    assert "the clock of the machine was ahead" in checks["seal.1.time_stamp"].what


def test_without_a_root_certificate_the_time_stamp_is_not_verified(case, key):
    checks = {check.name: check for check in verify_files(case, signers=[signer_named(key.key_id)])}
    assert checks["seal.2.time_stamp"].state == "not_checked"
    assert "serial number" in checks["seal.2.time_stamp"].what
    assert "no root certificate was given" in checks["seal.2.time_stamp"].what


def test_a_changed_exhibit_is_found_though_its_record_was_changed_with_it(case, verify):
    (case / "exhibits" / "E1" / "film.mp4").write_bytes(b"another film")
    hashes = hash_file(case / "exhibits" / "E1" / "film.mp4")
    exhibits = read_exhibits(case)
    write_exhibits(case, (replace(exhibits[0], **asdict(hashes)), *exhibits[1:]))
    checks = verify(case)
    assert "exhibits.E1" not in failed(checks)
    assert {"exhibits/E1/film.mp4", "exhibits.json"} <= at_fault(checks)


def test_a_referenced_exhibit_is_checked_where_it_lies(case, verify):
    paper = Path(read_exhibits(case)[1].path)
    content = paper.read_bytes()
    try:
        paper.write_bytes(content + b"!")
        assert str(paper) in at_fault(verify(case))
        paper.unlink()
        checks = {check.name: check for check in verify(case)}
        assert checks["exhibits.E2"].state == "not_checked"
        assert checks["exhibits.E2"].files == (str(paper),)
    finally:
        paper.write_bytes(content)


def test_an_unsealed_case_says_what_stays_unseen(open_case):
    checks = {check.name: check for check in verify_files(open_case)}
    assert failed(checks.values()) == {}
    assert checks["seal"].state == "not_checked"


@pytest.mark.parametrize("file", COVERED)
def test_any_change_names_its_file_without_a_time_stamp(sealed_case, copy_of, file):
    case = copy_of(sealed_case)
    (case / file).chmod(0o644)
    flip(0.5)(case / file)
    assert file in at_fault(verify_files(case))


def test_a_seal_that_was_never_stamped_says_so(sealed_case, key):
    checks = {check.name: check for check in verify_files(sealed_case, signers=[signer_named(key.key_id)])}
    assert failed(checks.values()) == {}
    assert checks["seal.1.time_stamp"].state == "not_checked"
    assert "rests on the clock" in checks["seal.1.time_stamp"].what


@pytest.mark.parametrize("place", ["none", "a\0b", "x" * 5000])
def test_a_folder_that_is_not_there_is_a_failed_check(tmp_path, place):
    (check,) = verify_files(tmp_path / place)
    assert (check.name, check.state) == ("folder", "failed")


READ_AS_TEXT = {".json", ".jsonl", ".yaml", ".sig", ".pem"}
HOSTILE = [
    b"",
    b"\xff\xfe\0",
    b"[" * 200_000,
    b'{"a": ' * 50_000,
    b"null",
    b"9" * 100_000,
    b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    b'"\\ud800"',
    b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "file", [file for file in FILES if file.endswith((".json", ".jsonl", ".yaml", ".sig", ".pem"))]
)
def test_hostile_content_is_a_failed_check_and_never_an_error(case, verify, file, content):
    (case / file).write_bytes(content)
    assert file in at_fault(verify(case))


def test_a_log_that_speaks_of_absurd_seals_is_said(case, verify):
    append_entry(case, actor="A", action="sealed", details={"seal": 2**52})
    append_entry(case, actor="A", action="sealed", details={"seal": -3})
    append_entry(case, actor="A", action="sealed", details={"seal": "one"})
    append_entry(case, actor="A", action="time stamp attached", details={"seal": 2, "response_sha256": [1]})
    assert {f"seal/{2**52}", "seal/-3"} <= at_fault(verify(case))


def test_hostile_folders_give_checks_and_never_errors_or_endless_waits(case, verify, tmp_path):
    (case / "loop").symlink_to(case)
    (case / "device").symlink_to("/dev/zero")
    (case / "seal" / "0").mkdir()
    (case / "seal" / "007").mkdir()
    (case / "seal" / "9999999").mkdir()
    for name in ("stills.json", "exhibits.json", "case.yaml", "seal/2/manifest.json", "seal/2/timestamp.tsr"):
        (case / name).unlink()
        os.mkfifo(case / name)
    assert {"loop", "device", "case.yaml", "stills.json", "seal/2/manifest.json"} <= at_fault(verify(case))


def test_paths_in_tables_never_lead_out_of_the_case(case, verify, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    for file in ("exhibits.json", "stills.json"):
        rows = json.loads((case / file).read_text(encoding="utf-8"))
        rows[0]["path"] = "../secret"
        (case / file).write_text(json.dumps(rows))
    found = failed(verify(case))
    assert "inside the case folder" in found["exhibits.E1"].what
    assert "inside the case folder" in found["stills"].what


def test_large_files_are_never_held_in_memory(open_case, copy_of, key):
    case = copy_of(open_case)
    (case / "large.bin").write_bytes(bytes(64 << 20))
    seal_case(case, key, case_id="2024-17", actor="A. Nalyst")
    assert failed(verify_files(case)) == {}
    with (case / "large.bin").open("r+b") as file:
        file.seek(40 << 20)
        file.write(b"!")
    tracemalloc.start()
    try:
        assert "large.bin" in at_fault(verify_files(case))
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
