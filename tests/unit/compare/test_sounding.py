"""Soundtracks beside the pictures: indexed with their file, found on their own, never added to what pictures show."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from support.sounds import RATE, tune, write_sound

from index.local.library import Library
from similarity.absence import NotMeasured
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.ingest.entries import sound_of
from similarity.report.build.report import compare_to_folder
from similarity.report.schema.sound import SoundFindings
from similarity.scan.scan import scan_files

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
TAKEN_AT_SECONDS, FROM_SECONDS, LENGTH_SECONDS = 6.0, 15.0, 10.0


def cut(sound, start, end):
    return sound[round(start * RATE) : round(end * RATE)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two works, one of them sound alone; a suspect with ten seconds of its sound, without a picture; and innocents."""
    folder = tmp_path_factory.mktemp("sounds")
    (folder / "works").mkdir()
    song = tune(1, 40)
    write_sound(folder / "works" / "song.wav", song)
    write_sound(folder / "works" / "film.mkv", tune(2, 20), pictures=True)
    taken = cut(song, FROM_SECONDS, FROM_SECONDS + LENGTH_SECONDS)
    mixed = [cut(tune(3, 20), 0, TAKEN_AT_SECONDS), taken, cut(tune(3, 20), TAKEN_AT_SECONDS, 15)]
    write_sound(folder / "taker.wav", np.concatenate(mixed))
    write_sound(folder / "innocent.wav", tune(4, 20))
    return folder


@pytest.fixture(scope="module")
def session(files):
    with Library.create(files / "library") as library:
        results = add_files([files / "works"], library, config=CONFIG)
        assert [(one.entry_id, one.status) for one in results] == [("film", "added"), ("song", "added")]
        yield open_session(library, CONFIG)


def test_a_file_of_sound_alone_is_a_work_without_samples(session):
    entry = session.rows.entry("song")
    assert entry.num_samples == 0
    assert entry.duration_seconds == pytest.approx(40, abs=0.05)
    heard = sound_of(session.rows.library, "song")
    assert heard.facts.stream.sample_rate_hz == RATE
    assert len(heard.patches) > 100


def test_what_was_taken_is_found_where_it_was_taken(files, session):
    found = session.compared_sound(files / "taker.wav", session.rows.works)
    (match,) = found.found
    assert match.work_id == "song"
    assert match.suspect_start_seconds == pytest.approx(TAKEN_AT_SECONDS, abs=0.2)
    assert match.suspect_end_seconds == pytest.approx(TAKEN_AT_SECONDS + LENGTH_SECONDS, abs=0.2)
    assert match.offset_seconds == pytest.approx(FROM_SECONDS - TAKEN_AT_SECONDS, abs=0.03)
    assert found.covered_seconds("song") == pytest.approx(LENGTH_SECONDS, abs=0.4)
    assert (found.num_works, dict(found.without_sound)) == (2, {})


def test_other_sound_is_not_found_and_silence_says_why(files, session, tmp_path):
    assert session.compared_sound(files / "innocent.wav", session.rows.works).found == ()
    write_sound(tmp_path / "silent.wav", np.zeros(5 * RATE, np.float32))
    silent = session.compared_sound(tmp_path / "silent.wav", session.rows.works)
    assert isinstance(silent, NotMeasured)
    assert "silent" in str(silent.reason)


def test_a_scan_lists_matches_of_sound_as_found_by_sound(files, session, tmp_path):
    summary = scan_files([files / "taker.wav", files / "innocent.wav"], session, tmp_path)
    assert (summary.num_compared, summary.num_failed, summary.num_with_match) == (2, 0, 1)
    assert dict(summary.num_found_by) == {"sound": 1}
    with (tmp_path / "matches.csv").open(newline="") as handle:
        (row,) = [row for row in csv.DictReader(handle) if row["found_by"]]
    assert (row["query_id"], row["ref_id"], row["found_by"]) == ("taker", "song", "sound")
    assert float(row["speeds"]) == pytest.approx(1, abs=0.002)


def test_a_report_tells_of_sound_apart_from_the_pictures(files, session, tmp_path):
    report, _ = compare_to_folder(files / "taker.wav", session, tmp_path)
    assert isinstance(report.sound, SoundFindings)
    assert [one.work_id for one in report.sound.found] == ["song"]
    assert report.matches == ()
    assert report.suspect_coverage.covered_seconds == 0
    assert report.is_anything_found
    with (tmp_path / "matches.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    found = [row for row in rows if row["found_by"] == "sound"]
    assert [(row["ref_id"], row["copy_score"]) for row in found] == [("song", "")]
    assert float(found[0]["score"]) == pytest.approx(report.sound.found[0].score, abs=1e-5)
    assert len(rows) == len(report.sound.stretches)
    page = (tmp_path / "report.html").read_text()
    assert "Sound, apart from the pictures" in page
    assert "no likelihood ratio" in page


def test_a_work_that_is_added_later_is_heard_in_a_run_that_was_finished(files, session, tmp_path):
    with Library.create(tmp_path / "library") as library:
        add_files([files / "works" / "film.mkv"], library, config=CONFIG)
        assert scan_files([files / "taker.wav"], open_session(library, CONFIG), tmp_path / "run").num_with_match == 0
        add_files([files / "works" / "song.wav"], library, config=CONFIG)
        grown = scan_files([files / "taker.wav"], open_session(library, CONFIG), tmp_path / "run")
        assert (grown.num_updated, dict(grown.num_found_by)) == (1, {"sound": 1})
        library.remove("song")
        shrunk = scan_files([files / "taker.wav"], open_session(library, CONFIG), tmp_path / "run")
        assert (shrunk.num_updated, shrunk.num_with_match) == (1, 0)
