# ruff: noqa: RUF001  Chinese punctuation is meant
"""The languages of a report: the catalogue is complete, agrees with what is said, and holds nothing else."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from support.document_texts import VERDICTS as ENGLISH_VERDICTS
from support.messages import REPORT, ROOT, Message, said

from similarity.phrases import as_it_is, joined_by_and, joined_by_commas, joined_by_semicolons, phrase
from similarity.report.phrases.data_words import DATA_WORDS
from similarity.report.phrases.language import CHINESE, ENGLISH, Language, msgid

CATALOGUE = ROOT / "similarity" / "report" / "phrases" / "locale" / "zh" / "LC_MESSAGES" / "report.po"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"</?\w+[^>]*>")
SAME_EVERYWHERE = {"SHA", "log", "LR", "Esc"}
VERDICTS = "侵权|抄袭|剽窃|盗版|盗用|窃取|非法|违法|有罪|成立|构成实质性相似|认定为|确凿"


@pytest.fixture(scope="module")
def entries():
    """Every entry of the catalogue but its head."""
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="zh", abort_invalid=True) if message.id]


def sides(message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said and what it becomes, as tuples of singular and plural."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(ids), tuple(strings)


def key(message) -> Message:
    return tuple(message.id) if isinstance(message.id, tuple) else message.id


def test_the_catalogue_holds_every_text_and_no_other(entries):
    known = {key(message) for message in entries if all(text.strip() for text in sides(message)[1])}
    assert len(known) > 1000
    assert said() - known == set()
    assert {key(message) for message in entries} - said() == set()


@pytest.mark.parametrize("path", sorted((REPORT / "page" / "templates").glob("*.j2")), ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(path):
    """Nor in what is read aloud; names that are the same everywhere may stand."""
    tokens = Environment(trim_blocks=True, lstrip_blocks=True).lex(path.read_text(encoding="utf-8"))
    text = "".join(value if kind == "data" else "\0" if kind.endswith("_begin") else "" for _, kind, value in tokens)
    aloud = re.findall(r'(?:aria-label|alt|title|data-label|placeholder)="([^"]*)"', text)
    written = re.findall(r"[A-Za-z]{2,}", " ".join([TAG.sub(" ", re.sub(r"<[^>]*>", " ", text)), *aloud]))
    assert set(written) - SAME_EVERYWHERE == set()


def test_words_of_stored_figures_are_written_somewhere():
    paths = [*(ROOT / "similarity" / "measure" / "data").glob("*.json"), *(ROOT / "similarity").rglob("*.py")]
    paths += (ROOT / "index").rglob("*.py")
    source = "\n".join(path.read_text(encoding="utf-8") for path in paths if path.name != "data_words.py")
    assert [word for word in DATA_WORDS if f'"{word}"' not in source] == []


def test_placeholders_and_tags_agree_on_both_sides(entries):
    """The profile's terms may stand more often or not at all."""
    terms = {"suspect", "work", "works", "Suspect", "Work"}
    for message in entries:
        ids, strings = sides(message)
        asked = {name for text in ids for name in PLACEHOLDER.findall(text)} - terms
        counted = {"number"} if len(ids) > 1 else set()
        for text in strings:
            given = Counter(PLACEHOLDER.findall(text))
            assert asked - counted <= given.keys() - terms <= asked | counted, message.id
            assert all(count == 1 for name, count in given.items() if name not in terms), message.id
            assert sorted(TAG.findall(text)) == sorted(TAG.findall(ids[0])), message.id


def test_no_verdict_stands_in_the_catalogue(entries):
    for message in entries:
        for text in sides(message)[1]:
            assert not re.search(VERDICTS, text), text
            assert not ENGLISH_VERDICTS.search(text), text


def test_english_is_said_as_written():
    assert ENGLISH.say("Scene {number}", number=3) == "Scene 3"
    assert ENGLISH.several(1, "{number} scene", "{number} scenes") == "1 scene"
    assert ENGLISH.several(1200, "{number} scene", "{number} scenes") == "1,200 scenes"
    assert ENGLISH.fill(as_it_is("anything at all")) == "anything at all"
    assert ENGLISH.knows(as_it_is("anything at all"))
    assert msgid("unaltered") == "unaltered"


def test_placeholders_are_filled_after_translation_and_never_read_again():
    assert CHINESE.say("Scene {number}", number="{number}") == "镜头 {number}"
    assert CHINESE.several(1, "{number} match", "{number} matches") == "1 个对应片段"
    with pytest.raises(KeyError):
        ENGLISH.say("Scene {number}")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (phrase("as in the work"), "未见变化"),
        (phrase("{factor} times as fast", factor="1.25"), "速度为 1.25 倍"),
        (
            phrase(
                "picture within {sides}",
                sides=joined_by_and(
                    [
                        phrase("{first} to {last} of the width", first=5, last="95 %"),
                        phrase("{first} to {last} of the height", first=12, last="88 %"),
                    ]
                ),
            ),
            "画面位于宽度的 5 至 95 %、高度的 12 至 88 %",
        ),
        (
            joined_by_commas([phrase("black bars, left out"), phrase("blurred bars, left out")]),
            "黑色遮幅，已排除，模糊遮幅，已排除",
        ),
        (
            joined_by_semicolons(
                [
                    phrase(
                        "{name}: got {got}, expected {range}", name="n", got=1, range=phrase("at least {low}", low=4)
                    ),
                    phrase("the disk sang a song"),
                ]
            ),
            "n：实为 1，要求为不低于 4；the disk sang a song",
        ),
        (phrase("the disk sang a song"), "the disk sang a song"),
    ],
)
def test_a_phrase_is_filled_in_either_language(said, told):
    assert CHINESE.fill(said) == told
    assert ENGLISH.fill(said) == str(said)


def test_what_fills_a_phrase_is_kept_and_never_read():
    bad = "<b>{x}</b> \\1"
    said = phrase("the file of work {name} has changed since it was indexed", name=bad)
    assert CHINESE.fill(said) == f"样本 {bad} 的文件在入库后已发生变化"
    assert CHINESE.fill(as_it_is(bad)) == bad
    assert not CHINESE.knows(as_it_is(bad))


def test_other_languages_are_refused():
    with pytest.raises(ValueError, match="expected a language of en, zh, got 'fr'"):
        Language("fr")
