"""Values from a process that is not trusted: framed, read as they come, and rebuilt from plain classes only.

Pickle calls whatever it is told to; here it may call nothing but numpy's own rebuilding of arrays and the classes of
values of this product (frozen dataclasses, enumerations, named tuples, errors), so that a process that a hostile file
has taken over can say something wrong, and do nothing.
"""

from __future__ import annotations

import dataclasses
import enum
import io
import os
import pickle
import struct
from importlib import import_module
from typing import Any

__all__ = ["FrameReader", "write_frame"]

MOST_BYTES = 2 << 30
"""Of one value; a described film of ten hours takes less."""
_LENGTH = struct.Struct("!Q")
_PIECE = 1 << 20
_OWN = ("similarity.", "index.")
_PLAIN = {
    *(("builtins", name) for name in ("set", "frozenset", "complex", "bytearray", "range", "slice")),
    *(("pathlib", name) for name in ("Path", "PosixPath", "PurePath", "PurePosixPath")),
    *(("pathlib._local", name) for name in ("Path", "PosixPath", "PurePath", "PurePosixPath")),
    *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
    *(("collections", name) for name in ("Counter", "OrderedDict", "deque")),
    *(("numpy._core.multiarray", name) for name in ("_reconstruct", "scalar")),
    *(("numpy", name) for name in ("dtype", "ndarray")),
    ("fractions", "Fraction"),
    ("numpy._core.numeric", "_frombuffer"),
}


def write_frame(handle: int, value: Any) -> None:
    """Say a value.

    Args:
        handle: file descriptor of a pipe or socket.
        value: anything that pickle can say.
    """
    said = pickle.dumps(value, protocol=5)
    left = memoryview(_LENGTH.pack(len(said)) + said)
    while left:
        left = left[os.write(handle, left) :]


class FrameReader:
    """Hears values without ever waiting for the rest of one.

    Args:
        handle: file descriptor of a pipe or socket.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._held = bytearray()

    def read(self) -> list[Any]:
        """What has come whole since; called when there is something to read.

        Raises:
            EOFError: nothing will come any more.
            pickle.UnpicklingError: it is no plain value, or longer than `MOST_BYTES`.
        """
        piece = os.read(self._handle, _PIECE)
        if not piece:
            raise EOFError
        self._held += piece
        values = []
        while (frame := self._frame()) is not None:
            values.append(_loaded(frame))
        return values

    def _frame(self) -> bytes | None:
        if len(self._held) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._held)
        if length > MOST_BYTES:
            raise pickle.UnpicklingError(f"said {length} bytes at once")
        end = _LENGTH.size + length
        if len(self._held) < end:
            return None
        frame = bytes(self._held[_LENGTH.size : end])
        del self._held[:end]
        return frame


def _loaded(frame: bytes) -> Any:
    try:
        return _Plain(io.BytesIO(frame)).load()
    except pickle.UnpicklingError:
        raise
    except Exception as error:  # pickle raises whatever a forged text leads to
        raise pickle.UnpicklingError(f"said what is no value: {type(error).__name__}: {error}") from error


class _Plain(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) in _PLAIN:
            return super().find_class(module_name, global_name)
        if module_name.startswith(_OWN) and "." not in global_name:
            found = getattr(import_module(module_name), global_name, None)
            if isinstance(found, type) and found.__module__ == module_name and _is_value_class(found):
                return found
        raise pickle.UnpicklingError(f"said {module_name}.{global_name}, which is no value")


def _is_value_class(kind: type) -> bool:
    is_named_tuple = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return dataclasses.is_dataclass(kind) or is_named_tuple or issubclass(kind, enum.Enum | Exception)
