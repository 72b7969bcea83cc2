"""Scripts are shown where both sides have some: shares both ways, passages in order, and what is not measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from similarity.report.document.blocks.scripts import scripts
from similarity.report.document.context import make_context
from similarity.report.document.filing_form import load_profile
from similarity.report.document.parts import Facts, Paragraph, Table
from similarity.report.phrases.language import Language
from similarity.texts.script_compare import compare_scripts
from similarity.texts.script_values import Script, ScriptLine

WORDS = "Nobody leaves the harbour tonight, not while the lantern on the mole is dark."


def script(name, *lines, starts=None):
    told = tuple(
        ScriptLine(kind="dialogue", text=text, speaker="KEEPER", start_seconds=None if starts is None else starts + i)
        for i, text in enumerate(lines)
    )
    return Script(name=name, form="plain", sha256="0" * 64, lines=told, is_cut=False)


@pytest.fixture
def compared(sample_report):
    suspect = script("suspect.srt", "Something else first.", WORDS, starts=12.0)
    found = compare_scripts(suspect, script("work.fountain", WORDS), work_id="work-1")
    return replace(sample_report(num_works=1), scripts=(found,))


def block(report, language):
    profile = load_profile("cn" if language == "zh" else "us")
    context = make_context(report, profile=profile, language=Language(language), report_sha256="0" * 64)
    return scripts(context)


def test_shares_and_passages_of_both_sides_are_shown(compared):
    parts = block(compared, "en")
    facts = dict(next(part for part in parts if isinstance(part, Facts)).rows)
    assert (
        facts["In passages that both hold"]
        == "82.4\u00a0% of the words of the suspect video, 100\u00a0% of those of the work"
    )
    assert str(facts["Names of the work in both"]) == "KEEPER"
    (row,) = next(part for part in parts if isinstance(part, Table)).rows
    assert [str(cell) for cell in row[:3]] == ["00:00:13.000", "line 1", "passage, word for word"]
    assert "paraphrase and translation are not measured" in parts[-1].text


def test_chinese_says_the_same(compared):
    said = " ".join(part.text for part in block(compared, "zh") if isinstance(part, Paragraph))
    assert "改述与翻译未予检验" in said


def test_without_scripts_the_reason_is_said(sample_report):
    (only,) = block(sample_report(), "en")
    assert "no script or subtitles of both sides were at hand" in only.text
