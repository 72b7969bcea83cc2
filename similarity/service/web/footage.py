"""Bytes that a signed-in person looks at: the upload, the work from its owner's file, pictures of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, Response
from sqlalchemy import Connection, select

from index import open_library
from index.errors import LibraryError
from similarity.service.data import audit
from similarity.service.data.tables import screenings
from similarity.service.errors import Problem, not_found
from similarity.service.settings import Settings
from similarity.service.uploads.blobs import blob_path, sha256_of
from similarity.service.uploads.uploads import find
from similarity.service.web.evidence import REPORT_POLICY, report_file, report_folder
from similarity.service.web.rendering import Visit, visiting

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Visit, Depends(visiting("upload:read"))]

_KINDS = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/mp4",
    ".webm": "video/webm",
    ".mkv": "video/webm",
    ".ogv": "video/ogg",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
}
"""Suffix -> media type; nothing else is said, so that a browser runs nothing of an upload."""
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}\.(jpg|png|webp)")


@router.get("/uploads/{upload_id}/video")
def upload_video(upload_id: str, visit: Watcher) -> FileResponse:
    """The upload as it came."""
    with visit.service.database.writing() as connection:
        upload = find(connection, visit.caller.tenant_id, upload_id)
        path = blob_path(visit.service.settings, str(upload["sha256"]))
        if not upload["sha256"] or upload["state"] == "erased" or not path.is_file():
            raise not_found(f"the video of upload {upload_id}")
        _note(connection, visit, upload_id, {"file": "upload", "sha256": upload["sha256"]})
    return FileResponse(path, media_type=_KINDS.get(upload["suffix"], "application/octet-stream"))


@router.get("/uploads/{upload_id}/work")
def work_video(upload_id: str, work: str, visit: Watcher) -> FileResponse:
    """A work that was found in the upload, from the file that was indexed."""
    with visit.service.database.reading() as connection:
        upload = find(connection, visit.caller.tenant_id, upload_id)
        _require_found(connection, upload, work)
    path, sha256 = _work_file(visit.service.settings, work)
    with visit.service.database.writing() as connection:
        _note(connection, visit, upload_id, {"file": "work", "work_id": work, "sha256": sha256})
    return FileResponse(path, media_type=_KINDS.get(path.suffix.lower(), "application/octet-stream"))


def _require_found(connection: Connection, upload: Mapping[str, Any], work_id: str) -> None:
    """Works are shown beside uploads in which they were found, and nowhere else."""
    stored = connection.scalar(select(screenings.c.measured_json).where(screenings.c.id == upload["screening_id"]))
    if work_id not in {one["work_id"] for one in (stored or {}).get("works", [])}:
        raise not_found(f"work {work_id} beside upload {upload['id']}")


def _work_file(settings: Settings, work_id: str) -> tuple[Path, str]:
    """The work's file, where it is still there and still the one that was indexed.

    Raises:
        Problem: 404; 409, it has changed.
    """
    try:
        with open_library(settings.library) as library:
            entry = library.entry(work_id)
    except LibraryError as error:
        raise Problem(404, "not-found", f"work {work_id}: the library holds it no more") from error
    path = Path(entry.source_path)
    try:
        state = path.stat()
        same = state.st_size == entry.size_bytes and _hashed(path, state.st_size, state.st_mtime_ns) == entry.sha256
    except OSError as error:
        said = f"work {work_id}: its file is not where it was when it was indexed"
        raise Problem(404, "not-found", said) from error
    if not same:
        raise Problem(409, "changed", f"work {work_id}: its file has changed since it was indexed, and is not shown")
    return path, entry.sha256


@lru_cache(maxsize=256)
def _hashed(path: Path, size_bytes: int, modified_nanoseconds: int) -> str:  # noqa: ARG001 - what the hash is kept by
    return sha256_of(path)


def _note(connection: Connection, visit: Visit, upload_id: str, details: Mapping[str, Any]) -> None:
    """Record the view; further pieces of the same video belong to it."""
    caller = visit.caller
    if visit.service.views.is_new(caller.id, upload_id, *map(str, details.values())):
        audit.record(
            connection, caller.tenant_id, "evidence viewed", actor=caller.name, details=details, subject_id=upload_id
        )


@router.get("/uploads/{upload_id}/report")
def report(upload_id: str, visit: Watcher) -> Response:
    """The report as a page of its own."""
    with visit.service.database.writing() as connection:
        upload = find(connection, visit.caller.tenant_id, upload_id)
        path = report_file(connection, visit.service.settings, visit.caller, upload, "report.html")
    if path is None:
        return visit.page("report_waits.html", status=202, upload=upload)
    return FileResponse(path, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})


@router.get("/uploads/{upload_id}/report/pictures/{name}")
def picture(upload_id: str, name: str, visit: Watcher) -> FileResponse:
    """A picture of the report."""
    with visit.service.database.reading() as connection:
        upload = find(connection, visit.caller.tenant_id, upload_id)
    folder = report_folder(visit.service.settings, upload)
    path = None if folder is None or not _PICTURE.fullmatch(name) else folder / "pictures" / name
    if path is None or not path.is_file():
        raise not_found(f"picture {name} of upload {upload_id}")
    return FileResponse(path, media_type=_KINDS[path.suffix])
