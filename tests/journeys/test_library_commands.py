"""`similarity library ...`, and where the library is looked for."""

from __future__ import annotations

import csv
import json

import pytest

from index.local.library import Library
from similarity.cli.exits import Exit


def test_list_and_show_say_the_same_for_people_and_for_programs(cli, demo, demo_library):
    listed = json.loads(cli("library", "list", "--library", demo_library, "--json").stdout)
    lines = cli("library", "list", "--library", demo_library).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [entry["entry_id"] for entry in listed]
    assert {entry["entry_id"] for entry in listed} == {film.name for film in demo.films if film.role != "suspect"}
    (shown,) = json.loads(cli("library", "show", "garage", "--library", demo_library, "--json").stdout)
    assert shown in listed
    said = cli("library", "show", "garage", "--library", demo_library).stdout
    assert shown["sha256"] in said
    assert "h264" in said


def test_remove_takes_out_what_was_named_or_nothing_at_all(cli, own_library):
    refused = cli("library", "remove", "garage", "nobody", "--library", own_library, exit_code=Exit.FAILED)
    assert "'nobody'" in refused.stderr
    assert refused.stdout == ""
    asked = ("library", "remove", "garage", "poster", "garage", "--library", own_library)
    assert cli(*asked).stdout == "removed: garage\nremoved: poster\n"
    with Library.open(own_library) as library:
        assert not {"garage", "poster"} & {entry.entry_id for entry in library.entries()}
    assert b"garage.mp4" not in (own_library / "catalogue.sqlite").read_bytes()
    assert cli("library", "check", "--library", own_library).stdout == "no damage found in 7 entries\n"


def test_what_was_removed_can_be_added_again(cli, demo, own_library):
    with Library.open(own_library) as library:
        before = library.state_sha256()
    cli("library", "remove", "poster", "--library", own_library)
    cli("add", demo.folder / "works", "--library", own_library, "--quiet")
    with Library.open(own_library) as library:
        assert library.state_sha256() == before


def test_check_finds_nothing_in_a_whole_library(cli, demo_library):
    assert json.loads(cli("library", "check", "--library", demo_library, "--json").stdout) == []


def test_export_is_for_spreadsheets_and_programs(cli, demo_library, tmp_path):
    out = tmp_path / "export"
    assert cli("library", "export", out, "--library", demo_library).stdout == f"{out}\n"
    with (out / "entries.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9
    assert json.loads((out / "library.json").read_text(encoding="utf-8"))
    (line,) = cli("library", "export", out, "--library", demo_library, exit_code=Exit.FAILED).stderr.splitlines()
    assert "exists already" in line


def test_the_environment_names_the_library_unless_an_option_does(cli, demo_library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = cli("library", "list", SIMILARITY_LIBRARY=str(demo_library)).stdout
    assert len(named.splitlines()) == 9
    Library.create(tmp_path / "library").close()
    assert "library is empty" in cli("library", "list").stdout
    assert cli("library", "list", "--library", demo_library, SIMILARITY_LIBRARY="nowhere").stdout == named


def test_a_small_library_needs_no_codes_and_tune_says_so(cli, demo_library):
    assert "every row is searched, exactly" in cli("library", "tune", "--library", demo_library).stdout
    assert json.loads(cli("library", "tune", "--library", demo_library, "--json").stdout) == []


def test_the_version_is_the_product_s(cli):
    import similarity

    assert cli("--version").stdout.strip() == similarity.__version__


@pytest.mark.parametrize("asked", [(), ("library",), ("models",)])
def test_a_group_alone_shows_its_commands(cli, asked):
    assert "Commands:" in cli(*asked, exit_code=Exit.USAGE).output


@pytest.mark.parametrize("asked", [("scna",), ("scan",), ("compare", "a.mp4"), ("add",), ("library", "remove")])
def test_a_wrong_command_line_has_its_own_exit_code(cli, asked):
    assert "Usage:" in cli(*asked, exit_code=Exit.USAGE).stderr
