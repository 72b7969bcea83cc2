"""CLIP through open_clip: precision, weights, and what cannot be had."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from support.renders import recompressed, textured
from support.tiny_clip import vit_tiny, with_one_weight_changed, write_tiny_clip

from similarity.config import ClipConfig
from similarity.describe.clip_weights import clip_marker
from similarity.describe.descriptors.clip import fetch_clip, load_clip, state_sha256, torch_device
from similarity.errors import ConfigurationError, MissingModelError


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return write_tiny_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def pictures():
    return [textured(seed) for seed in range(5)]


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No network, and a cache of models that holds nothing."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.HF_HUB_CACHE", str(tmp_path), raising=False)


def test_a_checkpoint_is_loaded_with_its_own_weights(config, pictures):
    describer = load_clip(config)
    saved = {
        name.removeprefix("visual."): weights
        for name, weights in torch.load(config.pretrained, weights_only=True).items()
        if name.startswith("visual.")
    }
    holder = torch.nn.Module()
    holder.state_dict = lambda: saved
    assert describer.identity.weights_sha256 == state_sha256(holder)
    assert describer.describe(pictures).descriptors.shape == (5, 16)


def test_pictures_go_through_the_models_own_preprocessing(config, pictures):
    model, _, preprocess = open_clip.create_model_and_transforms(config.model, pretrained=config.pretrained)
    with torch.inference_mode():
        expected = model.eval().encode_image(torch.stack([preprocess(Image.fromarray(p)) for p in pictures]))
    expected = torch.nn.functional.normalize(expected, dim=-1).numpy()
    assert load_clip(config).describe(pictures).descriptors == pytest.approx(expected, abs=1e-5)


def test_the_version_names_package_model_checkpoint_and_precision(config):
    version = load_clip(config).identity.version
    assert version == f"open_clip-{open_clip.__version__}:{config.model}:{Path(config.pretrained).name}:fp32"


def test_the_version_tells_no_folder(config):
    assert str(Path(config.pretrained).parent) not in load_clip(config).identity.version


def test_one_changed_weight_changes_the_hash(config, tmp_path):
    changed = with_one_weight_changed(config, tmp_path)
    assert load_clip(changed).identity.weights_sha256 != load_clip(config).identity.weights_sha256


def test_bf16_is_close_to_fp32_and_says_so(config, pictures):
    full, half = load_clip(config), load_clip(replace(config, precision="bf16"))
    cosines = np.sum(full.describe(pictures).descriptors * half.describe(pictures).descriptors, axis=1)
    assert cosines.min() > 0.99
    assert full.identity != half.identity
    assert half.identity.version.endswith(":bf16")


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_the_batch_size_changes_no_row(config, pictures, batch_size):
    rows = load_clip(replace(config, batch_size=batch_size)).describe(pictures).descriptors
    assert rows == pytest.approx(load_clip(config).describe(pictures).descriptors, abs=1e-5)


def test_weights_of_no_dimension_are_hashed_too():
    layer = torch.nn.BatchNorm2d(2)
    before = state_sha256(layer)
    layer.num_batches_tracked += 1
    assert state_sha256(layer) != before


def test_missing_weights_name_the_command_that_fetches_them(offline):
    with pytest.raises(MissingModelError, match=r"ViT-B-32/laion2b_s34b_b79k.*similarity models fetch"):
        load_clip(ClipConfig())


def test_an_unknown_tag_names_the_command_that_fetches(offline):
    with pytest.raises(MissingModelError, match="similarity models fetch"):
        load_clip(ClipConfig(pretrained="no_such_tag"))


def test_an_unknown_model_is_a_mistake_of_configuration():
    with pytest.raises(ConfigurationError, match=r"no model 'ViT-Z-1'.*list_models"):
        load_clip(ClipConfig(model="ViT-Z-1"))


def test_weights_trained_with_another_activation_are_refused():
    with pytest.raises(ConfigurationError, match=r"openai was trained with QuickGELU.* likely ViT-B-32-quickgelu$"):
        load_clip(ClipConfig(model="ViT-B-32", pretrained="openai"))


def test_a_model_without_weights_is_refused(config):
    with pytest.raises(ConfigurationError, match="trained weights"):
        load_clip(replace(config, pretrained=""))


def test_a_damaged_checkpoint_is_named(config, tmp_path):
    damaged = tmp_path / "damaged.pt"
    damaged.write_bytes(Path(config.pretrained).read_bytes()[:2000])
    with pytest.raises(MissingModelError, match=r"damaged\.pt does not load"):
        load_clip(replace(config, pretrained=str(damaged)))


def test_a_checkpoint_of_another_model_is_named(config, tmp_path):
    state = torch.load(config.pretrained, weights_only=True)
    del state["visual.conv1.weight"]
    other = tmp_path / "other.pt"
    torch.save(state, other)
    with pytest.raises(MissingModelError, match=r"other\.pt does not load.*conv1"):
        load_clip(replace(config, pretrained=str(other)))


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("no.json", None, "can't be read as JSON"),
        ("bad.json", "{not json", "can't be read as JSON"),
        ("list.json", "[]", "embed_dim"),
        ("short.json", json.dumps({"embed_dim": 8}), "vision_cfg"),
        ("tiny.txt", json.dumps({"embed_dim": 8, "vision_cfg": {}, "text_cfg": {}}), r"\.json file"),
    ],
)
def test_an_unusable_model_configuration_is_named(config, tmp_path, name, content, complaint):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match=complaint):
        load_clip(replace(config, model_config=str(path)))


def test_cuda_without_a_cuda_device_is_refused(config, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ConfigurationError, match="expected a CUDA device"):
        load_clip(replace(config, device="cuda"))


@pytest.mark.parametrize(
    ("wanted", "has_cuda", "expected"),
    [("auto", False, "cpu"), ("auto", True, "cuda"), ("cpu", True, "cpu"), ("cuda", True, "cuda")],
)
def test_the_device_is_the_one_asked_for(monkeypatch, wanted, has_cuda, expected):
    monkeypatch.setattr("torch.cuda.is_available", lambda: has_cuda)
    assert torch_device(wanted).type == expected


def test_fetched_weights_are_marked_with_their_hash(config, offline):
    told = fetch_clip(replace(config))
    weights = load_clip(config).identity.weights_sha256
    assert weights in told
    assert clip_marker(config).read_text().strip() == weights


def test_weights_that_could_not_be_fetched_leave_no_mark(offline):
    with pytest.raises(MissingModelError):
        fetch_clip(ClipConfig())
    assert not clip_marker(ClipConfig()).exists()


def test_a_trained_encoder_finds_an_edit_nearer_than_another_picture():
    describer, picture = load_clip(vit_tiny()), textured(1)
    rows = describer.describe([picture, recompressed(picture, 60), textured(2)]).descriptors
    assert rows.shape == (3, describer.identity.dimensions) == (3, 192)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert rows[0] @ rows[1] > 0.9
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert describer.describe([picture]).descriptors[0] == pytest.approx(rows[0], abs=1e-5)
