"""The dossier in English words, for a terminal: one fact per line, the caveats beside what they qualify."""

from __future__ import annotations

from collections.abc import Iterator

from similarity.absence import NotMeasured
from similarity.access.record_values import RecordReading
from similarity.access.values import (
    AccessDossier,
    AccessProblem,
    Dissemination,
    Grade,
    ProblemCode,
    Role,
    RuleId,
    SuspectAccess,
    TimelineEvent,
    WorkAccess,
)
from similarity.texts.values import TextComparison

__all__ = ["GRADE_WORDS", "PROBLEM_WORDS", "RULE_WORDS", "dossier_lines", "record_line"]

GRADE_WORDS: dict[Grade, str] = {
    "excluded_by_dates": "excluded by dates",
    "no_evidence": "no evidence of access",
    "bare_possibility": "bare possibility",
    "reasonable_opportunity": "reasonable opportunity",
    "direct_evidence": "direct evidence",
}
"""Each grade."""
RULE_WORDS: dict[RuleId, str] = {
    "dates_exclude": "the suspect stood before the work was made and before anybody could meet it",
    "text_quotes_work": "a prompt or generation record holds a passage of the work",
    "record_lists_work": "a signed prior-work-use record of this very video lists the work",
    "delivered_to_maker": "the work was handed to the suspect's maker before the making",
    "widely_disseminated_before": "the work was widely disseminated before the making",
    "chain_to_maker": "a documented chain leads to the suspect's maker before the making",
    "trained_on_domain_of_work": "a training disclosure lists a domain where the work stood before the making",
    "text_names_work": "a prompt or generation record names the work or its characters",
    "record_lists_work_unbound": "a signed prior-work-use record lists the work; its video was not compared",
    "possibly_public_before": "the work may have been public before the suspect stood",
    "incomplete_facts": "facts that point at the maker, without the documents or dates that the rules ask for",
}
"""Each rule."""
PROBLEM_WORDS: dict[ProblemCode, str] = {
    "dates_contradict_evidence": "dates exclude access and documents show it: one of them is wrong",
    "seen_before_generated": "the suspect was seen before it was generated: one of the dates is wrong",
    "published_before_created": "published before it was created: one of the dates is wrong",
    "date_before_films": "older than the oldest film (1888): right only for a text or a picture",
    "document_missing": "document not at hand",
    "document_changed": "the document is not the one whose SHA-256 the facts give",
    "document_unreadable": "the document can't be read as text",
    "exhibit_unknown": "names an exhibit that is not listed under documents",
    "text_cut": "the text is longer than what is compared (characters compared)",
    "record_unusable": "the record can't be relied on",
    "disclosure_without_domains": "no domain was found in the disclosure",
    "no_domain_in_address": "no known domain in the address",
    "suspect_not_given": "no suspect file was given: records can't be compared with the video",
}
"""Each problem."""
_MAX_PASSAGES = 5
_MAX_QUOTED = 120
_CAVEAT_NAMES = "names can be common words, and passages can come from a third text that both quote"
_CAVEAT_KEY = "a signature shows that nothing was changed since, not who holds the key"


def dossier_lines(dossier: AccessDossier) -> Iterator[str]:
    """The dossier, line by line; text of users and documents stands in it as it is, unescaped."""
    yield f"suspect: {dossier.suspect.title or 'without a title'}"
    yield from _suspect_lines(dossier.suspect)
    for file in dossier.labels:
        for label in file.labels:
            yield f"  label {label.kind}: {label.state}"
    for work in dossier.works:
        yield from _work_lines(work)
    if dossier.striking_similarity:
        yield f"cross-reference, no part of any grade: {_short(dossier.striking_similarity)}"
    for document in dossier.documents:
        state = document.sha256 if isinstance(document.sha256, str) else f"not at hand: {document.sha256.reason}"
        yield f"  {document.exhibit}: {document.path}: {state}"
    for problem in dossier.problems:
        yield _problem_line(problem)
    yield "access is graded apart from similarity; the grade says what the documents show, people judge what it means"


