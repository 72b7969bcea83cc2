"""What an HTML page shows, as text, in one pass; nothing of it is fetched or run."""

from __future__ import annotations

import html
import re

__all__ = ["html_text"]

_INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "u", "wbr"}
)
_HIDDEN = ("script", "style", "template", "noscript")
_TO_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")


def html_text(source: str) -> str:
    """The text between the tags, references resolved; comments, scripts and styles left out.

    A block begins a new line.  A comment, script or style that never ends takes the rest of the page, as in a browser.
    """
    lowered = source.translate(_TO_LOWER)
    pieces: list[str] = []
    at = 0
    while (start := source.find("<", at)) >= 0:
        pieces.append(html.unescape(source[at:start]))
        at, shown = _after_tag(source, lowered, start)
        pieces.append(shown)
        if at < 0:
            break
    else:
        pieces.append(html.unescape(source[at:]))
    return "".join(pieces)


def _after_tag(source: str, lowered: str, start: int) -> tuple[int, str]:
    """Where the text goes on after the tag at `start`, -1 for nowhere, and what stands for the tag."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 4)
        return (end + 3 if end >= 0 else -1), ""
    name = _NAME.match(source, start + 1)
    if name is None and source[start + 1 : start + 2] not in {"!", "?"}:
        return start + 1, "<"
    end = source.find(">", start)
    if end < 0:
        return -1, ""
    tag = name[1].lower() if name else ""
    if tag in _HIDDEN and source[start + 1] != "/":
        closing = lowered.find(f"</{tag}", end)
        end = source.find(">", closing) if closing >= 0 else -1
        return (end + 1 if end >= 0 else -1), "\n"
    return end + 1, "" if tag in _INLINE else "\n"
