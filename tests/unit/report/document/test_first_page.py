"""The first page: what was found, where, how sure, what speaks against it; a filing that lacks facts is a draft."""

# ruff: noqa: RUF001 - Chinese has punctuation of its own

from __future__ import annotations

import dataclasses
import json
import re

import pytest
from support.document_texts import every_text
from support.made_documents import SHA256, reader_of

from similarity.absence import not_measured
from similarity.errors import ReportError
from similarity.measure.bands import load_bands
from similarity.measure.calibration import LikelihoodRatio
from similarity.phrases import phrase
from similarity.report.document.blocks.first_page import weighed_by, what_was_found
from similarity.report.document.blocks.overview import drawn_span
from similarity.report.document.completeness import open_points
from similarity.report.document.context import make_context
from similarity.report.document.filing_form import load_profile
from similarity.report.document.parts import Bars, Entry, Figure, Json
from similarity.report.document.sections import render
from similarity.report.folder import render_filing, write_report
from similarity.report.phrases.finding_words import comparative_sentence
from similarity.report.phrases.language import CHINESE, ENGLISH
from similarity.report.schema.json_form import to_json

COMMANDS = re.compile(
    r"similarity (?:add|access|case|compare|filter|library|models|report|scan)\b|--[a-z]{3,}|\.yaml\b"
)
KEYS = re.compile(r"\b(?:align|describe|report|sample|verify|media)\.[a-z]+(?:_[a-z]+)+\b")


def ratio(log10_lr, *, lower=None, upper=None):
    return LikelihoodRatio(
        log10_lr=log10_lr,
        lower=lower,
        upper=upper,
        is_capped=False,
        cap_reason=None,
        band=load_bands().reading(log10_lr),
        calibration_sha256="0" * 64,
    )


@pytest.fixture
def context(full_report):
    return make_context(full_report, profile=load_profile("us"), language=ENGLISH, report_sha256=SHA256)


def entries(context):
    return [part for part in what_was_found(context) if isinstance(part, Entry)]


def test_each_match_is_told_in_the_order_of_time(context, full_report):
    assert len(entries(context)) == len(full_report.matches)
    starts = {f"(match {one.match_id})": one.suspect_start_seconds for one in full_report.matches}
    told = [next(start for name, start in starts.items() if name in one.title) for one in entries(context)]
    assert told == sorted(told)
    for one in entries(context):
        assert [name for name, _ in one.rows] == [
            "What",
            "Where in the suspect video",
            "Where in the work",
            "Found by",
            "How sure",
            "Against it",
        ]
        assert len(one.pictures) == 2


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            ratio(3.0, lower=2.0, upper=4.0),
            "about 1,000 times more probable if this than if that (95 % interval 100 to ",
        ),
        (ratio(2.0), "at least 100 times more probable if this than if that: moderately strong support for the former"),
        (
            ratio(-2.0, lower=-3.0, upper=-1.0),
            "about 100 times more probable if that than if this (95 % interval 10 to 1",
        ),
        (ratio(0.0, lower=-1.0, upper=1.0), "about as probable if this as if that: no support"),
    ],
)
def test_a_ratio_is_said_in_the_comparative_form(one, said):
    assert said in comparative_sentence(one, first="this", second="that")


def test_a_ratio_is_said_in_chinese():
    text = comparative_sentence(ratio(3.0, lower=2.0, upper=4.0), first="甲", second="乙", language=CHINESE)
    assert "若甲，得到本检验结果的概率为若乙时的约 1,000 倍" in text
    assert "检验结果对前者的支持程度为“强支持”" in text


def test_a_match_is_weighed_by_one_ratio(full_report):
    match = full_report.matches[0]
    both = dataclasses.replace(match.finding, copy_ratio=ratio(3.0), adaptation_ratio=ratio(1.0))
    assert weighed_by(dataclasses.replace(match, found_by=("copy", "adaptation"), finding=both)) == ("copy", ratio(3.0))
    assert weighed_by(dataclasses.replace(match, found_by=("adaptation",), finding=both)) == ("adaptation", ratio(1.0))
    without = dataclasses.replace(both, copy_ratio=not_measured("too short"))
    assert weighed_by(dataclasses.replace(match, found_by=("copy",), finding=without)) is None
    assert weighed_by(dataclasses.replace(match, found_by=("part",), finding=both)) is None


def test_a_withheld_ratio_gives_its_reason(full_report):
    match = full_report.matches[0]
    finding = dataclasses.replace(match.finding, copy_ratio=not_measured("too short"))
    report = dataclasses.replace(
        full_report, matches=(dataclasses.replace(match, found_by=("copy",), finding=finding), *full_report.matches[1:])
    )
    told = make_context(report, profile=load_profile("us"), language=ENGLISH, report_sha256=SHA256)
    said = [dict(one.rows)["How sure"] for one in entries(told) if f"(match {match.match_id})" in one.title]
    assert said[0].startswith("No ratio is stated: too short. Reading proposed: ")


