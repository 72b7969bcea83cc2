"""Index files as works or background: in order, each whole or not at all, none stopping the others.

Files are read and described here or in several processes; one writer adds them, in the order of the files, so that the
library is the same however many processes there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, cast

from index.api import Writer
from index.errors import DuplicateIdError
from index.records import Entry, Role
from similarity.absence import NotMeasured
from similarity.align.usual import Grounds, renew_companions
from similarity.config import Config
from similarity.describe.choose import AnyDescriber, choose_describers
from similarity.describe.facts import stored_facts, video_facts
from similarity.describe.text.engine import TextEngine
from similarity.describe.video import DescribedVideo
from similarity.errors import MediaError, SimilarityError
from similarity.ingest.catalogue import Catalogue, CatalogueRow
from similarity.ingest.describing import PRELOAD, DescribeTask, LookedAtFile, described_file, names_of, start_describing
from similarity.ingest.entries import describers_to_add, entry_of, source_path_of
from similarity.ingest.standing import is_gone, named_rows, standing_for
from similarity.media.walk import find_media
from similarity.phrases import Phrase
from similarity.progress import SILENT, Progress
from similarity.text import ids_in_words, removal_command, storable
from similarity.workers.jobs import Job, WorkerDiedError, working
from similarity.workers.limits import IN_THIS_PROCESS, WorkLimits

__all__ = ["AddedFile", "RoleConflictError", "add_files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFile:
    """What became of one file."""

    path: str
    """The file."""
    entry_id: str
    """Identifier under which it stands in the library, or would have stood."""
    status: Literal["added", "unchanged", "moved", "failed"]
    """Added now, there before with the same content, there before and its file has moved here, or not usable."""
    detail: str
    """Samples and scenes of an added file and who else holds its content, or why it failed."""
    same_content_as: tuple[str, ...] = ()
    """Other entries of the same role that hold the same bytes."""
    reading_notes: tuple[Phrase, ...] = ()
    """Where reading differed from what was configured."""


class RoleConflictError(SimilarityError):
    """The same content was to be a work and unrelated background at once."""


def add_files(  # noqa: PLR0913 - what is asked of a batch
    paths: Sequence[Path],
    library: Writer,
    *,
    config: Config,
    role: Role = "work",
    catalogue: Catalogue | None = None,
    progress: Progress = SILENT,
    limits: WorkLimits = IN_THIS_PROCESS,
) -> tuple[AddedFile, ...]:
    """Index every video and picture under `paths`.

    Args:
        paths: files, and folders that are searched for files.
        library: where they are added.
        config: how they are described.
        role: what they are here for.
        catalogue: the owner's columns of each file.
        progress: hears every file.
        limits: how many files are described at once, and in how much memory.

    Raises:
        LibraryError: the library can't be written to (disk full, read-only, busy); files added before stay.
        MissingModelError: the library needs a model that is not at hand.
    """
    chosen = choose_describers(config.describe)
    describers = describers_to_add(library, chosen)
    grounds = Grounds(library)
    adding = _Adding(
        library=library,
        describers=describers,
        text=chosen.text,
        config=config,
        role=role,
        catalogue=catalogue or Catalogue(rows={}),
        progress=progress,
        grounds=grounds,
    )
    tasks = _tasks(find_media(paths), adding.catalogue, library)
    refused = _refused(library, role)
    limits = limits.contained() if config.media.isolate else limits
    is_worker = limits.share_cores(len(tasks))
    start = partial(start_describing, config, names_of(describers), refused, is_worker=is_worker)
    results = []
    with working(start, limits, num_tasks=len(tasks), preload=PRELOAD) as workers:
        for number, job in enumerate(workers.in_order(tasks), start=1):
            path = job.task.path
            progress.begin(path, number=number, total=len(tasks))
            try:
                result = _add_file(job, adding)
            except (MediaError, DuplicateIdError, RoleConflictError, WorkerDiedError) as error:
                result = _failed(path, job.task.row.entry_id, str(error))
            progress.end(path, status=result.status, detail=result.detail)
            results.append(result)
    renew_companions(library)
    return tuple(results)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Adding:
    library: Writer
    describers: Sequence[AnyDescriber]
    text: TextEngine | NotMeasured
    config: Config
    role: Role
    catalogue: Catalogue
    progress: Progress
    grounds: Grounds


def _tasks(files: Sequence[Path], catalogue: Catalogue, library: Writer) -> tuple[DescribeTask, ...]:
    entries = library.entries()
    rows = named_rows(files, catalogue, entries)
    by_size: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_size[entry.size_bytes].append(entry)

    def held(path: Path, row: CatalogueRow) -> frozenset[str]:
        near = by_size.get(_size_bytes(path), ())
        return frozenset(entry.sha256 for entry in standing_for(path, row, near, catalogue))

    return tuple(DescribeTask(path=path, row=row, held_sha256=held(path, row)) for path, row in rows.items())


def _size_bytes(path: Path) -> int:
    """Of a file; -1, which no file has, where it can't be told: opening it says why."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _refused(library: Writer, role: Role) -> frozenset[str]:
    """Contents that need not be described: they stand in the other role."""
    return frozenset(entry.sha256 for entry in library.entries() if entry.role != role)


