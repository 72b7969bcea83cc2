"""What a case folder keeps of its comparison, read and worked out once, however many checks ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from similarity.case.audit.rederive import rederived
from similarity.case.evidence import RunRecord, StoredFrames, read_run
from similarity.report.schema.report import Report

__all__ = ["Kept"]


class Kept:
    """The evidence of one case folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def run(self) -> RunRecord:
        """`run.json`.

        Raises:
            CaseError: it is not there, or not what was written.
        """
        return read_run(self.folder)

    @cached_property
    def frames(self) -> StoredFrames:
        """The frames, and which of those that were asked for are not kept."""
        return StoredFrames(self.folder, self.run)

    @cached_property
    def derived(self) -> tuple[Report, Mapping[str, bytes]]:
        """The report and pictures that follow from the evidence.

        Raises:
            CaseError: evidence is missing or unreadable.
            ConfigurationError: its configuration or a calibration can't be read.
        """
        return rederived(self.folder, run=self.run, frames=self.frames)
