"""Whether CLIP weights are at hand.

Fetched weights are marked by a small file, so that a run without them neither loads torch nor asks a network.
"""

from __future__ import annotations

import os
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.config import ClipConfig

__all__ = ["clip_at_hand", "clip_marker"]


def clip_at_hand(config: ClipConfig) -> NotMeasured | None:
    """None where the configured weights are at hand, else why not, with the command that fetches them."""
    if Path(config.pretrained).is_file():
        return None
    if Path(config.pretrained).suffix:
        return not_measured("the CLIP checkpoint {name} does not exist", name=config.pretrained)
    marker = clip_marker(config)
    if os.access(marker, os.R_OK) and marker.is_file():
        return None
    return not_measured(
        "the CLIP weights {model}/{weights} are not at hand; fetch them once, with a network: similarity models fetch",
        model=config.model,
        weights=config.pretrained,
    )


def clip_marker(config: ClipConfig) -> Path:
    """The file that says that these weights were fetched."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "similarity" / f"clip-{config.model}-{config.pretrained}.fetched"
