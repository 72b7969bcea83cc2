"""The operations behind `access` and `record`: facts to fill in, a dossier on the disk, records made and checked."""

from __future__ import annotations

import json

import pytest
from support.footage import moving_pattern, write_video

from similarity.access.check import check_access, new_facts
from similarity.access.json_form import dossier_from_json
from similarity.access.records.acts import create_record, verify_record
from similarity.cli.access_words import dossier_in_words, record_in_words
from similarity.errors import AccessError, ConfigurationError, KeyFileError, UnreadableMediaError
from similarity.signatures import create_key

USE = """
user: maker
model: model 1.0
prompt: "the keeper climbs the stair"
generated: 2024-05-01
works:
- title: The Iron Lighthouse
  authors: [A. Writer]
  passages: [Chapter 2]
  purpose: adaptation
  identifier: 9787535427304
"""


@pytest.fixture(scope="module")
def suspect(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp("suspect") / "suspect.mp4", moving_pattern(12))


@pytest.fixture
def facts(tmp_path):
    (tmp_path / "log.txt").write_text("log")
    path = tmp_path / "facts.yaml"
    path.write_text(
        'suspect: {records: [{exhibit: R}], title: "red\\e[31m\\nline"}\n'
        "works: [{id: work, title: The Iron Lighthouse}]\n"
        "documents: [{exhibit: R, path: record.json}, {exhibit: L, path: log.txt}]\n"
    )
    return path


@pytest.fixture
def made(tmp_path, suspect):
    """A record of the suspect, beside the facts."""
    create_key(tmp_path / "maker.pem")
    (tmp_path / "use.yaml").write_text(USE)
    create_record(tmp_path / "use.yaml", suspect, tmp_path / "maker.pem", tmp_path / "record.json")
    return tmp_path / "record.json"


def test_new_facts_can_be_checked_at_once_and_are_never_written_over(tmp_path):
    path = tmp_path / "case" / "facts.yaml"
    new_facts(path)
    assert check_access(path).works[0].grade == "no_evidence"
    with pytest.raises(AccessError, match="never written over"):
        new_facts(path)


def test_a_record_of_the_suspect_beside_its_facts_is_direct_evidence(facts, made, suspect, tmp_path):
    dossier = check_access(facts, suspect=suspect, out=tmp_path / "out")
    assert dossier.works[0].grade == "direct_evidence"
    assert [label.kind for label in dossier.labels[0].labels]
    assert dossier_from_json((tmp_path / "out" / "access.json").read_text(encoding="utf-8")) == dossier


def test_the_words_stay_one_line_per_fact_whatever_the_facts_hold(facts, made):
    dossier = check_access(facts)
    words = dossier_in_words(dossier, None)
    assert "\x1b" not in words
    assert words.splitlines()[0] == "suspect: red\\x1b[31m\\nline"
    assert "not who holds the key" in words


def test_a_suspect_or_facts_that_are_not_there_are_errors(facts, tmp_path):
    with pytest.raises(UnreadableMediaError):
        check_access(facts, suspect=tmp_path / "gone.mp4")
    with pytest.raises(ConfigurationError):
        check_access(tmp_path / "gone.yaml")


def test_a_record_is_made_checked_and_never_written_over(made, suspect, tmp_path):
    assert verify_record(made).state == "valid"
    found = verify_record(made, video=suspect)
    assert (found.state, found.is_video_checked) == ("valid", True)
    assert found.record.works[0].identifier == "9787535427304"
    assert "The Iron Lighthouse, A. Writer: Chapter 2" in record_in_words(found, made)
    with pytest.raises(AccessError, match="never written over"):
        create_record(tmp_path / "use.yaml", suspect, tmp_path / "maker.pem", made)


def test_a_changed_record_and_another_video_are_noticed(made, tmp_path):
    other = tmp_path / "other.mp4"
    other.write_bytes(b"another")
    assert verify_record(made, video=other).state == "video_does_not_fit"
    content = json.loads(made.read_text(encoding="utf-8"))
    content["statement"]["works"][0]["title"] = "Another Work"
    made.write_text(json.dumps(content))
    assert verify_record(made).state == "signature_does_not_fit"


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (USE.replace("2024-05-01", "soon"), AccessError),
        (USE.replace("user:", "usr:"), ConfigurationError),
        (USE.replace("maker", '"\\ud800"'), ConfigurationError),
        ("works: []", ConfigurationError),
    ],
)
def test_a_statement_that_is_none_makes_no_record(tmp_path, suspect, use, error):
    create_key(tmp_path / "maker.pem")
    (tmp_path / "use.yaml").write_text(use)
    with pytest.raises(error):
        create_record(tmp_path / "use.yaml", suspect, tmp_path / "maker.pem", tmp_path / "record.json")
    assert not (tmp_path / "record.json").exists()


def test_without_a_key_or_a_record_there_is_an_error(tmp_path, suspect):
    (tmp_path / "use.yaml").write_text(USE)
    with pytest.raises(KeyFileError):
        create_record(tmp_path / "use.yaml", suspect, tmp_path / "none.pem", tmp_path / "record.json")
    with pytest.raises(AccessError, match="can't be read"):
        verify_record(tmp_path / "record.json")


def test_a_trust_list_that_is_none_is_said(tmp_path):
    facts, suspect = tmp_path / "facts.yaml", tmp_path / "suspect.mp4"
    new_facts(facts)
    suspect.write_bytes(b"no video")
    for content in (b"no certificates", b"\xff\xfe"):
        (tmp_path / "list.pem").write_bytes(content)
        with pytest.raises(AccessError, match="certificates"):
            check_access(facts, suspect=suspect, trust_list=tmp_path / "list.pem")
    with pytest.raises(AccessError, match="can't be read"):
        check_access(facts, suspect=suspect, trust_list=tmp_path / "none.pem")
