"""CLIP image embeddings through open_clip: the concept axis ("the same subject").

Any open_clip model name with a pretrained tag, or with a local checkpoint, with the model's own
preprocessing (Radford et al., ICML 2021; open_clip, Ilharco et al., doi:10.5281/zenodo.5143773).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from PIL import Image

from index.records import DescriptorSet
from similarity.config import ClipConfig
from similarity.describe.clip_weights import HOW_TO_FETCH, HUB, LOCAL, clip_at_hand, fetched_weights
from similarity.describe.types import DescribedPictures
from similarity.errors import ConfigurationError, MissingModelError
from similarity.media.types import Picture

__all__ = ["ClipDescriber", "load_checkpoint", "load_clip", "require_model"]


class ClipDescriber:
    """An open_clip image encoder with its own preprocessing."""

    def __init__(self, model: Any, preprocess: Callable[[Image.Image], torch.Tensor], *, config: ClipConfig) -> None:
        self._device = torch_device(config.device)
        self._dtype = torch.bfloat16 if config.precision == "bf16" else torch.float32
        self._model = model.eval().to(device=self._device, dtype=self._dtype)
        self._preprocess = preprocess
        self._config = config

    @cached_property
    def identity(self) -> DescriptorSet:
        """The model by name, tag and precision, and a hash over every weight of its image encoder."""
        config = self._config
        model = f"{LOCAL}{Path(config.model).name}" if config.model.startswith(LOCAL) else config.model
        tag = "" if config.model.startswith((LOCAL, HUB)) else Path(config.pretrained).name
        version = f"open_clip-{open_clip.__version__}:{model}:{tag}:{config.precision}"
        return DescriptorSet(
            name="clip",
            version=version,
            weights_sha256=state_sha256(self._model.visual),
            kind="float",
            dimensions=int(self._embed(torch.zeros(1, 3, *self._input_size())).shape[1]),
        )

    def describe(self, pictures: Sequence[Picture]) -> DescribedPictures:
        """Embed a batch: (n, dimensions) float32 unit rows."""
        rows = [np.zeros((0, self.identity.dimensions), dtype=np.float32)]
        for start in range(0, len(pictures), self._config.batch_size):
            batch = pictures[start : start + self._config.batch_size]
            tensors = torch.stack([self._preprocess(Image.fromarray(picture)) for picture in batch])
            rows.append(self._embed(tensors))
        quality = np.full(len(pictures), 100, dtype=np.uint8)
        return DescribedPictures(descriptors=np.concatenate(rows), quality=quality)

    def _embed(self, tensors: torch.Tensor) -> np.ndarray[Any, np.dtype[np.float32]]:
        with torch.inference_mode():
            moved = tensors.to(device=self._device, dtype=self._dtype)
            embedded = self._model.encode_image(moved).float()
            unit = torch.nn.functional.normalize(embedded, dim=-1)
        return np.asarray(unit.cpu().numpy(), dtype=np.float32)

    def _input_size(self) -> tuple[int, int]:
        size = self._model.visual.image_size
        return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))


def load_clip(config: ClipConfig) -> ClipDescriber:
    """The configured model with its weights, which are on this machine: nothing is fetched.

    Raises:
        ConfigurationError: open_clip knows no such model, its configuration file can't be used, or the weights
            were trained with another activation.
        MissingModelError: the weights are not at hand, or don't load as that model.
    """
    is_named_alone = config.model.startswith((LOCAL, HUB))
    if not config.pretrained and not is_named_alone:
        raise ConfigurationError(
            "describe.clip.pretrained: expected a pretrained tag or the path of a checkpoint, got nothing; "
            "a model without trained weights measures nothing"
        )
    if not is_named_alone:
        require_model(config)
        _require_same_activation(config)
    if (absent := clip_at_hand(config)) is not None:
        raise MissingModelError(f"{absent.reason}; {HOW_TO_FETCH}")
    return load_checkpoint(config, _checkpoint(config))


def _checkpoint(config: ClipConfig) -> Path:
    """The file or folder of weights that are at hand."""
    if config.model.startswith(LOCAL):
        return Path(config.model.removeprefix(LOCAL))
    if not config.model.startswith(HUB) and Path(config.pretrained).is_file():
        return Path(config.pretrained)
    return fetched_weights(config) or Path(config.pretrained)


def load_checkpoint(config: ClipConfig, checkpoint: Path) -> ClipDescriber:
    """The configured model with the weights of a file, or of the folder that a `local-dir:` model names.

    Args:
        config: model, and the tag whose preprocessing the weights need.
        checkpoint: the file or folder.

    Raises:
        MissingModelError: they are not weights of that model.
    """
    try:
        model, _, preprocess = _created(config, checkpoint)
    except Exception as error:  # torch, safetensors and open_clip raise many kinds here
        raise MissingModelError(
            f"CLIP checkpoint {checkpoint} does not load as a {config.model} "
            f"({type(error).__name__}: {_in_short(error)}); expected weights of that model, whole and undamaged"
        ) from error
    return ClipDescriber(model, preprocess, config=config)


def _created(config: ClipConfig, checkpoint: Path) -> Any:
    """Build the model with its weights; what a tag says of its pictures is said to open_clip, which is given a file."""
    if config.model.startswith((LOCAL, HUB)):
        folder = checkpoint if checkpoint.is_dir() else checkpoint.parent
        _require_weights(folder)
        return open_clip.create_model_and_transforms(f"{LOCAL}{folder}")
    tag = open_clip.get_pretrained_cfg(config.model, config.pretrained)
    pictures = {f"image_{name}": tag.get(name) for name in ("mean", "std", "interpolation", "resize_mode")}
    return open_clip.create_model_and_transforms(config.model, pretrained=str(checkpoint), **pictures)


def _require_weights(folder: Path) -> None:
    """Refuse a folder without weights, of which open_clip would make a model of random ones, with a mere warning."""
    if not any(path.suffix in {".safetensors", ".bin", ".pth"} for path in folder.iterdir()):
        raise FileNotFoundError(f"no .safetensors, .bin or .pth file in {folder}")


def require_model(config: ClipConfig) -> None:
    """Refuse a model that open_clip does not know.

    Raises:
        ConfigurationError: it does not, or the model's configuration file can't be used.
    """
    if config.model_config:
        _add_model_config(Path(config.model_config))
    if config.model not in open_clip.list_models():
        raise ConfigurationError(
            f"describe.clip.model: open_clip knows no model {config.model!r}; "
            f"`python -c 'import open_clip; print(open_clip.list_models())'` lists what it knows"
        )


def _require_same_activation(config: ClipConfig) -> None:
    """Refuse weights that open_clip would run, with a mere warning, through another activation than they know."""
    tag = open_clip.get_pretrained_cfg(config.model, config.pretrained) or {}
    model = open_clip.get_model_config(config.model) or {}
    trained, built = (bool(settings.get("quick_gelu", False)) for settings in (tag, model))
    if tag and trained != built:
        other = f"{config.model}-quickgelu" if trained else config.model.removesuffix("-quickgelu")
        raise ConfigurationError(
            f"describe.clip: {config.pretrained} was trained {'with' if trained else 'without'} QuickGELU, "
            f"{config.model} is built {'with' if built else 'without'}; the model to name is likely {other}"
        )


def _add_model_config(path: Path) -> None:
    """Make a model configuration known to open_clip, which passes over in silence what it can't use."""
    needed = {"embed_dim", "vision_cfg", "text_cfg"}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"describe.clip.model_config: {path} can't be read as JSON: {error}") from error
    if path.suffix != ".json" or not isinstance(content, dict) or not needed <= content.keys():
        raise ConfigurationError(
            f"describe.clip.model_config: expected a .json file with {', '.join(sorted(needed))}, got {path}"
        )
    open_clip.add_model_config(path)


def torch_device(wanted: str) -> torch.device:
    """`auto` takes CUDA where torch can use it; `cuda` without one is an error."""
    has_cuda = torch.cuda.is_available()
    if wanted == "cuda" and not has_cuda:
        raise ConfigurationError(
            "describe.clip.device: expected a CUDA device, got none that torch can use; set it to cpu or auto"
        )
    return torch.device("cuda" if has_cuda and wanted != "cpu" else "cpu")


def state_sha256(module: torch.nn.Module) -> str:
    """SHA-256 over names, shapes, dtypes and bytes of every parameter and buffer, in order of name."""
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}\n".encode())
        digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _in_short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or "no message"
