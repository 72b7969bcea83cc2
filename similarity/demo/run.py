"""`demo`: the whole job on footage that the product renders itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index import open_library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.demo.footage import DemoFootage, render_demo
from similarity.ingest.add import add_files
from similarity.progress import Progress
from similarity.report.build.report import compare_to_folder
from similarity.report.schema.report import Report

__all__ = ["DemoRun", "run_demo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRun:
    """What the demo rendered and found."""

    footage: DemoFootage
    """Works, background and suspects, with what the suspects truly took."""
    reports: tuple[tuple[Report, tuple[Path, ...]], ...]
    """Per suspect: its report, and the files that were written."""


def run_demo(folder: Path, *, progress: Progress) -> DemoRun:
    """Render works, background and suspects; index; compare each suspect."""
    footage = render_demo(folder, progress=progress)
    config = load_profile("standard")
    reports = []
    with open_library(folder / "library", create=True) as library:
        add_files(footage.paths("work"), library, config=config, progress=progress)
        add_files(footage.paths("background"), library, config=config, role="background", progress=progress)
        session = open_session(library, config)
        for number, suspect in enumerate(footage.paths("suspect"), start=1):
            progress.begin(suspect, number=number, total=len(footage.paths("suspect")))
            reports.append(compare_to_folder(suspect, session, folder / "reports" / suspect.stem))
            progress.end(suspect, status="compared", detail="")
    return DemoRun(footage=footage, reports=tuple(reports))
