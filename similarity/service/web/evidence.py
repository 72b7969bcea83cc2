"""The report of an upload's last screening: where it lies, whether it is there, who may see it now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from similarity.service.data import audit, jobs
from similarity.service.data.tables import jobs as jobs_table
from similarity.service.errors import Problem, not_found
from similarity.service.people.roles import Caller
from similarity.service.review import tasks
from similarity.service.settings import Settings

__all__ = ["REPORT_POLICY", "ask_for_report", "report_file", "report_folder", "require_not_blind"]

REPORT_POLICY = (
    "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; img-src data:; media-src blob:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""Of a report's page, which holds its style and script and names their hashes itself; it runs apart from this site."""


def report_folder(settings: Settings, upload: Mapping[str, Any]) -> Path | None:
    """Folder of the report; None while there is none."""
    folder = settings.reports / str(upload["screening_id"])
    return folder if upload["screening_id"] and (folder / "report.json").is_file() else None


def ask_for_report(connection: Connection, upload: Mapping[str, Any]) -> bool:
    """Have the report made, once; False where there is nothing to make it of, or making it failed for good."""
    if not upload["sha256"] or not upload["screening_id"] or upload["state"] in {"erased", "unreadable"}:
        return False
    of_upload = (jobs_table.c.subject_id == upload["id"]) & (jobs_table.c.kind == "evidence")
    counted = select(jobs_table.c.state).where(of_upload).distinct()
    states = {row.state for row in connection.execute(counted)}
    if "dead" in states:
        return False
    if not states & {"waiting", "running"}:
        jobs.add(connection, "evidence", tenant_id=upload["tenant_id"], subject_id=upload["id"], priority=jobs.URGENT)
    return True


def report_file(
    connection: Connection, settings: Settings, caller: Caller, upload: Mapping[str, Any], name: str
) -> Path | None:
    """A file of the report, the view recorded; None while it is being made.

    Args:
        connection: the transaction.
        settings: where reports lie.
        caller: who looks.
        upload: whose report.
        name: of the file.

    Raises:
        Problem: 404, there is none; 409, the caller is to give a second opinion first.
    """
    require_not_blind(connection, caller, upload["id"])
    folder = report_folder(settings, upload)
    path = None if folder is None or not (folder / name).is_file() else folder / name
    if path is None and not ask_for_report(connection, upload):
        raise not_found(f"{name} of upload {upload['id']}")
    said = "evidence viewed" if path is not None else "evidence asked for"
    details = {"file": name}
    audit.record(connection, caller.tenant_id, said, actor=caller.name, details=details, subject_id=upload["id"])
    return path


def require_not_blind(connection: Connection, caller: Caller, upload_id: str) -> None:
    """Keep what was measured and said from a person who is to give a second opinion without it.

    Args:
        connection: a transaction that reads.
        caller: who asks to see it.
        upload_id: the upload.

    Raises:
        Problem: 409.
    """
    if tasks.is_blind(connection, caller, upload_id):
        said = f"upload {upload_id} waits for a second opinion, which is given without seeing this; give yours first"
        raise Problem(409, "blind", said)
