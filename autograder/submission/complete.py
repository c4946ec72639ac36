"""A step's modules, completed from a notebook.

Of the notebook's pieces, what the exercises need is taken, in an order that works whatever the order of the cells. Each
exercise's function goes into its module, with what it needs, unless the learner has written it there. Where there is no
module its stub is completed, so what neither defines is still *not started*.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from autograder.course import Course, CourseError, Step, stub_texts
from autograder.submission.entries import SubmissionError
from autograder.submission.pieces import LATE, Found, Notebook, Piece, in_order
from autograder.submission.written import written


class Completed(NamedTuple):
    """A step's modules, path → source; names that the notebook gave, and those that the modules had; warnings."""

    files: dict[str, bytes]
    taken: list[str]
    kept: list[str]
    warnings: list[str]


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
