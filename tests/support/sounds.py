"""Sounds made in the test: tunes of notes with overtones, changes of them, and files that hold them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 22050


def tune(seed: int, seconds: float) -> np.ndarray:
    """Notes of random pitch and length with overtones and a soft beat, nothing of which returns."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE), np.float32)
    for _ in range(round(seconds * 7)):
        length = float(rng.uniform(0.15, 0.7))
        time = np.arange(round(length * RATE)) / RATE
        pitch = 110 * 2 ** float(rng.uniform(0.5, 4))
        note = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 6)) * np.exp(-4 * time / length)
        start = int(rng.integers(0, max(1, len(sound) - len(note))))
        sound[start : start + len(note)] += 0.08 * note[: len(sound) - start]
    return np.clip(sound + 0.002 * rng.standard_normal(len(sound)), -1, 1).astype(np.float32)


def faster(sound: np.ndarray, speed: float) -> np.ndarray:
    """Played so many times as fast: higher too."""
    count = round(len(sound) / speed)
    spectrum = np.fft.rfft(sound)
    wide = np.zeros(count // 2 + 1, complex)
    keep = min(len(spectrum), len(wide))
    wide[:keep] = spectrum[:keep]
    return (np.fft.irfft(wide, count) * (count / len(sound))).astype(np.float32)


def at_tempo(sound: np.ndarray, speed: float) -> np.ndarray:
    """Played so many times as fast at the same pitch, as FFmpeg does it."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE))
    change, sink = graph.add("atempo", str(speed)), graph.add("abuffersink")
    source.link_to(change)
    change.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None]), format="flt", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
    graph.push(frame)
    graph.push(None)
    heard = []
    while True:
        try:
            heard.append(graph.pull().to_ndarray().ravel())
        except (av.error.EOFError, BlockingIOError):
            return np.concatenate(heard)


def add_pictures(container, seconds: float) -> None:
    """Grey pictures, ten a second."""
    video = container.add_stream("libx264", rate=10)
    video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
    for number in range(round(seconds * 10)):
        shade = np.full((48, 64, 3), number % 200, np.uint8)
        container.mux(video.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
    container.mux(video.encode())


def write_sound(path: Path, sound: np.ndarray, *, codec: str = "pcm_s16le", start_seconds: float = 0.0, pictures=False):
    """A file of (samples) or (channels, samples) sound, maybe with pictures from time 0 on."""
    channels = np.atleast_2d(sound)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    rate = 48000 if codec == "libopus" else RATE
    if rate != RATE:
        channels = np.stack([faster(row, RATE / rate) for row in channels])
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if pictures:
            add_pictures(container, channels.shape[1] / rate + start_seconds)
        for first in range(0, channels.shape[1], 1024):
            block = np.ascontiguousarray(channels[:, first : first + 1024], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = round(start_seconds * rate) + first
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
