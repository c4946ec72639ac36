"""A step's modules, completed from a notebook.

The statements that the notebook's functions need go into one module of their own, to be run in the sandbox as in the
kernel; each module takes its exercises' functions from there, unless the learner has written them in it. Where there is
no module its stub is completed, so what neither defines is still *not started*.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from autograder.course import Course, CourseError, Step, stub_texts
from autograder.submission import run_cells
from autograder.submission.cells import Statement
from autograder.submission.effects import effects_of
from autograder.submission.entries import SubmissionError
from autograder.submission.pieces import Notebook
from autograder.submission.slices import Line, Slices
from autograder.submission.unmade import aside_warnings, unmade_warnings
from autograder.submission.written import bindings, coding_of, described, written

CELLS = "_notebook_cells"  # the module that holds a notebook's statements
_KNOWN = {*dir(builtins), "__name__", "__file__", "get_ipython", "display", "In", "Out", "_", "__"}


class Completed(NamedTuple):
    """A step's modules, path → source; names that the notebook gave, and those that the modules had; warnings."""

    files: dict[str, bytes]
    taken: list[str]
    kept: list[str]
    warnings: list[str]


class _Module(NamedTuple):
    """A module before it is completed: its source, what it binds and what of that the learner wrote; None where Python
    cannot read it."""

    source: str
    binds: dict[str, ast.AST]
    wrote: dict[str, str] | None


def complete_modules(notebook: Notebook, course: Course, step: Step, given: Mapping[str, bytes]) -> Completed:
    """The step's modules: those `given` (path → source), stubs where one is missing, and on top what the notebook
    defines of what is not written in them.

    Raises SubmissionError when the step's stubs cannot be made.
    """
    try:
        stubs = {f"{step.folder}/{name}": text for name, text in stub_texts(course, step).items()}
    except CourseError as error:
        raise SubmissionError(f"cannot be placed in step {step.id}: {error}") from None
    homes = {name: f"{step.folder}/{module}.py" for name, module in step.homes.items()}
    modules = {path: _module(path, given, stubs) for path in sorted({*stubs, *homes.values(), *_own(given)})}
    taken, kept = set[str](), set[str]()
    for name in notebook.exercises(step):
        wrote = modules[homes[name]].wrote
        if wrote is not None and name not in wrote:
            taken.add(name)
        elif wrote is None or not _same(notebook, name, wrote[name], given):
            kept.add(name)
    files = dict(given) | {path: module.source.encode() for path, module in modules.items() if path not in given}
    files |= {f"{step.folder}/{name}": text.encode("utf-8", "replace") for name, text in notebook.writes.items()
              if taken and f"{step.folder}/{name}" not in given}  # fmt: skip
    if not taken:
        return Completed(files, [], sorted(kept), [])
    slices, groups, unbound = _slices(notebook, modules, taken, step)
    cells = _free(f"{step.folder}/{CELLS}", files)
    files[cells] = _cells_module(slices, groups).encode("utf-8", "replace")
    for path, module in modules.items():
        wanted = [name for name in sorted(taken) if homes[name] == path or _imports(module, name, homes[name])]
        if wanted and module.wrote is not None:
            coding = coding_of(given.get(path, b""))
            files[path] = _completed(module.source, cells, wanted).encode(coding, "replace")
    lines = [slices.lines[at] for at in sorted(set().union(*groups.values()))]
    missing = step.homes.keys() - taken - {name for module in modules.values() for name in module.wrote or ()}
    warnings = unmade_warnings(lines, unbound, notebook) + aside_warnings(notebook, missing)
    return Completed(files, sorted(taken), sorted(kept), warnings)


def _own(given: Mapping[str, bytes]) -> set[str]:
    return {path for path in given if path.count("/") == 1 and path.endswith(".py")}


def _module(path: str, given: Mapping[str, bytes], stubs: Mapping[str, str]) -> _Module:
    try:
        source = _decoded(given[path]) if path in given else stubs.get(path, "")
        wrote = written(source, stubs.get(path, ""))
        return _Module(source, bindings(ast.parse(source).body) if wrote is not None else {}, wrote)
    except UnicodeDecodeError:  # Python will say why it cannot import the module
        return _Module("", {}, None)


def _decoded(source: bytes) -> str:
    return source.decode(coding_of(source)).replace("\r\n", "\n")


