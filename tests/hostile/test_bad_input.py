"""What users, their files and their disks have wrong: one line that helps, and the rest goes on."""

from __future__ import annotations

import csv
import errno
import json
import math
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from index.local.disk.checksum import write_checksum
from index.local.library import Library
from similarity.cli.exits import Exit
from similarity.files import write_atomically
from similarity.scan import run_folder

REASONS = {
    "missing": "no such file",
    "empty": "is empty (0 bytes)",
    "truncated": "is cut off before its index",
    "corrupt": "is no video or picture that FFmpeg knows",
    "noise": "is no video or picture that FFmpeg knows",
    "words": "is no video or picture that FFmpeg knows",
    "text": "is no video or picture that FFmpeg knows",
    "encrypted": "is encrypted",
    "sound": "holds sound and no pictures, and the sound",
    "folder": "is a folder, expected a file",
    "pipe": "is a device or a pipe",
}


def failures(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("failed")]


def in_a_line_each(lines: list[str], unusable: dict[str, Path]) -> bool:
    pairs = zip(lines, unusable.items(), strict=True)
    return all(line.split()[1] == f"{path}:" and REASONS[what] in line for line, (what, path) in pairs)


def test_every_kind_of_unusable_file_has_its_reason(unusable):
    assert unusable.keys() == REASONS.keys()


@pytest.mark.parametrize("options", [(), ("--quiet",), ("--json",)])
def test_add_names_what_it_cannot_use_and_adds_the_rest(cli, unusable, unusual, tmp_path, options):
    library = tmp_path / "library"
    asked = [*unusable.values(), unusual["still"]]
    said = cli("add", *asked, "--library", library, *options, exit_code=Exit.SOME_FILES_FAILED)
    assert in_a_line_each(failures(said.stderr), unusable)
    num_others = (options == ()) + (options == ("--json",))  # what was added; what was passed over
    assert len(said.stderr.splitlines()) == len(unusable) + num_others
    if options == ("--json",):
        results = json.loads(said.stdout)
        assert [result["status"] for result in results] == ["failed"] * len(unusable) + ["added"]
        assert all(REASONS[what] in result["detail"] for what, result in zip(unusable, results, strict=False))
    else:
        counts = f"1 added, 0 unchanged, {len(unusable)} failed: {library}\n"
        assert said.stdout == f"{counts}passed over: 1 .txt\n"
    with Library.open(library) as opened:
        assert [entry.entry_id for entry in opened.entries()] == ["still"]
        assert opened.check() == ()


def test_scan_names_what_it_cannot_use_and_compares_the_rest(cli, unusable, unusual, demo_library, tmp_path):
    asked = [*unusable.values(), unusual["still"], "--out", tmp_path, "--library", demo_library]
    said = cli("scan", *asked, exit_code=Exit.SOME_FILES_FAILED)
    assert in_a_line_each(failures(said.stderr), unusable)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["num_compared"], summary["num_failed"]) == (1, len(unusable))
    for (what, path), failed in zip(unusable.items(), summary["failed"], strict=True):
        assert failed["path"] == str(path)
        assert REASONS[what] in failed["detail"]


@pytest.mark.parametrize("what", REASONS)
def test_compare_says_in_one_line_what_is_wrong_and_writes_nothing(cli, unusable, demo_library, tmp_path, what):
    asked = ("compare", unusable[what], "--out", tmp_path / "case", "--library", demo_library)
    said = cli(*asked, exit_code=Exit.FAILED)
    assert said.stdout == ""
    (line,) = said.stderr.splitlines()
    assert line.startswith(f"error: {unusable[what]}: ")
    assert REASONS[what] in line
    assert not (tmp_path / "case").exists()


