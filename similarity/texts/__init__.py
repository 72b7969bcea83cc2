"""What two texts share: names and passages, with their positions; documents and lists of domains read as text."""

from __future__ import annotations

from similarity.texts.compare import ReadText, compare_texts, mentions_of
from similarity.texts.documents import DocumentText, OpenedDocument, open_document, text_of
from similarity.texts.domains import host_of, listed_domains, match_domains
from similarity.texts.names import WorkName
from similarity.texts.tokens import is_one_character_word
from similarity.texts.values import NameMention, SuspectTextKind, TextComparison, WorkTextKind

__all__ = [
    "DocumentText",
    "NameMention",
    "OpenedDocument",
    "ReadText",
    "SuspectTextKind",
    "TextComparison",
    "WorkName",
    "WorkTextKind",
    "compare_texts",
    "host_of",
    "is_one_character_word",
    "listed_domains",
    "match_domains",
    "mentions_of",
    "open_document",
    "text_of",
]
