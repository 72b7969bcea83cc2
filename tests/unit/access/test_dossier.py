"""From facts to dossier: every document listed, every gap said, everything that came from outside kept as data."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
from support.made_facts import NOVEL, PASSAGE

from similarity.absence import NotMeasured
from similarity.access.json_form import dossier_from_json, dossier_schema, dossier_to_json
from similarity.access.values import FileLabels
from similarity.cli.access_words import dossier_in_words
from similarity.errors import AccessError


def codes(dossier):
    return {problem.code for problem in dossier.problems}


def test_documents_are_listed_with_their_hashes(facts, lay_out):
    facts["documents"].append({"exhibit": "E9", "path": "gone.pdf", "what": "contract"})
    dossier = lay_out(facts)
    by_exhibit = {document.entry.exhibit: document for document in dossier.documents}
    assert by_exhibit["E2"].sha256 == hashlib.sha256(NOVEL.encode()).hexdigest()
    assert by_exhibit["E2"].size_bytes == len(NOVEL.encode())
    assert isinstance(by_exhibit["E9"].sha256, NotMeasured)
    assert "document_missing" in codes(dossier)


def test_a_document_that_is_not_the_one_the_facts_speak_of_documents_nothing(facts, lay_out):
    facts["documents"][0]["sha256"] = "0" * 64
    dossier = lay_out(facts)
    assert "document_changed" in codes(dossier)
    assert not dossier.suspect.events[0].is_documented


def test_gaps_are_notes(facts, lay_out):
    facts["suspect"]["texts"] = [{"kind": "prompt", "exhibit": "E1"}, {"kind": "prompt", "exhibit": "E50"}]
    facts["suspect"]["disclosures"] = [{"provider": "P", "model": "M", "exhibit": "E2"}]
    facts["suspect"]["events"].append({"kind": "first_seen", "date": "2020", "exhibits": ["E1"]})
    facts["works"][0]["events"].append({"kind": "published", "date": "2010"})
    facts["works"][0]["domains"] = ["no domain"]
    (dossier) = lay_out(facts)
    assert codes(dossier) == {
        "exhibit_unknown",
        "disclosure_without_domains",
        "seen_before_generated",
        "published_before_created",
        "no_domain_in_address",
        "suspect_not_given",
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda facts: facts["documents"].append(facts["documents"][0]), "exhibit 'E1' stands there twice"),
        (lambda facts: facts["works"].append(facts["works"][0]), "work 'work' stands there twice"),
        (lambda facts: facts["documents"][0].update(path="../../etc/passwd"), "leaves the folder"),
        (lambda facts: facts["suspect"].update(sha256="f" * 64), "the facts speak of"),
        (
            lambda facts: (
                facts["suspect"].update(texts=[{"kind": "prompt", "exhibit": "E1"}] * 20)
                or facts["works"][0].update(texts=[{"kind": "text", "exhibit": "E2"}] * 20)
            ),
            "at most 60",
        ),
    ],
)
def test_what_can_not_be_right_is_an_error(facts, lay_out, change, reason):
    change(facts)
    file = FileLabels(role="suspect", path="s.mp4", sha256="a" * 64, labels=())
    with pytest.raises(AccessError, match=reason):
        lay_out(facts, suspect_file=file)


def test_text_from_outside_stays_data_and_survives_storing(facts, lay_out):
    title = "<script>alert(1)</script>\x1b[31m\u202e\n"
    facts["works"][0]["title"] = title
    facts["suspect"]["texts"] = [{"kind": "prompt", "exhibit": "P"}]
    facts["works"][0]["texts"] = [{"kind": "text", "exhibit": "E2"}]
    dossier = lay_out(facts, [("P", "prompt.txt", f"<b>{PASSAGE}</b><img src=x onerror=y>")])
    assert dossier.works[0].title == title
    assert dossier_from_json(dossier_to_json(dossier)) == dossier
    assert "<script>alert(1)</script>\\x1b[31m" in dossier_in_words(dossier, None)


def test_half_surrogate_pairs_are_written_as_escapes(facts, lay_out):
    facts["suspect"]["texts"] = [{"kind": "prompt", "exhibit": "P"}]
    dossier = lay_out(facts, [("P", "prompt.json", b'{"p": "\\ud800 The Iron Lighthouse \\udfff"}')])
    assert dossier.works[0].names[0].text == "The Iron Lighthouse"
    dossier_to_json(dossier).encode("utf-8")


def test_a_prompt_of_ten_megabytes_is_bounded_and_said_to_be_cut(facts, lay_out):
    facts["suspect"]["texts"] = [{"kind": "prompt", "exhibit": "P"}]
    facts["works"][0]["texts"] = [{"kind": "text", "exhibit": "E2"}]
    facts["works"][0]["characters"] = ["lamp"]
    started = time.monotonic()
    dossier = lay_out(facts, [("P", "prompt.txt", f"{PASSAGE} lamp " + "lamp light " * 1_000_000)])
    assert time.monotonic() - started < 60
    assert "text_cut" in codes(dossier)
    assert dossier.works[0].comparisons[0].passages


@pytest.mark.parametrize("content", [b"", b"   ", b"\xef\xbb\xbf"])
def test_empty_texts_compare_to_nothing(facts, lay_out, content):
    facts["suspect"]["texts"] = [{"kind": "prompt", "exhibit": "P"}]
    facts["works"][0]["texts"] = [{"kind": "text", "exhibit": "E2"}]
    dossier = lay_out(facts, [("P", "prompt.txt", content)])
    assert dossier.works[0].comparisons[0].passages == ()
    assert isinstance(dossier.works[0].comparisons[0].suspect_share, NotMeasured)


def test_equal_facts_give_equal_dossiers(facts, lay_out):
    assert dossier_to_json(lay_out(facts)) == dossier_to_json(lay_out(facts))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema_version": "0.1"}', '{"schema_version": "1.0"}', "[" * 100_000]
)
def test_what_is_no_stored_dossier_is_refused(text):
    with pytest.raises(AccessError, match="the stored dossier"):
        dossier_from_json(text)


def test_a_stored_dossier_fits_its_schema(facts, lay_out):
    import jsonschema

    jsonschema.validate(json.loads(dossier_to_json(lay_out(facts))), dossier_schema())
