"""A report as one self-contained page that works offline: pictures, styles and script stand inside it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from similarity.absence import NotMeasured
from similarity.report import axis_words, finding_words, match_words, words
from similarity.report.finding_views import calibration_views, num_withheld, scene_views, unrelated_view
from similarity.report.gaps import find_gaps
from similarity.report.palette import work_marks
from similarity.report.pictures import embed_pictures
from similarity.report.timeline import make_timeline
from similarity.report.values import Report
from similarity.report.views import match_views, scenes_with_match, work_views

__all__ = ["to_html"]

PACKAGE, TEMPLATES = "similarity.report", "templates"


def to_html(report: Report, read_picture: Callable[[str], bytes]) -> str:
    """The page of a report: a pure function of the report and its pictures.

    Args:
        report: what is shown.
        read_picture: content of a picture by its name in the report; one that raises `OSError` (not there, not
            readable) is shown as "picture not at hand" and listed.
    """
    marks = work_marks(report)
    pictures = embed_pictures(report, read_picture)
    gaps = find_gaps(report)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            _page_parts(),
            report=report,
            marks=marks,
            works=work_views(report, marks),
            matches=match_views(report, marks),
            matched_scenes=scenes_with_match(report),
            scene_views=scene_views(report, marks),
            num_withheld=num_withheld(report),
            unrelated=unrelated_view(report),
            calibrations=calibration_views(report),
            title_by_work={finding.work.video_id: finding.work.title for finding in report.works},
            match_anchors={match.match_id: f"match-{number}" for number, match in enumerate(report.matches, 1)},
            timeline=make_timeline(report, marks),
            uri_by_name=pictures.uri_by_name,
            missing_pictures=pictures.missing,
            gaps=gaps,
            shown=_shower({gap.reason: gap.number for gap in gaps}),
        )
    )


def _shower(number_by_reason: Mapping[str, int]) -> Callable[..., str]:
    """How a template writes a value that may not have been measured: formatted, or as a link to the reason."""

    def shown(value: object, form: Callable[..., str] = str, *details: object) -> str:
        if not isinstance(value, NotMeasured):
            return form(value, *details)
        number = number_by_reason[value.reason]
        return Markup('<a class="gap" href="#gap-{0}">not measured<sup>{0}</sup></a>').format(number)

    return shown


def _is_not_measured(value: object) -> bool:
    return isinstance(value, NotMeasured)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE, TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for module in (words, match_words, axis_words, finding_words):
        environment.globals.update({name: getattr(module, name) for name in module.__all__})
    environment.tests["not_measured"] = _is_not_measured
    return environment


@lru_cache(maxsize=1)
def _page_parts() -> dict[str, object]:
    """Style and script, and the policy that lets these two run and nothing else load."""
    style, script = _text("page.css"), _text("page.js")
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash_source(style)}'; script-src '{_hash_source(script)}'"
    )
    # both are files of this package, not of the report
    return {"style": Markup(style), "script": Markup(script), "content_policy": policy}  # noqa: S704


def _text(name: str) -> str:
    return (files(PACKAGE) / TEMPLATES / name).read_text(encoding="utf-8")


def _hash_source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
