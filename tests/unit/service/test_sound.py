"""Sound in screening: measured beside the pictures, asked for by policies on its own, shown apart."""

from __future__ import annotations

import numpy as np
import pytest
from support.service_pages import SONG, found
from support.sounds import RATE, tune, write_sound

from index.local.library import Library
from similarity.compare.session import open_session
from similarity.config import load_profile
from similarity.ingest.add import add_files
from similarity.service.screening.measured import Measured
from similarity.service.screening.measuring import found_among, measure
from similarity.service.screening.policy import Said, evaluate, lint, read_policy

CONFIG = load_profile("standard", {"align": {"search_device": "cpu"}})
NOBODY = Said(
    uploader="someone",
    territories=("DE",),
    declared={},
    licensees={},
    no_use=frozenset(),
    quarantined=frozenset(),
)


def policy(*conditions: str):
    rules = "".join(
        f"  - {{name: rule {number}, when: {{{one}}}, do: hold, queue: music}}\n"
        for number, one in enumerate(conditions)
    )
    return read_policy(f"policy: music\nregime: none\nrules:\n{rules}otherwise: publish\n")


@pytest.fixture(scope="module")
def screened(tmp_path_factory):
    """A film with ten seconds of a song that stands in the library, measured; as it was described; the library."""
    folder = tmp_path_factory.mktemp("screened")
    song = tune(1, 25)
    write_sound(folder / "song.wav", song)
    write_sound(folder / "other.wav", tune(2, 25))
    taken = song[8 * RATE : 18 * RATE]
    upload = write_sound(folder / "upload.mkv", np.concatenate([tune(3, 4), taken]), pictures=True)
    with Library.create(folder / "library") as library:
        add_files([folder / "song.wav", folder / "other.wav"], library, config=CONFIG)
        session = open_session(library, CONFIG)
        yield *measure(upload, session, prompt=None), session


@pytest.fixture(scope="module")
def measured(screened) -> Measured:
    return screened[0]


def test_a_song_that_comes_later_is_found_by_its_sound(screened):
    _, video, session = screened
    assert found_among(video, session, ["other", "song"]) == ("song",)
    assert found_among(video, session, ["other"]) == ()


def test_an_upload_with_a_song_is_found_by_its_sound_and_not_by_its_pictures(measured):
    assert measured.works == ()
    (song,) = measured.sound
    assert song.work_id == song.title == "song"
    assert song.matched_seconds == pytest.approx(10, abs=0.5)
    assert song.stretches[0].start_seconds == pytest.approx(4, abs=0.3)
    assert song.stretches[0].work_start_seconds == pytest.approx(8, abs=0.3)
    assert measured.sound_not_measured is None


def test_what_was_measured_of_sound_goes_through_json(measured):
    assert Measured.model_validate(measured.model_dump(mode="json")) == measured


def test_a_rule_on_sound_holds_of_the_work_whose_sound_was_found():
    only_sound = Measured(is_readable=True, duration_seconds=20.0, sound=(SONG,))
    met = evaluate(policy("found_by: copy", "found_by: sound, sound_seconds: {at_least: 8}"), only_sound, NOBODY)
    assert (met.action, met.rule, met.work_id) == ("hold", "rule 1", "song")
    assert evaluate(policy("found_by: sound, sound_seconds: {at_least: 10}"), only_sound, NOBODY).rule == "otherwise"
    assert evaluate(policy("matched_seconds: {at_least: 1}"), only_sound, NOBODY).rule == "otherwise"


def test_facts_of_pictures_and_of_sound_stand_beside_each_other():
    both = found(sound=(SONG.model_copy(update={"work_id": "film"}),))
    for condition in ("found_by: sound", "found_by: copy", "found_by: copy, sound_work_share: {at_least: 0.1}"):
        assert evaluate(policy(condition), both, NOBODY).work_id == "film", condition
    assert evaluate(policy("sound_seconds: {at_least: 1}"), found(), NOBODY).rule == "otherwise"


def test_a_rule_on_sound_measures_expression_and_may_go_live():
    assert lint(policy("found_by: sound, sound_upload_share: {at_least: 0.3}")) == ()
