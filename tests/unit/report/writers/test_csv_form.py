"""Tables that scripts and spreadsheets read."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_findings import made_finding

from similarity.measure.strength import strength
from similarity.report.writers.csv_form import MatchRow, PairRow, match_rows, matches_csv, pairs_csv

seconds = st.floats(min_value=0, max_value=1e6)


def make_row(**changes):
    row = MatchRow(
        query_id="q",
        ref_id="r",
        query_start_seconds=1.5,
        query_end_seconds=2.25,
        ref_start_seconds=30.0,
        ref_end_seconds=30.75,
        score=-0.125,
        found_by=("copy", "adaptation"),
        shared_with=("a film", "=b"),
    )
    return replace(row, **changes)


def test_matches_have_the_vsc2022_header_and_times_in_seconds():
    assert matches_csv([make_row()]) == (
        "query_id,ref_id,query_start,query_end,ref_start,ref_end,score,found_by,speeds,shared_with,copy_score\n"
        "q,r,1.500000,2.250000,30.000000,30.750000,-0.125000,copy adaptation,,a film; =b,\n"
    )


def test_a_still_is_written_as_lasting_a_second_so_that_its_range_can_meet_another():
    row = make_row(ref_start_seconds=0.0, ref_end_seconds=0.0)
    (found,) = csv.DictReader(io.StringIO(matches_csv([row])))
    assert (float(found["ref_start"]), float(found["ref_end"])) == (0.0, 1.0)
    assert float(found["query_end"]) == row.query_end_seconds


def test_no_rows_give_the_header_alone():
    assert matches_csv([]).count("\n") == 1
    assert pairs_csv([]).count("\n") == 1
    assert pairs_csv([]).startswith("query_id,ref_id,score,found_by,num_comparisons,log10_lr,")


def test_a_report_lists_matches_found_and_weaker_ones(sample_report):
    report = sample_report(num_matches=3, num_weaker=2)
    rows = match_rows(report)
    assert len(rows) == 5
    assert {row.query_id for row in rows} == {report.suspect.video_id}
    matches = report.matches + report.weaker_matches
    assert [row.copy_score for row in rows] == [match.score for match in matches]
    assert [row.score for row in rows] == [strength(one.score, one.finding.adaptation_score) for one in matches]


def test_what_was_not_measured_is_an_empty_cell(sample_report):
    match = sample_report(num_matches=1).matches[0]
    found = made_finding(match, start=0.0, end=60.0, is_covered=True)
    whole = PairRow(query_id="q", ref_id="r", score=3.0, found_by=(), num_comparisons=8_000, finding=found)
    withheld = replace(whole, finding=made_finding(match, start=0.0, end=60.0, is_covered=False))
    absent = replace(whole, finding=None)
    first, second, third = csv.DictReader(io.StringIO(pairs_csv([whole, withheld, absent])))
    assert float(first["log10_lr"]) == pytest.approx(found.copy_ratio.log10_lr, abs=1e-6)
    assert float(first["log10_lr_adaptation"]) == pytest.approx(found.adaptation_ratio.log10_lr, abs=1e-6)
    assert first["reading"] == found.reading.name
    assert (first["copied"], first["concept"], first["region"]) == ("7.500000", "", "")
    assert (first["kind"], first["num_samples"], first["seconds"]) == ("moving picture", "10.000000", "")
    assert (second["log10_lr"], second["log10_lr_adaptation"], second["num_samples"]) == ("", "", "1.000000")
    assert second["adaptation_score"] == first["adaptation_score"]
    assert set(third.values()) == {"q", "r", "3.000000", "8000", ""}


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_identifiers_are_never_formulas(start):
    for text in (matches_csv([make_row(query_id=start, ref_id=start)]),):
        first = list(csv.reader(io.StringIO(text, newline="")))[1]
        assert first[:2] == [f"'{start}"] * 2


@given(query_id=st.text(), ref_id=st.text(), start=seconds, score=st.floats(-100, 100))
def test_a_reader_gets_back_what_was_written(query_id, ref_id, start, score):
    text = matches_csv([make_row(query_id=query_id, ref_id=ref_id, query_start_seconds=start, score=score)])
    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row[0] in {query_id, f"'{query_id}"}
    assert row[1] in {ref_id, f"'{ref_id}"}
    assert float(row[2]) == pytest.approx(start, abs=1e-6)
    assert float(row[6]) == pytest.approx(score, abs=1e-6)


def test_identifiers_that_utf8_cannot_hold_are_escaped():
    assert "caf\\udce9" in matches_csv([make_row(query_id="caf\udce9")])
