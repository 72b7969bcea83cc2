# ruff: noqa: RUF001  Chinese punctuation is meant
"""The languages of a report: the catalogues are complete, agree with what is said, and translate what is stored."""

from __future__ import annotations

import ast
import re
import time

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from support.messages import REPORT, ROOT, Message, blanked, said_by_the_page, texts_in_source

from similarity.report.phrases.language import CHINESE, ENGLISH, Language, msgid

CATALOGUE = ROOT / "similarity" / "report" / "phrases" / "locale" / "zh" / "LC_MESSAGES" / "page.po"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"</?\w+[^>]*>")
SAME_EVERYWHERE = {"SHA", "log", "LR", "Esc"}
VERDICTS = "侵权|抄袭|剽窃|盗版|盗用|窃取|非法|违法|有罪|成立|构成实质性相似|认定为|确凿"


@pytest.fixture(scope="module")
def entries():
    """Every entry of the page's catalogue but its head."""
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="zh", abort_invalid=True) if message.id]


def sides(message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said and what it becomes, as tuples of singular and plural."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(ids), tuple(strings)


def is_stored(message) -> bool:
    return "stored" in message.auto_comments


def key(message) -> Message:
    return tuple(message.id) if isinstance(message.id, tuple) else message.id


def test_every_text_of_the_page_has_a_translation(entries):
    known = {key(message) for message in entries if all(text.strip() for text in sides(message)[1])}
    assert said_by_the_page() - known == set()


@pytest.mark.parametrize("path", sorted((REPORT / "page" / "templates").glob("*.j2")), ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(path):
    """Nor in what is read aloud; names that are the same everywhere may stand."""
    tokens = Environment(trim_blocks=True, lstrip_blocks=True).lex(path.read_text(encoding="utf-8"))
    text = "".join(value if kind == "data" else "\0" if kind.endswith("_begin") else "" for _, kind, value in tokens)
    aloud = re.findall(r'(?:aria-label|alt|title|data-label|placeholder)="([^"]*)"', text)
    written = re.findall(r"[A-Za-z]{2,}", " ".join([TAG.sub(" ", re.sub(r"<[^>]*>", " ", text)), *aloud]))
    assert set(written) - SAME_EVERYWHERE == set()


def test_no_translation_of_the_page_is_unused(entries):
    used = said_by_the_page()
    assert {key(message) for message in entries if not is_stored(message)} - used == set()


def test_every_stored_sentence_is_written_somewhere(entries):
    data = (ROOT / "similarity" / "measure" / "data").glob("*.json")
    source = "\n".join([blanked(texts_in_source()), *(path.read_text(encoding="utf-8") for path in data)])
    for message in filter(is_stored, entries):
        pieces = [piece.strip() for piece in blanked(message.id).split("{}")]
        assert all(piece in source for piece in pieces), message.id


def test_placeholders_and_tags_agree_on_both_sides(entries):
    for message in entries:
        ids, strings = sides(message)
        asked = {name for text in ids for name in PLACEHOLDER.findall(text)}
        counted = {"number"} if len(ids) > 1 else set()
        for text in strings:
            given = set(PLACEHOLDER.findall(text))
            assert asked - counted <= given <= asked | counted, message.id
            assert sorted(TAG.findall(text)) == sorted(TAG.findall(ids[0])), message.id


def test_no_verdict_stands_in_the_catalogue(entries):
    for message in entries:
        for text in sides(message)[1]:
            assert not re.search(VERDICTS, text), text


def reasons() -> list[str]:
    """Reasons for absences written in the packages, `X9` for what is filled in."""
    found = []
    for path in sorted((ROOT / "similarity").rglob("*.py")):
        if path.relative_to(ROOT / "similarity").parts[0] in {"evaluate", "report"}:
            continue  # figures of benchmarks; sentences of documents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotMeasured":
                found += [text for word in node.keywords if (text := written(word.value))]
    return sorted(set(found) - {"nothing"})


def written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X9" for part in node.values)
    return ""


@pytest.mark.parametrize("reason", reasons())
def test_every_reason_for_an_absence_is_known_in_chinese(reason):
    assert CHINESE.knows(reason)
    assert not re.search(r"[a-z']{2,}(?: [a-z']{2,}){2,}", CHINESE.stored(reason).split("：")[0])


def test_english_is_said_as_written():
    assert ENGLISH.say("Scene {number}", number=3) == "Scene 3"
    assert ENGLISH.several(1, "{number} scene", "{number} scenes") == "1 scene"
    assert ENGLISH.several(1200, "{number} scene", "{number} scenes") == "1,200 scenes"
    assert ENGLISH.stored("anything at all") == "anything at all"
    assert ENGLISH.knows("anything at all")
    assert msgid("as it is") == "as it is"


def test_placeholders_are_filled_after_translation_and_never_read_again():
    assert CHINESE.say("Scene {number}", number="{number}") == "镜头 {number}"
    assert CHINESE.several(1, "{number} scene", "{number} scenes") == "1 个镜头"
    with pytest.raises(KeyError):
        ENGLISH.say("Scene {number}")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("as in the work", "与样本相同"),
        ("1.25 times as fast", "速度为 1.25 倍"),
        ("picture within 12 to 88 % of the height", "画面位于高度的 12 至 88 %"),
        (
            "picture within 5 to 95 % of the width and 12 to 88 % of the height",
            "画面位于宽度的 5 至 95 %、高度的 12 至 88 %",
        ),
        (
            "cropped to 64 % of the work's picture (cut off: left 20 %, top 20 %)",
            "裁切为样本画面的 64 %（切除：左 20 %，上 20 %）",
        ),
        ("black bars, left out, blurred bars, left out", "黑色遮幅，已排除，模糊遮幅，已排除"),
        (
            "the likelihood ratio is withheld, calibration 'a' does not cover this comparison: "
            "num_samples: got 1, expected 4 to 9; kind of material: got still, expected moving picture",
            "似然比不予给出：校准 'a' 不涵盖本次比对："
            "num_samples：实为 1，要求为 4 至 9；素材类型：实为静态图片，要求为动态画面",
        ),
        (
            "the count of 21 taken pairs of footage groups supports no log10 LR beyond -1.34",
            "21 个同源素材组对的对数不支持超出 -1.34 的 log10 LR",
        ),
        ("1 of 10 in the stretch: 00:00:02.000, 00:00:03.000", "区段内 10 个中的 1 个：00:00:02.000, 00:00:03.000"),
        (
            "what stands where, and its edges, agree as in few independent pairs; 94 % of the windows kept unchanged",
            None,
        ),
    ],
)
def test_stored_sentences_are_known_whole_in_parts_and_by_pattern(sentence, told):
    assert CHINESE.knows(sentence)
    assert told is None or CHINESE.stored(sentence) == told


