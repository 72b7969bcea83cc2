"""A page shows Chinese on a machine that has no Chinese typeface."""

from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from similarity.report.page.han_font import FAMILIES, han_faces
from similarity.report.page.html_form import to_html

URI = re.compile(r'font-family: "([^"]+)"; src: url\(data:font/woff;base64,([^)]+)\)')


def characters(css):
    found = {name: TTFont(io.BytesIO(base64.b64decode(content))) for name, content in URI.findall(css)}
    return {name: {chr(point) for point in face.getBestCmap()} for name, face in found.items()}


def test_an_english_report_without_chinese_brings_no_face():
    assert han_faces("A street at noon \u2013 \u00e9", "en") == ""


def test_a_chinese_title_brings_its_characters_and_no_others():
    assert characters(han_faces("film: 正午的街道", "en")) == {FAMILIES[1]: set("正午的街道")}
    assert han_faces("正午的街道", "en") == han_faces("道街的午正正", "en")


def test_characters_that_no_typeface_holds_are_left_to_the_machine():
    assert han_faces("\U0001f680\ue000", "en") == ""


def test_a_chinese_page_brings_every_character_that_it_says(sample_report):
    page = to_html(sample_report(num_matches=1), lambda name: b"", language="zh")
    held = set().union(*characters(page).values())
    said = {
        one for one in re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL) if "\u4e00" <= one <= "\u9fff"
    }
    assert len(said) > 200
    assert said <= held
    assert "font-src data:" in page
