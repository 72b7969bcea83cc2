"""Memory flat in the length of the video, imports free, and Ctrl-C obeyed: each in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.footage import moving_pattern, spoil, write_video
from support.signals import hear_ctrl_c

READ_ALL = """
import resource, sys
from pathlib import Path
from similarity.media.open import open_video
reader = open_video(Path(sys.argv[1]), reader=sys.argv[2]).reader
for frame in reader.frames():
    reader.thumbnail(frame)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
READ_FOR_EVER = """
import sys
from pathlib import Path
from similarity.media.open import open_video
reader = open_video(Path(sys.argv[1]), reader=sys.argv[2]).reader
print("reading", flush=True)
while True:
    for frame in reader.frames():
        reader.picture(frame)
"""
ALLOWED_GROWTH_KB = 24_000  # a whole decoded video of the longer kind would be 130,000


def _peak_kb(path: Path, backend: str) -> int:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ_ALL, path, backend], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.parametrize("backend", ["pyav", "decord"])
def test_memory_does_not_grow_with_the_length_of_the_video(backend: str, tmp_path: Path) -> None:
    pictures = moving_pattern(40, 320, 180)
    short = write_video(tmp_path / "short.mp4", pictures)
    long = write_video(tmp_path / "long.mp4", pictures * 20)
    assert _peak_kb(long, backend) - _peak_kb(short, backend) < ALLOWED_GROWTH_KB


@pytest.mark.parametrize("backend", ["pyav", "decord"])
def test_ctrl_c_ends_a_pass_within_two_seconds(backend: str, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", moving_pattern(40, 320, 180))
    reading = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", READ_FOR_EVER, path, backend],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - the test run starts no threads here
    )
    assert reading.stdout is not None
    assert reading.stdout.readline() == "reading\n"
    time.sleep(0.3)
    reading.send_signal(signal.SIGINT)
    started = time.monotonic()
    try:
        _, talk = reading.communicate(timeout=2)
    except subprocess.TimeoutExpired:
        reading.kill()
        _, talk = reading.communicate()
    assert time.monotonic() - started < 2
    assert "KeyboardInterrupt" in talk


def test_importing_the_package_loads_no_video_library() -> None:
    modules = "similarity, similarity.media, similarity.media.types, similarity.media.open"
    look = f"import sys, {modules}; print({{'av', 'cv2', 'decord'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_damage_is_counted_and_not_printed(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "w.mp4", moving_pattern(30), muxer_options={"movflags": "faststart"})
    path = spoil(whole, tmp_path / "d.mp4", start=0.6, end=0.8)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ_ALL, path, "pyav"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
