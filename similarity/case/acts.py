"""A case folder from its opening to its export; comparing and verifying stand in rooms of their own."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from similarity._version import __version__
from similarity.absence import NotMeasured, not_measured
from similarity.case.custody.log import append_entry, require_intact
from similarity.case.exhibits import add_exhibit, read_exhibits, write_exhibits
from similarity.case.facts import CaseFile, read_case_file, write_template
from similarity.case.layout import CASE_FILE
from similarity.case.seal.sealing import Seal, attach_time_stamp, newest_seal, seal_case, seal_folder
from similarity.case.seal.timestamps import TimeStamp, fetch_time_stamp
from similarity.case.values import DeclaredExhibit
from similarity.case.walk import walk_case
from similarity.errors import CaseError
from similarity.report.schema.case import Exhibit, ExhibitRole, Language, Profile
from similarity.signatures import SigningKey

__all__ = [
    "COMPARED",
    "EXHIBIT_ADDED",
    "actor_of",
    "add_note",
    "export_case",
    "machine_facts",
    "make_exhibit",
    "next_number",
    "open_case",
    "seal",
    "stamp",
    "take_in",
    "undeclared",
]

COMPARED = "compared"
"""Action of the custody entry that a comparison leaves."""
EXHIBIT_ADDED = "exhibit added"
"""Action of the custody entry that records an exhibit."""
_NOT_STATED = not_measured("the file is not listed in case.yaml")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def open_case(folder: Path, *, case_id: str, profile: Profile, language: Language, actor: str) -> Path:
    """Make a case folder with a commented `case.yaml` to fill in, and begin its custody log.

    Raises:
        CaseError: a case stands there already, or the folder can't be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_template(folder / CASE_FILE, case_id=case_id, profile=profile, language=language)
    append_entry(folder, actor=actor, action="case opened", details={"case_id": case_id, **machine_facts()})
    return folder / CASE_FILE


def take_in(
    folder: Path, files: Sequence[Path] = (), *, role: ExhibitRole, copies: bool, actor: str
) -> tuple[Exhibit, ...]:
    """Make exhibits of the files that `case.yaml` lists and of the files given; those there already stay.

    Args:
        folder: the case folder.
        files: files that `case.yaml` does not list.
        role: what these are.
        copies: whether the case folder is to hold copies of these.
        actor: who does it.

    Returns:
        The exhibits made now.

    Raises:
        CaseError: a file can't be read, or differs from the exhibit of its number.
        ConfigurationError: `case.yaml` can't be read.
    """
    _log_missed(folder, actor=actor)
    listed = read_case_file(folder / CASE_FILE).exhibits
    standing = {exhibit.number for exhibit in read_exhibits(folder)}
    made = [
        _made(folder, declared, source=folder / declared.file, actor=actor)
        for declared in listed
        if declared.number not in standing
    ]
    for file in files:
        found = undeclared(file, number=next_number(folder), role=role, copies=copies)
        made.append(_made(folder, found, source=file, actor=actor))
    return tuple(made)


def undeclared(file: Path, *, number: str, role: ExhibitRole, copies: bool) -> DeclaredExhibit:
    """An exhibit of which `case.yaml` says nothing."""
    return DeclaredExhibit(
        number=number,
        role=role,
        file=str(file),
        is_copied_in=copies,
        title=_NOT_STATED,
        owner=_NOT_STATED,
        author=_NOT_STATED,
        registration=_NOT_STATED,
        source=_NOT_STATED,
        obtained_how=_NOT_STATED,
        obtained_when=_NOT_STATED,
        obtained_by=_NOT_STATED,
        obtained_with=_NOT_STATED,
    )


def next_number(folder: Path) -> str:
    """The first exhibit number that neither an exhibit nor `case.yaml` has."""
    taken = {exhibit.number for exhibit in read_exhibits(folder)}
    taken |= {declared.number for declared in read_case_file(folder / CASE_FILE).exhibits}
    return next(f"E{number}" for number in range(1, len(taken) + 2) if f"E{number}" not in taken)


