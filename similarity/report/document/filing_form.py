"""Filing forms: which sections a document has, in which order, and what stands in them, as data in YAML files.

`common.yaml` holds sections that several forms show; a form names them with `use`.  Every text has both
languages.  A placeholder, `{suspect}`, is filled from the report when a document is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from similarity.errors import ConfigurationError
from similarity.yaml_files import plain_yaml

__all__ = ["FilingForm", "Item", "LocalText", "Mandatory", "SectionPlan", "load_profile", "page_plans", "profile_names"]

FIRST_PAGE = "first_page"
"""The section of `common.yaml` that every form begins with."""
PACKAGE, FOLDER, COMMON, PAGE = "similarity.report.document", "profiles", "common", "page"
TEXT_KINDS = ("text", "note", "counsel", "subheading", "field", "small")
LIST_KINDS = ("list", "numbered")
SECTION_KEYS = {
    "use",
    "key",
    "heading",
    "label",
    "annex",
    "page",
    "parts",
    "before",
    "after",
    "link",
    "without",
    "only_with",
}
PROFILE_KEYS = {
    "name",
    "paper",
    "title",
    "subtitle",
    "running_head",
    "prefixes",
    "terms",
    "labels",
    "most_pictured_matches",
    "most_detailed_findings",
    "quoted_from_law",
    "front",
    "mandatory",
    "sections",
}
_BETWEEN_HAN = re.compile(
    r"(?<=[\u3001-\u303f\uff01-\uff65\u201d])\s+|(?<=[\u4e00-\u9fff])\s+(?=[\u3001-\u9fff\uff01-\uff65])"
)
"""Spaces after Chinese punctuation, and between two Chinese characters."""
Mandatory = Literal[
    "requester", "question", "jurisdiction", "date", "analyst", "qualifications", "propositions", "titles", "owners"
]
"""A fact that a person states; titles and owners are those of every work with a match that was found."""
ItemKind = Literal["text", "note", "counsel", "subheading", "field", "small", "list", "numbered", "block"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalText:
    """A text in both languages."""

    en: str
    """English."""
    zh: str
    """Chinese."""

    def of(self, code: str) -> str:
        """The text in a language."""
        return self.zh if code == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a section shows."""

    kind: ItemKind
    """What it is."""
    texts: tuple[LocalText, ...]
    """Its texts; none for a block."""
    block: str
    """Name of the block; empty for a text."""
    num_lines: int
    """Room of a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """A section before it is filled."""

    key: str
    """Its name."""
    heading: LocalText
    """Its heading."""
    link: LocalText
    """What links call it."""
    label: str
    """Key of what its pages are."""
    is_annex: bool
    """Whether it is numbered among the annexes."""
    starts_page: bool
    """Whether it begins on a page of its own."""
    items: tuple[Item, ...]
    """What it shows."""
    only_with: str
    """Block without whose parts the section is left out; empty where it always stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingForm:
    """What one law asks of a document."""

    name: str
    """`us`, `eu`, `cn`."""
    paper: Literal["a4", "us-letter"]
    """Size of a page."""
    title: LocalText
    """Title."""
    subtitle: LocalText
    """Beneath the title."""
    running_head: LocalText
    """Left side of every page's head."""
    prefixes: Mapping[str, str]
    """What numbers of exhibits begin with, by `suspect` and `work`."""
    terms: Mapping[str, LocalText]
    """What suspect, work and works are called."""
    labels: Mapping[str, LocalText]
    """What pages are, by key."""
    most_pictured_matches: int
    """Matches whose pictures are shown."""
    most_detailed_findings: int
    """Findings that are shown in full."""
    quoted_from_law: tuple[str, ...]
    """Words of statutes that stand in its texts although the product itself says no such thing."""
    front: tuple[Item, ...]
    """What the first page shows: the section `first_page`, then what the form adds."""
    mandatory: tuple[Mandatory, ...]
    """What must be stated before a document of this form is more than a draft."""
    sections: tuple[SectionPlan, ...]
    """The sections in their order."""


@lru_cache(maxsize=1)
def profile_names() -> tuple[str, ...]:
    """Every profile, in alphabetical order."""
    names = (path.name.removesuffix(".yaml") for path in _folder().iterdir() if path.name.endswith(".yaml"))
    return tuple(sorted(name for name in names if name not in {COMMON, PAGE}))


