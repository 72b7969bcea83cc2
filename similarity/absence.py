"""What could not be measured says so by name: never an empty string, a zero or a minus one."""

from __future__ import annotations

from dataclasses import dataclass

from similarity.phrases import Phrase, phrase

__all__ = ["NotMeasured", "not_measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Stands where a value could not be had."""

    reason: Phrase
    """Why, in a sentence a reader of the report understands, with the next step where there is one."""
    is_left_empty: bool = False
    """Whether it was for a person to state, who left it empty."""

    def __post_init__(self) -> None:
        if not str(self.reason).strip():
            raise ValueError("NotMeasured needs a reason, got an empty one")


def not_measured(reason: str, /, **values: str | float | Phrase) -> NotMeasured:
    """`NotMeasured` for a reason with `{named}` placeholders and what fills them."""
    return NotMeasured(reason=phrase(reason, **values))
