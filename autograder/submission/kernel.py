"""What grading makes of cells that a kernel has run: to be tried beside them, in the same process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograder.course import Course, Step
from autograder.submission.complete import CELLS, complete_modules
from autograder.submission.entries import SubmissionError
from autograder.submission.outputs import without_outputs
from autograder.submission.pieces import read_notebook


class Sliced(NamedTuple):
    """The text of the module that grading makes of a notebook, the names that it gives, and what it cannot carry."""

    text: str
    names: list[str]
    warnings: list[str]


def slice_cells(cells: Sequence[str], course: Course, step: Step, modules: Mapping[str, bytes]) -> Sliced | None:
    """The slice of the cells, beside the modules (path → source); None where they give nothing to the step."""
    listed = [{"cell_type": "code", "source": cell} for cell in cells]
    beside = {name.removeprefix(f"{step.folder}/"): source for name, source in modules.items()}
    notebook = read_notebook(json.dumps({"cells": listed}).encode(), course, beside)
    if isinstance(notebook, SubmissionError) or not notebook.exercises(step):
        return None
    made = complete_modules(notebook, course, step, modules)
    found = [text for path, text in made.files.items() if path not in modules and f"/{CELLS}" in path]
    return Sliced(found[0].decode(), made.taken, made.warnings) if found else None


def source_cells(data: bytes) -> list[str]:
    """The code of a notebook's file, cell by cell. Raises ValueError when it is none."""
    cells = json.loads(without_outputs(data).decode("utf-8-sig"))["cells"]
    return ["".join(cell["source"]).strip() for cell in cells if cell["cell_type"] == "code"]
