"""What is costly to make and is only read: made once per run, whichever of the run's processes asks first."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from filelock import FileLock
from support.footage import write_video
from support.renders import shot
from support.small_case import make_case, make_footage, make_key, make_library

from index.local.library import Library
from similarity.case.acts import seal
from similarity.config import load_profile
from similarity.demo.footage import DemoFootage, render_tiny_demo
from similarity.ingest.add import add_files

Made = TypeVar("Made")


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of the run see."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "worlds"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def once(shared) -> Callable[[str, Callable[[Path], Made]], Made]:
    """Have a folder made once for all processes of the run; not to be changed."""

    def made(name: str, make: Callable[[Path], Made]) -> Made:
        folder, value = shared / name, shared / f"{name}.pickle"
        with FileLock(shared / f"{name}.lock"):
            if not value.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                value.write_bytes(pickle.dumps(make(folder)))
            return pickle.loads(value.read_bytes())

    return made


@pytest.fixture(scope="session")
def demo(once) -> DemoFootage:
    """The tiny demo's footage."""
    return once("demo", render_tiny_demo)


@pytest.fixture(scope="session")
def demo_library(once, demo) -> Path:
    """The demo's works and background, indexed."""

    def make(folder: Path) -> Path:
        config = load_profile()
        with Library.create(folder / "library") as library:
            add_files([demo.folder / "works"], library, config=config)
            add_files([demo.folder / "background"], library, config=config, role="background")
        shutil.copytree(folder / "library", folder / "untouched")
        return folder / "library"

    return once("demo_library", make)


@pytest.fixture(scope="session")
def untouched_library(demo_library) -> Path:
    """The same as it was made: a run that scores every work keeps in the library what parts it proposed."""
    return Path(demo_library.with_name("untouched"))


@pytest.fixture
def own_library(untouched_library, tmp_path) -> Path:
    """A copy of the demo's library that a test may change."""
    return Path(shutil.copytree(untouched_library, tmp_path / "own_library"))


@pytest.fixture(scope="session")
def openings(once) -> Path:
    """Works that share an opening in `library`, and in `suspects` a film with that opening, a copy and a stranger."""

    def make(folder: Path) -> Path:
        opening, harbour, mill = shot(1, 60), shot(2, 90), shot(3, 90)
        for name, frames in {
            "works/harbour": opening + harbour,
            "works/mill": opening + mill,
            "background/elsewhere": shot(70, 40),
            "suspects/opens": shot(9, 30) + opening,
            "suspects/took": harbour[10:80],
            "suspects/stranger": shot(50, 40),
        }.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write_video(folder / f"{name}.mp4", frames)
        with Library.create(folder / "library") as library:
            config = load_profile()
            add_files([folder / "works"], library, config=config)
            add_files([folder / "background"], library, config=config, role="background")
        return folder

    return once("openings", make)


@pytest.fixture(scope="session")
def small_footage(once) -> dict[str, Path]:
    """A film, a street, a suspect that takes from the film."""
    return once("small_footage", make_footage)


@pytest.fixture(scope="session")
def small_library(once, small_footage) -> Path:
    """The film as a work, the street as background."""
    return once("small_library", lambda folder: make_library(folder / "library", small_footage))


@pytest.fixture(scope="session")
def plain_case(once, small_library, small_footage) -> Path:
    """A case with one comparison, its originals copied in; not sealed."""
    return once("plain_case", lambda folder: make_case(folder / "case", small_library, small_footage["suspect"]))


@pytest.fixture(scope="session")
def sealed(once, plain_case) -> tuple[Path, str]:
    """The case under a seal, and the id of the key."""

    def make(folder: Path) -> tuple[Path, str]:
        case, key = Path(shutil.copytree(plain_case, folder / "case")), make_key(folder)
        seal(case, key, actor="A. Expert")
        return case, key.key_id

    return once("sealed_case", make)
