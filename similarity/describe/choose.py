"""Which describers a configuration asks for, with their weights, or why one of them is not at hand."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.absence import NotMeasured
from similarity.config import DescribeConfig
from similarity.describe.types import Describer
from similarity.errors import MissingModelError

__all__ = ["ChosenDescribers", "choose_describers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDescribers:
    """The describers of a run."""

    describers: tuple[Describer, ...]
    """`pdq` and `compact`, and `clip` where asked for and at hand."""
    concept: NotMeasured | None
    """Why the concept axis will not be measured; None where it will."""


def choose_describers(config: DescribeConfig) -> ChosenDescribers:
    """Load what the configuration asks for.

    Raises:
        MissingModelError: `use_clip: always` and the weights are not at hand.
        ConfigurationError: the model or device named does not exist.
    """
    from similarity.describe.compact import CompactDescriber
    from similarity.describe.pdq import PdqDescriber

    always: tuple[Describer, ...] = (PdqDescriber(), CompactDescriber())
    if config.use_clip == "never":
        reason = NotMeasured(reason="the configuration asks for no CLIP model (describe.use_clip: never)")
        return ChosenDescribers(describers=always, concept=reason)
    from similarity.describe.clip import load_clip

    try:
        return ChosenDescribers(describers=(*always, load_clip(config.clip)), concept=None)
    except MissingModelError as error:
        if config.use_clip == "always":
            raise
        return ChosenDescribers(describers=always, concept=NotMeasured(reason=str(error)))
