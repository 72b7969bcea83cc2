"""Add, compare, scan, report: the whole job on the tiny demo."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from support.rendered import copied_demo
from typer.testing import CliRunner

from index.local.library import Library
from similarity.cli.app import app
from similarity.cli.exits import Exit
from similarity.config import load_profile
from similarity.describe import video
from similarity.measure.values import ReadingName
from similarity.report.schema.json_form import from_json

THRESHOLD = load_profile().align.operating_threshold
MATCHES_HEADER = "query_id,ref_id,query_start,query_end,ref_start,ref_end,score,found_by,speeds,shared_with,copy_score"
AXES = ("verbatim", "copied", "structure", "composition", "motion", "region", "palette", "concept", "style")
CONDITIONS = ("used_side_pixels", "seconds", "num_samples", "bars_share", "bits_per_pixel")
RATIOS = ("log10_lr", "adaptation_score", "log10_lr_adaptation", "reading")
PAIRS_HEADER = ",".join(
    (
        "query_id",
        "ref_id",
        "score",
        "found_by",
        "num_comparisons",
        *RATIOS,
        "part_score",
        *AXES,
        "kept_share",
        "kind",
        *CONDITIONS,
    )
)
COMMAND = Path(sys.executable).with_name("similarity")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def overlap(row: dict[str, str], truth, side: str) -> float:
    """Share of a truly copied stretch, on the suspect's (query) or the work's (ref) side, that a match covers."""
    start, end = getattr(truth, f"{side}_start"), getattr(truth, f"{side}_end")
    shared = min(end, float(row[f"{side}_end"])) - max(start, float(row[f"{side}_start"]))
    return max(0.0, shared) / (end - start)


@pytest.fixture(scope="module")
def run_folder(demo, demo_library, tmp_path_factory):
    """A finished scan of both suspects against every work, by the installed command."""
    folder = tmp_path_factory.mktemp("scan") / "run"
    suspects = demo.paths("suspect")
    done = subprocess.run(
        [COMMAND, "scan", *suspects, "--out", folder, "--all-pairs", "--json"],
        env={"SIMILARITY_LIBRARY": str(demo_library), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == json.loads((folder / "summary.json").read_text())
    return folder


def test_add_walks_folders_and_adds_nothing_twice(cli, demo, tmp_path):
    library = tmp_path / "library"
    first = cli("add", demo.folder / "background", "--library", library)
    assert first.stdout == f"3 added, 0 unchanged, 0 failed: {library}\n"
    assert [line.split()[0] for line in first.stderr.splitlines()] == ["added"] * 3
    second = cli("add", demo.folder / "background", "--library", library, "--json")
    assert second.stderr == ""
    results = json.loads(second.stdout)
    assert [(result["entry_id"], result["status"]) for result in results] == [
        ("colours_and_clock", "unchanged"),
        ("gravel_and_horse", "unchanged"),
        ("phantom_and_gravel", "unchanged"),
    ]
    with Library.open(library) as opened:
        assert len(opened.entries("work")) == 3
        assert opened.check() == ()


def test_add_says_which_content_stands_under_a_second_id(cli, demo, tmp_path):
    library, poster = tmp_path / "library", demo.folder / "works" / "poster.png"
    cli("add", poster, "--library", library, "--quiet")
    said = cli("add", shutil.copy(poster, tmp_path / "number 2.png"), "--library", library)
    assert said.stdout.splitlines() == [
        f"1 added, 0 unchanged, 0 failed: {library}",
        "added under a second id, the same content stands under another: 1",
    ]
    (line,) = said.stderr.splitlines()
    assert line.startswith(f"added     {tmp_path / 'number 2.png'}: 1 of 1 samples indexed, 1 scenes; same content as ")
    assert "same content  number 2 (work)" in cli("library", "show", "poster", "--library", library).stdout
    command = line.rpartition(": similarity ")[2].split()
    assert cli(*command).stdout == "removed: poster\n"
    assert "same content" not in cli("library", "show", "number 2", "--library", library).stdout


def test_add_keeps_background_apart_and_names_entries_as_the_catalogue_says(cli, demo, tmp_path):
    library, catalogue = tmp_path / "library", tmp_path / "works.csv"
    poster = demo.folder / "works" / "poster.png"
    catalogue.write_text(f"\ufefffile,id,title,owner\n{poster},P-1,The Cat,Ö & Sons\n", encoding="utf-8")
    quiet = cli("add", poster, "--catalogue", catalogue, "--library", library, "--quiet")
    assert quiet.stderr == ""
    cli("add", demo.folder / "works" / "micrograph.png", "--background", "--library", library, "--quiet")
    with Library.open(library) as opened:
        assert {entry.entry_id: entry.role for entry in opened.entries()} == {"P-1": "work", "micrograph": "background"}
        assert opened.entry("P-1").catalogue == {"title": "The Cat", "owner": "Ö & Sons"}
    shown = cli("library", "show", "P-1", "--library", library).stdout
    assert "Ö & Sons" in shown
    assert str(poster) in shown


def test_compare_writes_a_case_that_report_renders_again_byte_for_byte(cli, demo, demo_library, tmp_path):
    case = tmp_path / "case"
    suspect = demo.folder / "suspect_mixed.mp4"
    said = cli("compare", suspect, "--out", case, "--library", demo_library)
    assert said.stderr == ""
    assert said.stdout.splitlines()[-1] == f"report: {case / 'report.html'}"
    report = from_json((case / "report.json").read_text(encoding="utf-8"))
    assert report.suspect.sha256 == hashlib.sha256(suspect.read_bytes()).hexdigest()
    assert {work.work.video_id for work in report.works} == {"garage", "liftoff"}
    assert (case / "matches.csv").read_text().splitlines()[0] == MATCHES_HEADER
    before = {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}
    (case / "report.html").unlink()
    (case / "matches.csv").write_text("spoilt")
    rendered = cli("report", case)
    assert rendered.stdout.split() == [str(case / name) for name in ("matches.csv", "findings.json", "report.html")]
    assert {path: path.read_bytes() for path in case.rglob("*") if path.is_file()} == before


def test_compare_says_by_its_exit_code_whether_something_was_found(cli, demo, demo_library, tmp_path):
    asked = ("--library", demo_library, "--fail-on-match", "--json")
    taker = cli("compare", demo.folder / "suspect_mixed.mp4", "--out", tmp_path / "a", *asked, exit_code=3)
    assert from_json(taker.stdout).matches
    original = cli("compare", demo.folder / "suspect_original.mp4", "--out", tmp_path / "b", *asked)
    report = from_json(original.stdout)
    assert report.matches == ()
    assert report.works == ()
    assert original.stdout == (tmp_path / "b" / "report.json").read_text(encoding="utf-8")
    assert Exit.MATCH_FOUND == 3


def test_everything_that_was_taken_is_found_where_it_was_taken(run_folder, demo):
    rows = table((run_folder / "matches.csv").read_text())
    for truth in demo.copied:
        best = max(
            (row for row in rows if (row["query_id"], row["ref_id"]) == (truth.query_id, truth.ref_id)),
            key=lambda row: overlap(row, truth, "query"),
        )
        assert float(best["copy_score"]) >= THRESHOLD, truth
        assert overlap(best, truth, "query") > 0.8, truth
        assert overlap(best, truth, "ref") > 0.8, truth
    found = {(row["query_id"], row["ref_id"]) for row in rows if float(row["copy_score"]) >= THRESHOLD}
    assert found == {(truth.query_id, truth.ref_id) for truth in demo.copied}


def test_scan_leaves_the_tables_that_scripts_rely_on(run_folder, demo):
    matches, pairs = ((run_folder / name).read_text() for name in ("matches.csv", "pairs.csv"))
    assert matches.splitlines()[0] == MATCHES_HEADER
    assert pairs.splitlines()[0] == PAIRS_HEADER
    rows = table(pairs)
    works = {film.name for film in demo.films if film.role == "work"}
    suspects = {film.name for film in demo.films if film.role == "suspect"}
    assert sorted((row["query_id"], row["ref_id"]) for row in rows) == sorted((s, w) for s in suspects for w in works)
    assert all(math.isfinite(float(row["score"])) for row in rows)
    aligned = {(row["query_id"], row["ref_id"]) for row in table(matches)}
    for row in rows:
        measured = {name: row[name] for name in (*RATIOS, *AXES, "kept_share", "kind", *CONDITIONS) if row[name]}
        if (row["query_id"], row["ref_id"]) not in aligned:
            assert measured == {}
            continue
        assert measured.keys() >= {"adaptation_score", "reading", "copied", "composition", "kind", *CONDITIONS}
        assert "concept" not in measured  # no weights at hand
        assert measured.pop("kind") == "moving picture"
        assert measured.pop("reading") in get_args(ReadingName)
        assert all(math.isfinite(float(value)) for value in measured.values())
    taken = {(truth.query_id, truth.ref_id) for truth in demo.copied}
    assert {(row["query_id"], row["ref_id"]) for row in rows if "copy" in row["found_by"].split()} == taken
    for row in rows:
        is_taken = (row["query_id"], row["ref_id"]) in taken
        assert (row["reading"] in {"reproduction", "adaptation", "part"}) == is_taken
        assert not is_taken or float(row["log10_lr"]) > 1
    strongest: dict[tuple[str, str], float] = {}
    for row in table(matches):
        pair = row["query_id"], row["ref_id"]
        strongest[pair] = max(strongest.get(pair, 0.0), float(row["copy_score"]))
    scores = {(row["query_id"], row["ref_id"]): float(row["score"]) for row in rows}
    assert {pair: scores[pair] for pair in strongest} == strongest
    summary = json.loads((run_folder / "summary.json").read_text())
    assert (summary["num_compared"], summary["num_failed"], summary["num_with_match"]) == (2, 0, 1)
    assert summary["operating_threshold"] == THRESHOLD


@pytest.fixture(scope="module")
def alone(demo, demo_library, tmp_path_factory):
    """A finished scan of the taker alone, of which only works that were hit are kept."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    words = ("scan", demo.folder / "suspect_mixed.mp4", "--out", folder, "--library", demo_library, "--quiet")
    result = CliRunner().invoke(app, [*map(str, words)])
    assert result.exit_code == 0, result.output
    return folder


