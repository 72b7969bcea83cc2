"""Sections that the page shares with the documents for filing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.made_case import with_case

from similarity.absence import NotMeasured
from similarity.phrases import as_it_is
from similarity.report.document.filing_form import page_plans
from similarity.report.page.html_form import to_html

HOSTILE = "<script>alert('x')</script>"


def no_picture(name):
    raise FileNotFoundError(name)


@pytest.fixture
def of_case(sample_report):
    return with_case(sample_report())


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_shared_section_stands_on_the_page_of_any_report(sample_report, code):
    report = sample_report()
    page = to_html(report, no_picture, language=code)
    for plan in page_plans():
        is_shown = plan.key not in {"case", "rights", "bundle"}  # what a case states
        assert (f'href="#{plan.key}">{plan.link.of(code)}</a>' in page) == is_shown
        assert (f'<section id="{plan.key}"' in page) == is_shown
        assert (f'id="{plan.key}-title">{plan.heading.of(code)}</h2>' in page) == is_shown
        assert plan.items


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_case_shows_its_facts_exhibits_and_dossier(of_case, code):
    page = to_html(of_case, no_picture, language=code)
    assert 'id="case"' in page
    for exhibit in of_case.exhibits:
        assert exhibit.sha512 in page
    for work in of_case.access.works:
        for comparison in work.comparisons:
            assert all(passage.suspect_text in page for passage in comparison.passages)
    for one in of_case.filtration.ranges:
        assert one.decided_by in page


def test_what_was_not_given_says_why(sample_report):
    reason = "no facts were brought"
    page = to_html(replace(sample_report(), access=NotMeasured(reason=as_it_is(reason))), no_picture)
    assert reason in page


@pytest.mark.parametrize("code", ["en", "zh"])
def test_markup_in_facts_stays_text(of_case, code):
    case = replace(of_case.case, requester=HOSTILE, question=HOSTILE)
    exhibits = tuple(replace(one, title=HOSTILE, original_name=HOSTILE) for one in of_case.exhibits)
    page = to_html(replace(of_case, case=case, exhibits=exhibits), no_picture, language=code)
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