def test_unusual_files_are_handled_as_what_they_are(cli, unusual, tmp_path):
    library, run = tmp_path / "library", tmp_path / "run"
    added = json.loads(cli("add", *unusual.values(), "--library", library, "--json").stdout)
    assert [result["status"] for result in added] == ["added"] * len(unusual)
    with Library.open(library) as opened:
        entries = {entry.entry_id: entry for entry in opened.entries()}
        assert opened.check() == ()
    assert entries["still"].duration_seconds == 0
    assert entries["one_frame"].num_samples == entries["short"].num_samples == entries["still"].num_samples == 1
    assert entries["black"].num_samples > 0 == entries["black"].num_indexed
    assert {entry.num_scenes for entry in entries.values()} == {1}
    cli("scan", *unusual.values(), "--out", run, "--library", library, "--all-pairs", "--quiet")
    with (run / "pairs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((row["query_id"], row["ref_id"]) for row in rows) == sorted((s, w) for s in unusual for w in unusual)
    assert all(math.isfinite(float(row["score"])) for row in rows)
    assert all(float(row["score"]) == 0 for row in rows if "black" in (row["query_id"], row["ref_id"]))
    for name, path in unusual.items():
        said = cli("compare", path, "--out", tmp_path / name, "--library", library)
        assert said.stdout.startswith(f"{name}: ")


def test_two_suspects_of_one_name_are_not_mixed_up(cli, unusual, demo_library, tmp_path):
    (tmp_path / "other").mkdir()
    namesake = tmp_path / "other" / "still.mp4"
    namesake.write_bytes(unusual["short"].read_bytes())
    asked = ("scan", unusual["still"], namesake, "--out", tmp_path / "run", "--library", demo_library)
    assert cli(*asked).stdout.startswith("2 suspects compared")
    names = json.loads((tmp_path / "run" / "names.json").read_text())
    assert len(set(names.values())) == 2
    assert names[str(namesake)] == "other/still"


def test_an_id_that_is_taken_is_not_taken_over(cli, unusual, tmp_path):
    library = tmp_path / "library"
    (tmp_path / "other").mkdir()
    namesake = tmp_path / "other" / "still.mp4"
    namesake.write_bytes(unusual["short"].read_bytes())
    cli("add", unusual["still"], "--library", library)
    listed = tmp_path / "works.csv"
    listed.write_text(f"file,id\n{namesake},still\n")
    asked = ("add", namesake, "--library", library)
    said = cli(*asked, "--catalogue", listed, exit_code=Exit.SOME_FILES_FAILED)
    assert "'still' stands for" in failures(said.stderr)[0]
    assert "give it another id" in failures(said.stderr)[0]
    assert cli(*asked, "--quiet").stdout.startswith("1 added")
    with Library.open(library) as opened:
        assert [entry.entry_id for entry in opened.entries()] == ["other/still", "still"]


@pytest.mark.parametrize("what", ["compare", "scan"])
def test_an_empty_library_says_how_to_add(cli, demo, unusual, tmp_path, what):
    library = tmp_path / "library"
    cli("add", unusual["still"], "--background", "--library", library)
    asked = (what, demo.folder / "suspect_mixed.mp4", "--out", tmp_path / "out", "--library", library)
    (line,) = cli(*asked, exit_code=Exit.FAILED).stderr.splitlines()
    assert "holds no works" in line
    assert f"similarity add PATH... --library {library}" in line


def test_an_empty_library_lists_as_empty(cli, tmp_path):
    Library.create(tmp_path / "library").close()
    said = cli("library", "list", "--library", tmp_path / "library").stdout
    assert "is empty; add works: similarity add PATH..." in said


@pytest.mark.parametrize(
    "asked",
    [
        ("compare", "a.mp4", "--out", "case"),
        ("scan", "a.mp4", "--out", "run"),
        ("library", "list"),
        ("library", "show", "a"),
        ("library", "remove", "a"),
        ("library", "check"),
        ("library", "export", "out"),
    ],
    ids=" ".join,
)
def test_a_library_that_is_not_there_says_how_to_make_one(cli, tmp_path, asked, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = cli(*asked, exit_code=Exit.FAILED, SIMILARITY_LIBRARY="nowhere")
    assert said.stderr == "error: no library at nowhere; make one with: similarity add PATH... --library nowhere\n"
    assert list(tmp_path.iterdir()) == []


def test_a_library_of_a_newer_version_is_refused_by_name(cli, own_library, demo, tmp_path):
    with closing(sqlite3.connect(own_library / "catalogue.sqlite", isolation_level=None)) as future:
        future.execute("UPDATE library SET written_by = '47.11.0'")
        future.execute("PRAGMA user_version = 99")
    write_checksum(own_library)
    suspect = demo.folder / "suspect_mixed.mp4"
    for asked in (
        ("add", suspect),
        ("compare", suspect, "--out", tmp_path / "case"),
        ("scan", suspect, "--out", tmp_path / "run"),
        ("library", "list"),
    ):
        (line,) = cli(*asked, "--library", own_library, exit_code=Exit.FAILED).stderr.splitlines()
        assert "was written by version 47.11.0" in line
        assert "install version 47.11.0 or newer" in line


def test_a_damaged_library_has_its_own_exit_code(cli, own_library, demo, tmp_path):
    segment = max((own_library / "segments").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    found = cli("library", "check", "--library", own_library, exit_code=Exit.DAMAGED)
    assert found.stdout.startswith(f"damaged: segments/{segment.name}")
    listed = json.loads(cli("library", "check", "--library", own_library, "--json", exit_code=Exit.DAMAGED).stdout)
    assert listed[0]["affected"]
    asked = ("scan", *demo.paths("suspect"), "--all-pairs", "--out", tmp_path, "--library", own_library, "--quiet")
    (line,) = cli(*asked, exit_code=Exit.DAMAGED).stderr.splitlines()
    assert "run the library check" in line


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--profile", "quik"), "profile 'quik' is unknown"),
        (("--profile", "quik"), "did you mean 'quick'?"),
        (("--profile", "gone.yaml"), "gone.yaml: can't be read"),
        (("--profile", "typo.yaml"), "unknown setting 'sampels_per_second'"),
        (("--profile", "typo.yaml"), "did you mean 'samples_per_second'?"),
        (("--profile", "wrong.yaml"), "samples_per_second: expected"),
        (("--profile", "broken.yaml"), "broken.yaml: can't be read as YAML"),
    ],
)
def test_a_profile_with_a_mistake_says_where_and_what_was_meant(cli, demo, tmp_path, monkeypatch, options, expected):
    monkeypatch.chdir(tmp_path)
    Path("typo.yaml").write_text("sample: {sampels_per_second: 3}")
    Path("wrong.yaml").write_text("sample: {samples_per_second: many}")
    Path("broken.yaml").write_text("sample: [")
    for asked in (("add", demo.folder), ("compare", demo.folder, "--out", "x"), ("scan", demo.folder, "--out", "x")):
        assert expected in cli(*asked, *options, exit_code=Exit.FAILED).stderr
    assert not Path("library").exists()


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "61", "two"])
def test_a_sampling_rate_out_of_range_is_a_usage_error(cli, demo, tmp_path, rate):
    asked = ("add", demo.folder, "--library", tmp_path / "library", "--samples-per-second", rate)
    assert "--samples-per-second" in cli(*asked, exit_code=Exit.USAGE).stderr
    assert not (tmp_path / "library").exists()


