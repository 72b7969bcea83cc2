"""Words, names, headings and quotations, with places in the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.absence import NotMeasured
from similarity.texts.compare import MAX_PASSAGES_LISTED, MAX_QUOTED_CHARACTERS, ReadText, compare_texts, mentions_of
from similarity.texts.documents import DocumentText
from similarity.texts.headings import Headings
from similarity.texts.names import WorkName, find_names
from similarity.texts.tokens import Vocabulary

CHAPTERS = (
    "第一回 灵根育孕源流出\n\n盖闻天地之数、有十二万九千六百岁为一元。\n"
    "第二回 悟彻菩提真妙理\n那猴在山中、却会行走跳跃、食草木、饮涧泉、采山花、觅树果。与狼虫为伴。\n"
)
SENTENCE = "那猴在山中、却会行走跳跃、食草木、饮涧泉、采山花、觅树果"


def read(text, kind="prompt"):
    content = DocumentText(text=text, encoding="utf-8", form="plain", is_cut=False)
    return ReadText(text_id=f"{kind}/1", kind=kind, exhibit=f"E-{kind}", content=content)


def names_in(text, *names):
    vocabulary = Vocabulary()
    tokens = vocabulary.tokenise(text)
    found = find_names(tokens, [WorkName(kind="character", name=name) for name in names], vocabulary)
    return {one.name.name: text[one.start : one.end] for one in found}


@given(st.text())
def test_words_stand_where_the_text_has_them(text):
    tokens = Vocabulary().tokenise(text)
    assert len(tokens.starts) == len(tokens.ends) == len(tokens)
    last = 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert last <= start < end <= len(text)
        last = end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop", ["Don't", "stop"]),
        ("Harry's hat", ["Harry", "s", "hat"]),
        ("奥特曼Ultraman奥", ["奥", "特", "曼", "Ultraman", "奥"]),
        ("カメラ_x1-y", ["カ", "メ", "ラ", "x1", "y"]),
        ("cafe\u0301 ok", ["cafe\u0301", "ok"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),
        ("", []),
        ("\ud800 a \udfff", ["a"]),
    ],
)
def test_what_a_word_is(text, words):
    tokens = Vocabulary().tokenise(text)
    assert [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)] == words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("那猴在山中", "zh"),
        ("in the hills", "en"),
        ("那猴在山中 in the hills", "mixed"),
        ("산에서", "other"),
        ("12!", "other"),
        ("!", "none"),
    ],
)
def test_the_language_is_that_of_the_script(text, language):
    assert Vocabulary().tokenise(text).language == language


def test_a_prompt_that_quotes_a_chapter_shows_the_chapter():
    prompt = f"请生成视频:{SENTENCE}"
    found = compare_texts(read(prompt), read(CHAPTERS, "text"))
    (passage,) = found.passages
    assert passage.kind == "verbatim"
    assert passage.heading == "第二回 悟彻菩提真妙理"
    assert prompt[passage.suspect_start : passage.suspect_end] == passage.suspect_text == SENTENCE
    assert CHAPTERS[passage.work_start : passage.work_end] == passage.work_text == SENTENCE
    assert found.suspect_share == pytest.approx(23 / 28)
    assert (found.suspect_text.language, found.work_text.kind) == ("zh", "text")


def test_two_scripts_are_compared_the_same_way():
    scene = (
        "INT. LIGHTHOUSE - NIGHT\nThe keeper climbs the spiral stair with a lantern, counting every iron step aloud.\n"
    )
    found = compare_texts(read(f"FADE IN\n{scene}", "script"), read(f"EXT. SEA\nWaves.\n{scene}", "script"))
    assert [one.kind for one in found.passages] == ["verbatim"]
    assert found.passages[0].heading == "INT. LIGHTHOUSE - NIGHT"


def test_empty_texts_have_no_share():
    found = compare_texts(read(""), read("", "text"))
    assert found.passages == ()
    assert isinstance(found.suspect_share, NotMeasured)


def test_long_passages_are_quoted_by_both_ends_and_long_lists_are_cut_with_a_count():
    long = " ".join(f"word{number}" for number in range(500))
    (passage,) = compare_texts(read(long), read(long, "text")).passages
    assert len(passage.suspect_text) <= MAX_QUOTED_CHARACTERS
    assert passage.suspect_text.startswith("word0 ")
    assert passage.suspect_text.endswith(" word499")
    many = [" ".join(f"w{line}x{number}" for number in range(9)) for line in range(MAX_PASSAGES_LISTED + 7)]
    found = compare_texts(read(" gap ".join(many)), read(" other thing stands here ".join(reversed(many)), "text"))
    assert (len(found.passages), found.num_passages_left_out) == (MAX_PASSAGES_LISTED, 7)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("a video of HARRY  Potter's hat", "Harry Potter", "HARRY  Potter"),
        ("Potterhead harry", "Potter", None),
        ("悟空大战二郎神", "悟空", "悟空"),
        ("孙悟空大战二郎神", "悟空", None),
        ("孙悟空大战二郎神", "孙悟空", "孙悟空"),
        ("画面里有张三丰", "张三", None),
        ("画面里有张三, 在走", "张三", "张三"),
        ("生成奥特曼Ultraman形象", "ultraman", "Ultraman"),
        ("《狼图腾》的草原", "狼图腾", "狼图腾"),
        ("x", "x", None),
        ("\uff35\uff2c\uff34\uff32\uff21", "Ultra", "\uff35\uff2c\uff34\uff32\uff21"),
    ],
)
def test_names_are_found_as_whole_words(text, name, found):
    assert names_in(text, name) == ({} if found is None else {name: found})


def test_mentions_say_how_often_and_what_kind():
    names = [WorkName(kind="title", name="奥特曼"), WorkName(kind="author", name="Eiji Tsuburaya")]
    (mention,) = mentions_of(names, ["奥特曼"], read("奥特曼和奥特曼"))
    assert (mention.name_kind, mention.is_coined, mention.num_mentions, mention.start) == ("title", True, 2, 0)


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("第三回 四海千山皆拱伏", True),
        ("　　第12章", True),
        ("Chapter IV", True),
        ("SCENE 3 - THE HALL", True),
        ("EXT. HOUSE - DAY", True),
        ("## Part two", True),
        ("他第三回来的时候", False),
        ("Chapter and verse", False),
        ("第三回" + "说" * 200, False),
        ("act as if nothing happened", False),
    ],
)
def test_headings_are_lines_that_look_like_one(line, is_heading):
    text = f"before\n{line}\nafter"
    assert Headings.of(text).before(len(text)) == (line.strip() if is_heading else None)
    assert Headings.of(text).before(0) is None
