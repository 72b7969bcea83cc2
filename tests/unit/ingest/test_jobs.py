"""Several files at once: the same library, the same run, file for file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.footage import moving_pattern, write_video
from support.small_case import LIGHT

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.ingest.add import add_files
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files
from similarity.workers.limits import WorkLimits

TWO = WorkLimits(num_jobs=2)


@pytest.fixture(scope="module")
def films(unusable, tmp_path_factory) -> Path:
    """Four films, one of them twice, and two that are none."""
    folder = tmp_path_factory.mktemp("films")
    for number in range(4):
        write_video(folder / f"film{number}.mp4", moving_pattern(20, 160, 90, seed=number))
    shutil.copy(folder / "film1.mp4", folder / "film1 again.mp4")
    for name in ("corrupt", "words"):
        shutil.copy(unusable[name], folder)
    return folder


def files_of(run: Path) -> dict[str, bytes]:
    """Files of a run, without the list of works, which names the moment when they were added."""
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*.*") if path.parent.name != "works"}


def test_two_jobs_make_the_library_and_the_run_that_one_makes(films, tmp_path):
    with Library.create(tmp_path / "one") as one, Library.create(tmp_path / "two") as two:
        added = add_files([films], one, config=LIGHT)
        assert add_files([films], two, config=LIGHT, limits=TWO) == tuple(
            type(row)(**{name: _elsewhere(getattr(row, name), tmp_path) for name in row.__slots__}) for row in added
        )
        assert one.state_sha256() == two.state_sha256()
        assert [entry.entry_id for entry in two.entries()] == [f"film{n}" for n in (0, 1)] + ["film1 again"] + [
            f"film{n}" for n in (2, 3)
        ]
        again = add_files([films], two, config=LIGHT, limits=TWO)
        assert [row.status for row in again].count("unchanged") == 5
        runs = [scanned(films, open_session(one, LIGHT), tmp_path / "run", limits) for limits in (WorkLimits(), TWO)]
        assert runs[0] == runs[1]


def scanned(films, session, folder, limits):
    """Files of a run that is made in a folder, and taken away."""
    scan_files([films], session, folder, options=ScanOptions(with_all_works=True), limits=limits)
    files = files_of(folder)
    shutil.rmtree(folder)
    return files


def _elsewhere(value, folder):
    """What is said of the first library, of the second."""
    return value.replace(str(folder / "one"), str(folder / "two")) if isinstance(value, str) else value


def test_a_run_in_processes_stays_with_its_generation(films, tmp_path):
    with Library.create(tmp_path / "library") as library:
        add_files([films / "film0.mp4"], library, config=LIGHT)
        session = open_session(library, LIGHT)
        add_files([films / "film1.mp4"], library, config=LIGHT)
        library.remove("film0")
        suspects = [films / "film0.mp4", films / "film1.mp4"]
        summary = scan_files(suspects, session, tmp_path / "run", options=ScanOptions(with_all_works=True), limits=TWO)
    assert summary.num_compared == 2
    assert [row.ref_id for row in summary.strongest][:1] == ["film0"]
