"""A library gets a descriptor set later: on the samples that its entries were given, entry by entry."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.footage import moving_pattern, write_video
from support.tiny_clip import with_one_weight_changed, write_tiny_clip
from typer.testing import CliRunner

from index import open_library
from index.errors import DescriptorMismatchError, LibraryWriteError
from similarity.cli.app import app
from similarity.config import Config, DescribeConfig, SampleConfig
from similarity.errors import ConfigurationError, MissingModelError
from similarity.ingest.add import add_files
from similarity.ingest.later_sets import describe_entries


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    clip = write_tiny_clip(tmp_path_factory.mktemp("clip"))
    return Config(sample=SampleConfig(max_side_pixels=128), describe=DescribeConfig(use_clip="always", clip=clip))


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """A film, a film between black bars, and a still."""
    folder = tmp_path_factory.mktemp("films")
    barred = [np.pad(frame, ((24, 24), (0, 0), (0, 0))) for frame in moving_pattern(40, seed=2)]
    write_video(folder / "film.mp4", moving_pattern(100))
    write_video(folder / "barred.mkv", barred)
    write_video(folder / "street.avi", moving_pattern(30, seed=3))
    return folder


def without_clip(config):
    return replace(config, describe=replace(config.describe, use_clip="never"))


@pytest.fixture(scope="module")
def made(films, config, tmp_path_factory):
    """A library that was indexed without CLIP."""
    path = tmp_path_factory.mktemp("made") / "library"
    with open_library(path, create=True) as library:
        add_files([films], library, config=without_clip(config))
    return path


@pytest.fixture
def library(made, tmp_path):
    with open_library(Path(shutil.copytree(made, tmp_path / "library"))) as opened:
        yield opened


def statuses(results):
    return {one.entry_id: one.status for one in results}


def test_rows_given_later_are_those_of_a_library_that_had_the_set_from_the_start(library, films, config, tmp_path):
    results = describe_entries(library, "clip", config=config)
    assert set(statuses(results).values()) == {"described"}
    with open_library(tmp_path / "from the start", create=True) as other:
        add_files([films], other, config=config)
        for entry in other.entries():
            for name in other.sets_of(entry.entry_id):
                np.testing.assert_allclose(
                    library.descriptors(entry.entry_id, name), other.descriptors(entry.entry_id, name), atol=1e-3
                )
        assert {one.name for one in library.descriptor_sets()} == {one.name for one in other.descriptor_sets()}
    assert library.check() == ()


def test_the_other_sets_and_what_is_kept_beside_them_stay_as_they_are(library, config):
    rows = {(e.entry_id, s): library.descriptors(e.entry_id, s) for e in library.entries() for s in ("compact", "pdq")}
    beside = library.companion_states("work")
    describe_entries(library, "clip", config=config)
    for (entry_id, name), before in rows.items():
        np.testing.assert_array_equal(library.descriptors(entry_id, name), before)
    assert [one for one in library.companion_states("work") if one.set_name != "clip"] == list(beside)


def test_who_is_stopped_goes_on_where_it_was(library, config, monkeypatch):
    def stopped(entry_id, set_name, rows):
        raise KeyboardInterrupt if library.sets_of("barred") >= {"clip"} else LibraryWriteError("full")

    add_rows = library.add_rows
    monkeypatch.setattr(library, "add_rows", lambda *a: add_rows(*a) if a[0] == "barred" else stopped(*a))
    with pytest.raises(KeyboardInterrupt):
        describe_entries(library, "clip", config=config)
    monkeypatch.undo()
    assert library.check() == ()
    assert library.sets_of("barred") >= {"clip"}
    found = statuses(describe_entries(library, "clip", config=config))
    assert found == {"barred": "unchanged", "film": "described", "street": "described"}
    assert set(statuses(describe_entries(library, "clip", config=config)).values()) == {"unchanged"}


def test_an_original_that_is_gone_or_another_file_is_listed_and_ends_nothing(films, config, tmp_path):
    moved = Path(shutil.copytree(films, tmp_path / "films"))
    with open_library(tmp_path / "library", create=True) as library:
        add_files([moved], library, config=without_clip(config))
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (moved / "film.mp4").rename(elsewhere / "renamed.mp4")
        (moved / "street.avi").write_bytes(b"another")
        results = describe_entries(library, "clip", config=config)
        assert statuses(results) == {"barred": "described", "film": "failed", "street": "failed"}
        details = {one.entry_id: one.detail for one in results}
        assert "is no longer there" in details["film"]
        assert "is another file than the one that was added" in details["street"]
        assert library.check() == ()
        again = describe_entries(library, "clip", config=config, originals=[elsewhere])
        assert statuses(again) == {"barred": "unchanged", "film": "described", "street": "failed"}


def test_rows_of_another_model_are_not_mixed_in(library, config, tmp_path):
    describe_entries(library, "clip", config=config)
    before = library.descriptors("film", "clip")
    changed = with_one_weight_changed(config.describe.clip, tmp_path)
    other = replace(config, describe=replace(config.describe, clip=changed))
    half = replace(config, describe=replace(config.describe, clip=replace(config.describe.clip, precision="bf16")))
    for one in (other, half):
        with pytest.raises(DescriptorMismatchError, match="--anew"):
            describe_entries(library, "clip", config=one)
    np.testing.assert_array_equal(library.descriptors("film", "clip"), before)
    results = describe_entries(library, "clip", config=other, anew=True)
    assert set(statuses(results).values()) == {"described"}
    assert not np.array_equal(library.descriptors("film", "clip"), before)
    assert set(statuses(describe_entries(library, "clip", config=other, anew=True)).values()) == {"unchanged"}


def test_only_a_set_that_can_be_had_later_is_given_and_only_with_its_model(library, config, monkeypatch, tmp_path):
    with pytest.raises(ConfigurationError, match="'compact': expected one that a library can get later, clip"):
        describe_entries(library, "compact", config=config)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(MissingModelError, match="similarity models fetch"):
        describe_entries(library, "clip", config=Config())
    assert "clip" not in {one.name for one in library.descriptor_sets()}


def test_works_may_be_added_without_the_model_and_described_later(library, films, config, tmp_path):
    describe_entries(library, "clip", config=config)
    write_video(tmp_path / "late.mp4", moving_pattern(20, seed=9))
    added = add_files([tmp_path / "late.mp4"], library, config=without_clip(config))
    assert [one.status for one in added] == ["added"]
    assert "without clip" in added[0].detail
    assert "clip" not in library.sets_of("late")
    assert library.check() == ()
    assert statuses(describe_entries(library, "clip", config=config))["late"] == "described"


def test_the_command_says_what_became_of_every_entry(made, config, tmp_path):
    path = Path(shutil.copytree(made, tmp_path / "library"))
    clip = config.describe.clip
    profile = tmp_path / "own.yaml"
    profile.write_text(
        "sample: {max_side_pixels: 128}\n"
        f"describe: {{clip: {{model: {clip.model}, pretrained: {clip.pretrained}, model_config: {clip.model_config}, "
        "device: cpu}}\n".replace("}}", "}}")
    )
    command = ["library", "describe", "--set", "clip", "--library", str(path), "--profile", str(profile), "--quiet"]
    first = CliRunner().invoke(app, command)
    assert (first.exit_code, first.output) == (0, f"3 described, 0 unchanged, 0 failed: {path}\n")
    second = CliRunner().invoke(app, [*command, "--json"])
    assert [one["status"] for one in json.loads(second.output)] == ["unchanged"] * 3
    wrong = CliRunner().invoke(app, [*command, "--set", "motion"])
    assert wrong.exit_code == 1
