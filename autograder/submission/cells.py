"""Code cells of a notebook, read as IPython reads them: magics and shell lines become calls of `get_ipython()`."""

from __future__ import annotations

import ast
import re
import warnings as python_warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograder.submission.entries import shown

MAX_CELL = 100_000  # characters
MAX_CODE = 300_000  # characters in all cells
MAX_STATEMENTS = 5_000  # in all cells
MAX_MENDED = 20  # magic lines looked for one by one
TOO_MUCH = "it holds far more code than a lesson needs"
MAX_MAGIC = 300  # characters of a cell magic's line that are looked at
MAX_LINE = 1_000  # characters of a line that IPython is asked about
MAX_WORK = 60_000  # odd lines times characters that IPython is asked about in one cell: its work grows with both
MAX_ALL_WORK = 250_000

_ASSIGNED = re.compile(r"[\w, ]+=\s*[%!]")
_PROMPT = re.compile(r"^\s*In \[\d*\]: ", re.M)  # which Python could read as an annotation
_ODD = re.compile(r"^\s*(?:[%!?,;/]|>>>|In \[)|\?[\s;]*$|=\s*[%!]")
_RUN_HERE = re.compile(r"%%(?:time|capture|prun)\b")  # cell magics whose body the kernel runs among its own names
_WRITES_OTHER = re.compile(r"%%(?:writefile|file)\s+(-a\s+)?[\"']?([\w./ -]*\w)[\"']?\s*$")
_OPTIONS = re.compile(r"^(?:--?[a-z][\w-]* +)+")  # of `%prun -q x = 1`
# names that a cell magic binds
_TAKES = re.compile(r"\s--?(?:out|err|proc)[ =](\w+)|^%%capture\s+(?:--\S+\s+)*([A-Za-z_]\w*)")
_WRITES = re.compile(r"%%(?:writefile|file)\s+(-a\s+)?[\"']?(?:\./)?((?:[A-Za-z_]\w*/){0,3}[A-Za-z_]\w*\.py)[\"']?\s*$")
_DEFINES = re.compile(r"^[ \t>]*(?:async +)?def +(\w+)", re.M)


class Statement(NamedTuple):
    """A top-level statement with its own text, decorators included, and the line of its cell that it begins on."""

    node: ast.stmt
    text: str
    line: int


class Cell(NamedTuple):
    """A code cell that parses; `number` counts every cell of the notebook from 1.

    `writes`: the module that the cell writes to a file instead of running it, its name and text.
    """

    number: int
    statements: list[Statement]
    writes: tuple[str, str] | None = None


class Aside(NamedTuple):
    """Functions in a cell that no kernel runs as Python, and what kind of cell it is."""

    number: int
    kind: str
    names: list[str]


def code_cells(notebook: dict[str, Any]) -> tuple[list[Cell], list[str]]:
    """The code cells that can be read, and a warning for each that cannot."""
    cells: list[Cell] = []
    warnings: list[str] = []
    files: dict[str, str] = {}
    size, work = 0, 0
    for number, source in _sources(notebook, "code"):
        size += len(source)
        if size > MAX_CODE or len(source) > MAX_CELL:
            warnings.append(f"cell {number} is skipped: {TOO_MUCH}")
            continue
        first, _, body = source.lstrip().partition("\n")
        body += "" if body.endswith("\n") else "\n"  # as IPython gives it to a magic
        if match := _WRITES.match(first):
            files[match[2]] = (files.get(match[2], "") if match[1] else "") + body
            cells.append(Cell(number, [], (match[2], files[match[2]])))
            continue
        if first.startswith("%%"):
            head = _head_of_magic(first[:MAX_MAGIC], body)
            source = source.replace(first, head, 1) if _RUN_HERE.match(first) else head
        statements = sum(len(cell.statements) for cell in cells)
        work += (asked := _work(source))
        made = _parse_cell(number, source, asked <= MAX_WORK and work <= MAX_ALL_WORK)
        if isinstance(made, Cell) and statements + len(made.statements) > MAX_STATEMENTS:
            warnings.append(f"cell {number} is skipped: {TOO_MUCH}")
        elif isinstance(made, Cell):
            cells.append(made)
        else:
            warnings.append(made)
    return cells, warnings


def _head_of_magic(first: str, body: str) -> str:
    """What the first line of a cell magic does by itself: names that it binds, a file that it writes."""
    if (match := _WRITES_OTHER.match(first)) and not match[2].startswith("/") and ".." not in match[2]:
        return f"get_ipython().run_cell_magic('writefile', {match[2]!r}, {body!r}, {'a' if match[1] else 'w'!r})"
    names = [name for found in _TAKES.findall(first) for name in found if name]
    return "; ".join(f"{name} = get_ipython()" for name in names) or "pass"


