"""That the search was entered before it was made, and that the evidence keeps what it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.codes import state_sha256_of
from index.memory import MemoryReader
from similarity.case.acts import COMPARED, SEARCH_ENTERED
from similarity.case.audit.checks import failed, passed
from similarity.case.audit.rederive import stored_library
from similarity.case.custody.log import read_log
from similarity.case.disk.layout import CUSTODY_FILE, inside, read_bounded
from similarity.case.evidence import LIBRARY_FILE, RUN_FILE, RunRecord
from similarity.case.values import Check, CustodyEntry
from similarity.compare.values import LibraryFacts
from similarity.report.schema.report import Report
from similarity.text import as_printable

__all__ = ["search_checks"]

_MAX_BYTES = 1_000_000_000
_MOST_NAMED = 20


def search_checks(folder: Path, report: Report, run: RunRecord) -> Iterator[Check]:
    """The list of what was compared with, against the log, the evidence and the report.

    Args:
        folder: the case folder.
        report: its report.
        run: what the comparison stated of itself.
    """
    entered = _entered(read_log(folder).entries)
    if entered is None:
        what = "no search was entered before the newest comparison: what it was made with can't be known from the log"
        yield failed("search.entered", what, CUSTODY_FILE)
        return
    listed = _Listed(read_bounded(inside(folder, LIBRARY_FILE), _MAX_BYTES).decode("utf-8").splitlines(keepends=True))
    yield _entry_check(entered, listed, report, run)
    yield _kept_check(listed, stored_library(run, folder), run)
    yield _facts_check(listed, report.library)


def _entered(entries: Sequence[CustodyEntry]) -> Mapping[str, Any] | None:
    """What the log says of the search of the newest comparison, entered after the comparison before it."""
    compared = [number for number, one in enumerate(entries) if one.action == COMPARED]
    newest = compared[-1] if compared else len(entries)
    earlier = compared[-2] if len(compared) > 1 else -1
    found = [one for one in entries[earlier + 1 : newest] if one.action == SEARCH_ENTERED]
    return json.loads(found[-1].details_json) if found else None


@dataclass(frozen=True, slots=True)
class _Listed:
    """`library.jsonl`: a line for each entry and descriptor set."""

    lines: Sequence[str]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Identifier, role, SHA-256 of the file, set, version, weights, number and SHA-256 of rows."""
        return [tuple(json.loads(line)) for line in self.lines]

    def ids(self, role: str) -> set[str]:
        """Identifiers of one role."""
        return {row[0] for row in self.rows if row[1] == role}

    def num_samples(self, role: str) -> int:
        """Indexed samples of one role: as many as an entry has rows of any one set; attachments have sizes instead."""
        counts = {row[0]: row[6] or 0 for row in self.rows if row[1] == role and row[4] != "attachment"}
        return sum(counts.values())


def _entry_check(entered: Mapping[str, Any], listed: _Listed, report: Report, run: RunRecord) -> Check:
    wanted = {
        "suspect_sha256": run.suspect.digest.sha256,
        "library_state_sha256": state_sha256_of(listed.lines),
        "config_sha256": report.tool.config_sha256,
    }
    wrong = [name for name, value in wanted.items() if entered.get(name) != value]
    if report.library.state_sha256 != wanted["library_state_sha256"]:
        wrong.append("library of the report")
    if wrong:
        what = f"{', '.join(wrong)}: the search that was entered is not the one that was made, or its list was edited"
        return failed("search.entered", what, CUSTODY_FILE, LIBRARY_FILE)
    return passed("search.entered", "suspect, library and configuration were entered before they were compared")


def _kept_check(listed: _Listed, kept: MemoryReader, run: RunRecord) -> Check:
    """That nothing of the background was left out, and nothing kept is other than listed."""
    gone = sorted(listed.ids("background") - {one.entry_id for one in run.entries if one.role == "background"})
    other = sorted({json.loads(line)[0] for line in set(kept.state_lines()) - set(listed.lines)})
    if gone or other:
        what = "; ".join(
            f"{said}: {', '.join(map(as_printable, names[:_MOST_NAMED]))}"
            for said, names in (("background that the evidence lacks", gone), ("kept otherwise than listed", other))
            if names
        )
        return failed("search.kept", what, RUN_FILE, LIBRARY_FILE)
    works = listed.ids("work") - {one.entry_id for one in run.entries if one.role == "work"}
    what = f"all background, and the works that were aligned, are those that were listed; {len(works)} more works are "
    return passed("search.kept", what + f"named in {LIBRARY_FILE} and can be asked for", RUN_FILE, LIBRARY_FILE)


def _facts_check(listed: _Listed, facts: LibraryFacts) -> Check:
    found = {
        "num_works": len(listed.ids("work")),
        "num_background": len(listed.ids("background")),
        "num_work_samples": listed.num_samples("work"),
        "num_background_samples": listed.num_samples("background"),
    }
    wrong = [name for name, number in found.items() if getattr(facts, name) != number]
    if wrong:
        what = "; ".join(
            f"{name}: the report says {getattr(facts, name)}, the list gives {found[name]}" for name in wrong
        )
        return failed("search.library", what, LIBRARY_FILE)
    return passed("search.library", "what the report says of the library follows from the list", LIBRARY_FILE)
