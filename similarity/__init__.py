"""Measure, scene by scene and on separate axes, what a video shares with indexed works.

The story of a case, in order: `media` opens, `scenes` parts, `describe` samples and describes, `ingest` puts it into a
library, `compare` finds, aligns and looks again, `measure` measures, `report` shows, `scan` does it for many, `case`
keeps it for a court.  `cli` is the command line.
Importing this package loads nothing heavy: names are fetched when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from similarity._version import __version__

if TYPE_CHECKING:
    from similarity.absence import NotMeasured
    from similarity.compare.session import open_session
    from similarity.config import Config, load_profile
    from similarity.errors import SimilarityError
    from similarity.ingest.add import add_files
    from similarity.report.build.report import compare_to_folder
    from similarity.report.folder import read_report, render_report
    from similarity.report.schema.report import Report
    from similarity.scan.scan import scan_files

__all__ = [
    "Config",
    "NotMeasured",
    "Report",
    "SimilarityError",
    "__version__",
    "add_files",
    "compare_to_folder",
    "load_profile",
    "open_session",
    "read_report",
    "render_report",
    "scan_files",
]

_HOMES = {
    "Config": "similarity.config",
    "NotMeasured": "similarity.absence",
    "Report": "similarity.report.schema.report",
    "SimilarityError": "similarity.errors",
    "add_files": "similarity.ingest.add",
    "compare_to_folder": "similarity.report.build.report",
    "load_profile": "similarity.config",
    "open_session": "similarity.compare.session",
    "read_report": "similarity.report.folder",
    "render_report": "similarity.report.folder",
    "scan_files": "similarity.scan.scan",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module 'similarity' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
