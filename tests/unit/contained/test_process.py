"""What a contained process can't do, and that whatever it does is a result."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support.paths import ROOT

from similarity.contained.limits import ContainedError, Limits, Room
from similarity.contained.process import ContainedProcess
from similarity.errors import UnreadableMediaError

FACTORY = "support.misbehaving:Misbehaving"
LIMITS = Limits(memory_bytes=256 << 20, cpu_seconds=20, wall_seconds=20, written_bytes=4 << 20, max_calls=100)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests"))


@pytest.fixture
def room(tmp_path) -> Room:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "film.mp4").write_bytes(b"film")
    (tmp_path / "secret.txt").write_text("the key")
    return Room(writable=tmp_path / "out", readable=(tmp_path / "in",))


@pytest.fixture
def process(room):
    with ContainedProcess(FACTORY, {}, room=room, limits=LIMITS) as one:
        yield one


def limited(room, **changes) -> ContainedProcess:
    return ContainedProcess(FACTORY, {}, room=room, limits=replace(LIMITS, **changes))


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "Z (" not in Path(f"/proc/{pid}/status").read_text()


def test_it_answers_and_lives_on(process):
    assert process.call("echo", {"said": {"a": [1, "ü", None]}}) == {"a": [1, "ü", None]}
    assert process.call("pid", {}) == process.call("pid", {}) != os.getpid()


def test_all_walls_stand_here(process):
    process.call("pid", {})
    assert process.missing_walls == ()


@pytest.mark.parametrize("method", ["crash", "read_null", "leave"])
def test_its_end_is_an_error_and_the_next_call_starts_another(process, method):
    before = process.call("pid", {})
    with pytest.raises(ContainedError, match="ended with"):
        process.call(method, {})
    assert process.call("pid", {}) != before
    assert not alive(before)


def test_a_hang_ends(room):
    with limited(room, wall_seconds=0.5) as process:
        before = process.call("pid", {})
        with pytest.raises(ContainedError, match=r"more than 0\.5 s"):
            process.call("hang", {})
        assert not alive(before)


def test_processor_time_ends(room):
    with limited(room, cpu_seconds=0.5) as process, pytest.raises(ContainedError, match="processor time"):
        process.call("spin", {})


def test_memory_ends(process):
    with pytest.raises(ContainedError, match=r"MemoryError|of memory|ended with"):
        process.call("grow", {})
    assert process.call("echo", {"said": 1}) == 1


def test_errors_of_the_product_come_through_and_others_are_named(process):
    with pytest.raises(UnreadableMediaError, match="no pictures"):
        process.call("unreadable", {})
    with pytest.raises(ContainedError, match="ZeroDivisionError: nothing to do"):
        process.call("defect", {})


def test_no_network(process):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert process.call("connect", {"port": listening.getsockname()[1]}) in {"OSError", "PermissionError"}


def test_it_reads_its_room_and_nothing_else(process, room, tmp_path):
    assert process.call("read", {"path": str(tmp_path / "in" / "film.mp4")}) == 4
    for hidden in (tmp_path / "secret.txt", Path.home() / ".bashrc", Path(f"/proc/{os.getpid()}/cmdline")):
        if hidden.exists():
            assert process.call("read", {"path": str(hidden)}) == "PermissionError", hidden
    assert process.call("listing", {"path": str(tmp_path)}) == "PermissionError"


def test_it_writes_to_its_room_and_nowhere_else(process, room, tmp_path):
    assert process.call("write", {"path": str(room.writable / "rows")}) == 10
    for place in (
        tmp_path / "in" / "film.mp4",
        tmp_path / "in" / "new",
        tmp_path / "elsewhere",
        Path("/tmp/elsewhere"),
    ):
        assert process.call("write", {"path": str(place)}) == errno.EACCES, place
    assert (tmp_path / "in" / "film.mp4").read_bytes() == b"film"


def test_files_are_bounded_and_so_are_all_together(process, room):
    assert process.call("write", {"path": str(room.writable / "big"), "size": 8 << 20}) == errno.EFBIG
    with pytest.raises(ContainedError, match="wrote more than 4 MiB"):
        process.call("many_files", {"folder": str(room.writable)})


def test_it_starts_no_program_and_reaches_no_process(process):
    assert process.call("run", {}) != 0
    assert process.call("kill", {"pid": os.getpid()}) in {"PermissionError", "ProcessLookupError"}


def test_passwords_of_the_environment_stay_outside(room, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "secret")
    with limited(room) as process:
        assert "PGPASSWORD" not in process.call("environment", {})


def test_what_a_decoder_prints_is_no_answer(process):
    assert process.call("chatter", {}) == "own words"


def test_an_endless_answer_ends(process):
    with pytest.raises(ContainedError, match="answered more than"):
        process.call("huge", {})


def test_it_is_replaced_after_so_many_calls(room):
    with limited(room, max_calls=2) as process:
        first, second, third = (process.call("pid", {}) for _ in range(3))
        assert first == second != third


def test_what_it_wrote_is_gone_with_the_next_call(process, room):
    process.call("write", {"path": str(room.writable / "rows")})
    assert (room.writable / "rows").exists()
    process.call("pid", {})
    assert not (room.writable / "rows").exists()


def test_a_maker_that_fails_is_said(room):
    with (
        ContainedProcess("support.misbehaving:Nothing", {}, room=room, limits=LIMITS) as process,
        pytest.raises(ContainedError, match="Nothing"),
    ):
        process.call("pid", {})


def test_it_ends_with_its_parent(room, tmp_path):
    script = (
        "import sys, time; sys.path.insert(0, {tests!r})\n"
        "from pathlib import Path\n"
        "from similarity.contained.limits import Room\n"
        "from similarity.contained.process import ContainedProcess\n"
        "process = ContainedProcess({factory!r}, {{}}, room=Room(writable=Path({out!r})))\n"
        "print(process.call('pid', {{}}), flush=True)\n"
        "process.call('hang', {{}})\n"
    ).format(tests=str(ROOT / "tests"), factory=FACTORY, out=str(room.writable))
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    pid = int(parent.stdout.readline())
    time.sleep(0.1)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 10
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)
