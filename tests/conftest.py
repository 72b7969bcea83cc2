"""What tests of several rooms share: footage that is odd or broken, and what no test may leave behind."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several processes run tests: threads of one would take from the others
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from support.footage import cut_off, moving_pattern, spoil, write_sound, write_still, write_video
from support.long_modules import long_first

from similarity.cli import options

pytest_plugins = [
    "support.command_line",
    "support.databases",
    "support.labelled_files",
    "support.made_documents",
    "support.made_report",
    "support.pages",
    "support.ray_cluster",
    "support.remembered",
    "support.sealed_cases",
    "support.service",
    "support.worlds",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long modules first; where `TEST_ORDER` is set, modules and the tests of each in an order drawn from it."""
    by_module: dict[Path, list[pytest.Item]] = {}
    for item in items:
        by_module.setdefault(item.path, []).append(item)
    modules = list(by_module.values())
    if seed := os.environ.get("TEST_ORDER"):
        chance = random.Random(seed)
        modules = [chance.sample(module, len(module)) for module in chance.sample(modules, len(modules))]
    elif (num_processes := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))) > 1:
        modules = long_first(modules, num_processes, config.rootpath / "tests")
    items[:] = [item for module in modules for item in module]


# a busy machine proves nothing wrong
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def scheduling() -> int | None:
    """The policy by which the kernel gives this process its time."""
    return os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None


@pytest.fixture(scope="session", autouse=True)
def scheduling_before() -> Iterator[int | None]:
    before = scheduling()
    yield before
    assert scheduling() == before


@pytest.fixture(autouse=True)
def nothing_takes_the_machine(scheduling_before) -> Iterator[None]:
    """A process under real-time scheduling takes the time of everything beside it, and so does what it starts."""
    yield
    assert scheduling() == scheduling_before


@pytest.fixture(scope="session", autouse=True)
def a_world_of_its_own() -> Iterator[None]:
    """The developer's own library is not looked at, nothing waits for the disk, commands start no further processes.

    No test pulls the plug.  Batches do what they are told in this process where no test asks for jobs: each process
    more would load PyTorch anew.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "_usable_cores", lambda: 1)
        patch.delenv("SIMILARITY_LIBRARY", raising=False)
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def unusable(tmp_path_factory) -> dict[str, Path]:
    """What is wrong -> a file of which that is true (the missing one is not there)."""
    folder = tmp_path_factory.mktemp("unusable")
    whole = write_video(folder / "whole.mp4", moving_pattern(25, 160, 90))
    files = {name: folder / f"{name}.mp4" for name in ("missing", "empty", "truncated", "corrupt", "noise", "words")}
    files |= {"encrypted": folder / "encrypted.mp4", "sound": folder / "sound.wav", "text": folder / "notes.txt"}
    files["empty"].touch()
    cut_off(whole, files["truncated"], keep=0.5)
    spoil(whole, files["corrupt"], start=0.0, end=1.0)
    files["noise"].write_bytes(np.random.default_rng(1).bytes(4000))
    files["words"].write_text("this is no film\n")
    files["text"].write_text("nor is this\n")
    protection = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    write_video(files["encrypted"], moving_pattern(25, 160, 90), muxer_options=protection)
    write_sound(files["sound"])
    files["folder"] = folder / "no_films_here"
    files["folder"].mkdir()
    (files["folder"] / "readme.txt").write_text("nothing")
    files["pipe"] = folder / "pipe.mp4"
    os.mkfifo(files["pipe"])
    whole.unlink()
    return files


@pytest.fixture(scope="session")
def unusual(tmp_path_factory) -> dict[str, Path]:
    """Small but whole: what it is -> a file that is that."""
    folder = tmp_path_factory.mktemp("unusual")
    return {
        "one_frame": write_video(folder / "one_frame.mp4", moving_pattern(1, 160, 90, seed=1)),
        "short": write_video(folder / "short.mp4", moving_pattern(4, 160, 90, seed=2)),
        "still_film": write_video(folder / "still_film.mp4", moving_pattern(1, 160, 90, seed=3) * 30),
        "black": write_video(folder / "black.mp4", [np.zeros((90, 160, 3), np.uint8)] * 30),
        "still": write_still(folder / "still.png", moving_pattern(1, 160, 90, seed=4)[0]),
    }
