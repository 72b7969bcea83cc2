"""What could not be measured says so by name: never an empty string, a zero or a minus one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NotMeasured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Stands where a value could not be had."""

    reason: str
    """Why, in a sentence a reader of the report understands, with the next step where there is one."""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("NotMeasured needs a reason, got an empty one")
