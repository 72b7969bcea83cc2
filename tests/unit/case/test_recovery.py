"""`case recover`: what an interrupted act left is mended, and said."""

from __future__ import annotations

import json

import pytest

from similarity.case.acts import seal
from similarity.case.audit.files import verify_files
from similarity.case.custody.log import RECOVERED, require_intact
from similarity.case.exhibits import read_exhibits
from similarity.case.folder import EXHIBIT_ADDED
from similarity.case.recovery import LEFTOVERS_REMOVED, recover
from similarity.case.seal import sealing
from similarity.errors import CaseError


def failed(case):
    return {check.name for check in verify_files(case) if check.state == "failed"}


def test_a_seal_that_was_killed_half_way_is_cleared_away_and_made_again(open_case, copy_of, key, monkeypatch):
    case = copy_of(open_case)
    recover(case, actor="A")  # the fixture's log names its exhibits in another way

    def killed(path, content):
        path.write_bytes(content[:10])
        (path.parent / f".{path.name}.x0000000.part").write_bytes(b"")
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "write_atomically", killed)
        patched.setattr(sealing.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(SystemExit):
            seal(case, key, actor="A")
    assert {"folder", "seal"} <= failed(case)
    with pytest.raises(CaseError, match="similarity case recover"):
        seal(case, key, actor="A")
    removed, again = recover(case, actor="B")
    assert removed.startswith("removed what interrupted writes had left: seal/.1.")
    assert again == "seal 1 was begun and not finished: seal the case again"
    last = require_intact(case).entries[-1]
    assert (last.action, last.actor) == (LEFTOVERS_REMOVED, "B")
    assert all(path.startswith("seal/.1.") for path in json.loads(last.details_json)["paths"])
    assert seal(case, key, actor="B").number == 1
    assert not failed(case)
    assert recover(case, actor="B") == ()


def test_a_torn_line_is_kept_and_exhibits_of_which_the_log_says_nothing_are_recorded(open_case, copy_of):
    case = copy_of(open_case)
    log = case / "custody.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    assert any("similarity case recover" in check.what for check in verify_files(case))
    torn, unlogged = recover(case)
    assert torn == "custody log: a line that was not written to its end is kept in entry 4"
    assert unlogged == "custody log: recorded that E1, E2 had been added"
    entries = require_intact(case).entries
    assert [entry.action for entry in entries[3:]] == [RECOVERED, EXHIBIT_ADDED, EXHIBIT_ADDED]
    assert {entry.actor for entry in entries[3:]} == {"not stated"}
    assert len(read_exhibits(case)) == 2
    assert recover(case) == ()


def test_links_are_not_followed_and_nothing_else_is_removed(open_case, copy_of, tmp_path):
    case = copy_of(open_case)
    recover(case, actor="A")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x").write_bytes(b"kept")
    (case / ".aaaaaaaa.part").symlink_to(elsewhere, target_is_directory=True)
    (case / ".bbbbbbbb.part").write_bytes(b"half")
    assert recover(case, actor="A") == ("removed what interrupted writes had left: .bbbbbbbb.part",)
    assert (elsewhere / "x").read_bytes() == b"kept"
    assert (case / ".aaaaaaaa.part").is_symlink()


def test_files_of_people_are_never_taken_for_leftovers(open_case, copy_of):
    case = copy_of(open_case)
    recover(case, actor="A")
    own = (case / "footage" / ".holiday.mp4.part", case / ".part", case / ".notes.part" / "page.txt")
    for path in own:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"kept")
    assert recover(case, actor="A") == ()
    assert [path.read_bytes() for path in own] == [b"kept"] * 3
    assert "folder" not in failed(case)


def test_what_nothing_can_mend_is_said(open_case, copy_of, tmp_path):
    case = copy_of(open_case)
    lines = (case / "custody.jsonl").read_bytes().splitlines(keepends=True)
    (case / "custody.jsonl").write_bytes(b"".join(lines[1:]))
    with pytest.raises(CaseError, match="only such a line"):
        recover(case)
    with pytest.raises(CaseError, match="similarity case new"):
        recover(tmp_path)
