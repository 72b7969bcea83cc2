"""The documents of the facts, read once: what is at hand, with its hashes, and the text of those that are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from similarity.absence import NotMeasured
from similarity.access.facts import DocumentEntry, Facts
from similarity.access.values import AccessProblem, Document, ProblemCode
from similarity.errors import AccessError
from similarity.phrases import Phrase
from similarity.texts.documents import DocumentText, OpenedDocument, open_document, text_of

__all__ = ["Exhibits", "open_exhibits"]


@dataclass(slots=True)
class Exhibits:
    """Documents by exhibit number, and what a reader should know about them; problems are gathered as they are met."""

    documents: tuple[Document, ...]
    at_hand: frozenset[str]
    """Exhibits that were read whole and are what the facts say they are."""
    texts: dict[str, DocumentText]
    """Of those that are compared, the text."""
    contents: dict[str, bytes]
    """Of those that hold records, the bytes."""
    problems: list[AccessProblem] = field(default_factory=list)

    def note(self, code: ProblemCode, place: str, *quoted: str | Phrase) -> None:
        """Take down a problem, once."""
        problem = AccessProblem(code=code, place=place, quoted=quoted)
        if problem not in self.problems:
            self.problems.append(problem)

    def documented(self, fact_id: str, exhibits: Iterable[str]) -> bool:
        """Whether one of the exhibits that a fact names is at hand; exhibits that nobody lists are taken down."""
        known = {document.entry.exhibit for document in self.documents}
        named = tuple(exhibits)
        for exhibit in named:
            if exhibit not in known:
                self.note("exhibit_unknown", fact_id, exhibit)
        return any(exhibit in self.at_hand for exhibit in named)


def open_exhibits(facts: Facts, folder: Path) -> Exhibits:
    """Read every document of the facts once.

    Raises:
        AccessError: a path that leaves the folder of the facts, or an exhibit number that stands there twice.
    """
    for_text, for_records = _compared(facts), {one.exhibit for one in facts.suspect.records}
    found = Exhibits(documents=(), at_hand=frozenset(), texts={}, contents={})
    documents: list[Document] = []
    at_hand: set[str] = set()
    for one in facts.documents:
        if any(document.entry.exhibit == one.exhibit for document in documents):
            raise AccessError(f"exhibit {one.exhibit!r} stands there twice; give every document a number of its own")
        opened = open_document(folder, one.path, keeps_content=one.exhibit in for_text | for_records)
        documents.append(Document(entry=one, sha256=opened.sha256, sha512=opened.sha512, size_bytes=opened.size_bytes))
        if _is_at_hand(one, opened, found):
            at_hand.add(one.exhibit)
            if one.exhibit in for_records:
                found.contents[one.exhibit] = opened.content
            if one.exhibit in for_text:
                _keep_text(one, opened, found)
    found.documents, found.at_hand = tuple(documents), frozenset(at_hand)
    return found


def _compared(facts: Facts) -> set[str]:
    of_works = {text.exhibit for work in facts.works for text in work.texts}
    of_suspect = {text.exhibit for text in facts.suspect.texts}
    return of_works | of_suspect | {one.exhibit for one in facts.suspect.disclosures}


def _is_at_hand(one: DocumentEntry, opened: OpenedDocument, found: Exhibits) -> bool:
    if isinstance(opened.sha256, NotMeasured):
        found.note("document_missing", one.exhibit, one.path, opened.sha256.reason)
        return False
    if one.sha256 is not None and one.sha256.lower() != opened.sha256:
        found.note("document_changed", one.exhibit, one.path, one.sha256.lower(), opened.sha256)
        return False
    return True


def _keep_text(one: DocumentEntry, opened: OpenedDocument, found: Exhibits) -> None:
    try:
        text = text_of(opened, one.path)
    except AccessError as error:
        found.note("document_unreadable", one.exhibit, one.path, str(error))
        return
    found.texts[one.exhibit] = text
    if text.is_cut:
        found.note("text_cut", one.exhibit, one.path, str(len(text.text)))
