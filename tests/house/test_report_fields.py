"""The table of fields names paths that the report has."""

from __future__ import annotations

import re

import pytest

from similarity.report.schema.json_form import json_schema

SCHEMA = json_schema()
FILES = {"stills.json", "custody.jsonl", "report.json", "report.pdf"}
WORDS = {"salient_parts", "region", "document", "us", "eu", "cn"}


def paths(page):
    """Every path in the right column of a table, where it is one of the report."""
    cells = [line.split("|")[2] for line in page.text.splitlines() if line.startswith("| ")]
    found = {one for cell in cells for one in re.findall(r"`([a-z_0-9.\[\]]+)`", cell)}
    return sorted(found - FILES - WORDS)


def options_of(schema):
    """A definition, or every alternative of it that is an object or a list of objects."""
    if "$ref" in schema:
        return options_of(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return [one for option in schema["anyOf"] for one in options_of(option)]
    return [schema]


def has(schema, steps):
    if not steps:
        return True
    name, many = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    for option in options_of(schema):
        if name in option.get("properties", {}):
            inner = option["properties"][name]
            if many:
                return any(has(one["items"], steps[1:]) for one in options_of(inner) if "items" in one)
            return has(inner, steps[1:])
    return False


def test_every_path_of_the_table_is_one_of_the_report(pages):
    named = paths(pages["docs/report-fields.md"])
    assert len(named) > 80
    missing = [path for path in named if not has(SCHEMA["$defs"]["Report"], path.split("."))]
    assert missing == []


def test_the_check_sees_a_path_that_is_none():
    assert not has(SCHEMA["$defs"]["Report"], ["matches[]", "no_such_field"])
    assert has(SCHEMA["$defs"]["Report"], ["matches[]", "finding", "axes[]", "value"])


@pytest.mark.parametrize("letter", "ABCDEFGHIJK")
def test_the_table_has_every_part(pages, letter):
    assert re.search(rf"^## {letter}\. ", pages["docs/report-fields.md"].text, re.MULTILINE)
