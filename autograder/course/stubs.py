"""Stubs are made from solutions: what a learner fills in.

    # region solution: return the score of every class for every image
    return x @ W.T + bias
    # endregion

A region in a function becomes `raise NotImplementedError("Return …")`; one without a text, outside of functions,
vanishes (helpers, constants). Imports that only solutions need vanish too. All other text stays as it is.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.course.model import Course, CourseError, Problem, Step
from autograder.course.names import Import, bound_name, used_names

LINE_LENGTH = 120

_START = re.compile(r"#\s*region\b\s*(?P<rest>.*)$")
_END = re.compile(r"#\s*endregion\b")
_TITLE = re.compile(r"solution\b\s*(?::\s*(?P<task>.*?)\s*)?$")


@dataclass(frozen=True)
class Region:
    """Lines `first` to `last` (counted from 1, the comments included) of a solution; no `task` outside functions."""

    first: int
    last: int
    indent: str
    task: str | None


@lru_cache(maxsize=256)  # each submission is compared with all of a course's
def make_stub(solution: str, file: Path) -> str:
    """The stub of a solution's text. Raises CourseError, naming `file` and line, when a region is malformed."""
    tree = _parse(solution, file)
    regions = find_regions(solution, file)
    lines = solution.split("\n")
    for region in reversed(regions):
        if region.task is not None:
            lines[region.first - 1 : region.last] = _not_implemented(region)
        else:
            _cut(lines, region.first - 1, region.last)
    stub = _drop_imports("\n".join(lines), used_names(tree), file)
    return stub.strip("\n") + "\n" if stub.strip() else ""


def find_regions(solution: str, file: Path) -> list[Region]:
    """The solution regions of a file, in order; every malformed one is a problem of a CourseError."""
    tree = _parse(solution, file)
    lines = solution.split("\n")
    regions: list[Region] = []
    problems: list[Problem] = []
    start: tuple[int, str] | None = None
    for line, comment in _comments(solution):
        opening, closing = _START.match(comment), _END.match(comment)
        if not opening and not closing:
            continue
        if lines[line - 1].strip() != comment.strip():
            problems.append(Problem(file, line, "a region's comment must stand on a line of its own"))
        elif opening and start:
            problems.append(Problem(file, line, f"region inside the region of line {start[0]}: close that one first"))
        elif opening:
            start = (line, opening["rest"])
        elif start is None:
            problems.append(Problem(file, line, "endregion without a region: take it out or open one"))
        else:
            made = _region(start, line, lines, tree, file)
            (problems if isinstance(made, Problem) else regions).append(made)  # type: ignore[arg-type]
            start = None
    if start:
        problems.append(Problem(file, start[0], "region is never closed: write `# endregion` after the solution"))
    if problems:
        raise CourseError(problems)
    return regions


def stub_texts(course: Course, step: Step) -> dict[str, str]:
    """File name → text of every stub of a step as it was before a learner touched it.

    Made from the solutions; a learners' release, which has none, keeps a copy in `grading_configs/stubs`.
    """
    if course.has_solutions:
        files = sorted(course.reference_folder(step).glob("*.py"))
        return {file.name: make_stub(read_text(file), file) for file in files}
    return {file.name: read_text(file) for file in sorted(pristine_folder(course.root, step).glob("*.py"))}


def pristine_folder(root: Path, step: Step) -> Path:
    """Where a learners' release keeps the untouched stubs."""
    return root / "grading_configs" / "stubs" / step.folder


def read_text(file: Path) -> str:
    """A file's text, its lines ending in `\\n`. Raises CourseError when it is not UTF-8."""
    try:
        return file.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise CourseError([Problem(file, None, f"is not UTF-8 text ({error.reason}): save it as UTF-8")]) from None


def _parse(text: str, file: Path) -> ast.Module:
    try:
        return ast.parse(text, str(file))
    except SyntaxError as error:
        raise CourseError([Problem(file, error.lineno, f"is not valid Python: {error.msg}")]) from None


