"""Facts that earlier versions stored held sentences: they read as phrases."""

from __future__ import annotations

from pydantic import TypeAdapter

from similarity.absence import NotMeasured, not_measured
from similarity.phrases import Phrase, as_it_is


def read(text):
    return TypeAdapter(NotMeasured).validate_json(text)


def test_a_sentence_reads_as_the_phrase_that_says_it():
    assert read('{"reason": "an algorithm without weights"}') == not_measured("an algorithm without weights")


def test_nothing_in_a_sentence_is_taken_for_a_place():
    found = read('{"reason": "the file {name} is gone"}')
    assert str(found.reason) == "the file {name} is gone"
    assert found.reason == as_it_is("the file {name} is gone")


def test_what_is_stored_now_reads_the_same():
    said = not_measured("needs {number}, got {what}", number=3, what=Phrase(text="none"))
    adapter = TypeAdapter(NotMeasured)
    assert adapter.validate_json(adapter.dump_json(said)) == said
