"""What a case states is shown once, in one wording, and nothing of the analyst's machine goes with it."""

from __future__ import annotations

import dataclasses

import pytest
from support.document_texts import every_text
from support.made_case import filled
from support.made_documents import SHA256, reader_of

from similarity.absence import not_measured
from similarity.access.values import FileLabels
from similarity.measure.calibration import LikelihoodRatio
from similarity.phrases import as_it_is, phrase
from similarity.provenance.values import LabelField, LabelReading
from similarity.report.document.parts import Paragraph, Table
from similarity.report.document.sections import render

KINDS = [("us", "en"), ("cn", "zh")]
EMPTY = dataclasses.replace(not_measured("not stated (exhibit E1: author)"), is_left_empty=True)


def shown(report, profile="us", language="en"):
    return render(report, reader_of({}), profile, language, report_sha256=SHA256)


def tables(document):
    return {part.key: part for section in document.sections for part in section.parts if isinstance(part, Table)}


def paragraphs(document):
    return [part.text for section in document.sections for part in section.parts if isinstance(part, Paragraph)]


def with_exhibit(report, sha256, **changes):
    exhibits = tuple(dataclasses.replace(one, **changes) if one.sha256 == sha256 else one for one in report.exhibits)
    return dataclasses.replace(report, exhibits=exhibits)


@pytest.mark.parametrize("kind", KINDS)
def test_title_and_owner_are_those_that_the_case_states(kind, full_report):
    work = full_report.works[0].work
    report = with_exhibit(full_report, work.sha256, title="Harbour at Dawn", owner="Harbour Pictures")
    document = shown(report, *kind)
    texts = list(every_text(document))
    assert not [text for text in texts if f"\u201c{work.title}\u201d" in text or f"\u300a{work.title}\u300b" in text]
    detail = tables(document)["files-1"]
    place = next(number for number, column in enumerate(detail.columns) if "Harbour at Dawn" in column.title)
    assert detail.rows[0][place] == "Harbour Pictures"
    if kind[0] == "us":
        assert tables(document)["noticed-works"].rows[0][1:3] == ("Harbour at Dawn", "Harbour Pictures")


@pytest.mark.parametrize(("kind", "words"), list(zip(KINDS, ("not stated", "委托人未提供"), strict=True)))
def test_a_field_left_empty_is_said_to_be_not_stated_and_no_more(kind, words, full_report):
    document = shown(with_exhibit(full_report, full_report.suspect.sha256, author=EMPTY), *kind)
    assert tables(document)["files-1"].rows[1][1] == words
    assert not [text for text in every_text(document) if "case.yaml" in text]
    gaps = tables(document)["not-measured"].rows
    assert gaps[-1][2] == "1"
    assert sorted(int(row[0]) for row in gaps) == list(range(1, 1 + len(gaps)))


def test_files_stand_side_by_side_and_each_hash_once(full_report):
    found = tables(shown(full_report))
    cells = [cell for key, table in found.items() if key.startswith("files-") for row in table.rows for cell in row]
    for video in (full_report.suspect, *(one.work for one in full_report.works)):
        assert cells.count(video.sha256) == 1
    assert [row[0] for row in found["other-files"].rows] == ["E9"]


def test_more_files_than_fit_beside_each_other_make_more_tables(full_report):
    works = tuple(
        dataclasses.replace(
            full_report.works[0],
            work=dataclasses.replace(full_report.works[0].work, video_id=f"w{number}", sha256=f"{number:064x}"),
        )
        for number in range(3)
    )
    found = tables(shown(dataclasses.replace(full_report, works=works)))
    assert len(found["files-1"].columns) == 4
    assert len(found["files-2"].columns) == 2
    assert "not an exhibit of the case" in {cell for row in found["files-2"].rows for cell in row}


@pytest.mark.parametrize("profile", ["cn", "eu", "us"])
def test_folders_of_the_analyst_are_not_printed(profile, full_report):
    folder = "/home/analyst/private"
    suspect = dataclasses.replace(full_report.suspect, path=f"{folder}/clip.mp4")
    works = tuple(
        dataclasses.replace(one, work=dataclasses.replace(one.work, path=f"{folder}/{one.work.video_id}.mp4"))
        for one in full_report.works
    )
    labels = (filled(FileLabels, path=f"{folder}/clip.mp4", labels=(filled(LabelReading),)),)
    access = dataclasses.replace(full_report.access, labels=labels)
    document = shown(dataclasses.replace(full_report, suspect=suspect, works=works, access=access), profile)
    texts = list(every_text(document))
    assert not [text for text in texts if folder in text]
    assert "clip.mp4" in texts


def test_documents_of_the_access_dossier_are_identified_by_their_hash(documents):
    for document in documents.values():
        assert any(row[1] == "D1" for row in tables(document)["identity"].rows)