def test_without_all_pairs_only_works_that_were_hit_have_a_row(alone):
    hit = {(row["query_id"], row["ref_id"]) for row in table((alone / "matches.csv").read_text())}
    assert {(row["query_id"], row["ref_id"]) for row in table((alone / "pairs.csv").read_text())} == hit
    assert hit


def test_a_suspect_scores_the_same_alone_and_among_others(run_folder, alone):
    together = [row for row in table((run_folder / "matches.csv").read_text()) if row["query_id"] == "suspect_mixed"]
    assert table((alone / "matches.csv").read_text()) == together


def test_a_second_scan_takes_everything_over_and_decodes_nothing(
    cli, run_folder, demo, demo_library, tmp_path, monkeypatch
):
    folder = shutil.copytree(run_folder, tmp_path / "run")
    (folder / "matches.csv").unlink()

    def decode(*arguments, **more):
        raise AssertionError("decoded again")

    monkeypatch.setattr(video, "open_video", decode)
    said = cli("scan", *demo.paths("suspect"), "--out", folder, "--all-pairs", "--library", demo_library)
    assert "2 suspects compared (2 taken over), 0 failed" in said.stdout
    for name in ("matches.csv", "pairs.csv"):
        assert (folder / name).read_bytes() == (run_folder / name).read_bytes()


