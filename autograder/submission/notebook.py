"""Functions out of a notebook, without running it.

Top-level imports, functions, classes and simple constants are taken from the code cells; of these, what the exercises
need, in an order that works whatever the order of the cells. They complete the step's modules: each exercise's function
goes into its module, with what it needs, unless the learner has written it there. Where there is no module its stub is
completed, so what neither defines is still *not started*.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from autograder.course import Course, CourseError, Step, stub_texts
from autograder.submission.entries import NothingToGrade, SubmissionError
from autograder.submission.notebook_cells import code_cells
from autograder.submission.notebook_pieces import LATE, Found, Piece, collect, in_order
from autograder.submission.written import written


@dataclass(frozen=True)
class Notebook:
    """A notebook that was read: its pieces, a warning for each cell that could not be, the step its metadata names."""

    found: Found
    warnings: list[str]
    said: object = None

    def exercises(self, step: Step) -> set[str]:
        """Functions and classes that the step's exercises ask for and that the notebook defines."""
        return step.homes.keys() & {name for piece in self.found.definitions for name in piece.names}


class Completed(NamedTuple):
    """A step's modules, path → source; names that the notebook gave, and those that the modules had; warnings."""

    files: dict[str, bytes]
    taken: list[str]
    kept: list[str]
    warnings: list[str]