@pytest.mark.parametrize(("kind", "words"), list(zip(KINDS, ("No grade is given", "不作接触分级"), strict=True)))
def test_a_work_without_facts_of_access_is_named(kind, words, full_report):
    access = dataclasses.replace(full_report.access, works=())
    told = [text for text in paragraphs(shown(dataclasses.replace(full_report, access=access), *kind)) if words in text]
    assert len(told) == 1
    assert not [text for text in paragraphs(shown(full_report, *kind)) if words in text and "work-1" in text]


def test_labels_say_what_they_hold_or_why_they_were_not_read(full_report):
    reason = "this reader looks for EXIF in still pictures alone, and not in HEIC"
    fields = tuple(LabelField(name=f"key{number}", value="v" * 200) for number in range(8))
    labels = (
        filled(LabelReading, kind="encoder", state="present", fields=fields, problems=()),
        filled(LabelReading, kind="exif", state="unreadable", fields=(), problems=(phrase(reason),)),
    )
    access = dataclasses.replace(full_report.access, labels=(filled(FileLabels, labels=labels),))
    report = dataclasses.replace(full_report, access=access)
    rows = tables(shown(report))["labels"].rows
    assert rows[0][4].startswith(f"key0: {'v' * 80}; key1: ")
    assert rows[0][4].endswith("; 2 more in report.json")
    assert rows[1][3:] == ("could not be examined", reason)
    assert "EXIF 仅在静态图片中查找" in tables(shown(report, "cn", "zh"))["labels"].rows[1][4]


def test_weaker_matches_stand_in_two_tables_and_the_others_in_full(full_report):
    weak = dataclasses.replace(full_report.scenes[0].works[0], match_id="m99")
    scene = dataclasses.replace(full_report.scenes[0], works=(*full_report.scenes[0].works, weak))
    report = dataclasses.replace(full_report, scenes=(scene, *full_report.scenes[1:]))
    found = tables(shown(report))
    in_full = {key for key in found if key.startswith("axes-scene-")}
    strong = {match.match_id for match in report.matches}
    every = [(each.scene_number, one.match_id) for each in report.scenes for one in each.works]
    weaker = [name for _, name in every if name not in strong]
    assert "m99" in weaker
    assert in_full == {f"axes-scene-{number}-{name}" for number, name in every if name in strong}
    assert [row[1] for row in found["weaker-findings"].rows] == weaker
    axes = found["weaker-axes"]
    assert [row[1] for row in axes.rows] == weaker
    assert len(axes.columns) == 2 + len(weak.finding.axes)


def test_the_reason_of_a_cap_is_told_once(full_report):
    ratios = [
        ratio
        for scene in full_report.scenes
        for one in scene.works
        for ratio in (one.finding.copy_ratio, one.finding.adaptation_ratio)
        if isinstance(ratio, LikelihoodRatio)
    ]
    assert ratios
    reason = "the data support no log10 LR beyond 3.22"
    capped = dataclasses.replace(ratios[0], is_capped=True, cap_reason=as_it_is(reason))

    def held(one):
        finding = dataclasses.replace(one.finding, copy_ratio=capped, adaptation_ratio=capped)
        return dataclasses.replace(one, finding=finding)

    scenes = tuple(
        dataclasses.replace(scene, works=tuple(held(one) for one in scene.works)) for scene in full_report.scenes
    )
    texts = list(every_text(shown(dataclasses.replace(full_report, scenes=scenes))))
    assert len([text for text in texts if reason in text]) == 1
    assert len([text for text in texts if "see note (1)" in text]) >= 2


def test_the_index_leaves_out_what_explains(documents):
    for document in documents.values():
        for row in tables(document)["index"].rows:
            assert "; " not in row[1]
            assert "\uff1b" not in row[1]


def test_a_case_without_notes_says_nothing_of_notes(full_report):
    case = dataclasses.replace(full_report.case, notes_for_counsel=())
    texts = list(every_text(shown(dataclasses.replace(full_report, case=case))))
    assert "Ask for the raw footage." in list(every_text(shown(full_report)))
    assert not [text for text in texts if "notes for counsel" in text]


def test_a_figure_against_chance_is_never_called_a_probability(documents):
    for (_, language), document in documents.items():
        told = [text for text in every_text(document) if ("指数" if language == "zh" else "exponent") in text]
        assert not told
        assert not [text for text in every_text(document) if "powers of ten" in text or "偶然吻合的概率" in text]


def test_both_sides_have_a_line_of_time(documents):
    for document in documents.values():
        parts = next(one.parts for one in document.sections if one.key == "storyboard")
        bars = [part for part in parts if type(part).__name__ == "Bars"]
        assert [one.begins_with_scenes for one in bars] == [True, False]
        assert all(0 <= bar.start <= bar.end <= 1 for one in bars for _, line in one.lines for bar in line)