def _same(notebook: Notebook, name: str, how: str, given: Mapping[str, bytes]) -> bool:
    """True when the notebook gives the name the same meaning, `how` being what `written` says of it."""
    last = next(line for line in reversed(notebook.lines) if name in line.gives).statement
    if described(last.node) == how:
        return True
    row = repr(last.text).encode("utf-8", "replace")  # as an earlier notebook gave it
    return CELLS in how and any(row in text for path, text in given.items() if f"/{CELLS}" in path)


def _imports(module: _Module, name: str, home: str) -> bool:
    node = module.binds.get(name)
    stem = home.rpartition("/")[2].removesuffix(".py")
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] == stem and not node.names[0].asname


# ---------------------------------------------------------------- what is run


def _slices(
    notebook: Notebook, modules: Mapping[str, _Module], taken: Set[str], step: Step
) -> tuple[Slices, dict[str, set[int]], set[str]]:
    """The notebook's lines, those that each taken name needs, and names that nothing binds."""
    homes = {name: f"{step.folder}/{module}.py" for name, module in step.homes.items()}
    wrote = {name for name, home in homes.items() if name in (modules[home].wrote or ())}
    given = {name for line in notebook.lines for name in line.gives}
    lines = [line for one in notebook.lines for line in _unstarred(one, modules)]
    lines = [one for one in lines if not (one.course and one.effects.binds & given and one.course not in wrote)]
    slices = Slices(lines, step.homes.keys())
    unbound = set().union(*(slices.of([name])[1] for name in taken)) - _KNOWN
    homes = {name: path for path, module in modules.items() for name in module.binds} | homes
    brought = [_import(name, homes[name]) for name in sorted(unbound & homes.keys())]
    if brought:  # what a module has and the notebook does not import
        slices = Slices([*brought, *lines], step.homes.keys())
    found = {name: slices.of([name])[0] for name in sorted(taken)}
    union = set().union(*found.values())
    return slices, {name: slices.together(group, union) for name, group in found.items()}, unbound - homes.keys()


def _unstarred(line: Line, modules: Mapping[str, _Module]) -> Iterator[Line]:
    """The line; for an import of everything from a module of the step, an import of each name."""
    node = line.statement.node
    if not (line.course == "*" and isinstance(node, ast.ImportFrom)):
        yield line
        return
    stem = (node.module or "").split(".")[-1]
    for path, module in modules.items():
        if path.endswith(f"/{stem}.py"):
            yield from (_import(name, path, line.cell) for name in module.binds if not name.startswith("_"))


def _import(name: str, path: str, cell: int = 0) -> Line:
    stem = path.rpartition("/")[2].removesuffix(".py")
    node = ast.ImportFrom(stem, [ast.alias(name)], 1)
    statement = Statement(node, ast.unparse(node), 1)
    return Line(cell, statement, effects_of(statement, frozenset()), frozenset(), name)


def _cells_module(slices: Slices, groups: Mapping[str, set[int]]) -> str:
    """The module that runs the cells when it is imported in the sandbox."""
    order = slices.in_order(set().union(*groups.values()))
    place = {at: number for number, at in enumerate(order)}
    bound = set[str]()
    rows = []
    for at in order:
        line = slices.lines[at]
        late = bool(line.effects.annotations - bound - _KNOWN)  # a class may come after those that only mention it
        bound |= line.effects.binds
        row = (line.cell, line.statement.line, line.statement.text, late, sorted(line.gives))
        rows.append(f"    # cell {line.cell}\n    {row!r},\n")
    needs = {name: sorted(place[at] for at in group) for name, group in groups.items()}
    head = Path(run_cells.__file__).read_text(encoding="utf-8")
    return f"{head}\n\nCELLS = [\n{''.join(rows)}]\nNEEDS = {needs!r}\n_begin()\n"


def _free(name: str, files: Mapping[str, bytes]) -> str:
    return next(path for at in range(len(files) + 1) if (path := f"{name}{at or ''}.py") not in files)


def _completed(source: str, cells: str, names: list[str]) -> str:
    stem = cells.rpartition("/")[2].removesuffix(".py")
    taken = "\n".join(f'{name} = {stem}.give(globals(), "{name}")' for name in names)
    return f"{source.rstrip()}\n\n\n# from the notebook\nfrom . import {stem}\n\n{taken}\n"
