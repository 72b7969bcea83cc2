"""A report as files of a folder: pictures, its forms for people, and last of all `report.json`.

Every report is rendered as `report.html`, `matches.csv` and `findings.json`; one of a case also as `report.pdf`,
`report.docx` and `tables/*.csv`, by the profile and in the language of the case.

Every file is written beside its place, flushed to the disk and renamed; `report.json` comes last and goes first, so
wherever it stands the folder is complete.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import get_args

from similarity.errors import ReportError
from similarity.files import write_atomically
from similarity.report.page.html_form import to_html
from similarity.report.phrases.language import LanguageCode
from similarity.report.schema.case import CaseFacts, Profile
from similarity.report.schema.json_form import from_json, to_json
from similarity.report.schema.report import Report
from similarity.report.writers.csv_form import match_rows, matches_csv
from similarity.report.writers.findings_form import findings_json
from similarity.report.writers.timeline import TimelineFormat, timeline_of
from similarity.report.writers.timeline_files import timeline_files

__all__ = [
    "FINDINGS_NAME",
    "HTML_NAME",
    "JSON_NAME",
    "MATCHES_NAME",
    "filing",
    "further_form",
    "read_report",
    "render_filing",
    "render_report",
    "render_timelines",
    "renderings",
    "write_report",
]

JSON_NAME = "report.json"
MATCHES_NAME = "matches.csv"
HTML_NAME = "report.html"
FINDINGS_NAME = "findings.json"
TABLES_FOLDER = "tables"

ReadPicture = Callable[[str], bytes]

_PROFILES: Mapping[str, Profile] = {name: name for name in get_args(Profile)}
_LANGUAGES: Mapping[str, LanguageCode] = {name: name for name in get_args(LanguageCode)}
_FURTHER = re.compile(
    r"report-(?P<profile>{0})-(?P<language>{1})\.(pdf|docx)|report-(?P<page>{1})\.html".format(
        "|".join(_PROFILES), "|".join(_LANGUAGES)
    )
)
"""Names that `render_filing` gives."""


def write_report(report: Report, folder: Path, pictures: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write a report and its pictures into `folder`, which is made where it does not exist.

    Args:
        report: what is written.
        folder: the case folder; an earlier report in it is replaced.
        pictures: content per name as the report has it, such as `pictures/m1-0-suspect.jpg`.

    Returns:
        `report.json`, and every form that was rendered.

    Raises:
        ReportError: the report holds a value that can't be stored, a picture's name leaves the folder, or the
            folder can't be written to.
    """
    stored = to_json(from_json(to_json(report)))  # the one text of what is read back: 0 and 0.0 are one figure
    paths = {_inside(folder, name): content for name, content in pictures.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / JSON_NAME).unlink(missing_ok=True)
        for path, content in paths.items():
            write_atomically(path, content)
        rendered = _written(renderings(from_json(stored), stored, _from_mapping(pictures)), folder)
        write_atomically(folder / JSON_NAME, stored.encode("utf-8"))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return (folder / JSON_NAME, *rendered)


