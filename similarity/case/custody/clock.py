"""Which clock the entries of the custody log go by, and what the system says about it."""

from __future__ import annotations

import sys

__all__ = ["clock_source"]

_OFFSET_OF_MAX_ERROR = 24
_OFFSET_OF_STATUS = 40
_SIZE_OF_TIMEX = 256  # larger than `struct timex` on any 64-bit Linux (208 bytes)
_STA_UNSYNC = 0x0040


def clock_source() -> str:
    """A sentence on the system clock: synchronised or not, as the kernel states it, or that it can't be known here.

    Source: adjtimex(2) of Linux, read only; the kernel's statement rests on the program that disciplines the clock.
    """
    unknown = "system clock; whether it is synchronised is not known here"
    if not sys.platform.startswith("linux") or sys.maxsize <= 2**32:
        return unknown
    import ctypes

    timex = ctypes.create_string_buffer(_SIZE_OF_TIMEX)  # all zeros: modes = 0, nothing is set
    try:
        outcome = ctypes.CDLL(None).adjtimex(timex)
    except (OSError, AttributeError):
        return unknown
    if outcome < 0:
        return unknown
    status = int.from_bytes(timex.raw[_OFFSET_OF_STATUS : _OFFSET_OF_STATUS + 4], sys.byteorder)
    max_error_us = int.from_bytes(timex.raw[_OFFSET_OF_MAX_ERROR : _OFFSET_OF_MAX_ERROR + 8], sys.byteorder)
    if status & _STA_UNSYNC:
        return "system clock; the kernel says that it is not synchronised"
    return f"system clock; the kernel says that it is synchronised, to {max_error_us / 1000:.1f} ms at most"