def record_line(reading: RecordReading) -> str:
    """What the check of a record gave."""
    if isinstance(reading.record, NotMeasured):
        return f"unreadable: {reading.record.reason}"
    key = f"key {reading.key_id}; {_CAVEAT_KEY}"
    if reading.state == "signature_does_not_fit":
        return f"the signature does not fit: the record was changed after signing, or another key signed it; {key}"
    if reading.state == "video_does_not_fit":
        return f"the video does not fit: the record speaks of SHA-256 {reading.record.video_sha256}; {key}"
    video = "the video fits" if reading.is_video_checked else "no video was compared"
    return f"valid: the signature fits, {video}; {key}"


def _suspect_lines(suspect: SuspectAccess) -> Iterator[str]:
    for event in suspect.events:
        yield f"  {event.kind} {event.date.as_written}{_said(event.what)}{_stated(event)}"
    for role in suspect.roles:
        yield f"  {role.role}: {_short(role.name)}{_stated(role)}"
    for record in suspect.records:
        yield f"  record {record.exhibit}: {record_line(record)}"
    for disclosure in suspect.disclosures:
        listed = disclosure.num_domains_listed
        said = f"{listed} domains listed" if isinstance(listed, int) else str(listed.reason)
        yield f"  training disclosure of {_short(disclosure.provider)}, {_short(disclosure.model)}: {said}"


def _work_lines(work: WorkAccess) -> Iterator[str]:
    yield f"work {work.work_id}: {_short(work.title)}: {GRADE_WORDS[work.grade]}"
    for rule in work.rules:
        if rule.is_met:
            rests = f" ({', '.join(rule.exhibits)})" if rule.exhibits else " (stated, not documented)"
            yield f"  {GRADE_WORDS[rule.grade]}: {RULE_WORDS[rule.rule]}{rests}"
    yield f"  order of dates: {work.date_order.outcome.replace('_', ' ')}"
    for event in work.events:
        yield f"  {event.kind} {event.date.as_written}{_said(event.what)}{_stated(event)}"
    for place in work.dissemination:
        since = "date unknown" if isinstance(place.since, NotMeasured) else f"since {place.since.as_written}"
        yield f"  {_short(place.where)}, {since}{_stated(place)}"
    for match in work.training_matches:
        yield f"  {match.domain_of_work} stands in the training disclosure as {match.domain_listed} ({match.rule})"
    for name in work.names:
        where = f"first at character {name.start}, {name.num_mentions} in all"
        yield f"  {name.exhibit} names {_short(name.name)} ({name.name_kind}): {where}"
    for comparison in work.comparisons:
        yield from _comparison_lines(comparison)
    if work.names or any(one.passages for one in work.comparisons):
        yield f"  {_CAVEAT_NAMES}"


def _comparison_lines(comparison: TextComparison) -> Iterator[str]:
    pair = f"{comparison.suspect_text.exhibit} against {comparison.work_text.exhibit}"
    if not comparison.passages:
        yield f"  {pair}: no passage in common"
    for passage in comparison.passages[:_MAX_PASSAGES]:
        heading = f", {_short(passage.heading)}" if passage.heading else ""
        yield (
            f"  {pair}: {passage.kind.replace('_', '-')} {passage.similarity_percent:.0f} %, {passage.num_units} words"
            f", characters {passage.suspect_start}-{passage.suspect_end} and {passage.work_start}-{passage.work_end}"
            f"{heading}: {_short(passage.suspect_text)}"
        )
    num_more = len(comparison.passages) - _MAX_PASSAGES + comparison.num_passages_left_out
    if num_more > 0:
        yield f"  {pair}: and {num_more} more"


def _problem_line(problem: AccessProblem) -> str:
    quoted = f" ({', '.join(map(_short, problem.quoted))})" if problem.quoted else ""
    return f"note: {problem.place}: {PROBLEM_WORDS[problem.code]}{quoted}"


def _stated(fact: TimelineEvent | Role | Dissemination) -> str:
    return "" if fact.is_documented else " (stated, not documented)"


def _said(text: str) -> str:
    return f": {_short(text)}" if text else ""


def _short(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}..."
