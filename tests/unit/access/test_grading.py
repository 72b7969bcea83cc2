"""Each published rule is met by what the table says, and by nothing less."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from support.made_facts import PASSAGE
from support.paths import ROOT

from similarity.access.grading import GRADES, MIN_WIDE_PLACES, MIN_WIDE_VIEWS, RULES
from similarity.access.records.statements import signed_record
from similarity.access.records.values import RecordedVideo, UseStatement
from similarity.access.values import FileLabels, ProblemCode
from similarity.report.phrases import access as names
from similarity.signatures import create_key

PAGE = ROOT / "docs" / "access.md"
VIDEO = "a" * 64
SUSPECT = FileLabels(role="suspect", path="suspect.mp4", sha256=VIDEO, labels=())
BEFORE = "2020-01-01"


def met(dossier):
    return {rule.rule: rule for rule in dossier.works[0].rules if rule.is_met}


def prompt(facts, text, kind="prompt"):
    facts["suspect"]["texts"] = [{"kind": kind, "exhibit": "P"}]
    facts["works"][0]["texts"] = [{"kind": "text", "exhibit": "E2"}]
    return [("P", "prompt.txt", text)]


def record_for(tmp_path, title="The Iron Lighthouse", video=VIDEO):
    said = UseStatement(
        user="u", model="m", prompt="p", generated="2024", works=({"title": title, "authors": ("a",), "purpose": "x"},)
    )
    key = create_key(tmp_path / f"{title}-{video[:2]}.pem")
    return signed_record(said, RecordedVideo(sha256=video, size_bytes=10), key, now=datetime(2024, 5, 2, tzinfo=UTC))


def test_the_table_on_the_page_is_the_table_of_the_code():
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    published = [(rule, grade) for grade, rule in rows if rule in RULES]
    assert published == [(rule, grade) for rule, (grade, _) in RULES.items()]
    assert f"{MIN_WIDE_VIEWS:,}" in PAGE.read_text(encoding="utf-8")
    assert MIN_WIDE_PLACES == 3


def test_everything_has_words():
    assert set(names.RULES) == set(RULES)
    assert set(names.GRADES) == {*GRADES, "excluded_by_dates"}
    assert set(names.PROBLEMS) == set(get_args(ProblemCode))
    assert all((*names.RULES.values(), *names.GRADES.values(), *names.PROBLEMS.values()))


def test_nothing_known_is_no_evidence(facts, lay_out):
    dossier = lay_out(facts)
    assert dossier.works[0].grade == "no_evidence"
    assert met(dossier) == {}
    assert all(rule.facts == rule.exhibits == () for rule in dossier.works[0].rules)


def test_a_suspect_that_stood_before_the_work_is_excluded_by_dates(facts, lay_out):
    facts["works"][0]["events"] = [
        {"kind": "created", "date": "2025-01", "exhibits": ["E1"]},
        {"kind": "published", "date": "2025-06"},
    ]
    dossier = lay_out(facts)
    assert dossier.works[0].grade == "excluded_by_dates"
    assert dossier.works[0].date_order.outcome == "suspect_first"
    assert met(dossier)["dates_exclude"].facts == ("suspect/events/1", "works/work/events/1")


@pytest.mark.parametrize("change", ["undocumented", "overlapping", "published_only", "published_before"])
def test_dates_exclude_only_for_certain(facts, lay_out, change):
    events = [{"kind": "created", "date": "2025-01", "exhibits": ["E1"]}]
    if change == "undocumented":
        events[0]["exhibits"] = []
    elif change == "overlapping":
        events[0]["date"] = "2024-05-01"
    elif change == "published_only":
        events[0]["kind"] = "published"
    else:
        events.append({"kind": "published", "date": "2023", "exhibits": ["E1"]})
    facts["works"][0]["events"] = events
    assert "dates_exclude" not in met(lay_out(facts))


def test_a_contradiction_between_dates_and_direct_evidence_is_said(facts, lay_out):
    facts["works"][0]["events"] = [{"kind": "created", "date": "2025-01", "exhibits": ["E1"]}]
    dossier = lay_out(facts, prompt(facts, f"make: {PASSAGE}"))
    assert {"dates_exclude", "text_quotes_work"} <= set(met(dossier))
    assert dossier.works[0].grade == "direct_evidence"
    assert "dates_contradict_evidence" in {problem.code for problem in dossier.problems}


@pytest.mark.parametrize("kind", ["prompt", "generation_record"])
def test_a_prompt_that_quotes_the_work_is_direct_evidence(facts, lay_out, kind):
    dossier = lay_out(facts, prompt(facts, f"make: {PASSAGE}", kind))
    assert dossier.works[0].grade == "direct_evidence"
    assert met(dossier)["text_quotes_work"].exhibits == ("P", "E2")
    assert dossier.works[0].comparisons[0].passages[0].heading == "Chapter 2"


def test_a_script_that_shares_a_passage_is_shown_and_grades_nothing(facts, lay_out):
    dossier = lay_out(facts, prompt(facts, f"scene: {PASSAGE}", "script"))
    assert dossier.works[0].comparisons[0].passages
    assert dossier.works[0].grade == "no_evidence"


@pytest.mark.parametrize(
    ("text", "changes", "grade"),
    [
        ("a film like The Iron Lighthouse", {}, "reasonable_opportunity"),
        ("a film with Ultraman", {"characters": ["Ultraman"]}, "bare_possibility"),
        ("a film with Ultraman", {"characters": ["Ultraman"], "coined_names": ["Ultraman"]}, "reasonable_opportunity"),
        ("a film with Ultraman", {"coined_names": ["Ultraman"]}, "reasonable_opportunity"),
        ("Ultraman and Zetton", {"characters": ["Ultraman", "Zetton"]}, "reasonable_opportunity"),
        ("in the manner of Hayao Miyazaki", {"authors": ["Hayao Miyazaki"]}, "bare_possibility"),
        ("生成狼图腾的画面", {"other_titles": ["狼图腾"]}, "reasonable_opportunity"),
        ("生成悟空的画面", {"characters": ["悟空"]}, "bare_possibility"),
        ("a lighthouse of iron", {}, "no_evidence"),
    ],
)
def test_names_count_where_they_say_which_work_is_meant(facts, lay_out, text, changes, grade):
    facts["works"][0].update(changes)
    assert lay_out(facts, prompt(facts, text)).works[0].grade == grade


def test_a_signed_record_of_the_very_video_is_direct_evidence(facts, lay_out, tmp_path):
    facts["suspect"]["records"] = [{"exhibit": "R"}]
    dossier = lay_out(facts, [("R", "record.json", record_for(tmp_path, "《the iron lighthouse》"))], SUSPECT)
    assert dossier.works[0].grade == "direct_evidence"
    assert met(dossier)["record_lists_work"].exhibits == ("R",)


def test_a_record_without_a_video_to_compare_is_less(facts, lay_out, tmp_path):
    facts["suspect"]["records"] = [{"exhibit": "R"}]
    dossier = lay_out(facts, [("R", "record.json", record_for(tmp_path))])
    assert set(met(dossier)) == {"record_lists_work_unbound"}
    assert "suspect_not_given" in {problem.code for problem in dossier.problems}


def test_a_record_of_another_video_another_work_or_a_changed_one_meets_no_rule(facts, lay_out, tmp_path):
    facts["suspect"]["records"] = [{"exhibit": "R1"}, {"exhibit": "R2"}, {"exhibit": "R3"}, {"exhibit": "R4"}]
    changed = record_for(tmp_path, video="c" * 64).replace(b'"prompt": "p"', b'"prompt": "q"')
    records = [
        ("R1", "r1.json", record_for(tmp_path, video="b" * 64)),
        ("R2", "r2.json", record_for(tmp_path, "Another Work")),
        ("R3", "r3.json", changed),
        ("R4", "r4.json", b"{}"),
    ]
    dossier = lay_out(facts, records, SUSPECT)
    states = [record.state for record in dossier.suspect.records]
    assert states == ["video_does_not_fit", "valid", "signature_does_not_fit", "unreadable"]
    assert dossier.works[0].grade == "no_evidence"


@pytest.mark.parametrize(
    ("delivery", "grade"),
    [
        ({"date": BEFORE, "exhibits": ["E1"]}, "direct_evidence"),
        ({"date": BEFORE}, "bare_possibility"),
        ({"exhibits": ["E1"]}, "bare_possibility"),
        ({"date": "2024-05-01", "exhibits": ["E1"]}, "bare_possibility"),
        ({"date": BEFORE, "exhibits": ["E99"]}, "bare_possibility"),
        ({"date": "2025", "exhibits": ["E1"]}, "no_evidence"),
    ],
)
def test_a_delivery_needs_a_document_and_a_date_before_the_making(facts, lay_out, delivery, grade):
    facts["works"][0]["deliveries"] = [{"to": "studio", "what": "script", **delivery}]
    assert lay_out(facts).works[0].grade == grade


def test_without_a_documented_making_nothing_lies_before_it(facts, lay_out):
    facts["works"][0]["deliveries"] = [{"to": "studio", "what": "script", "date": BEFORE, "exhibits": ["E1"]}]
    facts["suspect"]["events"][0]["exhibits"] = []
    assert lay_out(facts).works[0].grade == "bare_possibility"
    facts["suspect"]["events"][0] = {"kind": "first_seen", "date": "2024-05-01", "exhibits": ["E1"]}
    assert lay_out(facts).works[0].grade == "bare_possibility"


@pytest.mark.parametrize(
    ("places", "grade"),
    [
        ([{"views": MIN_WIDE_VIEWS}], "reasonable_opportunity"),
        ([{"views": MIN_WIDE_VIEWS - 1}], "bare_possibility"),
        ([{"where": "a"}, {"where": "b"}, {"where": "c"}], "reasonable_opportunity"),
        ([{"where": "a"}, {"where": "A "}, {"where": "c"}], "bare_possibility"),
        ([{"views": 10**9, "exhibits": []}], "bare_possibility"),
        ([{"views": 10**9, "since": "2024"}], "bare_possibility"),
        ([{"views": 10**9, "since": "2025"}], "no_evidence"),
    ],
)
def test_wide_dissemination_is_documented_and_lies_before_the_making(facts, lay_out, places, grade):
    base = {"where": "site", "since": BEFORE, "exhibits": ["E1"]}
    facts["works"][0]["dissemination"] = [{**base, **place} for place in places]
    assert lay_out(facts).works[0].grade == grade


LINKS = [
    {"sender": "author", "recipient": "agency", "what": "text", "date": "2019", "exhibits": ["E1"]},
    {
        "sender": "Agency",
        "recipient": "studio",
        "what": "text",
        "date": "2021",
        "exhibits": ["E1"],
        "reaches_maker": True,
    },
]


@pytest.mark.parametrize(
    ("change", "grade"),
    [
        ({}, "reasonable_opportunity"),
        ({"sender": "somebody else"}, "bare_possibility"),
        ({"exhibits": []}, "bare_possibility"),
        ({"reaches_maker": False}, "bare_possibility"),
        ({"date": "2017"}, "bare_possibility"),
        ({"date": None}, "bare_possibility"),
    ],
)
def test_a_chain_is_whole_documented_in_order_and_reaches_the_maker(facts, lay_out, change, grade):
    facts["works"][0]["chain"] = [LINKS[0], {**LINKS[1], **change}]
    assert lay_out(facts).works[0].grade == grade


@pytest.mark.parametrize(
    ("listed", "place", "grade"),
    [
        ("example.com", {}, "reasonable_opportunity"),
        ("blog.video.example.com", {}, "bare_possibility"),
        ("example.com", {"exhibits": []}, "bare_possibility"),
        ("example.com", {"since": "2025"}, "no_evidence"),
        ("myexample.com", {}, "bare_possibility"),
    ],
)
def test_a_disclosed_domain_counts_where_the_work_stood_there_before(facts, lay_out, listed, place, grade):
    facts["suspect"]["disclosures"] = [{"provider": "P", "model": "M", "exhibit": "D"}]
    base = {"where": "site", "url": "https://video.example.com/w", "since": BEFORE, "exhibits": ["E1"]}
    facts["works"][0]["dissemination"] = [{**base, **place}]
    dossier = lay_out(facts, [("D", "domains.csv", f"domain\n{listed}\n")])
    assert dossier.works[0].grade == grade
    assert dossier.suspect.disclosures[0].num_domains_listed == 1


def test_a_work_published_before_is_a_bare_possibility(facts, lay_out):
    facts["works"][0]["events"].append({"kind": "published", "date": "2018"})
    assert lay_out(facts).works[0].grade == "bare_possibility"


def test_striking_similarity_changes_no_grade(facts, lay_out):
    facts["striking_similarity"] = "see scene 3 of the report"
    dossier = lay_out(facts)
    assert dossier.striking_similarity == "see scene 3 of the report"
    assert dossier.works[0].grade == "no_evidence"
