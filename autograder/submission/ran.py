"""A file that a cell runs by `%run`: what it does to the notebook's names."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Mapping, Set
from dataclasses import replace

from autograder.submission.cells import Statement
from autograder.submission.effects import Effects, answers, effects_of, keeps
from autograder.submission.written import source_text

MAX_RUNS = 10  # in one notebook; what is run after them is not followed
MAX_FILE = 50_000  # characters


def run_by(statement: Statement, beside: Mapping[str, bytes]) -> tuple[ast.Module, bool] | None:
    """The file that the statement runs, and whether among the notebook's names; None where it runs none of those
    `beside` the notebook (path → source) that can be read."""
    match statement.node:
        case ast.Expr(
            ast.Call(
                ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_line_magic"),
                [ast.Constant("run"), ast.Constant(str(line))],
            )
        ):
            try:
                words = shlex.split(line)
                name = next(word for word in words if not word.startswith("-")).removeprefix("./")
                text = source_text(beside[name if name.endswith(".py") else f"{name}.py"])
                return (ast.parse(text), "-i" in words) if len(text) <= MAX_FILE else None
            except (ValueError, StopIteration, KeyError, SyntaxError, RecursionError, MemoryError):
                return None
    return None


def effects_of_run(file: ast.Module, shared: bool, modules: Set[str]) -> Effects:
    """What running the file does. `shared`: it runs among the notebook's names."""
    found = effects_of(Statement(file, ast.unparse(file), 1), modules)  # type: ignore[arg-type]
    if shared:
        return found
    binds = frozenset(name for name in found.binds if not name.startswith("__"))
    nothing = frozenset[str]()
    return replace(found, binds=binds, whole=binds, changes=nothing, passed=nothing, at_once=nothing, later=nothing,
                   calls=nothing, writes=nothing, annotations=nothing, holds={})  # fmt: skip


def answers_of_run(file: ast.Module, functions: Set[str], modules: Set[str]) -> tuple[set[str], set[str]]:
    """The names that the file binds to functions, and what it keeps of them."""
    known, found, kept = set(functions), set[str](), set[str]()
    for node in file.body:
        given = answers(node, known, modules)
        known |= given
        held = keeps(node, known, modules)
        known |= held
        found |= given
        kept |= held
    return found, kept
