"""What two texts share: names, and passages word for word or nearly so, with their positions.

Positions are characters (Unicode code points) of the text as it was decoded from its document, counted from 0;
ranges are half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured

__all__ = [
    "NameMention",
    "SuspectTextKind",
    "TextComparison",
    "TextLanguage",
    "TextPassage",
    "TextSource",
    "WorkTextKind",
]

SuspectTextKind = Literal["prompt", "expanded_prompt", "parameters", "generation_record", "script"]
"""Texts from the making of the suspect; expanded_prompt: as the service rewrote or translated the user's prompt."""
WorkTextKind = Literal["text", "synopsis", "script"]
"""Texts of a work."""
TextLanguage = Literal["zh", "en", "mixed", "other", "none"]
"""By script: `zh` Han characters, `en` Latin letters, `mixed` both, `other` neither, `none` no letters at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """One text that was compared."""

    text_id: str
    """Identifier of the fact that names the text."""
    kind: Literal["prompt", "expanded_prompt", "parameters", "generation_record", "script", "text", "synopsis"]
    """What text it is."""
    exhibit: str
    """The document that it was read from."""
    encoding: str
    """How the document's bytes were read, such as `utf-8`."""
    form: Literal["plain", "html", "json"]
    """`plain`: positions count the document's characters; `html`: those of the text that a browser shows; `json`:
    those of its text values, one per line."""
    language: TextLanguage
    """Language, by script."""
    num_characters: int
    """Characters of the text that were compared."""
    num_units: int
    """Words, each Han character counted as one."""
    is_cut: bool
    """Whether the text was longer than what is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPassage:
    """One passage that both texts hold."""

    kind: Literal["verbatim", "near_verbatim"]
    """`verbatim`: the same words in the same order; `near_verbatim`: with words changed, added or left out."""
    suspect_start: int
    """First character in the suspect's text."""
    suspect_end: int
    """End in the suspect's text (exclusive)."""
    suspect_text: str
    """The passage as it stands there; shortened in the middle where it is long."""
    work_start: int
    """First character in the work's text."""
    work_end: int
    """End in the work's text (exclusive)."""
    work_text: str
    """The passage as it stands there; shortened in the middle where it is long."""
    similarity_percent: float
    """Words in common and in order, 0 to 100 (normalised indel similarity over words); 100 for `verbatim`."""
    num_units: int
    """Length of the shorter side in words, each Han character counted as one."""
    num_telling: int
    """Different words of it that are no function words: few of them, and chance gets likelier."""
    heading: str | None
    """The last heading of the work's text before the passage (chapter, scene); none where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMention:
    """A name of the work in a text of the suspect's making."""

    text_id: str
    """Identifier of the fact that names the text."""
    exhibit: str
    """The document that the text was read from."""
    name_kind: Literal["title", "author", "character"]
    """What the name is of."""
    name: str
    """The name as the facts give it."""
    is_coined: bool
    """Whether the facts say that the name means nothing outside the work."""
    num_units: int
    """Length of the name in words, each Han character counted as one."""
    num_telling: int
    """Of these, different ones that are no function words."""
    start: int
    """First character in the suspect's text."""
    end: int
    """End in the suspect's text (exclusive)."""
    text: str
    """What stands there."""
    num_mentions: int
    """How often the name stands in the text; the first position is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextComparison:
    """A text of the suspect's making against a text of the work."""

    suspect_text: TextSource
    """The suspect's side."""
    work_text: TextSource
    """The work's side."""
    passages: tuple[TextPassage, ...]
    """Passages that both hold, longest first."""
    num_passages_left_out: int
    """Passages that are not listed because there are too many; they count in the shares."""
    num_seeds_left_out: int
    """Short runs of words in common that were not followed, too common or too many: passages made of nothing else
    would be missed."""
    suspect_share: float | NotMeasured
    """Share of the words of the suspect's text that lie in passages, 0 to 1."""
    work_share: float | NotMeasured
    """Share of the words of the work's text that lie in passages, 0 to 1."""
