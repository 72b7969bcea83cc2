"""Builds the demo's service in a folder: once, and again from the start where the first time was cut short.

DIR/works, DIR/background, DIR/suspect_*.mp4   footage that the product renders itself
DIR/library                                    works and background, indexed
DIR/service.sqlite, blobs, described, reports  what the service keeps
DIR/demo.json                                  key and passwords, for its owner's eyes only; written last
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from index import open_library
from similarity.config import load_profile
from similarity.demo.footage import DemoFootage, render_demo
from similarity.errors import ConfigurationError
from similarity.files import write_atomically
from similarity.ingest.add import add_files
from similarity.ingest.catalogue import Catalogue, CatalogueRow
from similarity.progress import SILENT, Progress
from similarity.service.data.database import open_database
from similarity.service.demo.client import Client
from similarity.service.demo.fates import LATE, answer_two, upload_all, upload_early
from similarity.service.demo.notice import send_notice
from similarity.service.demo.tenants import DemoAccess, make_tenant, say_policies
from similarity.service.settings import Settings

__all__ = ["Demo", "build_demo"]

_ACCESS, _BEGUN = "demo.json", ".demo-begun"
_TITLES = {
    "garage": ("Sunday in the Garage", "Aster Films"),
    "liftoff": ("Liftoff", "Borealis Studio"),
    "deep_sky": ("Deep Sky", "Borealis Studio"),
    "specimens": ("Specimens", "Aster Films"),
    "poster": ("Poster", "Aster Films"),
    "micrograph": ("Micrograph", "Aster Films"),
}
"""Work -> title, and who owns it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What stands before the server does."""

    settings: Settings
    """Of its service."""
    access: DemoAccess
    """How to get in."""
    footage: DemoFootage | None
    """What is to be sent; None where everything was sent before."""

    def fill(self, url: str) -> None:
        """Do through the running service what a platform, its people and its owners would; once.

        Args:
            url: where the service is.

        Raises:
            SimilarityError: the service refuses something; OSError: it does not answer.
        """
        if self.footage is None:
            return
        platform = Client.of_key(url, self.access.api_key)
        say_policies(platform)
        early = upload_early(platform, self.footage)
        _index(self.footage, self.settings, SILENT, works=[LATE])
        uploads = upload_all(platform, self.footage, early)
        reviewer = Client.of_person(url, "reviewer", self.access.people["reviewer"])
        answer_two(reviewer, uploads)
        send_notice(platform, reviewer, "demo-repeat")
        _keep(self.settings.data, self.access)


def build_demo(settings: Settings, *, progress: Progress) -> Demo:
    """Footage, library, tenant; a demo that stands there already is left as it is.

    Args:
        settings: with `data` as the folder and `library` inside it.
        progress: hears every film.

    Raises:
        ConfigurationError: another service stands in the folder.
        UnreadableMediaError: a photograph is missing from the installed scikit-image.
    """
    known = _access(settings.data)
    if known is not None:
        return Demo(settings=settings, access=known, footage=None)
    _begin(settings)
    footage = render_demo(settings.data, progress=progress)
    _index(footage, settings, progress, works=[name for name in _TITLES if name != LATE])
    _index(footage, settings, progress, role="background")
    database = open_database(settings.url)
    try:
        access = make_tenant(database)
    finally:
        database.close()
    return Demo(settings=settings, access=access, footage=footage)


def _access(folder: Path) -> DemoAccess | None:
    try:
        return DemoAccess(**json.loads((folder / _ACCESS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _begin(settings: Settings) -> None:
    """Clear away what a demo that was cut short has left; nothing of any other service is touched."""
    settings.data.mkdir(parents=True, exist_ok=True)
    begun = settings.data / _BEGUN
    others = [path for path in (settings.data / "service.sqlite", settings.library) if path.exists()]
    if others and not begun.exists():
        raise ConfigurationError(f"{others[0]}: stands there, and no demo made it; give the demo a folder of its own")
    begun.touch()
    for path in settings.data.glob("service.sqlite*"):
        path.unlink()
    for folder in (settings.library, settings.incoming, settings.blobs, settings.described, settings.reports):
        shutil.rmtree(folder, ignore_errors=True)


def _index(
    footage: DemoFootage,
    settings: Settings,
    progress: Progress,
    *,
    role: Literal["work", "background"] = "work",
    works: Sequence[str] = (),
) -> None:
    """Index the background, or some of the works."""
    config = load_profile(settings.profile, {})
    paths = [path for path in footage.paths(role) if role == "background" or path.stem in works]
    rows = {path.resolve(): _row(path.stem) for path in paths if role == "work"}
    with open_library(settings.library, create=True) as library:
        add_files(paths, library, config=config, role=role, catalogue=Catalogue(rows=rows), progress=progress)


def _row(work_id: str) -> CatalogueRow:
    title, owner = _TITLES[work_id]
    return CatalogueRow(entry_id=work_id, columns={"title": title, "owner": owner})


def _keep(folder: Path, made: DemoAccess) -> None:
    path = folder / _ACCESS
    before = os.umask(0o077)
    try:
        write_atomically(path, (json.dumps(asdict(made), indent=1) + "\n").encode("utf-8"))
        path.chmod(0o600)
    finally:
        os.umask(before)
    (folder / _BEGUN).unlink(missing_ok=True)
