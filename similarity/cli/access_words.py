"""The access dossier and prior-work-use records for a terminal: one fact per line, caveats beside what they qualify.

Grades, rules, events, labels and problems have the names that reports use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from similarity.absence import NotMeasured
from similarity.access.facts import SuspectEvent, WorkEvent
from similarity.access.records.values import RecordReading
from similarity.access.values import (
    AccessDossier,
    AccessProblem,
    DatedFact,
    Fact,
    SuspectAccess,
    TimelineEvent,
    WorkAccess,
)
from similarity.report.phrases.access import (
    DATE_OUTCOMES,
    ELEMENT_PLACES,
    EVENT_NAMES,
    GRADES,
    LABEL_NAMES,
    LABEL_STATES,
    NAME_KINDS,
    PASSAGE_KINDS,
    PROBLEMS,
    RECORD_STATES,
    ROLES,
    RULES,
)
from similarity.report.phrases.language import ENGLISH
from similarity.text import one_line
from similarity.texts.values import TextComparison

__all__ = ["dossier_in_words", "record_in_words"]

_MAX_PASSAGES = 5
_MAX_QUOTED = 120
_CAVEAT_NAMES = "names can be common words, and passages can come from a third text that both quote"
_CAVEAT_KEY = "a signature shows that nothing was changed since, not who holds the key"
_K = TypeVar("_K", bound=str)


def dossier_in_words(dossier: AccessDossier, stored_at: Path | None) -> str:
    """The dossier, one line per fact, and where it was stored; control characters that facts hold are escaped."""
    lines = list(_dossier_lines(dossier))
    if stored_at is not None:
        lines.append(f"dossier: {stored_at}")
    return "\n".join(map(one_line, lines))


def record_in_words(reading: RecordReading, path: Path) -> str:
    """The outcome of a record's check, and the works that the record lists."""
    lines = [f"{path}: {_record_line(reading)}"]
    for work in () if isinstance(reading.record, NotMeasured) else reading.record.works:
        authors = f", {', '.join(work.authors)}" if work.authors else ""
        passages = f": {'; '.join(work.passages)}" if work.passages else ""
        lines.append(f"  {work.title}{authors}{passages}")
    return "\n".join(map(one_line, lines))


def _named(names: Mapping[_K, str], code: _K) -> str:
    return ENGLISH.say(names[code], work="work", suspect="suspect")


def _dossier_lines(dossier: AccessDossier) -> Iterator[str]:
    yield f"suspect: {dossier.suspect.title or 'without a title'}"
    yield from _suspect_lines(dossier.suspect)
    for file in dossier.labels:
        for label in file.labels:
            yield f"  {_named(LABEL_NAMES, label.kind)}: {_named(LABEL_STATES, label.state)}"
    for work in dossier.works:
        yield from _work_lines(work)
    if dossier.striking_similarity:
        yield f"cross-reference, no part of any grade: {_short(dossier.striking_similarity)}"
    for document in dossier.documents:
        state = document.sha256 if isinstance(document.sha256, str) else f"not at hand: {document.sha256.reason}"
        yield f"  {document.entry.exhibit}: {document.entry.path}: {state}"
    for problem in dossier.problems:
        yield _problem_line(problem)
    yield "access is graded apart from similarity; the grade says what the documents show, people judge what it means"


def _record_line(reading: RecordReading) -> str:
    state = _named(RECORD_STATES, reading.state)
    if isinstance(reading.record, NotMeasured):
        return f"{state}: {reading.record.reason}"
    key = f"key {reading.key_id}; {_CAVEAT_KEY}"
    if reading.state == "signature_does_not_fit":
        return f"{state}: the record was changed after signing, or another key signed it; {key}"
    if reading.state in {"video_does_not_fit", "pictures_fit"}:
        return f"{state}: the record speaks of SHA-256 {reading.record.video.sha256}; {_bound(reading)}; {key}"
    video = "the video fits" if reading.is_video_checked else "no video was compared"
    return f"{state}: the signature fits, {video}; {key}"


