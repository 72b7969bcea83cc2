"""The run folder: what a run depends on, and what is kept of each suspect, written whole or not at all.

run.json          what a run depends on
names.json        file -> identifier
works/STATE.json  the works of each generation of the library that was compared with
described/        every suspect as it was described, so that it need not be decoded again when works are added
suspects/         the result of each suspect
pictures/         small pictures of what was found in it
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from similarity._version import __version__
from similarity.compare.session import Session
from similarity.describe.choose import OPTIONAL_SETS
from similarity.describe.stored import pack_video, unpack_video
from similarity.describe.video import DescribedVideo
from similarity.errors import CaseError, ConfigurationError
from similarity.files import write_atomically
from similarity.scan.naming import ids_of, name_key
from similarity.scan.opinions import Opinion
from similarity.scan.overview import Beside
from similarity.scan.results import LibraryState, SuspectResult

__all__ = ["RunFolder"]


class RunFolder:
    """A folder that grows with its suspects and works.

    Args:
        folder: where it is, or is to be.
        session: the library and the configuration that are compared with.
        with_all_works: whether every work is scored.
        is_labelled: whether ratios are read later from its scores, whatever the calibrations are now.

    Raises:
        ConfigurationError: the folder holds a run of another configuration or version, or can't be written.
    """

    def __init__(self, folder: Path, session: Session, *, with_all_works: bool, is_labelled: bool) -> None:
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
                "calibrations": "read later" if is_labelled else dict(session.calibrations.handles),
            }
        )
        generation = f"works/{self.state.works_sha256}.json"
        if not (folder / generation).is_file():
            self.write(generation, _json(self._works))

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
        self.write("names.json", _json(earlier | {name_key(file): name for file, name in ids.items()}))
        return ids

    def result(self, query_id: str, sha256: str) -> SuspectResult | None:
        """An earlier result for the same bytes; one that can't be read is made again."""
        try:
            found = _results().validate_json((self._folder / "suspects" / f"{_key(query_id)}.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return found if (found.query_id, found.sha256) == (query_id, sha256) else None

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

    def beside(self, opinions: Sequence[Opinion]) -> Beside:
        """What the overview shows beside the results."""
        contents = {name: entry.sha256 for name, entry in self._rows.works.items()}
        return Beside(picture_of=self.picture, work_sha256=contents, opinions=opinions)

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


def _key(query_id: str) -> str:
    return hashlib.sha256(query_id.encode()).hexdigest()[:32]


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
