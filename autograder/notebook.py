"""Functions out of a notebook, without running it.

Top-level imports, functions, classes and simple constants are taken from the code cells; of these, what the exercises
need, in an order that works whatever the order of the cells. Each module of the step becomes its stub followed by
them, so what the notebook does not define is still *not started*.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import symtable
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from autograder.course import Course, CourseError, Step
from autograder.intake import SubmissionError
from autograder.names import Import, bound_name, used_names
from autograder.notebook_cells import Cell, code_cells
from autograder.stubs import stub_texts

_LATE = "from __future__ import annotations"  # a class may be named in an annotation before it is there
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class _Piece(NamedTuple):
    """One statement worth taking: the names it gives, those it uses, those it uses at once, and its text."""

    names: frozenset[str]
    uses: frozenset[str]
    at_once: frozenset[str]
    text: str
    cell: int


class _Found(NamedTuple):
    imports: list[_Piece]
    course_imports: list[_Piece]  # of the course's own steps: the notebook's functions stand in for these
    constants: list[_Piece]
    definitions: list[_Piece]
    computed: dict[str, int]  # name → cell whose running would give it


def read_notebook(data: bytes, path: str, course: Course) -> tuple[dict[str, bytes], list[str]]:
    """Module path → source for the step that the notebook belongs to, and warnings with cell numbers.

    Raises SubmissionError when it is no notebook or defines nothing that an exercise asks for.
    """
    notebook = _parse_json(data)
    cells, warnings = code_cells(notebook)
    found = _collect(cells, course)
    step = _step_of(notebook, path, {name for piece in found.definitions for name in piece.names}, course, warnings)
    chosen = _needed(found, _targets(step))
    warnings += _missing_names(found, chosen)
    return _modules(course, step, found, chosen), warnings


def exercises_in_notebook(data: bytes, course: Course) -> list[str]:
    """Names of the exercises that a notebook defines functions or classes for."""
    cells, _ = code_cells(_parse_json(data))
    defined = {name for piece in _collect(cells, course).definitions for name in piece.names}
    return sorted(defined & {name for step in course.steps for name in _targets(step)})


def _parse_json(data: bytes) -> dict[str, object]:
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"is not a notebook that can be read ({error}): save it again") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise SubmissionError("is not a notebook of format 4 (it has no cells): open it in Jupyter and save it again")
    return notebook


def _targets(step: Step) -> set[str]:
    """Top-level names that the step's exercises ask for."""
    return {exercise.target.split(".")[0] for exercise in step.exercises}


def _step_of(notebook: dict[str, object], path: str, defined: set[str], course: Course, warnings: list[str]) -> Step:
    """The step in the metadata (`lmi.step`), or that the path names, or that most of the names belong to."""
    matching = {step.id: len(defined & _targets(step)) for step in course.steps}
    best = max(matching.values(), default=0)
    if best == 0:
        raise SubmissionError("; ".join(["defines no function that an exercise asks for", *warnings]))
    metadata = notebook.get("metadata")
    own = metadata.get("lmi") if isinstance(metadata, dict) else None
    said = own.get("step") if isinstance(own, dict) else None
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


def _collect(cells: Sequence[Cell], course: Course) -> _Found:
    found = _Found([], [], [], [], {})
    plain = set(dir(builtins)) | {name for cell in cells for node, _ in cell.statements for name in _imported(node)}
    for cell in cells:
        for node, text in cell.statements:
            piece = _piece(node, text, cell.number)
            if isinstance(node, Import):
                if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                    (found.course_imports if _of_course(node, course) else found.imports).append(piece)
            elif isinstance(node, _Definition):
                found.definitions.append(piece)
            elif piece.names and _is_constant(node, plain):
                found.constants.append(piece)
                plain |= piece.names
            else:
                found.computed.update((name, cell.number) for name in _bound(node))
    return found


