"""Timelines for editors, read back by OpenTimelineIO and its adapter for CMX 3600."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import opentimelineio as otio
import pytest

from similarity.report.writers.edl_form import to_edls
from similarity.report.writers.otio_form import to_otio
from similarity.report.writers.timeline import Side, Taken, Timeline, timeline_of

WORK = Side(name="harbour at night", path="films/harbour é.mp4", num_frames=3000, duration_seconds=120.0)
SUSPECT = Side(name="clip", path="in/clip.mp4", num_frames=250, duration_seconds=10.0)
TAKEN = Taken(
    work=WORK, suspect_span=(1.0, 3.0), work_span=(20.0, 22.0), score=12.0, found_by=("copy",), shared_with=()
)
FASTER = replace(TAKEN, suspect_span=(5.0, 7.0), work_span=(60.0, 64.0), found_by=("adaptation",))
OVER_IT = replace(TAKEN, work=replace(WORK, name="mill"), suspect_span=(2.0, 6.0), work_span=(0.0, 4.0), score=9.0)
TIMELINE = Timeline(suspect=SUSPECT, taken=(TAKEN, FASTER, OVER_IT))


def tracks(timeline):
    return otio.adapters.read_from_string(to_otio(timeline).decode(), "otio_json").tracks


def seconds(span):
    return span.start_time.to_seconds(), span.end_time_exclusive().to_seconds()


@pytest.mark.parametrize(
    ("num_frames", "duration", "rate"),
    [
        (720, 30.03, Fraction(24000, 1001)),
        (720, 30.0, Fraction(24)),
        (1799, 60.0266, Fraction(30000, 1001)),
        (150, 10.0, Fraction(15)),
        (1, 0.0, Fraction(25)),
    ],
)
def test_the_rate_is_that_of_the_frames_counted(num_frames, duration, rate):
    assert replace(SUSPECT, num_frames=num_frames, duration_seconds=duration).rate == rate


def test_each_work_stands_over_the_stretch_in_which_it_was_found():
    suspect, first, second = tracks(TIMELINE)
    (clip,) = suspect
    assert seconds(clip.source_range) == (0.0, 10.0)
    assert [seconds(marker.marked_range) for marker in clip.markers] == [(1.0, 3.0), (5.0, 7.0), (2.0, 6.0)]
    assert clip.markers[0].name == "harbour at night: found by copy, score 12.0"
    gap, plain, _, faster = first
    assert isinstance(gap, otio.schema.Gap)
    assert [seconds(one.range_in_parent()) for one in (plain, faster)] == [(1.0, 3.0), (5.0, 7.0)]
    assert [seconds(one.source_range)[0] for one in (plain, faster)] == [20.0, 60.0]
    assert (list(plain.effects), faster.effects[0].time_scalar) == ([], 2.0)
    assert plain.media_reference.target_url.endswith("/films/harbour%20%C3%A9.mp4")
    assert [one.name for one in second] == ["", "mill"]


def test_a_list_is_read_as_it_was_meant_and_what_overlaps_is_in_another():
    first, second = to_edls(TIMELINE)
    read = otio.adapters.read_from_string(first.decode(), "cmx_3600", rate=25)
    plain, _, faster = read.tracks[0]
    assert [seconds(one.range_in_parent()) for one in (plain, faster)] == [(0.0, 2.0), (4.0, 6.0)]
    assert [seconds(one.source_range)[0] for one in (plain, faster)] == [20.0, 60.0]
    assert faster.effects[0].time_scalar == 2.0
    assert b"00:00:00:00 00:00:04:00 00:00:02:00 00:00:06:00" in second
    assert b"M2   HARBOURA 050.0                00:01:00:00" in first


def test_at_thirty_thousand_in_a_thousand_and_one_seconds_frames_are_dropped():
    suspect = replace(SUSPECT, num_frames=3597, duration_seconds=120.0199)
    long = replace(TAKEN, suspect_span=(60.06, 90.09), work_span=(60.06, 90.09))
    (made,) = to_edls(Timeline(suspect=suspect, taken=(long,)))
    assert b"FCM: DROP FRAME" in made
    assert b"00:01:00;02 00:01:30;02 00:01:00;02 00:01:30;02" in made
    (clip,) = otio.adapters.read_from_string(made.decode(), "cmx_3600", rate=30000 / 1001).tracks[0]
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (1800, 900)


def test_a_rate_without_timecode_is_told_of_and_a_still_lasts_a_frame():
    slow = replace(SUSPECT, num_frames=150)
    (made,) = to_edls(Timeline(suspect=slow, taken=(TAKEN,)))
    assert b"times at 23.976 frames per second; the suspect has 15.000" in made
    still = Side(name="still", path="still.png", num_frames=1, duration_seconds=0.0)
    taken = replace(TAKEN, work=still, suspect_span=(0.0, 0.0), work_span=(0.0, 0.0))
    (made,) = to_edls(Timeline(suspect=still, taken=(taken,)))
    assert b"00:00:00:00 00:00:00:01 00:00:00:00 00:00:00:01" in made
    assert len(tracks(Timeline(suspect=still, taken=(taken,)))) == 2


def test_hostile_names_stay_on_their_line_and_reels_differ():
    names = "a\nM2 x", "harbour at dawn", "港口"
    taken = [
        replace(TAKEN, work=replace(WORK, name=name), suspect_span=(at, at + 1.0)) for at, name in enumerate(names)
    ]
    (made,) = to_edls(
        Timeline(suspect=replace(SUSPECT, name="x\ny"), taken=(*taken, replace(TAKEN, suspect_span=(8, 9))))
    )
    lines = made.decode().splitlines()
    assert [line.split()[1] for line in lines if line[:3].isdigit()] == ["AM2X", "HARBOURA", "WORK", "HARBOUR2"]
    assert not any(line.startswith("M2 x") for line in lines)


def test_a_report_and_nothing_found(sample_report):
    report = sample_report(num_matches=3, num_weaker=2)
    timeline = timeline_of(report)
    assert [one.score for one in timeline.taken] == [match.score for match in report.matches]
    nothing = Timeline(suspect=SUSPECT, taken=())
    assert to_edls(nothing) == ()
    assert len(tracks(nothing)) == 1
