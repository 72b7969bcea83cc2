"""Cases that were changed throughout, log and seal included, by somebody who knows how they are made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.small_case import make_key

from similarity.case.acts import COMPARED, seal
from similarity.case.audit.claims import verify_case
from similarity.case.audit.outcome import outcome_of
from similarity.case.audit.rederive import rederived
from similarity.case.audit.trust import signer_named
from similarity.case.compare import _details
from similarity.case.custody.chain import FIRST_PREVIOUS, chained_line
from similarity.measure.calibration import from_json, to_json
from similarity.report.folder import write_report
from similarity.report.schema.json_form import from_json as report_from_json


@pytest.fixture
def copy(sealed, tmp_path):
    shutil.copytree(sealed[0], tmp_path / "case")
    return tmp_path / "case"


def edited(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def written_anew(case: Path, *, utc: Callable[[int, str], str] = lambda _, said: said) -> None:
    """Report, pictures and log that follow from the evidence as it is now, as the product itself makes them."""
    old = report_from_json((case / "report" / "report.json").read_text(encoding="utf-8"))
    report, pictures = rederived(case)
    report = replace(report, case=old.case, exhibits=old.exhibits, access=old.access)
    shutil.rmtree(case / "report")
    files = write_report(report, case / "report", pictures)
    lines = [json.loads(line) for line in (case / "custody.jsonl").read_text(encoding="utf-8").splitlines()]
    previous, out = FIRST_PREVIOUS, []
    for number, line in enumerate(lines, start=1):
        details = line["details"] | (_details(report, files, case) if line["action"] == COMPARED else {})
        entry, written = chained_line(
            sequence=number,
            previous_sha256=previous,
            action=line["action"],
            actor="Clerk of the Court",
            details=details,
            utc=utc(number, line["utc"]),
        )
        previous = entry.sha256
        out.append(written)
    (case / "custody.jsonl").write_bytes(b"".join(out))


def sealed_by_a_stranger(case: Path, folder: Path) -> None:
    shutil.rmtree(case / "seal")
    lines = (case / "custody.jsonl").read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b'"action":"sealed"' not in line]
    (case / "custody.jsonl").write_bytes(b"".join(kept))
    seal(case, make_key(folder), actor="Somebody")


def outcome(case: Path, **more):
    return outcome_of(verify_case(case, **more))


def test_what_a_named_person_sealed_is_intact_and_what_anybody_could_have_made_is_not(sealed, copy, tmp_path):
    intact = outcome(copy, signers=[signer_named(sealed[1])])
    assert (intact.word, intact.stamped_utc) == ("INTACT", None)
    assert sealed[1] in (intact.signed_by or "")
    assert outcome(copy).word == "CONSISTENT ONLY"
    sealed_by_a_stranger(copy, tmp_path)
    assert outcome(copy).word == "CONSISTENT ONLY"
    assert outcome(copy, signers=[signer_named(sealed[1])]).word == "BROKEN"


def test_another_release_without_caps_and_envelope_is_broken(copy, tmp_path):
    def without_bounds(calibration):
        calibration["bounds"].update(upper=6.5, num_independent=4_000_000)
        for one in calibration["envelope"]["ranges"]:
            one.update(low=0.0, high=1e6)

    for name in ("copy", "adaptation"):
        path = copy / "evidence" / "calibrations" / f"{name}.json"
        edited(path, without_bounds)
        path.write_text(to_json(from_json(path.read_text(encoding="utf-8"))), encoding="utf-8")
    run = (copy / "evidence" / "run.json").read_bytes()
    (copy / "evidence" / "run.json").write_bytes(run.replace(b'"version": "0.1.0"', b'"version": "0.1.1"', 1))
    written_anew(copy, utc=lambda number, _: f"20{26 - number:02}-01-05T09:00:00.000000Z")
    pdf = copy / "report" / "report.pdf"
    pdf.write_bytes(b"%PDF-1.4\n% the suspect IS a copy\n" + pdf.read_bytes()[9:])
    sealed_by_a_stranger(copy, tmp_path)
    found = outcome(copy)
    assert found.word == "BROKEN"
    at_fault = {check.name for check in found.failed}
    assert {"report.version", "custody.clock", "report.circumstances"} <= at_fault


def test_counter_evidence_that_was_dropped_is_missed(copy, tmp_path):
    def dropped(run):
        gone = [one for one in run["entries"] if one["role"] == "background"]
        assert gone
        for one in gone:
            (copy / "evidence" / f"{one['name']}.npz").unlink()
        run["entries"] = [one for one in run["entries"] if one not in gone]

    edited(copy / "evidence" / "run.json", dropped)
    written_anew(copy)
    sealed_by_a_stranger(copy, tmp_path)
    found = outcome(copy)
    assert found.word == "BROKEN"
    assert any(check.name == "search.kept" and "street" in check.what for check in found.failed)