def test_ratios_are_not_to_be_multiplied(documents):
    for (_, language), document in documents.items():
        words = "不得相乘" if language == "zh" else "they must not be multiplied"
        assert [text for text in every_text(document.front) if words in text]


def test_nothing_found_is_no_proof_of_originality(sample_report):
    report = sample_report(num_matches=0)
    told = make_context(report, profile=load_profile("eu"), language=ENGLISH, report_sha256=SHA256)
    assert "This is not proof of originality" in what_was_found(told)[0].text


def test_results_stand_before_methods(documents):
    results, methods = {"storyboard", "whole", "summary_note", "findings"}, {"method", "steps"}
    for document in documents.values():
        keys = [section.key for section in document.sections]
        assert max(keys.index(key) for key in results & set(keys)) < min(keys.index(key) for key in methods & set(keys))


def test_every_scene_that_matches_has_a_storyboard(documents, full_report):
    pairs = {pair.suspect_frame for match in full_report.matches for pair in match.taking.pairs}
    for document in documents.values():
        parts = next(one.parts for one in document.sections if one.key == "storyboard")
        figures = [part for part in parts if isinstance(part, Figure)]
        shown = {picture.name for figure in figures for picture in figure.pictures}
        assert shown & pairs
        for figure in figures:
            assert len(figure.pictures) == 4 * figure.num_columns
            assert all(picture.described and picture.described != figure.caption for picture in figure.pictures)


def test_figures_and_tables_are_numbered_as_they_appear(documents):
    for document in documents.values():
        numbers = [part.number for one in document.sections for part in one.parts if isinstance(part, Figure | Bars)]
        assert numbers == sorted(numbers)
        assert numbers[0] == 1


def test_a_filing_names_no_command_and_no_key(documents):
    for kind, document in documents.items():
        parts = (part for section in document.sections for part in section.parts if not isinstance(part, Json))
        for text in every_text((document.front, *parts)):
            assert not COMMANDS.search(text), (kind, text)
            assert not KEYS.search(text), (kind, text)


def test_a_bar_ends_at_the_cut_beside_it(full_report):
    match, cut = full_report.matches[0], full_report.scenes[0].end_seconds
    placed_not = dataclasses.replace(match, placement=not_measured("no"), suspect_start_seconds=0.0)
    assert drawn_span(dataclasses.replace(placed_not, suspect_end_seconds=cut + 0.4), full_report) == (0.0, cut)
    assert drawn_span(dataclasses.replace(placed_not, suspect_end_seconds=cut - 2.0), full_report) == (0.0, cut - 2.0)


def test_a_full_case_may_be_filed(full_report):
    stated = dict.fromkeys(("requester", "question", "jurisdiction", "date"), "2026-03-04")
    report = dataclasses.replace(full_report, case=dataclasses.replace(full_report.case, **stated))
    for name in ("us", "eu", "cn"):
        assert open_points(report, load_profile(name)) == ()


def test_what_is_missing_is_named(full_report):
    case = dataclasses.replace(full_report.case, question=not_measured("empty"), analyst=not_measured("empty"))
    report = dataclasses.replace(full_report, case=case)
    said = [str(one) for one in open_points(report, load_profile("us"))]
    for missing in ("the question asked", "the name of the analyst", "the analyst's training and experience"):
        assert missing in said


def test_a_placeholder_counts_as_missing(full_report):
    work = full_report.works[0]
    named = dataclasses.replace(work, work=dataclasses.replace(work.work, title="work-1", sha256="1" * 64))
    report = dataclasses.replace(full_report, works=(named, *full_report.works[1:]))
    assert phrase("the title of work {name}", name=work.work.video_id) in open_points(report, load_profile("eu"))
    case = dataclasses.replace(full_report.case, requester="such as: the owner of the film")
    left = [str(one) for one in open_points(dataclasses.replace(full_report, case=case), load_profile("eu"))]
    assert "something in the place of “such as: the owner of the film”, which a template left" in left


def test_a_draft_says_so_on_every_page_and_what_is_missing(full_report, pictures):
    case = dataclasses.replace(full_report.case, requester=not_measured("empty"))
    report = dataclasses.replace(full_report, case=case)
    draft = render(report, reader_of(pictures), "cn", "zh", report_sha256=SHA256)
    assert draft.draft_word == "草稿"
    assert "尚需补充：委托人" in next(iter(every_text(draft.front)))


def test_a_filing_that_lacks_facts_is_refused(sample_report, sample_pictures, tmp_path):
    report = sample_report(num_matches=1)
    write_report(report, tmp_path, sample_pictures(report))
    with pytest.raises(ReportError, match=r"can't be filed by form us yet: expected the facts of a case.*--draft"):
        render_filing(tmp_path, "us", "en")
    assert not (tmp_path / "report-us-en.pdf").exists()


def test_the_stored_report_names_both_frames_of_a_pair(full_report):
    stored = json.loads(to_json(full_report))
    pair = stored["matches"][0]["taking"]["pairs"][0]
    assert {"suspect_frame", "work_frame"} <= set(pair)
