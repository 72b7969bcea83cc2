"""File names that break lines, steer terminals, look like options or formulas, or are no text at all."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from support.footage import moving_pattern, write_still

from index.local.library import Library
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.report.schema.json_form import from_json
from similarity.text import id_of, one_line, path_of, storable

IDS = {
    b"new\nline.png": "new\\nline",
    b"return\rover.png": "return\\rover",
    b"red\x1b[31m.png": "red\\x1b[31m",
    b"raw\xe9bytes.png": "raw\\xe9bytes",
    "turn\u202eed.png".encode(): "turn\\u202eed",
    b"quo\"te's.png": "quo\"te's",
    b"-dash.png": "-dash",
    b"--out.png": "--out",
    b"=cmd().png": "=cmd()",
    b"a,b;c.png": "a,b;c",
    b"[bold]markup.png": "[bold]markup",
    b"<script>alert(1).png": "<script>alert(1)",
    b"'); DROP TABLE entries;--.png": "'); DROP TABLE entries;--",
    "日本語の映画　第一話.png".encode(): "日本語の映画　第一話",
    "👩\u200d🚀.png".encode(): "👩\u200d🚀",
    b" .png": " ",
    b"long" * 60 + b".png": "long" * 60,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    for number, name in enumerate(IDS):
        picture = write_still(folder / "made.png", moving_pattern(1, 160, 90, seed=number)[0])
        try:
            picture.rename(folder / os.fsdecode(name))
        except OSError:
            pytest.skip(f"this file system has no room for the name {name!r}")
    return folder


@pytest.fixture(scope="module")
def library(folder, tmp_path_factory) -> Path:
    """All of them, indexed."""
    path = tmp_path_factory.mktemp("library") / "library"
    with Library.create(path) as opened:
        add_files([folder], opened, config=load_profile())
    return path


@pytest.fixture
def light(tmp_path):
    """A profile without the later looks at frames."""
    profile = tmp_path / "light.yaml"
    profile.write_text("verify: {max_matches: 0}\nplace: {max_matches: 0}\n")
    return profile


def test_add_takes_every_name_and_says_each_on_one_line(cli, folder, tmp_path):
    library = tmp_path / "library"
    said = cli("add", folder, "--library", library)
    assert sorted(said.stderr.splitlines()) == sorted(
        f"added     {folder}/{stem}.png: 1 of 1 samples indexed, 1 scenes" for stem in IDS.values()
    )
    results = json.loads(cli("add", folder, "--library", library, "--json").stdout)
    assert {(result["entry_id"], result["status"]) for result in results} == {
        (one, "unchanged") for one in IDS.values()
    }
    with Library.open(library) as opened:
        assert {entry.entry_id for entry in opened.entries()} == set(IDS.values())
        assert opened.check() == ()


def test_the_library_shows_every_name_on_one_line(cli, folder, library):
    assert len(cli("library", "list", "--library", library).stdout.splitlines()) == len(IDS)
    for entry_id in set(IDS.values()) - {" "}:
        shown = cli("library", "show", "--library", library, "--", entry_id).stdout
        assert shown.splitlines()[0].split(maxsplit=1) == ["id", entry_id]
    raw = os.fsdecode(b"raw\xe9bytes")
    assert json.loads(cli("library", "show", raw, "--library", library, "--json").stdout)[0]["entry_id"] == storable(
        raw
    )
    assert len(json.loads(cli("library", "list", "--library", library, "--json").stdout)) == len(IDS)


def test_scan_writes_tables_that_a_reader_reads_and_a_spreadsheet_does_not_run(cli, folder, library, light, tmp_path):
    asked = ("scan", folder, "--out", tmp_path, "--library", library, "--all-pairs", "--profile", light)
    said = cli(*asked)
    assert sum(line.startswith("compared") for line in said.stderr.splitlines()) == len(IDS)
    with (tmp_path / "pairs.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shown = {f"'{one}" if one.startswith(("=", "-")) else one for one in IDS.values()}
    assert {row["query_id"] for row in rows} == {row["ref_id"] for row in rows} == shown
    assert len(rows) == len(IDS) ** 2
    again = cli(*asked, "--quiet")
    assert f"({len(IDS)} taken over)" in again.stdout


def test_compare_takes_every_name(cli, folder, library, tmp_path):
    for number, (name, entry_id) in enumerate(list(IDS.items())[:8]):
        suspect = folder / os.fsdecode(name)
        asked = ("compare", suspect, "--out", tmp_path / str(number), "--library", library, "--json")
        assert from_json(cli(*asked).stdout).suspect.video_id == entry_id


def test_a_name_is_escaped_only_where_it_must_be():
    for name, entry_id in IDS.items():
        path = Path("/films") / os.fsdecode(name)
        assert id_of(path) == entry_id
        assert storable(str(path)).encode("utf-8")
    assert one_line("two  words ö 日本 👩\u200d🚀") == "two  words ö 日本 👩\u200d🚀"


def test_a_path_is_found_again_from_what_was_stored(folder, tmp_path):
    for name in IDS:
        path = folder / os.fsdecode(name)
        assert path_of(storable(str(path))) == path
    literal = tmp_path / "back\\xe9slash.png"
    literal.touch()
    assert path_of(storable(str(literal))) == literal


def test_failures_with_such_names_are_one_line_too(cli, folder, library, tmp_path):
    for name in ("gone\nfor\x1b[2Jgood.mp4", os.fsdecode(b"gone\xff.mp4")):
        missing = tmp_path / name
        for asked in (
            ("add", missing, "--library", library),
            ("scan", missing, "--out", tmp_path / "run", "--library", library),
            ("compare", missing, "--out", tmp_path / "case", "--library", library),
            ("report", missing),
            ("library", "list", "--library", missing),
            ("library", "show", missing, "--library", library),
            ("add", folder, "--profile", f"{missing}.yaml", "--library", library),
        ):
            code = 4 if asked[0] in {"add", "scan"} and "--profile" not in asked else 1
            (line,) = cli(*asked, "--quiet" if code == 4 else "--", exit_code=code).stderr.splitlines()
            assert "\x1b" not in line
            assert line.startswith(("error: ", "failed "))
