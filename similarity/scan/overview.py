"""One page over a whole run: what was found in which suspect, to sort, filter and search; it works offline.

The page holds its data, style and script; the small pictures lie beside it and are loaded as rows come into sight, so
that ten thousand suspects stay quick.  It lists what was measured; it decides nothing.  What a reader says of rows is
kept by the browser until it is saved as a table of opinions, which `similarity opinions import` keeps with the library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from similarity._version import __version__
from similarity.absence import NotMeasured
from similarity.measure.calibration import LikelihoodRatio
from similarity.report.phrases.finding_words import likelihood_words
from similarity.report.writers.csv_form import MatchRow, PairRow
from similarity.scan.opinions import Opinion, opinion_on
from similarity.scan.results import SuspectResult
from similarity.scan.rows import found_rows
from similarity.scan.thumbnails import thumbnail_names

__all__ = ["Beside", "overview_html"]

_READINGS = {
    "reproduction": "reproduction: the pictures themselves",
    "adaptation": "adaptation: composition and staging",
    "part": "a part reappears",
    "shared_setting": "shared setting: only what never moves in either",
    "shared_subject_or_style": "shared subject or style only",
    "nothing_found": "nothing to read from",
    "not_enough_to_say": "not enough to say",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a page knows beside the results."""

    picture_of: Callable[[str, str], str | None]
    """Path of a picture beside the page, by suspect and file name; None where there is none."""
    report_of: Callable[[str], str | None]
    """Path of a suspect's report beside the page; None where there is none, or an older one than its result."""
    command_of: Callable[[SuspectResult], str]
    """The command that makes a suspect's report."""
    work_sha256: Mapping[str, str]
    """Work -> SHA-256 of its content."""
    opinions: Sequence[Opinion]
    """What people said of matches."""


def overview_html(results: Sequence[SuspectResult], beside: Beside) -> bytes:
    """The page, as UTF-8.

    Args:
        results: every suspect of the run.
        beside: pictures, contents and opinions.
    """
    said: dict[str, list[Opinion]] = {}
    for opinion in beside.opinions:
        said.setdefault(opinion.suspect_sha256, []).append(opinion)
    rows = [row for result in results for row in _rows(result, beside, said.get(result.sha256, ()))]
    package = files("similarity.scan") / "templates"
    page = (
        _environment()
        .get_template("overview.html.j2")
        .render(
            style=(package / "overview.css").read_text(encoding="utf-8"),
            script=(package / "overview.js").read_text(encoding="utf-8"),
            data=json.dumps({"rows": rows, "readings": _READINGS}, ensure_ascii=False).replace("</", "<\\/"),
            num_suspects=len(results),
            num_found=sum(bool(found_rows(result)) for result in results),
            num_failed=sum(result.status == "failed" for result in results),
            version=__version__,
        )
    )
    return page.encode("utf-8")


def _rows(result: SuspectResult, beside: Beside, opinions: Sequence[Opinion]) -> Iterator[dict[str, Any]]:
    """A row for each work that was found; of a suspect with none its strongest match; or why it failed."""
    head = {
        "suspect": result.query_id,
        "suspect_sha256": result.sha256,
        "path": result.path,
        "command": beside.command_of(result),
        "report": beside.report_of(result.query_id),
    }
    if result.status == "failed":
        yield head | {"state": "failed", "why": result.detail}
        return
    pairs = {row.ref_id: row for row in result.pairs}
    found = found_rows(result)
    strongest = {row.ref_id: row for row in reversed(found)} or {row.ref_id: row for row in result.matches[:1]}
    if not strongest:
        yield head | {"state": "nothing"}
    for row in sorted(strongest.values(), key=lambda row: -row.score):
        content = beside.work_sha256.get(row.ref_id, "")
        names = thumbnail_names(row.ref_id)
        opinion = opinion_on(row, suspect_sha256=result.sha256, work_sha256=content, opinions=opinions)
        yield (
            head
            | _cells(row, pairs.get(row.ref_id))
            | {
                "state": "found" if row.found_by else "weaker",
                "stretches": sum(one.ref_id == row.ref_id for one in found),
                "shared": row.shared_with,
                "is_shared": all(one.shared_with for one in found if one.ref_id == row.ref_id) and bool(found),
                "pictures": [beside.picture_of(result.query_id, name) if row.found_by else None for name in names],
                "work_sha256": content,
                "opinion": _said(opinion),
            }
        )


def _cells(row: MatchRow, pair: PairRow | None) -> dict[str, Any]:
    finding = None if pair is None else pair.finding
    return {
        "work": row.ref_id,
        "here": [row.query_start_seconds, row.query_end_seconds],
        "there": [row.ref_start_seconds, row.ref_end_seconds],
        "by": row.found_by if pair is None else tuple(dict.fromkeys((*pair.found_by, *row.found_by))),
        "score": row.score,
        "copy": None if finding is None else _ratio(finding.copy_ratio),
        "adaptation": None if finding is None else _ratio(finding.adaptation_ratio),
        "reading": None if finding is None else finding.reading.name,
    }


def _said(opinion: tuple[Opinion, bool] | None) -> dict[str, Any] | None:
    if opinion is None:
        return None
    one, is_stronger = opinion
    return {
        "verdict": one.verdict,
        "by": one.by,
        "note": one.note,
        "given_utc": one.given_utc,
        "is_stronger": is_stronger,
    }


def _ratio(ratio: LikelihoodRatio | NotMeasured) -> str | None:
    """A ratio as the report states it; None where it is withheld."""
    if isinstance(ratio, NotMeasured):
        return None
    words = likelihood_words(ratio.log10_lr)
    if ratio.upper is None:
        return f"at least {words}"
    return f"at most {words}" if ratio.lower is None else words


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=PackageLoader("similarity.scan", "templates"), autoescape=True, undefined=StrictUndefined)
