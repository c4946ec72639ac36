"""Every step's notebook runs from top to bottom on the solutions, and is committed without outputs."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(ROOT.glob("exercises/step*/lesson.ipynb"))
SECONDS = 300

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.parent.name for path in NOTEBOOKS])


def test_a_notebook_is_committed_without_outputs(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []


def test_the_first_cell_finds_the_course(path):
    first = next(cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    assert first.source.startswith("# Run this first") and "sys.path.insert(0, str(root))" in first.source


@pytest.mark.slow
def test_a_notebook_runs_on_the_solutions(path, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.delenv("LMI_DATA", raising=False)  # on what every user has
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("from exercises.step", "from reference.step")
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(path.parent)}}).execute()
