"""Passages that were planted are found where they stand; ordinary words are not."""

from __future__ import annotations

import random
import time
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from similarity.texts.passages import LEAST_SIMILARITY, shared_passages
from similarity.texts.tokens import Vocabulary

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdgklmnprst"]
HAN = [chr(code) for code in range(0x4E8C, 0x5A00)]


def english(seed, length):
    return random.Random(seed).choices(WORDS, k=length)


def chinese(seed, length):
    return random.Random(seed).choices(HAN, k=length)


def found_in(suspect, work):
    vocabulary = Vocabulary()
    left, right = vocabulary.tokenise(suspect), vocabulary.tokenise(work)
    return shared_passages(left, right, vocabulary), left, right


def passages(suspect, work, kind=None):
    return [one for one in found_in(suspect, work)[0].passages if kind in {None, one.kind}]


@pytest.mark.parametrize(("make", "join", "least"), [(english, " ", 8), (chinese, "", 12)])
@settings(max_examples=60)
@given(data=st.data())
def test_a_planted_passage_is_found_at_its_exact_place(make, join, least, data):
    seed = data.draw(st.integers(0, 10_000))
    length = data.draw(st.integers(least, 60))
    work, suspect = make(seed, 400), make(seed + 20_000, 200)
    at_work = data.draw(st.integers(0, 400 - length))
    at_suspect = data.draw(st.integers(0, 200))
    planted = [*suspect[:at_suspect], *work[at_work : at_work + length], *suspect[at_suspect:]]
    # what stands beside the passage must differ, or the passage is longer than what was planted
    if at_suspect and at_work and planted[at_suspect - 1] == work[at_work - 1]:
        return
    after = at_suspect + length
    if after < len(planted) and at_work + length < 400 and planted[after] == work[at_work + length]:
        return
    (found,) = passages(join.join(planted), join.join(work), "verbatim")
    assert found.suspect == range(at_suspect, at_suspect + length)
    assert found.work == range(at_work, at_work + length)
    assert found.similarity_percent == 100


@pytest.mark.parametrize(("make", "join", "least"), [(english, " ", 8), (chinese, "", 12)])
def test_one_word_less_is_no_passage(make, join, least):
    work, suspect = make(1, 300), make(2, 100)
    planted = suspect[:50] + work[100 : 100 + least - 1] + suspect[50:]
    assert passages(join.join(planted), join.join(work)) == []


@settings(max_examples=60)
@given(
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["change", "drop", "add"])), min_size=1, max_size=3),
)
def test_an_edited_passage_is_found_as_near_verbatim(seed, edits):
    work, suspect = english(seed, 300), english(seed + 20_000, 100)
    passage = work[100:148]
    for at, (size, edit) in zip((36, 24, 12), edits, strict=False):
        new = [f"new{at}x{one}" for one in range(size)]
        passage[at : at + (0 if edit == "add" else size)] = [] if edit == "drop" else new
    planted = suspect[:50] + passage + suspect[50:]
    near = passages(" ".join(planted), " ".join(work), "near_verbatim")
    assert len(near) == 1
    assert near[0].similarity_percent >= LEAST_SIMILARITY
    assert abs(near[0].suspect.start - 50) <= 1
    assert abs(near[0].suspect.stop - 50 - len(passage)) <= 1
    assert abs(near[0].work.start - 100) <= 1
    assert abs(near[0].work.stop - 148) <= 1


def test_too_many_changes_are_no_near_verbatim_passage():
    work = english(5, 200)
    changed = [word if number % 3 else f"new{number}" for number, word in enumerate(work)]
    assert passages(" ".join(changed), " ".join(work)) == []


@settings(max_examples=80)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(0, 60))
def test_the_longest_passage_is_the_one_that_difflib_finds(seed, num_words, length):
    """Golden by an independent tool: difflib's longest match over words, few of them so that they repeat."""
    choose = random.Random(seed)
    words = WORDS[:num_words]
    work, suspect = choose.choices(words, k=120), choose.choices(words, k=60)
    suspect[30:30] = work[20 : 20 + length]
    longest = SequenceMatcher(None, suspect, work, autojunk=False).find_longest_match()
    found = found_in(" ".join(suspect), " ".join(work))[0]
    exact = [one for one in found.passages if one.kind == "verbatim"]
    run = suspect[longest.a : longest.a + longest.size]
    if longest.size >= 8 and len(set(run)) >= 4 and not found.num_seeds_left_out:
        assert max(len(one.suspect) for one in exact) == longest.size
    for one in exact:
        assert [suspect[number] for number in one.suspect] == [work[number] for number in one.work]
        assert len(one.suspect) <= longest.size


