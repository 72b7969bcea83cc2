"""Time of the service: what is recorded is UTC text, what is waited for is seconds."""

from __future__ import annotations

import datetime as dt
import secrets
import time

__all__ = ["new_id", "now_seconds", "now_utc", "seconds_of", "utc_of"]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def now_seconds() -> float:
    """Seconds since 1970, by the machine's clock."""
    return time.time()


def now_utc() -> str:
    """The same as text: `2026-01-31T12:00:00.000000Z`, which sorts by time."""
    return utc_of(now_seconds())


def utc_of(seconds: float) -> str:
    """Seconds since 1970 as text."""
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_of(utc: str) -> float:
    """Seconds since 1970 of such a text."""
    return dt.datetime.fromisoformat(utc).timestamp()


def new_id(prefix: str) -> str:
    """An identifier that sorts by time and can't be guessed: prefix, 10 characters of time, 16 of chance."""
    stamp, chance = int(now_seconds() * 1000), secrets.randbits(80)
    return f"{prefix}_{_spelled(stamp, 10)}{_spelled(chance, 16)}"


def _spelled(number: int, length: int) -> str:
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))
