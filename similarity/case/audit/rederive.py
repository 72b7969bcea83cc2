"""Every number of a report once more, from the descriptors and frames that its case folder keeps."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from index.device import SearchDevice
from index.memory import MemoryReader
from index.records import NewEntry, SampleTable
from similarity.align.candidates import Candidates
from similarity.case.controls import read_controls
from similarity.case.evidence import EntryRecord, RunRecord, StoredFrames, evidence_bytes, read_run
from similarity.compare.engine import compare_described
from similarity.compare.geometric import Verifier
from similarity.compare.placing import Placer
from similarity.compare.session import Session
from similarity.compare.works import Works
from similarity.config import config_from_json
from similarity.describe.choose import OPTIONAL_SETS
from similarity.describe.facts import stored_facts
from similarity.describe.picture_text import NOT_ASKED_FOR
from similarity.describe.stored import read_rows, read_video, time_base_of
from similarity.errors import CaseError, ConfigurationError
from similarity.measure.calibration import Calibration, from_json
from similarity.measure.calibrations import Calibrations
from similarity.report.build.report import Compared, compared, report_of
from similarity.report.build.statement import rederived_statement
from similarity.report.schema.report import Report

__all__ = ["rederived", "stored_library"]


def rederived(
    folder: Path, *, run: RunRecord | None = None, frames: StoredFrames | None = None
) -> tuple[Report, Mapping[str, bytes]]:
    """The report and pictures that follow from the evidence of a case folder; circumstances are taken over as stated.

    Args:
        folder: the case folder.
        run: its record, where it was read already.
        frames: its frames, where somebody else wants to know which were asked for.

    Raises:
        CaseError: evidence is missing or unreadable.
        ConfigurationError: its configuration or a calibration can't be read.
    """
    run = run or read_run(folder)
    found = _compared_again(run, folder, frames or StoredFrames(folder, run))
    return report_of(found, rederived_statement(run.statement, found.video, found.session)), found.pictures.files


def _compared_again(run: RunRecord, folder: Path, frames: StoredFrames) -> Compared:
    config = config_from_json(run.config_json)
    rows = Works(stored_library(run, folder))
    session = Session(
        rows=rows,
        describers=(),
        concept=run.concept,
        text=NOT_ASKED_FOR,
        search=SearchDevice("cpu", "stored descriptors are compared on the processor"),
        config=config,
        frames=frames,
        verifier=Verifier(rows, config, frames),
        placer=Placer(rows, config, frames),
        calibrations=Calibrations(copy=_calibration(folder, "copy"), adaptation=_calibration(folder, "adaptation")),
        num_work_samples=run.statement.library.num_work_samples,
        library_path=None,
    )
    video = read_video(evidence_bytes(folder, "suspect.npz"), "suspect.npz", run.suspect)
    comparison = compare_described(
        video, rows, config=config, verifier=session.verifier, candidates=_candidates(run, rows)
    )
    placed = session.placer.placed(video, comparison)
    clips = read_controls(run.controls, partial(evidence_bytes, folder))
    return compared(video, session, placed, clips=clips)


def _candidates(run: RunRecord, rows: Works) -> Candidates:
    if unknown := [work_id for work_id in run.candidates.work_ids if work_id not in rows.works]:
        raise CaseError(f"evidence/run.json: names works whose descriptors are not there: {', '.join(unknown)}")
    return run.candidates


def stored_library(run: RunRecord, folder: Path) -> MemoryReader:
    """The works and background that the case keeps, as a library."""
    return MemoryReader(
        run.descriptor_sets,
        (_entry(entry, folder) for entry in run.entries),
        {entry.entry_id: entry.filter_ranges for entry in run.entries},
        optional=OPTIONAL_SETS,
    )


def _entry(record: EntryRecord, folder: Path) -> NewEntry:
    name = f"{record.name}.npz"
    samples, scenes, descriptors = read_rows(
        evidence_bytes(folder, name), name, time_base=time_base_of(record.time_base), start_pts=record.start_pts
    )
    _require_same_file(record, samples)
    return NewEntry(
        entry_id=record.entry_id,
        role=record.role,
        source_path=record.source_path,
        sha256=record.sha256,
        size_bytes=record.size_bytes,
        duration_seconds=record.duration_seconds,
        facts_json=record.facts_json,
        catalogue=record.catalogue,
        samples=samples,
        scenes=scenes,
        descriptors=descriptors,
    )


def _require_same_file(record: EntryRecord, samples: SampleTable) -> None:
    """That the facts of an entry, which the report shows, speak of the file whose descriptors are stored."""
    facts = stored_facts(record.facts_json)
    said = (facts.video_id, facts.sha256, facts.size_bytes, facts.duration_seconds_from_content)
    kept = (record.entry_id, record.sha256, record.size_bytes, record.duration_seconds)
    numbers = (facts.sampling.num_samples, facts.sampling.num_indexed)
    if said != kept or numbers != (len(samples), len(samples.indexed)):
        raise CaseError(
            f"evidence/run.json: {record.name}: facts_json speaks of another file (id, SHA-256, size, length or number "
            "of samples) than its record and descriptors; restore the file"
        )


def _calibration(folder: Path, proposition: Literal["copy", "adaptation"]) -> Calibration:
    name = f"calibrations/{proposition}.json"
    try:
        found = from_json(evidence_bytes(folder, name).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CaseError(f"evidence/{name}: expected UTF-8 text: {error}; restore the file") from error
    if found.proposition != proposition:
        raise ConfigurationError(f"evidence/{name}: holds a calibration of {found.proposition!r}")
    return found