def read_report(folder: Path) -> Report:
    """The report of a case folder.

    Raises:
        ReportError: no `report.json` there, or not one that this version reads.
    """
    path = folder / JSON_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ReportError(
            f"{folder}: expected a case folder with {JSON_NAME}, found none; "
            "make one with `similarity compare SUSPECT --out DIR` (a comparison that was cut short leaves none)"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: can't be read: {error}") from error
    try:
        return from_json(text)
    except ReportError as error:
        raise ReportError(f"{path}: {error}") from error


def render_report(folder: Path) -> tuple[Path, ...]:
    """Render every form again from the stored report: the same input gives the same bytes.

    Raises:
        ReportError: the folder holds no report that this version reads, or can't be written to.
    """
    report = read_report(folder)
    try:
        return _written(renderings(report, to_json(report), _from_folder(folder)), folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def render_filing(
    folder: Path, profile: Profile, language: LanguageCode, *, is_draft_wanted: bool = False
) -> tuple[Path, ...]:
    """Render the document for filing by any profile and in any language, beside what stands there.

    Args:
        folder: holds `report.json`.
        profile: by the rules of which law.
        language: in which language.
        is_draft_wanted: whether a document that may not be filed yet is written, as a draft.

    Returns:
        `report-<profile>-<language>.pdf` and `.docx`, and the page in that language.

    Raises:
        ReportError: the folder holds no report that this version reads, or can't be written to; or something is still
            to be stated before this may be filed.
    """
    report = read_report(folder)
    if not is_draft_wanted:
        _require_complete(report, profile)
    stem = f"report-{profile}-{language}"
    made = filing(report, to_json(report), _from_folder(folder), profile=profile, language=language)
    chosen = {f"{stem}{Path(name).suffix}": content for name, content in made.items() if name.startswith("report.")}
    chosen[f"report-{language}.html"] = _page(report, _from_folder(folder), language)
    try:
        return _written(chosen, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _require_complete(report: Report, profile: Profile) -> None:
    """Refuse to file what is only a draft."""
    from similarity.report.document.completeness import open_points
    from similarity.report.document.filing_form import load_profile

    missing = open_points(report, load_profile(profile))
    if missing:
        listed = "; ".join(str(one) for one in missing)
        raise ReportError(
            f"this can't be filed by form {profile} yet: expected {listed}; state it in case.yaml, the catalogue or "
            "the access facts, and compare again, or write a draft with --draft"
        )


def render_timelines(folder: Path, formats: Collection[TimelineFormat]) -> tuple[Path, ...]:
    """Write what was found as timelines for editors: `timeline.otio`, `timeline.edl`, `timeline-2.edl` ...

    Args:
        folder: holds `report.json`.
        formats: which are wanted.

    Raises:
        ReportError: the folder holds no report that this version reads, or can't be written to.
    """
    made = timeline_files(timeline_of(read_report(folder)), formats)
    try:
        return _written({f"timeline{ending}": content for ending, content in made.items()}, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def renderings(report: Report, stored: str, read_picture: ReadPicture) -> dict[str, bytes]:
    """Every form of a report but the stored one, by name: a pure function of the report and its pictures.

    Args:
        report: the report.
        stored: its JSON text, whose hash stands on the pages for filing.
        read_picture: content of a picture by its name in the report.
    """
    case = report.case
    language: LanguageCode = case.language if isinstance(case, CaseFacts) else "en"
    made = {
        MATCHES_NAME: matches_csv(match_rows(report)).encode("utf-8"),
        FINDINGS_NAME: findings_json(json.loads(stored)).encode("utf-8"),
        HTML_NAME: _page(report, read_picture, language),
    }
    if isinstance(case, CaseFacts):
        made |= filing(report, stored, read_picture, profile=case.profile, language=language)
    return made


def further_form(name: str, report: Report, stored: str, read_picture: ReadPicture) -> bytes | None:
    """What `render_filing` writes under a name; None where it writes nothing of that name.

    Args:
        name: file name.
        report: the report.
        stored: `report.json` as it stands.
        read_picture: gives a picture of the report by its name.
    """
    found = _FURTHER.fullmatch(name)
    if found is None:
        return None
    if found["page"]:
        return _page(report, read_picture, _LANGUAGES[found["page"]])
    profile, language = _PROFILES[found["profile"]], _LANGUAGES[found["language"]]
    made = filing(report, stored, read_picture, profile=profile, language=language)
    return made[f"report{Path(name).suffix}"]


def filing(
    report: Report, stored: str, read_picture: ReadPicture, *, profile: Profile, language: LanguageCode
) -> dict[str, bytes]:
    """The document for filing by a profile: PDF, DOCX, and its tables as CSV.

    Args:
        report: the report.
        stored: `report.json` as it stands.
        read_picture: gives a picture of the report by its name.
        profile: by the rules of which law.
        language: in which language.
    """
    from similarity.report.document.sections import render
    from similarity.report.document.writers.csv_tables import tables_csv
    from similarity.report.document.writers.docx_form import to_docx
    from similarity.report.document.writers.pdf_form import to_pdf

    sha256 = hashlib.sha256(stored.encode("utf-8")).hexdigest()
    document = render(report, read_picture, profile, language, report_sha256=sha256)
    tables = {f"{TABLES_FOLDER}/{name}": text.encode("utf-8") for name, text in tables_csv(document).items()}
    return {"report.pdf": to_pdf(document), "report.docx": to_docx(document), **tables}


def _page(report: Report, read_picture: ReadPicture, language: LanguageCode) -> bytes:
    return to_html(report, read_picture, language=language).encode("utf-8", "backslashreplace")


def _written(made: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    for name, content in made.items():
        write_atomically(_inside(folder, name), content)
    return tuple(folder / name for name in made)


def _from_folder(folder: Path) -> ReadPicture:
    return lambda name: _inside(folder, name).read_bytes()


def _from_mapping(pictures: Mapping[str, bytes]) -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        if name not in pictures:
            raise FileNotFoundError(f"{name} was not among the pictures given")
        return pictures[name]

    return read


def _inside(folder: Path, name: str) -> Path:
    """The place of a picture, which must not leave the folder, not by a link either."""
    parts = PurePosixPath(name).parts
    path = folder.joinpath(*parts)
    if not parts or not path.resolve().is_relative_to(folder.resolve()) or path.resolve() == folder.resolve():
        raise ReportError(f"picture {name!r}: expected a path inside the case folder {folder}, such as pictures/m1.jpg")
    return path


def _unwritable(folder: Path, error: OSError) -> ReportError:
    return ReportError(f"{folder}: the report can't be written: {error}; choose a folder with room that may be written")
