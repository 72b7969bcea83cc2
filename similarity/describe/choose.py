"""Which describers a configuration asks for, with their weights, or why one of them is not at hand.

Fetched CLIP weights are marked by a small file, so that a run without them neither loads torch nor asks a network.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from similarity.absence import NotMeasured, not_measured
from similarity.config import ClipConfig, DescribeConfig
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.types import Describer
from similarity.errors import MissingModelError

__all__ = ["AnyDescriber", "ChosenDescribers", "choose_describers", "clip_at_hand", "clip_marker"]


AnyDescriber = Describer | MotionDescriber
"""What looks at pictures, or at how they move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDescribers:
    """The describers of a run."""

    describers: tuple[AnyDescriber, ...]
    """`pdq`, `compact`, `composition` and `motion`, and `clip` where asked for and at hand."""
    concept: NotMeasured | None
    """Why the concept axis will not be measured; None where it will."""


def choose_describers(config: DescribeConfig) -> ChosenDescribers:
    """Load what the configuration asks for.

    Raises:
        MissingModelError: `use_clip: always` and the weights are not at hand, or marked weights do not load.
        ConfigurationError: the model or device named does not exist.
    """
    from similarity.describe.descriptors.compact import CompactDescriber
    from similarity.describe.descriptors.composition import CompositionDescriber
    from similarity.describe.descriptors.pdq import PdqDescriber

    always: tuple[AnyDescriber, ...] = (PdqDescriber(), CompactDescriber(), CompositionDescriber(), MotionDescriber())
    if config.use_clip == "never":
        reason = not_measured("the configuration asks for no CLIP model (describe.use_clip: never)")
        return ChosenDescribers(describers=always, concept=reason)
    absent = clip_at_hand(config.clip)
    if absent is not None and config.use_clip == "if_available":
        return ChosenDescribers(describers=always, concept=absent)
    if absent is not None:
        raise MissingModelError(f"describe.use_clip is 'always', and {absent.reason}")
    from similarity.describe.descriptors.clip import load_clip

    return ChosenDescribers(describers=(*always, load_clip(config.clip)), concept=None)


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
