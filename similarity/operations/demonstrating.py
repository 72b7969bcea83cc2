"""`demo`: the whole job on footage that the product renders itself."""

from __future__ import annotations

from pathlib import Path

from index.library import Library
from similarity.config import load_profile
from similarity.demo.footage import DemoFootage, render_demo
from similarity.operations.adding import FileListener, add_files
from similarity.operations.reporting import compare_to_case
from similarity.operations.session import open_session
from similarity.operations.summaries import compared_in_words

__all__ = ["run_demo"]


def run_demo(folder: Path, *, listener: FileListener) -> str:
    """Render works, background and suspects; index; compare each suspect.

    Returns:
        What was found, in words, with the paths of the reports.
    """
    rendered = folder / "footage"
    footage = render_demo(folder, progress=lambda done, total: listener.begin(rendered, number=done + 1, total=total))
    config = load_profile("standard")
    words = []
    with Library.open_or_create(folder / "library") as library:
        add_files(footage.paths("work"), library, config=config, listener=listener)
        add_files(footage.paths("background"), library, config=config, role="background", listener=listener)
        session = open_session(library, config)
        for number, suspect in enumerate(footage.paths("suspect"), start=1):
            listener.begin(suspect, number=number, total=len(footage.paths("suspect")))
            report, files = compare_to_case(suspect, session, folder / "reports" / suspect.stem)
            listener.end(suspect, status="compared", detail="")
            words.append(compared_in_words(report, files))
    return "\n".join([*words, _truth_in_words(footage)])


def _truth_in_words(footage: DemoFootage) -> str:
    rows = [
        f"  {row.query_id} {row.query_start:.1f}-{row.query_end:.1f} s from {row.ref_id} "
        f"{row.ref_start:.1f}-{row.ref_end:.1f} s: {row.edit}"
        for row in footage.copied
    ]
    return "\n".join(["what the demo's suspects truly took:", *rows])
