"""Real open_clip models for tests: a seeded one of a few thousand weights, and a trained one where it is at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from support.paths import ROOT

from similarity.config import ClipConfig

VIT_TINY = ROOT.parent / "shared" / "bench" / "models" / "ViT-Ti-16-augreg.safetensors"
MODEL = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 8, "heads": 1, "layers": 1},
}


def write_tiny_clip(
    folder: Path, *, name: str = "tiny-for-tests", seed: int = 0, model: Mapping[str, Any] = MODEL
) -> ClipConfig:
    """Save a seeded model; the configuration that loads it back, on the processor."""
    config_path, checkpoint = folder / f"{name}.json", folder / f"{name}.pt"
    config_path.write_text(json.dumps(model))
    open_clip.add_model_config(config_path)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = open_clip.create_model(name)
        with torch.no_grad():  # a fresh model sees so little that every picture looks alike
            for parameter in made.visual.parameters():
                if parameter.ndim > 1:
                    parameter.mul_(3)
    torch.save(made.state_dict(), checkpoint)
    return ClipConfig(model=name, pretrained=str(checkpoint), model_config=str(config_path), device="cpu", batch_size=2)


def with_one_weight_changed(config: ClipConfig, folder: Path) -> ClipConfig:
    """The same model with one weight of its image encoder moved a little."""
    state = torch.load(config.pretrained, weights_only=True)
    name = next(name for name in sorted(state) if name.startswith("visual.") and state[name].ndim > 1)
    state[name].view(-1)[0] += 0.01
    changed = folder / "changed.pt"
    torch.save(state, changed)
    return replace(config, pretrained=str(changed))


def vit_tiny() -> ClipConfig:
    """A trained image encoder that stands beside the checkout; the test is skipped where it does not."""
    if not VIT_TINY.is_file():
        pytest.skip(f"the trained image encoder {VIT_TINY.name} is not at hand")
    return ClipConfig(
        model=VIT_TINY.stem, pretrained=str(VIT_TINY), model_config=str(VIT_TINY.with_suffix(".json")), device="cpu"
    )
