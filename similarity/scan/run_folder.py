"""The run folder: what a run depends on, and what is kept of each suspect, written whole or not at all.

run.json          what a run depends on
names.json        file -> identifier
works/STATE.json  the works of each generation of the library that was compared with
described/        every suspect as it was described, so that it need not be decoded again when works are added
suspects/         the result of each suspect
pictures/         small pictures of what was found in it
reports/          the report of a suspect, where it was asked for
timelines/        timelines for editors, where they were asked for
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import count, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from similarity._version import __version__
from similarity.compare.session import Session
from similarity.describe.choose import OPTIONAL_SETS
from similarity.describe.stored import pack_video, unpack_video
from similarity.describe.video import DescribedVideo
from similarity.errors import CaseError, ConfigurationError
from similarity.files import write_atomically
from similarity.naming import ids_of, name_key
from similarity.report.folder import HTML_NAME, JSON_NAME
from similarity.scan.opinions import Opinion
from similarity.scan.overview import Beside
from similarity.scan.results import LibraryState, SuspectResult

__all__ = ["RunFolder", "read_results"]

_MOST_CHARACTERS = 60
"""Of a suspect's identifier in the names of its folders and files."""


class RunFolder:
    """A folder that grows with its suspects and works.

    Args:
        folder: where it is, or is to be.
        session: the library and the configuration that are compared with.
        with_all_works: whether every work is scored.
        is_labelled: whether ratios are read later from its scores, whatever the calibrations are now.
        with_parts: whether parts of works are looked for.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """

    def __init__(
        self, folder: Path, session: Session, *, with_all_works: bool, is_labelled: bool, with_parts: bool = False
    ) -> None:
        self._folder = folder
        self._rows = session.rows
        self._claim(
            {
                "version": __version__,
                "config_sha256": session.config.sha256,
                "describers": {
                    d.identity.name: f"{d.identity.version} {d.identity.weights_sha256}" for d in session.describers
                },
                "all_pairs": with_all_works,
                "parts": with_parts,
                "calibrations": "read later" if is_labelled else dict(session.calibrations.handles),
            }
        )
        generation = f"works/{self.state.works_sha256}.json"
        if not (folder / generation).is_file():
            self.write(generation, _json(self._works))

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._folder

    @cached_property
    def state(self) -> LibraryState:
        """The generation that is compared with now."""
        library = self._rows.library
        return LibraryState(
            works_sha256=library.state_sha256("work"), background_sha256=library.state_sha256("background")
        )

    @cached_property
    def _works(self) -> dict[str, str]:
        """Work -> what tells it from another of the same identifier."""
        library = self._rows.library
        late = {name: " ".join(sorted(library.sets_of(name) & OPTIONAL_SETS)) for name in self._rows.works}
        return {
            name: f"{entry.sha256} {entry.added_utc} {late[name]}".rstrip() for name, entry in self._rows.works.items()
        }

    def names(self, files: Sequence[Path]) -> dict[Path, str]:
        """An identifier for each file; those of earlier sessions are kept."""
        path = self._folder / "names.json"
        earlier: dict[str, str] = _read_json(path) if path.exists() else {}
        ids = ids_of(files, earlier)
        now = earlier | {name_key(file): name for file, name in ids.items()}
        if now != earlier or not path.exists():
            self.write("names.json", _json(now))
        return ids

    def result(self, query_id: str, sha256: str) -> SuspectResult | None:
        """An earlier result for the same bytes; one that can't be read is made again."""
        try:
            found = _results().validate_json((self._folder / "suspects" / f"{_key(query_id)}.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return found if (found.query_id, found.sha256) == (query_id, sha256) else None

    def has_result(self, query_id: str) -> bool:
        """Whether an earlier result is there, of these bytes or others."""
        return (self._folder / "suspects" / f"{_key(query_id)}.json").is_file()

    def video(self, query_id: str, path: Path, sha256: str) -> DescribedVideo | None:
        """The suspect as it was described earlier; one that can't be read is described again.

        Args:
            query_id: the suspect.
            path: its file now.
            sha256: of its bytes now.
        """
        stored = self._folder / "described" / f"{_key(query_id)}.npz"
        try:
            found = unpack_video(stored.read_bytes(), stored.name)
        except (OSError, CaseError):
            return None
        return replace(found, path=path) if found.digest.sha256 == sha256 else None

    def keep_video(self, query_id: str, video: DescribedVideo) -> None:
        """Keep a suspect's rows."""
        self.write(f"described/{_key(query_id)}.npz", pack_video(video, with_record=True))

    def keep_result(self, result: SuspectResult) -> None:
        """Keep a suspect's result; its rows are there before."""
        self.write(f"suspects/{_key(result.query_id)}.json", _results().dump_json(result))

    def keep_pictures(self, query_id: str, pictures: Mapping[str, bytes]) -> None:
        """Keep small pictures of what was found in a suspect, by file name."""
        for name, content in pictures.items():
            self.write(f"pictures/{_key(query_id)}/{name}", content)

    def picture(self, query_id: str, name: str) -> str | None:
        """Path of a kept picture below the folder; None where there is none."""
        path = f"pictures/{_key(query_id)}/{name}"
        return path if (self._folder / path).is_file() else None

    def report_folder(self, query_id: str) -> Path:
        """Where the report of a suspect lies, or is to lie."""
        return self._folder / "reports" / _name(query_id)

    def has_report(self, query_id: str) -> bool:
        """Whether a suspect has a report that was made after its result."""
        try:
            report = (self.report_folder(query_id) / JSON_NAME).stat()
            result = (self._folder / "suspects" / f"{_key(query_id)}.json").stat()
        except OSError:
            return False
        return report.st_mtime_ns >= result.st_mtime_ns

    def report_page(self, query_id: str) -> str | None:
        """Path below the folder of a suspect's report, where there is one that was made after its result."""
        page = f"reports/{quote(_name(query_id))}/{HTML_NAME}"
        return page if self.has_report(query_id) else None

    def keep_timelines(self, query_id: str, made: Mapping[str, bytes]) -> None:
        """Keep a suspect's timelines, by what their names end with, in the place of earlier ones."""
        wanted = {f"{_name(query_id)}{ending}": content for ending, content in made.items()}
        for name, content in wanted.items():
            path = self._folder / "timelines" / name
            if not path.exists() or path.read_bytes() != content:
                self.write(f"timelines/{name}", content)
        for name in _timeline_names(_name(query_id), self._folder / "timelines"):
            if name not in wanted:
                self.remove(f"timelines/{name}")

    def keep_report(self, query_id: str, make: Callable[[Path], object]) -> None:
        """Keep a suspect's report, which `make` writes into the folder that it is given."""
        make(self.report_folder(query_id))

    def beside(self, opinions: Sequence[Opinion], command_of: Callable[[SuspectResult], str]) -> Beside:
        """What the overview shows beside the results.

        Args:
            opinions: what people said of matches.
            command_of: gives the command that makes a suspect's report.
        """
        return Beside(
            picture_of=self.picture,
            report_of=self.report_page,
            command_of=command_of,
            work_sha256={name: entry.sha256 for name, entry in self._rows.works.items()},
            opinions=opinions,
        )

    def changed_works(self, since: LibraryState) -> tuple[frozenset[str], frozenset[str]] | None:
        """Works that were added and removed since a generation; None where its list of works is not there.

        A work that stands for something else than it did was removed and added.
        """
        try:
            before: dict[str, str] = json.loads((self._folder / "works" / f"{since.works_sha256}.json").read_text())
        except (OSError, ValueError):
            return None
        now = self._works
        return (
            frozenset(name for name in now if before.get(name) != now[name]),
            frozenset(name for name in before if now.get(name) != before[name]),
        )

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the folder whole, or not at all."""
        path = self._folder / name
        try:
            write_atomically(path, content)
        except OSError as error:
            raise ConfigurationError(
                f"{path}: can't be written: {error}; choose a folder with room that may be written, results so far stay"
            ) from error

    def remove(self, name: str) -> None:
        """Remove a file of the folder."""
        (self._folder / name).unlink(missing_ok=True)

    def _claim(self, wanted: Mapping[str, Any]) -> None:
        """Write what the run depends on, or make sure that an earlier session depended on the same."""
        path = self._folder / "run.json"
        if not path.exists():
            self.write(path.name, _json(wanted))
            return
        found = _read_json(path)
        changed = sorted(key for key in wanted if found.get(key) != wanted[key])
        if changed:
            raise ConfigurationError(
                f"{self._folder} holds a run that differs in {', '.join(changed)}: its results can't be mixed with new "
                "ones; choose another folder with --out, or remove it"
            )


def read_results(folder: Path) -> Iterator[SuspectResult]:
    """What a run folder holds of every suspect, those whose files are gone included.

    Raises:
        ConfigurationError: it is no run folder, or a result can't be read.
    """
    if not (folder / "run.json").is_file():
        raise ConfigurationError(f"{folder}: expected a run folder with run.json; make one with `similarity scan`")
    for path in sorted((folder / "suspects").glob("[!.]*.json")):
        try:
            yield _results().validate_json(path.read_bytes())
        except ValidationError as error:
            raise ConfigurationError(
                f"{path}: not a result of this version; give the command of the scan again, which makes it anew"
            ) from error


def _key(query_id: str) -> str:
    return hashlib.sha256(query_id.encode()).hexdigest()[:32]


def _name(query_id: str) -> str:
    """A file name that tells people which suspect it is of, and differs from every other suspect's."""
    plain = re.sub(r"[^\w.-]+", "-", query_id).strip(".-")
    return f"{plain[:_MOST_CHARACTERS]}-{_key(query_id)[:8]}"


def _timeline_names(stem: str, folder: Path) -> Iterator[str]:
    """Files of a suspect's timelines that are there."""
    further = (f"{stem}-{number}.edl" for number in count(2))
    yield from (name for name in (f"{stem}.otio", f"{stem}.edl") if (folder / name).exists())
    yield from takewhile(lambda name: (folder / name).exists(), further)


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return TypeAdapter(dict[str, Any]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigurationError(f"{path}: can't be read ({error}); choose another folder with --out") from error


@lru_cache(maxsize=1)
def _results() -> TypeAdapter[SuspectResult]:
    return TypeAdapter(SuspectResult)