def exact_runs(suspect, work, least):
    """The slow way: every longest run on every diagonal."""
    for diagonal in range(-len(suspect), len(work)):
        run = 0
        for at in range(len(suspect) + 1):
            if at < len(suspect) and 0 <= at + diagonal < len(work) and suspect[at] == work[at + diagonal]:
                run += 1
                continue
            if run >= least:
                yield range(at - run, at), range(at - run + diagonal, at + diagonal)
            run = 0


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(6, 40), st.lists(st.integers(0, 60), max_size=4))
def test_every_run_that_the_slow_way_finds_is_shown_or_lies_in_a_longer_one(seed, num_words, places):
    choose = random.Random(seed)
    work = choose.choices(WORDS[:num_words], k=90)
    suspect = choose.choices(WORDS[:num_words], k=30)
    for place in places:
        suspect += work[place : place + choose.randint(6, 20)] + choose.choices(WORDS[:num_words], k=3)
    found = found_in(" ".join(suspect), " ".join(work))[0]
    exact = [one for one in found.passages if one.kind == "verbatim"]
    runs = dict.fromkeys(exact_runs(suspect, work, 8))
    assert {(one.suspect, one.work) for one in exact} <= set(runs)
    shown = {number for one in exact for number in one.suspect}
    for run, _ in runs:
        if len({suspect[number] for number in run}) >= 4:
            assert sum(number in shown for number in run) >= 0.8 * len(run)


def test_similarity_is_the_normalised_indel_similarity_that_difflib_bounds():
    work = english(9, 60)
    suspect = [*work[:20], "one", "two", *work[21:40], *work[42:]]
    (found,) = passages(" ".join(suspect), " ".join(work), "near_verbatim")
    ratio = SequenceMatcher(None, suspect, work, autojunk=False).ratio()
    assert found.similarity_percent == pytest.approx(100 * ratio, abs=0.1)


@pytest.mark.parametrize(
    "phrase",
    [
        "and then he was there with us and it was as if he had been there before",
        "at the end of the day it is what it is",
        "他就在那里了我们都不是你的这个也没有和她说",
        "la la la la la la la la la la la la",
    ],
)
def test_ordinary_words_are_no_quotation(phrase):
    assert passages(f"make a video {phrase} of a cat", f"the story {phrase} goes on") == []


def test_capitals_width_and_unseen_characters_make_no_difference_and_places_stay():
    work = "Call me Ishmael. Some years ago, never mind how long precisely, having little money in my purse"
    begin = "\uff23\uff21\uff2c\uff2c me Ish\u200bmael"
    suspect = f"Video:\u3000{begin} - some YEARS ago never mind how long precisely having little money"
    found, left, _ = found_in(suspect, work)
    (one,) = found.passages
    assert suspect[left.starts[one.suspect.start] :].startswith(begin)


def test_a_passage_at_many_places_of_the_work_is_shown_once_and_at_each_place_of_the_suspect():
    line = " ".join(english(3, 12))
    work = f"{line}. other words here. {line}. more words there. {line}"
    assert len(passages(f"begin {line} end", work, "verbatim")) == 1
    assert len(passages(f"begin {line} middle thing {line} end", work, "verbatim")) == 2


@pytest.mark.parametrize(
    ("suspect", "work"), [("", ""), ("", "some text of a work"), ("。、", "。、"), ("a b", "a b c d e")]
)
def test_texts_without_words_share_nothing(suspect, work):
    assert passages(suspect, work) == []


def test_a_long_script_against_a_prompt_takes_seconds():
    work, prompt = "".join(chinese(1, 350_000)), chinese(2, 7_000)
    prompt[3000:3000] = work[200_000:200_030]
    started = time.monotonic()
    (found,) = passages("".join(prompt), work)
    assert time.monotonic() - started < 10
    assert (found.suspect, found.work) == (range(3000, 3030), range(200_000, 200_030))


@pytest.mark.parametrize(
    ("suspect", "work"),
    [
        ("a b " * 200_000, "a b " * 200_000),
        (("red " + "a b " * 500) * 300, ("red " + "a b " * 500) * 60),
        (" ".join(english(1, 5000)) * 20, " ".join(english(1, 5000)) * 20),
        ("x" * 2_000_000, "x" * 2_000_000),
    ],
)
def test_texts_that_repeat_themselves_take_seconds_too(suspect, work):
    started = time.monotonic()
    passages(suspect, work)
    assert time.monotonic() - started < 20


def test_two_versions_of_a_long_text_are_one_passage():
    work = chinese(4, 100_000)
    suspect = [one if number % 12 else "鼠" for number, one in enumerate(work)]
    (found,) = passages("".join(suspect), "".join(work))
    assert found.kind == "near_verbatim"
    assert len(found.suspect) > 99_000
    assert found.similarity_percent == pytest.approx(100 * 11 / 12, abs=0.1)
