"""Who looked at what: playing a video asks for it piece by piece, and is one view."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["Views"]

VIEW_SECONDS = 600.0
"""How long pieces of one video count as one view of one person."""
_MOST = 10_000


class Views:
    """Views that were recorded lately.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[tuple[str, ...], float] = {}
        self._lock = threading.Lock()

    def is_new(self, *names: str) -> bool:
        """Whether this view has not been recorded lately; it counts as recorded from now on."""
        now = self._clock()
        with self._lock:
            if len(self._seen) >= _MOST:
                self._seen = {one: at for one, at in self._seen.items() if now - at < VIEW_SECONDS}
            is_new = now - self._seen.get(names, -VIEW_SECONDS) >= VIEW_SECONDS
            if is_new:
                self._seen[names] = now
        return is_new