def _bound(reading: RecordReading) -> str:
    """What the pictures say."""
    if isinstance(reading.binding, NotMeasured):
        return str(reading.binding.reason)
    shares = reading.binding.share_of_video, reading.binding.share_of_recorded
    said = f"{shares[0]:.0%} of this video lies in matches with {shares[1]:.0%} of the recorded one"
    return f"{said}; strongest score {reading.binding.score:.1f}"


def _suspect_lines(suspect: SuspectAccess) -> Iterator[str]:
    for event in suspect.events:
        yield _event_line(event)
    for role in suspect.roles:
        yield f"  {_named(ROLES, role.statement.role)}: {_short(role.statement.name)}{_documented(role)}"
    for record in suspect.records:
        yield f"  record {record.exhibit}: {_record_line(record)}"
    for disclosure in suspect.disclosures:
        listed = disclosure.num_domains_listed
        said = f"{listed} domains listed" if isinstance(listed, int) else listed.reason
        model = f"{_short(disclosure.statement.provider)}, {_short(disclosure.statement.model)}"
        yield f"  training disclosure of {model}: {said}"


def _event_line(event: TimelineEvent[SuspectEvent] | TimelineEvent[WorkEvent]) -> str:
    what = f": {_short(event.statement.what)}" if event.statement.what else ""
    return f"  {_named(EVENT_NAMES, event.statement.kind)} {event.date.as_written}{what}{_documented(event)}"


def _work_lines(work: WorkAccess) -> Iterator[str]:
    yield f"work {work.work_id}: {_short(work.title)}: {_named(GRADES, work.grade)}"
    for rule in work.rules:
        if rule.is_met:
            rests = f" ({', '.join(rule.exhibits)})" if rule.exhibits else " (stated, not documented)"
            yield f"  {_named(GRADES, rule.grade)}: {_named(RULES, rule.rule)}{rests}"
    yield f"  order of dates: {_named(DATE_OUTCOMES, work.date_order.outcome)}"
    for event in work.events:
        yield _event_line(event)
    for place in work.dissemination:
        yield f"  {_short(place.statement.where)}, {_since(place)}{_documented(place)}"
    for match in work.training_matches:
        yield f"  {match.domain_of_work} stands in the training disclosure as {match.domain_listed} ({match.rule})"
    for name in work.names:
        where = f"first at character {name.start}, {name.num_mentions} in all"
        yield f"  {name.exhibit} names {_short(name.name)} ({_named(NAME_KINDS, name.name_kind)}): {where}"
    for element in work.elements:
        found = element.place
        said = found.reason if isinstance(found, NotMeasured) else _named(ELEMENT_PLACES, found)
        yield f"  element {_short(element.statement.name)}: {said}{_documented(element)}"
    for comparison in work.comparisons:
        yield from _comparison_lines(comparison)
    if work.names or any(one.passages for one in work.comparisons):
        yield f"  {_CAVEAT_NAMES}"


def _since(place: DatedFact[object]) -> str:
    return "date unknown" if isinstance(place.date, NotMeasured) else f"since {place.date.as_written}"


def _comparison_lines(comparison: TextComparison) -> Iterator[str]:
    pair = f"{comparison.suspect_text.exhibit} against {comparison.work_text.exhibit}"
    if not comparison.passages:
        yield f"  {pair}: no passage in common"
    for passage in comparison.passages[:_MAX_PASSAGES]:
        heading = f", {_short(passage.heading)}" if passage.heading else ""
        yield (
            f"  {pair}: {_named(PASSAGE_KINDS, passage.kind)}, {passage.similarity_percent:.0f} %, "
            f"{passage.num_units} words, characters {passage.suspect_start}-{passage.suspect_end} and "
            f"{passage.work_start}-{passage.work_end}{heading}: {_short(passage.suspect_text)}"
        )
    num_more = len(comparison.passages) - _MAX_PASSAGES + comparison.num_passages_left_out
    if num_more > 0:
        yield f"  {pair}: and {num_more} more"


def _problem_line(problem: AccessProblem) -> str:
    quoted = f" ({', '.join(_short(str(one)) for one in problem.quoted)})" if problem.quoted else ""
    return f"note: {problem.place}: {_named(PROBLEMS, problem.code)}{quoted}"


def _documented(fact: Fact[object]) -> str:
    return "" if fact.is_documented else " (stated, not documented)"


def _short(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}..."
