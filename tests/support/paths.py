"""Where the repository is, and files that other tools made."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
GOLDEN = Path(__file__).with_name("golden")
