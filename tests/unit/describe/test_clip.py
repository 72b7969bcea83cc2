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
from safetensors.torch import save_file
from support.renders import recompressed, textured
from support.tiny_clip import MODEL, vit_tiny, with_one_weight_changed, write_tiny_clip

from similarity.config import ClipConfig
from similarity.describe.descriptors.clip import load_clip, state_sha256, torch_device
from similarity.errors import ConfigurationError, MissingModelError


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return write_tiny_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def pictures():
    return [textured(seed) for seed in range(5)]


@pytest.fixture
def empty_cache(monkeypatch, tmp_path):
    """A cache of models that holds nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


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


def test_missing_weights_name_the_command_that_fetches_them(empty_cache):
    with pytest.raises(MissingModelError, match=r"ViT-B-32/laion2b_s34b_b79k.*similarity models fetch"):
        load_clip(ClipConfig())


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


FAMILIES = {
    "vit": MODEL["vision_cfg"],
    "resnet": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, "patch_size": None},
    "timm": {"image_size": 32, "timm_model_name": "test_vit", "timm_pool": "", "timm_proj": "linear"},
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_family_of_image_encoders_is_loaded_in_either_precision(family, precision, tmp_path, pictures):
    config = write_tiny_clip(tmp_path, name=f"tiny-{family}", model=MODEL | {"vision_cfg": FAMILIES[family]})
    describer = load_clip(replace(config, precision=precision))
    rows = describer.describe(pictures).descriptors
    assert (rows.dtype, rows.shape) == (np.float32, (5, describer.identity.dimensions))
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(5), abs=1e-2)
    assert describer.identity.version.endswith(f":{precision}")


def test_a_folder_of_configuration_and_weights_names_a_model(config, pictures, tmp_path):
    folder = tmp_path / "a-model"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": MODEL, "preprocess_cfg": {}}))
    save_file(torch.load(config.pretrained, weights_only=True), folder / "open_clip_model.safetensors")
    named = ClipConfig(model=f"local-dir:{folder}", pretrained="", device="cpu")
    describer = load_clip(named)
    assert describer.describe(pictures).descriptors == pytest.approx(
        load_clip(config).describe(pictures).descriptors, abs=1e-5
    )
    assert describer.identity.version == f"open_clip-{open_clip.__version__}:local-dir:a-model::fp32"
    (folder / "open_clip_model.safetensors").unlink()
    with pytest.raises(MissingModelError, match=r"no \.safetensors, \.bin or \.pth file"):
        load_clip(named)
    with pytest.raises(MissingModelError, match=r"CLIP folder .*nowhere does not exist"):
        load_clip(replace(named, model=f"local-dir:{tmp_path}/nowhere"))


def test_a_trained_encoder_finds_an_edit_nearer_than_another_picture():
    describer, picture = load_clip(vit_tiny()), textured(1)
    rows = describer.describe([picture, recompressed(picture, 60), textured(2)]).descriptors
    assert rows.shape == (3, describer.identity.dimensions) == (3, 192)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert rows[0] @ rows[1] > 0.9
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert describer.describe([picture]).descriptors[0] == pytest.approx(rows[0], abs=1e-5)


def test_a_trained_encoder_sees_the_same_in_half_the_precision():
    full, half = load_clip(vit_tiny()), load_clip(replace(vit_tiny(), precision="bf16"))
    pictures = [textured(seed) for seed in range(4)]
    one, other = full.describe(pictures).descriptors, half.describe(pictures).descriptors
    assert np.sum(one * other, axis=1).min() > 0.995
    assert full.identity != half.identity
