"""Every text that blocks say has a Chinese form, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po
from support.document_texts import VERDICTS

import similarity.report.document as package
from similarity.report.phrases.language import CHINESE

FOLDER = Path(package.__file__).parent
PLACEHOLDER = re.compile(r"\{\w+\}")


def said():
    found = set()
    room = FOLDER.parent
    wordings = {room / "phrases" / "access.py", room / "phrases" / "filing.py"}
    for path in sorted({*FOLDER.rglob("*.py"), *(room / "plots").glob("*.py"), *wordings} - {FOLDER / "gaps.py"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                value = getattr(node.args[0], "value", None)
                if name in {"say", "msgid", "text"} and isinstance(value, str):
                    found.add(value)
    return found


def catalogue():
    path = FOLDER.parent / "phrases" / "locale" / "zh" / "LC_MESSAGES" / "filing.po"
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="zh") if message.id}


def test_the_catalogue_holds_every_text_and_no_other():
    assert len(said()) > 400
    assert set(catalogue()) == said()


def test_translations_hold_the_same_placeholders():
    terms = {"{suspect}", "{work}", "{works}", "{Suspect}", "{Work}"}
    for text, translated in catalogue().items():
        here, there = set(PLACEHOLDER.findall(text)), set(PLACEHOLDER.findall(translated))
        assert here - terms == there - terms, text
        assert translated.strip(), text


def test_texts_are_chinese_where_they_are_read_as_such():
    same = {"C2PA 清单", "XMP", "EXIF", "Cllr", "log10 LR", "similarity {version}"}
    for text in said():
        told = CHINESE.text(text)
        assert re.search(r"[\u3001-\uffef]", told) or told in same or not PLACEHOLDER.sub("", told).strip("/ "), text


def test_no_text_is_a_verdict():
    for text, translated in catalogue().items():
        assert not VERDICTS.search(text), text
        assert not VERDICTS.search(translated), translated
