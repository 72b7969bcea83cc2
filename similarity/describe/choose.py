"""Which describers a configuration asks for, with their weights, or why one of them is not at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from similarity.absence import NotMeasured, not_measured
from similarity.config import DescribeConfig
from similarity.describe.clip_weights import HOW_TO_FETCH, clip_at_hand
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.picture_text import NOT_ASKED_FOR
from similarity.describe.shapes import SHAPES
from similarity.describe.text.engine import INSTALL, TextEngine, text_engine
from similarity.describe.types import Describer
from similarity.errors import ConfigurationError, MissingModelError

__all__ = [
    "OPTIONAL_SETS",
    "AnyDescriber",
    "ChosenDescribers",
    "choose_describers",
    "optional_describer",
    "without_middles",
]

OPTIONAL_SETS = frozenset({"clip"})
"""Descriptor sets that a video may come without, and that a library can get later."""

AnyDescriber = Describer | MotionDescriber
"""What looks at pictures, or at how they move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDescribers:
    """The describers of a run."""

    describers: tuple[AnyDescriber, ...]
    """`pdq`, `compact`, `composition`, `motion` and `composition` of the middle, shape by shape; and `clip` where asked
    for and at hand."""
    concept: NotMeasured | None
    """Why the concept axis will not be measured; None where it will."""
    text: TextEngine | NotMeasured
    """What reads text in the pictures; or why none is read."""


def choose_describers(config: DescribeConfig) -> ChosenDescribers:
    """Load what the configuration asks for.

    Raises:
        MissingModelError: `use_clip: always` or `read_text: always` and the weights are not at hand, or marked weights
            do not load.
        ConfigurationError: the model or device named does not exist.
    """
    from similarity.describe.descriptors.bundled import SharedFronts
    from similarity.describe.descriptors.compact import CompactDescriber
    from similarity.describe.descriptors.composition import CompositionDescriber, ShapedCompositionDescriber
    from similarity.describe.descriptors.pdq import PdqDescriber

    fronts = SharedFronts()
    composition = CompositionDescriber(fronts)
    shaped = tuple(ShapedCompositionDescriber(composition, shape) for shape in SHAPES)
    always: tuple[AnyDescriber, ...] = (
        PdqDescriber(),
        CompactDescriber(fronts),
        composition,
        MotionDescriber(),
        *shaped,
    )
    text = _text(config)
    if config.use_clip == "never":
        reason = not_measured("the settings ask for no CLIP model")
        return ChosenDescribers(describers=always, concept=reason, text=text)
    absent = clip_at_hand(config.clip)
    if absent is not None and config.use_clip == "if_available":
        return ChosenDescribers(describers=always, concept=absent, text=text)
    if absent is not None:
        raise MissingModelError(f"describe.use_clip is 'always', and {absent.reason}; {HOW_TO_FETCH}")
    from similarity.describe.descriptors.clip import load_clip

    return ChosenDescribers(describers=(*always, load_clip(config.clip)), concept=None, text=text)


def _text(config: DescribeConfig) -> TextEngine | NotMeasured:
    if config.read_text == "never":
        return NOT_ASKED_FOR
    engine = text_engine()
    if isinstance(engine, NotMeasured) and config.read_text == "always":
        raise MissingModelError(f"describe.read_text is 'always', and {engine.reason}; {INSTALL}")
    return engine


def optional_describer(set_name: str, config: DescribeConfig) -> Describer:
    """The describer of an optional set, whatever `use_clip` says.

    Raises:
        ConfigurationError: there is no such set, or the model or device named does not exist.
        MissingModelError: the weights are not at hand.
    """
    if set_name not in OPTIONAL_SETS:
        raise ConfigurationError(
            f"descriptor set {set_name!r}: expected one that a library can get later, {', '.join(OPTIONAL_SETS)}; "
            "all others are made when a file is added, and text is read by --set text"
        )
    absent = clip_at_hand(config.clip)
    if absent is not None:
        raise MissingModelError(f"{absent.reason}; {HOW_TO_FETCH}")
    from similarity.describe.descriptors.clip import load_clip

    return load_clip(config.clip)


def without_middles(describers: Sequence[AnyDescriber]) -> tuple[AnyDescriber, ...]:
    """Those that a suspect is described by: its whole pictures are held against the middles of works."""
    from similarity.describe.descriptors.composition import ShapedCompositionDescriber

    return tuple(one for one in describers if not isinstance(one, ShapedCompositionDescriber))
