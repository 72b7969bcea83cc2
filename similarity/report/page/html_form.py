"""A report as one self-contained page that works offline: pictures, styles and script stand inside it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from importlib.resources import files
from inspect import signature

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from similarity.absence import NotMeasured
from similarity.phrases import Phrase
from similarity.report.document.context import Context, make_context
from similarity.report.document.filing_form import load_profile
from similarity.report.document.gaps import find_gaps
from similarity.report.document.writers.html_parts import PartsHtml, text_html
from similarity.report.page.finding_views import scene_views
from similarity.report.page.han_font import han_faces
from similarity.report.page.page_sections import page_sections
from similarity.report.page.palette import work_marks
from similarity.report.page.pictures import embed_pictures
from similarity.report.page.playing import play_json, play_words_json
from similarity.report.page.timeline import make_timeline
from similarity.report.page.views import match_views, scenes_with_match, work_views
from similarity.report.phrases import finding_words, match_words, words
from similarity.report.phrases.language import Language, LanguageCode
from similarity.report.plots.svg_form import plot_svg
from similarity.report.schema.case import CaseFacts
from similarity.report.schema.json_form import to_json
from similarity.report.schema.report import Report

__all__ = ["to_html"]

PACKAGE, TEMPLATES = "similarity.report.page", "templates"
SCRIPTS = ("page.js", "digest.js", "field.js", "player.js")
"""Parts of the page's script, in this order."""
PROFILE_OUTSIDE_A_CASE = "us"
_TAGS: dict[LanguageCode, str] = {"en": "en", "zh": "zh-CN"}


def to_html(report: Report, read_picture: Callable[[str], bytes], *, language: LanguageCode = "en") -> str:
    """The page of a report: a pure function of the report, its pictures and the language.

    Args:
        report: what is shown.
        read_picture: content of a picture by its name in the report; one that raises `OSError` (not there, not
            readable) is shown as "picture not at hand" and listed.
        language: of the page's own words, and of the report's sentences that are known in it.
    """
    stored = to_json(report)
    context = _context(report, stored, Language(language))
    spoken = context.language
    marks = work_marks(report)
    pictures = embed_pictures(report, read_picture)
    works = work_views(context, marks)
    html = PartsHtml(uri_by_name=pictures.uri_by_name, counsel_word=context.say("For counsel"))
    return (
        _environment(language)
        .get_template("report.html.j2")
        .render(
            _page_parts(han_faces(stored, language)),
            page_language=_TAGS[language],
            space=" " if language == "en" else "",
            report=report,
            report_sha256=context.report_sha256,
            marks=marks,
            works=works,
            matches=match_views(context, marks),
            matched_scenes=scenes_with_match(report),
            scene_views=scene_views(context, marks),
            work_title=context.work_title,
            match_anchors=context.match_anchors,
            sections=page_sections(context),
            html=html,
            folded=replace(html, most_rows=0),
            timeline=make_timeline(report, marks, language=spoken),
            uri_by_name=pictures.uri_by_name,
            thumbnails=pictures.thumbnails,
            missing_pictures=pictures.missing,
            gaps=find_gaps(report, language=spoken),
            shown=_shower(context),
            play_json=play_json(context, works),
            play_words_json=play_words_json(spoken),
        )
    )


def _context(report: Report, stored: str, language: Language) -> Context:
    """What the parts are made from: the terms and numbers of the case's profile."""
    name = report.case.profile if isinstance(report.case, CaseFacts) else PROFILE_OUTSIDE_A_CASE
    sha256 = hashlib.sha256(stored.encode("utf-8")).hexdigest()
    return make_context(report, profile=load_profile(name), language=language, report_sha256=sha256)


def _shower(context: Context) -> Callable[..., str]:
    """How a template writes a value that may not have been measured: formatted, or as a link to the reason."""

    def shown(value: object, form: Callable[..., str] = str, *details: object) -> str:
        if not isinstance(value, NotMeasured):
            return form(value, *details)
        return text_html(context.cell(value))

    return shown


def _translator(language: Language) -> Callable[[Phrase | str], str]:
    """How a template writes a sentence of the report: in the language of the page, or marked as English."""

    def translated(sentence: Phrase | str) -> str:
        if language.knows(sentence):
            return escape(language.fill(sentence))
        return Markup('<span lang="en">{}</span>').format(sentence)

    return translated


def _is_not_measured(value: object) -> bool:
    return isinstance(value, NotMeasured)


@lru_cache(maxsize=2)
def _environment(code: LanguageCode) -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE, TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    language = Language(code)
    for module in (words, match_words, finding_words):
        environment.globals.update({name: _spoken(getattr(module, name), language) for name in module.__all__})
    environment.globals.update(_sayings(language))
    environment.globals["plot_svg"] = plot_svg
    environment.tests["not_measured"] = _is_not_measured
    return environment


def _spoken(item: Callable[..., object], language: Language) -> Callable[..., object]:
    """A function that speaks, bound to the language; any other as it is."""
    return partial(item, language=language) if "language" in signature(item).parameters else item


def _sayings(language: Language) -> dict[str, Callable[..., str]]:
    """How templates say their own words: what is put into them is escaped; the words of `rich` may hold tags."""

    def say(msgid: str, **values: object) -> str:
        return escape(language.text(msgid)).format(**values)

    def several(number: int, one: str, many: str, **values: object) -> str:
        return escape(language.several_text(number, one, many)).format(number=f"{number:,}", **values)

    def rich(msgid: str, **values: object) -> str:
        # texts of this package, not of the report
        return Markup(language.text(msgid)).format(**values)  # noqa: S704

    return {"say": say, "several": several, "rich": rich, "translated": _translator(language)}


@lru_cache(maxsize=8)
def _page_parts(faces: str) -> dict[str, object]:
    """Style and script, and the policy that lets these two run and nothing else load but files that a reader opens.

    Args:
        faces: CSS of the typefaces that the page brings.
    """
    style, script = (
        f"{faces}\n{_text('page.css')}" if faces else _text("page.css"),
        "".join(_text(name) for name in SCRIPTS),
    )
    policy = (
        "default-src 'none'; img-src data:; font-src data:; media-src blob:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash_source(style)}'; script-src '{_hash_source(script)}'"
    )
    # both are files of this package, not of the report
    return {"style": Markup(style), "script": Markup(script), "content_policy": policy}  # noqa: S704


def _text(name: str) -> str:
    return (files(PACKAGE) / TEMPLATES / name).read_text(encoding="utf-8")


def _hash_source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
