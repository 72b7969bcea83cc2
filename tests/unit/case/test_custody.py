"""The custody log: every change shows, nothing is dropped, and a crash at any byte leaves it usable."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.case.custody import log as custody
from similarity.case.custody.clock import clock_source
from similarity.case.custody.log import RECOVERED, append_entry, read_log, recover_log, require_intact
from similarity.errors import CaseError

FILE = "custody.jsonl"


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    for number in range(4):
        append_entry(folder, actor="A. Nalyst", action=f"act {number}", details={"n": number, "深": [1, None, 2.5]})
    return folder


def lines_of(case):
    return (case / FILE).read_bytes().splitlines(keepends=True)


def rewrite(case, lines):
    (case / FILE).write_bytes(b"".join(lines))


def test_entries_follow_from_one_another(case):
    log = read_log(case)
    assert log.broken is None
    assert [entry.sequence for entry in log.entries] == [1, 2, 3, 4]
    assert log.entries[0].previous_sha256 == "0" * 64
    assert [entry.previous_sha256 for entry in log.entries[1:]] == [entry.sha256 for entry in log.entries[:-1]]
    assert json.loads(log.entries[2].details_json) == {"n": 2, "深": [1, None, 2.5]}
    assert log.head_sha256 == log.entries[-1].sha256
    assert log.size_bytes == (case / FILE).stat().st_size
    assert all(entry.clock.startswith("system clock; ") for entry in log.entries)


def test_what_was_appended_is_what_is_read(case):
    entry = append_entry(case, actor="李", action="compared", details={"a": {"b": True}})
    assert read_log(case).entries[-1] == entry


def test_a_log_that_does_not_exist_is_empty(tmp_path):
    log = read_log(tmp_path)
    assert (log.entries, log.broken, log.head_sha256) == ((), None, "0" * 64)


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize("at", [0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_flipped_bit_breaks_the_log_at_its_line(case, line, at):
    lines = lines_of(case)
    changed = bytearray(lines[line])
    changed[int(at * (len(changed) - 1))] ^= 1
    rewrite(case, [*lines[:line], bytes(changed), *lines[line + 1 :]])
    broken = read_log(case).broken
    assert (broken.line, broken.kind) == (line + 1, "altered")
    assert len(read_log(case).entries) == line


@pytest.mark.parametrize("line", range(3))
def test_a_line_that_is_gone_is_missing(case, line):
    lines = lines_of(case)
    rewrite(case, lines[:line] + lines[line + 1 :])
    broken = read_log(case).broken
    assert (broken.line, broken.kind) == (line + 1, "missing")
    assert "1 entries before it are gone" in broken.reason


def test_lines_that_changed_places_are_reordered(case):
    first, second, third, fourth = lines_of(case)
    rewrite(case, [first, third, second, fourth])
    assert (read_log(case).broken.line, read_log(case).broken.kind) == (2, "reordered")
    rewrite(case, [first, second, second, third, fourth])
    assert (read_log(case).broken.line, read_log(case).broken.kind) == (3, "reordered")


def test_an_entry_written_anew_does_not_fit_the_next(case, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    append_entry(other, actor="Somebody", action="act 0", details={})
    rewrite(case, [lines_of(other)[0], *lines_of(case)[1:]])
    broken = read_log(case).broken
    assert (broken.line, broken.kind) == (2, "altered")
    assert "does not follow" in broken.reason


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        b'{"a":NaN}\n',
        b"[" * 100_000 + b"\n",
        b"9" * 10_000 + b"\n",
        b'{"action":"x","actor":"x","clock":"x","details":[],"previous_sha256":"","sequence":5,"sha256":"","utc":""}\n',
        b'{"action":"x","actor":"x","clock":"x","details":{},"previous_sha256":"","sequence":true,"sha256":"","utc":""}\n',
    ],
)
def test_lines_that_are_no_entries_are_named(case, line):
    rewrite(case, [*lines_of(case), line])
    broken = read_log(case).broken
    assert (broken.line, broken.kind) == (5, "altered")


def test_an_entry_is_written_in_one_way_only(case):
    lines = lines_of(case)
    spaced = json.dumps(json.loads(lines[1]), sort_keys=True, ensure_ascii=False).encode() + b"\n"
    rewrite(case, [lines[0], spaced, *lines[2:]])
    assert (read_log(case).broken.line, read_log(case).broken.kind) == (2, "altered")


def test_a_broken_log_takes_no_entries(case):
    rewrite(case, lines_of(case)[1:])
    with pytest.raises(CaseError, match="missing: line 1 holds entry 2"):
        append_entry(case, actor="A", action="b", details={})
    with pytest.raises(CaseError, match="only such a line"):
        recover_log(case, actor="A")
    with pytest.raises(CaseError, match="unchanged copy"):
        require_intact(case)


def test_a_crash_at_any_byte_of_a_line_is_seen_and_nothing_is_dropped(case):
    lines = lines_of(case)
    whole, last = b"".join(lines[:-1]), lines[-1]
    for written in range(1, len(last)):
        (case / FILE).write_bytes(whole + last[:written])
        log = read_log(case)
        assert (log.broken.line, log.broken.kind, len(log.entries)) == (4, "torn", 3)
    with pytest.raises(CaseError, match="torn"):
        append_entry(case, actor="A", action="b", details={})


@settings(max_examples=25)
@given(st.data())
def test_a_torn_line_is_recovered_from_and_kept(tmp_path_factory, data):
    case = tmp_path_factory.mktemp("case")
    for number in range(2):
        append_entry(case, actor="A", action=f"act {number}", details={})
    lines = lines_of(case)
    kept = lines[1][: data.draw(st.integers(1, len(lines[1]) - 1))]
    (case / FILE).write_bytes(lines[0] + kept)
    entry = recover_log(case, actor="B")
    assert (entry.sequence, entry.action, entry.actor) == (2, RECOVERED, "B")
    details = json.loads(entry.details_json)
    assert base64.b64decode(details["torn_base64"]) == kept
    assert details["line"] == 2
    append_entry(case, actor="B", action="went on", details={})
    assert [one.action for one in require_intact(case).entries] == ["act 0", RECOVERED, "went on"]


def test_zeros_that_a_power_cut_left_are_recovered_from(case):
    with (case / FILE).open("ab") as file:
        file.write(bytes(512))
    assert read_log(case).broken.kind == "torn"
    recover_log(case, actor="A")
    assert read_log(case).broken is None


def test_a_log_that_is_whole_needs_no_recovery(case):
    with pytest.raises(CaseError, match="nothing is broken"):
        recover_log(case, actor="A")


def test_a_full_disk_leaves_the_log_as_it_was(case, monkeypatch):
    before = (case / FILE).read_bytes()

    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CaseError, match="No space left"):
        append_entry(case, actor="A", action="b", details={})
    assert (case / FILE).read_bytes() == before


def append_many(folder, name):
    for number in range(10):
        append_entry(folder, actor=name, action="act", details={"n": number})


def test_processes_that_write_at_the_same_time_take_turns(case):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=append_many, args=(case, name)) for name in ("one", "two", "three")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    log = require_intact(case)
    assert len(log.entries) == 34
    assert [entry.actor for entry in log.entries].count("two") == 10


@pytest.mark.parametrize(
    ("actor", "action", "details", "says"),
    [
        ("", "act", {}, "actor"),
        (" ", "act", {}, "actor"),
        ("A", "two\nlines", {}, "action"),
        ("A", "x" * 401, {}, "action"),
        ("A\u202eB", "act", {}, "actor"),
        ("A", "act", {"n": float("nan")}, "recorded"),
        ("A", "act", {"n": 2**60}, "recorded"),
        ("A", "act", {"n": object()}, "recorded"),
        ("A", "act", {"n": "\ud800"}, "recorded"),
        ("A", "act", {"n": "x" * 1_000_001}, "SHA-256"),
    ],
)
def test_what_can_not_stand_in_a_log_is_refused(case, actor, action, details, says):
    before = (case / FILE).read_bytes()
    with pytest.raises(CaseError, match=says):
        append_entry(case, actor=actor, action=action, details=details)
    assert (case / FILE).read_bytes() == before


def test_a_log_is_only_written_in_a_case_folder(tmp_path):
    with pytest.raises(CaseError, match="no such case folder"):
        append_entry(tmp_path / "none", actor="A", action="b", details={})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_log_that_is_no_file_is_refused_and_does_not_block(tmp_path):
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(CaseError, match="regular file"):
        read_log(tmp_path)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).symlink_to("/dev/zero")
    with pytest.raises(CaseError, match="link"):
        read_log(tmp_path)


def test_an_absurdly_large_log_is_refused(case, monkeypatch):
    monkeypatch.setattr(custody, "MAX_LOG_BYTES", 100)
    with pytest.raises(CaseError, match="at most 100 bytes"):
        read_log(case)


def test_the_clock_is_described_in_a_sentence(monkeypatch):
    assert clock_source().startswith("system clock; ")
    monkeypatch.setattr("sys.platform", "win32")
    assert clock_source() == "system clock; whether it is synchronised is not known here"
