"""The file of facts: a template that can be filled in, and what is refused."""

from __future__ import annotations

import re

import pytest

from similarity.access.facts import Facts, read_facts
from similarity.access.template import TEMPLATE
from similarity.errors import AccessError, ConfigurationError
from similarity.yaml_files import parse_yaml


def facts_of(text):
    return parse_yaml(text, Facts, name="facts.yaml")


def test_the_template_can_be_read_as_it_stands():
    facts = facts_of(TEMPLATE)
    assert [work.id for work in facts.works] == ["work-1"]
    assert facts.suspect.events == facts.documents == ()


def test_the_template_can_be_read_with_every_example_taken_in():
    lines = [
        re.sub(r"\[\](\s*#.*)?$", "", line)
        if re.search(
            r"(aliases|elements|events|roles|texts|records|disclosures|"
            r"dissemination|deliveries|chain|documents): \[\]",
            line,
        )
        else line
        for line in TEMPLATE.splitlines()
    ]
    taken = [re.sub(r"^(\s*)#  ", r"\1  ", line) for line in lines]
    facts = facts_of("\n".join(taken))
    work = facts.works[0]
    assert facts.suspect.events[0].date == "2023-12-01..2024-05-01"
    assert len(work.chain) == 2
    assert work.dissemination[0].views == 2_500_000
    assert facts.documents[0].exhibit == "E1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("works: []", "at least 1"),
        ("suspect: {}", "works"),
        ("works: [{id: a, title: b, color: c}]", "works.0.color"),
        ("works: [{id: a}]", "works.0.title"),
        ("works: [{id: a, title: ''}]", "works.0.title"),
        ("works: [{id: a, title: b, events: [{kind: born, date: 2020}]}]", "works.0.events.0.kind"),
        ("works: [{id: a, title: b, events: [{kind: created, date: 2024.10}]}]", "2024.10 becomes 2024.1"),
        ("works: [{id: a, title: b, events: [{kind: created, date: true}]}]", "works.0.events.0.date"),
        ("works: [{id: a, title: b, dissemination: [{where: c, views: -1}]}]", "views"),
        ("works: [{id: a, title: b}]\ndocuments: [{exhibit: E1, path: p, sha256: abc}]", "sha256"),
        ("works: &a [{id: a, title: b}]\nsuspect: *a", "aliases"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases"),
        ("works: " + "[" * 60 + "]" * 60, "nested more than"),
        ("!!python/object/apply:os.system ['true']", "facts.yaml"),
        ("works: [{id: a, title: b}]\nworks: [{id: c, title: d}]", "twice"),
        ("works: [" + "{id: a, title: b}," * 51 + "]", "at most 50"),
        ("", "facts.yaml"),
    ],
)
def test_what_is_no_file_of_facts_is_refused_with_its_place(text, reason):
    with pytest.raises(ConfigurationError, match=re.escape(reason)):
        facts_of(text)


def test_numbers_that_people_write_are_text():
    facts = facts_of("works: [{id: 7, title: 1984, authors: [Orwell], events: [{kind: published, date: 1949}]}]")
    assert (facts.works[0].id, facts.works[0].title, facts.works[0].events[0].date) == ("7", "1984", "1949")


def test_a_file_that_is_too_large_or_missing_is_refused(tmp_path):
    (tmp_path / "large.yaml").write_text("#" * 5_000_000)
    for name in ("large.yaml", "missing.yaml"):
        with pytest.raises(ConfigurationError, match=name):
            read_facts(tmp_path / name)


@pytest.mark.parametrize("date", ["0000", "9999", "2024-02-31", "2030", "1800", "soon"])
def test_an_absurd_date_of_the_suspect_names_its_fact(facts, lay_out, date):
    facts["suspect"]["events"][0]["date"] = date
    with pytest.raises(AccessError, match="suspect/events/1"):
        lay_out(facts)


def test_a_work_older_than_film_is_noted(facts, lay_out):
    facts["works"][0]["events"][0]["date"] = "1592"
    assert [(one.code, one.place) for one in lay_out(facts).problems if one.code == "date_before_films"] == [
        ("date_before_films", "works/work/events/1")
    ]
