"""Who contributed which accused element: whether the user's prompt names it, only its expansion, or neither.

Looked for are the names that the owner gives of an element, and other forms of them from a table of aliases that the
owner gives too: another language, another spelling.  A text that says the same in other words is not recognised, and
an element that is not named may have been shown in a reference picture; so every outcome is one about words.
"""

from __future__ import annotations

from collections.abc import Sequence

from similarity.absence import NotMeasured, not_measured
from similarity.access.exhibits import Exhibits
from similarity.access.fact_reader import numbered
from similarity.access.facts import AccusedElement, Facts, WorkFacts
from similarity.access.values import ElementContribution, ElementMention, ElementPlace
from similarity.texts.compare import ReadText, mentions_of
from similarity.texts.names import WorkName
from similarity.texts.tokens import is_one_character_word
from similarity.texts.values import SuspectTextKind

__all__ = ["contributions_of", "other_forms"]

_Text = tuple[SuspectTextKind, ReadText]
LETTERS_PER_WORD, LEAST_SHARE = 5, 0.2
NO_PROMPT = not_measured("the user's prompt is not at hand as text")
NO_EXPANSION = not_measured("the prompt does not name it, and no expanded prompt is at hand as text")


def other_forms(work: WorkFacts) -> dict[str, str]:
    """Every other form of the work's names that its owner gives, and the name that it stands for."""
    return {form: alias.name for alias in work.aliases for form in alias.also if form != alias.name}


def contributions_of(facts: Facts, work: WorkFacts, exhibits: Exhibits) -> tuple[ElementContribution, ...]:
    """Every accused element of a work, and which texts of the making name it.

    Args:
        facts: the facts, with the texts of the making.
        work: the work, with its elements and aliases.
        exhibits: the documents at hand.
    """
    texts = [
        (one.kind, ReadText(text_id=fact_id, kind=one.kind, exhibit=one.exhibit, content=exhibits.texts[one.exhibit]))
        for fact_id, one in numbered("suspect/texts", facts.suspect.texts)
        if one.kind != "script" and one.exhibit in exhibits.texts
    ]
    return tuple(
        _contribution(fact_id, element, work, texts, exhibits)
        for fact_id, element in numbered(f"works/{work.id}/elements", work.elements)
    )


def _contribution(
    fact_id: str, element: AccusedElement, work: WorkFacts, texts: Sequence[_Text], exhibits: Exhibits
) -> ElementContribution:
    own = dict.fromkeys((element.name, *element.other_names))
    standing_for = {form: name for form, name in other_forms(work).items() if name in own and form not in own}
    names = (*own, *standing_for)
    mentions = tuple(mention for kind, text in texts for mention in _mentions(kind, text, names, standing_for))
    return ElementContribution(
        fact_id=fact_id,
        statement=element,
        is_documented=exhibits.documented(fact_id, element.exhibits),
        mentions=mentions,
        place=_place(mentions, texts, names),
    )


def _mentions(
    kind: SuspectTextKind, text: ReadText, names: Sequence[str], standing_for: dict[str, str]
) -> tuple[ElementMention, ...]:
    found = mentions_of([WorkName(kind="character", name=name) for name in names], (), text)
    return tuple(
        ElementMention(
            text_id=one.text_id,
            kind=kind,
            exhibit=one.exhibit,
            name=one.name,
            alias_of=standing_for.get(one.name),
            start=one.start,
            end=one.end,
            text=one.text,
            num_mentions=one.num_mentions,
        )
        for one in found
    )


def _place(
    mentions: Sequence[ElementMention], texts: Sequence[_Text], names: Sequence[str]
) -> ElementPlace | NotMeasured:
    naming, at_hand = {one.kind for one in mentions}, {kind for kind, _ in texts}
    if "prompt" in naming:
        return "in_prompt"
    if "prompt" not in at_hand:
        return NO_PROMPT
    given = set().union(*(_scripts(name) for name in names))
    for kind, text in texts:
        if kind == "prompt" and not _scripts(text.content.text) <= given:
            return not_measured(
                "the prompt {exhibit} is in another writing than the names given; give names in it under aliases",
                exhibit=text.exhibit,
            )
    if "expanded_prompt" in naming:
        return "only_in_expansion"
    if "parameters" in naming:
        return "only_in_parameters"
    return "in_neither" if "expanded_prompt" in at_hand else NO_EXPANSION


def _scripts(text: str) -> set[str]:
    """The writings that make up a fifth of a text or more: Han characters and kana, other letters (five to a word)."""
    num_han = sum(map(is_one_character_word, text))
    num_words = sum(one.isalpha() and not is_one_character_word(one) for one in text) / LETTERS_PER_WORD
    shares = {"han": num_han, "letters": num_words}
    return {name for name, share in shares.items() if share > 0 and share >= LEAST_SHARE * (num_han + num_words)}
