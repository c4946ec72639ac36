"""What grading cannot make of a notebook: values that only a shell line, an answer or a download gives, functions in
cells that no kernel runs. Each is told with its cell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set

from autograder.submission.pieces import Notebook
from autograder.submission.slices import Line

_SHELL = {"get_ipython": "a shell line or magic, which grading does not run"}
_ASKS = {name: "an answer that somebody types, and grading has nobody" for name in ("input", "getpass")}
_WIDGETS = {name: "a widget, and grading has nobody to move it" for name in ("widgets", "ipywidgets", "interact")}
_NETWORK = {
    name: "a download, and grading has no network"
    for name in ("requests", "urlopen", "urlretrieve", "httpx", "hf_hub_download", "snapshot_download", "load_dataset")
}
_SOURCES = _SHELL | _ASKS | _WIDGETS | _NETWORK
_RUNS = {"run", "load", "cd", "store", "autoreload"}


def unmade_warnings(lines: Sequence[Line], unbound: Set[str], notebook: Notebook) -> list[str]:
    """A warning for each value that the taken lines cannot make, and each name that no cell makes."""
    warnings = [warning for line in lines for warning in _of_line(line)]
    unread = [line for line in notebook.lines if not line.effects.binds]  # the others are files that were read
    magics = [line.cell for line in unread if (magic := _magic(line.statement.node)) in _RUNS
              or (magic and unbound & set(re.findall(r"\w+", line.statement.text)))]  # fmt: skip
    stars = any(line.effects.stars for line in notebook.lines)
    if unbound and (magics or not stars):
        names = ", ".join(sorted(unbound)[:5])
        where = f"may come from the magic in cell {magics[0]}, which grading does not run" if magics else (
            "is made by no cell (by one that was deleted?)")  # fmt: skip
        warnings.append(f"{names} {where}: put what makes it in a cell, or in a .py file beside the notebook")
    return list(dict.fromkeys(warnings))


def _of_line(line: Line) -> Iterator[str]:
    if isinstance(line.statement.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for node in ast.walk(line.statement.node):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            for source in sorted(_SOURCES.keys() & _called(node.value)):
                yield (f"{', '.join(names)} of cell {line.cell} comes from {_SOURCES[source]}: a function that needs "
                       "it must make it or be given it")  # fmt: skip


def _called(node: ast.AST) -> set[str]:
    """Names and attributes that the code calls; `get_ipython` by itself asks the shell for nothing."""
    found = set[str]()
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            function: ast.expr = one.func
            while isinstance(function, ast.Attribute | ast.Call):
                if isinstance(function, ast.Attribute):
                    found.add(function.attr)
                    function = function.value
                else:
                    function = function.func
            asks_nothing = function is one.func and one is not node
            if isinstance(function, ast.Name) and not (function.id == "get_ipython" and asks_nothing):
                found.add(function.id)
    return found


def _magic(node: ast.stmt) -> str:
    match node:
        case ast.Expr(
            ast.Call(ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_line_magic"), [ast.Constant(name), *_])
        ):
            return str(name)
    return ""


def aside_warnings(notebook: Notebook, missing: Set[str]) -> list[str]:
    """A warning for each missing function that lies in a cell which no kernel runs among its names."""
    return [
        f"{name} is in cell {aside.number}, {aside.kind} cell, which defines nothing: put it in a code cell"
        for aside in notebook.asides
        for name in sorted(missing & set(aside.names))
    ]
