"""What is said of a soundtrack, and what is not measured."""

from __future__ import annotations

import hashlib

import av
import numpy as np
import pytest
from support.sounds import RATE, add_pictures, tune, write_sound

from similarity.absence import NotMeasured
from similarity.errors import StoredJsonError, UnreadableMediaError
from similarity.sound.describe import describe_sound
from similarity.sound.stored import pack_sound, unpack_sound


def click_at(seconds: float, length: float = 4.0) -> np.ndarray:
    """Low noise, and a short tone of 1 kHz that begins at one moment."""
    sound = 0.0003 * np.random.default_rng(0).standard_normal(round(length * RATE))
    time = np.arange(round(0.06 * RATE)) / RATE
    first = round(seconds * RATE)
    sound[first : first + len(time)] += 0.5 * np.sin(2 * np.pi * 1000 * time) * np.hanning(len(time))
    return sound.astype(np.float32)


def heard_at(sound) -> float:
    """Time of the loudest spectrum."""
    loud = sound.spectrogram.levels.max(axis=1).astype(float)
    first = np.argmax(loud)
    around = slice(max(0, first - 3), first + 4)
    weights = 10 ** (loud[around] / 20)
    frames = np.arange(len(loud))[around]
    return (
        sound.spectrogram.start_seconds
        + float((weights * frames).sum() / weights.sum()) * sound.spectrogram.frame_seconds
    )


@pytest.mark.parametrize(
    ("name", "codec", "start"),
    [
        ("a.wav", "pcm_s16le", 0.0),
        ("a.m4a", "aac", 0.0),
        ("a.mp4", "aac", 0.5),
        ("a.mkv", "libopus", 0.0),
        ("a.mkv", "libopus", 0.5),
        ("a.webm", "libopus", 0.5),
        ("a.mp3", "libmp3lame", 0.05),  # the delay of the encoder is the time at which the file starts
    ],
)
def test_time_stamps_of_the_file_are_obeyed(tmp_path, name, codec, start):
    with_pictures = name in {"a.mp4", "a.mkv"}
    late = 0.0 if codec == "libmp3lame" else start
    path = write_sound(tmp_path / name, click_at(2.0), codec=codec, start_seconds=late, pictures=with_pictures)
    sound = describe_sound(path)
    assert heard_at(sound) == pytest.approx(start + 2.03, abs=0.006)
    if with_pictures:
        assert sound.rows.facts.stream.start_after_pictures_seconds == pytest.approx(start, abs=0.05)


def test_facts_of_the_stream_and_hash_of_its_samples(tmp_path):
    sound = np.stack([tune(1, 5), tune(2, 5)])
    path = write_sound(tmp_path / "a.wav", sound)
    stream = describe_sound(path).rows.facts.stream
    assert (stream.index, stream.codec, stream.sample_rate_hz, stream.num_channels) == (0, "pcm_s16le", RATE, 2)
    assert (stream.layout, stream.num_gaps, stream.num_decode_failures) == ("2 channels", 0, 0)
    assert stream.duration_seconds == pytest.approx(5)
    assert isinstance(stream.picture_start_seconds, NotMeasured)
    with av.open(str(path)) as container:
        samples = b"".join(frame.to_ndarray().tobytes() for frame in container.decode(audio=0))
    assert stream.samples_sha256 == hashlib.sha256(samples).hexdigest()


def test_levels(tmp_path):
    loud = np.clip(3 * np.sin(2 * np.pi * 440 * np.arange(8 * RATE) / RATE), -1, 1).astype(np.float32)
    quiet = np.zeros(8 * RATE, np.float32)
    levels = describe_sound(write_sound(tmp_path / "a.wav", np.concatenate([loud, quiet]))).rows.facts.levels
    assert levels.clipped_share == pytest.approx(0.39, abs=0.03)
    assert levels.peak_dbfs == pytest.approx(0, abs=0.01)
    assert levels.silent_share == pytest.approx(0.5, abs=0.1)
    assert levels.unchanging_share > 0.3


def test_a_held_tone_and_silence_are_not_searched_by(tmp_path):
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(10 * RATE) / RATE).astype(np.float32)
    rows = describe_sound(write_sound(tmp_path / "a.wav", np.concatenate([tune(1, 10), tone]))).rows
    assert rows.is_searched[rows.patch_seconds < 8].mean() > 0.9
    assert rows.is_searched[rows.patch_seconds > 13].mean() < 0.1


def test_no_stream_silence_and_too_little_are_said(tmp_path):
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        add_pictures(container, 1.0)
    said = {
        "mute": describe_sound(tmp_path / "mute.mp4"),
        "silent": describe_sound(write_sound(tmp_path / "silent.wav", np.zeros(3 * RATE, np.float32))),
        "short": describe_sound(write_sound(tmp_path / "short.wav", tune(1, 1)[: RATE // 2])),
        "wrong": describe_sound(write_sound(tmp_path / "one.wav", tune(1, 3)), stream_index=4),
    }
    assert {name: str(one.reason) for name, one in said.items()} == {
        "mute": "the file holds no stream of sound",
        "silent": "the sound is silent from beginning to end",
        "short": "the sound lasts 0.5 s, at least 1.2 s are needed",
        "wrong": "stream 4 is no sound; streams of sound: 0",
    }


def test_a_file_that_is_no_media_is_an_error(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"nothing of the kind" * 99)
    with pytest.raises(UnreadableMediaError, match="is no video or picture that FFmpeg knows"):
        describe_sound(tmp_path / "a.wav")


def test_damage_inside_is_passed_over_and_counted(tmp_path):
    path = write_sound(tmp_path / "a.mp3", tune(1, 8), codec="libmp3lame")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = bytes(range(256)) * 11 + bytes(184)
    path.write_bytes(content)
    sound = describe_sound(path)
    assert sound.rows.facts.stream.num_decode_failures + sound.rows.facts.stream.num_gaps > 0
    assert sound.rows.facts.stream.duration_seconds == pytest.approx(8, abs=1.5)


def test_stored_rows_come_back_as_they_were(tmp_path):
    rows = describe_sound(write_sound(tmp_path / "a.wav", tune(1, 6))).rows
    packed = pack_sound(rows)
    again = unpack_sound(packed)
    assert again.facts == rows.facts
    assert np.array_equal(again.patches, rows.patches)
    assert np.array_equal(again.peak_seconds, rows.peak_seconds)
    assert pack_sound(again) == packed


def test_what_is_no_archive_of_rows_is_said():
    with pytest.raises(StoredJsonError, match="add the file again"):
        unpack_sound(b"nothing")
