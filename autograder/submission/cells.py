"""Code cells of a notebook, parsed: magics and shell lines taken out, broken cells told by their number."""

from __future__ import annotations

import ast
import re
import warnings as python_warnings
from typing import Any, NamedTuple

from autograder.submission.entries import shown

MAX_CELL = 100_000  # characters
MAX_CODE = 300_000  # characters in all cells
MAX_MENDED = 20  # magic lines looked for one by one

_NOT_PYTHON = re.compile(r"^(\s*)(?:[%!?]|.*\?\s*$|[\w, ]+=\s*[%!])")
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


class Statement(NamedTuple):
    """A top-level statement with its own text, decorators included."""

    node: ast.stmt
    text: str


class Cell(NamedTuple):
    """A code cell that parses; `number` counts every cell of the notebook from 1."""

    number: int
    statements: list[Statement]


def code_cells(notebook: dict[str, Any]) -> tuple[list[Cell], list[str]]:
    """The code cells that can be read, and a warning for each that cannot."""
    cells: list[Cell] = []
    warnings: list[str] = []
    size = 0
    for number, cell in enumerate(notebook["cells"], 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = _source(cell)
        size += len(source)
        if size > MAX_CODE or len(source) > MAX_CELL:
            warnings.append(f"cell {number} is skipped: it holds far more code than a lesson needs")
            continue
        made = _parse_cell(number, source)
        if isinstance(made, Cell):
            cells.append(made)
        elif made:
            warnings.append(made)
    return cells, warnings


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n")


def _parse_cell(number: int, source: str) -> Cell | str | None:
    """The cell, None when it is not meant to be Python, or what is wrong with it."""
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%"):
        if not first.startswith(_PYTHON_MAGICS):
            return None
        source = source.replace(first, "pass", 1)
    for mended in _attempts(source):
        try:
            return Cell(number, _statements(mended))
        except SyntaxError as error:
            broken = f"cell {number} is skipped: line {error.lineno} is not valid Python ({error.msg})"
        except (ValueError, RecursionError, MemoryError) as error:
            broken = f"cell {number} is skipped: it cannot be read ({type(error).__name__}: {shown(str(error))})"
    return broken


def _statements(source: str) -> list[Statement]:
    nodes, lines = _parse(source).body, source.split("\n")
    spans = [(_first_line(node), node.end_lineno or node.lineno) for node in nodes]
    found = []
    for at, (node, (first, last)) in enumerate(zip(nodes, spans, strict=True)):
        shared = (at > 0 and spans[at - 1][1] >= first) or (at + 1 < len(nodes) and spans[at + 1][0] <= last)
        found.append(Statement(node, ast.unparse(node) if shared else "\n".join(lines[first - 1 : last])))
    return found


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _attempts(source: str) -> list[str]:
    """The source with the magic lines that Python stumbles over taken out one by one; failing that, with all out."""
    lines = source.split("\n")
    odd = sum(bool(_NOT_PYTHON.match(line)) for line in lines)
    for _ in range(odd + 1 if odd <= MAX_MENDED else 1):
        try:
            _parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            match = _NOT_PYTHON.match(lines[at]) if 0 <= at < len(lines) else None
            if not match:
                break
            lines[at] = f"{match[1]}pass"
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            return ["\n".join(lines)]
    everything = [_NOT_PYTHON.sub(r"\1pass #", line) for line in source.split("\n")]
    return ["\n".join(everything), "\n".join(lines)]


def _parse(source: str) -> ast.Module:
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        return ast.parse(source)
