"""`case verify`: whether a case folder is what it was, and whether its report follows from its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from similarity._version import __version__
from similarity.case.audit.checks import failed, guarded, passed
from similarity.case.audit.files import verify_files
from similarity.case.audit.kept import Kept
from similarity.case.audit.originals import verify_originals
from similarity.case.audit.releases import CALIBRATIONS
from similarity.case.audit.search import search_checks
from similarity.case.audit.statements import circumstance_checks, custody_checks
from similarity.case.audit.trust import Signer
from similarity.case.compare import REPORT_FOLDER
from similarity.case.disk.layout import CUSTODY_FILE, inside, read_bounded
from similarity.case.disk.walk import walk_case
from similarity.case.evidence import RUN_FILE
from similarity.case.values import Check
from similarity.errors import SimilarityError
from similarity.report.folder import FINDINGS_NAME, JSON_NAME, further_form, renderings
from similarity.report.schema.json_form import from_json, to_json
from similarity.report.schema.report import Report
from similarity.report.writers.findings_form import TOLERANCE, ClaimDifference, differences, findings_json
from similarity.text import as_printable

__all__ = ["verify_case"]

_MAX_REPORT_BYTES = 400_000_000
_MOST_CLAIMS = 20
_REPORT = f"{REPORT_FOLDER}/{JSON_NAME}"


def verify_case(
    folder: Path, *, signers: Sequence[Signer] = (), roots: Sequence[bytes] = (), deep: bool = False
) -> tuple[Check, ...]:
    """Check files, custody, seal and time stamp, derive every number of the report again and render it again.

    Nothing outside the folder is needed but referenced exhibits, and nothing is asked of a network.

    Args:
        folder: the case folder, in any state.
        signers: whose seals are expected, known from elsewhere.
        roots: root certificates of time stamping authorities.
        deep: also decode and describe the originals again.
    """
    kept = Kept(folder)
    checks = [
        *verify_files(folder, signers=signers, roots=roots),
        *guarded("custody.comparison", lambda: custody_checks(folder), CUSTODY_FILE),
        *_Claims(kept).checks(),
    ]
    if deep:
        checks += guarded("deep", lambda: verify_originals(kept), RUN_FILE)
    return tuple(checks)


@dataclass(frozen=True, slots=True)
class _Claims:
    """What the report claims, against everything that stands beside it."""

    kept: Kept
    known: set[str] = field(default_factory=set)
    """Names in `report/` that were held against something."""

    @property
    def folder(self) -> Path:
        """The case folder."""
        return self.kept.folder

    def checks(self) -> Iterator[Check]:
        if not (self.folder / REPORT_FOLDER).is_dir() and not (self.folder / RUN_FILE).exists():
            yield Check(name="report", state="not_checked", what="no comparison was made in this case", files=())
            return
        try:
            text = read_bounded(inside(self.folder, _REPORT), _MAX_REPORT_BYTES).decode("utf-8")
            report = from_json(text)
        except (SimilarityError, ValueError, RecursionError, MemoryError) as error:
            yield failed("report", error, _REPORT)
            return
        plain: Mapping[str, Any] = json.loads(text)
        yield _version_check(report)
        yield from guarded("report.form", lambda: self._form(report, text), _REPORT)
        yield from guarded("report.numbers", lambda: self._numbers(plain), _REPORT, RUN_FILE)
        yield from guarded("report.findings", lambda: self._findings(plain), f"{REPORT_FOLDER}/{FINDINGS_NAME}")
        yield from guarded("search", lambda: search_checks(self.folder, report, self.kept.run), CUSTODY_FILE)
        yield from guarded("report.circumstances", lambda: self._circumstances(report), _REPORT)
        yield from guarded("report.renderings", lambda: self._renderings(report, text), _REPORT)
        yield from guarded("report.other_files", self._other_files, REPORT_FOLDER)

    def _form(self, report: Report, text: str) -> Iterator[Check]:
        """That the stored text is the one way to write this report."""
        if to_json(report) == text:
            yield passed("report.form", f"schema {report.schema_version}, written as this version writes it", _REPORT)
        else:
            what = (
                "the text is not the one that this version writes for this report: it was edited, or written otherwise"
            )
            yield failed("report.form", what, _REPORT)

    def _numbers(self, plain: Mapping[str, Any]) -> Iterator[Check]:
        """Every number once more from the descriptors and frames."""
        report, pictures = self.kept.derived
        derived = json.loads(to_json(report))
        yield from self._pictures(pictures)
        exact = list(differences(plain, derived, tolerance=0.0))
        beyond = exact and list(differences(plain, derived, tolerance=TOLERANCE))
        if beyond:
            for difference in beyond[:_MOST_CLAIMS]:
                yield _contradicted(difference)
            if len(beyond) > _MOST_CLAIMS:
                what = f"{len(beyond) - _MOST_CLAIMS} more claims do not follow from the evidence"
                yield failed("report.numbers", what, _REPORT)
            return
        how = (
            f"within {TOLERANCE:g}, not to the last digit: another machine's arithmetic, {len(exact)} figures"
            if exact
            else "to the last digit"
        )
        yield passed("report.numbers", f"every number follows from the stored descriptors and frames, {how}", _REPORT)

    def _pictures(self, derived: Mapping[str, bytes]) -> Iterator[Check]:
        """The pictures of the report, made once more from the frames."""
        self.known.update({JSON_NAME, *derived})
        other = []
        for name, content in derived.items():
            try:
                same = read_bounded(inside(self.folder, f"{REPORT_FOLDER}/{name}"), _MAX_REPORT_BYTES) == content
            except (SimilarityError, OSError):
                same = False
            other += [] if same else [f"{REPORT_FOLDER}/{name}"]
        if other:
            what = "pictures are not those that the stored frames give: edited, missing, or encoded by another version"
            yield Check(name="report.pictures", state="failed", what=what, files=tuple(other))
        else:
            what = f"{len(derived)} pictures are those that the stored frames give, byte for byte"
            yield Check(name="report.pictures", state="passed", what=what, files=())

    def _findings(self, plain: Mapping[str, Any]) -> Iterator[Check]:
        name = f"{REPORT_FOLDER}/{FINDINGS_NAME}"
        stored = read_bounded(inside(self.folder, name), _MAX_REPORT_BYTES)
        if stored == findings_json(plain).encode("utf-8"):
            yield passed("report.findings", "the findings are those of the report", name)
        else:
            what = "the findings are not those of report.json: one of the two was edited"
            yield failed("report.findings", what, name, _REPORT)

    def _circumstances(self, report: Report) -> Iterator[Check]:
        yield from circumstance_checks(self.folder, report, self.kept.run)

    def _renderings(self, report: Report, text: str) -> Iterator[Check]:
        """Every form that people read, rendered again from the report."""
        if report.tool.version != __version__:
            what = f"made by version {report.tool.version}, this is {__version__}: render them with that version"
            yield Check(name="report.renderings", state="not_checked", what=what, files=())
            return

        def read_picture(name: str) -> bytes:
            return read_bounded(inside(self.folder, f"{REPORT_FOLDER}/{name}"), _MAX_REPORT_BYTES)

        made = renderings(report, text, read_picture)
        for name in self._names():
            further = further_form(name, report, text, read_picture)
            made |= {} if further is None else {name: further}
        self.known.update(made)
        for name, content in made.items():
            yield self._rendering(f"{REPORT_FOLDER}/{name}", content)

    def _rendering(self, path: str, content: bytes) -> Check:
        try:
            same = read_bounded(inside(self.folder, path), _MAX_REPORT_BYTES) == content
        except (SimilarityError, OSError) as error:
            return failed("report.renderings", error, path)
        if same:
            return passed("report.renderings", "says what the report says, byte for byte", path)
        what = "is not what this version renders from report.json: it was edited, or another version made it"
        return failed("report.renderings", f"{path} {what}", path)

    def _other_files(self) -> Iterator[Check]:
        """Files beside the report that look like part of it."""
        if not self.known >= {JSON_NAME, FINDINGS_NAME}:
            return  # numbers or forms could not be had at all, which was said
        if other := sorted(self._names() - self.known):
            files = tuple(f"{REPORT_FOLDER}/{name}" for name in other)
            what = f"{', '.join(files[:20])}: nothing in the report leads to this; take it out of the folder"
            yield Check(name="report.other_files", state="failed", what=as_printable(what), files=files)
        else:
            what = f"every file in {REPORT_FOLDER}/ follows from the report: {len(self.known)}"
            yield passed("report.other_files", what, REPORT_FOLDER)

    def _names(self) -> set[str]:
        prefix = f"{REPORT_FOLDER}/"
        return {name.removeprefix(prefix) for name in walk_case(self.folder).files if name.startswith(prefix)}


def _version_check(report: Report) -> Check:
    """That this program knows what the release shipped that the report names."""
    version = report.tool.version
    if version in CALIBRATIONS:
        return passed("report.version", f"made by release {version}, which this program knows", _REPORT)
    known = ", ".join(CALIBRATIONS)
    what = f"made by {as_printable(version)!r}, which can't be verified: this program knows the releases {known}"
    return failed("report.version", what, _REPORT)


def _contradicted(difference: ClaimDifference) -> Check:
    what = (
        f"{difference.claim}: the report says {difference.stated}, the evidence gives {difference.derived}; "
        "the claim no longer stands"
    )
    return failed("report.numbers", what, _REPORT)
