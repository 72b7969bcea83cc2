"""The closest unrelated footage: named, measured without itself, and never the suspect or a work."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from support.footage import write_still, write_video
from support.renders import shot, textured

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.compare.unrelated import closest_unrelated
from similarity.config import load_profile
from similarity.ingest.add import add_files

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
NUM_FRAMES = 50
FILMS = {
    **{f"film{seed}": shot(seed, NUM_FRAMES) for seed in range(4)},
    "standing": [textured(4)] * NUM_FRAMES,
}
"""Background footage, more than is ever aligned; one of it a camera that stands still."""


def lossless(path, frames):
    """Without losses frames that are equal stay equal, so that every one of them is another's nearest neighbour."""
    return write_video(path, frames, codec="ffv1", options={})


def darker(frames):
    return [(0.6 * frame).astype(np.uint8) for frame in frames]


def repainted(frames):
    """The same things in the same places in other colours: too far for a copy descriptor's hash."""
    return [np.ascontiguousarray(255 - frame[..., ::-1]) for frame in frames]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counter")
    (folder / "background").mkdir()
    for name, frames in FILMS.items():
        lossless(folder / "background" / f"{name}.mkv", frames)
    with Library.create(folder / "library") as library:
        add_files([write_video(folder / "work.mp4", shot(50, NUM_FRAMES))], library, config=CONFIG)
        add_files([folder / "background"], library, config=CONFIG, role="background")
        yield library


@pytest.fixture(scope="module")
def closest(library):
    """A function that looks for the unrelated footage closest to a file."""
    session = open_session(library, CONFIG)

    def find(path):
        video = session.describe(path)
        return closest_unrelated(video, session)

    return find


def values(found):
    return {one.axis: one.value for one in found.finding.axes}


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("change", [darker, repainted])
def test_the_background_entry_that_a_suspect_resembles_is_named(closest, tmp_path, name, change):
    found = closest(lossless(tmp_path / "suspect.mkv", change(FILMS[name])))
    assert not isinstance(found, NotMeasured), found
    assert (found.entry_id, found.finding.work_id) == (name, name)
    assert found.title == name
    assert found.finding.suspect_end_seconds - found.finding.suspect_start_seconds > 1.0


@pytest.mark.parametrize("name", FILMS)
def test_it_is_measured_as_if_it_did_not_stand_in_the_background_itself(closest, library, tmp_path, name):
    """Footage that counts as usual for itself would hide how close it comes."""
    suspect = lossless(tmp_path / "suspect.mkv", darker(FILMS[name]))
    inside = values(closest(suspect))
    with Library.open(shutil.copytree(library.path, tmp_path / "library")) as other:
        other.remove("work")
        other.remove(name)
        add_files([lossless(tmp_path / f"{name}.mkv", FILMS[name])], other, config=CONFIG)
        session = open_session(other, CONFIG)
        video = session.describe(suspect)
        comparison = compare_described(video, session.rows, config=CONFIG, verifier=session.verifier)
        measurer = session.measurer(video, comparison.suspect)
        as_work = {one.axis: one.value for one in measurer.finding(comparison.matches[0]).axes}
    for axis in ("copied", "composition", "structure"):
        assert inside[axis] == pytest.approx(as_work[axis], abs=0.05)
    assert inside["copied"] > 5


def sources(library):
    return [Path(entry.source_path) for entry in library.entries("background")]


def test_the_suspect_itself_is_no_unrelated_footage(closest, library, tmp_path):
    found = closest(next(path for path in sources(library) if path.stem == "film2"))
    assert isinstance(found, NotMeasured) or found.entry_id != "film2"


def test_background_that_is_a_work_is_no_unrelated_footage(library, tmp_path, monkeypatch):
    """Two processes that add at once, or an older version, may have let it in."""
    with Library.open(shutil.copytree(library.path, tmp_path / "library")) as own:
        work = write_video(tmp_path / "twice.mp4", shot(60, NUM_FRAMES))
        add_files([work], own, config=CONFIG)
        monkeypatch.setattr(own, "entries_by_sha256", lambda sha256: ())
        add_files([shutil.copy(work, tmp_path / "again.mp4")], own, config=CONFIG, role="background")
        session = open_session(own, CONFIG)
        video = session.describe(write_video(tmp_path / "suspect.mp4", darker(shot(60, NUM_FRAMES))))
        comparison = compare_described(video, session.rows, config=CONFIG)
        found = closest_unrelated(video, session)
    assert comparison.matches[0].work_id == "twice"
    assert isinstance(found, NotMeasured) or found.entry_id != "again"


def test_without_background_footage_it_is_said_how_to_add_some(unusual, tmp_path):
    with Library.create(tmp_path / "library") as bare:
        add_files([unusual["still"]], bare, config=CONFIG)
        session = open_session(bare, CONFIG)
        video = session.describe(unusual["short"])
        found = closest_unrelated(video, session)
    assert isinstance(found, NotMeasured)
    assert "no background footage" in str(found.reason)


def test_a_suspect_of_nothing_to_compare_has_no_closest_footage(closest, unusual):
    found = closest(unusual["black"])
    assert isinstance(found, NotMeasured)


def test_a_still_is_compared_with_background_footage_too(closest, tmp_path):
    found = closest(write_still(tmp_path / "still.png", darker([FILMS["film1"][25]])[0]))
    assert isinstance(found, NotMeasured) or found.entry_id == "film1"
