"""What a learner wrote in a module, and what is still as the course gave it out."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence

from autograder.course import Course, Import, Step, bound_name, only, stub_texts

BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # by which Python says that it cannot read code
_Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def still_stubs(course: Course, step: Step, files: Mapping[str, bytes]) -> list[str]:
    """Ids of the step's exercises whose function or class is missing or as it was given out."""
    given = stub_texts(course, step)
    untouched = []
    for exercise in step.exercises:
        module = f"{exercise.module}.py"
        ours = _object(given.get(module, "").encode(), exercise.target)
        theirs = _object(files.get(f"{step.folder}/{module}", b""), exercise.target)
        if theirs is None or theirs == ours:
            untouched.append(exercise.id)
    return untouched


def written(source: str, stub: str) -> dict[str, str] | None:
    """Top-level names that the source binds otherwise than the stub → how; None when Python cannot read the source.

    How is a text that ignores comments, spacing and docstrings. A function that only raises NotImplementedError is
    not written, whatever its signature: the stub may be of another version of the course.
    """
    try:
        ours, theirs = bindings(ast.parse(stub).body), bindings(ast.parse(source).body)
        return {
            name: described(node)
            for name, node in theirs.items()
            if not _only_raises(node) and (name not in ours or described(ours[name]) != described(node))
        }
    except BROKEN:
        return None


def described(node: ast.AST) -> str:
    """The statement as a text that ignores comments, spacing and its docstring; "" when it is nested too deeply."""
    if isinstance(node, _Documented) and ast.get_docstring(node) is not None:
        node = copy.copy(node)
        node.body = node.body[1:]
    try:
        return ast.dump(node)
    except RecursionError:
        return ""


def bindings(nodes: Sequence[ast.stmt]) -> dict[str, ast.AST]:
    """Top-level name → the last statement that binds it; for an import, the name's own part of it."""
    found: dict[str, ast.AST] = {}
    for node in nodes:
        if isinstance(node, _Documented):
            found[node.name] = node
        elif isinstance(node, Import):
            found |= {bound_name(node, alias): only(node, alias) for alias in node.names}
        else:
            inner = (one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
            found |= {one.id: node for one in inner}
    return found


def _only_raises(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.unparse(body[0])


def _object(source: bytes, target: str) -> str | None:
    """The function, class or `Class.method` as a text that ignores comments and spacing; "" when it cannot be read."""
    try:
        nodes: list[ast.stmt] = ast.parse(source).body
        last = bindings(nodes).get(target.split(".")[0])
        if last is not None and not isinstance(last, _Documented):  # by an import, a lambda, another name
            return ast.dump(last)
        found: ast.stmt | None = None
        for name in target.split("."):
            found = next((node for node in reversed(nodes) if getattr(node, "name", None) == name), None)
            nodes = getattr(found, "body", [])
        return ast.dump(found) if found else None
    except BROKEN:
        return ""
