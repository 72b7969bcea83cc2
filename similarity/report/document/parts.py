"""A document as values: sections of neutral parts, which every writer (PDF, DOCX, CSV) shows in its own way.

Texts are plain: no part holds markup, and no writer reads any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from similarity.report.plots.plot import Plot, Tick

__all__ = [
    "Bar",
    "Bars",
    "Blank",
    "Bullets",
    "Column",
    "Document",
    "Entry",
    "Facts",
    "Figure",
    "FigureIndex",
    "Heading",
    "Json",
    "PageLabel",
    "Paragraph",
    "Part",
    "Passage",
    "Picture",
    "Section",
    "Table",
    "Text",
]

PartTone = Literal["plain", "note", "counsel", "small"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that the page can lead on from, or marks; every other form shows its words only."""

    text: str
    """What it says."""
    target: str = ""
    """Anchor on the page; empty without one."""
    is_english: bool = False
    """Whether it stays English in a document in another language."""

    def __str__(self) -> str:
        return self.text


Text = str | Passage
"""What a cell, a fact or an item of a list says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a section."""

    text: str
    """What it says."""
    level: Literal[2, 3] = 2
    """Depth; the section's own heading is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text."""

    text: str
    """What it says."""
    tone: PartTone = "plain"
    """note: set apart; counsel: to be settled by a person before filing; small: fine print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list."""

    items: tuple[Text, ...]
    """Its items."""
    is_numbered: bool = False
    """Whether their order matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and values, one pair per line."""

    rows: tuple[tuple[str, Text], ...]
    """Name, value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Json:
    """JSON in its canonical form, whose bytes are what was hashed."""

    text: str
    """The JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    title: str
    """Its head."""
    width: float = 1.0
    """Its width in relation to the others."""
    is_number: bool = False
    """Set to the right."""
    is_code: bool = False
    """Set in a typeface of one width: hashes, identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption; its head is repeated on every page."""

    key: str
    """Name for files: letters, digits, dashes."""
    caption: str
    """What it holds."""
    columns: tuple[Column, ...]
    """Its columns."""
    rows: tuple[tuple[Text, ...], ...]
    """Cells, one per column."""
    number: int = 0
    """Number in the document; 0 before it is numbered."""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.key!r}: every row needs {len(self.columns)} cells")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of a figure."""

    name: str
    """Name in the report, `pictures/m1-0-work.jpg`."""
    caption: str
    """What it shows, beneath it."""
    is_small: bool = False
    """Whether it is shown lower than the others, without words beneath it in print: the figure's caption says it."""
    alt: str = ""
    """What it shows, for those who can't see it; the caption where empty."""

    @property
    def described(self) -> str:
        """What is said in its place."""
        return self.alt or self.caption


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Pictures side by side, with a number and a caption."""

    pictures: tuple[Picture, ...]
    """The pictures."""
    caption: str
    """What they show together."""
    num_columns: int = 2
    """Pictures side by side."""
    number: int = 0
    """Number in the document; 0 before it is numbered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finding as the first page tells it: a title, frames of both sides, and what is said of it."""

    title: str
    """What it is about."""
    pictures: tuple[Picture, ...]
    """Frames of both sides, small; none where none are at hand."""
    rows: tuple[tuple[str, Text], ...]
    """Name, value."""
    target: str = ""
    """Anchor on the page of what stands behind it; empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch on a line of time."""

    start: float
    """Start, 0 to 1."""
    end: float
    """End, 0 to 1."""
    label: str
    """Short text in it."""
    picture: str = ""
    """Name of a picture that stands over it; empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Stretches on lines of time, one line beneath the other."""

    caption: str
    """What it shows."""
    lines: tuple[tuple[str, tuple[Bar, ...]], ...]
    """Name and stretches of each line."""
    ticks: tuple[Tick, ...]
    """Time."""
    begins_with_scenes: bool = False
    """Whether the first line is that of scenes, which match nothing by themselves."""
    number: int = 0
    """Number in the document; 0 before it is numbered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A field that a person fills in."""

    label: str
    """What is asked."""
    num_lines: int = 1
    """Room for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureIndex:
    """Stands where the index of tables and figures belongs, until everything is numbered."""

    caption: str
    """Caption of the index."""
    columns: tuple[str, str, str, str]
    """Heads: number, what it shows, section, the files beneath it."""
    table_word: str
    """`Table {number}`."""
    figure_word: str
    """`Figure {number}`."""
    many_files: str
    """`{number} files, {first} to {last}`."""
    stored: str
    """Said where a table rests on the stored report alone."""


Part = Heading | Paragraph | Bullets | Facts | Entry | Json | Table | Figure | Plot | Bars | Blank | FigureIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLabel:
    """What a page is in law, printed on it."""

    key: str
    """Name in the profile."""
    text: str
    """What is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a document."""

    key: str
    """Name in the profile."""
    number: str
    """Number as printed: `3`, `三、`, `Annex A`."""
    heading: str
    """Heading without its number."""
    label: PageLabel
    """What its pages are."""
    starts_page: bool
    """Whether it begins on a page of its own."""
    parts: tuple[Part, ...]
    """What it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report as a document for filing: everything that a writer shows."""

    profile: str
    """Name of the profile."""
    language: str
    """`en` or `zh`."""
    paper: Literal["a4", "us-letter"]
    """Size of a page."""
    title: str
    """Title."""
    subtitle: str
    """Beneath the title."""
    running_head: str
    """Left side of every page's head."""
    front: tuple[Part, ...]
    """What the first page says beneath the title."""
    footer: str
    """Identifier of the case and SHA-256 of `report.json`, for every page."""
    page_words: tuple[str, str, str]
    """Before the number of the page, between it and the number of pages, after that."""
    contents_word: str
    """Heading of the table of contents."""
    caption_words: tuple[str, str]
    """`Table {number}` and `Figure {number}`."""
    blank_word: str
    """Said in a field that a person fills in."""
    counsel_word: str
    """Said before a remark for counsel."""
    draft_word: str
    """Said on every page of a draft; empty where the document may be filed."""
    not_at_hand: str
    """Said where a picture is missing."""
    drawn_elsewhere: str
    """Said where a form can't draw lines."""
    created_utc: str
    """Time of the report, ISO 8601: the only time that a writer uses."""
    author: str
    """Who made it, for the file's metadata."""
    sections: tuple[Section, ...]
    """Its sections."""
    pictures: Mapping[str, bytes]
    """Content of every picture at hand."""