def _comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _region(start: tuple[int, str], last: int, lines: list[str], tree: ast.Module, file: Path) -> Region | Problem:
    first, title = start
    named = _TITLE.match(title)
    if not named:
        return Problem(file, first, f"region {title!r} is unknown: write `# region solution: what to do`")
    task = named["task"] or None
    block = _block(tree, first, last)
    if not block:
        return Problem(file, first, "region holds no code: put the solution between its comments")
    if (
        any(not _holds(block, node) for node in _statements(tree) if first <= node.lineno <= last)
        or _ends(block) > last
    ):
        return Problem(
            file, first, "region cuts a block in two: put whole statements of one block between its comments"
        )
    if _in_function(tree, block[0]) and not task:
        return Problem(file, first, "region has no task: write `# region solution: what to do`")
    if not _in_function(tree, block[0]) and task:
        return Problem(file, first, "region outside of a function cannot have a task: write `# region solution`")
    return Region(first, last, " " * block[0].col_offset, task)


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.stmt))


def _block(tree: ast.Module, first: int, last: int) -> list[ast.stmt]:
    """The statements that begin between the lines and follow each other in one block, the outermost there is."""
    for node in ast.walk(tree):  # breadth first
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            inside = [one for one in block if first < one.lineno < last] if isinstance(block, list) else []
            if inside:
                return inside
    return []


def _holds(block: list[ast.stmt], node: ast.stmt) -> bool:
    return any(one.lineno <= node.lineno and _ends([node]) <= _ends([one]) for one in block)


def _ends(block: list[ast.stmt]) -> int:
    return max(node.end_lineno or node.lineno for node in block)


def _in_function(tree: ast.Module, node: ast.stmt) -> bool:
    functions = (outer for outer in ast.walk(tree) if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(outer is not node and _holds([outer], node) for outer in functions)


def _not_implemented(region: Region) -> list[str]:
    assert region.task is not None
    quoted = _quoted(region.task[0].upper() + region.task[1:])
    line = f"{region.indent}raise NotImplementedError({quoted})"
    if len(line) <= LINE_LENGTH:
        return [line]
    return [f"{region.indent}raise NotImplementedError(", f"{region.indent}    {quoted}", f"{region.indent})"]


def _quoted(text: str) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def _cut(lines: list[str], start: int, stop: int) -> None:
    """Takes lines out; of the blank lines before and after, the longer run stays."""
    before, after = start, stop
    while before > 0 and not lines[before - 1].strip():
        before -= 1
    while after < len(lines) and not lines[after].strip():
        after += 1
    blank = max(start - before, after - stop) if before > 0 and after < len(lines) else 0
    lines[before:after] = [""] * blank if after < len(lines) else [""]


def _drop_imports(stub: str, used_by_solution: set[str], file: Path) -> str:
    """Takes out what is imported for solutions only; an import that nothing uses is there for another reason."""
    tree = _parse(stub, file)
    unused = used_by_solution - used_names(tree)
    lines = stub.split("\n")
    for node in reversed(tree.body):
        if not isinstance(node, Import) or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            continue
        kept = [alias for alias in node.names if bound_name(node, alias) not in unused]
        start, stop = node.lineno - 1, node.end_lineno or node.lineno
        if not kept:
            _cut(lines, start, stop)
        elif len(kept) < len(node.names):
            lines[start:stop] = _import_lines(node, kept)
    return "\n".join(lines)


def _import_lines(node: Import, kept: list[ast.alias]) -> list[str]:
    names = [f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in kept]
    if isinstance(node, ast.Import):
        return [f"import {', '.join(names)}"]
    line = f"from {'.' * node.level}{node.module or ''} import "
    if len(line + ", ".join(names)) <= LINE_LENGTH:
        return [line + ", ".join(names)]
    return [f"{line}(", *(f"    {name}," for name in names), ")"]
