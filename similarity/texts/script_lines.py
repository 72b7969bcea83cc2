"""Lines of a script of its text, form by form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from xml.etree import ElementTree as ET

from similarity.errors import ScriptError
from similarity.media.subtitles import plain_words
from similarity.texts.headings import Headings
from similarity.texts.script_values import LineKind, ScriptLine

__all__ = ["fdx_lines", "fountain_lines", "plain_lines", "subtitle_lines"]

_TIMES = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->")
_ASS_TIME = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})[.:](\d{1,3})")
_SPEAKS = re.compile(r"^([^\s:\uff1a][^:\uff1a\u3002.!?\uff01\uff1f]{0,30}?)\s*[:\uff1a]\s*(\S.*)$")
"""`NAME: words`, with the colon of either width."""
_SCENE = re.compile(r"^(?:\.(?!\.)|(?:INT|EXT|EST|INT\./EXT|I/E)[. ])", re.IGNORECASE)
_REMARK = re.compile(r"/\*.*?\*/|\[\[.*?\]\]", re.DOTALL)
_TITLE_PAGE = re.compile(r"\A(?:[A-Za-z][A-Za-z ]*:.*\n(?:[ \t]+\S.*\n)*)+(?=\s*\n|\Z)")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FDX_KINDS: dict[str, LineKind] = {"Scene Heading": "heading", "Dialogue": "dialogue", "Action": "action"}
_ASS_FIELDS = ("Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text")


def plain_lines(text: str) -> tuple[ScriptLine, ...]:
    """Lines of running text: headings, `NAME: words` as dialogue, anything else as action."""
    starts = set(Headings.of(text).positions)
    found: list[ScriptLine] = []
    at = 0
    for written in text.splitlines(keepends=True):
        line = written.strip()
        if line:
            found.append(_plain_line(line, is_heading=at in starts))
        at += len(written)
    return tuple(found)


def _plain_line(line: str, *, is_heading: bool) -> ScriptLine:
    if is_heading:
        return ScriptLine(kind="heading", text=line.lstrip("#").strip())
    spoken = _SPEAKS.match(line)
    if spoken is None:
        return ScriptLine(kind="action", text=line)
    return ScriptLine(kind="dialogue", text=spoken[2], speaker=spoken[1])


def fountain_lines(text: str) -> tuple[ScriptLine, ...]:
    """Lines of a screenplay in Fountain: scene headings, characters' names in capitals above what they say, action."""
    found: list[ScriptLine] = []
    speaker: str | None = None
    is_free = True  # a blank line stands before
    body = _TITLE_PAGE.sub("", _REMARK.sub("", text).lstrip())
    lines = [line.strip() for line in body.splitlines()]
    for number, line in enumerate(lines):
        follows = number + 1 < len(lines) and bool(lines[number + 1])
        if not line:
            speaker, is_free = None, True
            continue
        if is_free and _SCENE.match(line):
            found.append(ScriptLine(kind="heading", text=line.lstrip(".").strip()))
        elif is_free and follows and _is_name(line):
            speaker = re.sub(r"\s*\(.*?\)|\^$", "", line.removeprefix("@")).strip()
        elif speaker is not None and not (line.startswith("(") and line.endswith(")")):
            found.append(ScriptLine(kind="dialogue", text=line.strip("*_"), speaker=speaker))
        elif speaker is None:
            found.append(ScriptLine(kind="action", text=line.lstrip("!").strip("*_")))
        is_free = False
    return tuple(found)


def _is_name(line: str) -> bool:
    bare = re.sub(r"\(.*?\)", "", line)
    return line.startswith("@") or (bare.upper() == bare and any(one.isalpha() and one.isascii() for one in bare))


def fdx_lines(content: bytes, name: str) -> tuple[ScriptLine, ...]:
    """Lines of a Final Draft document (XML).

    Raises:
        ScriptError: no XML, or XML with declarations of its own, which no such document has.
    """
    if _DOCTYPE.search(content):
        raise ScriptError(f"{name}: declares a document type or entities; export it from its program anew")
    try:
        root = ET.fromstring(content)  # noqa: S314 - without entities there is nothing to expand
    except ET.ParseError as error:
        raise ScriptError(f"{name}: can't be read as a Final Draft document: {error}") from error
    return tuple(_paragraphs(root))


def _paragraphs(root: ET.Element) -> Iterator[ScriptLine]:
    speaker: str | None = None
    for paragraph in root.iterfind("./Content//Paragraph"):
        text = " ".join("".join(part.text or "" for part in paragraph.iterfind("Text")).split())
        kind = paragraph.get("Type", "")
        if kind == "Character":
            speaker = re.sub(r"\s*\(.*?\)", "", text).strip() or None
        elif text and kind in _FDX_KINDS:
            said_by = speaker if kind == "Dialogue" else None
            yield ScriptLine(kind=_FDX_KINDS[kind], text=text, speaker=said_by)


def subtitle_lines(text: str, form: Literal["srt", "vtt", "ass"]) -> tuple[ScriptLine, ...]:
    """Cues of subtitles, with their times."""
    return tuple(_ass_lines(text) if form == "ass" else _cue_lines(text))


def _cue_lines(text: str) -> Iterator[ScriptLine]:
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        times = _TIMES.search(block)
        if times is None:
            continue
        hours, minutes, seconds, parts = times.groups()
        start = 3600 * int(hours or 0) + 60 * int(minutes) + int(seconds) + int(parts) / 10 ** len(parts)
        words = " ".join(plain_words(block[times.end() :].partition("\n")[2]).split())
        if words:
            spoken = _plain_line(words, is_heading=False)
            yield ScriptLine(kind="dialogue", text=spoken.text, speaker=spoken.speaker, start_seconds=start)


def _ass_lines(text: str) -> Iterator[ScriptLine]:
    fields: tuple[str, ...] = _ASS_FIELDS
    is_in_events = False
    for line in text.splitlines():
        if line.startswith("["):
            is_in_events = line.strip().lower() == "[events]"
        elif is_in_events and line.startswith("Format:"):
            fields = tuple(one.strip() for one in line.removeprefix("Format:").split(","))
        elif is_in_events and line.startswith("Dialogue:"):
            event = dict(zip(fields, line.removeprefix("Dialogue:").split(",", len(fields) - 1), strict=False))
            words = " ".join(plain_words(event.get("Text", "")).split())
            start = _ASS_TIME.search(event.get("Start", ""))
            if words and start is not None:
                hours, minutes, seconds, parts = start.groups()
                at = 3600 * int(hours) + 60 * int(minutes) + int(seconds) + int(parts) / 10 ** len(parts)
                yield ScriptLine(
                    kind="dialogue", text=words, speaker=event.get("Name", "").strip() or None, start_seconds=at
                )
