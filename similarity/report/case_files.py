"""A report as files of a case folder: pictures, `matches.csv`, `report.html`, and last of all `report.json`.

Every file is written beside its place, flushed to the disk and renamed; `report.json` comes last and goes first, so
wherever it stands the folder is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from similarity.errors import ReportError
from similarity.files import write_atomically
from similarity.report.csv_form import match_rows, matches_csv
from similarity.report.html_form import to_html
from similarity.report.json_form import from_json, to_json
from similarity.report.values import Report

__all__ = ["HTML_NAME", "JSON_NAME", "MATCHES_NAME", "read_case", "render_case", "write_case"]

JSON_NAME = "report.json"
MATCHES_NAME = "matches.csv"
HTML_NAME = "report.html"


def write_case(report: Report, folder: Path, pictures: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write a report and its pictures into `folder`, which is made where it does not exist.

    Args:
        report: what is written.
        folder: the case folder; an earlier report in it is replaced.
        pictures: content per name as the report has it, such as `pictures/m1-0-suspect.jpg`.

    Returns:
        `report.json`, `matches.csv` and `report.html`.

    Raises:
        ReportError: the report holds a value that can't be stored, a picture's name leaves the folder, or the
            folder can't be written to.
    """
    stored = to_json(report)
    places = {_inside(folder, name): content for name, content in pictures.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / JSON_NAME).unlink(missing_ok=True)
        for place, content in places.items():
            write_atomically(place, content)
        rendered = _render(from_json(stored), folder, _from_mapping(pictures))
        write_atomically(folder / JSON_NAME, stored.encode("utf-8"))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return (folder / JSON_NAME, *rendered)


def read_case(folder: Path) -> Report:
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


def render_case(folder: Path) -> tuple[Path, ...]:
    """Render `matches.csv` and `report.html` again from the stored report: the same input gives the same bytes.

    Raises:
        ReportError: the folder holds no report that this version reads, or can't be written to.
    """
    report = read_case(folder)
    try:
        return _render(report, folder, lambda name: _inside(folder, name).read_bytes())
    except OSError as error:
        raise _unwritable(folder, error) from error


def _render(report: Report, folder: Path, read_picture: Callable[[str], bytes]) -> tuple[Path, ...]:
    page = to_html(report, read_picture)
    write_atomically(folder / MATCHES_NAME, matches_csv(match_rows(report)).encode("utf-8"))
    write_atomically(folder / HTML_NAME, page.encode("utf-8", "backslashreplace"))
    return (folder / MATCHES_NAME, folder / HTML_NAME)


def _from_mapping(pictures: Mapping[str, bytes]) -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        if name not in pictures:
            raise FileNotFoundError(f"{name} was not among the pictures given")
        return pictures[name]

    return read


def _inside(folder: Path, name: str) -> Path:
    """The place of a picture, which must not leave the folder, not by a link either."""
    parts = PurePosixPath(name).parts
    place = folder.joinpath(*parts)
    if not parts or not place.resolve().is_relative_to(folder.resolve()) or place.resolve() == folder.resolve():
        raise ReportError(f"picture {name!r}: expected a path inside the case folder {folder}, such as pictures/m1.jpg")
    return place


def _unwritable(folder: Path, error: OSError) -> ReportError:
    return ReportError(f"{folder}: the report can't be written: {error}; choose a folder with room that may be written")
