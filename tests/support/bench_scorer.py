"""The bench's own scorers, which owe nothing to the product: imported from beside the checkout where they are there."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest
from support.paths import ROOT

BENCH = ROOT.parent / "shared" / "bench"
SCORERS = ("score", "score_derived")


@contextmanager
def bench_scorer(name: str) -> Iterator[ModuleType]:
    """A scorer by name, without bytecode written beside it; the test is skipped by name where it is missing."""
    if not (BENCH / f"{name}.py").is_file():
        pytest.skip(f"the bench's scorer {name}.py is not at hand")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)
        patch.syspath_prepend(BENCH)
        yield importlib.import_module(name)
    for one in SCORERS:
        sys.modules.pop(one, None)
