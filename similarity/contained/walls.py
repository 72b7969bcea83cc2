"""What keeps a process in: a network of its own without any interface, Landlock over the disk, limits of the kernel.

Linux only, each wall by itself; where the kernel has none, that is said, and the others stand.
Sources: unshare(2), landlock(7) and include/uapi/linux/landlock.h (kernel 6.18), getrlimit(2), prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from similarity.contained.limits import Limits

__all__ = ["die_with_parent", "limit_use", "without_disk", "without_network"]

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH, _VERSION_FLAG = 1, 1
_READ = 1 << 2 | 1 << 3  # files and folders; nothing may be executed
_OF_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
_WRITE = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 14
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
"""Landlock's version -> number of rights over the disk; 16 from 5 on."""
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/opt", "/sys/devices/system/cpu", "/proc/self")
_SYSTEM_FILES = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom", "/dev/random", "/dev/zero")
_DEVICES = ("/dev/null", "/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia-uvm")
_DESCRIPTORS = 1024


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """End when the thread that started this process ends, however it ends."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def without_network() -> str | None:
    """Leave every network behind; why it could not be done, or None.  Before any thread is started."""
    if sys.platform != "linux":
        return f"{sys.platform} has no network namespaces"
    libc, uid, gid = _libc(), os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with suppress(OSError):  # the names of user and group are a comfort; the rights are gone already
                Path("/proc/self", name).write_text(text, encoding="ascii")
        return None
    if libc.unshare(_CLONE_NEWNET) == 0:
        return None
    return f"unshare(2): {os.strerror(ctypes.get_errno())}"


def without_disk(*, readable: Sequence[Path], writable: Sequence[Path]) -> str | None:
    """See no more of the disk than this; why it could not be done, or None.  TCP and signals to others end too."""
    if sys.platform != "linux":
        return f"{sys.platform} has no Landlock"
    libc = _libc()
    libc.syscall.restype = ctypes.c_long
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    handled = (1 << _FS_BITS.get(version, 16)) - 1
    attributes = struct.pack("=QQQ", handled, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    _allow(libc, ruleset, [*_SYSTEM, *_SYSTEM_FILES, *_packages(), *readable], _READ & handled)
    _allow(libc, ruleset, writable, (_READ | _WRITE) & handled)
    _allow(libc, ruleset, _DEVICES, (_OF_FILES & ~1) & handled)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    failed = libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    if failed:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    return None if threads == 1 else f"Landlock: {threads - 1} threads had been started before it"


def _packages() -> Iterable[str]:
    """Where Python and its packages lie."""
    return {sys.prefix, sys.base_prefix, *(entry for entry in sys.path if entry)}


def _allow(libc: ctypes.CDLL, ruleset: int, paths: Iterable[str | Path], rights: int) -> None:
    for path in paths:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no rule
        allowed = rights if Path(path).is_dir() else rights & _OF_FILES
        rule = struct.pack("=Qi", allowed, handle)
        libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
        os.close(handle)


def limit_use(limits: Limits) -> None:
    """Bound memory beside what is held now, files that are written, open files; no core is dumped."""
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, limits.written_bytes)
    _set(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails, and says so
    if sys.platform == "linux":
        _set(resource.RLIMIT_DATA, _private_bytes() + limits.memory_bytes)


def _private_bytes() -> int:
    """Private writable memory of this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmData:")), 0)


def _set(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (most, most))