@lru_cache(maxsize=8)
def load_profile(name: str) -> FilingForm:
    """A profile by its name.

    Raises:
        ConfigurationError: no profile has this name, or its file holds something unknown.
    """
    if name not in profile_names():
        raise ConfigurationError(f"there is no profile {name!r}: expected one of {', '.join(profile_names())}")
    content = _read(name)
    _only(content, PROFILE_KEYS, f"profile {name}")
    paper = content["paper"]
    if paper not in {"a4", "us-letter"}:
        raise ConfigurationError(f"profile {name}: paper must be a4 or us-letter, got {paper!r}")
    common = _read(COMMON)["sections"]
    return FilingForm(
        name=name,
        paper=cast("Literal['a4', 'us-letter']", paper),
        title=_text(content["title"], name),
        subtitle=_text(content["subtitle"], name),
        running_head=_text(content["running_head"], name),
        prefixes={key: str(value) for key, value in content["prefixes"].items()},
        terms={key: _text(value, name) for key, value in content["terms"].items()},
        labels={key: _text(value, name) for key, value in content["labels"].items()},
        most_pictured_matches=int(content["most_pictured_matches"]),
        most_detailed_findings=int(content["most_detailed_findings"]),
        quoted_from_law=tuple(content["quoted_from_law"]),
        front=(*_items(common[FIRST_PAGE]["parts"], FIRST_PAGE), *_items(content["front"], f"{name}: front")),
        mandatory=_mandatory(content["mandatory"], name),
        sections=tuple(_section(row, common, name) for row in content["sections"]),
    )


@lru_cache(maxsize=1)
def page_plans() -> tuple[SectionPlan, ...]:
    """The sections that the page shares with the documents, in its order."""
    common = _read(COMMON)["sections"]
    return tuple(_section(row, common, PAGE) for row in _read(PAGE)["sections"])


def _mandatory(names: Any, where: str) -> tuple[Mandatory, ...]:
    known: tuple[Mandatory, ...] = get_args(Mandatory)
    if unknown := sorted(set(names) - set(known)):
        raise ConfigurationError(f"profile {where}: unknown mandatory facts {', '.join(unknown)}")
    return tuple(name for name in known if name in names)


def _folder() -> Any:
    return files(PACKAGE) / FOLDER


def _read(name: str) -> Mapping[str, Any]:
    content = plain_yaml((_folder() / f"{name}.yaml").read_text(encoding="utf-8"), name=f"profile {name}")
    return cast("Mapping[str, Any]", content)


def _only(content: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := set(content) - known:
        raise ConfigurationError(f"{where}: unknown keys {', '.join(sorted(unknown))}")


def _section(row: Mapping[str, Any], common: Mapping[str, Any], name: str) -> SectionPlan:
    where = f"profile {name}, section {row.get('use') or row.get('key')}"
    _only(row, SECTION_KEYS, where)
    base: Mapping[str, Any] = common[row["use"]] if "use" in row else row
    heading = row.get("heading") or base["heading"]
    return SectionPlan(
        key=str(row.get("key") or row["use"]),
        heading=_text(heading, where),
        link=_text(row.get("link") or heading, where),
        label=str(row.get("label") or base.get("label") or "plain"),
        is_annex=bool(row.get("annex", base.get("annex", False))),
        starts_page=bool(row.get("page", base.get("page", False))),
        items=(
            *_items(row.get("before", ()), where),
            *_kept(_items(base["parts"], where), set(row.get("without", ()))),
            *_items(row.get("after", ()), where),
        ),
        only_with=str(row.get("only_with", base.get("only_with", ""))),
    )


def _items(rows: Any, where: str) -> tuple[Item, ...]:
    return tuple(_item(row, where) for row in rows)


def _kept(items: tuple[Item, ...], without: set[str]) -> tuple[Item, ...]:
    """All but the blocks left out; a subheading goes with the block that it stands over."""
    left_out = [bool(one.block) and one.block in without for one in items]
    over = [*left_out[1:], False]
    return tuple(
        one
        for one, is_left, is_over in zip(items, left_out, over, strict=True)
        if not (is_left or (is_over and one.kind == "subheading"))
    )


def _item(row: Mapping[str, Any], where: str) -> Item:
    kinds = [key for key in row if key != "lines"]
    if len(kinds) != 1:
        raise ConfigurationError(f"{where}: an item holds exactly one thing, got {', '.join(kinds)}")
    kind, content = kinds[0], row[kinds[0]]
    if kind == "block":
        texts: tuple[LocalText, ...] = ()
    elif kind in LIST_KINDS:
        texts = tuple(_text(one, where) for one in content)
    elif kind in TEXT_KINDS:
        texts = (_text(content, where),)
    else:
        raise ConfigurationError(f"{where}: unknown item {kind!r}")
    return Item(
        kind=cast("ItemKind", kind),
        texts=texts,
        block=str(content) if kind == "block" else "",
        num_lines=int(row.get("lines", 1)),
    )


def _text(content: Any, where: str) -> LocalText:
    if not isinstance(content, Mapping) or set(content) != {"en", "zh"}:
        raise ConfigurationError(f"{where}: a text needs exactly en and zh, got {content!r:.100}")
    text = LocalText(en=" ".join(str(content["en"]).split()), zh=_joined(str(content["zh"])))
    if not text.en or not text.zh:
        raise ConfigurationError(f"{where}: a text is empty")
    return text


def _joined(text: str) -> str:
    """Lines of Chinese joined without the spaces that folding leaves; a space beside letters and figures stays."""
    return _BETWEEN_HAN.sub("", " ".join(text.split()))
