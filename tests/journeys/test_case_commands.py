"""`similarity case ...`, and `similarity filter ...`, from the opening of a case to its export."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from typing import get_args

import pytest

from similarity.cli.case_commands import CaseProfile, CaseRole, ReportLanguage
from similarity.cli.exits import Exit
from similarity.compare.exclusions import COLUMNS
from similarity.report.phrases.language import LanguageCode
from similarity.report.schema.case import ExhibitRole, Profile


@pytest.fixture
def world(small_footage, small_library, tmp_path):
    return {**small_footage, "library": shutil.copytree(small_library, tmp_path / "library")}


def test_a_case_from_its_opening_to_its_export(cli, world, remembered, tmp_path):
    case, key = tmp_path / "case 7", tmp_path / "keys" / "key.pem"
    assert "fill in" in cli("case", "new", case, "--form", "cn", "--lang", "zh", "--by", "张三").stdout
    key_id = cli("case", "key", key).stdout.splitlines()[0].removeprefix("key id: ")
    paper = tmp_path / "合同.txt"
    paper.write_text("授权合同", encoding="utf-8")
    assert "E1: document" in cli("case", "add", case, paper, "--role", "document", "--by", "张三").stdout
    said = cli("case", "compare", case, world["suspect"], "--library", world["library"], "--quiet", "--by", "张三")
    assert "report.html" in said.stdout
    assert cli("case", "note", case, "<script>alert(1)</script> 已核对", "--by", "李四").stdout == "noted\n"
    sealed = cli("case", "seal", case, "--key", key, "--by", "张三").stdout
    assert key_id in sealed
    verified = cli("case", "verify", case, "--key-id", key_id)
    assert verified.stdout.startswith("INTACT: ")
    assert cli("case", "verify", case, "--lang", "zh", exit_code=Exit.UNPROVEN).stdout.startswith("仅内部一致")
    proof, root = tmp_path / "proof.json", re.search("Merkle root ([0-9a-f]{64})", sealed)[1]
    assert root in cli("case", "prove", case, "report/report.pdf", "--out", proof).stdout
    proven = cli("case", "check-proof", case / "report" / "report.pdf", proof, "--root", root)
    assert proven.stdout == "sealed as report/report.pdf in case case 7, seal 1\n"
    cli("case", "check-proof", case / "report" / "report.html", proof, "--root", root, exit_code=Exit.FAILED)
    assert cli("case", "recover", case).stdout == "nothing to recover\n"
    archive = tmp_path / "case.zip"
    assert "SHA-256" in cli("case", "export", case, archive).stdout
    with zipfile.ZipFile(archive) as packed:
        assert "case 7/report/report.pdf" in packed.namelist()
    (case / "report" / "report.html").write_text("nothing was found", encoding="utf-8")
    found = cli("case", "verify", case, exit_code=Exit.DAMAGED)
    assert "report/report.html" in found.stdout
    checks = json.loads(cli("case", "verify", case, "--json", exit_code=Exit.DAMAGED).stdout)["checks"]
    assert {check["state"] for check in checks} >= {"passed", "failed"}


def test_a_document_for_another_forum_is_rendered_beside_the_first(cli, world, tmp_path):
    out = tmp_path / "out"
    cli("compare", world["suspect"], "--out", out, "--library", world["library"], "--quiet")
    made = cli("report", out, "--form", "eu", "--lang", "zh", "--draft").stdout.splitlines()
    assert [name.rpartition("/")[2] for name in made] == ["report-eu-zh.pdf", "report-eu-zh.docx", "report-zh.html"]
    assert (out / "report-eu-zh.pdf").read_bytes().startswith(b"%PDF-")
    assert 'lang="zh' in (out / "report-zh.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [(), ("--case", "b"), ("--out", "a", "--by", "X"), ("--out", "a", "--access", "f.yaml")]
)
def test_a_comparison_goes_to_one_place(cli, world, arguments):
    cli("compare", world["suspect"], "--library", world["library"], *arguments, exit_code=Exit.USAGE)


def test_what_is_no_case_is_said_in_one_line(cli, world, tmp_path):
    for command in (("note", tmp_path, "text"), ("seal", tmp_path, "--key", tmp_path / "none.pem"), ("add", tmp_path)):
        (line,) = cli("case", *command, exit_code=Exit.FAILED).stderr.splitlines()
        assert line.startswith("error: ")


@pytest.mark.parametrize("by", [(), ("--by", "A. Expert")])
def test_a_comparison_in_what_is_no_case_is_refused_before_a_library_is_opened(cli, world, tmp_path, by):
    refused = cli(
        "case", "compare", tmp_path, world["suspect"], "--library", tmp_path / "none", *by, exit_code=Exit.FAILED
    )
    assert refused.stderr.startswith("error: ")
    assert "similarity case new" in refused.stderr


def test_the_command_line_offers_what_a_case_may_state():
    """Its choices stand apart, so that `--help` loads no report."""
    for offered, stated in ((CaseProfile, Profile), (CaseRole, ExhibitRole), (ReportLanguage, LanguageCode)):
        assert [one.value for one in offered] == list(get_args(stated))


def test_a_case_is_not_opened_over_another(cli, tmp_path):
    cli("case", "new", tmp_path / "case")
    assert "there already" in cli("case", "new", tmp_path / "case", exit_code=Exit.FAILED).stderr


def test_suggestions_are_decided_on_and_listed(cli, world, tmp_path):
    table = tmp_path / "decisions.csv"
    said = cli("filter", "suggest", "--library", world["library"], "--out", table).stdout
    assert "nothing" in said
    assert not table.exists()
    header = ",".join(COLUMNS)
    table.write_text(f"{header}\nfilm,3,6,,licensed,bought,counsel,2026-01-02\n", encoding="utf-8")
    assert cli("filter", "set", table, "--library", world["library"]).stdout == "film: 1 stretches left out\n"
    assert "counsel, 2026-01-02" in cli("filter", "list", "--library", world["library"]).stdout
    (listed,) = json.loads(cli("filter", "list", "--library", world["library"], "--json").stdout)
    assert (listed["start_seconds"], listed["kind"]) == (3.0, "licensed")
    out = tmp_path / "out"
    cli("compare", world["suspect"], "--out", out, "--library", world["library"], "--quiet")
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["filtration"]["ranges"] == [listed]
    assert report["filtration"]["filtered"]["suspect_coverage"] != report["suspect_coverage"]
    assert cli("filter", "clear", "film", "--library", world["library"]).stdout == "film: nothing is left out\n"
    assert json.loads(cli("filter", "list", "--library", world["library"], "--json").stdout) == []
    assert "'nobody'" in cli("filter", "clear", "nobody", "--library", world["library"], exit_code=Exit.FAILED).stderr
    table.write_text(f"{header}\nfilm,3,2,,licensed,bought,counsel,2026-01-02\n", encoding="utf-8")
    assert "row 2" in cli("filter", "set", table, "--library", world["library"], exit_code=Exit.FAILED).stderr
