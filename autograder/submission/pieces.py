"""What each notebook of a submission defines, without running it.

Top-level imports, functions, classes and simple constants are taken from the code cells, statement by statement.
"""

from __future__ import annotations

import ast
import builtins
import json
import symtable
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograder.course import Course, Import, Step, bound_name, only, used_names
from autograder.submission.cells import Cell, code_cells
from autograder.submission.entries import SubmissionError
from autograder.submission.parts import Parts
from autograder.submission.written import described

LATE = "from __future__ import annotations"  # annotations are not evaluated: a class may come after those that name it

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Pieces:
    """The parts, and of each of their notebooks what it defines or the error that says why it cannot be read."""

    parts: Parts
    notebooks: dict[str, Notebook | SubmissionError]
    within: Pieces | None = None


def read_pieces(parts: Parts, course: Course) -> Pieces:
    """What the parts define, and those of a zip within. Nothing is run."""
    notebooks = {path: _notebook(data, course) for path, data in (parts.notebooks | parts.elsewhere).items()}
    return Pieces(parts, notebooks, read_pieces(parts.within, course) if parts.within else None)


@dataclass(frozen=True)
class Notebook:
    """A notebook that was read: its pieces, a warning for each cell that could not be, the step its metadata names."""

    found: Found
    warnings: list[str]
    said: object = None

    def exercises(self, step: Step) -> set[str]:
        """Functions and classes that the step's exercises ask for and that the notebook defines."""
        return step.homes.keys() & {name for piece in self.found.definitions for name in piece.names}


def _notebook(data: bytes, course: Course) -> Notebook | SubmissionError:
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return SubmissionError(f"is not a notebook that can be read ({error}): save it again")
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return SubmissionError("is not a notebook of format 4 (it has no cells): open it in Jupyter and save it again")
    cells, warnings = code_cells(notebook)
    metadata = notebook.get("metadata")
    own = metadata.get("lmi") if isinstance(metadata, dict) else None
    return Notebook(_collect(cells, course), warnings, own.get("step") if isinstance(own, dict) else None)


class Piece(NamedTuple):
    """One statement worth taking: the names it gives, those it uses (all, and those not only in annotations), those it
    uses at once, and its text."""

    names: frozenset[str]
    uses: frozenset[str]
    runs_on: frozenset[str]
    at_once: frozenset[str]
    text: str
    cell: int


class Found(NamedTuple):
    """The pieces of a notebook by what they are, in the order of its cells."""

    imports: list[Piece]  # one name each
    course_imports: list[Piece]  # of the course's own steps, one name each
    constants: list[Piece]
    definitions: list[Piece]
    computed: dict[str, int]  # name → cell whose running would give it

    def defines_as(self, name: str, how: str) -> bool:
        """True when the notebook gives the name the same meaning, `how` being what `written` says of it."""
        pieces = [piece for piece in (*self.imports, *self.constants, *self.definitions) if name in piece.names]
        try:
            return bool(pieces) and any(described(node) == how for node in ast.parse(pieces[-1].text).body)
        except SyntaxError:
            return False


def _collect(cells: Sequence[Cell], course: Course) -> Found:
    """The pieces of the cells that can be taken without running anything, and what only running would give."""
    found = Found([], [], [], [], {})
    nodes = [statement.node for cell in cells for statement in cell.statements]
    plain = set(dir(builtins)) | {name for node in nodes for name in _imported(node)}
    plain |= {node.name for node in nodes if isinstance(node, _Definition)}
    for cell in cells:
        for node, text in cell.statements:
            piece = _piece(node, text, cell.number)
            if isinstance(node, Import):
                if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                    parts = [only(node, alias) for alias in node.names]
                    kind = found.course_imports if _of_course(node, course) else found.imports
                    kind.extend(_piece(part, ast.unparse(part), cell.number) for part in parts)
            elif isinstance(node, _Definition):
                found.definitions.append(piece)
            elif piece.names and _is_constant(node, plain):
                found.constants.append(piece)
                plain |= piece.names
            else:
                found.computed.update((name, cell.number) for name in _bound(node))
    return found


def _piece(node: ast.stmt, text: str, cell: int) -> Piece:
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
    uses, runs_on = _global_names(text), _global_names(f"{LATE}\n{text}")
    return Piece(frozenset(names), frozenset(uses), frozenset(runs_on), frozenset(at_once), text, cell)


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
    """True for an assignment that calls nothing and uses only what is imported, defined or such a constant itself."""
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


def in_order(pieces: Sequence[Piece], giving: Mapping[str, Piece]) -> Iterator[Piece]:
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
