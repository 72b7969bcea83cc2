"""Regimes and letters as data: complete in both languages, and of fields that the forms have."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from similarity.service.notices import elements
from similarity.service.notices.forms import CounterNotice, NewNotice, facts_of
from similarity.service.notices.law import REGIMES, regime_named
from similarity.service.notices.writing import KINDS, template

CHINESE = re.compile("[一-鿿]")


@pytest.mark.parametrize("name", REGIMES)
def test_every_element_asks_for_fields_that_its_form_has(name):
    regime = regime_named(name)
    for asked, form in ((regime.notice, NewNotice()), (regime.counter, CounterNotice())):
        facts = facts_of(form, is_located=False)
        assert elements.missing(asked, facts) == asked  # an empty form has none of them
        assert elements.missing(asked, dict.fromkeys(facts, True)) == ()
        assert len({one.id for one in asked}) == len(asked)


@pytest.mark.parametrize("name", REGIMES)
def test_everything_is_said_in_both_languages_with_its_source(name):
    regime = regime_named(name)
    for one in (*regime.notice, *regime.counter, *regime.clocks):
        assert CHINESE.search(one.zh)
        assert not CHINESE.search(one.en)
        assert one.source
    assert set(regime.substantial) <= {one.id for one in regime.notice}


def test_the_two_chinese_regimes_leave_the_time_to_counsel():
    assert [name for name in REGIMES if regime_named(name).timing_of] == ["cn-civil-code", "cn-network"]
    assert regime_named("cn-civil-code").clock("counter").at_most == 20
    assert regime_named("cn-network").clock("counter").at_most == 0


@pytest.mark.parametrize("kind", KINDS)
def test_letters_name_the_same_things_in_both_languages(kind):
    form = template(kind)

    def names(text):
        return {name for part in (text.subject, text.text) for _, name, _, _ in Formatter().parse(part) if name}

    assert form.kind == kind
    assert names(form.en) == names(form.zh)
    assert CHINESE.search(form.zh.text)
    assert not CHINESE.search(form.en.text)
