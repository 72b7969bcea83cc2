"""`case.yaml`: a template that can be read at once, and facts that are what people wrote."""

from __future__ import annotations

import pytest

from similarity.absence import NotMeasured
from similarity.case.facts import check_date, parse_case_file, read_case_file, write_template
from similarity.errors import CaseError, ConfigurationError
from similarity.report.schema.case import Person, Propositions

START = "case_id: '7'\nprofile: us\nlanguage: en\n"
FULL = """
case_id: 2024粤0192民初113号
profile: cn
language: zh
requester: 某律师事务所
purpose: litigation
question: Was the clip made from the film?
jurisdiction: 广州互联网法院
date: 2024-02-08
analyst: {name: 李雷, qualifications: fifteen years of image analysis}
reviewer: {name: 韩梅梅}
environment: {machine: "ThinkStation P3, serial 123", cleanliness: new installation, network: none, clock: NTP}
propositions: {claimant: The clip was made from the film., respondent: It was not.}
notes_for_counsel: ["  The contract is E3. ", " "]
exhibits:
  - number: E1
    role: reference
    file: ../films/长城.mp4
    title: 长城
    owner: Owner Ltd
    author: Somebody
    registration: 国作登字-2020-I-00000001
    source: archive of the owner
    obtained_how: copied from the master
    obtained_when: 2024-01-05T08:30+08:00
    obtained_by: 李雷
    obtained_with: cp (coreutils 9.1)
  - {number: E7, role: suspect, file: clip.mp4, copy: false}
"""


@pytest.mark.parametrize("profile", ["us", "eu", "cn"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_template_is_read_as_it_was_written(tmp_path, profile, language):
    path = tmp_path / "case" / "case.yaml"
    write_template(path, case_id='2024-17: "长城" # 3', profile=profile, language=language)
    read = read_case_file(path)
    facts = read.facts
    assert (facts.case_id, facts.profile, facts.language) == ('2024-17: "长城" # 3', profile, language)
    assert str(facts.requester.reason) == "not stated (requester)"
    assert facts.requester.is_left_empty
    assert isinstance(facts.analyst, NotMeasured)
    assert isinstance(facts.propositions, NotMeasured)
    assert isinstance(facts.environment.clock, NotMeasured)
    assert (facts.notes_for_counsel, read.exhibits) == ((), ())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_example_in_the_template_is_one(tmp_path, language):
    write_template(tmp_path / "case.yaml", case_id="7", profile="us", language=language)
    text = (tmp_path / "case.yaml").read_text(encoding="utf-8")
    before, example = text.split("# exhibits:")
    lines = [line.removeprefix("#") for line in example.splitlines() if line.startswith("#")]
    read = parse_case_file("\n".join([before, "exhibits:", *lines]), name="case.yaml")
    assert (read.exhibits[0].number, read.exhibits[0].role, read.exhibits[0].is_copied_in) == ("E1", "reference", True)


def test_a_template_is_never_written_over_a_file(tmp_path):
    (tmp_path / "case.yaml").write_text("mine")
    with pytest.raises(CaseError, match="never written over"):
        write_template(tmp_path / "case.yaml", case_id="7", profile="us", language="en")
    assert (tmp_path / "case.yaml").read_text() == "mine"


def test_everything_that_was_stated_is_read(tmp_path):
    (tmp_path / "case.yaml").write_text(FULL, encoding="utf-8")
    read = read_case_file(tmp_path / "case.yaml")
    facts = read.facts
    assert facts.case_id == "2024粤0192民初113号"
    assert facts.date == "2024-02-08"
    assert facts.analyst == Person(name="李雷", qualifications="fifteen years of image analysis")
    assert facts.reviewer.name == "韩梅梅"
    assert isinstance(facts.reviewer.qualifications, NotMeasured)
    assert facts.environment.machine == "ThinkStation P3, serial 123"
    assert facts.propositions == Propositions(claimant="The clip was made from the film.", respondent="It was not.")
    assert facts.notes_for_counsel == ("The contract is E3.",)
    first, second = read.exhibits
    assert (first.number, first.file, first.is_copied_in) == ("E1", "../films/长城.mp4", True)
    assert (first.obtained_when, first.obtained_with) == ("2024-01-05T08:30+08:00", "cp (coreutils 9.1)")
    assert (second.role, second.is_copied_in) == ("suspect", False)
    assert isinstance(second.title, NotMeasured)


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("verdict: guilty", "verdict"),
        ("analyst: {name: A, degree: B}", "degree"),
        ("analyst: {qualifications: many}", "no name"),
        ("propositions: {claimant: It was taken.}", "both accounts"),
        ("date: 2024-02-30", "date: expected"),
        ("date: 9999-01-01", "between 1850 and 2150"),
        ("date: 0000-00-00", "date: expected"),
        ("date: tomorrow", "date: expected"),
        ("date: 2024-05-01T25:00", "date: expected"),
        ("exhibits: [{number: E1, role: reference}]", "exhibits.0.file"),
        ("exhibits: [{number: E1, role: culprit, file: a}]", "exhibits.0.role"),
        ("exhibits: [{number: ../E1, role: suspect, file: a}]", "number such as E1"),
        ("exhibits: [{number: E01, role: suspect, file: a}]", "number such as E1"),
        ('exhibits: [{number: E1, role: suspect, file: " "}]', "path of a file"),
        ("exhibits: [{number: E1, role: suspect, file: a}, {number: E1, role: suspect, file: b}]", "once"),
        ("exhibits: [{number: E1, role: suspect, file: a, obtained_when: 2024-13-01}]", "exhibit E1: obtained_when"),
        ("a: &a [x]\nb: [*a, *a]", "aliases"),
        ("requester: [" + "[" * 90 + "]" * 91, "nested"),
        ("requester: !!python/object/apply:os.system ['true']", "constructor"),
        ("requester: one\nrequester: two", "twice"),
    ],
)
def test_what_can_not_be_is_refused_with_its_place(added, says):
    with pytest.raises((CaseError, ConfigurationError), match=r"case\.yaml") as refused:
        parse_case_file(START + added, name="case.yaml")
    assert says in str(refused.value)


@pytest.mark.parametrize("case_id", ["''", "' '", '"a\\nb"', '"\\u202e"', "x" * 101])
def test_an_identifier_is_one_line_that_can_be_seen(case_id):
    with pytest.raises(CaseError, match="case_id"):
        parse_case_file(f"case_id: {case_id}\nprofile: us\nlanguage: en\n", name="case.yaml")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "case.yaml").write_bytes(b"case_id: \xff\xfe")
    with pytest.raises(CaseError, match="UTF-8"):
        read_case_file(tmp_path / "case.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * 4_000_001)
    with pytest.raises(CaseError, match="at most"):
        read_case_file(tmp_path / "large.yaml")
    with pytest.raises(CaseError, match="can't be read"):
        read_case_file(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "date", ["1999", "2024-05", "2024-02-29", "2024-05-01T08:30", "2024-05-01 08:30:15.25Z", "2024-05-01T08:30+08:00"]
)
def test_dates_stay_as_precise_as_they_were_written(date):
    assert check_date(date, field_name="date") == date


@pytest.mark.parametrize(
    "date",
    [
        "",
        "2023-02-29",
        "2024-5-1",
        "1.5.2024",
        "-2024",
        "12024-01-01",
        "1849",
        "2024-05-01T08:30+99:00",
        "٢٠٢٤",
        "2024\n",
    ],
)
def test_absurd_dates_are_refused(date):
    with pytest.raises(CaseError, match="date: expected"):
        check_date(date, field_name="date")
