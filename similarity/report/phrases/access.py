"""Names of grades, rules, events and labels in filings and on the terminal; the texts are keys of the catalogues."""

from __future__ import annotations

from typing import Literal

from similarity.access.facts import EventKind
from similarity.access.records.values import RecordState
from similarity.access.values import DateOutcome, ElementPlace, Grade, ProblemCode, RuleId
from similarity.provenance.values import LabelKind, LabelState
from similarity.report.phrases.language import msgid
from similarity.texts.values import SuspectTextKind

__all__ = [
    "DATE_OUTCOMES",
    "ELEMENT_PLACES",
    "EVENT_NAMES",
    "GRADES",
    "LABEL_NAMES",
    "LABEL_STATES",
    "NAME_KINDS",
    "PASSAGE_KINDS",
    "PROBLEMS",
    "RECORD_STATES",
    "ROLES",
    "RULES",
    "TEXT_KINDS",
]

GRADES: dict[Grade, str] = {
    "excluded_by_dates": msgid("excluded by dates"),
    "no_evidence": msgid("no evidence of access"),
    "bare_possibility": msgid("bare possibility"),
    "reasonable_opportunity": msgid("reasonable opportunity"),
    "direct_evidence": msgid("direct evidence"),
}
RULES: dict[RuleId, str] = {
    "dates_exclude": msgid("The dates leave no time for access"),
    "text_quotes_work": msgid("A text of its making quotes the {work}"),
    "record_lists_work": msgid("A record bound to the video lists the {work}"),
    "delivered_to_maker": msgid("The {work} was handed to the maker"),
    "widely_disseminated_before": msgid("The {work} was widely shown before"),
    "chain_to_maker": msgid("A chain of persons leads to the maker"),
    "trained_on_domain_of_work": msgid("A training disclosure lists a domain of the {work}"),
    "text_names_work": msgid("A text of its making names the {work}"),
    "record_lists_work_unbound": msgid("A record that is not bound to the video lists the {work}"),
    "possibly_public_before": msgid("The {work} may have been public before"),
    "incomplete_facts": msgid("The facts of access are incomplete"),
}
EVENT_NAMES: dict[EventKind, str] = {
    "created": msgid("created"),
    "published": msgid("published"),
    "registered": msgid("registered"),
    "generated": msgid("generated"),
    "first_seen": msgid("first seen"),
    "other": msgid("other event"),
}
DATE_OUTCOMES: dict[DateOutcome, str] = {
    "work_first": msgid("the {work} came first"),
    "suspect_first": msgid("the {suspect} came first"),
    "overlapping": msgid("the dates overlap"),
    "unknown": msgid("not known"),
}
PROBLEMS: dict[ProblemCode, str] = {
    "dates_contradict_evidence": msgid("Dates and other evidence contradict each other"),
    "seen_before_generated": msgid("It was seen before it is said to have been generated"),
    "published_before_created": msgid("Publication is dated before creation"),
    "date_before_films": msgid("A date lies before there were films"),
    "document_missing": msgid("A document is missing"),
    "document_changed": msgid("A document has changed since it was listed"),
    "document_unreadable": msgid("A document can't be read"),
    "exhibit_unknown": msgid("An exhibit is named that is not listed"),
    "text_cut": msgid("A text was longer than what is read"),
    "record_unusable": msgid("A record can't be used"),
    "disclosure_without_domains": msgid("A disclosure lists no domains"),
    "no_domain_in_address": msgid("An address holds no domain"),
    "suspect_not_given": msgid("The file of the {suspect} was not given"),
}
RECORD_STATES: dict[RecordState, str] = {
    "valid": msgid("valid"),
    "pictures_fit": msgid("valid, of this video by its pictures"),
    "signature_does_not_fit": msgid("the signature does not fit"),
    "video_does_not_fit": msgid("the video does not fit"),
    "unreadable": msgid("unreadable"),
}
NAME_KINDS: dict[Literal["title", "author", "character"], str] = {
    "title": msgid("title"),
    "author": msgid("author"),
    "character": msgid("character"),
}
PASSAGE_KINDS: dict[Literal["verbatim", "near_verbatim"], str] = {
    "verbatim": msgid("passage, word for word"),
    "near_verbatim": msgid("passage, nearly word for word"),
}
TEXT_KINDS: dict[SuspectTextKind, str] = {
    "prompt": msgid("prompt of the user"),
    "expanded_prompt": msgid("prompt as the service expanded or translated it"),
    "parameters": msgid("parameters of the generation, reference pictures among them"),
    "generation_record": msgid("generation record of the service"),
    "script": msgid("script of the {suspect}"),
}
ELEMENT_PLACES: dict[ElementPlace, str] = {
    "in_prompt": msgid("in the user's prompt"),
    "only_in_expansion": msgid("only in the prompt as the service expanded it"),
    "only_in_parameters": msgid("only in the parameters"),
    "in_neither": msgid("in neither prompt, nor in the parameters at hand"),
}
ROLES: dict[Literal["developer", "provider", "user"], str] = {
    "developer": msgid("developer of the model"),
    "provider": msgid("provider of the service"),
    "user": msgid("user"),
}
LABEL_NAMES: dict[LabelKind, str] = {
    "c2pa": msgid("C2PA manifest"),
    "gb45438_aigc": msgid("AIGC label (GB 45438-2025)"),
    "xmp": msgid("XMP"),
    "exif": msgid("EXIF"),
    "encoder": msgid("encoder tags"),
}
LABEL_STATES: dict[LabelState, str] = {
    "present": msgid("present"),
    "absent": msgid("absent"),
    "damaged": msgid("damaged"),
    "unreadable": msgid("could not be examined"),
}
