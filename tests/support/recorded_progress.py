"""What a job said of itself, kept for a test to look at."""

from __future__ import annotations

from pathlib import Path

from similarity.progress import Silent


class Recorded(Silent):
    def __init__(self) -> None:
        self.begun: list[tuple[Path, int, int]] = []
        self.seconds: list[float] = []

    def begin(self, path: Path, *, number: int, total: int) -> None:
        self.begun.append((path, number, total))

    def reach(self, seconds: float) -> None:
        self.seconds.append(seconds)
