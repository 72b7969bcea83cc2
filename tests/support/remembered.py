"""What follows from the content of a case, kept for the next case of the same content in any process of the run.

Deriving a report from its evidence and rendering it are pure functions: what they gave for some bytes they give for
the same bytes again, and `tests/journeys/test_case_folder.py` holds them to it without any of this.  What was changed
is other content, and is worked out afresh.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from similarity.case.audit import claims, kept
from similarity.files import write_atomically
from similarity.report import folder as report_folder


def content_sha256(folder: Path) -> str:
    """Of the names and contents of everything in a folder; links count by where they lead."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        content = bytes(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        for part in (path.relative_to(folder).as_posix().encode(), content):
            digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _sha256(read: Callable[[str], bytes], name: str) -> str | None:
    try:
        return hashlib.sha256(read(name)).hexdigest()
    except Exception:  # noqa: BLE001 - whatever it is, a picture is not to be had
        return None


def _stored(path: Path) -> Any:
    return pickle.loads(path.read_bytes()) if path.exists() else None


def _remembering_derivation(whole: Callable[..., Any], memory: Path) -> Callable[..., Any]:
    """By the evidence; which frames were asked for and are not kept is part of what came of it."""

    def rederived(folder: Path, *, run: Any, frames: Any) -> Any:
        place = memory / f"derived {content_sha256(folder / 'evidence')}.pickle"
        found = _stored(place)
        if found is None:
            derived = whole(folder, run=run, frames=frames)
            found = derived, frames.absent
            write_atomically(place, pickle.dumps(found))
        derived, absent = found
        frames.absent |= absent
        return derived

    return rederived


def _remembering_renderings(whole: Callable[..., Any], memory: Path) -> Callable[..., Any]:
    """By the report and the pictures that were read for it."""

    def renderings(report: Any, stored: str, read_picture: Callable[[str], bytes]) -> dict[str, bytes]:
        place = memory / f"rendered {hashlib.sha256(stored.encode()).hexdigest()}.pickle"
        known = _stored(place) or []
        for pictures, made in known:
            if all(_sha256(read_picture, name) == sha256 for name, sha256 in pictures.items()):
                return dict(made)
        pictures = {}

        def reading(name: str) -> bytes:
            pictures[name] = _sha256(read_picture, name)
            return read_picture(name)

        made = whole(report, stored, reading)
        write_atomically(place, pickle.dumps([*known, (pictures, made)]))
        return dict(made)

    return renderings


@pytest.fixture
def remembered(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are derived and rendered once per content."""
    memory = shared / "remembered"
    memory.mkdir(exist_ok=True)
    monkeypatch.setattr(kept, "rederived", _remembering_derivation(kept.rederived, memory))
    rendering = _remembering_renderings(report_folder.renderings, memory)
    monkeypatch.setattr(report_folder, "renderings", rendering)
    monkeypatch.setattr(claims, "renderings", rendering)
