"""Text in the pictures is shown for both sides, and what was not read says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from similarity.describe.picture_text import NOT_ASKED_FOR
from similarity.report.document.blocks.picture_text import MAX_LISTED, picture_text
from similarity.report.document.context import make_context
from similarity.report.document.filing_form import load_profile
from similarity.report.document.parts import Paragraph, Table
from similarity.report.phrases.language import Language


def block(report, language="en"):
    context = make_context(report, profile=load_profile("us"), language=Language(language), report_sha256="0" * 64)
    return picture_text(context)


def test_lines_of_both_sides_are_listed(sample_report):
    tables = [part for part in block(sample_report(num_works=1)) if isinstance(part, Table)]
    assert [len(table.rows) for table in tables] == [2, MAX_LISTED]
    assert "S-1" in tables[0].caption
    assert "W-1" in tables[1].caption
    assert tuple(map(str, tables[0].rows[0][1:])) == ("AI生成", "22\u201379", "84\u201390", "3.1\u00a0%")


def test_lines_that_are_not_listed_are_counted(sample_report):
    said = [part.text for part in block(sample_report(num_works=1)) if isinstance(part, Paragraph)]
    assert said[0].startswith("10 further lines are not listed")
    assert "never count as taking" in said[1]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "text in the pictures was not asked for"), ("zh", "未要求识别画面文字")]
)
def test_what_was_not_read_says_why(sample_report, language, told):
    report = sample_report(num_works=0, num_matches=0)
    (only,) = block(replace(report, suspect=replace(report.suspect, text=NOT_ASKED_FOR)), language)
    assert told in only.text
