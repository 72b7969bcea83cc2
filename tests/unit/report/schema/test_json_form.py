"""The stored form: exact, strict, and described by a published schema."""

import dataclasses
import json
import re
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from support.paths import ROOT

from similarity.absence import NotMeasured
from similarity.errors import ReportError
from similarity.measure.alarms import LEVELS, Alarms, PopulationAlarms
from similarity.measure.bands import VerbalBand
from similarity.measure.bounds import Bounds
from similarity.measure.data_card import DataCard
from similarity.measure.envelope import ConditionRange, Envelope
from similarity.measure.values import AxisValue
from similarity.phrases import Phrase, as_it_is, phrase
from similarity.provenance.values import LabelReading
from similarity.report.schema.json_form import from_json, json_schema, to_json
from similarity.report.schema.report import SCHEMA_VERSION, Report

SCHEMA_FILE = ROOT / "docs" / "report.schema.json"

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = {
    type(None): st.none(),
    str: st.text(max_size=8),
    float: FINITE,
    int: st.integers(),
    bool: st.booleans(),
}


def checked(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a kind that checks itself: fields in their range, the others as they come."""
    return st.builds(kind, **(plain_fields(kind) | fields))


def checked_kinds() -> dict[type, st.SearchStrategy[Any]]:
    counts, words, days = st.integers(1, 10**6), st.text(min_size=1, max_size=8).filter(str.strip), st.dates()
    ranges = st.builds(
        lambda limits, name: ConditionRange(kind="still", name=name, low=limits[0], high=limits[1], num_values=7),
        st.tuples(FINITE, FINITE).map(sorted) | st.tuples(FINITE, st.none()) | st.tuples(st.none(), FINITE),
        words,
    )
    alarms = st.tuples(*(st.integers(0, 40) for _ in LEVELS))
    plain = words.map(as_it_is)
    phrases = plain | st.builds(lambda one, other: phrase("{one} of {other}", one=one, other=other), plain, words)
    return {
        Phrase: phrases,
        NotMeasured: st.builds(NotMeasured, reason=phrases, is_left_empty=st.booleans()),
        Bounds: checked(
            Bounds, lower=st.floats(-9, 0), upper=st.floats(0, 9), num_taken=counts, num_independent=counts
        ),
        VerbalBand: checked(VerbalBand, name=words, at_least=st.floats(1, 1e9), en=words, zh=words),
        Envelope: st.builds(Envelope, kinds=st.just(("still",)), ranges=ranges.map(lambda one: (one,))),
        Alarms: st.builds(Alarms, populations=st.tuples(st.deferred(lambda: instances(PopulationAlarms)))),
        PopulationAlarms: checked(PopulationAlarms, num_suspects=st.just(40), num_alarmed=alarms),
        LabelReading: checked(LabelReading, problems=phrases.map(lambda one: (one,))),
        DataCard: checked(DataCard, date=days.map(lambda day: day.isoformat()), num_groups=counts, num_families=counts),
    }


def strategy_for(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of this type may hold."""
    if dataclasses.is_dataclass(get_origin(hint) or hint):
        return instances(hint)
    if get_origin(hint) is Annotated:
        return constrained(hint)
    arguments = get_args(hint)
    if not arguments:
        return SCALARS[hint]
    if arguments[-1] is Ellipsis:
        return st.lists(strategy_for(arguments[0]), max_size=2).map(tuple)
    if get_origin(hint) is tuple:
        return st.tuples(*(strategy_for(argument) for argument in arguments))
    is_literal = get_origin(hint) is Literal
    return st.sampled_from(arguments) if is_literal else st.one_of([strategy_for(argument) for argument in arguments])


def constrained(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type that its annotation allows."""
    adapter = TypeAdapter(hint)
    metadata = [one for field in hint.__metadata__ for one in getattr(field, "metadata", ())]
    patterns = [one.pattern for one in metadata if hasattr(one, "pattern")]
    if patterns:
        return st.from_regex(re.compile(patterns[0], re.ASCII), fullmatch=True)

    def fits(value):
        try:
            return adapter.validate_python(value) == value
        except ValidationError:
            return False

    return strategy_for(hint.__origin__).filter(fits)


def fields_of(kind: Any) -> dict[str, Any]:
    """The types of a kind's fields; those of a generic kind for what it is of."""
    given = dict(zip(getattr(get_origin(kind), "__parameters__", ()), get_args(kind), strict=True))

    def filled(hint):
        if get_origin(hint) is Annotated:
            return Annotated[(filled(hint.__origin__), *hint.__metadata__)]
        return given.get(hint, hint)

    hints = get_type_hints(get_origin(kind) or kind, include_extras=True)
    return {name: filled(hint) for name, hint in hints.items()}


def plain_fields(kind: Any) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.deferred(lambda hint=hint: strategy_for(hint)) for name, hint in fields_of(kind).items()}


@cache
def instances(kind: type) -> st.SearchStrategy[Any]:
    if kind in (known := checked_kinds()):
        return known[kind]
    fields = plain_fields(kind)
    if kind is Report:
        fields["schema_version"] = st.just(SCHEMA_VERSION)
    return st.builds(get_origin(kind) or kind, **fields)


@cache
def values_in(hint: Any) -> set[type]:
    """Every kind of value that a report may hold."""
    if hint is Phrase:
        return {Phrase}
    if get_origin(hint) is Annotated:
        return values_in(hint.__origin__)
    if not dataclasses.is_dataclass(get_origin(hint) or hint):
        return set().union(*(values_in(argument) for argument in get_args(hint)))
    return {hint}.union(*(values_in(inner) for inner in fields_of(hint).values()))


def name_in_schema(kind: Any) -> str:
    return "_".join([kind.__name__, *(one.__name__ for one in get_args(kind)), *([""] if get_args(kind) else [])])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(instances(Report))
def test_reading_what_was_written_gives_the_same_report(report):
    assert from_json(to_json(report)) == report


@settings(deadline=None)  # the first reading of a process builds what checks it
@given(instances(AxisValue))
def test_numbers_and_absences_stay_apart(sample_report, axis):
    report = sample_report()
    finding = dataclasses.replace(report.matches[0].finding, axes=(axis,))
    match = dataclasses.replace(report.matches[0], finding=finding)
    again = from_json(to_json(dataclasses.replace(report, matches=(match,)))).matches[0].finding.axes[0]
    assert again == axis
    assert type(again.value) is type(axis.value)


def test_equal_reports_give_equal_bytes_in_the_order_of_the_fields(sample_report):
    text = to_json(sample_report())
    assert text == to_json(sample_report())
    assert list(json.loads(text)) == [field.name for field in dataclasses.fields(Report)]
    assert text.startswith('{\n  "schema_version"')


def test_text_that_utf8_cannot_hold_is_escaped(sample_report):
    report = sample_report()
    suspect = dataclasses.replace(report.suspect, path="films/caf\udce9.mp4")
    text = to_json(dataclasses.replace(report, suspect=suspect))
    text.encode("utf-8")
    assert from_json(text).suspect.path == "films/caf\\udce9.mp4"


def test_the_published_schema_is_current():
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == json_schema(), (
        "docs/report.schema.json is out of date: write json_schema() into it"
    )


def test_a_report_fits_the_published_schema(sample_report, still_report):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    validator.check_schema(validator.schema)
    for report in (sample_report(), sample_report(num_scenes=0, num_works=0), still_report):
        assert from_json(to_json(report)) == report
        validator.validate(json.loads(to_json(report)))


def test_the_schema_refuses_what_reading_refuses(sample_report):
    validator = jsonschema.Draft202012Validator(json_schema())
    for change in ({"extra": 1}, {"schema_version": "0.9"}, {"operating_threshold": "4"}):
        assert not validator.is_valid(json.loads(to_json(sample_report())) | change)


def test_every_field_of_every_value_is_described_in_the_schema():
    kinds = {name_in_schema(kind): kind for kind in values_in(Report)}
    definitions = json_schema()["$defs"]
    assert set(definitions) == set(kinds)
    for name, definition in definitions.items():
        kind = kinds[name]
        assert set(definition["properties"]) == {field.name for field in dataclasses.fields(get_origin(kind) or kind)}
        assert all("description" in described for described in definition["properties"].values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content.update(extra=1), "extra"),
        (lambda content: content["suspect"].update(verdict="?"), "suspect.verdict"),
        (lambda content: content.pop("works"), "works"),
        (lambda content: content["scenes"][0].pop("score"), "scenes.0.score"),
        (lambda content: content["scenes"][0].update(score="5"), "scenes.0.score"),
        (lambda content: content["scenes"][0].update(score={"reason": " "}), "NotMeasured needs a reason"),
        (
            lambda content: content["matches"][0]["finding"]["axes"][0].update(axis="guess"),
            "finding.axes.0.axis",
        ),
        (lambda content: content["library"].update(num_works=1.5), "library.num_works"),
        (lambda content: content["library"].update(num_works=True), "library.num_works"),
        (lambda content: content.update(schema_version="9.0"), "'9.0'"),
        (lambda content: content.pop("schema_version"), "None"),
    ],
)
def test_a_report_of_another_shape_is_refused_with_the_place(sample_report, change, said):
    content = json.loads(to_json(sample_report()))
    change(content)
    with pytest.raises(ReportError, match=said.replace(".", r"\.")):
        from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"schema_version": NaN}'])
def test_what_is_no_report_is_refused(text):
    with pytest.raises(ReportError):
        from_json(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_not_read(sample_report, number):
    text = to_json(sample_report()).replace('"operating_threshold": 4.0', f'"operating_threshold": {number}')
    with pytest.raises(ReportError):
        from_json(text)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), r"report\.operating_threshold: expected a finite number, got nan"),
        (float("-inf"), "NotMeasured"),
        (np.float32(4.0), r"numpy\.float32"),
        (None, "operating_threshold"),
        ([4.0], "list"),
        ("4.0", "operating_threshold"),
    ],
)
def test_values_that_a_report_may_not_hold_are_not_written(sample_report, value, said):
    with pytest.raises(ReportError, match=said):
        to_json(dataclasses.replace(sample_report(), operating_threshold=value))
