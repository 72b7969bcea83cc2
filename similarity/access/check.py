"""The access dossier: a file of facts to fill in, and what facts and documents say, laid out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from similarity.access.dossier import Binds, as_read, build_dossier
from similarity.access.json_form import dossier_to_json
from similarity.access.template import TEMPLATE
from similarity.access.values import AccessDossier, FileLabels
from similarity.errors import AccessError
from similarity.files import write_atomically
from similarity.media.digest import digest_file
from similarity.provenance.reading import read_labels
from similarity.text import storable

__all__ = ["DOSSIER_FILE", "certificates", "check_access", "labelled", "new_facts"]

DOSSIER_FILE = "access.json"
"""Name of the stored dossier in its folder."""


def new_facts(path: Path) -> None:
    """Write a commented file of facts to fill in.

    Raises:
        AccessError: something stands there already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(TEMPLATE)
    except FileExistsError as error:
        raise AccessError(f"{path}: stands there already and is never written over; name another file") from error


def check_access(
    facts: Path,
    *,
    suspect: Path | None = None,
    out: Path | None = None,
    trust_list: Path | None = None,
    binds: Binds = as_read,
) -> AccessDossier:
    """The dossier of a file of facts.

    Args:
        facts: the file.
        suspect: the suspect's file: its hash and its labels.
        out: folder to store the dossier in.
        trust_list: certificates (PEM) behind the signers of C2PA manifests; without it trust is not checked.
        binds: looks at the pictures of the suspect where a record speaks of other bytes.

    Raises:
        ConfigurationError: the file of facts can't be read, or has keys that are unknown, missing or wrong.
        AccessError: a date that can't be read, a document that leads out of the folder, a suspect that is another file.
        UnreadableMediaError: the suspect's file can't be read.
    """
    file = None if suspect is None else labelled(suspect, trust_list)
    dossier = build_dossier(facts, suspect_file=file, now=datetime.now(UTC), binds=binds)
    if out is not None:
        write_atomically(out / DOSSIER_FILE, dossier_to_json(dossier).encode("utf-8"))
    return dossier


def labelled(suspect: Path, trust_list: Path | None) -> FileLabels:
    """The suspect's file: its hash, and the provenance labels that it bears.

    Raises:
        UnreadableMediaError: the file can't be read.
        AccessError: the trust list holds no certificates.
    """
    digest = digest_file(suspect)
    return FileLabels(
        role="suspect",
        path=storable(str(suspect)),
        sha256=digest.sha256,
        labels=read_labels(suspect, trust_list_pem=certificates(trust_list)),
    )


def certificates(path: Path | None) -> str | None:
    """The text of a trust list; None without one.

    Raises:
        AccessError: the file can't be read.
    """
    if path is None:
        return None
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"{path}: can't be read as certificates: {error}; expected a file in PEM") from error
