"""Whether a document may be filed: the facts that its form asks for are stated, and nothing of a template is left.

A document that lacks one is a draft, and says so on every page.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.describe.facts import VideoFacts
from similarity.phrases import Phrase, phrase
from similarity.report.document.filing_form import FilingForm, Mandatory
from similarity.report.schema.case import CaseFacts, Exhibit
from similarity.report.schema.report import Report

__all__ = ["open_points"]

_LEFT_BY_TEMPLATES = (
    r"(?:work|suspect|reference|exhibit)[-_ ]\d+|title of the work|account name|todo|tbd|x{3,}|\?+|\.{3}|\u2026"
    r"|<[^<>]*>|\[[^\[\]]*\]|such as:? .*|https?://(?:\w+\.)?example\.(?:com|org)\b.*"
)
_PLACEHOLDER = re.compile(_LEFT_BY_TEMPLATES, re.IGNORECASE)
"""What templates put where somebody is to write: `work-1`, `title of the work`, an address at example.com."""
_NO_NAME = re.compile(rf"(?:work|suspect|reference|exhibit|title|name|owner)\d*|{_LEFT_BY_TEMPLATES}", re.IGNORECASE)
"""What is no title and no owner."""
_WORDS: dict[Mandatory, Phrase] = {
    "requester": phrase("who asked for it"),
    "question": phrase("the question asked"),
    "jurisdiction": phrase("the court or authority"),
    "date": phrase("the date of the examination"),
    "analyst": phrase("the name of the analyst"),
    "qualifications": phrase("the analyst's training and experience"),
    "propositions": phrase("the accounts of both parties"),
}


def open_points(report: Report, form: FilingForm) -> tuple[Phrase, ...]:
    """What keeps a document of this form from being filed; empty where nothing does.

    Args:
        report: what is filed.
        form: by whose rules.
    """
    case = report.case
    if not isinstance(case, CaseFacts):
        return (phrase("the facts of a case: this comparison was made outside a case folder"),)
    stated = [_WORDS[name] for name in form.mandatory if name in _WORDS and _is_missing(case, name)]
    return (*stated, *_of_works(report, form), *_placeholders(report))


def _is_missing(case: CaseFacts, name: Mandatory) -> bool:
    analyst = case.analyst
    if name in {"analyst", "qualifications"} and isinstance(analyst, NotMeasured):
        return True
    if name == "qualifications" and not isinstance(analyst, NotMeasured):
        return isinstance(analyst.qualifications, NotMeasured)
    return isinstance(getattr(case, name), NotMeasured)


def _of_works(report: Report, form: FilingForm) -> Iterator[Phrase]:
    """Titles and owners of the works that were found."""
    for one in report.works:
        exhibit = next((known for known in report.exhibits if known.sha256 == one.work.sha256), None)
        if "titles" in form.mandatory and _is_blank(_title(one.work, exhibit)):
            yield phrase("the title of work {name}", name=one.work.video_id)
        if "owners" in form.mandatory and _is_blank(_owner(one.work, exhibit)):
            yield phrase("the owner of work {name}", name=one.work.video_id)


def _title(work: VideoFacts, exhibit: Exhibit | None) -> str:
    return exhibit.title if exhibit is not None and isinstance(exhibit.title, str) else work.title


def _owner(work: VideoFacts, exhibit: Exhibit | None) -> str:
    return exhibit.owner if exhibit is not None and isinstance(exhibit.owner, str) else work.owner


def _is_blank(text: str) -> bool:
    return not text.strip() or _NO_NAME.fullmatch(text.strip()) is not None


def _placeholders(report: Report) -> Iterator[Phrase]:
    """Words of a template among the stated facts, each once; a work that was found may be called `work-1`."""
    known = {one.work.video_id for one in report.works}
    found = dict.fromkeys((*_texts(report.case), *_texts(report.exhibits), *_texts(report.access)))
    for text in found:
        if text not in known and _PLACEHOLDER.fullmatch(text.strip()):
            yield phrase("something in the place of “{text}”, which a template left", text=text.strip())


def _texts(value: object) -> Iterator[str]:
    """Every text that people stated, but identifiers: a work may be called so in the library."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, NotMeasured | Phrase | type):
        for field in dataclasses.fields(value):
            if not field.name.endswith("_id"):
                yield from _texts(getattr(value, field.name))