def functions_aside(notebook: dict[str, Any]) -> list[Aside]:
    """Functions in text, raw cells and cells of magics that do not run them among the notebook's names."""
    found = []
    for kind in ("markdown", "raw", "code"):
        for number, source in _sources(notebook, kind):
            first = source[:MAX_CELL].lstrip().split("\n", 1)[0]
            if kind == "code" and (not first.startswith("%%") or _RUN_HERE.match(first) or _WRITES.match(first)):
                continue
            if names := _DEFINES.findall(source[:MAX_CELL]):
                found.append(Aside(number, f"a {kind}" if kind != "code" else f"a {shown(first.split()[0])}", names))
    return found


def _sources(notebook: dict[str, Any], kind: str) -> Iterator[tuple[int, str]]:
    for number, cell in enumerate(notebook["cells"], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == kind:
            source = cell.get("source", "")
            lines = source if isinstance(source, list) else [source]
            text = "".join(line for line in lines if isinstance(line, str))
            yield number, text.replace("\r\n", "\n").replace("\r", "\n")


def _work(source: str) -> int:
    """How much it would be to ask IPython about the source."""
    lines = [line for line in source.split("\n") if _ODD.search(line[: MAX_LINE + 1]) or len(line) > MAX_LINE]
    return MAX_WORK + 1 if any(len(line) > MAX_LINE for line in lines) else len(lines) * len(source)


def _parse_cell(number: int, source: str, ask_ipython: bool) -> Cell | str:
    """The cell, or what is wrong with it."""
    by_ipython = _by_ipython if ask_ipython else _as_it_is
    as_typed = by_ipython if _PROMPT.search(source) else _as_it_is
    for readings in (as_typed, by_ipython, _mended):
        for reading in readings(source):
            try:
                return Cell(number, list(_statements(reading)))
            except SyntaxError as error:
                broken = f"cell {number} is skipped: line {error.lineno} is not valid Python ({error.msg})"
            except (ValueError, RecursionError, MemoryError) as error:
                broken = f"cell {number} is skipped: it cannot be read ({type(error).__name__}: {shown(str(error))})"
    return broken


def _as_it_is(source: str) -> Iterator[str]:
    yield source


def _by_ipython(source: str) -> Iterator[str]:
    from IPython.core.inputtransformer2 import TransformerManager  # takes longer to load than most notebooks to read

    try:
        yield TransformerManager().transform_cell(source)
    except (RuntimeError, SyntaxError, ValueError, RecursionError, IndexError):
        return


def _statements(source: str) -> Iterator[Statement]:
    nodes, lines = _parse(source).body, source.split("\n")
    spans = [(_first_line(node), node.end_lineno or node.lineno) for node in nodes]
    for at, (node, (first, last)) in enumerate(zip(nodes, spans, strict=True)):
        if inner := _within(node):
            yield from (Statement(one, ast.unparse(one), first) for one in inner)
            continue
        shared = (at > 0 and spans[at - 1][1] >= first) or (at + 1 < len(nodes) and spans[at + 1][0] <= last)
        yield Statement(node, ast.unparse(node) if shared else "\n".join(lines[first - 1 : last]), first)


def _within(node: ast.stmt) -> list[ast.stmt]:
    """What `%time x = 1`, `x = %time 1` and `exec("x = 1")` run."""
    match node:
        case ast.Expr(ast.Call(ast.Name("exec"), [ast.Constant(str(code))], [])):
            return _body(code)
        case ast.Expr(value=call) if (timed := _timed(call)) is not None:
            return _body(timed)
        case ast.Assign(targets, call) if (timed := _timed(call)) is not None:
            match _body(timed):
                case [ast.Expr(value)]:
                    return [ast.copy_location(ast.Assign(targets, value), node)]
    return []


def _timed(call: ast.expr) -> str | None:
    match call:
        case ast.Call(
            ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_line_magic"),
            [ast.Constant("time" | "prun"), ast.Constant(str(code))],
        ):
            return _OPTIONS.sub("", code)
    return None


def _body(code: str) -> list[ast.stmt]:
    try:
        return _parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _mended(source: str) -> Iterator[str]:
    """The source with the magic lines that Python stumbles over taken out one by one; failing that, with all out."""
    lines = source.split("\n")
    odd = sum(map(_is_magic, lines))
    for _ in range(odd + 1 if odd <= MAX_MENDED else 1):
        try:
            _parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not (0 <= at < len(lines) and _is_magic(lines[at])):
                break
            lines[at] = _indent(lines[at]) + "pass"
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            yield "\n".join(lines)
            return
    yield "\n".join(_indent(line) + "pass" if _is_magic(line) else line for line in source.split("\n"))
    yield "\n".join(lines)


def _is_magic(line: str) -> bool:
    line = line.strip()
    return line.startswith(("%", "!", "?")) or line.endswith("?") or bool(_ASSIGNED.match(line))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _parse(source: str) -> ast.Module:
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        return ast.parse(source)
