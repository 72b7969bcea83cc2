"""The published rules by which evidence of access is graded; `docs/access.md` holds the same table.

A rule above `bare_possibility` asks for documents at hand, of the making's date too, and for dates that leave no doubt
about the order.  What lacks either is `incomplete_facts`.  Similarity of pictures or of scripts meets no rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from similarity.access.dates import certainly_before
from similarity.access.facts import ChainLink, Delivery, Dissemination, SuspectEvent, WorkEvent
from similarity.access.records.values import RecordReading
from similarity.access.values import (
    DatedFact,
    DateOrder,
    Grade,
    RuleId,
    RuleOutcome,
    TimelineEvent,
    TrainingMatch,
)
from similarity.texts.tokens import is_one_character_word
from similarity.texts.values import NameMention, TextComparison

__all__ = [
    "GRADES",
    "MIN_WIDE_PLACES",
    "MIN_WIDE_VIEWS",
    "RULES",
    "WorkEvidence",
    "grade_of",
    "rule_outcomes",
]

MIN_WIDE_VIEWS = 100_000
"""Views, copies or tickets at one documented place from which dissemination counts as wide.  A convention of this
product: no court fixed a number."""
MIN_WIDE_PLACES = 3
"""Different documented places from which dissemination counts as wide, whatever the views."""
_BOUND = ("valid", "pictures_fit")
_MIN_NAME_WORDS = 2
_MIN_NAME_HAN = 3
_COVERED = ("same_host", "work_under_listed")
_TEXTS_OF_MAKING = ("prompt", "expanded_prompt", "parameters", "generation_record")

GRADES: tuple[Grade, ...] = ("no_evidence", "bare_possibility", "reasonable_opportunity", "direct_evidence")
"""Weakest first; `excluded_by_dates` stands apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvidence:
    """What the rules look at."""

    titles: tuple[str, ...]
    """Title and other titles."""
    events: tuple[TimelineEvent[WorkEvent], ...]
    """Dated events of the work."""
    dissemination: tuple[DatedFact[Dissemination], ...]
    """Where the public could meet it."""
    deliveries: tuple[DatedFact[Delivery], ...]
    """Handed to the maker."""
    chain: tuple[DatedFact[ChainLink], ...]
    """Chain to the maker."""
    training_matches: tuple[TrainingMatch, ...]
    """Domains that a disclosure lists."""
    names: tuple[NameMention, ...]
    """Names in texts of the suspect's making."""
    comparisons: tuple[TextComparison, ...]
    """Texts against texts of the suspect's making."""
    records: tuple[tuple[str, RecordReading], ...]
    """Fact and reading of every record."""
    date_order: DateOrder
    """Which came first."""
    making: TimelineEvent[SuspectEvent] | None
    """When the suspect was generated."""
    standing: TimelineEvent[SuspectEvent] | None
    """By when it stood."""


def rule_outcomes(evidence: WorkEvidence, exhibits_of: Mapping[str, tuple[str, ...]]) -> tuple[RuleOutcome, ...]:
    """Every rule with the facts that meet it; `exhibits_of` gives the documents at hand of each fact."""
    outcomes: list[RuleOutcome] = []
    for rule, (grade, facts_of) in RULES.items():
        facts = tuple(dict.fromkeys(facts_of(evidence)))
        exhibits = tuple(dict.fromkeys(exhibit for fact in facts for exhibit in exhibits_of.get(fact, ())))
        outcomes.append(RuleOutcome(rule=rule, grade=grade, is_met=bool(facts), facts=facts, exhibits=exhibits))
    return tuple(outcomes)


def grade_of(rules: Sequence[RuleOutcome]) -> Grade:
    """The grade that follows: the strongest of the rules that are met.

    Dates exclude only where nothing direct contradicts them; where something does, the grade is that of the evidence
    and the contradiction is a problem of the dossier.
    """
    met = {outcome.grade for outcome in rules if outcome.is_met}
    if "excluded_by_dates" in met and "direct_evidence" not in met:
        return "excluded_by_dates"
    return max(met - {"excluded_by_dates"}, key=GRADES.index, default="no_evidence")


def _same_title(one: str, other: str) -> bool:
    """Whether two titles are the same but for capitals, width, spaces and title marks."""
    return _plain(one) == _plain(other) != ""


def _dates_exclude(evidence: WorkEvidence) -> Sequence[str]:
    order = evidence.date_order
    if order.outcome != "suspect_first" or not order.is_documented:
        return ()
    return [fact for fact in (order.suspect_fact, order.work_fact) if fact is not None]


def _text_quotes_work(evidence: WorkEvidence) -> Sequence[str]:
    return [
        text.text_id
        for one in evidence.comparisons
        if one.suspect_text.kind in _TEXTS_OF_MAKING and one.passages
        for text in (one.suspect_text, one.work_text)
    ]


def _record_lists_work(evidence: WorkEvidence) -> Sequence[str]:
    return [fact for fact, record in _listing_records(evidence) if record.is_video_checked]


def _record_lists_work_unbound(evidence: WorkEvidence) -> Sequence[str]:
    return [fact for fact, record in _listing_records(evidence) if not record.is_video_checked]


def _delivered_to_maker(evidence: WorkEvidence) -> Sequence[str]:
    return _with_making([one.fact_id for one in evidence.deliveries if _is_shown_before(one, evidence)], evidence)


