"""Profiles are complete, speak both languages, and decide nothing."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import get_args

import pytest
import yaml
from support.document_texts import VERDICTS, every_text

from index.records import EXCLUSION_KINDS
from similarity.access.facts import EventKind
from similarity.access.records.values import RecordState
from similarity.access.values import Grade, ProblemCode, RuleId
from similarity.errors import ConfigurationError
from similarity.measure.values import AXIS_NAMES, ReadingName
from similarity.provenance.values import LabelKind, LabelState
from similarity.report.document.filing_form import LocalText, _text, load_profile, page_plans, profile_names
from similarity.report.document.registry import BLOCKS
from similarity.report.phrases import access as access_wordings
from similarity.report.phrases import filing as wordings

NAMES = ("cn", "eu", "us")
PLACEHOLDER = re.compile(r"\{\w+\}")
NEEDED = {
    "propositions",
    "axis_words",
    "examination_record",
    "findings_table",
    "findings_detail",
    "key_figures",
    "coverage_table",
    "salient_parts",
    "comparison",
    "closest_unrelated",
    "weaker_matches",
    "exclusions",
    "with_and_without",
    "access_grades",
    "access_facts",
    "provenance_labels",
    "error_rates",
    "envelope_check",
    "error_curves",
    "limits",
    "not_measured",
    "deviations",
    "repeat",
    "equipment",
    "exhibit_list",
    "exhibit_details",
    "identity_list",
    "match_pictures",
    "time_line",
    "figure_index",
    "configuration",
    "examiners",
    "case_facts",
    "notes_for_counsel",
}
"""What every profile's document shows."""


def plain_files():
    folder = files("similarity.report.document") / "profiles"
    return {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.iterdir()}


def local_texts(value, where=""):
    """Every mapping of languages in a file, with its place."""
    if isinstance(value, dict):
        if set(value) & {"en", "zh"}:
            yield where, value
        else:
            for key, inner in value.items():
                yield from local_texts(inner, f"{where}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from local_texts(inner, f"{where}/{place}")


def texts_of(profile):
    items = [*profile.front, *(item for section in profile.sections for item in section.items)]
    return [
        profile.title,
        profile.subtitle,
        profile.running_head,
        *profile.labels.values(),
        *(section.heading for section in profile.sections),
        *(text for item in items for text in item.texts),
    ]


def test_there_are_three_profiles_and_no_other():
    assert profile_names() == NAMES
    with pytest.raises(ConfigurationError, match="there is no profile 'uk': expected one of cn, eu, us"):
        load_profile("uk")


@pytest.mark.parametrize("name", sorted(plain_files()))
def test_every_text_has_both_languages_and_the_same_placeholders(name):
    found = list(local_texts(plain_files()[name]))
    assert len(found) > 15
    for where, text in found:
        assert set(text) == {"en", "zh"}, where
        assert all(str(one).strip() for one in text.values()), where
        if not where.startswith("/terms"):
            here, there = ({*PLACEHOLDER.findall(text[code])} for code in ("en", "zh"))
            names = {"{suspect}", "{work}", "{works}", "{Suspect}", "{Work}"}
            assert here - names == there - names, where
        assert re.search(r"[\u4e00-\u9fff]", text["zh"]), where
        assert not re.search(r"[\u4e00-\u9fff]", text["en"]), where


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_shows_everything_that_a_report_must_hold(name):
    profile = load_profile(name)
    items = [*profile.front, *(item for section in profile.sections for item in section.items)]
    blocks = [item.block for item in items if item.kind == "block"]
    assert set(blocks) >= NEEDED
    assert set(blocks) <= set(BLOCKS)
    assert len({section.key for section in profile.sections}) == len(profile.sections)
    assert all(section.label == "plain" or section.label in profile.labels for section in profile.sections)


def test_every_block_is_used():
    used = {
        item.block
        for name in NAMES
        for section in load_profile(name).sections
        for item in (*section.items, *load_profile(name).front)
    }
    used |= {item.block for section in page_plans() for item in section.items}
    assert used - {""} == set(BLOCKS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", ["en", "zh"])
def test_no_profile_says_a_word_of_a_verdict(name, code):
    profile = load_profile(name)
    for text in texts_of(profile):
        told = text.of(code)
        for quoted in profile.quoted_from_law:
            told = told.replace(f"\u201c{quoted}\u201d", "")
        assert not VERDICTS.search(told), told


def test_words_quoted_from_law_are_those_of_one_statute():
    assert load_profile("us").quoted_from_law == (
        "claimed to have been infringed",
        "allegedly infringed",
        "claimed to be infringing",
    )
    assert load_profile("cn").quoted_from_law == load_profile("eu").quoted_from_law == ()


def test_no_document_says_a_word_of_a_verdict(documents):
    for (name, _), document in documents.items():
        for text in every_text(document):
            told = text
            for quoted in load_profile(name).quoted_from_law:
                told = told.replace(f"\u201c{quoted}\u201d", "")
            assert not VERDICTS.search(told), told


def test_notices_hold_their_elements():
    us = {section.key: section for section in load_profile("us").sections}
    elements = [item.texts[0].en for item in us["notice_512"].items if item.kind == "subheading"]
    assert [one.split(")")[0] for one in elements] == ["(i", "(ii", "(iii", "(iv", "(v", "(vi"]
    eu = {section.key: section for section in load_profile("eu").sections}
    elements = [item.texts[0].en for item in eu["notice_16"].items if item.kind == "subheading"]
    assert [one.split(")")[0] for one in elements] == ["(a", "(b", "(c", "(d"]


def test_chinese_sections_stand_in_the_order_of_the_standard():
    keys = [section.key for section in load_profile("cn").sections]
    order = ["basics", "materials", "storyboard", "whole", "findings", "analysis", "equipment", "steps", "opinion"]
    assert [key for key in keys if key in order] == order
    settled = [
        item
        for section in load_profile("cn").sections
        for item in section.items
        if item.kind == "counsel" and "标准原文" in item.texts[0].zh
    ]
    assert len(settled) >= 5


def test_names_are_there_for_every_value():
    assert tuple(wordings.AXIS_TITLES) == tuple(wordings.AXIS_UNITS) == AXIS_NAMES
    assert set(wordings.READINGS) == set(get_args(ReadingName))
    assert set(wordings.EXCLUSION_NAMES) == set(EXCLUSION_KINDS)
    assert set(access_wordings.GRADES) == set(get_args(Grade))
    assert set(access_wordings.RULES) == set(get_args(RuleId))
    assert set(access_wordings.EVENT_NAMES) == set(get_args(EventKind))
    assert set(access_wordings.PROBLEMS) == set(get_args(ProblemCode))
    assert set(access_wordings.LABEL_NAMES) == set(get_args(LabelKind))
    assert set(access_wordings.LABEL_STATES) == set(get_args(LabelState))
    assert set(access_wordings.RECORD_STATES) == set(get_args(RecordState))


def test_chinese_lines_are_joined_without_spaces():
    text = {"en": "one\ntwo", "zh": "甲乙\uff0c\n  丙丁\n戊 PDQ 己\nPDQ。 {work}庚"}
    assert _text(text, "here") == LocalText(en="one two", zh="甲乙\uff0c丙丁戊 PDQ 己 PDQ。{work}庚")


@pytest.mark.parametrize("text", [{"en": "one"}, {"en": "one", "zh": " "}, "one", {"en": "a", "zh": "b", "fr": "c"}])
def test_a_text_without_one_of_its_languages_is_refused(text):
    with pytest.raises(ConfigurationError, match="here"):
        _text(text, "here")