@pytest.mark.parametrize(
    ("option", "differs"), [((), "all_pairs"), (("--all-pairs", "--profile", "prescreen"), "config_sha256")]
)
def test_a_run_of_another_kind_is_not_mixed_in(cli, run_folder, demo, demo_library, option, differs):
    asked = ("scan", demo.paths("suspect")[0], "--out", run_folder, "--library", demo_library, *option)
    refused = cli(*asked, exit_code=Exit.FAILED)
    assert f"holds a run that differs in {differs}" in refused.stderr
    assert "another folder with --out" in refused.stderr


def test_a_run_against_a_library_that_has_changed_is_brought_up_to_date(cli, run_folder, demo, own_library, tmp_path):
    folder = shutil.copytree(run_folder, tmp_path / "run")
    asked = ("scan", *demo.paths("suspect"), "--out", folder, "--all-pairs", "--library", own_library)
    assert "(2 taken over)" in cli(*asked).stdout  # the same content elsewhere is the same library
    cli("library", "remove", "deep_sky", "--library", own_library)
    assert "(0 taken over, 2 brought up to date)" in cli(*asked).stdout
    assert "deep_sky" not in (folder / "pairs.csv").read_text()


def test_profiles_and_sampling_are_chosen_by_name(cli, demo, demo_library, tmp_path):
    suspect = demo.folder / "suspect_mixed.mp4"
    asked = ("compare", suspect, "--out", tmp_path / "case", "--library", demo_library, "--json")
    coarse = from_json(cli(*asked, "--samples-per-second", "1", "--profile", "prescreen").stdout)
    fine = from_json(cli(*asked, "--samples-per-second", "3").stdout)
    assert coarse.suspect.sampling.num_samples < fine.suspect.sampling.num_samples / 2
    assert coarse.tool.profile == "prescreen"
    keyframes = from_json(cli(*asked, "--profile", "quick").stdout)
    assert keyframes.suspect.num_frames_from_content < fine.suspect.num_frames_from_content


def test_doctor_names_what_works_here(cli):
    findings = {finding["name"]: finding["status"] for finding in json.loads(cli("doctor", "--json").stdout)}
    needed = {"python", "reader pyav", "codec h264", "search (faiss)", "descriptor compact"}
    assert {findings[name] for name in needed} == {"works"}
    assert "missing" not in findings.values()
    lines = cli("doctor").stdout.splitlines()
    for line, (name, status) in zip(lines, findings.items(), strict=True):
        assert line.startswith(f"{status:<8}  {name} ")


def test_demo_leaves_its_footage_its_library_and_its_reports(cli, demo, tmp_path, monkeypatch):
    from similarity.demo import run as demonstrating

    monkeypatch.setattr(demonstrating, "render_demo", lambda folder, *, progress: copied_demo(demo, folder))
    said = cli("demo", "--out", tmp_path).stdout
    assert {path.name for path in tmp_path.glob("suspect*.mp4")} == {"suspect_mixed.mp4", "suspect_original.mp4"}
    for suspect in demo.paths("suspect"):
        page = tmp_path / "reports" / suspect.stem / "report.html"
        assert page.is_file()
        assert f"report: {page}" in said
    with Library.open(tmp_path / "library") as library:
        assert len(library.entries("work")) == 6
        assert len(library.entries("background")) == 3
    again = cli("demo", "--out", tmp_path)
    assert again.stdout == said
    assert "added" not in again.stderr
