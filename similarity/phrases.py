"""What is said to people, as data: a text and what fills it, put into words of a language at the last step.

    >>> phrase("{number} of {total} samples", number=3, total=8)

A phrase is never parsed and nothing branches on its wording.  `similarity.report.phrases` says it in English or
Chinese; `str()` gives the English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Phrase", "phrase"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A text with named places and what fills them."""

    text: str
    """English, with `{named}` places: the key of its translations."""
    values: tuple[tuple[str, str | Phrase], ...] = ()
    """Name of a place and what fills it: words as they are, or a phrase in turn."""

    def __str__(self) -> str:
        return self.filled()

    def filled(self) -> str:
        """In English.

        Raises:
            KeyError: a place has no value.
        """
        values = dict(self.values)
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), self.text)


def phrase(text: str, **values: str | float | Phrase) -> Phrase:
    """A phrase; figures are written as they stand."""
    kept = ((name, value if isinstance(value, Phrase) else str(value)) for name, value in values.items())
    return Phrase(text=text, values=tuple(kept))
