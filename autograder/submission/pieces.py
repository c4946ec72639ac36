"""What each notebook of a submission defines, read statement by statement from its code cells, without running it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.course import Course, Import, Step, bound_name, only
from autograder.submission.cells import Aside, Cell, Statement, code_cells, functions_aside
from autograder.submission.effects import answers, effects_of, keeps
from autograder.submission.entries import SubmissionError
from autograder.submission.parts import Parts
from autograder.submission.ran import MAX_RUNS, answers_of_run, effects_of_run, run_by
from autograder.submission.slices import Line


@dataclass(frozen=True)
class Pieces:
    """The parts, and of each of their notebooks what it defines or the error that says why it cannot be read."""

    parts: Parts
    notebooks: dict[str, Notebook | SubmissionError]
    within: Pieces | None = None


def read_pieces(parts: Parts, course: Course) -> Pieces:
    """What the parts define, and those of a zip within. Nothing is run."""
    notebooks = {path: read_notebook(data, course, parts.beside(path)) for path, data in
                 (parts.notebooks | parts.elsewhere).items()}  # fmt: skip
    return Pieces(parts, notebooks, read_pieces(parts.within, course) if parts.within else None)


@dataclass(frozen=True)
class Notebook:
    """A notebook that was read: its statements, the modules that it writes to files (name → source), functions that lie
    where no kernel runs them, a warning for each cell that could not be read, the step its metadata names."""

    lines: list[Line]
    warnings: list[str]
    said: object = None
    writes: dict[str, str] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)

    def exercises(self, step: Step) -> set[str]:
        """Functions and classes that the step's exercises ask for and that the notebook defines."""
        return step.homes.keys() & {name for line in self.lines for name in line.gives}


def read_notebook(data: bytes, course: Course, beside: Mapping[str, bytes] = {}) -> Notebook | SubmissionError:
    """What a notebook's file holds, or the error that says why it cannot be read. `beside`: modules, by their path from
    the notebook."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return SubmissionError(f"is not a notebook that can be read ({error}): save it again")
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        notebook |= {"cells": _of_format_3(notebook["worksheets"]) or None}
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return SubmissionError("is not a notebook of format 4 (it has no cells): open it in Jupyter and save it again")
    cells, warnings = code_cells(notebook)
    metadata = notebook.get("metadata")
    own = metadata.get("lmi") if isinstance(metadata, dict) else None
    writes = dict(cell.writes for cell in cells if cell.writes)
    said = own.get("step") if isinstance(own, dict) else None
    files = {**{name: text.encode("utf-8", "replace") for name, text in writes.items()}, **beside}
    return Notebook(_lines(cells, course, files), warnings, said, writes, functions_aside(notebook))


def _of_format_3(worksheets: list[Any]) -> list[Any]:
    cells = [cell for sheet in worksheets if isinstance(sheet, dict) for cell in sheet.get("cells") or ()]
    return [cell | {"source": cell["input"]} if isinstance(cell, dict) and "input" in cell else cell for cell in cells]


def _lines(cells: Sequence[Cell], course: Course, files: Mapping[str, bytes]) -> list[Line]:
    """The statements of the cells, imports one name each. A variable with an exercise's name does not hide it."""
    parts = [
        (cell.number, part, name) for cell in cells for one in cell.statements for part, name in _parts(one, course)
    ]
    modules = {name for _, part, _ in parts for node in [part.node] for name in _imported(node)}
    functions = set[str]()
    runs, lines = 0, []
    for cell, part, course_name in parts:
        if runs < MAX_RUNS and (run := run_by(part, files)):
            runs += 1
            given, kept = answers_of_run(run[0], functions, modules)
            functions |= given | kept
            lines.append(Line(cell, part, effects_of_run(*run, modules), frozenset(given)))
            continue
        gives = frozenset[str]() if isinstance(part.node, Import) else frozenset(answers(part.node, functions, modules))
        functions |= gives | keeps(part.node, functions, modules)
        lines.append(Line(cell, part, effects_of(part, modules), gives, course_name))
    asked = {name for step in course.steps for name in step.homes} & {name for line in lines for name in line.gives}
    return [_unhidden(line, asked) for line in lines]


def _unhidden(line: Line, asked: set[str]) -> Line:
    hidden = (line.effects.binds & asked) - line.gives if not isinstance(line.statement.node, Import) else frozenset()
    if not hidden:
        return line
    binds, whole = line.effects.binds - hidden, line.effects.whole - hidden
    return line._replace(effects=replace(line.effects, binds=binds, whole=whole))


def _parts(one: Statement, course: Course) -> Iterator[tuple[Statement, str]]:
    """The statement, an import as one for each name; with the name where it is imported from a step of the course."""
    if not isinstance(one.node, Import):
        yield one, ""
    elif not (isinstance(one.node, ast.ImportFrom) and one.node.module == "__future__"):
        for alias in one.node.names:
            part = only(one.node, alias)
            yield Statement(part, ast.unparse(part), one.line), alias.name if _of_course(part, course) else ""


def _imported(node: ast.stmt) -> list[str]:
    return [bound_name(node, alias) for alias in node.names] if isinstance(node, Import) else []


def _of_course(node: Import, course: Course) -> bool:
    """Imports of the steps' modules (not of the kit): `exercises.step00_x...`, or relative."""
    if isinstance(node, ast.ImportFrom):
        named = [f"{node.module or ''}.{alias.name}" for alias in node.names]
        if node.level:
            return True
    else:
        named = [alias.name for alias in node.names]
    folders = {step.folder for step in course.steps}
    return any(folders & set(name.split(".")) for name in named)
