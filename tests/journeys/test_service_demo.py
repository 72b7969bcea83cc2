"""`similarity serve --demo`, on smaller footage: one process that builds, sends, screens, answers and serves."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from support.paths import ROOT, TESTS

from similarity.demo.footage import DemoFootage
from similarity.errors import ConfigurationError
from similarity.progress import SILENT
from similarity.service.demo.building import build_demo
from similarity.service.demo.client import Client
from similarity.service.settings import Settings

TINY = """
import pickle, sys
from pathlib import Path
from similarity.service.demo import building
from support.rendered import copied_demo
building.render_demo = lambda folder, *, progress: copied_demo(footage, folder)
from similarity.cli.app import app
footage = pickle.loads(Path(sys.argv[1]).read_bytes())
app(sys.argv[2:])
"""
LONGEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Running:
    folder: Path
    said: dict

    @property
    def platform(self) -> Client:
        return Client.of_key(self.said["url"], self.said["api_key"])

    def person(self, name: str) -> Client:
        return Client.of_person(self.said["url"], name, self.said["people"][name])

    def upload(self, fate: str) -> dict:
        (one,) = self.platform.ask("GET", f"/v1/uploads?external_id=demo-{fate}")["uploads"]
        return self.platform.ask("GET", f"/v1/uploads/{one['id']}")


@contextmanager
def running(folder: Path, footage: DemoFootage):
    (folder.parent / "footage.pickle").write_bytes(pickle.dumps(footage))
    command = [
        sys.executable,
        "-c",
        TINY,
        str(folder.parent / "footage.pickle"),
        "serve",
        "--demo",
        "--data",
        str(folder),
        "--port",
        "0",
    ]
    with (
        (folder.parent / "errors.txt").open("wb") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)])},
            start_new_session=True,
        ) as process,
    ):
        try:
            line = process.stdout.readline()
            assert line, (folder.parent / "errors.txt").read_text(encoding="utf-8")[-3000:]
            yield Running(folder=folder, said=json.loads(line))
        finally:
            workers = workers_of(process.pid) if process.poll() is None else []
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0
    assert len(workers) == 1
    assert not workers[0].is_running()


@pytest.fixture(scope="module")
def demo(demo, tmp_path_factory):
    with running(tmp_path_factory.mktemp("demo") / "data", demo) as found:
        yield found


def workers_of(process_id: int) -> list[psutil.Process]:
    return [one for one in psutil.Process(process_id).children(recursive=True) if "spawn_main" in str(one.cmdline())]


@pytest.mark.timeout(LONGEST_SECONDS)
def test_ten_uploads_meet_every_fate_through_the_routes(demo):
    states = {
        "cleared": ("cleared", "publish"),
        "held": ("held", "hold"),
        "repeat": ("held", "hold"),
        "withheld": ("withheld", "withhold"),
        "second-look": ("held", "hold"),
        "labelled": ("cleared", "label"),
        "unreadable": ("unreadable", "hold"),
        "late": ("held", "hold"),
        "cancelled": ("cancelled", None),
        "erased": ("erased", "publish"),
    }
    assert {fate: (one["state"], one["action"]) for fate in states if (one := demo.upload(fate))} == states
    assert len(demo.platform.ask("GET", "/v1/uploads")["uploads"]) == len(states)


def test_what_became_of_each_says_why(demo):
    held, repeat = demo.upload("held"), demo.upload("repeat")
    assert {work["work_id"] for work in held["measured"]["works"]} == {"garage", "liftoff"}
    assert (repeat["sha256"], repeat["measured"]) == (held["sha256"], held["measured"])
    assert repeat["screening"]["seconds"] < held["screening"]["seconds"] / 10  # nothing was decoded again
    assert demo.upload("withheld")["decision"]["decided_by"] == "reviewer"
    assert demo.upload("labelled")["measured"]["label_reading"] == "is"
    assert demo.upload("labelled")["measured"]["prompt_names"] == ["Deep Sky"]
    assert [work["work_id"] for work in demo.upload("late")["measured"]["works"]] == ["specimens"]
    assert not demo.upload("cleared")["measured"]["works"]


def test_people_find_what_waits_for_them(demo):
    task = demo.person("second").ask("POST", "/v1/tasks/next", {"queue": "studio"})
    assert (task["is_second"], task["upload"]["title"]) == (True, "To the launch pad")
    queues = demo.person("reviewer").ask("GET", "/v1/tasks/queues")["queues"]
    assert {one["queue"]: one["num_waiting"] for one in queues}["copies"] >= 1
    assert demo.person("administrator").ask("GET", "/v1/policies/studio")["live_version"] == 1


def test_the_folder_holds_the_suspects_and_the_way_in(demo):
    names = {path.name for path in demo.folder.glob("suspect_*.mp4")}
    assert {"suspect_mixed.mp4", "suspect_original.mp4", "suspect_broken.mp4"} <= names
    kept = json.loads((demo.folder / "demo.json").read_text(encoding="utf-8"))
    assert kept == {"api_key": demo.said["api_key"], "people": demo.said["people"]}
    assert (demo.folder / "demo.json").stat().st_mode & 0o077 == 0
    assert demo.said["page"] == f"{demo.said['url']}/sign-in"


def test_a_demo_that_stands_there_is_left_as_it_is(demo):
    settings = Settings(library=demo.folder / "library", data=demo.folder)
    again = build_demo(settings, progress=SILENT)
    assert (again.footage, again.access.api_key) == (None, demo.said["api_key"])


def test_another_service_is_not_built_over(tmp_path):
    (tmp_path / "service.sqlite").write_bytes(b"somebody's")
    with pytest.raises(ConfigurationError, match="a folder of its own"):
        build_demo(Settings(library=tmp_path / "library", data=tmp_path), progress=SILENT)
    assert (tmp_path / "service.sqlite").read_bytes() == b"somebody's"