def _widely_disseminated_before(evidence: WorkEvidence) -> Sequence[str]:
    places = [one for one in evidence.dissemination if _is_shown_before(one, evidence)]
    if len({_plain(one.statement.where) for one in places}) < MIN_WIDE_PLACES:
        places = [one for one in places if (one.statement.views or 0) >= MIN_WIDE_VIEWS]
    return _with_making([one.fact_id for one in places], evidence)


def _chain_to_maker(evidence: WorkEvidence) -> Sequence[str]:
    chain = evidence.chain
    if not chain or not chain[-1].statement.reaches_maker:
        return ()
    joins = all(_plain(one.statement.recipient) == _plain(after.statement.sender) for one, after in pairwise(chain))
    is_shown = all(_is_shown_before(one, evidence) for one in chain)
    is_in_order = not any(certainly_before(after.date, one.date) for one, after in pairwise(chain))
    return _with_making([one.fact_id for one in chain], evidence) if joins and is_shown and is_in_order else ()


def _trained_on_domain_of_work(evidence: WorkEvidence) -> Sequence[str]:
    shown = {one.fact_id for one in evidence.dissemination if _is_shown_before(one, evidence)}
    matches = [one for one in evidence.training_matches if one.rule in _COVERED and one.work_fact in shown]
    return _with_making([fact for one in matches for fact in (one.disclosure_fact, one.work_fact)], evidence)


def _text_names_work(evidence: WorkEvidence) -> Sequence[str]:
    found: list[str] = []
    for text_id in dict.fromkeys(name.text_id for name in evidence.names):
        names = [name for name in evidence.names if name.text_id == text_id]
        of_work = [name for name in names if name.name_kind != "author"]
        has_two = bool(of_work) and len({_plain(name.name) for name in names}) >= 2
        if has_two or any(_is_distinct(name) for name in of_work):
            found.append(text_id)
    return found


def _possibly_public_before(evidence: WorkEvidence) -> Sequence[str]:
    public = [
        event.fact_id
        for event in evidence.events
        if event.statement.kind == "published" and not _is_too_late(event, evidence)
    ]
    return public + [place.fact_id for place in evidence.dissemination if not _is_too_late(place, evidence)]


def _incomplete_facts(evidence: WorkEvidence) -> Sequence[str]:
    """Facts that point at the maker and lack what the rules above ask for; none that came too late."""
    passed: tuple[DatedFact[object], ...] = (*evidence.deliveries, *evidence.chain)
    handed = [one.fact_id for one in passed if not _is_too_late(one, evidence)]
    places = {one.fact_id: one for one in evidence.dissemination}
    trained = [
        match.work_fact
        for match in evidence.training_matches
        if match.work_fact not in places or not _is_too_late(places[match.work_fact], evidence)
    ]
    said = [name.text_id for name in evidence.names]
    complete = {
        fact
        for facts_of in (_delivered_to_maker, _chain_to_maker, _trained_on_domain_of_work, _text_names_work)
        for fact in facts_of(evidence)
    }
    return [fact for fact in handed + trained + said if fact not in complete]


RULES: dict[RuleId, tuple[Grade, Callable[[WorkEvidence], Sequence[str]]]] = {
    "dates_exclude": ("excluded_by_dates", _dates_exclude),
    "text_quotes_work": ("direct_evidence", _text_quotes_work),
    "record_lists_work": ("direct_evidence", _record_lists_work),
    "delivered_to_maker": ("direct_evidence", _delivered_to_maker),
    "widely_disseminated_before": ("reasonable_opportunity", _widely_disseminated_before),
    "chain_to_maker": ("reasonable_opportunity", _chain_to_maker),
    "trained_on_domain_of_work": ("reasonable_opportunity", _trained_on_domain_of_work),
    "text_names_work": ("reasonable_opportunity", _text_names_work),
    "record_lists_work_unbound": ("reasonable_opportunity", _record_lists_work_unbound),
    "possibly_public_before": ("bare_possibility", _possibly_public_before),
    "incomplete_facts": ("bare_possibility", _incomplete_facts),
}
"""Every rule in the order in which it is asked: the grade it leads to, and the facts that meet it."""


def _listing_records(evidence: WorkEvidence) -> list[tuple[str, RecordReading]]:
    return [(fact, record) for fact, record in evidence.records if record.state in _BOUND and _lists(record, evidence)]


def _lists(reading: RecordReading, evidence: WorkEvidence) -> bool:
    works = getattr(reading.record, "works", ())
    return any(_same_title(work.title, title) for work in works for title in evidence.titles)


def _is_distinct(name: NameMention) -> bool:
    """Whether the name alone says which work is meant: long enough, or said to mean nothing outside the work."""
    if name.is_coined:
        return True
    num_han = sum(map(is_one_character_word, name.name))
    return num_han >= _MIN_NAME_HAN or (num_han == 0 and name.num_telling >= _MIN_NAME_WORDS)


def _is_shown_before(fact: DatedFact[object], evidence: WorkEvidence) -> bool:
    """Whether documents show the fact and the making, and the fact lies before the making for certain."""
    making = evidence.making
    if making is None:
        return False
    return fact.is_documented and making.is_documented and certainly_before(fact.date, making.date)


def _with_making(facts: Sequence[str], evidence: WorkEvidence) -> Sequence[str]:
    """The facts, and the date of the making that they are held against."""
    return [*facts, evidence.making.fact_id] if facts and evidence.making is not None else facts


def _is_too_late(fact: DatedFact[object], evidence: WorkEvidence) -> bool:
    """Whether the suspect stood before the fact for certain."""
    return evidence.standing is not None and certainly_before(evidence.standing.date, fact.date)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).strip("《》〈〉「」『』\"'")
