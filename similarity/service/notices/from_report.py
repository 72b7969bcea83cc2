"""A notice made of an owner's report: works, stretches and hashes from the report, all else from who sends it.

Nothing is stated on the sender's behalf: what the sender's file leaves out is missing from the notice, and the platform
that gets it names that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import ValidationError

from similarity._version import __version__
from similarity.absence import NotMeasured
from similarity.errors import ReportError
from similarity.files import write_atomically
from similarity.report.folder import JSON_NAME, read_report
from similarity.report.schema.case import Exhibit
from similarity.report.schema.report import Report, WorkFinding
from similarity.service.notices.forms import (
    ClaimedStretch,
    ClaimedWork,
    Evidence,
    Form,
    Located,
    Long,
    NewNotice,
    Sender,
    Short,
    Statements,
)
from similarity.yaml_files import read_yaml

__all__ = ["NOTICE_NAME", "Stated", "notice_of", "write_notice"]

NOTICE_NAME = "notice.json"


class Stated(Form):
    """What a report cannot know: who sends the notice, where the material stands, what the sender states and signs."""

    regime: str | None = None
    """Under which law; none: the one that the platform takes such notices under."""
    language: Literal["en", "zh"] | None = None
    """Of letters to the sender."""
    sender: Sender = Sender()
    upload: Located = Located()
    """Where the material stands; the hash of the file examined is added."""
    reasons: Long = None
    """Why, in the sender's words."""
    evidence: tuple[Evidence, ...] = ()
    """Beside the report."""
    statements: Statements = Statements()
    signature: Short = None


def notice_of(report: Report, stated: Stated, *, report_sha256: str) -> NewNotice:
    """The notice that a report supports.

    Args:
        report: of the material against the owner's works.
        stated: by who sends it.
        report_sha256: of `report.json`, which the notice names as evidence.

    Raises:
        ReportError: no match was found, or something in the report is longer than the form takes.
    """
    if not report.works:
        raise ReportError("no match was found in this report: there is no work that a notice could name")
    try:
        return NewNotice(
            **{name: getattr(stated, name) for name in ("regime", "language", "sender", "reasons", "statements")},
            signature=stated.signature,
            upload=_located(report, stated.upload),
            works=tuple(_work(report, one) for one in report.works),
            evidence=(Evidence(name="report.json", sha256=report_sha256), *stated.evidence),
            made_by=f"similarity {__version__}",
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(map(str, first["loc"]))
        raise ReportError(f"notice: {where}: {first['msg']}; shorten it in the catalogue or the case") from error


def write_notice(report_folder: Path, sender: Path) -> Path:
    """Write `notice.json` beside the file that says who sends it: a letter is no part of the evidence.

    Args:
        report_folder: holds `report.json`.
        sender: YAML of the form `Stated`.

    Returns:
        Where it stands.

    Raises:
        ConfigurationError: the sender's file is not of that form.
        ReportError: no report there, no match in it, or `notice.json` can't be written.
    """
    report = read_report(report_folder)
    report_sha256 = hashlib.sha256((report_folder / JSON_NAME).read_bytes()).hexdigest()
    notice = notice_of(report, read_yaml(sender, Stated), report_sha256=report_sha256)
    path = sender.parent / NOTICE_NAME
    try:
        write_atomically(path, (notice.model_dump_json(indent=1) + "\n").encode("utf-8"))
    except OSError as error:
        raise ReportError(f"{path}: can't be written: {error}; put {sender.name} where it can") from error
    return path


def _located(report: Report, stated: Located) -> Located:
    """Where the sender says it stands; else where a case says that it was obtained, if that is an address."""
    sources = (one.source for one in _exhibits(report, "suspect", report.suspect.sha256))
    found = next((one for one in map(_text, sources) if one and urlsplit(one).scheme in {"http", "https"}), None)
    added = {"url": stated.url or found, "sha256": stated.sha256 or report.suspect.sha256}
    return Located.model_validate({**stated.model_dump(), **added})


def _work(report: Report, found: WorkFinding) -> ClaimedWork:
    work = found.work
    exhibits = tuple(_exhibits(report, "reference", work.sha256))[:1]
    return ClaimedWork(
        title=work.title or None,
        owner=work.owner or next((_text(one.owner) for one in exhibits), None),
        author=next((_text(one.author) for one in exhibits), None),
        registration=next((_text(one.registration) for one in exhibits), None),
        work_id=work.video_id,
        sha256=work.sha256,
        stretches=tuple(
            ClaimedStretch(
                start_seconds=match.suspect_start_seconds,
                end_seconds=match.suspect_end_seconds,
                work_start_seconds=match.work_start_seconds,
                work_end_seconds=match.work_end_seconds,
                score=match.score,
            )
            for match in sorted(report.matches, key=lambda one: (one.suspect_start_seconds, one.match_id))
            if match.work_id == work.video_id
        ),
    )


def _exhibits(report: Report, role: str, sha256: str) -> Iterator[Exhibit]:
    return (one for one in report.exhibits if one.role == role and one.sha256 == sha256)


def _text(stated: str | NotMeasured) -> str | None:
    return stated if isinstance(stated, str) else None