def _add_file(job: Job[DescribeTask, LookedAtFile], adding: _Adding) -> AddedFile:
    library, config, role = adding.library, adding.config, adding.role
    path, row = job.task.path, job.task.row
    looked_at = job.result(adding.progress)
    standing = library.entries_by_sha256(looked_at.sha256)
    _require_one_role(path, standing, adding)
    if same := standing_for(path, row, standing, adding.catalogue):
        return _standing(path, same, adding)
    if looked_at.video is None:  # what stood for it has gone meanwhile
        looked_at = described_file(
            path, looked_at.sha256, adding.describers, config=config, text=adding.text, progress=adding.progress
        )
    video = cast("DescribedVideo", looked_at.video)
    facts = video_facts(video, row.entry_id, sample=config.sample, catalogue=row.columns)
    entry = entry_of(video, facts, role=role, catalogue=row.columns, sound=looked_at.sound)
    outcome = library.add(adding.grounds.completed(entry))
    if not outcome.was_added:
        return _standing(path, [library.entry(outcome.entry_id)], adding)
    sampled, others = facts.sampling, tuple(entry.entry_id for entry in standing)
    return AddedFile(
        path=storable(str(path)),
        entry_id=outcome.entry_id,
        status="added",
        detail=f"{sampled.num_indexed} of {sampled.num_samples} samples indexed, {len(video.scenes.start_pts)} scenes"
        + _lacking_in_words(adding)
        + _shared_in_words(others, adding),
        same_content_as=others,
        reading_notes=video.reading_notes,
    )


def _require_one_role(path: Path, standing: Sequence[Entry], adding: _Adding) -> None:
    """Background that holds a work would make the work look usual, and every match with it weak."""
    others = [entry.entry_id for entry in standing if entry.role != adding.role]
    if not others:
        return
    command = removal_command(others, adding.library.path)
    if adding.role == "background":
        raise RoleConflictError(
            f"{path}: the same content is indexed as {ids_in_words('work', others)}; as background it would make that "
            f"content look usual, and matches with it weak - leave it out, or, if it is no work of yours: {command}"
        )
    raise RoleConflictError(
        f"{path}: the same content is indexed as {ids_in_words('background', others)}, which would make this work look "
        f"usual, and matches with it weak - take it out of the background first: {command}"
    )


def _lacking_in_words(adding: _Adding) -> str:
    """Optional sets of the library that this run has no model for."""
    held = {one.name for one in adding.library.descriptor_sets()}
    lacking = sorted(held - {describer.identity.name for describer in adding.describers})
    return f"; without {', '.join(lacking)}: similarity library describe gives it later" if lacking else ""


def _shared_in_words(others: Sequence[str], adding: _Adding) -> str:
    if not others:
        return ""
    first = "the first" if len(others) == 1 else "the others"
    return (
        f"; same content as {ids_in_words(adding.role, others)} - if the file was only renamed, remove {first}: "
        f"{removal_command(others, adding.library.path)}"
    )


def _standing(path: Path, entries: Sequence[Entry], adding: _Adding) -> AddedFile:
    """A file whose content stands in the library; entries whose own file is gone have moved here."""
    gone = [entry for entry in entries if is_gone(entry)]
    for entry in gone:
        adding.library.set_source_path(entry.entry_id, source_path_of(path))
    detail = f"the same content is indexed under the id {entries[0].entry_id!r}"
    if gone:
        moved = ", ".join(f"{entry.entry_id!r} from {entry.source_path}" for entry in gone)
        detail = f"the same content, and its old file is gone: the path is updated of {moved}"
    detail += _other_grid_in_words(entries, adding)
    return AddedFile(
        path=storable(str(path)), entry_id=entries[0].entry_id, status="moved" if gone else "unchanged", detail=detail
    )


def _other_grid_in_words(entries: Sequence[Entry], adding: _Adding) -> str:
    """That an entry keeps the sampling it was described with, where another is asked for now."""
    wanted = adding.config.sample
    rate = None if wanted.keyframes_only else wanted.samples_per_second
    for entry in entries:
        stored = stored_facts(entry.facts_json)
        held = stored.sampling.samples_per_second
        held_rate = None if isinstance(held, NotMeasured) else held
        if held_rate != rate and not stored.is_still:
            removal = removal_command([entry.entry_id], adding.library.path)
            return (
                f"; it stays as it was described, at {_rate_in_words(held_rate)}, and not at {_rate_in_words(rate)} as "
                f"is asked for now; to describe it anew, take it out first: {removal}"
            )
    return ""


def _rate_in_words(samples_per_second: float | None) -> str:
    return "keyframes alone" if samples_per_second is None else f"{samples_per_second:g} samples a second"


def _failed(path: Path, entry_id: str, reason: str) -> AddedFile:
    return AddedFile(path=storable(str(path)), entry_id=entry_id, status="failed", detail=storable(reason))
