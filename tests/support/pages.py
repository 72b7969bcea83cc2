"""The documentation as text: pages, tables, headings, fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.paths import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    path: Path
    text: str

    @property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return re.sub(r"^```.*?^```", "", self.text, flags=re.DOTALL | re.MULTILINE)

    @property
    def anchors(self) -> set[str]:
        """What a link can point at, as GitHub names headings."""
        headings = re.findall(r"^#+ (.+)$", self.prose, flags=re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    @property
    def links(self) -> list[str]:
        return re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", self.prose)

    def section(self, heading: str) -> str:
        """From a heading of exactly this text to the next one of any level."""
        found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", self.prose, flags=re.DOTALL | re.MULTILINE)
        assert found is not None, f"{self.path.name} has no heading {heading!r}"
        return found[1]

    def table(self, first_column: str) -> list[list[str]]:
        """The rows of the only table whose first column has this title, without header and rule."""
        lines = self.text.splitlines()
        headers = [i for i, line in enumerate(lines) if line.startswith(f"| {first_column} |")]
        assert len(headers) == 1, f"{self.path.name}: expected one table of {first_column!r}, found {len(headers)}"
        return list(_rows(lines[headers[0] + 2 :]))

    def tables_after(self, heading: str) -> list[list[list[str]]]:
        """The tables under a heading, without headers and rules."""
        blocks = re.findall(r"(?:^\|.*\n)+", self.section(heading), flags=re.MULTILINE)
        return [list(_rows(block.splitlines()[2:])) for block in blocks]

    def commands(self) -> list[str]:
        """The `similarity` lines of fenced shell blocks."""
        blocks = re.findall(r"^```sh\n(.*?)^```", self.text, flags=re.DOTALL | re.MULTILINE)
        lines = [line.strip() for block in blocks for line in block.splitlines()]
        return [line for line in lines if re.match(r"(\.venv/bin/)?similarity\b", line)]


def _rows(lines: list[str]) -> Iterator[list[str]]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def load(path: Path) -> Page:
    return Page(path=path, text=path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def pages() -> dict[str, Page]:
    """Every page by its path from the root."""
    files = [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    files += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "training").rglob("*.md")]
    return {path.relative_to(ROOT).as_posix(): load(path) for path in sorted(files)}


@pytest.fixture(scope="session")
def guide(pages: dict[str, Page]) -> Page:
    return pages["docs/guide.md"]
