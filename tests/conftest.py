"""What tests of several rooms share: the tiny demo, indexed once, and a folder of files that can't be used."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from support.footage import cut_off, moving_pattern, spoil, write_sound, write_still, write_video

from index.local.library import Library
from similarity.config import load_profile
from similarity.demo.footage import DemoFootage, render_tiny_demo
from similarity.ingest.add import add_files

pytest_plugins = [
    "support.command_line",
    "support.labelled_files",
    "support.made_report",
    "support.pages",
]


@pytest.fixture(autouse=True)
def no_library_of_the_developers_own(monkeypatch) -> None:
    monkeypatch.delenv("SIMILARITY_LIBRARY", raising=False)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> DemoFootage:
    """The tiny demo's footage, not to be changed."""
    return render_tiny_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def demo_library(demo) -> Path:
    """The demo's works and background, indexed; not to be changed."""
    path = demo.folder / "library"
    config = load_profile()
    with Library.open_or_create(path) as library:
        add_files([demo.folder / "works"], library, config=config)
        add_files([demo.folder / "background"], library, config=config, role="background")
    return path


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
