"""Whether CLIP weights are at hand, and where fetched ones are kept.

A file of fetched weights stands under its name once it is whole and was loaded, so that a run need only look for it:
without it, neither torch is loaded nor a network asked.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from similarity.absence import NotMeasured, not_measured
from similarity.config import ClipConfig

__all__ = ["HOW_TO_FETCH", "HUB", "LOCAL", "clip_at_hand", "fetched_weights", "weights_folder"]

LOCAL, HUB = "local-dir:", "hf-hub:"
"""How open_clip names a folder of configuration and weights, and such a repository of the Hugging Face hub."""
HOW_TO_FETCH = "fetch them once, with a network: similarity models fetch"
"""The next step, for who sits at the machine; what a report says of it names no command."""
_SUFFIXES = frozenset({".safetensors", ".bin", ".pt", ".pth", ".npz"})


def clip_at_hand(config: ClipConfig) -> NotMeasured | None:
    """None where the configured weights are at hand, else why not."""
    if config.model.startswith(LOCAL):
        folder = Path(config.model.removeprefix(LOCAL))
        return None if folder.is_dir() else not_measured("the CLIP folder {name} does not exist", name=str(folder))
    if not config.model.startswith(HUB):
        if Path(config.pretrained).is_file():
            return None
        if Path(config.pretrained).suffix:
            return not_measured("the CLIP checkpoint {name} does not exist", name=config.pretrained)
    if fetched_weights(config) is not None:
        return None
    return not_measured(
        "the CLIP weights {model}/{weights} were not at hand",
        model=config.model,
        weights=config.pretrained,
    )


def weights_folder(config: ClipConfig) -> Path:
    """Where fetched weights are kept: below the user's cache, by model and tag."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = config.model if config.model.startswith(HUB) else f"{config.model}/{config.pretrained}"
    return cache / "similarity" / "models" / quote(name, safe="")


def fetched_weights(config: ClipConfig) -> Path | None:
    """The file of fetched weights; None where there is none that can be read."""
    standing = weights_folder(config).glob("weights.*")
    return next((path for path in sorted(standing) if path.suffix in _SUFFIXES and os.access(path, os.R_OK)), None)
