"""A script as lines: what is said, what is done, where it happens; and what two scripts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.absence import NotMeasured, not_measured
from similarity.texts.values import TextLanguage

__all__ = [
    "WITHOUT_TIME",
    "LineKind",
    "Script",
    "ScriptComparison",
    "ScriptForm",
    "ScriptLine",
    "ScriptPassage",
    "ScriptSide",
]

LineKind = Literal["dialogue", "action", "heading"]
"""What somebody says; what is seen or done, and running text; where and when a scene plays, and chapters."""
ScriptForm = Literal["plain", "fountain", "fdx", "docx", "pdf", "srt", "vtt", "ass", "stream"]
"""What it was read from; `stream`: a subtitle stream of the film itself."""
WITHOUT_TIME = not_measured("the script gives no times")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptLine:
    """One line of a script."""

    kind: LineKind
    """What sort of line."""
    text: str
    """Its words."""
    speaker: str | None = None
    """Who says it, as the script names them; None where it names nobody."""
    start_seconds: float | None = None
    """When it is said, on the clock of the film; None where the script gives no times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script that was read."""

    name: str
    """Name of its file, with the number and language of the stream where it is one."""
    form: ScriptForm
    """What it was read from."""
    sha256: str
    """SHA-256 of the file."""
    lines: tuple[ScriptLine, ...]
    """Lines in their order."""
    is_cut: bool
    """Whether it was longer than what is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptSide:
    """One side of a comparison of scripts."""

    name: str
    """Name of its file."""
    form: ScriptForm
    """What it was read from."""
    sha256: str
    """SHA-256 of the file."""
    language: TextLanguage
    """Language, by script."""
    num_lines: int
    """Lines, headings among them."""
    num_units: int
    """Words of dialogue and action, each Han character counted as one."""
    speakers: tuple[str, ...]
    """Who speaks, as the script names them, in order of appearance."""
    is_cut: bool
    """Whether it was longer than what is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptPassage:
    """One passage that both scripts hold."""

    kind: Literal["verbatim", "near_verbatim"]
    """`verbatim`: the same words in the same order; `near_verbatim`: with words changed, added or left out."""
    suspect_text: str
    """The passage in the suspect's script; shortened in the middle where it is long."""
    work_text: str
    """The passage in the work's script."""
    similarity_percent: float
    """Words in common and in order, 0 to 100."""
    num_units: int
    """Length of the shorter side in words, each Han character counted as one."""
    suspect_line: int
    """Line of the suspect's script in which it begins, from 1."""
    work_line: int
    """The same of the work's."""
    suspect_seconds: float | NotMeasured
    """When it is said in the suspect."""
    work_seconds: float | NotMeasured
    """When it is said in the work."""
    is_in_order: bool
    """Whether it stands in the longest row of passages that follow each other in both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptComparison:
    """The suspect's script against a work's, word by word: paraphrase and translation are not measured."""

    work_id: str
    """The work."""
    suspect: ScriptSide
    """The suspect's script."""
    work: ScriptSide
    """The work's script."""
    passages: tuple[ScriptPassage, ...]
    """Passages that both hold, in the order of the suspect's script."""
    num_passages_left_out: int
    """Passages that are not listed because there are too many; they count in the shares."""
    suspect_share: float | NotMeasured
    """Share of the words of the suspect's script that lie in passages, 0 to 1."""
    work_share: float | NotMeasured
    """The same of the work's."""
    suspect_share_in_order: float | NotMeasured
    """Share of the suspect's words that lie in passages in one order."""
    work_share_in_order: float | NotMeasured
    """The same of the work's."""
    shared_speakers: tuple[str, ...]
    """Who speaks in the work and has the same name in the suspect's script, as speaker or in its words."""
    headings_in_order: tuple[str, ...]
    """Headings of scenes and chapters that stand in both, in one order: the sequence of events as scripts give it."""
    num_work_headings: int
    """Headings of the work's script."""
