"""What a contained process is asked to do in tests: everything that it must not."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import time
from pathlib import Path

from similarity.errors import UnreadableMediaError


class Misbehaving:
    def echo(self, said):
        return said

    def pid(self):
        return os.getpid()

    def environment(self):
        return sorted(os.environ)

    def crash(self):
        os.kill(os.getpid(), signal.SIGSEGV)

    def read_null(self):
        ctypes.string_at(0)

    def leave(self):
        os._exit(3)

    def hang(self):
        while True:
            time.sleep(1)

    def spin(self):
        while True:
            pass

    def grow(self):
        held = []
        while True:
            held.append(bytearray(os.urandom(1 << 20) * 8))

    def connect(self, port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2)
        except OSError as error:
            return type(error).__name__
        return "connected"

    def read(self, path):
        try:
            return len(Path(path).read_bytes())
        except OSError as error:
            return type(error).__name__

    def listing(self, path):
        try:
            return len(list(Path(path).iterdir()))
        except OSError as error:
            return type(error).__name__

    def write(self, path, size=10):
        try:
            with Path(path).open("wb") as file:
                file.writelines(b"x" * min(size, 1 << 20) for _ in range(0, size, 1 << 20))
        except OSError as error:
            return error.errno
        return Path(path).stat().st_size

    def many_files(self, folder):
        number = 0
        while True:
            Path(folder, str(number)).write_bytes(bytes(1 << 20))
            number += 1

    def run(self, *command):
        return os.system("true")

    def kill(self, pid):
        try:
            os.kill(pid, 0)
        except OSError as error:
            return type(error).__name__
        return "reached"

    def unreadable(self):
        raise UnreadableMediaError("no pictures in it")

    def defect(self):
        raise ZeroDivisionError("nothing to do with the file")

    def chatter(self):
        os.write(1, b'{"value": "forged"}\n')
        print('{"value": "printed"}')  # noqa: T201 - it must not be taken for an answer
        return "own words"

    def huge(self):
        return "x" * (70 << 20)
