"""`calibrate` and `evaluate`: index labelled works, scan labelled suspects, fit or score what came out.

A run folder holds `library/`, `scan/` and what was made of them; a run that was stopped goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index import open_library
from similarity.compare.session import open_session
from similarity.config import Config
from similarity.errors import ConfigurationError
from similarity.evaluate.calibrating import MeasuredTable, Proposition, fit_calibration, read_measured_pairs
from similarity.evaluate.figures import (
    CopyFigures,
    GeneratedFigures,
    copy_figures,
    generated_figures,
    pair_scores,
    read_segments,
)
from similarity.evaluate.labels import Labels, read_labels, refuse_other_names
from similarity.evaluate.pages import annex_page, figures_page, scores_table
from similarity.evaluate.strips import write_strip
from similarity.evaluate.tables import read_pairs_table
from similarity.files import write_atomically
from similarity.ingest.add import add_files
from similarity.measure.calibration import Calibration, to_json
from similarity.measure.calibrations import load_calibrations
from similarity.media.walk import find_media
from similarity.progress import Progress
from similarity.report.build.tool import tool_facts
from similarity.scan.options import ScanOptions
from similarity.scan.run_folder import read_results
from similarity.scan.scan import scan_files
from similarity.text import id_of
from similarity.workers.limits import IN_THIS_PROCESS, WorkLimits
from similarity.yaml_files import read_yaml

__all__ = ["LabelledFootage", "calibrate", "evaluate", "read_populations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFootage:
    """Where labels and footage of one population lie."""

    labels: Path
    """`pairs.csv` (generated video), `truth.csv` (stretches set into suspects) or `groups.csv` (clips of one idea)."""
    suspects: Path
    """Folder of the suspects."""
    works: Path
    """Folder of the works."""
    background: Path | None = None
    """Folder of unrelated footage."""
    groups: Path | None = None
    """Footage groups of the works (id, group), for `truth.csv`."""
    name: str = "labelled pairs"
    """What the population is called beside ratios and error rates."""

    def under(self, folder: Path) -> LabelledFootage:
        """The same with paths that are not absolute taken to lie under a folder."""
        return replace(
            self,
            labels=folder / self.labels,
            suspects=folder / self.suspects,
            works=folder / self.works,
            background=None if self.background is None else folder / self.background,
            groups=None if self.groups is None else folder / self.groups,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Populations:
    """A file that lists populations."""

    populations: tuple[LabelledFootage, ...]


def read_populations(path: Path) -> tuple[LabelledFootage, ...]:
    """Populations of a YAML file; paths in it are taken from its folder.

    Raises:
        ConfigurationError: the file can't be read or names no population, or one twice.
    """
    found = tuple(one.under(path.parent) for one in read_yaml(path, _Populations).populations)
    names = [one.name for one in found]
    if not found or len(set(names)) != len(names):
        raise ConfigurationError(f"{path}: expected populations with names of their own, got {names}")
    return found


def calibrate(  # noqa: PLR0913 - what is asked of a batch
    footage: Sequence[LabelledFootage],
    proposition: Proposition,
    out: Path,
    *,
    run: Path,
    config: Config,
    progress: Progress,
    limits: WorkLimits = IN_THIS_PROCESS,
) -> Calibration:
    """Measure the labelled pairs and fit a calibration; `out` gets it, and a page with its data card beside it.

    Args:
        footage: labels and footage, population by population; each counts alike.
        proposition: for which the calibration is.
        out: file of the calibration.
        run: run folder.
        config: of indexing and comparing.
        progress: hears every file.
        limits: how many files are described and compared at once, and where.

    Raises:
        ConfigurationError: labels, footage or run can't be used; too few groups.
    """
    known = [(one, labels := read_labels(one.labels, one.groups), _listed(one, labels)) for one in footage]
    tables = []
    for one, labels, files in known:
        folder = run if len(footage) == 1 else run / re.sub(r"\W+", "-", one.name)
        scan = _scanned(files, one.background, folder, config=config, progress=progress, limits=limits)
        tables.append(MeasuredTable(population=one.name, table=scan / "pairs.csv", labels=labels))
    pairs = read_measured_pairs(tables, proposition)
    try:
        calibration = fit_calibration(pairs, proposition, name=out.stem, versions=_versions(config))
    except ValueError as error:  # too few groups, or an axis that was never measured
        named = ", ".join(str(one.labels) for one in footage)
        raise ConfigurationError(f"{named}: no calibration can be fitted to these pairs: {error}") from error
    write_atomically(out, to_json(calibration).encode())
    write_atomically(out.with_suffix(".md"), annex_page(calibration).encode())
    return calibration


def evaluate(
    footage: LabelledFootage, run: Path, *, config: Config, progress: Progress
) -> GeneratedFigures | CopyFigures:
    """Measure the labelled pairs and work out every figure; `figures.md` and, for generated video, `scores.csv`.

    Args:
        footage: labels and footage.
        run: run folder.
        config: of indexing and comparing.
        progress: hears every file.

    Raises:
        ConfigurationError: labels, footage or run can't be used.
    """
    labels = read_labels(footage.labels, footage.groups)
    files = _listed(footage, labels)
    scan = _scanned(files, footage.background, run, config=config, progress=progress)
    figures: GeneratedFigures | CopyFigures
    if labels.are_copies:
        figures = copy_figures(labels, read_segments(scan / "matches.csv"), read_segments(footage.labels))
    else:
        known = load_calibrations(config.measure)
        scores = pair_scores(read_pairs_table(scan / "pairs.csv"), known.adaptation, copying=known.copy)
        write_atomically(run / "scores.csv", scores_table(scores).encode())
        figures = generated_figures(labels, scores)
        _show_worst(figures, files, run)
    write_atomically(run / "figures.md", figures_page(figures).encode())
    return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The files of a labelled run."""

    suspects: list[Path]
    works: list[Path]


