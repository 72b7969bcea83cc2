"""What people say of matches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from similarity.errors import ConfigurationError, TableError
from similarity.report.writers.csv_form import MatchRow
from similarity.scan.opinions import Opinion, keep_opinions, opinion_on, opinions_csv, read_opinions

SAID = Opinion(
    suspect_sha256="aa",
    work_sha256="bb",
    work_start_seconds=10.0,
    work_end_seconds=20.0,
    score=7.0,
    verdict="rejected",
    by="Ada",
    note="=HYPERLINK, licensed",
    given_utc="2026-01-02T00:00:00Z",
)
ROW = MatchRow(
    query_id="clip",
    ref_id="work",
    query_start_seconds=0.0,
    query_end_seconds=9.0,
    ref_start_seconds=11.0,
    ref_end_seconds=20.0,
    score=7.5,
    found_by=("copy",),
    shared_with=(),
)


def said_of(row, *opinions):
    return opinion_on(row, suspect_sha256="aa", work_sha256="bb", opinions=opinions)


def test_the_latest_opinion_on_a_match_stays_whatever_the_order(tmp_path):
    later = replace(SAID, verdict="confirmed", work_start_seconds=11.0, given_utc="2026-01-03T00:00:00Z")
    elsewhere = replace(SAID, work_start_seconds=100.0, work_end_seconds=110.0)
    for opinions in ([SAID, later, elsewhere], [elsewhere, later, SAID]):
        assert set(keep_opinions(tmp_path, opinions)) == {later, elsewhere}
    assert set(read_opinions(tmp_path / "opinions.csv")) == {later, elsewhere}
    assert "'=HYPERLINK" in opinions_csv([SAID])


def test_an_opinion_holds_for_the_stretch_it_was_given_on_until_it_is_measured_as_stronger():
    assert said_of(ROW, SAID) == (SAID, False)
    assert said_of(replace(ROW, score=8.5), SAID) == (SAID, True)
    assert said_of(replace(ROW, ref_start_seconds=30.0, ref_end_seconds=40.0), SAID) is None
    assert said_of(ROW, replace(SAID, work_sha256="cc")) is None
    still = replace(SAID, work_start_seconds=0.0, work_end_seconds=0.0)
    assert said_of(replace(ROW, ref_start_seconds=0.0, ref_end_seconds=0.0), still) == (still, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("rejected", "guilty", "verdict 'guilty'"), ("20.000000", "nan", "finite"), ("Ada", "", "by is empty")],
)
def test_a_row_that_is_no_opinion_is_named_and_nothing_is_kept(old, new, said, tmp_path):
    (tmp_path / "table.csv").write_text(opinions_csv([SAID]).replace(old, new), encoding="utf-8")
    with pytest.raises(TableError, match=f"row 2: .*{said}"):
        read_opinions(tmp_path / "table.csv")


def test_a_table_of_something_else_is_refused(tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="expected suspect_sha256"):
        read_opinions(tmp_path / "table.csv")
