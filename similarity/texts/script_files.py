"""Scripts read from files: subtitles, Fountain, Final Draft, DOCX, PDF as text, plain text, and streams of films.

Pictures of pages and subtitles that are pictures hold no text to read.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from similarity.errors import AccessError, MediaError, ScriptError
from similarity.media.subtitles import SubtitleTrack, subtitle_tracks
from similarity.text import storable
from similarity.texts.documents import MAX_TEXT_BYTES, OpenedDocument, open_document, text_of
from similarity.texts.script_lines import fdx_lines, fountain_lines, plain_lines, subtitle_lines
from similarity.texts.script_values import Script, ScriptForm, ScriptLine

__all__ = ["MAX_LINES", "SCRIPT_SUFFIXES", "read_script", "scripts_at", "scripts_of_film"]

MAX_LINES = 20_000
"""Lines of a script that are read: several feature films."""
MAX_TRACKS = 4
"""Scripts of one film that are compared."""
SCRIPT_SUFFIXES: dict[str, ScriptForm] = {
    ".fountain": "fountain",
    ".fdx": "fdx",
    ".srt": "srt",
    ".vtt": "vtt",
    ".ass": "ass",
    ".ssa": "ass",
    ".docx": "docx",
    ".pdf": "pdf",
    ".txt": "plain",
    ".md": "plain",
}
"""Suffix -> what a file is read as."""
_BESIDE = (".fountain", ".fdx", ".srt", ".vtt", ".ass", ".ssa")
"""Suffixes of scripts that stand beside a film under its name."""


def read_script(path: Path) -> Script:
    """A script of a document.

    Raises:
        ScriptError: no document that is read here, or one that holds no text.
    """
    form = SCRIPT_SUFFIXES.get(path.suffix.lower())
    if form is None:
        known = ", ".join(SCRIPT_SUFFIXES)
        raise ScriptError(f"{path}: expected a script with one of the suffixes {known}; save it as plain text (.txt)")
    try:
        opened = open_document(path.parent, path.name, keeps_content=True)
        if not isinstance(opened.sha256, str):
            raise ScriptError(f"{path}: {opened.sha256.reason}")
        lines = _lines(opened, path, form)
    except AccessError as error:
        raise ScriptError(str(error)) from error
    if not lines:
        raise ScriptError(f"{path}: holds no text; a scan of pages must be turned into text first")
    return Script(
        name=storable(path.name),
        form=form,
        sha256=opened.sha256,
        lines=lines[:MAX_LINES],
        is_cut=opened.is_cut or len(lines) > MAX_LINES,
    )


def scripts_of_film(path: Path) -> tuple[Script, ...]:
    """Scripts that come with a film: files under its name beside it, and its own subtitle streams of text.

    What can't be read is passed over: a film without a script is no error.

    Args:
        path: the film.
    """
    found: list[Script] = []
    for suffix in _BESIDE:
        beside = path.with_suffix(suffix)
        try:
            found += [read_script(beside)] if beside.is_file() else []
        except (ScriptError, OSError):
            continue
    try:
        tracks = [track for track in subtitle_tracks(path) if track.cues]
    except MediaError:
        tracks = []
    sha256 = _sha256(path) if tracks else ""
    return tuple([*found, *(_of_track(path, track, sha256) for track in tracks)][:MAX_TRACKS])


def scripts_at(path: Path) -> tuple[Script, ...]:
    """The script that a file is, or those that come with the film that it is.

    Raises:
        ScriptError: there is none.
    """
    if path.suffix.lower() in SCRIPT_SUFFIXES:
        return (read_script(path),)
    found = scripts_of_film(path)
    if not found:
        beside = ", ".join(_BESIDE)
        raise ScriptError(
            f"{path}: expected a script, or a film with a subtitle stream of text or a file of its name beside it "
            f"({beside}), found neither; name the script itself"
        )
    return found


def _of_track(path: Path, track: SubtitleTrack, sha256: str) -> Script:
    lines = tuple(
        ScriptLine(kind="dialogue", text=" ".join(cue.text.split()), start_seconds=cue.start_seconds)
        for cue in track.cues
    )
    language = f", {track.language}" if track.language else ""
    return Script(
        name=storable(f"{path.name}, stream {track.stream}{language}"),
        form="stream",
        sha256=sha256,
        lines=lines[:MAX_LINES],
        is_cut=len(lines) > MAX_LINES,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(opened: OpenedDocument, path: Path, form: ScriptForm) -> tuple[ScriptLine, ...]:
    match form:
        case "docx":
            return plain_lines(_docx_text(opened, path))
        case "pdf":
            return plain_lines(_pdf_text(opened, path))
        case "fdx":
            return fdx_lines(opened.content, path.name)
        case "fountain":
            return fountain_lines(text_of(opened, path.name).text)
        case "srt" | "vtt" | "ass":
            return subtitle_lines(text_of(opened, path.name).text, form)
        case _:
            return plain_lines(text_of(opened, path.name).text)


def _docx_text(opened: OpenedDocument, path: Path) -> str:
    from docx import Document

    _require_whole(opened, path)
    try:
        return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(opened.content)).paragraphs)
    except Exception as error:  # zipfile, lxml and the package all have their own
        raise ScriptError(f"{path}: can't be read as DOCX: {error}; save it anew, or as plain text") from error


def _pdf_text(opened: OpenedDocument, path: Path) -> str:
    from pypdf import PdfReader

    _require_whole(opened, path)
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(opened.content)).pages)
    except Exception as error:  # the package raises what it meets
        raise ScriptError(f"{path}: can't be read as PDF: {error}; save its text as plain text") from error


def _require_whole(opened: OpenedDocument, path: Path) -> None:
    if opened.is_cut:
        raise ScriptError(f"{path}: has more than {MAX_TEXT_BYTES} bytes; save its text as plain text")
