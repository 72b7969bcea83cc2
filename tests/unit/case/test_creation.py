"""A creation record: every step kept, chained and stamped as it arises; anything changed later is named."""

from __future__ import annotations

import json
import subprocess

import pytest

from similarity.absence import NotMeasured
from similarity.case.creation import attach_stamp, keep_step, open_creation, read_creation
from similarity.case.custody.log import read_log
from similarity.errors import CaseError, SignatureError
from similarity.files import write_atomically


@pytest.fixture
def record(tmp_path):
    """Two steps of one prompt."""
    folder, prompt = tmp_path / "record", tmp_path / "prompt.txt"
    open_creation(folder, title="Harbour at Dawn", author="张三")
    for number, text in enumerate(("a harbour", "a harbour at dawn"), 1):
        prompt.write_text(text)
        keep_step(folder, prompt, "prompt", note=f"try {number}")
    return folder


def test_steps_are_kept_in_the_order_in_which_they_arise(record):
    found = read_creation(record)
    assert (found.title, found.author, found.problems) == ("Harbour at Dawn", "张三", ())
    assert [(one.number, one.kind, one.note, one.is_unchanged) for one in found.steps] == [
        (1, "prompt", "try 1", True),
        (2, "prompt", "try 2", True),
    ]
    assert [(record / one.path).read_text() for one in found.steps] == ["a harbour", "a harbour at dawn"]
    assert found.steps[0].kept_utc <= found.steps[1].kept_utc
    assert all(isinstance(one.stamp, NotMeasured) for one in found.steps)


def test_an_authority_s_stamp_on_a_step_is_checked_down_to_its_root(record, authority):
    request = (record / "stamps/2.tsq").read_bytes()
    attach_stamp(record, 2, authority.answer(request), roots=[authority.root])
    found = read_creation(record, roots=[authority.root])
    assert found.problems == ()
    assert found.steps[1].stamp.authority == "CN=Authority"
    assert isinstance(found.steps[0].stamp, NotMeasured)


def test_openssl_checks_the_same_stamp(record, authority):
    request = (record / "stamps/1.tsq").read_bytes()
    attach_stamp(record, 1, authority.answer(request), roots=[authority.root])
    entry = next(one for one in read_log(record).entries if one.action == "step kept")
    (record.parent / "hash.txt").write_text(entry.sha256)
    (record.parent / "root.pem").write_bytes(authority.root)
    command = f"openssl ts -verify -data hash.txt -in {record}/stamps/1.tsr -CAfile root.pem"
    done = subprocess.run(command.split(), cwd=record.parent, check=False, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_stamp_on_another_step_is_refused_and_named_where_it_lies(record, authority):
    answer = authority.answer((record / "stamps/1.tsq").read_bytes())
    with pytest.raises(SignatureError, match="imprint is not of this content"):
        attach_stamp(record, 2, answer)
    (record / "stamps/2.tsr").write_bytes(answer)
    assert [one for one in read_creation(record).problems if one.startswith("stamps/2.tsr: time stamp: its imprint")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda record, path: write_atomically(path, b"another prompt"), "steps/1-prompt-prompt.txt: is gone, or has"),
        (lambda record, path: path.unlink(), "steps/1-prompt-prompt.txt: is gone, or has"),
        (lambda record, path: (record / "steps/3-draft-x.txt").write_text("x"), "steps/3-draft-x.txt: the log says"),
    ],
)
def test_what_was_changed_is_named(record, change, says):
    change(record, record / "steps/1-prompt-prompt.txt")
    assert [one for one in read_creation(record).problems if one.startswith(says)]


def test_a_line_of_the_log_can_not_be_changed_or_left_out(record):
    path = record / "custody.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for changed in ([lines[0], lines[2]], [lines[0], lines[1].replace(b"try 1", b"try 9"), lines[2]]):
        path.write_bytes(b"".join(changed))
        assert read_creation(record).problems[0].startswith("custody.jsonl: ")


@pytest.mark.parametrize(("title", "author"), [("", "A"), ("T", " ")])
def test_a_record_names_work_and_author(tmp_path, title, author):
    with pytest.raises(CaseError, match="expected a title and an author"):
        open_creation(tmp_path / "record", title=title, author=author)


def test_a_record_begins_in_an_empty_folder_and_steps_go_into_a_record_alone(tmp_path, record):
    with pytest.raises(CaseError, match="holds something already"):
        open_creation(record, title="T", author="A")
    with pytest.raises(CaseError, match="holds no creation record"):
        keep_step(tmp_path, record / "custody.jsonl", "draft")
    with pytest.raises(CaseError, match="expected a step from 1 to 2, got 3"):
        attach_stamp(record, 3, b"")
    with pytest.raises(CaseError, match="can't be read"):
        keep_step(record, tmp_path / "none.txt", "draft")


def test_the_commands_keep_and_check(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("a")
    cli("creation", "new", "mine", "--title", "T", "--author", "A")
    assert "step 1: steps/1-draft-a.txt" in cli("creation", "keep", "mine", "a.txt", "--kind", "draft").stdout
    assert json.loads(cli("creation", "verify", "mine", "--json").stdout)["problems"] == []
    (tmp_path / "mine/steps/1-draft-a.txt").write_text("b")
    assert "CHANGED" in cli("creation", "verify", "mine", exit_code=5).stdout