def _piece(node: ast.stmt, text: str, cell: int) -> _Piece:
    names: set[str] = set()
    at_once = used_names(node)
    if isinstance(node, Import):
        names = set(_imported(node))
    elif isinstance(node, ast.ClassDef):
        names = {node.name}  # the body runs at once, its methods do not
        parts: list[ast.AST] = [*node.bases, *node.keywords, *node.decorator_list]
        parts += [inner for inner in node.body if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)]
        at_once = used_names(*parts)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        names = {node.name}
        defaults = [default for default in node.args.kw_defaults if default]
        at_once = used_names(*node.decorator_list, *node.args.defaults, *defaults)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {target.id for target in targets if isinstance(target, ast.Name)} if node.value else set()
    return _Piece(frozenset(names), frozenset(_global_names(text)), frozenset(at_once), text, cell)


def _global_names(text: str) -> set[str]:
    """Names that the code takes from its module: not those of its arguments and local variables."""
    try:
        pending = [symtable.symtable(text, "cell", "exec")]
    except SyntaxError:  # Python reads it but could not run it; it will say so when it is graded
        return set()
    names = set()
    while pending:
        table = pending.pop()
        outermost = table.get_type() == "module"
        names |= {
            one.get_name() for one in table.get_symbols() if one.is_referenced() and (outermost or one.is_global())
        }
        pending += table.get_children()
    return names


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


def _is_constant(node: ast.stmt, plain: set[str]) -> bool:
    """True for an assignment that calls nothing and uses only imports, builtins and other constants."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    running = ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr | ast.comprehension
    calls = any(isinstance(inner, running) for inner in ast.walk(node.value))
    return not calls and all(isinstance(target, ast.Name) for target in targets) and used_names(node.value) <= plain


def _bound(node: ast.stmt) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, Import):
            yield from _imported(inner)


def _needed(found: _Found, wanted: set[str]) -> list[_Piece]:
    """The pieces that the wanted names need, in an order in which they can be run; of two of a name, the later."""
    giving: dict[str, _Piece] = {}
    for piece in (*found.imports, *found.constants, *found.definitions):
        giving.update(dict.fromkeys(piece.names, piece))
    stars = [piece for piece in found.imports if "*" in piece.names]
    reached: set[_Piece] = set(stars)
    pending = [giving[name] for name in sorted(wanted) if name in giving]
    while pending:
        piece = pending.pop()
        if piece not in reached:
            reached.add(piece)
            pending += [giving[name] for name in piece.uses if name in giving]
    return [
        *(piece for piece in found.imports if piece in reached),
        *_in_order([piece for piece in (*found.constants, *found.definitions) if piece in reached], giving),
    ]


def _in_order(pieces: Sequence[_Piece], giving: Mapping[str, _Piece]) -> Iterator[_Piece]:
    """The pieces, each after those it uses at once (bases, decorators, defaults)."""
    todo = set(pieces)
    for piece in pieces:
        stack, begun = [piece], {piece}
        while stack:
            needed = [giving[name] for name in sorted(stack[-1].at_once) if name in giving]
            first = next((one for one in needed if one in todo and one not in begun), None)
            if first:
                begun.add(first)
                stack.append(first)
            elif (last := stack.pop()) in todo:
                todo.remove(last)
                yield last


def _missing_names(found: _Found, chosen: Sequence[_Piece]) -> list[str]:
    given = {name for piece in (*chosen, *found.course_imports) for name in piece.names}
    lost: Counter[tuple[str, int]] = Counter()
    for piece in chosen:
        for name in sorted(piece.uses - given):
            if name in found.computed:
                lost[name, found.computed[name]] += 1
    return [
        f"{name} is computed in cell {cell}, which is not run: a function that needs it must make it or be given it"
        for name, cell in lost
    ]


def _modules(course: Course, step: Step, found: _Found, chosen: Sequence[_Piece]) -> dict[str, bytes]:
    try:
        stubs = stub_texts(course, step)
    except CourseError as error:
        raise SubmissionError(f"cannot be placed in step {step.id}: {error}") from None
    # The course's own imports come last: the modules of a step may import each other.
    parts = [f"# cell {piece.cell}\n{piece.text}" for piece in (*chosen, *found.course_imports)]
    files = {}
    for name, stub in stubs.items():
        if name != "__init__.py":
            late = [] if _LATE in stub else [_LATE]
            stub = "\n\n\n".join([*late, stub.rstrip(), *parts]) + "\n"
        files[f"{step.folder}/{name}"] = stub.encode("utf-8", "replace")
    return files
