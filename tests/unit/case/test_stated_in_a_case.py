"""Facts of rights, use and requests in a case folder: taken from its files, and verified against them."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from support.small_case import LIGHT, checks_of

from index.local.library import Library
from similarity.case.acts import open_case, take_in
from similarity.case.audit.claims import verify_case
from similarity.case.compare import CaseOptions, compare_in_case
from similarity.case.custody.log import append_entry, read_log
from similarity.case.facts import parse_case_file, write_template
from similarity.case.requests import REQUEST, record_request, requests_in
from similarity.case.stated import require_exhibits
from similarity.compare.session import open_session
from similarity.errors import CaseError, ConfigurationError
from similarity.report.document.blocks.rights import chain_remarks
from similarity.report.folder import read_report
from similarity.report.schema.stated import Request

START = "case_id: '7'\nprofile: us\nlanguage: en\n"
STATED = """
rights:
  - work: film
    claimed_by: Harbour Pictures
    registrations: [{number: 12345, exhibits: [E1]}]
    chain: [{kind: authorship, holder: Harbour Pictures, exhibits: [E1]}]
uses:
  - {where: Clip site, since: 2026-01-05, mode: live, views: 12, exhibits: [E1]}
held:
  - {item: seed, holder: Model Maker}
"""
ASKED = Request(item="seed", holder="Model Maker", state="refused", date="2026-02-20", note="by letter")


@pytest.fixture(scope="module")
def stated_case(once, small_library, small_footage):
    """A case that states rights, use and held evidence, with a paper, a refusal in its log, and one comparison."""

    def make(folder):
        case = folder / "case"
        paper = folder / "contract.txt"
        paper.write_text("contract")
        path = open_case(case, case_id="7", profile="us", language="en", actor="A. Expert")
        path.write_text(path.read_text() + STATED)
        take_in(case, [paper], role="document", copies=True, actor="A. Expert")
        record_request(case, ASKED, actor="A. Expert")
        with Library.open(small_library) as library:
            options = CaseOptions(actor="A. Expert", copies=True)
            compare_in_case(small_footage["suspect"], open_session(library, LIGHT), case, options=options)
        return case

    return once("stated_case", make)


@pytest.fixture
def case(stated_case, tmp_path):
    return shutil.copytree(stated_case, tmp_path / "case")


def circumstances(case):
    found = checks_of(case, "report.circumstances")
    return {one.what for one in found if one.state == "failed"}


def test_the_report_holds_what_the_case_states_and_what_its_log_records(stated_case):
    report = read_report(stated_case / "report")
    (rights,) = report.case.rights
    assert (rights.registrations[0].number, rights.chain[0].exhibits) == ("12345", ("E1",))
    assert report.case.uses[0].views == 12
    (event,) = report.requests
    assert (event.item, event.state, event.note, event.recorded_by) == ("seed", "refused", "by letter", "A. Expert")
    entry = read_log(stated_case).entries[event.sequence - 1]
    assert (entry.action, entry.sha256) == (REQUEST, event.sha256)
    assert [one.form for one in report.use_forms] == []


def test_the_sealed_facts_are_verified(stated_case):
    assert [check for check in verify_case(stated_case) if check.state == "failed"] == []


def test_facts_edited_after_the_comparison_are_named(case):
    path = case / "case.yaml"
    path.write_text(path.read_text().replace("claimed_by: Harbour Pictures", "claimed_by: Somebody"))
    assert [what for what in circumstances(case) if what.startswith("facts of the case: the report says otherwise")]


def test_a_request_that_the_log_does_not_record_is_named(case):
    path = case / "report" / "report.json"
    content = json.loads(path.read_text())
    content["requests"][0]["state"] = "handed_over"
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    assert [what for what in circumstances(case) if what.startswith("requests for evidence: the report says")]


def test_a_later_answer_is_logged_and_leaves_the_report_as_it_is(case):
    record_request(case, Request(item="seed", holder="Model Maker", state="handed_over", date="2026-03-01", note=""))
    assert [one.state for one in requests_in(read_log(case).entries)] == ["refused", "handed_over"]
    assert circumstances(case) == set()


def test_a_document_that_the_case_does_not_hold_is_named_before_anything_is_compared(
    tmp_path, small_library, small_footage
):
    path = open_case(tmp_path / "case", case_id="7", profile="us", language="en", actor="A")
    path.write_text(path.read_text() + STATED)
    options = CaseOptions(actor="A", copies=True)
    with Library.open(small_library) as library:
        session = open_session(library, LIGHT)
        with pytest.raises(CaseError, match="rights/1/registrations/1 names E1"):
            compare_in_case(small_footage["suspect"], session, tmp_path / "case", options=options)
    assert [one.action for one in read_log(tmp_path / "case").entries] == ["case opened"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"holder": " "}, "name one with --of"),
        ({"date": "2026-02-30"}, "date of the request: expected a date"),
        ({"note": "x" * 5000}, "at most 4000 characters"),
    ],
)
def test_a_request_that_says_too_little_or_too_much_is_refused(tmp_path, changes, says):
    open_case(tmp_path / "case", case_id="7", profile="us", language="en", actor="A")
    said = {name: getattr(ASKED, name) for name in ("item", "holder", "state", "date", "note")} | changes
    with pytest.raises(CaseError, match=says):
        record_request(tmp_path / "case", Request(**said))


def test_an_entry_that_is_no_request_is_refused(tmp_path):
    open_case(tmp_path / "case", case_id="7", profile="us", language="en", actor="A")
    append_entry(tmp_path / "case", actor="A", action=REQUEST, details={"item": "verdict"})
    with pytest.raises(CaseError, match="expected a request with item, holder, state, date, note"):
        requests_in(read_log(tmp_path / "case").entries)


def test_the_example_of_the_documents_holds_facts(pages):
    (example,) = re.findall(r"^```yaml\n(rights:.*?)^```", pages["docs/case.md"].text, flags=re.DOTALL | re.MULTILINE)
    read = parse_case_file(START + example, name="case.yaml")
    require_exhibits(read.facts, {one.number for one in read.exhibits})
    assert chain_remarks(read.facts.rights[0], read.facts.uses) == ()
    assert read.facts.held[0].item == "prompt_log"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_examples_in_the_template_are_facts(tmp_path, language):
    write_template(tmp_path / "case.yaml", case_id="7", profile="us", language=language)
    lines = (tmp_path / "case.yaml").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("# rights:"))
    end = next(number for number, line in enumerate(lines[start:], start) if not line)
    facts = parse_case_file(START + "\n".join(line.removeprefix("# ") for line in lines[start:end]), name="x").facts
    assert [len(getattr(facts, name)) for name in ("rights", "uses", "use_facts", "steps", "held")] == [1, 1, 2, 1, 1]
    assert facts.rights[0].chain[1].may_sue is True
    assert facts.rights[0].chain[0].scope is None


def test_what_is_left_blank_is_not_stated():
    facts = parse_case_file(START + "rights: [{work: film, kind: '', chain: []}]\nuses:\n", name="x").facts
    assert (facts.rights[0].kind, facts.uses) == (None, ())


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("rights: [{work: a, owner: b}]", "rights.0.owner"),
        ("rights: [{work: a}, {work: a}]", "every work once"),
        ("rights: [{work: ' '}]", "rights.0.work"),
        ("rights: [{work: a, chain: [{kind: gift, holder: b}]}]", "rights.0.chain.0.kind"),
        ("rights: [{work: a, chain: [{kind: other, holder: b, start: 2024-13}]}]", "rights/1/chain/1/start: expected"),
        ("uses: [{where: a, since: soon}]", "uses/1/since: expected a date"),
        ("uses: [{where: a, views: -1}]", "uses.0.views"),
        ("uses: [{where: a, exhibits: [A1]}]", "uses.0.exhibits.0"),
        ("use_facts: [{heading: fairness, fact: b}]", "use_facts.0.heading"),
        ("held: [{item: seed}]", "held.0.holder"),
        ("steps: [{what: a, date: 2024-02-30}]", "steps/1/date"),
    ],
)
def test_a_fact_that_can_not_be_is_refused_with_its_place(added, says):
    with pytest.raises((CaseError, ConfigurationError), match=r"case\.yaml") as refused:
        parse_case_file(START + added, name="case.yaml")
    assert says in str(refused.value)