def test_a_sentence_that_is_not_known_stays_as_it_is():
    assert not CHINESE.knows("the disk sang a song")
    assert CHINESE.stored("the disk sang a song") == "the disk sang a song"
    assert CHINESE.stored("as it is; the disk sang a song") == "as it is; the disk sang a song"


@pytest.mark.parametrize(
    "piece",
    [
        "x: got 1, expected 2 to 3 ",
        "x: got 1, expected 2 to 3; ",
        "a, ",
        "none, ",
        "1 of 2 in the stretch: 3 ",
        "the count of 1 pairs of footage groups supports no log10 LR beyond ",
        "cropped to 1 of the work's picture (",
        "work work ",
    ],
)
@pytest.mark.parametrize("num_chars", [999, 100_000])
def test_no_sentence_takes_long_or_too_deep(piece, num_chars):
    sentence = (piece * num_chars)[:num_chars]
    start = time.perf_counter()
    assert CHINESE.stored(sentence)
    assert time.perf_counter() - start < 5


def test_what_fills_a_stored_sentence_is_kept():
    bad = "<b>{x}</b> \\1"
    assert CHINESE.stored(f"the file of work {bad} has changed since it was indexed") == (
        f"样本 {bad} 的文件在入库后已发生变化"
    )


def test_other_languages_are_refused():
    with pytest.raises(ValueError, match="expected a language of en, zh, got 'fr'"):
        Language("fr")
