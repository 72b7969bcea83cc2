"""From a report to a document: the profile's sections filled, everything numbered, pictures read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from similarity.phrases import Phrase
from similarity.report.document.completeness import open_points
from similarity.report.document.context import Context, make_context
from similarity.report.document.filing_form import Item, SectionPlan, load_profile
from similarity.report.document.numbering import annex_number, numbered, section_number
from similarity.report.document.parts import (
    Bars,
    Blank,
    Bullets,
    Document,
    Entry,
    Figure,
    Heading,
    PageLabel,
    Paragraph,
    Part,
    Section,
)
from similarity.report.document.registry import BLOCKS
from similarity.report.phrases.language import Language, LanguageCode
from similarity.report.phrases.words import file_name, moment
from similarity.report.plots.plot import Plot
from similarity.report.schema.report import Report

__all__ = ["filled_sections", "render"]

_SHA256 = re.compile(r"[0-9a-f]{64}")


def render(
    report: Report,
    read_picture: Callable[[str], bytes],
    profile: str = "us",
    language: LanguageCode = "en",
    *,
    report_sha256: str,
) -> Document:
    """The report as a document: a pure function of the report, its pictures, the profile and the language.

    Args:
        report: what is shown.
        read_picture: content of a picture by its name in the report; one that raises `OSError` is shown as missing.
        profile: one of `profile_names()`.
        language: `en` or `zh`.
        report_sha256: SHA-256 of the stored `report.json`, printed on every page.

    Raises:
        ConfigurationError: no profile has this name.
        ValueError: `report_sha256` is no SHA-256 in lower-case hexadecimal digits.
    """
    if not _SHA256.fullmatch(report_sha256):
        raise ValueError(f"report_sha256 must be 64 lower-case hexadecimal digits, got {report_sha256!r}")
    plan = load_profile(profile)
    context = make_context(report, profile=plan, language=Language(language), report_sha256=report_sha256)
    values = _values(context)
    missing = open_points(report, plan)
    front = (*_draft_note(context, missing), *(part for item in plan.front for part in _parts(context, item, values)))
    sections = numbered(_sections(context, plan.sections, values))
    return Document(
        profile=plan.name,
        language=language,
        paper=plan.paper,
        title=context.filled(plan.title, values),
        subtitle=context.filled(plan.subtitle, values),
        running_head=context.filled(plan.running_head, values),
        front=front,
        footer=context.say(
            "{case_id} · SHA-256 of report.json: {sha256}", case_id=values["case_id"], sha256=report_sha256
        ),
        page_words=_page_words(context),
        contents_word=context.say("Contents"),
        caption_words=(context.language.text("Table {number}"), context.language.text("Figure {number}")),
        blank_word=context.say("to be filled in by a person"),
        counsel_word=context.say("For counsel"),
        draft_word=context.say("DRAFT") if missing else "",
        not_at_hand=context.say("picture not at hand"),
        drawn_elsewhere=context.say("drawn in the PDF of this document"),
        created_utc=report.created_utc,
        author=context.say("similarity {version}", version=report.tool.version),
        sections=sections,
        pictures=_pictures((*front, *(part for section in sections for part in section.parts)), read_picture),
    )


def _draft_note(context: Context, missing: Sequence[Phrase]) -> tuple[Part, ...]:
    """What is still to be stated before the document may be filed."""
    if not missing:
        return ()
    listed = context.say("; ").join(context.fill(one) for one in missing)
    text = context.say("Draft, not to be filed. Still to be stated: {missing}.", missing=listed)
    return (Paragraph(text=text, tone="note"),)


def filled_sections(context: Context, plans: tuple[SectionPlan, ...]) -> tuple[Section, ...]:
    """Sections by themselves, for a form that is no document; tables and figures have no numbers."""
    return _sections(context, plans, _values(context))


def _values(context: Context) -> dict[str, str]:
    """What placeholders in a profile's texts stand for."""
    report, case = context.report, context.report.case
    case_id = getattr(case, "case_id", "") or context.say("report {start}", start=context.report_sha256[:16])
    return {
        "case_id": context.shown(case_id),
        "version": context.shown(report.tool.version),
        "created": moment(report.created_utc),
        "report_sha256": context.report_sha256,
        "suspect_file": context.shown(file_name(report.suspect.path)),
        "suspect_sha256": report.suspect.sha256,
        "suspect_number": context.suspect_number,
        "num_works": f"{report.library.num_works:,}",
        "num_found": f"{len(report.works):,}",
        "num_background": f"{report.library.num_background:,}",
        "threshold": f"{report.operating_threshold:.1f}",
        "platform": context.shown(report.tool.platform),
        "python": context.shown(report.tool.python_version),
        "config_sha256": report.tool.config_sha256,
        "state_sha256": report.library.state_sha256,
    }


def _page_words(context: Context) -> tuple[str, str, str]:
    before, between, after = (
        context.language.text("Page {page} of {pages}").replace("{pages}", "{page}").split("{page}")
    )
    return before, between, after


def _sections(context: Context, plans: tuple[SectionPlan, ...], values: Mapping[str, str]) -> tuple[Section, ...]:
    sections: list[Section] = []
    num_annexes = 0
    for plan in plans:
        if plan.only_with and not BLOCKS[plan.only_with](context):
            continue
        num_annexes += plan.is_annex
        number = len(sections) + 1 - num_annexes
        code = context.language.code
        sections.append(
            Section(
                key=plan.key,
                number=annex_number(num_annexes, code) if plan.is_annex else section_number(number, code),
                heading=context.filled(plan.heading, values),
                label=_label(context, plan.label),
                starts_page=plan.starts_page,
                parts=tuple(part for item in plan.items for part in _parts(context, item, values)),
            )
        )
    return tuple(sections)


def _label(context: Context, key: str) -> PageLabel:
    labels = context.profile.labels
    return PageLabel(key=key, text=context.filled(labels[key], {}) if key in labels else "")


def _parts(context: Context, item: Item, values: Mapping[str, str]) -> tuple[Part, ...]:
    texts = tuple(context.filled(text, values) for text in item.texts)
    match item.kind:
        case "block":
            return BLOCKS[item.block](context)
        case "list" | "numbered":
            return (Bullets(items=texts, is_numbered=item.kind == "numbered"),)
        case "field":
            return (Blank(label=texts[0], num_lines=item.num_lines),)
        case "subheading":
            return (Heading(text=texts[0]),)
        case "note" | "counsel" | "small":
            return (Paragraph(text=texts[0], tone=item.kind),)
        case _:
            return (Paragraph(text=texts[0]),)


def _pictures(parts: Iterable[Part], read_picture: Callable[[str], bytes]) -> dict[str, bytes]:
    """Every picture that the document shows and that can be read and drawn."""
    found: dict[str, bytes] = {}
    for name in dict.fromkeys(name for part in parts for name in _names(part)):
        try:
            content = read_picture(name)
        except OSError:
            continue
        if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
            found[name] = content
    return found


def _names(part: Part) -> tuple[str, ...]:
    if isinstance(part, Figure | Entry):
        return tuple(picture.name for picture in part.pictures)
    if isinstance(part, Bars):
        return tuple(bar.picture for _, bars in part.lines for bar in bars if bar.picture)
    return (part.picture,) if isinstance(part, Plot) and part.picture else ()
