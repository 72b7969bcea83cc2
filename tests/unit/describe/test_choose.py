"""Which describers run, and what a run says where CLIP is not at hand."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from similarity.absence import NotMeasured
from similarity.config import ClipConfig, DescribeConfig
from similarity.describe.choose import choose_describers, without_middles
from similarity.describe.clip_weights import clip_at_hand, weights_folder
from similarity.errors import ConfigurationError, MissingModelError

SHAPED = ["composition-wide", "composition-square", "composition-tall"]
ALWAYS = ["pdq", "compact", "composition", "motion", *SHAPED]


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    from support.tiny_clip import write_tiny_clip

    return write_tiny_clip(tmp_path_factory.mktemp("clip"))


def names(chosen):
    return [describer.identity.name for describer in chosen.describers]


@pytest.mark.parametrize("use_clip", ["if_available", "always"])
def test_a_checkpoint_at_hand_is_used(tiny, use_clip):
    chosen = choose_describers(DescribeConfig(use_clip=use_clip, clip=tiny))
    assert names(chosen) == [*ALWAYS, "clip"]
    assert chosen.concept is None


def test_a_suspect_is_described_by_all_but_the_middles_of_works(tiny):
    chosen = choose_describers(DescribeConfig(use_clip="always", clip=tiny))
    held = without_middles(chosen.describers)
    assert [one.identity.name for one in held] == ["pdq", "compact", "composition", "motion", "clip"]


def test_never_means_never(tiny):
    chosen = choose_describers(DescribeConfig(use_clip="never", clip=tiny))
    assert names(chosen) == ALWAYS
    assert isinstance(chosen.concept, NotMeasured)
    assert "ask for no CLIP model" in str(chosen.concept.reason)


def test_by_default_missing_weights_leave_the_concept_axis_unmeasured():
    chosen = choose_describers(DescribeConfig())
    assert names(chosen) == ALWAYS
    assert isinstance(chosen.concept, NotMeasured)
    assert "were not at hand" in str(chosen.concept.reason)


def test_missing_weights_that_were_asked_for_are_an_error():
    with pytest.raises(MissingModelError, match=r"use_clip is 'always'.*similarity models fetch"):
        choose_describers(DescribeConfig(use_clip="always"))


@pytest.mark.parametrize("use_clip", ["if_available", "always"])
def test_a_checkpoint_that_does_not_exist_is_named(use_clip):
    config = DescribeConfig(use_clip=use_clip, clip=ClipConfig(pretrained="nowhere/model.pt"))
    if use_clip == "always":
        with pytest.raises(MissingModelError, match=r"nowhere/model\.pt does not exist"):
            choose_describers(config)
    else:
        concept = choose_describers(config).concept
        assert isinstance(concept, NotMeasured)
        assert "nowhere/model.pt does not exist" in str(concept.reason)


def test_a_checkpoint_needs_no_suffix(tmp_path):
    checkpoint = tmp_path / "weights"
    checkpoint.write_bytes(b"")
    assert clip_at_hand(ClipConfig(pretrained=str(checkpoint))) is None


def test_an_unknown_model_is_never_passed_over(tiny):
    config = DescribeConfig(use_clip="if_available", clip=replace(tiny, model="ViT-Z-1"))
    with pytest.raises(ConfigurationError, match="ViT-Z-1"):
        choose_describers(config)


def test_fetched_weights_are_at_hand():
    config = ClipConfig()
    assert isinstance(clip_at_hand(config), NotMeasured)
    weights_folder(config).mkdir(parents=True)
    (weights_folder(config) / "weights.safetensors.json").touch()
    assert isinstance(clip_at_hand(config), NotMeasured)
    (weights_folder(config) / "weights.safetensors").touch()
    assert clip_at_hand(config) is None


def test_every_model_and_tag_has_a_folder_of_its_own_in_the_users_cache(empty_cache):
    configs = [ClipConfig(model=model, pretrained=tag) for model in ("a", "a/b") for tag in ("x", "b/x")]
    folders = {weights_folder(config) for config in configs}
    assert len(folders) >= 3
    assert {folder.parent.parent.parent for folder in folders} == {empty_cache}


def test_a_run_without_clip_loads_no_open_clip_and_no_network_before_it_is_shown_a_picture():
    code = (
        "import sys; from similarity.config import DescribeConfig; "
        "from similarity.describe.choose import choose_describers; "
        "choose_describers(DescribeConfig()); "
        "sys.exit(any(name in sys.modules for name in ('open_clip', 'huggingface_hub', 'torch')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
