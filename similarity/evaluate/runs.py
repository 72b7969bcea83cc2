"""`calibrate` and `evaluate`: index labelled works, scan labelled suspects, fit or score what came out.

A run folder holds `library/`, `scan/` and what was made of them; a run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from index import open_library
from similarity.compare.session import open_session
from similarity.config import Config
from similarity.errors import ConfigurationError
from similarity.evaluate.calibrating import Proposition, fit_calibration, pair_rows, read_measured_pairs
from similarity.evaluate.figures import (
    CopyFigures,
    GeneratedFigures,
    copy_figures,
    generated_figures,
    pair_scores,
    read_segments,
)
from similarity.evaluate.labels import Labels, read_labels
from similarity.evaluate.pages import annex_page, figures_page, scores_table
from similarity.evaluate.strips import write_strip
from similarity.files import write_atomically
from similarity.ingest.add import FileListener, add_files
from similarity.measure.calibration import Calibration, to_json
from similarity.measure.calibrations import load_calibrations
from similarity.media.walk import find_media
from similarity.report.build.tool import tool_facts
from similarity.scan.scan import scan_files
from similarity.text import id_of

__all__ = ["LabelledFootage", "calibrate", "evaluate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFootage:
    """Where labels and footage lie."""

    labels: Path
    """`pairs.csv` (generated video) or `truth.csv` (copies)."""
    suspects: Path
    """Folder of the suspects."""
    works: Path
    """Folder of the works."""
    background: Path | None
    """Folder of unrelated footage."""
    groups: Path | None
    """Footage groups of the works (id, group), for `truth.csv`."""


def calibrate(
    footage: LabelledFootage, proposition: Proposition, out: Path, *, run: Path, config: Config, listener: FileListener
) -> Calibration:
    """Measure the labelled pairs and fit a calibration; `out` gets it, and a page with its data card beside it.

    Raises:
        ConfigurationError: labels, footage or run can't be used; too few groups.
    """
    labels = read_labels(footage.labels, footage.groups)
    scan = _scanned(footage, labels, run, config=config, listener=listener)
    pairs = read_measured_pairs(scan / "pairs.csv", labels, proposition)
    try:
        calibration = fit_calibration(pairs, proposition, name=out.stem, versions=_versions(config))
    except ValueError as error:  # too few groups, or an axis that was never measured
        raise ConfigurationError(f"{footage.labels}: no calibration can be fitted to these pairs: {error}") from error
    write_atomically(out, to_json(calibration).encode())
    write_atomically(out.with_suffix(".md"), annex_page(calibration).encode())
    return calibration


def evaluate(
    footage: LabelledFootage, run: Path, *, config: Config, listener: FileListener
) -> GeneratedFigures | CopyFigures:
    """Measure the labelled pairs and work out every figure; `figures.md` and, for generated video, `scores.csv`.

    Raises:
        ConfigurationError: labels, footage or run can't be used.
    """
    labels = read_labels(footage.labels, footage.groups)
    scan = _scanned(footage, labels, run, config=config, listener=listener)
    figures: GeneratedFigures | CopyFigures
    if labels.are_copies:
        figures = copy_figures(labels, read_segments(scan / "matches.csv"), read_segments(footage.labels))
    else:
        known = load_calibrations(config.measure)
        scores = pair_scores(pair_rows(scan / "pairs.csv"), known.adaptation, copying=known.copy)
        write_atomically(run / "scores.csv", scores_table(scores).encode())
        figures = generated_figures(labels, scores)
        _show_worst(figures, footage, run)
    write_atomically(run / "figures.md", figures_page(figures).encode())
    return figures


def _show_worst(figures: GeneratedFigures, footage: LabelledFootage, run: Path) -> None:
    """A picture of each pair on which the ratio misleads most: `worst-1.jpg` ..."""
    suspects = {id_of(path): path for path in find_media([footage.suspects])}
    works = {id_of(path): path for path in find_media([footage.works])}
    for number, one in enumerate(figures.worst, start=1):
        write_strip(suspects[one.suspect_id], works[one.work_id], run / f"worst-{number}.jpg")


def _scanned(footage: LabelledFootage, labels: Labels, run: Path, *, config: Config, listener: FileListener) -> Path:
    """The finished scan of all suspects against all works."""
    suspects = _listed(footage.suspects, labels.suspect_ids)
    wanted = {pair.work_id for pair in labels.pairs}
    works = find_media([footage.works]) if footage.groups else _listed(footage.works, wanted)
    with open_library(run / "library", create=True) as library:
        add_files(works, library, config=config, role="work", listener=listener)
        if footage.background is not None:
            add_files([footage.background], library, config=config, role="background", listener=listener)
        scan_files(
            suspects,
            open_session(library, config),
            run / "scan",
            with_all_works=True,
            is_labelled=True,
            listener=listener,
        )
    return run / "scan"


def _listed(folder: Path, wanted: Collection[str]) -> list[Path]:
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
