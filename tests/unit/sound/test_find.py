"""What of a work's sound stands in a suspect, where, how fast and how high."""

from __future__ import annotations

import numpy as np
import pytest
from support.sounds import RATE, at_tempo, faster, tune, write_sound

from similarity.sound.describe import describe_sound
from similarity.sound.find import find_sound, work_sound

FIRST, LAST = 11.3, 19.3
"""The stretch of the work that is taken, seconds."""
LEAD = 5.0


@pytest.fixture(scope="module")
def song():
    return tune(1, 32)


@pytest.fixture(scope="module")
def works(song, tmp_path_factory):
    folder = tmp_path_factory.mktemp("works")
    tunes = {"song": song, "other": tune(2, 20)}
    return [
        work_sound(name, describe_sound(write_sound(folder / f"{name}.wav", one)).rows) for name, one in tunes.items()
    ]


def found(path, works):
    return find_sound(describe_sound(path), works)


def suspect_with(folder, taken, **more):
    """Five seconds of another tune, what was taken, and four of another."""
    return write_sound(folder / "suspect.wav", np.concatenate([tune(3, LEAD), taken, tune(4, 4)], axis=-1), **more)


def taken_of(song):
    return song[round(FIRST * RATE) : round(LAST * RATE)]


@pytest.mark.parametrize(
    ("change", "speed", "pitch"),
    [
        (lambda sound: sound, 1.0, 0.0),
        (lambda sound: faster(sound, 1.06), 1.06, 1.009),
        (lambda sound: faster(sound, 0.84), 0.84, -3.018),
        (lambda sound: at_tempo(sound, 1.3), 1.3, 0.0),
        (lambda sound: at_tempo(faster(sound, 2 ** (1 / 12)), 2 ** (-1 / 12)), 1.0, 1.0),
        (lambda sound: sound[::-1], -1.0, 0.0),
    ],
    ids=["as it is", "faster and higher", "slower and lower", "faster alone", "higher alone", "backwards"],
)
def test_a_stretch_is_found_with_its_speed_and_pitch(song, works, tmp_path, change, speed, pitch):
    heard = change(taken_of(song))
    best = found(suspect_with(tmp_path, heard), works)[0]
    assert best.work_id == "song"
    assert best.speed == pytest.approx(speed, rel=0.005)
    assert best.pitch_semitones == pytest.approx(pitch, abs=0.1)
    middle = LEAD + len(heard) / RATE / 2
    assert best.speed * middle + best.offset_seconds == pytest.approx((FIRST + LAST) / 2, abs=0.025)
    assert best.suspect_start_seconds == pytest.approx(LEAD, abs=0.25)
    assert best.suspect_end_seconds == pytest.approx(LEAD + len(heard) / RATE, abs=0.25)
    assert best.num_coincident > 3 * best.expected_coincident


def test_noise_as_loud_as_the_sound_leaves_it_found(song, works, tmp_path):
    heard = taken_of(song)
    noise = np.random.default_rng(9).standard_normal(len(heard)).astype(np.float32) * float(np.std(heard))
    best = found(suspect_with(tmp_path, heard + noise), works)[0]
    assert best.work_id == "song"
    assert best.offset_seconds == pytest.approx(FIRST - LEAD, abs=0.025)


def test_a_channel_turned_upside_down_is_heard(song, works, tmp_path):
    both = np.concatenate([tune(3, LEAD), taken_of(song), tune(4, 4)])
    best = found(write_sound(tmp_path / "suspect.wav", np.stack([both, -both])), works)[0]
    assert (best.work_id, best.offset_seconds) == ("song", pytest.approx(FIRST - LEAD, abs=0.025))


def test_stretches_in_another_order_are_two_matches(song, works, tmp_path):
    early, late = song[2 * RATE : 8 * RATE], song[20 * RATE : 26 * RATE]
    path = write_sound(tmp_path / "suspect.wav", np.concatenate([late, tune(3, 3), early]))
    offsets = sorted(match.offset_seconds for match in found(path, works)[:2])
    assert offsets == [pytest.approx(2 - 9, abs=0.025), pytest.approx(20, abs=0.025)]


def test_other_music_is_hardly_found(works, tmp_path):
    path = write_sound(tmp_path / "suspect.wav", tune(5, 20))
    assert max((match.score for match in found(path, works)), default=0.0) < 12


def test_works_without_a_patch_are_passed_over(song, tmp_path):
    assert found(suspect_with(tmp_path, taken_of(song)), []) == []
