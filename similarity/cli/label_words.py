"""Labels of a file for a terminal: one line per label and mark."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.describe.text.engine import INSTALL, text_at_hand
from similarity.provenance.labels import LabelledFile
from similarity.provenance.visible import VisibleMark
from similarity.report.phrases.access import LABEL_NAMES, LABEL_STATES
from similarity.report.phrases.language import ENGLISH
from similarity.report.phrases.mark_words import MARK_NAMES, mark_sentence
from similarity.report.phrases.words import span
from similarity.text import one_line

__all__ = ["labelled_in_words"]

_MAX_FIELDS = 6


def labelled_in_words(file: LabelledFile) -> str:
    """What one file says; control characters that it holds are escaped."""
    return "\n".join(map(one_line, _lines(file)))


def _lines(file: LabelledFile) -> Iterator[str]:
    yield f"{file.path}: SHA-256 {file.sha256}"
    for label in file.metadata:
        fields = "; ".join(f"{one.name}: {one.value[:120]}" for one in label.fields[:_MAX_FIELDS])
        said = "; ".join([*([fields] if fields else []), *map(str, label.problems)])
        yield f"  {ENGLISH.say(LABEL_NAMES[label.kind])}: {ENGLISH.say(LABEL_STATES[label.state])}" + (
            f" ({said})" if said else ""
        )
    if isinstance(file.visible, NotMeasured):
        missing = text_at_hand()
        brought = "" if missing is None or missing != file.visible else f"; {INSTALL}"
        yield f"  marks in the picture: not measured: {file.visible.reason}{brought}"
    else:
        yield from map(_mark_line, file.visible)
        if not file.visible:
            yield "  marks in the picture: none was read; that speaks neither for nor against anybody"


def _mark_line(mark: VisibleMark) -> str:
    line = mark.line
    at = f"{span(line.start_seconds, line.end_seconds)}, {line.left / 10:.0f} % across, {line.top / 10:.0f} % down"
    return f"  {ENGLISH.say(MARK_NAMES[mark.kind])}: \u201c{line.text}\u201d at {at}; {mark_sentence(mark)}"
