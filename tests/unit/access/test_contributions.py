"""Who contributed what: an element is in the user's prompt, only in its expansion, or in neither."""

from __future__ import annotations

import re

import pytest
import yaml

from similarity.absence import NotMeasured
from similarity.cli.access_words import dossier_in_words

ELEMENT = {"name": "Captain Lantern", "other_names": ["lantern captain"], "what": "a man with a lantern for a head"}
ALIASES = [{"name": "Captain Lantern", "also": ["提灯船长"], "by": "the owner"}]


@pytest.fixture
def laid_out(facts, lay_out):
    """The first element of the work, after texts of the making were written and named."""

    def build(aliases=(), **texts):
        facts["works"][0] |= {"elements": [ELEMENT], "aliases": list(aliases)}
        facts["suspect"]["texts"] = [{"kind": kind, "exhibit": f"T-{kind}", "by": "somebody"} for kind in texts]
        dossier = lay_out(facts, [(f"T-{kind}", f"{kind}.txt", text) for kind, text in texts.items()])
        return dossier.works[0]

    return build


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        ({"prompt": "Captain Lantern walks"}, "in_prompt"),
        ({"prompt": "the LANTERN captain walks", "expanded_prompt": "a man"}, "in_prompt"),
        ({"prompt": "a man walks", "expanded_prompt": "Captain Lantern walks"}, "only_in_expansion"),
        ({"prompt": "a man walks", "parameters": "style: captain lantern"}, "only_in_parameters"),
        ({"prompt": "a man walks", "expanded_prompt": "a tall man walks"}, "in_neither"),
    ],
)
def test_an_element_is_placed_by_the_texts_that_name_it(laid_out, texts, place):
    (element,) = laid_out(**texts).elements
    assert element.place == place
    assert bool(element.mentions) == (place != "in_neither")


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({}, "the user's prompt is not at hand as text"),
        ({"expanded_prompt": "Captain Lantern walks"}, "the user's prompt is not at hand as text"),
        ({"prompt": "a man walks"}, "no expanded prompt is at hand"),
        ({"prompt": "一个男人在海边走路", "expanded_prompt": "a man"}, "in another writing than the names given"),
        ({"prompt": "提灯船长 walks at the sea with a crew", "expanded_prompt": "a"}, "in another writing"),
        ({"script": "Captain Lantern walks"}, "the user's prompt is not at hand as text"),
    ],
)
def test_what_can_not_be_told_is_said(laid_out, texts, reason):
    (element,) = laid_out(**texts).elements
    assert isinstance(element.place, NotMeasured)
    assert reason in str(element.place.reason)


def test_a_prompt_in_another_language_is_read_through_the_owners_table_and_said_to_be_so(laid_out):
    (element,) = laid_out(ALIASES, prompt="提灯船长在海边走路").elements
    assert element.place == "in_prompt"
    (mention,) = element.mentions
    assert (mention.name, mention.alias_of, mention.text) == ("提灯船长", "Captain Lantern", "提灯船长")


def test_a_prompt_that_the_table_can_read_and_that_names_nothing_is_no_gap(laid_out):
    (element,) = laid_out(ALIASES, prompt="一个男人在海边走路", expanded_prompt="A man walks at the sea").elements
    assert element.place == "in_neither"


def test_a_few_letters_in_a_prompt_make_it_no_other_writing(laid_out):
    (element,) = laid_out(
        ALIASES[:0], prompt="a man walks along the sea at night, 8K 海", expanded_prompt="a man"
    ).elements
    assert element.place == "in_neither"


def test_other_forms_of_a_title_count_as_names_of_the_work(facts, lay_out):
    facts["works"][0]["aliases"] = [{"name": "The Iron Lighthouse", "also": ["铁灯塔之夜"]}]
    facts["suspect"]["texts"] = [{"kind": "prompt", "exhibit": "T"}]
    work = lay_out(facts, [("T", "prompt.txt", "铁灯塔之夜的一个镜头")]).works[0]
    assert [(one.name, one.name_kind) for one in work.names] == [("铁灯塔之夜", "title")]
    assert work.grade == "reasonable_opportunity"
    assert work.aliases[0].statement.also == ("铁灯塔之夜",)


def test_an_expanded_prompt_is_a_text_of_the_making(facts, lay_out):
    facts["works"][0]["texts"] = [{"kind": "text", "exhibit": "E2"}]
    facts["suspect"]["texts"] = [{"kind": "expanded_prompt", "exhibit": "T"}]
    passage = "The keeper climbs the spiral stair with a lantern, counting every iron step aloud."
    assert lay_out(facts, [("T", "expanded.txt", passage)]).works[0].grade == "direct_evidence"


def test_the_example_of_the_documents_gives_an_answer(pages, facts, lay_out):
    text = pages["docs/access.md"].text
    (example,) = re.findall(r"^```yaml\n(suspect:\n  texts:.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    documents = [("D1", "prompt.txt", "a man with a lamp"), ("D2", "expanded.txt", "Kapitän Laterne, 8K")]
    stated = yaml.safe_load(example) | {"documents": []}
    dossier = lay_out(stated, documents)
    assert dossier.works[0].elements[0].place == "only_in_expansion"
    said = dossier_in_words(dossier, None)
    assert "element Captain Lantern: only in the prompt as the service expanded it" in said
