"""What people decided about matches, as labels."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from similarity.absence import not_measured
from similarity.evaluate.calibrating import _side
from similarity.evaluate.judged import judged_csv, judged_pairs
from similarity.evaluate.labels import read_labels
from similarity.report.writers.csv_form import MatchRow, PairRow
from similarity.scan.opinions import Opinion
from similarity.scan.results import SuspectResult

WORKS = [
    SimpleNamespace(entry_id=f"catalogue {name}", sha256=name, source_path=f"/films/{name}.mp4", catalogue=catalogue)
    for name, catalogue in (("harbour", {"group": "the sea"}), ("mill", {}))
]
NOTHING = not_measured("nothing")


def match(work, start, *found_by):
    return MatchRow(
        query_id="a/clip",
        ref_id=f"catalogue {work}",
        query_start_seconds=0.0,
        query_end_seconds=2.0,
        ref_start_seconds=start,
        ref_end_seconds=start + 2.0,
        score=6.0,
        found_by=found_by,
        shared_with=(),
    )


def result(name, *matches, reading="adaptation"):
    finding = SimpleNamespace(reading=SimpleNamespace(name=reading))
    return SuspectResult(
        query_id=f"a/{name}",
        path=f"in/a/{name}.mp4",
        status="compared",
        detail="",
        sha256=f"content of {name}",
        duration_seconds=4.0,
        num_frames=100,
        library=NOTHING,
        matches=matches,
        pairs=tuple(
            PairRow(query_id=name, ref_id=row.ref_id, score=6.0, found_by=(), num_comparisons=1, finding=finding)
            for row in matches
        ),
        scenes=(),
        is_indexed_as=(),
        limits=NOTHING,
    )


def said(verdict, name="clip", work="harbour", start=10.0):
    return Opinion(
        suspect_sha256=f"content of {name}",
        work_sha256=work,
        work_start_seconds=start,
        work_end_seconds=start + 2.0,
        score=6.0,
        verdict=verdict,
        by="Ada",
        note="",
        given_utc="2026-01-02T03:04:05Z",
    )


RUN = (result("clip", match("harbour", 10.0, "copy"), match("mill", 0.0, "adaptation")),)


def labelled(*opinions, results=RUN):
    found = judged_pairs(opinions, results, WORKS)
    return [(one.suspect_id, one.work_id, one.tier, one.group) for one in found.pairs], found.left_out


def test_a_pair_is_labelled_by_how_it_was_found_under_the_names_of_its_files():
    pairs, left_out = labelled(said("confirmed"), said("confirmed", work="mill", start=0.0), said("later", start=50.0))
    assert pairs == [("clip", "harbour", "copy", "the sea"), ("clip", "mill", "high", "mill")]
    assert left_out == ()
    assert labelled(said("rejected"))[0] == [("clip", "harbour", "none", "the sea")]


def test_a_weaker_match_that_was_confirmed_is_labelled_by_its_reading_or_not_at_all():
    weaker = match("harbour", 10.0)
    assert labelled(said("confirmed"), results=[result("clip", weaker)])[0][0][2] == "high"
    pairs, (reason,) = labelled(said("confirmed"), results=[result("clip", weaker, reading="not_enough_to_say")])
    assert pairs == []
    assert "add the row by hand" in reason


def test_decisions_that_differ_are_named_and_left_out():
    pairs, (reason,) = labelled(said("confirmed"), replace(said("rejected", start=40.0), by="Grace"))
    assert pairs == []
    assert "a/clip / catalogue harbour: decisions differ (confirmed by Ada at 10.0 s, rejected by Grace" in reason


def test_what_stands_in_no_run_or_library_and_namesakes_are_named():
    pairs, reasons = labelled(said("rejected", name="gone"), said("rejected", work="sold"), said("rejected", "later"))
    assert pairs == []
    assert ["scan it into the run" in one or "holds no such work" in one for one in reasons] == [True] * 3
    twins = [result("clip"), replace(result("clip"), sha256="content of twin", query_id="b/clip")]
    pairs, (reason,) = labelled(said("rejected"), said("rejected", name="twin"), results=twins)
    assert (len(pairs), "rename one" in reason) == (1, True)


def test_pairs_that_nobody_decided_about_are_no_labels(tmp_path):
    found = judged_pairs([said("confirmed"), said("rejected", work="mill", start=0.0)], [result("clip")], WORKS)
    assert [one.work_id for one in found.pairs] == ["mill"]
    table = tmp_path / "judged.csv"
    table.write_text(judged_csv(found.pairs), encoding="utf-8")
    labels = read_labels(table)
    known = {(pair.suspect_id, pair.work_id): pair for pair in labels.pairs}
    sides = {ids: _side(ids, known.get(ids), labels, "copy") for ids in (("clip", "mill"), ("clip", "harbour"))}
    assert sides == {("clip", "mill"): False, ("clip", "harbour"): None}
    assert labels.independent_ids == ()
