"""The PDF says what the document holds, on pages that say what they are."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest
from support.document_texts import every_text, packed, texts_of
from support.made_documents import KINDS, SHA256, reader_of

from similarity.errors import ReportError
from similarity.report.document.parts import Paragraph, Picture, Table
from similarity.report.document.sections import render
from similarity.report.document.writers.pdf_form import _covered, is_covered, to_pdf

HOSTILE = (
    "#let x = 1 $y^2$ @ref *b* _i_ `c` <b>h</b> // /* = [z] \\u{41} ~ -- \u202eRTL\u0007 \u05d0\u05d1 \u0627 \U0001f600"
)


def joined(texts):
    return packed("".join(texts))


@pytest.mark.parametrize("kind", KINDS)
def test_every_section_stands_in_the_text_and_in_the_bookmarks(kind, documents, readers, page_texts):
    titles = [one.title for one in _flat(readers[kind].outline)]
    whole = joined(page_texts[kind])
    for section in documents[kind].sections:
        name = packed(f"{section.number}{section.heading}")
        assert name in whole
        assert name in [packed(title) for title in titles]


def _flat(outline):
    for one in outline:
        if isinstance(one, list):
            yield from _flat(one)
        else:
            yield one


@pytest.mark.parametrize("kind", KINDS)
def test_every_table_and_paragraph_stands_in_the_text(kind, documents, page_texts):
    furniture = {packed(documents[kind].footer), packed(documents[kind].running_head)}
    body = []
    for text in page_texts[kind]:
        body += [line for line in text.splitlines() if not any(one in packed(line) for one in furniture)]
    whole = joined(body)
    missing = []
    for section in documents[kind].sections:
        for part in section.parts:
            if isinstance(part, Paragraph) and packed(part.text) not in whole:
                missing.append(part.text)
            if isinstance(part, Table):
                missing += [one for row in part.rows for one in map(str, row) if packed(one)[:12] not in whole]
    across_pages = [text for text in missing if len(text) > 60]
    assert [text for text in missing if text not in across_pages] == []
    assert len(across_pages) <= 4, across_pages


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_bears_its_number_the_case_and_the_hash(kind, documents, page_texts):
    before, between, after = documents[kind].page_words
    pages = page_texts[kind]
    for number, text in enumerate(pages, 1):
        assert packed(f"{before}{number}{between}{len(pages)}{after}") in packed(text)
        assert SHA256 in packed(text)
        assert "2026-知民初-17" in packed(text)


def test_pages_bear_what_they_are_in_law(documents, page_texts):
    summary, aid, draft = "Rule1006summary", "Rule107illustrativeaid", "Draft,notsigned"
    found = {
        "matches": summary,
        "differences": summary,
        "illustrations": aid,
        "certificate_13": draft,
        "notice_512": draft,
    }
    for key, label in found.items():
        section = next(one for one in documents["us", "en"].sections if one.key == key)
        name = packed(f"{section.number} {section.heading}")
        pages = [packed(text) for text in page_texts["us", "en"][2:]]
        assert label in next(text for text in pages if name in text)[:120]
    for text in page_texts["us", "en"]:
        assert sum(label in packed(text)[:120] for label in (summary, aid, draft)) <= 1


@pytest.mark.parametrize(
    ("kind", "size"), [(("us", "en"), (612, 792)), (("cn", "zh"), (595, 842)), (("eu", "en"), (595, 842))]
)
def test_paper(kind, size, readers):
    box = readers[kind].pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


@pytest.mark.parametrize("kind", KINDS)
def test_fonts_are_embedded_and_the_file_is_pdf_a(kind, readers, pdfs):
    found = set()
    for page in readers[kind].pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            found.add(descriptor["/FontName"])
    assert any("Libertinus" in name for name in found)
    assert any("NotoSerifSC" in name for name in found)
    metadata = readers[kind].xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


def test_equal_reports_give_equal_bytes(full_report, pictures, pdfs):
    again = render(full_report, reader_of(pictures), "cn", "zh", report_sha256=SHA256)
    assert to_pdf(again) == pdfs["cn", "zh"]


def test_the_only_time_is_that_of_the_report(readers, full_report):
    assert full_report.created_utc == "2026-03-04T05:06:07Z"
    assert readers["us", "en"].metadata["/CreationDate"].startswith("D:20260304050607")


def test_pictures_stand_in_the_file(readers):
    num_pictures = sum(len(page.images) for page in readers["us", "en"].pages)
    assert num_pictures >= 2 * 2 + 2


def test_hostile_text_is_plain_text(full_report, pictures):
    suspect = dataclasses.replace(full_report.suspect, title=HOSTILE, path=f"films/{'x' * 400}.mp4", owner=HOSTILE)
    works = tuple(
        dataclasses.replace(one, work=dataclasses.replace(one.work, title=HOSTILE * 4)) for one in full_report.works
    )
    case = dataclasses.replace(full_report.case, case_id=HOSTILE)
    report = dataclasses.replace(full_report, suspect=suspect, works=works, case=case)
    for profile, language in (("us", "en"), ("cn", "zh")):
        document = render(report, reader_of(pictures), profile, language, report_sha256=SHA256)
        whole = joined(texts_of(to_pdf(document)))
        for piece in ("#letx=1$y^2$@ref*b*_i_`c`<b>h</b>///*=[z]\\u{41}~--[U+202E]RTL[U+0007]", "\U0001f600"):
            assert piece in whole
        assert "\u202e" not in whole


def test_a_report_without_findings_is_shown_with_what_is_missing(sample_report, still_report):
    for report in (sample_report(num_matches=0, num_weaker=0, num_works=0), still_report):
        for profile, language in (("us", "en"), ("cn", "zh")):
            document = render(report, reader_of({}), profile, language, report_sha256=SHA256)
            whole = joined(texts_of(to_pdf(document)))
            if language == "en":
                assert "Nomatchisnotproofoforiginality" in whole
                assert "notmeasured:nofactsofaccessweregiven" in whole
            else:
                assert "未查见" in whole


def test_a_missing_or_broken_picture_is_said_to_be_missing(full_report, pictures):
    broken = {name: content[: len(content) // 9] for name, content in pictures.items()}
    for content in ({}, broken):
        document = render(full_report, reader_of(content), "us", "en", report_sha256=SHA256)
        assert "picturenotathand" in joined(texts_of(to_pdf(document)))


def test_every_character_of_the_coverage_list_can_be_set(documents):
    points = sorted(_covered())
    edges = [one for one in points if one - 1 not in _covered() or one + 1 not in _covered()]
    sample = "".join(chr(one) for one in sorted({*edges, *points[::7]}))
    section = documents["eu", "zh"].sections[0]
    parts = tuple(Paragraph(text=sample[start : start + 400]) for start in range(0, len(sample), 400))
    one = dataclasses.replace(
        documents["eu", "zh"], sections=(dataclasses.replace(section, parts=parts, heading="中"),), front=()
    )
    assert to_pdf(one).startswith(b"%PDF")


def test_every_character_that_the_product_says_has_a_glyph(documents):
    for document in documents.values():
        letters = {letter for text in every_text(document) for letter in text}
        assert [letter for letter in letters if not is_covered(letter)] == []


def test_the_font_holds_every_chinese_character_of_the_documents(documents):
    fonts = pytest.importorskip("fontTools.ttLib")
    from importlib.resources import files

    folder = files("similarity.report.document.writers") / "fonts"
    whole = set(fonts.TTFont(io.BytesIO((folder / "NotoSerifSC-Regular.otf").read_bytes())).getBestCmap())
    bold = set(fonts.TTFont(io.BytesIO((folder / "NotoSansSC-Bold-GB2312.ttf").read_bytes())).getBestCmap())
    letters = {letter for document in documents.values() for text in every_text(document) for letter in text}
    han = {letter for letter in letters if re.match(r"[\u2e80-\u9fff\uff00-\uffef]", letter)}
    assert len(han) > 600
    assert [letter for letter in han if ord(letter) not in whole] == []
    headings = {letter for document in documents.values() for one in document.sections for letter in one.heading}
    assert [letter for letter in headings & han if ord(letter) not in bold] == []


def test_a_document_that_cannot_be_typeset_says_why(documents):
    bad = dataclasses.replace(documents["us", "en"], paper="no-such-paper")
    with pytest.raises(ReportError, match="can't be typeset"):
        to_pdf(bad)


def test_a_picture_of_another_kind_is_not_shown(full_report):
    document = render(full_report, lambda name: b"<svg/>", "us", "en", report_sha256=SHA256)
    assert document.pictures == {}
    assert any(
        isinstance(picture, Picture)
        for section in document.sections
        for part in section.parts
        for picture in getattr(part, "pictures", ())
    )