def _show_worst(figures: GeneratedFigures, files: _Files, run: Path) -> None:
    """A picture of each pair on which the ratio misleads most: `worst-1.jpg` ..."""
    suspects, works = ({id_of(path): path for path in paths} for paths in (files.suspects, files.works))
    for number, one in enumerate(figures.worst, start=1):
        write_strip(suspects[one.suspect_id], works[one.work_id], run / f"worst-{number}.jpg")


def _scanned(
    files: _Files,
    background: Path | None,
    run: Path,
    *,
    config: Config,
    progress: Progress,
    limits: WorkLimits = IN_THIS_PROCESS,
) -> Path:
    """The finished scan of all suspects against all works."""
    out = run / "scan"
    with open_library(run / "library", create=True) as library:
        add_files(files.works, library, config=config, role="work", progress=progress, limits=limits)
        if background is not None:
            add_files([background], library, config=config, role="background", progress=progress, limits=limits)
        session = open_session(library, config)
        options = ScanOptions(with_all_works=True, is_labelled=True)
        scan_files(files.suspects, session, out, options=options, progress=progress, limits=limits)
        named = {entry.source_path: entry.entry_id for entry in library.entries("work")}
    refuse_other_names(files.works, named, run)
    refuse_other_names(files.suspects, {one.path: one.query_id for one in read_results(out)}, run)
    return out


def _listed(footage: LabelledFootage, labels: Labels) -> _Files:
    """The files of all labelled suspects and works; with groups, every work there is."""
    suspects = _labelled(footage.suspects, labels.suspect_ids)
    if footage.groups or not labels.pairs:
        return _Files(suspects=suspects, works=list(find_media([footage.works])))
    return _Files(suspects=suspects, works=_labelled(footage.works, {pair.work_id for pair in labels.pairs}))


def _labelled(folder: Path, wanted: Collection[str]) -> list[Path]:
    """Files of a folder whose identifier is wanted."""
    names = set(wanted)
    found = [path for path in find_media([folder]) if id_of(path) in names]
    missing = names - {id_of(path) for path in found}
    if missing:
        raise ConfigurationError(
            f"{folder}: {len(missing)} of {len(names)} labelled files are not there, first {min(missing)!r}; "
            "put them there, or take their rows out of the labels"
        )
    return found


def _versions(config: Config) -> tuple[tuple[str, str], ...]:
    facts = tool_facts(config)
    return (
        ("substantial-similarity", facts.version),
        ("configuration", facts.config_sha256),
        *((package.name, package.version) for package in facts.packages),
    )
