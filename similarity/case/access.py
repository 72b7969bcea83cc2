"""The access dossier of a case: facts and documents copied in, laid out there, and laid out again to verify."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from similarity.access.check import DOSSIER_FILE, labelled
from similarity.access.dossier import Binds, as_read, build_dossier
from similarity.access.json_form import dossier_to_json
from similarity.access.values import AccessDossier, FileLabels
from similarity.case.disk.layout import inside
from similarity.errors import CaseError
from similarity.files import write_atomically

__all__ = ["ACCESS_FOLDER", "FACTS_FILE", "dossier_again", "take_access"]

ACCESS_FOLDER = "access"
FACTS_FILE = f"{ACCESS_FOLDER}/facts.yaml"


def take_access(
    facts: Path, folder: Path, suspect: Path, *, trust_list: Path | None = None, binds: Binds = as_read
) -> AccessDossier:
    """Copy facts and their documents into a case folder and lay the dossier out from the copies.

    A document that the facts name by an absolute path stays where it is.

    Args:
        facts: the file of facts.
        folder: the case folder.
        suspect: the suspect's file.
        trust_list: certificates (PEM) behind the signers of C2PA manifests.
        binds: looks at the pictures of the suspect where a record speaks of other bytes.

    Raises:
        ConfigurationError, AccessError: the facts can't be read, or speak of another file.
        CaseError: a document can't be copied.
    """
    file, now = labelled(suspect, trust_list), datetime.now(UTC)
    found = build_dossier(facts, suspect_file=file, now=now)
    for document in found.documents:
        source = facts.parent / document.entry.path
        if isinstance(document.sha256, str) and not PurePath(document.entry.path).is_absolute():
            _copy(source, inside(folder, f"{ACCESS_FOLDER}/{PurePath(document.entry.path).as_posix()}"))
    _copy(facts, folder / FACTS_FILE)
    dossier = _from_copies(folder, file, now, binds)
    write_atomically(folder / ACCESS_FOLDER / DOSSIER_FILE, dossier_to_json(dossier).encode("utf-8"))
    return dossier


def dossier_again(stated: AccessDossier, folder: Path, binds: Binds = as_read) -> AccessDossier:
    """The dossier that follows from the facts and documents in a case folder, at the time of the one stated.

    Labels of the suspect's file are taken over as stated: what a reader makes of them depends on the trust list given.

    Args:
        stated: the dossier that the report states.
        folder: the case folder.
        binds: looks at the stored pictures of the suspect where a record speaks of other bytes.
    """
    file = next((one for one in stated.labels if one.role == "suspect"), None)
    now = datetime.fromisoformat(stated.created_utc)
    return _from_copies(folder, file, now, binds)


def _from_copies(folder: Path, file: FileLabels | None, now: datetime, binds: Binds) -> AccessDossier:
    dossier = build_dossier(inside(folder, FACTS_FILE), suspect_file=file, now=now, binds=binds)
    return replace(dossier, facts_path=FACTS_FILE)


def _copy(source: Path, target: Path) -> None:
    try:
        write_atomically(target, source.read_bytes())
    except OSError as error:
        raise CaseError(f"{source}: can't be copied into the case: {error.strerror or error}") from error