def make_exhibit(folder: Path, declared: DeclaredExhibit, *, source: Path, actor: str) -> Exhibit:
    """One exhibit more, in `exhibits.json` and in the custody log."""
    return _made(folder, declared, source=source, actor=actor)


def _made(folder: Path, declared: DeclaredExhibit, *, source: Path, actor: str) -> Exhibit:
    exhibit = add_exhibit(folder, declared, source=source)
    write_exhibits(folder, (*read_exhibits(folder), exhibit))
    _log_exhibit(folder, exhibit, actor=actor)
    return exhibit


def _log_missed(folder: Path, *, actor: str) -> None:
    """Record exhibits of which the log says nothing: whoever added them was interrupted before it could be said."""
    entries = require_intact(folder).entries
    logged = {json.loads(one.details_json).get("number") for one in entries if one.action == EXHIBIT_ADDED}
    for exhibit in read_exhibits(folder):
        if exhibit.number not in logged:
            _log_exhibit(folder, exhibit, actor=actor)


def _log_exhibit(folder: Path, exhibit: Exhibit, *, actor: str) -> None:
    details = {
        "number": exhibit.number,
        "role": exhibit.role,
        "path": exhibit.path,
        "is_copied_in": exhibit.is_copied_in,
        "size_bytes": exhibit.size_bytes,
        "sha256": exhibit.sha256,
    }
    append_entry(folder, actor=actor, action=EXHIBIT_ADDED, details=details)


def add_note(folder: Path, text: str, *, actor: str) -> None:
    """Write a person's note into the custody log.

    Raises:
        CaseError: no case folder, an empty note, or a broken log.
    """
    if not text.strip():
        raise CaseError("note: expected some text, got none")
    _case_file(folder)
    append_entry(folder, actor=actor, action="note", details={"text": text})


def seal(folder: Path, key: SigningKey, *, actor: str, authority_url: str | None = None) -> Seal:
    """Sign everything that the folder holds; with an address, ask a time stamping authority at once.

    Raises:
        CaseError: the folder can't be sealed.
        SignatureError: the authority gave no stamp that fits; the seal stands without one.
    """
    case = _case_file(folder)
    made = seal_case(folder, key, case_id=case.facts.case_id, actor=actor)
    if authority_url:
        request = (seal_folder(folder, made.number) / "timestamp.tsq").read_bytes()
        attach_time_stamp(folder, fetch_time_stamp(authority_url, request), actor=actor)
    return made


def stamp(folder: Path, response: Path, *, roots: Sequence[Path], actor: str) -> TimeStamp:
    """Attach the response of a time stamping authority to the newest seal.

    Raises:
        CaseError: no seal, or a file can't be read.
        SignatureError: it is no stamp on that seal.
    """
    try:
        content = response.read_bytes()
        certificates = [root.read_bytes() for root in roots]
    except OSError as error:
        raise CaseError(f"{error.filename}: can't be read: {error.strerror}; check the spelling") from error
    return attach_time_stamp(folder, content, actor=actor, roots=certificates)


def export_case(folder: Path, out: Path) -> str:
    """Pack a case folder into a ZIP archive: the same folder gives the same bytes.

    Returns:
        SHA-256 of the archive.

    Raises:
        CaseError: the folder was never sealed, holds what can't be packed, or `out` stands there already.
    """
    _case_file(folder)
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


def actor_of(folder: Path, named: str | None) -> str:
    """Who acts: as named, else the analyst of `case.yaml`, else that nobody said so."""
    if named and named.strip():
        return named.strip()
    analyst = _case_file(folder).facts.analyst
    return "not stated" if isinstance(analyst, NotMeasured) else analyst.name


def machine_facts() -> dict[str, Any]:
    """What the custody log says of the machine."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "num_processors": os.cpu_count() or 0,
    }


def _case_file(folder: Path) -> CaseFile:
    if not (folder / CASE_FILE).is_file():
        raise CaseError(f"{folder}: expected a case folder with {CASE_FILE}; make one: similarity case new {folder}")
    return read_case_file(folder / CASE_FILE)
