"""Work on a Ray cluster: the demands on processes of one machine, the same answers, and what is killed in mid-run."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from support import crashing, made_work
from support.footage import moving_pattern, write_video
from support.ray_cluster import entries_of
from support.small_case import LIGHT

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.errors import ConfigurationError
from similarity.ingest import add
from similarity.ingest.add import add_files
from similarity.report.folder import read_report
from similarity.scan.options import ScanOptions
from similarity.scan.scan import scan_files
from similarity.workers import ray_pool
from similarity.workers.jobs import working
from similarity.workers.limits import WorkLimits
from similarity.workers.messages import ClusterLostError

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


def test_nodes_make_the_run_that_one_machine_makes(two_nodes, openings, tmp_path):
    options = ScanOptions(with_all_works=True, with_reports=True, timelines=("otio",))
    with Library.open(openings / "library") as library:
        for name, limits in (("one", WorkLimits()), ("nodes", two_nodes.limits), ("nodes", two_nodes.limits)):
            session = open_session(library, LIGHT)  # the second time nodes take over what they found
            scan_files([openings / "suspects"], session, tmp_path / name, options=options, limits=limits)
    one, nodes = (files_of(tmp_path / name) for name in ("one", "nodes"))
    assert one.keys() == nodes.keys()
    reports = {name for name in one if name.endswith("report.json")}
    assert len(reports) == 2
    for name in reports:
        assert read_report(tmp_path / "one" / Path(name).parent).matches == (
            read_report(tmp_path / "nodes" / Path(name).parent).matches
        )
    told = ("reports/", "overview.html", "summary.json")  # they tell the time, the folder, and how many were resumed
    assert not [name for name in one if one[name] != nodes[name] and not name.startswith(told)]


def files_of(run):
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_nodes_contain_what_reads_a_file_where_that_is_asked_for(two_nodes, films, tmp_path):
    contained = replace(LIGHT, media=replace(LIGHT.media, isolate=True))
    with Library.create(tmp_path / "nodes") as nodes, Library.create(tmp_path / "one") as one:
        add_files([films / "a.mp4"], nodes, config=contained, limits=two_nodes.limits)
        add_files([films / "a.mp4"], one, config=LIGHT)
        assert nodes.state_sha256() == one.state_sha256()


def test_a_worker_and_a_node_killed_lose_nothing_and_double_nothing(two_nodes, films, poison, capsys, tmp_path):
    ends = Ends(two_nodes.kill_node)
    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(two_nodes.kill_a_worker)
        try:
            with Library.create(tmp_path / "killed") as library:
                found = add_files([films], library, config=LIGHT, limits=two_nodes.limits, progress=ends)
        finally:
            two_nodes.start_node()
        assert killed.result()
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


def test_after_the_head_is_restarted_the_same_command_goes_on(two_nodes, monkeypatch):
    import ray

    monkeypatch.setattr(ray_pool, "_MOST_SILENT_LOOKS", 2)
    tasks = [("square", number) for number in range(3)] + [("sleep", 1)] * 6
    done = []

    def work_until_the_head_goes():
        with working(made_work.start, two_nodes.limits, num_tasks=len(tasks)) as workers:
            for job in workers.in_order(tasks):
                done.append(job.result())
                if len(done) == 3:
                    two_nodes.kill_head()

    try:
        with pytest.raises(ClusterLostError, match="the same command again"):
            work_until_the_head_goes()
    finally:
        ray.shutdown()
        two_nodes.start_head()
        two_nodes.start_node()
    assert done[:3] == [0, 1, 4]
    assert len(done) < len(tasks)
    assert made_work.outcomes(tasks[:3], two_nodes.limits) == [0, 1, 4]


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