def test_a_place_that_is_a_file_cannot_be_written_into(cli, demo, demo_library, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    suspect = demo.folder / "suspect_mixed.mp4"
    for asked in (
        ("add", suspect, "--library", taken),
        ("compare", suspect, "--out", taken, "--library", demo_library, "--quiet"),
        ("compare", suspect, "--out", taken / "case", "--library", demo_library, "--quiet"),
        ("scan", suspect, "--out", taken, "--library", demo_library, "--quiet"),
        ("report", taken),
        ("report", tmp_path / "nowhere"),
        ("demo", "--out", taken),
        ("library", "export", taken, "--library", demo_library),
        ("library", "show", "nobody", "--library", demo_library),
        ("library", "list", "--library", tmp_path / ("long" * 100)),
    ):
        (line,) = cli(*asked, exit_code=Exit.FAILED).stderr.splitlines()
        assert line.startswith("error: ")
    assert taken.read_text() == "mine"


def _small_files_only(limit_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))


def test_a_full_disk_is_said_and_leaves_the_library_as_it_was(cli, command, demo, own_library, tmp_path):
    case = tmp_path / "case"
    suspect = demo.folder / "suspect_mixed.mp4"
    for asked, limit_bytes in ((("add", suspect), 2_000), (("compare", suspect, "--out", case), 50_000)):
        limited = {"preexec_fn": lambda limit_bytes=limit_bytes: _small_files_only(limit_bytes)}
        process = command(*asked, "--library", own_library, "--quiet", **limited)
        _, talk = process.communicate(timeout=60)
        (line,) = talk.splitlines()
        assert "writ" in line
        assert process.returncode == Exit.FAILED
        assert "no damage found in 9 entries" in cli("library", "check", "--library", own_library).stdout
    assert not list(case.rglob("report.json"))
    assert not list(case.rglob("*.part"))


