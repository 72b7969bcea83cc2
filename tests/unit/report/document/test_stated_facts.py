"""Rights, use, signs, what others hold: shown as they are stated, with their documents, and never concluded from."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest
from support.document_texts import every_text
from support.made_case import filled, made_rights
from support.made_documents import SHA256, reader_of

from similarity.absence import not_measured
from similarity.describe.picture_text import PictureText, TextLine
from similarity.measure.use_forms import UseForm, UseFormName
from similarity.phrases import phrase
from similarity.report.document.blocks.rights import chain_remarks
from similarity.report.document.parts import Bullets, Table
from similarity.report.document.sections import render
from similarity.report.page.html_form import to_html
from similarity.report.phrases.stated import HELD_ITEMS, LINK_KINDS, REQUEST_STATES, USE_FORMS, USE_HEADINGS
from similarity.report.schema.stated import (
    HeldItem,
    PlaceOfUse,
    RequestState,
    RightsLink,
    RightsLinkKind,
    UseHeading,
)

STATED = ("rights", "uses", "use_facts", "steps", "held")
KINDS = [("us", "en"), ("eu", "en"), ("cn", "zh")]


def shown(report, profile="us", language="en"):
    return render(report, reader_of({}), profile, language, report_sha256=SHA256)


def tables(document):
    return {part.key: part for section in document.sections for part in section.parts if isinstance(part, Table)}


def without(report, *names):
    case = dataclasses.replace(report.case, **dict.fromkeys(names, ()))
    return dataclasses.replace(report, case=case, requests=())


def remarks(*links, uses=(), **changes):
    chain = {"chain": links} if links else {}
    return [str(one) for one in chain_remarks(dataclasses.replace(made_rights(), **chain, **changes), uses)]


def link(kind="assignment", giver="Studio North", holder="Harbour Pictures", exhibits=("E9",), **more):
    return RightsLink(kind=kind, giver=giver, holder=holder, exhibits=exhibits, **more)


FIRST = link("authorship", giver=None, holder="Studio North")


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_case_states_stands_in_sections_of_their_own(kind, full_report):
    document = shown(full_report, *kind)
    keys = [section.key for section in document.sections]
    place = keys.index("access")
    assert keys[place + 1 : place + 4] == ["rights", "facts_of_use", "prima_facie"]
    assert "request" in keys
    found = tables(document)
    chain = next(table for key, table in found.items() if key.startswith("rights-chain-"))
    assert [row[2] for row in chain.rows] == ["Studio North", "Studio North → Harbour Pictures"]
    assert found["use-places"].rows[0][4].startswith("120,000")
    for key in ("rights-documents", "use-documents", "bundle-documents"):
        (row,) = found[key].rows
        assert (row[0], row[-1]) == ("E9", full_report.exhibits[-1].sha256)


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_that_states_nothing_of_it_has_no_such_sections(kind, full_report):
    silent = dataclasses.replace(without(full_report, *STATED), matches=())
    keys = {section.key for section in shown(silent, *kind).sections}
    assert not keys & {"rights", "facts_of_use", "prima_facie", "request"}


def test_what_was_measured_of_use_is_shown_where_nothing_is_stated(full_report):
    found = tables(shown(without(full_report, *STATED)))
    assert "use-amounts" in found
    assert not {"use-places", "use-facts", "bundle-signs"} & set(found)


def test_the_page_shows_them_too(full_report):
    page = to_html(full_report, reader_of({}))
    for anchor in ("rights", "use", "bundle"):
        assert f'href="#{anchor}"' in page
        assert f'<section id="{anchor}"' in page
    assert '<section id="rights"' not in to_html(without(full_report, *STATED), reader_of({}))


def test_signs_are_given_with_how_unusual_they_are_and_not_multiplied(full_report):
    document = shown(full_report)
    rows = tables(document)["bundle-signs"].rows
    matches = [row for row in rows if row[0].startswith("match ")]
    assert [row[0] for row in matches] == [f"match {one.match_id}" for one in full_report.matches]
    assert all("log10 LR" in row[3] or "withheld" in row[3] or row[3] for row in matches)
    assert any("must not be multiplied" in text for text in every_text(document))


def test_a_refusal_in_the_log_stands_beside_what_was_asked_for(full_report):
    found = tables(shown(full_report))
    assert found["bundle-held"].rows[0][-1] == "refused, 2026-02-20"
    assert found["bundle-requests"].rows[0][4] == "refused"
    unasked = dataclasses.replace(full_report, requests=())
    assert tables(shown(unasked))["bundle-held"].rows[0][-1] == "no request is recorded"


def test_the_draft_request_asks_each_holder_for_its_own(full_report):
    held = (*full_report.case.held, dataclasses.replace(full_report.case.held[0], item="seed", holder="Model Maker"))
    report = dataclasses.replace(full_report, case=dataclasses.replace(full_report.case, held=held))
    section = next(one for one in shown(report).sections if one.key == "request")
    asked = [part.items for part in section.parts if isinstance(part, Bullets)]
    assert [len(items) for items in asked] == [1, 1]
    assert "fact to be shown: whether the prompt names the film" in asked[0][0]
    assert section.label.text == "Draft, not signed"


def test_forms_of_use_are_proposed_with_their_grounds(full_report):
    form = UseForm(form="slice", work_ids=("work-1",), match_ids=("m1",), reason=phrase("in the order of the work"))
    found = tables(shown(dataclasses.replace(full_report, use_forms=(form,)), "cn", "zh"))
    assert found["use-forms"].rows[0][0].startswith("切条")
    assert found["use-forms"].rows[0][3] == "与样本顺序一致"


def test_names_that_are_gone_are_listed_and_what_was_not_read_is_said(full_report):
    match = full_report.matches[0]
    (mark,) = match.taking.marks
    gone = dataclasses.replace(mark, mark=dataclasses.replace(mark.mark, fate="gone", side="work"))
    changed = dataclasses.replace(match, taking=dataclasses.replace(match.taking, marks=(gone,)))
    document = shown(dataclasses.replace(full_report, matches=(changed, *full_report.matches[1:])))
    assert tables(document)["use-gone"].rows[0][0] == match.match_id
    assert any("Whether a line or a still part is a name" in text for text in every_text(document))
    assert "use-gone" not in tables(shown(full_report))


def with_text(report, *, suspect, work):
    def texted(video, lines):
        return dataclasses.replace(video, text=filled(PictureText, lines=tuple(lines), num_lines_left_out=0))

    first = report.works[0]
    works = (dataclasses.replace(first, work=texted(first.work, work)), *report.works[1:])
    return dataclasses.replace(report, suspect=texted(report.suspect, suspect), works=works)


def line(text, start, end):
    return filled(TextLine, text=text, start_seconds=start, end_seconds=end, height_share=0.1)


def test_a_line_of_the_work_that_the_suspect_does_not_show_at_its_place_is_listed(full_report):
    match = next(one for one in full_report.matches if one.work_id == full_report.works[0].work.video_id)
    there, here = match.work_start_seconds, match.suspect_start_seconds
    name, title = line("Directed by A. Author", there, there + 4), line("Harbour at Dawn", there, there + 4)
    elsewhere = line("Somebody else", match.work_end_seconds + 5, match.work_end_seconds + 9)
    report = with_text(full_report, suspect=[line("HARB0UR AT DAWN", here, here + 4)], work=[name, title, elsewhere])
    rows = tables(shown(report))["use-gone-lines"].rows
    assert [(row[0], row[2]) for row in rows] == [(match.match_id, "Directed by A. Author")]
    later = with_text(full_report, suspect=[line("Directed by A. Author", here + 60, here + 64)], work=[name])
    assert len(tables(shown(later))["use-gone-lines"].rows) == 1


def test_where_no_text_was_read_nothing_is_said_to_be_gone(full_report):
    unread = dataclasses.replace(full_report, suspect=dataclasses.replace(full_report.suspect, text=not_measured("x")))
    document = shown(unread)
    assert "use-gone-lines" not in tables(document)
    assert any("Text in the pictures of" in text for text in every_text(document))


def test_a_chain_that_joins_has_no_remark():
    assert remarks() == []
    assert remarks(uses=(PlaceOfUse(where="site", since="2026-01-05"),)) == []


@pytest.mark.parametrize(
    ("links", "changes", "says"),
    [
        ((), {"chain": ()}, "No chain of rights is stated."),
        ((link(),), {}, "How Studio North, with whom the chain begins, came to the right is not stated."),
        ((FIRST, link(giver="Somebody")), {}, "Link 2 is given by Somebody; link 1 ends with Studio North."),
        ((FIRST, link(giver=None)), {}, "Link 2 is given by nobody who is named; link 1 ends with Studio North."),
        ((FIRST, link(holder="Another")), {}, "The chain ends with Another; the rights are claimed by Harbour"),
        ((FIRST, link(exhibits=())), {}, "No document is named for the links of the chain: 2."),
        ((FIRST, link("sole_licence")), {}, "Link 2: whether Harbour Pictures may sue is not stated."),
        ((FIRST, link("sole_licence", may_sue=False)), {}, "Link 2: by its document Harbour Pictures may not sue."),
        ((FIRST, link(end="2025-12")), {}, "Link 2 ends 2025-12, before the first use that is stated (2026-01-05)."),
        ((FIRST, link(start="2026-02-01")), {}, "Link 2 begins 2026-02-01, after the first use that is stated"),
        ((FIRST, link(start="2030", end="2029")), {}, "Link 2 ends before it begins."),
        ((), {"protected_until": "2020"}, "The term of protection ends 2020, before the first use"),
        ((link("authorship", giver=None, holder="Someone"),), {}, "None of the names on the work is Someone"),
    ],
)
def test_what_the_statements_leave_open_is_said(links, changes, says):
    found = remarks(*links, uses=(PlaceOfUse(where="site", since="2026-01-05"),), **changes)
    assert [one for one in found if one.startswith(says)], found


def test_a_term_that_may_hold_at_the_first_use_is_not_remarked_on():
    uses = (PlaceOfUse(where="site", since="2026-01-05"),)
    assert remarks(FIRST, link(start="2026", end="2026"), uses=uses) == []


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (LINK_KINDS, RightsLinkKind),
        (USE_HEADINGS, UseHeading),
        (HELD_ITEMS, HeldItem),
        (REQUEST_STATES, RequestState),
        (USE_FORMS, UseFormName),
    ],
)
def test_every_code_has_words(words, codes):
    assert tuple(words) == get_args(codes)


@pytest.mark.parametrize(("kind", "words"), [(("us", "en"), "only in the prompt"), (("cn", "zh"), "仅见于平台扩写")])
def test_who_contributed_what_is_shown_with_the_owners_table(kind, words, full_report):
    found = tables(shown(full_report, *kind))
    elements = next(table for key, table in found.items() if key.startswith("contributions-"))
    assert elements.rows[1][2].startswith(words)
    assert "灯塔" in elements.rows[1][3]
    aliases = next(table for key, table in found.items() if key.startswith("contribution-aliases-"))
    assert aliases.rows[0][1] == "提灯船长"


def test_without_accused_elements_nothing_is_said_of_contributions(full_report):
    works = tuple(dataclasses.replace(one, elements=()) for one in full_report.access.works)
    access = dataclasses.replace(full_report.access, works=works)
    found = tables(shown(dataclasses.replace(full_report, access=access)))
    assert not [key for key in found if key.startswith("contribution")]
