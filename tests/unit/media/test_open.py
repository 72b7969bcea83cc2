from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from support.footage import cut_off, moving_pattern, spoil, write_sound, write_video

from similarity.errors import MediaError, NoVideoStreamError, UnreadableMediaError
from similarity.media.open import open_video
from similarity.media.readers import pyav_reader

ENCRYPTION = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
    "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
}
BAD_FILES = {
    "missing": (lambda path: None, "no such file"),
    "empty": (lambda path: path.touch(), "is empty"),
    "a folder": (lambda path: path.mkdir(), "is a folder"),
    "a text": (lambda path: path.write_text("dear diary\n" * 50), "no video or picture that FFmpeg knows"),
    "noise": (
        lambda path: path.write_bytes(np.random.default_rng(0).bytes(20_000)),
        "no video or picture that FFmpeg knows",
    ),
    "cut off before its index": (
        lambda path: cut_off(write_video(path.with_name("w.mp4"), moving_pattern(20)), path, keep=0.5),
        "cut off before its index",
    ),
    "a playlist": (
        lambda path: path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://localhost:9/a.ts\n"),
        "playlist|no video or picture",
    ),
    "encrypted": (lambda path: write_video(path, moving_pattern(5), muxer_options=ENCRYPTION), "encrypted"),
}


@pytest.mark.parametrize("reader", ["auto", "pyav", "decord"])
@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_one_line_that_names_it_and_the_reason(kind: str, reader: str, tmp_path: Path) -> None:
    make, reason = BAD_FILES[kind]
    path = tmp_path / "a.mp4"
    make(path)
    with pytest.raises(UnreadableMediaError, match=reason) as refused:
        open_video(path, reader=reader)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


def test_damaged_content_is_refused_or_counted_but_never_a_crash(tmp_path: Path) -> None:
    whole = write_video(
        tmp_path / "w.mp4", moving_pattern(40), keyframe_every=5, muxer_options={"movflags": "faststart"}
    )
    for seed in range(6):
        path = spoil(whole, tmp_path / f"{seed}.mp4", start=seed / 6, end=seed / 6 + 0.15, seed=seed)
        try:
            reader = open_video(path).reader
        except MediaError:
            continue
        num_frames = len(list(reader.frames()))
        counts = reader.counts
        assert num_frames == counts.num_frames_from_content <= 40
        assert counts.num_decode_failures > 0 or counts.is_truncated or num_frames == 40


def test_the_default_backend_is_pyav_without_notes(tmp_path: Path) -> None:
    opened = open_video(write_video(tmp_path / "a.mp4", moving_pattern(3)))
    assert (opened.backend, opened.reading_notes) == ("pyav", ())


def _fails(path: Path) -> None:
    raise UnreadableMediaError(f"{path}: PyAV is out of order")


def test_what_pyav_cannot_read_is_tried_on_decord_and_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(3))
    monkeypatch.setattr(pyav_reader, "PyavReader", _fails)
    opened = open_video(path)
    assert opened.backend == "decord"
    assert [str(note) for note in opened.reading_notes] == [
        f"{path}: read with decord, because pyav can't: PyAV is out of order"
    ]
    assert len(list(opened.reader.frames())) == 3


def test_a_backend_asked_for_by_name_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(3))
    monkeypatch.setattr(pyav_reader, "PyavReader", _fails)
    with pytest.raises(UnreadableMediaError, match="out of order"):
        open_video(path, reader="pyav")


def test_decord_not_being_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(3))
    monkeypatch.setitem(sys.modules, "decord", None)
    monkeypatch.delitem(sys.modules, "similarity.media.readers.decord_reader", raising=False)
    with pytest.raises(UnreadableMediaError, match="decord is not installed"):
        open_video(path, reader="decord")
    assert open_video(path).backend == "pyav"
    monkeypatch.setattr(pyav_reader, "PyavReader", _fails)
    with pytest.raises(UnreadableMediaError, match=r"PyAV is out of order$"):
        open_video(path)


def test_sound_alone_is_not_tried_on_another_backend(tmp_path: Path) -> None:
    with pytest.raises(NoVideoStreamError, match="audio only") as refused:
        open_video(write_sound(tmp_path / "a.wav"))
    assert "decord" not in str(refused.value)
