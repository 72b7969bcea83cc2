"""From a file of facts to the dossier: documents read, texts and domains compared, rules asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from similarity._version import __version__
from similarity.absence import NotMeasured, not_measured
from similarity.access.compared import Listed, compared_texts, hosts_of, listed_by, named_in, training_matches
from similarity.access.contributions import contributions_of
from similarity.access.dates import certainly_before
from similarity.access.exhibits import Exhibits, open_exhibits
from similarity.access.fact_reader import FactReader, numbered
from similarity.access.facts import (
    Disclosure,
    Facts,
    SuspectFacts,
    SuspectText,
    WorkFacts,
    WorkText,
    read_facts,
)
from similarity.access.grading import WorkEvidence, grade_of, rule_outcomes
from similarity.access.records.statements import read_record
from similarity.access.records.values import RecordReading, without_pictures
from similarity.access.timeline import date_order, making_of, public_facts, standing_of
from similarity.access.values import (
    ACCESS_SCHEMA_VERSION,
    AccessDossier,
    FileLabels,
    NamedText,
    SuspectAccess,
    TrainingDisclosure,
    WorkAccess,
)
from similarity.errors import AccessError

__all__ = ["MAX_COMPARISONS", "Binds", "as_read", "build_dossier"]

MAX_COMPARISONS = 60
"""Pairs of texts that one dossier compares."""
_TextT = TypeVar("_TextT", SuspectText, WorkText)
_RECORDS = "suspect/records"
_NOT_AT_HAND = not_measured("its document is not at hand as text")


Binds = Callable[[RecordReading], RecordReading]
"""A reading of a record with what the suspect's pictures say."""


def as_read(reading: RecordReading) -> RecordReading:
    """The reading as it is: pictures are not looked at."""
    return reading


def build_dossier(
    facts_path: Path, *, suspect_file: FileLabels | None, now: datetime, binds: Binds = as_read
) -> AccessDossier:
    """Everything that the facts and their documents say about access.

    Args:
        facts_path: the file of facts.
        suspect_file: the suspect's file with its labels, where one is given.
        now: the clock.
        binds: looks at the pictures of the suspect where a record speaks of other bytes.

    Raises:
        ConfigurationError: the file of facts can't be read, or has keys that are unknown, missing or wrong.
        AccessError: a date that can't be read, a document that leads out of the folder, a suspect that is another file.
    """
    facts = read_facts(facts_path)
    _require_whole(facts)
    exhibits = open_exhibits(facts, facts_path.parent)
    builder = _Builder(
        facts=facts,
        exhibits=exhibits,
        reader=FactReader(exhibits, now),
        listed=listed_by(facts, exhibits),
        sha256=_suspect_sha256(facts.suspect, suspect_file),
        binds=binds,
    )
    suspect = builder.suspect()
    works = tuple(builder.work(work, suspect) for work in facts.works)
    if isinstance(suspect.sha256, NotMeasured):
        exhibits.note("suspect_not_given", "suspect")
    return AccessDossier(
        schema_version=ACCESS_SCHEMA_VERSION,
        created_utc=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        tool_version=__version__,
        facts_path=str(facts_path),
        facts_sha256=hashlib.sha256(facts_path.read_bytes()).hexdigest(),
        suspect=suspect,
        works=works,
        documents=exhibits.documents,
        labels=() if suspect_file is None else (suspect_file,),
        striking_similarity=facts.striking_similarity,
        problems=tuple(sorted(exhibits.problems, key=lambda one: one.code != "dates_contradict_evidence")),
    )


def _require_whole(facts: Facts) -> None:
    ids = [work.id for work in facts.works]
    for number, one in enumerate(ids):
        if one in ids[:number]:
            raise AccessError(f"work {one!r} stands there twice; give every work an id of its own")
    num_pairs = len(facts.suspect.texts) * sum(len(work.texts) for work in facts.works)
    if num_pairs > MAX_COMPARISONS:
        raise AccessError(
            f"the facts name {num_pairs} pairs of texts, expected at most {MAX_COMPARISONS}: part them into several "
            "files of facts"
        )


def _suspect_sha256(facts: SuspectFacts, file: FileLabels | None) -> str | NotMeasured:
    if file is not None and facts.sha256 is not None and facts.sha256.lower() != file.sha256:
        raise AccessError(
            f"suspect {file.path}: SHA-256 is {file.sha256}, the facts speak of {facts.sha256.lower()}; name the file "
            "that they speak of, or correct suspect.sha256"
        )
    if file is not None:
        return file.sha256
    if facts.sha256 is not None:
        return facts.sha256.lower()
    return not_measured("no suspect file was given")


