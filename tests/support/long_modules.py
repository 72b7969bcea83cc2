"""Which modules of tests take long, and an order in which no process is left alone with them at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

__all__ = ["LONG_MODULES", "long_first"]

LONG_MODULES = (
    "hostile/test_ray.py",
    "hostile/test_interrupts.py",
    "journeys/test_main_job.py",
    "journeys/test_service_demo.py",
    "hostile/test_bad_input.py",
    "hostile/test_kills.py",
    "journeys/test_documents_run.py",
    "hostile/service/test_service_kills.py",
    "unit/scan/test_growing_runs.py",
    "unit/scan/test_beside_results.py",
    "hostile/test_contained_batches.py",
    "journeys/test_labelled_commands.py",
    "unit/scan/test_watching.py",
    "hostile/test_hostile_names.py",
    "unit/compare/test_placing.py",
    "journeys/test_notebook.py",
    "unit/report/build/test_filtering.py",
    "unit/compare/test_bounds.py",
    "unit/compare/test_further_views.py",
    "unit/ingest/test_jobs.py",
    "unit/report/page/test_html_form.py",
    "unit/report/document/test_pdf_form.py",
    "unit/compare/test_counter_evidence.py",
    "unit/compare/test_use_forms.py",
    "unit/report/schema/test_json_form.py",
)
"""Under `tests/`, the longest first: from ten seconds of processor time on."""


def long_first(modules: Sequence[list[pytest.Item]], num_processes: int, tests: Path) -> list[list[pytest.Item]]:
    """Modules in the order in which processes take them that begin with an even share each and then help one another.

    Each share begins with its part of the long modules and ends with short tests; with those the run ends.

    Args:
        modules: the tests of each module, in the order of names.
        num_processes: how many run tests.
        tests: the folder that `LONG_MODULES` starts from.
    """
    ranks = {tests / name: rank for rank, name in enumerate(LONG_MODULES)}
    long = sorted((one for one in modules if one[0].path in ranks), key=lambda one: ranks[one[0].path])
    short = [one for one in modules if one[0].path not in ranks]
    share = sum(map(len, modules)) / num_processes
    ordered: list[list[pytest.Item]] = []
    for number in range(1, num_processes + 1):
        ordered += long[number - 1 :: num_processes]
        while short and (number == num_processes or sum(map(len, ordered)) < share * number):
            ordered.append(short.pop(0))
    return ordered
