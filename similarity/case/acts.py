"""A case folder from its opening to its export; comparing and verifying stand in rooms of their own."""

from __future__ import annotations

import hashlib
import os
import platform
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from similarity._version import __version__
from similarity.case.custody.log import append_entry
from similarity.case.disk.layout import CASE_FILE, not_a_case
from similarity.case.disk.walk import walk_case
from similarity.case.facts import write_template
from similarity.case.folder import CaseFolder
from similarity.case.seal.sealing import Seal, attach_time_stamp, newest_seal, seal_case, seal_folder
from similarity.case.seal.timestamps import TimeStamp, fetch_time_stamp
from similarity.errors import CaseError
from similarity.report.phrases.language import LanguageCode
from similarity.report.schema.case import Exhibit, ExhibitRole, Profile
from similarity.signatures import SigningKey

__all__ = [
    "COMPARED",
    "SEARCH_ENTERED",
    "add_note",
    "export_case",
    "machine_facts",
    "open_case",
    "seal",
    "stamp",
    "take_in",
]

COMPARED = "compared"
"""Action of the custody entry that a comparison leaves."""
SEARCH_ENTERED = "search entered"
"""Action of the custody entry that says, before anything is compared, what is going to be compared with what."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def open_case(folder: Path, *, case_id: str, profile: Profile, language: LanguageCode, actor: str) -> Path:
    """Make a case folder with a commented `case.yaml` to fill in, and begin its custody log.

    Args:
        folder: to make.
        case_id: identifier of the case.
        profile: the law that the report follows.
        language: of the report.
        actor: who opens it.

    Raises:
        CaseError: a case stands there already, or the folder can't be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_template(folder / CASE_FILE, case_id=case_id, profile=profile, language=language)
    append_entry(folder, actor=actor, action="case opened", details={"case_id": case_id, **machine_facts()})
    return folder / CASE_FILE


def take_in(
    folder: Path, files: Sequence[Path] = (), *, role: ExhibitRole, copies: bool, actor: str | None = None
) -> tuple[Exhibit, ...]:
    """Make exhibits of the files that `case.yaml` lists and of the files given; those there already stay.

    Args:
        folder: the case folder.
        files: files that `case.yaml` does not list.
        role: what these are.
        copies: whether the case folder is to hold copies of these.
        actor: who does it; else the analyst of `case.yaml`.

    Returns:
        The exhibits made now.

    Raises:
        CaseError: a file can't be read, or differs from the exhibit of its number.
        ConfigurationError: `case.yaml` can't be read.
    """
    with CaseFolder.open(folder, actor=actor) as case:
        listed = case.take_in_listed()
        return (*listed, *(case.take_in(file, role=role, copies=copies) for file in files))


def add_note(folder: Path, text: str, *, actor: str | None = None) -> None:
    """Write a person's note into the custody log.

    Args:
        folder: the case folder.
        text: the note.
        actor: who writes it; else the analyst of `case.yaml`.

    Raises:
        CaseError: no case folder, an empty note, or a broken log.
    """
    if not text.strip():
        raise CaseError("note: expected some text, got none")
    with CaseFolder.open(folder, actor=actor) as case:
        case.record("note", {"text": text})


def seal(folder: Path, key: SigningKey, *, actor: str | None = None, authority_url: str | None = None) -> Seal:
    """Sign everything that the folder holds; with an address, ask a time stamping authority at once.

    Args:
        folder: the case folder.
        key: signs.
        actor: who seals; else the analyst of `case.yaml`.
        authority_url: address of the time stamping authority.

    Raises:
        CaseError: the folder can't be sealed.
        SignatureError: the authority gave no stamp that fits; the seal stands without one.
    """
    with CaseFolder.open(folder, actor=actor) as case:
        case_id, actor = case.facts.case_id, case.actor
    made = seal_case(folder, key, case_id=case_id, actor=actor)
    if authority_url:
        request = (seal_folder(folder, made.number) / "timestamp.tsq").read_bytes()
        attach_time_stamp(folder, fetch_time_stamp(authority_url, request), actor=actor)
    return made


def stamp(
    folder: Path, response: Path, *, roots: Sequence[Path], request: Path | None = None, actor: str | None = None
) -> TimeStamp:
    """Attach the response of a time stamping authority to the newest seal.

    Args:
        folder: the case folder.
        response: the response.
        roots: root certificates of authorities that are trusted.
        request: the request that it answers, where it was not the seal's own.
        actor: who attaches it; else the analyst of `case.yaml`.

    Raises:
        CaseError: no seal, or a file can't be read.
        SignatureError: it is no stamp on that seal.
    """
    try:
        content = response.read_bytes()
        certificates = [root.read_bytes() for root in roots]
        asked = None if request is None else request.read_bytes()
    except OSError as error:
        raise CaseError(f"{error.filename}: can't be read: {error.strerror}; check the spelling") from error
    with CaseFolder.open(folder, actor=actor) as case:
        actor = case.actor
    return attach_time_stamp(folder, content, actor=actor, roots=certificates, request=asked)


def export_case(folder: Path, out: Path) -> str:
    """Pack a case folder into a ZIP archive: the same folder gives the same bytes.

    Returns:
        SHA-256 of the archive.

    Raises:
        CaseError: the folder was never sealed, holds what can't be packed, or `out` stands there already.
    """
    if not (folder / CASE_FILE).is_file():
        raise not_a_case(folder)
    if not newest_seal(folder):
        raise CaseError(f"{folder}: is not sealed; seal it before it leaves your hands: similarity case seal {folder}")
    if out.exists():
        raise CaseError(f"{out}: stands there already; name another file")
    if out.resolve().is_relative_to(folder.resolve()):
        raise CaseError(f"{out}: lies in the case folder, whose seal does not cover it; name a file elsewhere")
    files = _packable(folder)
    temporary = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for name, path in sorted(files.items()):
                packed = zipfile.ZipInfo(f"{folder.resolve().name}/{name}", date_time=_ZIP_TIME)
                packed.external_attr = 0o644 << 16
                packed.compress_type = zipfile.ZIP_DEFLATED
                with path.open("rb") as source, archive.open(packed, "w", force_zip64=True) as target:
                    while block := source.read(1 << 20):
                        target.write(block)
        with temporary.open("rb") as packed_file:
            sha256 = hashlib.file_digest(packed_file, "sha256").hexdigest()
            os.fsync(packed_file.fileno())
        temporary.replace(out)
    except OSError as error:
        raise CaseError(f"{out}: can't be written: {error.strerror or error}; check the room on the disk") from error
    finally:
        temporary.unlink(missing_ok=True)
    return sha256


def _packable(folder: Path) -> dict[str, Path]:
    walked = walk_case(folder)
    if walked.problems:
        listed = "; ".join(f"{problem.path}: {problem.reason}" for problem in walked.problems[:10])
        raise CaseError(f"{folder}: can't be packed: {listed}; put that right and try again")
    return walked.files


def machine_facts() -> dict[str, Any]:
    """What the custody log says of the machine."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "num_processors": os.cpu_count() or 0,
    }
