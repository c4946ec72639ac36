"""A step's notebook for Otter-Grader: each exercise is checked before it is first used, and the end hands in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autograder.course import Step, used_names
from autograder.submission import OTTER_TESTS, code_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

OWN_GRADER = "from autograder.study.in_notebook import Grader"  # begins the cell that makes the notebook's grader
OTTER = f"""if find_spec("otter") is None:
    %pip install -q "otter-grader>=7"

import otter

grader = otter.Notebook("lesson.ipynb", tests_dir=str(root / "exercises/{{folder}}/{OTTER_TESTS}"))"""
HAND_IN = """## Hand in

Save the notebook, then run this: it makes a zip of the notebook and of the modules beside it."""
EXPORT = """grader.export(pdf=False, files=[path.name for path in Path.cwd().glob("*.py")])"""


def otter_notebook(content: bytes, step: Step) -> bytes:
    """The notebook with Otter's grader, a check of every exercise and a cell that hands in.

    Raises ValueError when it has no cell that makes the grader.
    """
    import nbformat  # takes seconds

    notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    cells: list[NotebookNode] = notebook.cells
    begin = next((at for at, cell in enumerate(cells) if cell.source.startswith(OWN_GRADER)), None)
    if begin is None:
        raise ValueError(f"it has no cell that begins with {OWN_GRADER!r}")
    cells[begin].source = OTTER.format(folder=step.folder)
    notebook.cells = [
        *cells[: begin + 1],
        *_with_checks(cells[begin + 1 :], step),
        nbformat.v4.new_markdown_cell(HAND_IN, id="hand-in"),
        nbformat.v4.new_code_cell(EXPORT, id="hand-in-zip"),
    ]
    written: str = nbformat.writes(notebook)
    return f"{written}\n".encode()


def _with_checks(cells: Sequence[NotebookNode], step: Step) -> Iterator[NotebookNode]:
    """The cells, each after the checks of the exercises that it is the first to use; unused ones are checked last."""
    waiting = {exercise.id: exercise.top_level for exercise in step.exercises}
    for cell in cells:
        used = _used(cell)
        for id in [id for id, name in waiting.items() if name in used]:
            del waiting[id]
            yield _check(id)
        yield cell
    yield from map(_check, waiting)


def _used(cell: NotebookNode) -> set[str]:
    parsed, _ = code_cells({"cells": [cell]})
    nodes: list[ast.AST] = [statement.node for one in parsed for statement in one.statements]
    return used_names(*nodes)


def _check(id: str) -> NotebookNode:
    from nbformat.v4 import new_code_cell

    cell: NotebookNode = new_code_cell(f'grader.check("{id}")', id=f"check-{id.replace('.', '-')}"[:64])
    return cell
