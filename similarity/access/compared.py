"""What the documents of the facts share with a work: domains, names, passages."""

from __future__ import annotations

from collections.abc import Sequence

from similarity.access.contributions import other_forms
from similarity.access.exhibits import Exhibits
from similarity.access.facts import Dissemination, Facts, SuspectText, WorkFacts, WorkText
from similarity.access.values import DatedFact, TrainingDisclosure, TrainingMatch
from similarity.texts.compare import ReadText, compare_texts, mentions_of
from similarity.texts.domains import host_of, listed_domains, match_domains
from similarity.texts.names import WorkName
from similarity.texts.values import NameMention, TextComparison

__all__ = ["Hosts", "Listed", "compared_texts", "hosts_of", "listed_by", "named_in", "training_matches"]

Hosts = Sequence[tuple[str, str]]
"""Facts and the hosts that they put a work on."""
Listed = dict[str, frozenset[str]]
"""Domains by the exhibit that lists them."""


def hosts_of(work: WorkFacts, places: Sequence[DatedFact[Dissemination]], exhibits: Exhibits) -> Hosts:
    """Hosts where the work stood; addresses without a known domain are taken down as problems.

    Args:
        work: the work.
        places: where it was shown.
        exhibits: takes the problems down.
    """
    written = [(one.fact_id, one.statement.url) for one in places if one.statement.url]
    written += [(f"works/{work.id}/domains/{number}", one) for number, one in enumerate(work.domains, start=1)]
    hosts: list[tuple[str, str]] = []
    for fact_id, address in written:
        host = host_of(address)
        if host is None:
            exhibits.note("no_domain_in_address", fact_id, address)
        else:
            hosts.append((fact_id, host))
    return hosts


def listed_by(facts: Facts, exhibits: Exhibits) -> Listed:
    """The domains of every disclosure whose document is at hand as text."""
    named = dict.fromkeys(one.exhibit for one in facts.suspect.disclosures)
    return {exhibit: listed_domains(exhibits.texts[exhibit].text) for exhibit in named if exhibit in exhibits.texts}


def training_matches(
    hosts: Hosts, disclosures: Sequence[TrainingDisclosure], listed: Listed
) -> tuple[TrainingMatch, ...]:
    """Hosts of the work that a disclosure lists.

    Args:
        hosts: where the work stood.
        disclosures: what providers published of their training.
        listed: domains by the exhibit that lists them.
    """
    return tuple(
        TrainingMatch(
            disclosure_fact=disclosure.fact_id,
            work_fact=fact_id,
            domain_of_work=found.host,
            domain_listed=found.listed,
            rule=found.rule,
        )
        for disclosure in disclosures
        for found in match_domains([host for _, host in hosts], listed.get(disclosure.statement.exhibit, frozenset()))
        for fact_id, host in hosts
        if host == found.host
    )


def named_in(suspect: Facts, work: WorkFacts, exhibits: Exhibits) -> tuple[NameMention, ...]:
    """Names of the work in the texts of the suspect's making.

    Args:
        suspect: the facts, with the texts.
        work: the work, with its names.
        exhibits: the documents at hand.
    """
    names = [WorkName(kind="title", name=name) for name in (work.title, *work.other_titles)]
    names += [WorkName(kind="author", name=name) for name in work.authors]
    names += [WorkName(kind="character", name=name) for name in work.characters]
    kinds = {one.name: one.kind for one in names}
    names += [WorkName(kind=kinds[name], name=form) for form, name in other_forms(work).items() if name in kinds]
    known = {name.name for name in names}
    names += [WorkName(kind="character", name=name) for name in work.coined_names if name not in known]
    return tuple(
        mention
        for text in _read("suspect/texts", suspect.suspect.texts, exhibits)
        for mention in mentions_of(names, work.coined_names, text)
    )


def compared_texts(facts: Facts, work: WorkFacts, exhibits: Exhibits) -> tuple[TextComparison, ...]:
    """Every text of the suspect's making against every text of the work.

    Args:
        facts: the facts, with the suspect's texts.
        work: the work, with its texts.
        exhibits: the documents at hand.
    """
    return tuple(
        compare_texts(suspect_text, work_text)
        for suspect_text in _read("suspect/texts", facts.suspect.texts, exhibits)
        for work_text in _read(f"works/{work.id}/texts", work.texts, exhibits)
    )


def _read(prefix: str, texts: Sequence[SuspectText | WorkText], exhibits: Exhibits) -> tuple[ReadText, ...]:
    """The texts whose documents are at hand."""
    return tuple(
        ReadText(
            text_id=f"{prefix}/{number}",
            kind=text.kind,
            exhibit=text.exhibit,
            content=exhibits.texts[text.exhibit],
        )
        for number, text in enumerate(texts, start=1)
        if text.exhibit in exhibits.texts
    )
