"""The commands `access` and `record`, through their own programs."""

from __future__ import annotations

import json

import pytest
from support.footage import moving_pattern, write_video
from typer.testing import CliRunner

from similarity.cli.access_commands import app, record_app
from similarity.signatures import create_key

USE = """
user: maker
model: model 1.0
prompt: "the keeper climbs the stair"
generated: 2024-05-01
works: [{title: "The Iron\\e[31m Lighthouse", authors: [A. Writer], purpose: adaptation}]
"""


def run(program, *arguments, exit_code=0):
    result = CliRunner().invoke(program, [*map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == exit_code, (result.stdout, result.stderr)
    return result


@pytest.fixture
def record(tmp_path):
    (tmp_path / "use.yaml").write_text(USE)
    write_video(tmp_path / "video.mp4", moving_pattern(20, 160, 90))
    create_key(tmp_path / "maker.pem")
    options = ["--from", "use.yaml", "--video", "video.mp4", "--key", "maker.pem", "--out", "record.json"]
    said = run(record_app, "create", *[one if one.startswith("--") else tmp_path / one for one in options])
    assert "valid: the signature fits, the video fits" in said.stdout
    assert "The Iron\\x1b[31m Lighthouse, A. Writer" in said.stdout
    return tmp_path / "record.json"


def test_facts_are_written_checked_and_stored(tmp_path):
    facts = tmp_path / "facts.yaml"
    assert str(facts) in run(app, "new", facts).stdout
    said = run(app, "check", facts, "--out", tmp_path / "out")
    assert "no evidence of access" in said.stdout
    assert "access is graded apart from similarity" in said.stdout
    assert (tmp_path / "out" / "access.json").is_file()
    assert "never written over" in run(app, "new", facts, exit_code=1).stderr


def test_json_on_standard_output_is_the_stored_dossier_but_for_its_time(tmp_path):
    run(app, "new", tmp_path / "facts.yaml")
    shown = json.loads(run(app, "check", tmp_path / "facts.yaml", "--json", "--out", tmp_path / "out").stdout)
    assert shown == json.loads((tmp_path / "out" / "access.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("works: [{id: a, title: b, events: [{kind: created, date: 2024-02-31}]}]", "no calendar has it"),
        ("works: [{id: a, title: b}]\ndocuments: [{exhibit: E, path: ../x}]", "leaves the folder"),
        ('works: [{id: a, title: b, "x\\e[31m": 1}]', "x\\x1b[31m"),
        ("a: &a 1\nb: *a", "aliases"),
    ],
)
def test_errors_are_one_line_and_exit_with_1(tmp_path, text, reason):
    (tmp_path / "facts.yaml").write_text(text)
    said = run(app, "check", tmp_path / "facts.yaml", exit_code=1)
    assert said.stdout == ""
    assert len(said.stderr.splitlines()) == 1
    assert said.stderr.startswith("error: ")
    assert reason in said.stderr
    assert "\x1b" not in said.stderr


def test_a_record_that_fits_exits_with_0_and_one_that_does_not_with_1(record, tmp_path):
    assert "the video fits" in run(record_app, "verify", record, "--video", tmp_path / "video.mp4").stdout
    assert "no video was compared" in run(record_app, "verify", record).stdout
    write_video(tmp_path / "other.mp4", moving_pattern(20, 160, 90, seed=5))
    said = run(record_app, "verify", record, "--video", tmp_path / "other.mp4", exit_code=1)
    assert "the video does not fit" in said.stdout
    record.write_text(record.read_text(encoding="utf-8").replace("maker", "faker"))
    assert "the signature does not fit" in run(record_app, "verify", record, exit_code=1).stdout
    record.write_text("{}")
    assert "unreadable" in run(record_app, "verify", record, exit_code=1).stdout


def test_a_check_as_json_is_the_reading(record):
    shown = json.loads(run(record_app, "verify", record, "--json").stdout)
    assert shown["state"] == "valid"
    assert shown["record"]["works"][0]["authors"] == ["A. Writer"]


@pytest.mark.parametrize("program", [app, record_app])
def test_help_loads_nothing_heavy(program):
    assert "Usage:" in run(program, "--help").stdout
