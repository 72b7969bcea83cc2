"""`case recover`: a case folder in which an act was cut short, made usable again without losing what it knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from similarity.case.custody.log import read_log, recover_log
from similarity.case.disk.layout import CASE_FILE, not_a_case, unwritable
from similarity.case.disk.walk import walk_case
from similarity.case.facts import read_case_file
from similarity.case.folder import CaseFolder, actor_of
from similarity.case.seal.sealing import seal_numbers, sealed_in_log
from similarity.text import as_printable

__all__ = ["LEFTOVERS_REMOVED", "recover"]

LEFTOVERS_REMOVED = "leftovers removed"
"""Action of the entry that names what an interrupted write had left."""


def recover(folder: Path, *, actor: str | None = None) -> tuple[str, ...]:
    """Mend what an interrupted act left: a torn line of the log, half-written files, exhibits without an entry.

    Everything that was done is said in the custody log too.

    Returns:
        What was done, and what is left to do, a sentence each; nothing where nothing was amiss.

    Raises:
        CaseError: no case folder, or a log that is broken in a way that nothing can mend.
    """
    if not (folder / CASE_FILE).is_file():
        raise not_a_case(folder)
    return tuple(_recovered(folder, actor))


def _recovered(folder: Path, actor: str | None) -> Iterator[str]:
    if read_log(folder).broken is not None:
        by = actor_of(actor, read_case_file(folder / CASE_FILE).facts)
        entry = recover_log(folder, actor=by)
        yield f"custody log: a line that was not written to its end is kept in entry {entry.sequence}"
    with CaseFolder.open(folder, actor=actor) as case:
        if unlogged := case.unlogged:
            yield f"custody log: recorded that {', '.join(unlogged)} had been added"
        if removed := _without_leftovers(folder):
            case.record(LEFTOVERS_REMOVED, {"paths": removed})
            yield f"removed what interrupted writes had left: {', '.join(removed)}"
    newest = max(seal_numbers(folder), default=0)
    if begun := [number for number in sealed_in_log(read_log(folder)) if number > newest]:
        yield f"seal {begun[0]} was begun and not finished: seal the case again"


def _without_leftovers(folder: Path) -> list[str]:
    """Remove what `walk_case` calls unfinished; what was removed, relative to the folder."""
    removed = []
    for path in walk_case(folder).unfinished:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)  # it may have lain in a folder that is gone by now
        except OSError as error:
            raise unwritable(path, error) from error
        removed.append(as_printable(path.relative_to(folder).as_posix()))
    return removed
