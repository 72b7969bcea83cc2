"""The walk-through runs, and its two files say the same."""

from __future__ import annotations

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient


@pytest.fixture
def notebook(root):
    return nbformat.read(root / "notebooks/walkthrough.ipynb", as_version=4)


def test_the_script_and_the_notebook_are_in_step(notebook, root):
    script = jupytext.read(root / "notebooks/walkthrough.py")
    assert [(cell.cell_type, cell.source) for cell in script.cells] == [
        (cell.cell_type, cell.source) for cell in notebook.cells
    ]


def test_the_stored_notebook_is_light(notebook, root):
    assert (root / "notebooks/walkthrough.ipynb").stat().st_size < 300_000
    assert all(not cell.get("outputs") for cell in notebook.cells)


def test_the_walk_through_runs_and_finds_what_was_taken(notebook, tmp_path):
    client = NotebookClient(
        notebook, timeout=200, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    said = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "score" in said
    assert "liftoff" in said
    assert "suspect_original: 0 matches found" in said
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2
    assert not any(tmp_path.iterdir())