def parse_notebook(data: bytes, course: Course) -> Notebook:
    """The notebook, of which nothing was run. Raises SubmissionError when it is none."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"is not a notebook that can be read ({error}): save it again") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise SubmissionError("is not a notebook of format 4 (it has no cells): open it in Jupyter and save it again")
    cells, warnings = code_cells(notebook)
    metadata = notebook.get("metadata")
    own = metadata.get("lmi") if isinstance(metadata, dict) else None
    return Notebook(collect(cells, course), warnings, own.get("step") if isinstance(own, dict) else None)


def read_notebook(data: bytes, path: str, course: Course) -> tuple[dict[str, bytes], list[str]]:
    """Module path → source for the step that the notebook belongs to, and warnings with cell numbers.

    Raises SubmissionError when it is no notebook or defines nothing that an exercise asks for.
    """
    notebook = parse_notebook(data, course)
    completed = complete_modules(notebook, course, step_of(notebook, path, course), {})
    return completed.files, notebook.warnings + completed.warnings


def complete_modules(notebook: Notebook, course: Course, step: Step, given: Mapping[str, bytes]) -> Completed:
    """The step's modules: those `given` (path → source), stubs where one is missing, and on top what the notebook
    defines of what is not written in them.

    Raises SubmissionError when the step's stubs cannot be made.
    """
    try:
        stubs = {f"{step.folder}/{name}": text for name, text in stub_texts(course, step).items()}
    except CourseError as error:
        raise SubmissionError(f"cannot be placed in step {step.id}: {error}") from None
    homes = {name: path for path, text in stubs.items() for name in _defined(text)}
    homes |= {name: f"{step.folder}/{module}.py" for name, module in step.homes.items()}
    files, taken, kept, warnings = dict(given), set[str](), set[str](), list[str]()
    for path in sorted({*stubs, *homes.values()}):
        source = _text(given[path]) if path in given else stubs.get(path, "")
        wrote = None if source is None else written(source, stubs.get(path, ""))
        here = {name for name in notebook.exercises(step) if homes[name] == path}
        if source is None or wrote is None:  # Python will say why it cannot import the module
            kept |= here
            continue
        kept |= {name for name in here & wrote.keys() if not notebook.found.defines_as(name, wrote[name])}
        if wanted := here - wrote.keys():
            chosen = _choose(notebook.found, wanted, path, homes, wrote)
            warnings += chosen.warnings
            source = _completed(source, chosen)
        if wanted or path not in given:
            files[path] = source.encode("utf-8", "replace")
        taken |= wanted
    return Completed(files, sorted(taken), sorted(kept), list(dict.fromkeys(warnings)))


def step_of(notebook: Notebook, path: str, course: Course) -> Step:
    """The step in the metadata (`lmi.step`), or that the path names, or that most of the names belong to.

    Raises SubmissionError when that is no single one, NothingToGrade when it defines nothing that an exercise asks for.
    """
    matching = {step.id: len(notebook.exercises(step)) for step in course.steps}
    best = max(matching.values(), default=0)
    if best == 0:
        raise NothingToGrade("; ".join(["defines no function that an exercise asks for", *notebook.warnings]))
    said = notebook.said
    for step in course.steps:
        if matching[step.id] and (said == step.id or (said is None and _names_step(path, step))):
            return step
    most = [id for id, count in matching.items() if count == best]
    if len(most) > 1:
        raise SubmissionError(f"could belong to step {' or '.join(most)}: put step{most[0]} in its file name")
    return course.step(most[0])


def _names_step(path: str, step: Step) -> bool:
    last = path.lower().split("/")[-2:]
    marks = re.compile(rf"{step.folder}|step{step.id}(?!\d)|^{step.id}(?!\d)")
    return any(marks.search(part) for part in last)


def _text(source: bytes) -> str | None:
    try:
        return source.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _defined(source: str) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.parse(source).body if isinstance(node, kinds)}


class _Chosen(NamedTuple):
    """What completes one module: imports that are needed at once, pieces, and imports that must come after them."""

    early: list[str]
    pieces: list[Piece]
    late: list[str]
    warnings: list[str]


def _choose(found: Found, wanted: set[str], path: str, homes: Mapping[str, str], wrote: Mapping[str, str]) -> _Chosen:
    """What the wanted names of the module at `path` need. Of two of a name in the notebook, the later counts."""
    giving = {name: piece for piece in (*found.imports, *found.constants, *found.definitions) for name in piece.names}
    reached, imports, warnings = _reach(found, giving, wanted, path, homes, wrote)
    pieces = [
        *(piece for piece in found.imports if piece in reached or "*" in piece.names),
        *in_order([piece for piece in (*found.constants, *found.definitions) if piece in reached], giving),
    ]
    at_once = {name for piece in pieces for name in piece.at_once}
    everything = [piece.text for piece in found.course_imports if "*" in piece.names]
    return _Chosen(
        [text for name, text in imports.items() if name in at_once],
        pieces,
        [text for name, text in imports.items() if name not in at_once] + everything,
        warnings + _missing_names(found, pieces, set(wrote)),
    )


def _reach(
    found: Found,
    giving: Mapping[str, Piece],
    wanted: set[str],
    path: str,
    homes: Mapping[str, str],
    wrote: Mapping[str, str],
) -> tuple[set[Piece], dict[str, str], list[str]]:
    """The pieces that the wanted names need, the imports of the step's modules that they need, and warnings.

    A name that another module of the step is the home of is imported from there, and one that the learner wrote in
    this module stays as it is there.
    """
    brought = {name: piece for piece in found.course_imports for name in piece.names}
    defined = {name for piece in found.definitions for name in piece.names}
    shadowing = giving.keys() | found.computed.keys() - brought.keys()
    reached, imports, warnings = set[Piece](), dict[str, str](), list[str]()
    pending, asked = sorted(wanted, reverse=True), set(wanted)
    while pending:
        name = pending.pop()
        if name in wrote:
            imported = wrote[name].startswith("Import")
            if name in giving and not imported and not found.defines_as(name, wrote[name]):
                cell = giving[name].cell
                warnings.append(f"{name} of cell {cell} is not the {name} of {path}, which counts there: rename one")
        elif homes.get(name, path) != path and (name in defined or name not in shadowing):
            imports[name] = f"from .{homes[name].rpartition('/')[2].removesuffix('.py')} import {name}"
        elif name in giving:
            reached.add(giving[name])
            more = giving[name].uses - asked
            asked |= more
            pending += sorted(more, reverse=True)
        elif name in brought and homes.get(name) != path:
            imports[name] = brought[name].text
    return reached, imports, warnings


def _missing_names(found: Found, pieces: list[Piece], wrote: set[str]) -> list[str]:
    given = wrote | {name for piece in (*pieces, *found.course_imports) for name in piece.names}
    lost = {(name, found.computed[name]) for p in pieces for name in (p.runs_on - given) & found.computed.keys()}
    return [
        f"{name} is computed in cell {cell}, which is not run: a function that needs it must make it or be given it"
        for name, cell in sorted(lost)
    ]


def _completed(source: str, chosen: _Chosen) -> str:
    # The imports of the step's own modules come last where they can: its modules may import each other.
    pieces = [f"# cell {piece.cell}\n{piece.text}" for piece in chosen.pieces]
    parts = (_annotated_late(source.rstrip()), "\n".join(chosen.early), *pieces, "\n".join(chosen.late))
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _annotated_late(source: str) -> str:
    """The source with annotations that are not evaluated; its lines keep their numbers where Python lets them."""
    lines = source.split("\n")
    first = next((node.lineno - 1 for node in ast.parse(source).body if _is_future(node)), 0)
    for joint in ("; ", "  ", "\n"):
        text = "\n".join([*lines[:first], f"{LATE}{joint}{lines[first]}", *lines[first + 1 :]])
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        return text
    return source


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