def test_a_scan_that_filled_the_disk_goes_on_when_there_is_room(cli, demo, demo_library, tmp_path, monkeypatch):
    scan = ("scan", *demo.paths("suspect"), "--jobs", "1", "--quiet")
    asked = (*scan, "--out", tmp_path / "run", "--library", demo_library)
    written = []

    def write(path, content):
        written.extend([path] if path.parent.name == "suspects" else [])
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        write_atomically(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(run_folder, "write_atomically", write)
        (line,) = cli(*asked, exit_code=Exit.FAILED).stderr.splitlines()
    assert "No space left on device" in line
    assert "results so far stay" in line
    assert "2 suspects compared (1 taken over)" in cli(*asked).stdout


READ_ONLY = """
import os, sys
from typer.testing import CliRunner
from similarity.cli.app import app

folder, suspect = sys.argv[1:]
runner = CliRunner()

def run(*arguments):
    result = runner.invoke(app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stderr.splitlines()

# whatever is imported late is imported here, with the right to
assert run("add", suspect, "--library", f"{folder}/mine", "--quiet") == (0, [])
assert run("compare", suspect, "--out", f"{folder}/case", "--library", f"{folder}/mine", "--quiet") == (0, [])
assert run("scan", suspect, "--out", f"{folder}/run", "--library", f"{folder}/mine", "--quiet") == (0, [])
assert run("report", f"{folder}/case")[0] == 0
os.chmod(f"{folder}/closed", 0)
os.chmod(f"{folder}/closed.mp4", 0)
os.chmod(f"{folder}/closed.csv", 0)
os.chmod(f"{folder}/run", 0o777)
if os.getuid() == 0:
    os.setuid(65534)
for path in ("mine", "case", "."):
    if os.access(f"{folder}/{path}", os.W_OK):
        os.chmod(f"{folder}/{path}", 0o555)
for asked in (
    ("add", f"{folder}/poster.png", "--library", f"{folder}/mine"),
    ("add", suspect, "--library", f"{folder}/new"),
    ("add", suspect, "--library", f"{folder}/closed/library"),
    ("compare", suspect, "--out", f"{folder}/case", "--library", f"{folder}/mine"),
    ("compare", f"{folder}/closed/film.mp4", "--out", f"{folder}/case", "--library", f"{folder}/mine"),
    ("compare", f"{folder}/closed.mp4", "--out", f"{folder}/run/case", "--library", f"{folder}/mine"),
    ("add", suspect, "--catalogue", f"{folder}/closed.csv", "--library", f"{folder}/mine"),
    ("compare", suspect, "--out", f"{folder}/new", "--library", f"{folder}/mine"),
    ("scan", suspect, "--out", f"{folder}/new", "--library", f"{folder}/mine"),
    ("report", f"{folder}/case"),
    ("report", f"{folder}/closed"),
    ("library", "remove", "suspect_original", "--library", f"{folder}/mine"),
    ("library", "export", f"{folder}/new", "--library", f"{folder}/mine"),
):
    code, said = run(*asked)
    assert code == 1 and len(said) == 1 and said[0].startswith("error: ") and "ermi" in said[0], (asked, code, said)
code, said = run("library", "check", "--library", f"{folder}/mine")
assert code == 0, said
files = [f"{folder}/closed", f"{folder}/closed.mp4", suspect]
code, said = run("scan", *files, "--out", f"{folder}/run", "--library", f"{folder}/mine", "--jobs", "1")
assert code == 4, (code, said)
assert [line.split()[0] for line in said] == ["failed", "failed", "compared"], said
assert all("no permission" in line for line in said[:2]), said
"""


def test_a_folder_without_permission_is_said_and_left_as_it_was(demo):
    """Another user's folders, seen by a process without rights to them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "closed").mkdir()
        (Path(folder) / "closed.csv").write_text("file\n")
        shutil.copy(demo.folder / "suspect_mixed.mp4", Path(folder) / "closed.mp4")
        shutil.copy(demo.folder / "works" / "poster.png", folder)
        suspect = Path(shutil.copy(demo.folder / "suspect_original.mp4", folder))
        suspect.chmod(0o644)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, folder, str(suspect)],
            capture_output=True,
            text=True,
            check=False,
            umask=0o022,
            env=os.environ | {"OMP_NUM_THREADS": "1", "HOME": folder, "XDG_CACHE_HOME": folder},
        )
        assert done.returncode == 0, done.stderr
        (Path(folder) / "closed").chmod(0o755)