@dataclass(slots=True)
class _Builder:
    """Turns facts into values, one suspect and then work by work."""

    facts: Facts
    exhibits: Exhibits
    reader: FactReader
    listed: Listed
    sha256: str | NotMeasured
    binds: Binds

    def suspect(self) -> SuspectAccess:
        facts = self.facts.suspect
        events = self.reader.suspect_events(facts.events)
        making, standing = making_of(events), standing_of(events)
        if making and standing and certainly_before(standing.date, making.date):
            self.exhibits.note(
                "seen_before_generated", standing.fact_id, standing.date.as_written, making.date.as_written
            )
        return SuspectAccess(
            title=facts.title,
            sha256=self.sha256,
            events=events,
            roles=self.reader.roles(facts.roles),
            texts=self._texts("suspect/texts", facts.texts),
            records=tuple(self._record(fact_id, one.exhibit) for fact_id, one in numbered(_RECORDS, facts.records)),
            disclosures=tuple(
                self._disclosure(fact_id, one) for fact_id, one in numbered("suspect/disclosures", facts.disclosures)
            ),
        )

    def work(self, facts: WorkFacts, suspect: SuspectAccess) -> WorkAccess:
        texts = self._texts(f"works/{facts.id}/texts", facts.texts)
        evidence = self._evidence(facts, suspect)
        rules = rule_outcomes(evidence, self._exhibits_of(suspect, texts, evidence))
        if {"excluded_by_dates", "direct_evidence"} <= {rule.grade for rule in rules if rule.is_met}:
            self.exhibits.note("dates_contradict_evidence", f"works/{facts.id}")
        hosts = hosts_of(facts, evidence.dissemination, self.exhibits)
        return WorkAccess(
            work_id=facts.id,
            title=facts.title,
            other_titles=facts.other_titles,
            authors=facts.authors,
            characters=facts.characters,
            events=evidence.events,
            dissemination=evidence.dissemination,
            deliveries=evidence.deliveries,
            chain=evidence.chain,
            domains=tuple(sorted({host for _, host in hosts})),
            training_matches=evidence.training_matches,
            texts=texts,
            names=evidence.names,
            aliases=self.reader.aliases(f"works/{facts.id}/aliases", facts.aliases),
            elements=contributions_of(self.facts, facts, self.exhibits),
            comparisons=evidence.comparisons,
            date_order=evidence.date_order,
            rules=rules,
            grade=grade_of(rules),
        )

    def _evidence(self, facts: WorkFacts, suspect: SuspectAccess) -> WorkEvidence:
        prefix = f"works/{facts.id}"
        events = self.reader.work_events(f"{prefix}/events", facts.events)
        places = self.reader.dated(f"{prefix}/dissemination", facts.dissemination)
        deliveries = self.reader.dated(f"{prefix}/deliveries", facts.deliveries)
        chain = self.reader.dated(f"{prefix}/chain", facts.chain)
        return WorkEvidence(
            titles=(facts.title, *facts.other_titles),
            events=events,
            dissemination=places,
            deliveries=deliveries,
            chain=chain,
            training_matches=training_matches(hosts_of(facts, places, self.exhibits), suspect.disclosures, self.listed),
            names=named_in(self.facts, facts, self.exhibits),
            comparisons=compared_texts(self.facts, facts, self.exhibits),
            records=tuple(numbered(_RECORDS, suspect.records)),
            date_order=date_order(suspect.events, events, (*public_facts(events, places), *deliveries, *chain)),
            making=making_of(suspect.events),
            standing=standing_of(suspect.events),
        )

    def _exhibits_of(
        self, suspect: SuspectAccess, texts: Sequence[NamedText[WorkText]], evidence: WorkEvidence
    ) -> dict[str, tuple[str, ...]]:
        """The documents at hand of every fact."""
        found = {one.fact_id: one.statement.exhibits for one in suspect.events}
        found |= {one.fact_id: one.statement.exhibits for one in evidence.events}
        found |= {one.fact_id: one.statement.exhibits for one in evidence.dissemination}
        found |= {one.fact_id: one.statement.exhibits for one in evidence.deliveries}
        found |= {one.fact_id: one.statement.exhibits for one in evidence.chain}
        found |= {one.fact_id: (one.statement.exhibit,) for one in suspect.texts}
        found |= {one.fact_id: (one.statement.exhibit,) for one in texts}
        found |= {one.fact_id: (one.statement.exhibit,) for one in suspect.disclosures}
        found |= {fact_id: (one.exhibit,) for fact_id, one in evidence.records if one.exhibit is not None}
        return {
            fact_id: tuple(exhibit for exhibit in exhibits if exhibit in self.exhibits.at_hand)
            for fact_id, exhibits in found.items()
        }

    def _texts(self, prefix: str, texts: Sequence[_TextT]) -> tuple[NamedText[_TextT], ...]:
        return tuple(
            NamedText(
                fact_id=fact_id,
                statement=one,
                is_documented=self.exhibits.documented(fact_id, (one.exhibit,)),
                num_characters=self._length(one.exhibit),
            )
            for fact_id, one in numbered(prefix, texts)
        )

    def _length(self, exhibit: str) -> int | NotMeasured:
        read = self.exhibits.texts.get(exhibit)
        return _NOT_AT_HAND if read is None else len(read.text)

    def _record(self, fact_id: str, exhibit: str) -> RecordReading:
        self.exhibits.documented(fact_id, (exhibit,))
        video = None if isinstance(self.sha256, NotMeasured) else self.sha256
        reading = self.binds(read_record(self.exhibits.contents.get(exhibit, b""), exhibit=exhibit, video_sha256=video))
        if reading.state not in {"valid", "pictures_fit"}:
            self.exhibits.note("record_unusable", fact_id, exhibit, reading.state)
        return without_pictures(reading)

    def _disclosure(self, fact_id: str, one: Disclosure) -> TrainingDisclosure:
        is_documented = self.exhibits.documented(fact_id, (one.exhibit,))
        listed = self.listed.get(one.exhibit)
        if listed is not None and not listed:
            self.exhibits.note("disclosure_without_domains", fact_id, one.exhibit)
        return TrainingDisclosure(
            fact_id=fact_id,
            statement=one,
            is_documented=is_documented,
            date=self.reader.date(one.retrieved, fact_id),
            num_domains_listed=_NOT_AT_HAND if listed is None else len(listed),
        )
