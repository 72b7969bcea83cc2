"""Builds the demo's service in a folder: once, and again from the start where the first time was cut short.

DIR/works, DIR/background, DIR/suspect_*.mp4   footage that the product renders itself
DIR/library                                    works and background, indexed
DIR/service.sqlite, blobs, described, reports  what the service keeps
DIR/demo.json                                  key and passwords, for its owner's eyes only; written last
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from index import open_library
from similarity.config import load_profile
from similarity.demo.footage import DemoFootage, render_demo
from similarity.errors import ConfigurationError
from similarity.files import write_atomically
from similarity.ingest.add import add_files
from similarity.ingest.catalogue import Catalogue, CatalogueRow
from similarity.progress import Progress
from similarity.service.data.database import open_database
from similarity.service.demo.fates import upload_all
from similarity.service.demo.tenants import make_tenant
from similarity.service.settings import Settings

__all__ = ["DemoAccess", "build_demo"]

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
class DemoAccess:
    """How to get in."""

    api_key: str
    """Of an administrator's program."""
    people: dict[str, str]
    """Name and password of each person."""


def build_demo(settings: Settings, *, progress: Progress) -> DemoAccess:
    """The demo's service, ready to be served; one that stands there already is left as it is.

    Args:
        settings: with `data` as the folder and `library` inside it.
        progress: hears every film.

    Raises:
        ConfigurationError: another service stands in the folder.
        UnreadableMediaError: a photograph is missing from the installed scikit-image.
    """
    known = _access(settings.data)
    if known is not None:
        return known
    _begin(settings)
    footage = render_demo(settings.data, progress=progress)
    _index(footage, settings, progress)
    people = {name: secrets.token_urlsafe(12) for name in ("reviewer", "second", "administrator")}
    database = open_database(settings.url)
    try:
        tenant = make_tenant(database, people)
        upload_all(database, settings, tenant, footage)
    finally:
        database.close()
    made = DemoAccess(api_key=tenant.api_key, people=people)
    _keep(settings.data, made)
    return made


def _access(folder: Path) -> DemoAccess | None:
    try:
        return DemoAccess(**json.loads((folder / _ACCESS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _begin(settings: Settings) -> None:
    """Clear away what a demo that was cut short has left; nothing of any other service is touched."""
    settings.data.mkdir(parents=True, exist_ok=True)
    if not (settings.data / _BEGUN).exists() and (settings.data / "service.sqlite").exists():
        raise ConfigurationError(f"{settings.data}: another service is kept there; give the demo a folder of its own")
    (settings.data / _BEGUN).touch()
    for path in settings.data.glob("service.sqlite*"):
        path.unlink()
    for folder in (settings.incoming, settings.blobs, settings.described, settings.reports):
        shutil.rmtree(folder, ignore_errors=True)


def _index(footage: DemoFootage, settings: Settings, progress: Progress) -> None:
    config = load_profile(settings.profile, {})
    works = footage.paths("work")
    rows = {path.resolve(): _row(path.stem) for path in works}
    with open_library(settings.library, create=True) as library:
        add_files(works, library, config=config, catalogue=Catalogue(rows=rows), progress=progress)
        add_files(footage.paths("background"), library, config=config, role="background", progress=progress)


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
