"""All files below a case folder, and everything there that is no plain file or whose name can't be relied on."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from similarity.case.disk.layout import LOCK_FILE, SEAL_FOLDER
from similarity.text import as_printable

__all__ = ["Problem", "Walked", "walk_case"]

_MAX_DEPTH = 64
_UNFINISHED = re.compile(r"\.(.*\.)?[a-z0-9_]{8}\.part")
"""Names that `tempfile` gives what this product writes beside its place; nobody's own file is called so by chance."""
_LEFT_OVER = "was left by a write that was interrupted; remove it: similarity case recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a case folder that no seal can cover."""

    path: str
    """Relative to the case folder, as text that can be shown."""
    reason: str
    """What it is, and what to do."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What lies in a case folder."""

    files: dict[str, Path]
    """Plain files: the path relative to the folder, with slashes, NFC; and where each lies."""
    problems: tuple[Problem, ...]
    """What can't be sealed, in order of the paths."""
    unfinished: tuple[Path, ...]
    """Files and folders that a write left which was interrupted; each is among the problems too."""


def walk_case(folder: Path, *, seal: int | None = None) -> Walked:
    """Look through a case folder, following no links.

    Args:
        folder: the case folder.
        seal: number of the seal whose own files are left out.
    """
    own = f"{SEAL_FOLDER}/{seal}" if seal is not None else ""
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    known: dict[str, str] = {}
    unfinished: list[Path] = []
    for entry, relative in _below(folder, own, problems):
        path = unicodedata.normalize("NFC", relative)
        twin = known.setdefault(path.casefold(), relative)
        reason = _reason_against(entry, relative)
        if not reason and twin != relative:
            reason = f"differs from {as_printable(twin)} only in case or in how its signs are composed; rename one"
        if reason:
            problems.append(Problem(path=as_printable(path), reason=reason))
            unfinished += [Path(entry.path)] if reason == _LEFT_OVER else []
        elif entry.is_file(follow_symlinks=False):
            files[path] = Path(entry.path)
    return Walked(files, tuple(sorted(problems, key=lambda problem: problem.path)), tuple(sorted(unfinished)))


def _below(folder: Path, own: str, problems: list[Problem]) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Everything below the folder with its relative path, in order; what can't be listed goes to the problems."""
    pending = [(str(folder), "")]
    while pending:
        path, prefix = pending.pop()
        try:
            with os.scandir(path) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"can't be listed: {error.strerror or error}; check its rights"
            problems.append(Problem(path=as_printable(prefix or "."), reason=reason))
            continue
        for entry in entries:
            relative = f"{prefix}{entry.name}"
            if relative == own or (relative == LOCK_FILE and _is_empty_file(entry)):
                continue
            yield entry, relative
            if entry.is_dir(follow_symlinks=False) and relative.count("/") < _MAX_DEPTH:
                pending.append((entry.path, f"{relative}/"))


def _reason_against(entry: os.DirEntry[str], relative: str) -> str:
    """Why no seal can cover it; empty where one can."""
    if entry.is_symlink():
        return "is a link, which may lead anywhere; put the file itself there"
    if not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False):
        return "is a device, a pipe or a socket, expected a plain file; remove it"
    if relative.count("/") >= _MAX_DEPTH:
        return f"lies more than {_MAX_DEPTH} folders deep; move it up"
    if _UNFINISHED.fullmatch(entry.name):
        return _LEFT_OVER
    try:
        entry.name.encode("utf-8")
    except UnicodeEncodeError:
        return "has a name that is not UTF-8; rename it"
    return "has a backslash in its name, which is a slash elsewhere; rename it" if "\\" in entry.name else ""


def _is_empty_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_size == 0
    except OSError:
        return False
