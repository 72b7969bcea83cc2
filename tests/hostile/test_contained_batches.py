"""A file that ends or takes over its reader, in the middle of a batch that reads in contained processes."""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from support import crashing
from support.footage import moving_pattern, write_video

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.errors import UnreadableMediaError
from similarity.ingest import add
from similarity.report.build import contained_compare
from similarity.report.build.contained_compare import compare_contained
from similarity.report.build.report import compare_to_folder
from similarity.scan import suspects
from similarity.scan.scan import scan_files
from similarity.workers.jobs import WorkerDiedError
from similarity.workers.limits import WorkLimits

CHANGES = {"align": {"search_device": "cpu"}, "describe": {"use_clip": "never"}}
PLAIN = load_profile("quick", CHANGES)
ISOLATED = load_profile("quick", CHANGES | {"media": {"isolate": True}})
HARMS = ("calls", "fails", "forges", "grows", "leaves", "writes")


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """Three whole films, and one for each harm between them in the order of names."""
    folder = tmp_path_factory.mktemp("films")
    whole = [write_video(folder / f"{name}.mp4", moving_pattern(20, 160, 90, seed=n)) for n, name in enumerate("amz")]
    for name in HARMS:
        shutil.copy(whole[0], folder / f"{name}.mp4")
    return folder


@pytest.fixture
def listening(films):
    """Somebody whom a reader may try to call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        renamed = films / f"calls {server.getsockname()[1]}.mp4"
        (films / "calls.mp4").rename(renamed)
        yield server
        renamed.rename(films / "calls.mp4")


@pytest.fixture
def small_limits(monkeypatch):
    """What grows is seen after a few hundred megabytes."""
    small = WorkLimits.contained

    def contained(self, *writable):
        made = small(self, *writable)
        return replace(made, each=replace(made.each, memory_bytes=512 << 20, wall_seconds=60.0, cpu_seconds=60.0))

    monkeypatch.setattr(WorkLimits, "contained", contained)


def require_failed_alone(found: dict[str, tuple[str, str]], films: Path, listening: socket.socket) -> None:
    """Every harm is a failure with its reason, and nothing came of it; every whole film was worked on."""
    assert {name for name, (status, _) in found.items() if status == "failed"} == {
        name for name in found if name.split()[0] in HARMS
    }
    said = {name.split()[0]: detail for name, (_, detail) in found.items()}
    assert "ended with code 7" in said["leaves"]
    assert "memory" in said["grows"]
    assert "IndexError: box 7" in said["fails"]
    assert "posix.system, which is no value" in said["forges"]
    assert "PermissionError" in said["writes"]
    assert "Error" in said["calls"]
    assert not (films / "written").exists()
    with pytest.raises(TimeoutError):
        listening.accept()


@pytest.mark.parametrize("limits", [WorkLimits(), WorkLimits(num_jobs=2)], ids=["one", "two"])
def test_add_goes_on(films, tmp_path, monkeypatch, listening, small_limits, limits):
    monkeypatch.setattr(add, "start_describing", crashing.start_describing)
    monkeypatch.setenv("FORGED", str(tmp_path / "forged"))
    with Library.create(tmp_path / "library") as library:
        rows = add.add_files([films], library, config=ISOLATED, limits=limits)
        require_failed_alone({Path(row.path).stem: (row.status, row.detail) for row in rows}, films, listening)
        assert [entry.entry_id for entry in library.entries()] == ["a", "m", "z"]
    assert not (tmp_path / "forged").exists()


def test_scan_goes_on_and_says_what_it_says_without(films, tmp_path, monkeypatch, listening, small_limits):
    works = [films / f"{name}.mp4" for name in "amz"]
    with Library.create(tmp_path / "library") as library:
        add.add_files(works, library, config=PLAIN)
        scan_files(works, open_session(library, PLAIN), tmp_path / "plain")
        scan_files(works, open_session(library, ISOLATED), tmp_path / "apart")
        for name in ("matches.csv", "pairs.csv"):
            assert (tmp_path / "apart" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
        monkeypatch.setattr(suspects, "_start_comparing", crashing.start_comparing)
        summary = scan_files([films], open_session(library, ISOLATED), tmp_path / "run")
        failed = {Path(row.path).stem: ("failed", row.detail) for row in summary.failed}
    assert summary.num_compared == 3
    assert (tmp_path / "run" / "matches.csv").read_bytes() == (tmp_path / "plain" / "matches.csv").read_bytes()
    require_failed_alone(failed, films, listening)


def test_compare_ends_in_words_and_leaves_nothing(films, tmp_path, monkeypatch, unusable):
    with Library.create(tmp_path / "library") as library:
        add.add_files([films / "a.mp4"], library, config=PLAIN)
        plain, apart = open_session(library, PLAIN), open_session(library, ISOLATED)
        _, files = compare_contained(films / "a.mp4", apart, tmp_path / "apart")
        compare_to_folder(films / "a.mp4", plain, tmp_path / "plain")
        assert {path.name for path in files} >= {"report.json", "report.html"}
        for name in ("matches.csv", "findings.json"):
            assert (tmp_path / "apart" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
        with pytest.raises(UnreadableMediaError):
            compare_contained(unusable["words"], apart, tmp_path / "unreadable")
        monkeypatch.setattr(contained_compare, "_start", crashing.start_compare)
        with pytest.raises(WorkerDiedError, match="ended with code 7"):
            compare_contained(films / "leaves.mp4", apart, tmp_path / "crashed")
    assert not (tmp_path / "crashed").exists()
    assert not (tmp_path / "unreadable").exists()
