"""Work on a Ray cluster: the demands on processes of one machine, the same answers, and what is killed in mid-run."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from support import crashing, made_work
from support.footage import moving_pattern, write_video
from support.ray_cluster import entries_of
from support.small_case import LIGHT

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.errors import ConfigurationError
from similarity.ingest import add
from similarity.ingest.add import add_files
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files
from similarity.workers import ray_pool
from similarity.workers.limits import WorkLimits
from similarity.workers.messages import ClusterLostError

TIME_OF_DAY = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\+00:00|Z| UTC)?")
POISONOUS = "leaves the middle"
NAMES = ["a", "b", "waits c", "waits d", "waits e"]
"""Those that wait are in hand while others end."""


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """Five films, and one that ends whoever reads it between them in the order of names."""
    folder = tmp_path_factory.mktemp("films")
    for number, name in enumerate(NAMES):
        write_video(folder / f"{name}.mp4", moving_pattern(10, 160, 90, seed=number))
    shutil.copy(folder / "a.mp4", folder / f"{POISONOUS}.mp4")
    return folder


@pytest.fixture
def poison(monkeypatch):
    """Names of files say what reading them leads to, on every node."""
    monkeypatch.setattr(add, "start_describing", crashing.start_describing)


class Ends:
    """Has something done when files have ended."""

    def __init__(self, *acts):
        self.acts = list(acts)

    def begin(self, path, *, number, total): ...

    def reach(self, seconds): ...

    def end(self, path, *, status, detail):
        if self.acts:
            self.acts.pop(0)()


def test_nodes_keep_what_is_demanded_of_processes(two_nodes):
    made_work.require_own_outcomes(two_nodes.limits)
    made_work.require_defects_shown(two_nodes.limits)


def test_no_task_takes_more_memory_than_it_may(two_nodes):
    made_work.require_bounded(two_nodes.limits_of(task_bytes=512 << 20))


@pytest.mark.parametrize(("num_cards", "seen"), [(0, ""), (1, "0")])
def test_a_task_sees_the_card_that_it_was_given_and_no_other(two_nodes, num_cards, seen):
    assert made_work.outcomes([("card", 0)], two_nodes.limits_of(num_cards=num_cards)) == [seen]


@pytest.mark.parametrize("more", [{"num_cards": 2}, {"task_bytes": 1 << 40}])
def test_what_fits_no_node_is_refused_and_does_not_wait_for_ever(two_nodes, more):
    with pytest.raises(ConfigurationError, match=r"none of 2 has all.*--memory"):
        made_work.outcomes([("square", 2)], two_nodes.limits_of(**more))


@pytest.mark.parametrize("isolate", [False, True])
def test_nodes_make_the_library_and_the_run_that_one_machine_makes(two_nodes, openings, isolate, tmp_path):
    config = load_profile("standard", {"align": {"search_device": "cpu"}, "media": {"isolate": isolate}})
    with Library.create(tmp_path / "library") as library, Library.open(openings / "library") as alone:
        for role, folder in (("work", "works"), ("background", "background")):
            add_files([openings / folder], library, config=config, role=role, limits=two_nodes.limits)
        assert library.state_sha256() == alone.state_sha256()
        made = []
        for limits in (WorkLimits(num_jobs=1), two_nodes.limits):
            options = ScanOptions(with_all_works=True, with_reports=not isolate, timelines=("otio",))
            for _ in range(2):  # the second takes over what the first found
                scan_files(
                    [openings / "suspects"],
                    open_session(library, config),
                    tmp_path / "run",
                    options=options,
                    limits=limits,
                )
            made.append(files_of(tmp_path / "run"))
            shutil.rmtree(tmp_path / "run")
    assert made[0] == made[1]
    assert ("reports" in {name.partition("/")[0] for name in made[0]}) != isolate


def files_of(run):
    """Files of a run, the time of day in its reports left out."""
    return {
        str(path.relative_to(run)): TIME_OF_DAY.sub(b"", path.read_bytes()) for path in run.rglob("*") if path.is_file()
    }


def test_a_worker_and_a_node_killed_lose_nothing_and_double_nothing(two_nodes, films, poison, capsys, tmp_path):
    killed = []
    ends = Ends(lambda: killed.append(two_nodes.kill_workers()), two_nodes.kill_node)
    try:
        with Library.create(tmp_path / "killed") as library:
            found = add_files([films], library, config=LIGHT, limits=two_nodes.limits, progress=ends)
    finally:
        two_nodes.start_node()
    assert killed[0] >= 1
    assert not ends.acts
    failed = {row.entry_id: row.detail for row in found if row.status != "added"}
    assert set(failed) == {POISONOUS}
    assert "ended with code 7" in failed[POISONOUS]
    with Library.create(tmp_path / "alone") as alone, Library.open(tmp_path / "killed") as library:
        add_files([path for path in films.iterdir() if path.stem != POISONOUS], alone, config=LIGHT)
        assert library.state_sha256() == alone.state_sha256()
    assert [name for name, _ in entries_of(tmp_path / "killed")] == NAMES
    said = capsys.readouterr()
    assert "raylet" in said.err
    assert not said.out


def test_after_the_head_is_restarted_the_same_command_goes_on(two_nodes, films, poison, monkeypatch, tmp_path):
    import ray

    monkeypatch.setattr(ray_pool, "_MOST_SILENT_LOOKS", 2)
    with Library.create(tmp_path / "library") as library:
        try:
            with pytest.raises(ClusterLostError, match="the same command again"):
                add_files([films], library, config=LIGHT, limits=two_nodes.limits, progress=Ends(two_nodes.kill_head))
        finally:
            ray.shutdown()
            two_nodes.start_head()
            two_nodes.start_node()
        before = [entry.entry_id for entry in library.entries()]
        found = add_files([films], library, config=LIGHT, limits=two_nodes.limits)
    assert 1 <= len(before) < len(NAMES)
    assert [row.status for row in found].count("unchanged") == len(before)
    assert [name for name, _ in entries_of(tmp_path / "library")] == NAMES


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:1", "nothing answers there"),
        ("nonsense", "expected the address of a cluster"),
        ("ray://127.0.0.1:10001", "on a machine of the cluster"),
    ],
)
def test_an_address_that_cannot_be_reached_is_said_with_the_next_step(cli, films, tmp_path, address, said):
    pytest.importorskip("ray", reason="Ray is not installed; it has no wheel for some versions of Python")
    result = cli("add", films, "--library", tmp_path / "library", "--ray", address, exit_code=1)
    assert said in result.stderr
    assert not (tmp_path / "library").exists()


def test_without_the_extra_it_is_said_how_to_get_it(cli, films, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    result = cli("scan", films, "--library", tmp_path, "--out", tmp_path / "run", "--ray", "auto", exit_code=1)
    assert "pip install 'substantial-similarity[ray]'" in result.stderr
