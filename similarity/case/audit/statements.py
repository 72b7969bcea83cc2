"""What a report states beside its numbers, against the files of the case that say so, and against the custody log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from index.records import DescriptorSet
from similarity.access.json_form import dossier_to_json
from similarity.access.values import AccessDossier
from similarity.case.access import ACCESS_FOLDER, FACTS_FILE, dossier_again
from similarity.case.acts import COMPARED
from similarity.case.audit.releases import CALIBRATIONS
from similarity.case.custody.log import read_log
from similarity.case.disk.hashing import sha256_of_file
from similarity.case.disk.layout import CASE_FILE, CUSTODY_FILE, EXHIBITS_FILE, STILLS_FILE, inside, read_bounded
from similarity.case.disk.stills import read_stills
from similarity.case.evidence import (
    EVIDENCE_FOLDER,
    RUN_FILE,
    RunRecord,
    evidence_bytes,
    evidence_root,
    frame_times,
)
from similarity.case.exhibits import read_exhibits
from similarity.case.facts import read_case_file
from similarity.case.folder import EXHIBIT_ADDED
from similarity.case.requests import requests_in
from similarity.case.values import Check, CheckState
from similarity.compare.binding import bound_by_pictures
from similarity.config import config_from_json
from similarity.describe.facts import stored_facts
from similarity.describe.stored import read_video
from similarity.describe.video import DescribedVideo
from similarity.ingest.entries import counted_facts
from similarity.media.facts import content_facts
from similarity.report.schema.case import Exhibit
from similarity.report.schema.report import Report
from similarity.report.schema.stated import RequestEvent
from similarity.text import as_printable

__all__ = ["circumstance_checks", "custody_checks"]

_REPORT = "report/report.json"
_MAX_DOSSIER_BYTES = 64_000_000


def custody_checks(folder: Path) -> Iterator[Check]:
    """Whether exhibits, report and evidence are those that the custody log records."""
    log = read_log(folder)
    added = [json.loads(one.details_json) for one in log.entries if one.action == EXHIBIT_ADDED]
    logged = {one.get("number"): one for one in added}
    exhibits = read_exhibits(folder)
    wrong = [one.number for one in exhibits if not _is_logged(one, logged.get(one.number, {}))]
    wrong += sorted(str(number) for number in set(logged) - {one.number for one in exhibits})
    if wrong:
        what = f"{', '.join(wrong)}: not as the custody log records: added, edited or taken out by hand"
        yield Check(name="custody.exhibits", state="failed", what=what, files=(EXHIBITS_FILE, CUSTODY_FILE))
    elif exhibits:
        what = f"exhibits recorded as they are: {len(exhibits)}"
        yield Check(name="custody.exhibits", state="passed", what=what, files=(EXHIBITS_FILE,))
    compared = [json.loads(one.details_json) for one in log.entries if one.action == COMPARED]
    if compared or (folder / _REPORT).exists():
        yield _comparison_check(folder, compared[-1] if compared else {})


def _comparison_check(folder: Path, logged: dict[str, Any]) -> Check:
    report, evidence = logged.get("report_sha256"), logged.get("evidence_root")
    wrong = []
    if not isinstance(report, dict) or sha256_of_file(inside(folder, _REPORT))[0] != report.get("report.json"):
        wrong.append(_REPORT)
    if evidence_root(folder) != evidence:
        wrong.append(EVIDENCE_FOLDER)
    if wrong:
        what = (
            f"{', '.join(wrong)}: not what the newest comparison in the custody log left: edited since, or the "
            "comparison was cut short; put back an unchanged copy, or compare again"
        )
        return Check(name="custody.comparison", state="failed", what=what, files=(*wrong, CUSTODY_FILE))
    what = "report and evidence are those that the newest comparison in the custody log left"
    return Check(name="custody.comparison", state="passed", what=what, files=(_REPORT,))


def _is_logged(exhibit: Exhibit, details: dict[str, Any]) -> bool:
    names = ("number", "role", "path", "is_copied_in", "size_bytes", "sha256")
    return all(details.get(name) == getattr(exhibit, name) for name in names)


def circumstance_checks(folder: Path, report: Report, run: RunRecord) -> Iterator[Check]:
    """What the report states, against the files that say so.

    Args:
        folder: the case folder.
        report: its report.
        run: what the comparison stated of itself.
    """
    work = _StatedFacts(folder, report, run)
    yield from work.stated()
    yield work.suspect()
    yield work.contents()
    yield work.stills()
    yield from work.calibrations()
    yield work.access()


@dataclass(frozen=True, slots=True)
class _StatedFacts:
    folder: Path
    report: Report
    run: RunRecord

    def stated(self) -> Iterator[Check]:
        """Every text of the report that another file holds too."""
        report, run = self.report, self.run
        paths = {entry.entry_id: stored_facts(entry.facts_json).path for entry in run.entries}
        config_sha256 = hashlib.sha256(report.tool.config_json.encode()).hexdigest()
        sources: tuple[tuple[str, object, object, str], ...] = (
            ("facts of the case", report.case, read_case_file(self.folder / CASE_FILE).facts, CASE_FILE),
            ("exhibits", report.exhibits, self._exhibits_then(), EXHIBITS_FILE),
            ("requests for evidence", report.requests, self._requests_then(), CUSTODY_FILE),
            ("time of the report", report.created_utc, run.statement.created_utc, RUN_FILE),
            ("tool and configuration", report.tool, run.statement.tool, RUN_FILE),
            ("configuration that was followed", report.tool.config_json, run.config_json, RUN_FILE),
            ("hash of the configuration", report.tool.config_sha256, config_sha256, _REPORT),
            ("place of the suspect", report.suspect.path, run.suspect.path, RUN_FILE),
            *(
                (f"place of {one.work.video_id}", one.work.path, paths.get(one.work.video_id), RUN_FILE)
                for one in report.works
            ),
            ("descriptors", set(report.describers), self._identities_kept(), RUN_FILE),
        )
        for what, stated, found, source in sources:
            if stated == found:
                yield _check("passed", f"{what}: as in {source}", source)
            else:
                text = (
                    f"{what}: the report says otherwise than {source}; one of the two was edited after the comparison"
                )
                yield _check("failed", text, _REPORT, source)

    def suspect(self) -> Check:
        """The file that was compared is an exhibit."""
        sha256 = self.run.suspect.digest.sha256
        number = next((one.number for one in self.report.exhibits if one.sha256 == sha256), None)
        if number is None:
            return _check("failed", f"no exhibit is the file that was compared (SHA-256 {sha256})", _REPORT, RUN_FILE)
        return _check("passed", f"the file that was compared is exhibit {number}", RUN_FILE)

    def contents(self) -> Check:
        """What decoding counted of an exhibit, in `exhibits.json` and in the evidence."""
        run = self.run
        counted = {one.sha256: counted_facts(stored_facts(one.facts_json)) for one in run.entries if one.role == "work"}
        counted[run.suspect.digest.sha256] = content_facts(run.suspect.counts, reader=run.suspect.backend)
        wrong = [one.number for one in self.report.exhibits if counted.get(one.sha256, one.content) != one.content]
        if wrong:
            what = f"{', '.join(wrong)}: counted figures are not those of the evidence; one of the two was edited"
            return _check("failed", what, EXHIBITS_FILE, RUN_FILE)
        return _check("passed", "counted figures of the exhibits: as in the evidence", EXHIBITS_FILE)

    def stills(self) -> Check:
        """Whose frames the stills are, and of what time."""
        wanted = frame_times(self.run, self.report.exhibits)
        found = {
            one.path: (one.exhibit, one.pts, one.time_base, one.seconds, one.sha256) for one in read_stills(self.folder)
        }
        wrong = sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))
        if wrong:
            what = f"{', '.join(wrong[:20])}: exhibit, time or hash are not those of the evidence"
            return _check("failed", what, STILLS_FILE, RUN_FILE)
        return _check("passed", f"exhibits and times of {len(found)} stills: as in the evidence", STILLS_FILE)

    def calibrations(self) -> Iterator[Check]:
        """Whether likelihood ratios were read from what ships with the product."""
        config = config_from_json(self.run.config_json).measure
        named = {"copy": config.copy_calibration, "adaptation": config.adaptation_calibration}
        version = self.report.tool.version
        released = CALIBRATIONS.get(version, {})
        for proposition, where in named.items():
            name = f"{EVIDENCE_FOLDER}/calibrations/{proposition}.json"
            if where != "shipped":
                what = f"{name}: a calibration of the analyst's own ({where}), not the one that is shipped; examine it"
                yield _check("not_checked", what, name)
                continue
            kept = evidence_bytes(self.folder, f"calibrations/{proposition}.json")
            if hashlib.sha256(kept).hexdigest() == released.get(proposition):
                yield _check("passed", f"{name}: as release {version} shipped it", name)
            else:
                what = f"{name}: is not the calibration that release {as_printable(version)} shipped, which is named"
                yield _check("failed", what, name)

    def access(self) -> Check:
        """The access dossier, laid out again from its facts and documents."""
        stated = self.report.access
        dossier = f"{ACCESS_FOLDER}/access.json"
        if not isinstance(stated, AccessDossier):
            if (self.folder / dossier).exists():
                what = "the case holds an access dossier of which the report says nothing; compare again with --access"
                return Check(name="report.access", state="not_checked", what=what, files=(_REPORT, dossier))
            return Check(name="report.access", state="passed", what="no facts of access were given", files=())
        config = config_from_json(self.run.config_json)
        again = dossier_again(stated, self.folder, lambda one: bound_by_pictures(one, self._suspect_kept, config))
        parts = [one.name for one in fields(stated) if getattr(stated, one.name) != getattr(again, one.name)]
        if read_bounded(inside(self.folder, dossier), _MAX_DOSSIER_BYTES) != dossier_to_json(stated).encode():
            parts.append(dossier)
        if parts:
            what = f"{', '.join(parts)}: the facts and documents give another dossier than the report states"
            return Check(name="report.access", state="failed", what=what, files=(FACTS_FILE, _REPORT, dossier))
        what = "the dossier follows from its facts and documents"
        return Check(name="report.access", state="passed", what=what, files=(FACTS_FILE, _REPORT))

    def _suspect_kept(self) -> DescribedVideo:
        """The suspect, as the evidence keeps it."""
        return read_video(evidence_bytes(self.folder, "suspect.npz"), "suspect.npz", self.run.suspect)

    def _exhibits_then(self) -> tuple[Exhibit, ...]:
        """The exhibits, without those that were added after the report was made."""
        known = {one.number for one in self.report.exhibits}
        return tuple(
            one
            for one in read_exhibits(self.folder)
            if one.number in known or one.added_utc[:_TO_SECONDS] < self.report.created_utc[:_TO_SECONDS]
        )

    def _requests_then(self) -> tuple[RequestEvent, ...]:
        """The requests that the log recorded before the newest comparison."""
        entries = read_log(self.folder).entries
        newest = max((one.sequence for one in entries if one.action == COMPARED), default=0)
        return requests_in(one for one in entries if one.sequence < newest)

    def _identities_kept(self) -> set[DescriptorSet]:
        """Of the descriptors that the report names, what the evidence says of them."""
        named = {one.name for one in self.report.describers}
        return {one for one in self.run.descriptor_sets if one.name in named}


_TO_SECONDS = len("2024-05-01T08:30:00")


def _check(state: CheckState, what: str, *files: str) -> Check:
    return Check(name="report.circumstances", state=state, what=what, files=files)
